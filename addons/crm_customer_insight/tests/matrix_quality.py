"""Who may do what with data issues, payment behavior, holds, occasions and product quality."""

from datetime import timedelta

MATRIX = {
    "crm.data.issue": ("", "", "", "rw", "rw", "rw", "rw"),
    "crm.data.quality.month": ("", "", "", "", "r", "r", "r"),
    "crm.dunning.hold": ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.fact.occasion": ("", "", "", "r", "r", "r", "rwcu"),
    "crm.fact.refusal": ("", "", "", "r", "r", "rwu", "rwu"),
    "crm.payment.behavior": ("", "", "", "r", "r", "r", "r"),
    "crm.product.quality": ("", "", "", "", "rw", "rw", "rw"),
}
#: Models that belong to no company.
EVERYWHERE = {"crm.fact.occasion"}
#: Read-only methods.
READONLY = {
    ("crm.data.quality.month", "get_data_quality"): [],
    ("crm.fact.occasion", "get_questions"): ["customer"],
}
PARTNER = "res.partner"
METHODS = {
    ("account.move", "action_hold_dunning"): ["self"],
    ("crm.data.issue", "action_ignore"): ["self"],
    ("crm.data.issue", "action_merge"): ["self"],
    ("crm.data.issue", "action_open_contact"): ["self"],
    ("crm.data.issue", "action_open_sharing"): ["self"],
    ("crm.data.issue", "action_reopen"): ["self"],
    ("crm.data.quality.month", "get_data_quality"): [],
    ("crm.dunning.hold", "action_lift"): ["self"],
    ("crm.fact.occasion", "get_questions"): ["own"],
    ("crm.fact.occasion", "save_answers"): ["own", 1, []],
    ("crm.payment.behavior", "action_open_history"): ["self"],
    ("crm.payment.behavior", "action_open_invoices"): ["self"],
    ("crm.product.quality", "action_close"): ["self"],
    ("crm.product.quality", "action_open_documents"): ["self"],
    ("crm.product.quality", "action_take_over"): ["self"],
    (PARTNER, "action_ask_now"): ["self"],
    (PARTNER, "action_open_payment_behavior"): ["self"],
}
# Analysts read all and change nothing of others' customers; the customer here is Sam's.
NOT_ANALYSTS = ("salesperson", "manager", "administrator")
CALLERS = {
    # who neither sells to the customer nor invoices him does not see his invoices
    ("account.move", "action_hold_dunning"): ("salesperson",),
    ("crm.data.issue", "action_ignore"): NOT_ANALYSTS,
    ("crm.data.issue", "action_merge"): "salesperson",
    ("crm.data.issue", "action_open_contact"): "salesperson",
    ("crm.data.issue", "action_open_sharing"): "salesperson",
    ("crm.data.issue", "action_reopen"): NOT_ANALYSTS,
    ("crm.data.quality.month", "get_data_quality"): "salesperson",
    ("crm.dunning.hold", "action_lift"): NOT_ANALYSTS,
    ("crm.fact.occasion", "get_questions"): NOT_ANALYSTS,
    ("crm.fact.occasion", "save_answers"): NOT_ANALYSTS,
    ("crm.payment.behavior", "action_open_history"): "salesperson",
    ("crm.payment.behavior", "action_open_invoices"): "salesperson",
    ("crm.product.quality", "action_close"): "analyst",
    ("crm.product.quality", "action_open_documents"): "analyst",
    ("crm.product.quality", "action_take_over"): "analyst",
    (PARTNER, "action_ask_now"): NOT_ANALYSTS,
    (PARTNER, "action_open_payment_behavior"): "salesperson",
}


def _base(case):
    return {
        "partner_id": case.acme.id,
        "company_id": case.company.id,
    }


def _month(case):
    return {"month": case.today.replace(day=1), "date": case.today, "is_current": True}


def records(case):
    """The records that calls with "self" are made on: those of Acme, Sam's customer."""
    twin = case.env["res.partner"].create({"name": "Acme twin", "is_company": True})
    issue = case.env["crm.data.issue"].create(
        {
            "kind": "duplicate",
            "code": "duplicate",
            "partner_id": case.acme.id,
            "customer_id": case.acme.id,
            "other_id": twin.id,
            "found_date": case.today,
        }
    )
    hold = case.env["crm.dunning.hold"].create(
        {**_base(case), "date_until": case.today + timedelta(days=3), "reason": "matrix"}
    )
    payment = case.env["crm.payment.behavior"].create(
        {**_base(case), **_month(case), "currency_id": case.company.currency_id.id}
    )
    quality = case.env["crm.product.quality"].create(
        {
            "product_id": case.widget.id,
            "company_id": case.company.id,
            "kind": "return",
            **_month(case),
        }
    )
    invoice = case.env["account.move"].create(
        {"move_type": "out_invoice", "partner_id": case.acme.id, "invoice_user_id": case.sam.id}
    )
    return [issue, hold, payment, quality, invoice]


def records_elsewhere(case, customer, branch):
    """One record of each table, all of the other company."""
    common = {"partner_id": customer.id, "company_id": branch.id}
    attribute = case.env["crm.profile.attribute"].create({"name": "Song", "code": "song_q"})
    soon = case.today + timedelta(days=3)
    rows = {
        "crm.data.issue": {
            "kind": "missing", "code": "no_country", "partner_id": customer.id,
            "customer_id": customer.id, "found_date": case.today,
        },
        "crm.data.quality.month": {**_month(case), "company_id": branch.id, "tier": "A"},
        "crm.dunning.hold": {**common, "date_until": soon},
        "crm.fact.refusal": {
            "partner_id": customer.id, "attribute_id": attribute.id, "answer": "later",
            "date": case.today, "until": soon,
        },
        "crm.payment.behavior": {
            **common, **_month(case), "currency_id": branch.currency_id.id,
        },
        "crm.product.quality": {
            **_month(case), "product_id": case.gadget.id, "company_id": branch.id,
            "kind": "return",
        },
    }  # fmt: skip
    return {model: case.env[model].create(values) for model, values in rows.items()}


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    attribute = case.env["crm.profile.attribute"].create({"name": "Coat", "code": "test_coat"})
    company = {
        "company_id": case.env.company.id,
        "currency_id": case.env.company.currency_id.id,
    }
    return {
        "crm.data.issue": {
            "kind": "duplicate",
            "code": "duplicate",
            "customer_id": case.contact("Fourth").id,
            "found_date": "2026-01-01",
        },
        "crm.dunning.hold": {"date_until": "2099-01-01"},
        "crm.fact.refusal": {
            "attribute_id": attribute.id,
            "answer": "declined",
            "date": "2026-01-01",
            "until": "2027-01-01",
        },
        "crm.payment.behavior": {
            **company,
            "month": "2026-01-01",
            "date": "2026-01-31",
            "overdue_amount": 100,
        },
    }
