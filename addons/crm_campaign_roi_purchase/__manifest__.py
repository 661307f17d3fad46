{
    "name": "Campaign ROI: purchase",
    "summary": "Purchase orders as committed cost of campaigns, budget checked on confirmation",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "purchase",
    ],
    "data": [
        "views/purchase_views.xml",
        "views/utm_campaign_views.xml",
    ],
    "auto_install": True,
}
