{
    "name": "Service levels: maintenance",
    "summary": "Equipment and maintenance requests beside customer assets",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "maintenance",
    ],
    "data": [
        "views/maintenance_views.xml",
        "views/crm_customer_asset_views.xml",
    ],
    "auto_install": True,
}
