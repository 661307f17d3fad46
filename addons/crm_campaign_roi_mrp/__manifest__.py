{
    "name": "Campaign ROI: production",
    "summary": "Accepted demand of campaigns is produced, its components are seen",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi_stock",
        "mrp",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_campaign_component_rules.xml",
        "views/crm_campaign_component_views.xml",
    ],
    "auto_install": True,
}
