{
    "name": "Customer insight: loyalty programs",
    "summary": "Cards and points in the customer's history, and the effect of loyalty programs",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight",
        "sale_loyalty",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_loyalty_effect_rules.xml",
        "views/crm_loyalty_effect_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_customer_insight_loyalty/static/src/**/*"],
        "web.assets_tests": ["crm_customer_insight_loyalty/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "crm_customer_insight_loyalty/static/tests/**/*",
            ("remove", "crm_customer_insight_loyalty/static/tests/tours/**/*"),
        ],
    },
    "auto_install": True,
}
