{
    "name": "Service levels: repairs",
    "summary": "Repair orders on customer assets and service requests",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels_stock",
        "repair",
    ],
    "data": [
        "views/repair_order_views.xml",
        "views/crm_service_views.xml",
        "views/portal_templates.xml",
        "views/crm_product_quality_views.xml",
    ],
    "auto_install": True,
}
