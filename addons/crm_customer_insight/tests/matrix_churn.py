"""Who may do what with churn."""

from odoo import fields

MATRIX = {
    "crm.churn.rule": ("", "", "", "", "r", "r", "rwcu"),
    "crm.customer.churn": ("", "", "", "r", "r", "r", "r"),
}
METHODS = {
    ("crm.churn.page", "get_churn_page"): [],
    ("crm.churn.rule", "action_propose"): ["self"],
    ("crm.customer.churn", "action_open_customer"): ["self"],
    ("crm.customer.churn", "action_open_history"): ["self"],
    ("crm.customer.churn", "action_plan_call"): ["self"],
}
CALLERS = {
    ("crm.churn.page", "get_churn_page"): "salesperson",
    ("crm.churn.rule", "action_propose"): "administrator",
    ("crm.customer.churn", "action_open_customer"): "salesperson",
    ("crm.customer.churn", "action_open_history"): "salesperson",
    ("crm.customer.churn", "action_plan_call"): "salesperson",
}
READONLY = {("crm.churn.page", "get_churn_page"): []}
#: What calls are answered without, because it has tests of its own.
NOTHING = {("crm.churn.rule", "_gap_limits"): (90, 180)}


def records(case):
    """The records that calls with "self" are made on."""
    return _of(case, case.acme, case.company)


def records_elsewhere(case, customer, branch):
    """Records of the other company, by model."""
    return {record._name: record for record in _of(case, customer, branch)}


def _of(case, customer, company):
    today = fields.Date.context_today(case.env["res.partner"])
    row = case.env["crm.customer.churn"].create(
        {
            "partner_id": customer.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "month": today.replace(day=1),
            "date": today,
            "first_date": today,
            "is_current": True,
            "state": "at_risk",
            "risk": 0.5,
        }
    )
    return [row, case.env["crm.churn.rule"].create({"company_id": company.id})]


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {
        "crm.customer.churn": {
            "company_id": case.env.company.id,
            "currency_id": case.env.company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-31",
            "first_date": "2026-01-15",
            "state": "active",
        }
    }
