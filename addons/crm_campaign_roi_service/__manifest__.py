{
    "name": "Campaign ROI: service",
    "summary": "Complaints and ratings of service as responses, no offers to who complains",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "crm_service_levels",
    ],
    "data": [
        "views/crm_campaign_wave_views.xml",
        "views/crm_feedback_scheme_views.xml",
        "views/crm_service_request_views.xml",
        "views/utm_campaign_views.xml",
    ],
    "auto_install": True,
}
