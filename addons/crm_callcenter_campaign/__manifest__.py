{
    "name": "Call Center: campaigns",
    "summary": "Waves by telephone: call lists, their results as responses, their cost",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_callcenter",
        "crm_campaign_roi",
    ],
    "data": [
        "security/ir.model.access.csv",
        "data/crm_campaign_response_kind_data.xml",
        "views/crm_campaign_wave_views.xml",
        "views/crm_call_list_views.xml",
    ],
    "auto_install": True,
}
