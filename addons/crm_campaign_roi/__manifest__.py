{
    "name": "Campaign ROI",
    "summary": "Campaigns in waves: application, audiences, responses, cost, return, forecast",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight",
        "crm_customer_insight_mass_mailing",
        "link_tracker",
        "mass_mailing_crm",
        "mass_mailing_sale",
    ],
    "data": [
        # security
        "security/crm_campaign_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_campaign_target_rules.xml",
        # data
        "data/crm_campaign_kind_data.xml",
        "data/crm_campaign_purpose_data.xml",
        # menus come first: views below hang their own entries under them
        "views/crm_campaign_menus.xml",
        "views/utm_campaign_views.xml",
        "wizard/crm_campaign_audience_import_views.xml",
        "views/crm_campaign_audience_views.xml",
        "views/crm_campaign_target_views.xml",
        "views/utm_campaign_target_views.xml",
        "views/crm_campaign_kind_views.xml",
    ],
    "external_dependencies": {"python": ["numpy", "openpyxl"]},
    "application": True,
}
