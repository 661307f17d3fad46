{
    "name": "Service levels: live chat",
    "summary": "Service requests out of live chats",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "im_livechat",
    ],
    "assets": {
        "web.assets_backend": ["crm_service_levels_livechat/static/src/**/*"],
        "web.assets_unit_tests": ["crm_service_levels_livechat/static/tests/**/*"],
    },
    "auto_install": True,
}
