{
    "name": "Campaign ROI: ticket sales",
    "summary": "Orders of event tickets belong to the campaign that invited",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi_event",
        "event_sale",
    ],
    "auto_install": True,
}
