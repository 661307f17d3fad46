{
    "name": "Customer insight",
    "summary": "One view of the customer: numbers, permissions, history, value and what to do next",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "account",
        "crm",
        "phone_validation",
        "privacy_lookup",
        "sale_crm",
        "sale_margin",
    ],
    "external_dependencies": {"python": ["numpy", "phonenumbers", "scipy"]},
    "data": [
        # security
        "security/crm_customer_insight_groups.xml",
        "security/crm_quality_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_customer_insight_rules.xml",
        "security/crm_account_rules.xml",
        "security/crm_contract_rules.xml",
        "security/crm_association_rules.xml",
        "security/crm_alert_rules.xml",
        "security/crm_reminders_rules.xml",
        "security/crm_quality_rules.xml",
        "security/crm_segment_rules.xml",
        "security/crm_churn_rules.xml",
        "security/crm_lifetime_rules.xml",
        "security/crm_loyalty_rules.xml",
        "security/crm_life_event_rules.xml",
        # data
        "data/crm_contact_channel_data.xml",
        "data/crm_key_account_data.xml",
        "data/crm_contact_pressure_rule_data.xml",
        "data/digest_data.xml",
        "data/crm_reminders_data.xml",
        "data/crm_life_event_data.xml",
        "data/crm_reminders_cron.xml",
        # menus come first: views below hang their own entries under them
        "views/crm_customer_insight_menus.xml",
        # data quality, payment, product quality
        "data/crm_fact_occasion_data.xml",
        # computations of the analyses
        "data/crm_insight_run_cron.xml",
        "views/crm_insight_run_views.xml",
        # numbers
        "data/crm_contact_number_cron.xml",
        "views/crm_contact_number_views.xml",
        # channels, permissions, contact pressure
        "views/crm_contact_permission_views.xml",
        "views/crm_contact_pressure_rule_views.xml",
        "views/crm_contact_channel_views.xml",
        "views/res_partner_contact_views.xml",
        # touch ledger
        "data/crm_touchpoint_cron.xml",
        "views/crm_touchpoint_views.xml",
        "views/crm_touchpoint_fill_views.xml",
        # value
        "data/crm_customer_value_cron.xml",
        "views/crm_customer_value_views.xml",
        # churn
        "views/crm_churn_views.xml",
        "views/crm_lifetime_views.xml",
        # customer 360 and dashboards
        "views/crm_value_dashboard_views.xml",
        "views/customer_360_views.xml",
        "views/res_partner_360_views.xml",
        "report/customer_profile_report.xml",
        # key accounts, profile facts, referrals
        "views/crm_key_account_views.xml",
        "views/crm_profile_views.xml",
        "views/crm_referral_views.xml",
        "views/crm_customer_selection_views.xml",
        # segments
        "data/crm_customer_segment_data.xml",
        "views/crm_segment_views.xml",
        "views/crm_segment_analysis_views.xml",
        # contracts and usage
        "data/crm_customer_contract_cron.xml",
        "views/crm_contract_views.xml",
        "views/crm_retention_views.xml",
        # reminders: my day, visits, routine contacts, contact plan, nurture time
        "views/crm_my_day_views.xml",
        "views/crm_visit_views.xml",
        "views/crm_contact_routine_views.xml",
        "views/crm_contact_plan_views.xml",
        "views/crm_nurture_views.xml",
        "report/contact_routine_statement.xml",
        "views/digest_views.xml",
        # product association and reorders
        "views/crm_association_views.xml",
        "views/portal_suggestion_templates.xml",
        # loyalty, roles of partners, suppliers
        "data/crm_loyalty_data.xml",
        "views/crm_loyalty_views.xml",
        "views/crm_supplier_views.xml",
        "views/crm_lead_account_views.xml",
        "views/res_partner_account_views.xml",
        "views/crm_life_event_views.xml",
        # alerts
        "data/crm_customer_alert_data.xml",
        "views/crm_alert_views.xml",
        # data quality, payment, product quality
        "views/crm_data_quality_views.xml",
        "views/crm_finance_notice_views.xml",
        "views/crm_product_quality_views.xml",
    ],
    "demo": [
        "demo/crm_contact_channel_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_customer_insight/static/src/**/*"],
        "web.assets_tests": ["crm_customer_insight/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "crm_customer_insight/static/tests/**/*",
            ("remove", "crm_customer_insight/static/tests/tours/**/*"),
        ],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
