{
    "name": "Customer insight: expected reorders for purchasing",
    "summary": "What customers will order again, beside the replenishment of the product",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight_stock",
        "purchase_stock",
    ],
    "data": [
        "security/ir.model.access.csv",
        "views/stock_warehouse_orderpoint_views.xml",
    ],
    "auto_install": True,
}
