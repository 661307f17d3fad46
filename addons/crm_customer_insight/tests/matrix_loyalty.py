"""Who may do what with loyalty indicators, roles and evaluations of suppliers (ROI-3, C360-9)."""

INDICATOR, ROLE = "crm.loyalty.indicator", "crm.partner.role"
EVALUATION, LINE = "crm.supplier.evaluation", "crm.supplier.evaluation.line"
CRITERION = "crm.supplier.criterion"
MATRIX = {
    INDICATOR: ("", "", "", "r", "r", "r", "r"),
    ROLE: ("", "", "r", "r", "r", "r", "r"),
    CRITERION: ("", "", "", "", "r", "r", "rwcu"),
    EVALUATION: ("", "", "", "", "r", "rwcu", "rwcu"),
    LINE: ("", "", "", "", "r", "rwcu", "rwcu"),
}
# Roles and criteria belong to no company.
EVERYWHERE = {ROLE, CRITERION}
METHODS = {
    (INDICATOR, "action_open_customer"): ["self"],
    (INDICATOR, "action_open_invoices"): ["self"],
    (EVALUATION, "action_finish"): ["self"],
    (EVALUATION, "action_reopen"): ["self"],
    (EVALUATION, "action_open_bills"): ["self"],
}
CALLERS = {
    (INDICATOR, "action_open_customer"): "salesperson",
    (INDICATOR, "action_open_invoices"): "salesperson",
    (EVALUATION, "action_finish"): "manager",
    (EVALUATION, "action_reopen"): "manager",
    (EVALUATION, "action_open_bills"): "analyst",
}


def _indicator(case, partner, company):
    return case.env[INDICATOR].create(
        {
            "partner_id": partner.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-15",
            "is_current": True,
            "purchases": 3,
        }
    )


def _evaluation(case, partner, company):
    evaluation = case.env[EVALUATION].create(
        {"partner_id": partner.id, "company_id": company.id, "user_id": case.mia.id}
    )
    evaluation.line_ids[:1].score = "4"
    return evaluation


def records(case):
    """Figures and an evaluation of Acme."""
    evaluation = _evaluation(case, case.acme, case.company)
    return [_indicator(case, case.acme, case.company), evaluation, evaluation.line_ids[:1]]


def records_elsewhere(case, customer, company):
    """The same in another company."""
    evaluation = _evaluation(case, customer, company)
    return {
        INDICATOR: _indicator(case, customer, company),
        EVALUATION: evaluation,
        LINE: evaluation.line_ids[:1],
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {
        INDICATOR: {
            "company_id": case.env.company.id,
            "currency_id": case.env.company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-15",
        },
        EVALUATION: {"date": "2026-01-15"},
    }
