{
    "name": "Call Center: live chat",
    "summary": "Live chats find call center agents by skill, state and room",
    "version": "19.0.1.0.0",
    "category": "Website/Live Chat",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_callcenter",
        "im_livechat",
    ],
    "data": [
        "views/crm_call_inbox_views.xml",
    ],
    "auto_install": True,
}
