{
    "name": "Customer insight: deliveries",
    "summary": "Deliveries and returns in the customer's history; suggestions of what is in stock",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight",
        "sale_stock",
    ],
    "data": [
        "views/crm_value_setting_views.xml",
    ],
    "auto_install": True,
}
