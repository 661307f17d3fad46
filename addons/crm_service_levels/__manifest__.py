{
    "name": "Service levels",
    "summary": "Requests on six levels of service, SLA, assets, complaints, satisfaction",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_customer_insight",
        "portal",
        "project",
        "resource",
        "sale_management",
    ],
    "data": [
        # security
        "security/crm_service_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_service_rules.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/crm_service_stage_data.xml",
        "data/crm_service_type_data.xml",
        "data/crm_service_priority_rule_data.xml",
        "data/crm_service_result_data.xml",
        # menus come first: views below hang their own entries under them
        "views/crm_service_menus.xml",
        # requests
        "views/crm_service_request_views.xml",
        "views/crm_service_effort_views.xml",
        # configuration
        "views/crm_service_team_views.xml",
        "views/crm_service_stage_views.xml",
        "views/crm_service_type_views.xml",
        "views/crm_service_cause_views.xml",
        "views/crm_service_result_views.xml",
        "views/crm_service_tag_views.xml",
        "views/crm_service_priority_rule_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_service_levels/static/src/**/*"],
        "web.assets_tests": ["crm_service_levels/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "crm_service_levels/static/tests/**/*",
            ("remove", "crm_service_levels/static/tests/tours/**/*"),
        ],
    },
    "application": True,
}
