{
    "name": "Customer insight: product quality for production",
    "summary": "Quality signals of products in the menus of Manufacturing",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight",
        "mrp",
    ],
    "data": [
        "security/ir.model.access.csv",
        "views/crm_product_quality_menus.xml",
    ],
    "auto_install": True,
}
