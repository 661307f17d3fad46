{
    "name": "Campaign ROI: spreadsheet dashboard",
    "summary": "Return, funnel, plan and actual cost of campaigns as a spreadsheet dashboard",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "spreadsheet_dashboard",
    ],
    "data": [
        "data/dashboards.xml",
    ],
    "assets": {
        "web.assets_tests": ["crm_campaign_roi_spreadsheet/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
