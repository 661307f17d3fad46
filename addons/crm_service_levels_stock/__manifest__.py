{
    "name": "Service levels: deliveries",
    "summary": "Deliveries of products with serial numbers become customer assets",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "sale_stock",
    ],
    "data": [
        "views/crm_customer_asset_views.xml",
        "views/crm_service_request_views.xml",
        "views/stock_views.xml",
        "views/portal_templates.xml",
    ],
    "auto_install": True,
}
