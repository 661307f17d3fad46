{
    "name": "Campaign ROI: surveys",
    "summary": "Surveys as waves, answers and ratings as responses",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "survey",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/survey_rules.xml",
        "data/crm_campaign_response_kind_data.xml",
        "views/crm_campaign_wave_views.xml",
        "views/survey_survey_views.xml",
        "wizard/crm_campaign_group_turn_views.xml",
    ],
    "auto_install": True,
}
