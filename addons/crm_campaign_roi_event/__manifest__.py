{
    "name": "Campaign ROI: events",
    "summary": "Invitations to events as waves, registration and attendance as responses",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "event",
    ],
    "data": [
        "security/ir.model.access.csv",
        "data/crm_campaign_response_kind_data.xml",
        "views/crm_campaign_wave_views.xml",
        "views/event_event_views.xml",
        "views/invitation_templates.xml",
    ],
    "auto_install": True,
}
