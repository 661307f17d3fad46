{
    "name": "Service levels: website",
    "summary": "A form on the website by which visitors open service requests",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "website",
    ],
    "data": [
        "data/website_menu_data.xml",
        "views/request_templates.xml",
    ],
    "auto_install": True,
}
