{
    "name": "Campaign ROI: expenses",
    "summary": "Expenses of employees as cost of campaigns, budget checked on approval",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "license": "LGPL-3",
    "author": "CRM suite for Odoo",
    "website": "https://github.com/crm-suite/crm-suite",
    "depends": [
        "crm_campaign_roi",
        "hr_expense",
    ],
    "data": [
        "views/hr_expense_views.xml",
    ],
    "auto_install": True,
}
