{
    "name": "Call Center: service",
    "summary": "Requests beside calls, satisfaction call-backs, escalation calls",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_callcenter",
        "crm_service_levels",
    ],
    "data": [
        "views/crm_call_views.xml",
        "views/crm_call_inbox_views.xml",
        "views/crm_call_list_views.xml",
        "views/crm_service_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_callcenter_service/static/src/**/*"],
        "web.assets_tests": ["crm_callcenter_service/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
