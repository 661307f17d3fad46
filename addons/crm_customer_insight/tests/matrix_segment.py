"""Who may do what with segments: analysts define them, salespeople see their own customers."""

SEGMENT, MEMBER = "crm.customer.segment", "crm.customer.segment.member"
MATRIX = {
    SEGMENT: ("", "", "", "r", "rwcu", "rwcu", "rwcu"),
    MEMBER: ("", "", "", "r", "r", "r", "r"),
    "crm.customer.segment.month": ("", "", "", "", "r", "r", "r"),
}
METHODS = {
    (SEGMENT, "action_open_customers"): ["self"],
    (SEGMENT, "action_open_members"): ["self"],
    (SEGMENT, "get_segments"): [],
    (MEMBER, "action_open_customer"): ["self"],
}
CALLERS = {
    (SEGMENT, "action_open_customers"): "salesperson",
    (SEGMENT, "action_open_members"): "salesperson",
    (SEGMENT, "get_segments"): "salesperson",
    (MEMBER, "action_open_customer"): "salesperson",
}
READONLY = {(SEGMENT, "get_segments"): []}


def _of(case, customer, company):
    segment = case.env[SEGMENT].create({"name": "Matrix", "company_id": company.id})
    common = {"segment_id": segment.id, "company_id": company.id}
    member = case.env[MEMBER].create({**common, "partner_id": customer.id, "date_from": case.today})
    month = case.env["crm.customer.segment.month"].create(
        {
            **common,
            "currency_id": company.currency_id.id,
            "month": case.today.replace(day=1),
            "date": case.today,
        }
    )
    return [segment, member, month]


def records(case):
    """The records that calls with "self" are made on."""
    return _of(case, case.acme, case.company)


def records_elsewhere(case, customer, branch):
    """The same in a company that nobody may enter."""
    return {record._name: record for record in _of(case, customer, branch)}


def persons(case):
    """Values of a row of each table with a person in it."""
    segment = case.env[SEGMENT].create({"name": "Persons"})
    return {
        MEMBER: {
            "segment_id": segment.id,
            "company_id": case.env.company.id,
            "date_from": "2026-01-01",
        }
    }
