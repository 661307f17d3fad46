"""Who may do what with life-time values."""

MATRIX = {
    "crm.customer.lifetime": ("", "", "", "r", "r", "r", "r"),
    "crm.lifetime.fit": ("", "", "", "r", "r", "r", "r"),
}
METHODS = {
    ("crm.customer.lifetime", "action_open_customer"): ["self"],
    ("crm.customer.lifetime", "action_open_history"): ["self"],
    ("crm.customer.snapshot", "action_open_lifetime"): ["self"],
    ("crm.lifetime.dashboard", "get_lifetime_dashboard"): [],
    ("crm.lifetime.fit", "action_open_customers"): ["self"],
}
CALLERS = dict.fromkeys(METHODS, "salesperson")
READONLY = {("crm.lifetime.dashboard", "get_lifetime_dashboard"): []}


def lifetime(case, partner, **values):
    """A current life-time value of a customer."""
    env = case.env
    return env["crm.customer.lifetime"].create(
        {
            "partner_id": partner.id,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-15",
            "is_current": True,
            "model": "noncontractual",
            "p_alive": 0.8,
            "expected_value": 500,
            **values,
        }
    )


def records(case):
    """The records that calls with "self" are made on."""
    return [lifetime(case, case.acme), fit(case, case.env.company)]


def fit(case, company):
    """What was fitted to the customers of a company."""
    return case.env["crm.lifetime.fit"].create(
        {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-15",
            "segment_by": "none",
            "segment_ref": -1,
            "state": "good",
        }
    )


def records_elsewhere(case, partner, company):
    """Records of another company, by model."""
    return {
        "crm.customer.lifetime": lifetime(case, partner, company_id=company.id),
        "crm.lifetime.fit": fit(case, company),
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {
        "crm.customer.lifetime": {
            "company_id": case.env.company.id,
            "currency_id": case.env.company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-15",
            "model": "noncontractual",
            "expected_value": 500,
        }
    }
