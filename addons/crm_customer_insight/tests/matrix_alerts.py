"""Who may do what with alerts, their rules and retention templates."""

ALERT, RULE, TEMPLATE = (
    "crm.customer.alert",
    "crm.customer.alert.rule",
    "crm.retention.template",
)
PRECISION = "crm.customer.alert.precision"
MATRIX = {
    ALERT: ("", "", "", "rw", "rw", "rw", "rw"),
    PRECISION: ("", "", "", "", "r", "r", "r"),
    RULE: ("", "", "", "r", "r", "r", "rwcu"),
    TEMPLATE: ("", "", "", "r", "r", "rwcu", "rwcu"),
    "crm.contact.departure": ("", "", "", "", "", "r", "r"),
}
#: Analysts read all alerts and work on none of others.
WORKERS = ("salesperson", "manager", "administrator")
METHODS = {
    (ALERT, "action_open_customer"): ["self"],
    (ALERT, "action_open_source"): ["self"],
    (ALERT, "action_outcome"): ["self"],
    (ALERT, "action_reopen"): ["self"],
    (ALERT, "action_snooze"): ["self"],
    (ALERT, "action_start"): ["self"],
    (ALERT, "action_write"): ["self"],
    (ALERT, "get_outcome_action"): [1],
    (PRECISION, "action_open_alerts"): ["self"],
    (RULE, "action_open_alerts"): ["self"],
    (RULE, "action_open_precision"): ["self"],
    (TEMPLATE, "action_open_alerts"): ["self"],
    ("crm.alert.outcome", "action_save"): ["self"],
    ("crm.alert.snooze", "action_snooze"): ["self"],
    ("crm.retention.letter", "action_send"): ["self"],
    ("res.partner", "action_open_alerts"): ["self"],
}
CALLERS = {
    (ALERT, "action_open_customer"): "salesperson",
    (ALERT, "action_open_source"): "salesperson",
    (ALERT, "action_outcome"): WORKERS,
    (ALERT, "action_reopen"): WORKERS,
    (ALERT, "action_snooze"): WORKERS,
    (ALERT, "action_start"): WORKERS,
    (ALERT, "action_write"): WORKERS,
    (ALERT, "get_outcome_action"): "salesperson",
    (PRECISION, "action_open_alerts"): "analyst",
    (RULE, "action_open_alerts"): "salesperson",
    (RULE, "action_open_precision"): "analyst",
    (TEMPLATE, "action_open_alerts"): "salesperson",
    ("crm.alert.outcome", "action_save"): WORKERS,
    ("crm.alert.snooze", "action_snooze"): WORKERS,
    # a letter is seen by who writes it only
    ("crm.retention.letter", "action_send"): (),
    ("res.partner", "action_open_alerts"): "salesperson",
}
READONLY = {(ALERT, "get_outcome_action"): [1]}
#: Models that belong to no company of their own.
EVERYWHERE = {TEMPLATE}


def records(case):
    """The records that calls with "self" are made on: an alert of Acme, Sam's customer."""
    rule = case.env[RULE].create({"name": "Matrix", "kind": "silence", "threshold_a": 2})
    alert = case.env[ALERT].create(
        {
            "rule_id": rule.id,
            "kind": "silence",
            "partner_id": case.acme.id,
            "company_id": case.company.id,
            "cause": "silence@2026-01-01",
            "raised_on": case.today,
            "user_id": case.sam.id,
        }
    )
    case.env.flush_all()
    return [
        alert,
        rule,
        case.env[PRECISION].search([("rule_id", "=", rule.id)]),
        case.env[TEMPLATE].search([], limit=1),
        case.env["crm.alert.outcome"].create({"alert_ids": alert.ids, "outcome": "kept"}),
        case.env["crm.alert.snooze"].create({"alert_ids": alert.ids}),
        case.env["crm.retention.letter"].create({"alert_id": alert.id}),
    ]


def records_elsewhere(case, customer, branch):
    """An alert, its rule and a departure of the other company."""
    rule = case.env[RULE].create(
        {"name": "Theirs", "kind": "silence", "threshold_a": 2, "company_id": branch.id}
    )
    alert = case.env[ALERT].create(
        {
            "rule_id": rule.id,
            "kind": "silence",
            "partner_id": customer.id,
            "company_id": branch.id,
            "cause": "silence@2026-01-01",
            "raised_on": case.today,
            "user_id": case.sam.id,
        }
    )
    departure = case.env["crm.contact.departure"].create(
        {
            "partner_id": customer.id,
            "contact_id": case.bob.id,
            "date": case.today,
            "reason": "moved",
        }
    )
    case.env.flush_all()
    return {
        ALERT: alert,
        RULE: rule,
        PRECISION: case.env[PRECISION].search([("rule_id", "=", rule.id)]),
        "crm.contact.departure": departure,
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {
        "crm.contact.departure": {"date": "2026-01-15", "reason": "moved"},
        ALERT: {
            "rule_id": case.env[RULE].search([], limit=1).id,
            "kind": "silence",
            "company_id": case.env.company.id,
            "cause": "silence@2026-01-15",
            "raised_on": "2026-01-15",
        },
    }
