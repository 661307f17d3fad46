{
    "name": "Campaign ROI: replenishment",
    "summary": "Accepted demand of campaigns is replenished by warehouse and week",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "sale_stock",
    ],
    "data": [
        "views/crm_campaign_demand_views.xml",
        "views/stock_warehouse_orderpoint_views.xml",
        "views/utm_campaign_views.xml",
    ],
    "auto_install": True,
}
