"""Who may do what with life events (C360-2)."""

EVENT, KIND = "crm.life.event", "crm.life.event.kind"
MATRIX = {
    EVENT: ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    KIND: ("", "", "", "r", "r", "r", "rwcu"),
}
METHODS = {
    (EVENT, "action_offer"): ["self"],
    (EVENT, "action_accept"): ["self"],
    (EVENT, "action_open_lead"): ["self"],
    (EVENT, "action_decline"): ["self"],
    (EVENT, "action_reopen"): ["self"],
}
# The customer is Sam's: analysts read the event and change nothing.
OWNERS = ("salesperson", "manager", "administrator")
CALLERS = {
    (EVENT, "action_offer"): OWNERS,
    # an opportunity is made: by whoever may have some
    (EVENT, "action_accept"): ("salesperson",),
    (EVENT, "action_open_lead"): "salesperson",
    (EVENT, "action_decline"): OWNERS,
    (EVENT, "action_reopen"): OWNERS,
}
#: Kinds belong to no company.
EVERYWHERE = {KIND}


def _kind(case):
    return case.env[KIND].create({"name": "Moved", "offer": "Advice", "is_marketing": False})


def _event(case, partner):
    return case.env[EVENT].create(
        {"partner_id": partner.id, "kind_id": _kind(case).id, "date": "2025-06-01"}
    )


def records(case):
    """A kind, and an event of Acme."""
    case.acme.street = "Main street 1"  # so that he can be visited
    event = _event(case, case.acme)
    return [event.kind_id, event]


def records_elsewhere(case, customer, _company):
    """The same of a customer of another company."""
    return {EVENT: _event(case, customer)}


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {EVENT: {"kind_id": _kind(case).id, "date": "2025-06-01"}}
