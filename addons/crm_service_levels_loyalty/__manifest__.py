{
    "name": "Service levels: vouchers",
    "summary": "Vouchers as compensation of a complaint",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_service_levels",
        "loyalty",
    ],
    "data": [
        "security/ir.model.access.csv",
        "views/crm_service_complaint_views.xml",
    ],
    "auto_install": True,
}
