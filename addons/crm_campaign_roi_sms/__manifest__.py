{
    "name": "Campaign ROI: text messages",
    "summary": "Text messages (SMS) as waves, with parts and cost before they are sent",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "mass_mailing_sms",
    ],
    "data": [
        "views/crm_campaign_block_views.xml",
        "views/crm_campaign_delivery_views.xml",
        "views/crm_campaign_wave_views.xml",
        "views/utm_campaign_views.xml",
    ],
    "auto_install": True,
}
