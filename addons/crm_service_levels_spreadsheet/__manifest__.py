{
    "name": "Service levels: spreadsheet dashboard",
    "summary": "Level mix, flow, backlog and promises as a spreadsheet dashboard",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "spreadsheet_dashboard",
    ],
    "data": [
        "data/dashboards.xml",
    ],
    "assets": {
        "web.assets_tests": ["crm_service_levels_spreadsheet/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
