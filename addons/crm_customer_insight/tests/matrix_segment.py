"""Who may do what with segments: analysts define them, salespeople see their own customers."""

SEGMENT, MEMBER = "crm.customer.segment", "crm.customer.segment.member"
CLUSTERING, PROFILE = "crm.customer.clustering", "crm.segment.profile"
LOOKALIKE, SCORE = "crm.customer.lookalike", "crm.lookalike.score"
MATRIX = {
    SEGMENT: ("", "", "", "r", "rwcu", "rwcu", "rwcu"),
    MEMBER: ("", "", "", "r", "r", "r", "r"),
    "crm.customer.segment.month": ("", "", "", "", "r", "r", "r"),
    CLUSTERING: ("", "", "", "", "rwcu", "rwcu", "rwcu"),
    PROFILE: ("", "", "", "", "rwcu", "rwcu", "rwcu"),
    LOOKALIKE: ("", "", "", "r", "rwcu", "rwcu", "rwcu"),
    SCORE: ("", "", "", "r", "r", "r", "r"),
}
METHODS = {
    (SEGMENT, "action_open_customers"): ["self"],
    (SEGMENT, "action_open_members"): ["self"],
    (SEGMENT, "get_segments"): [],
    (MEMBER, "action_open_customer"): ["self"],
    (CLUSTERING, "action_open_clusters"): ["self"],
    (PROFILE, "action_compute"): ["self"],
    (PROFILE, "action_open_leaf"): ["self", 0],
    (PROFILE, "action_save_leaf"): ["self", 0],
    (LOOKALIKE, "action_compute"): ["self"],
    (LOOKALIKE, "action_open_scores"): ["self"],
    (LOOKALIKE, "action_save_segment"): ["self"],
    (SCORE, "action_open_record"): ["self"],
}
CALLERS = {
    (SEGMENT, "action_open_customers"): "salesperson",
    (SEGMENT, "action_open_members"): "salesperson",
    (SEGMENT, "get_segments"): "salesperson",
    (MEMBER, "action_open_customer"): "salesperson",
    (CLUSTERING, "action_open_clusters"): "analyst",
    (PROFILE, "action_compute"): "analyst",
    (PROFILE, "action_open_leaf"): "analyst",
    (PROFILE, "action_save_leaf"): "analyst",
    (LOOKALIKE, "action_compute"): "analyst",
    (LOOKALIKE, "action_open_scores"): "salesperson",
    (LOOKALIKE, "action_save_segment"): "analyst",
    (SCORE, "action_open_record"): "salesperson",
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
    clustering = case.env[CLUSTERING].create({"name": "Matrix", "company_id": company.id})
    leaf = {"size": 1, "group": 1, "rule": "All", "conditions": {}}
    profile = case.env[PROFILE].create(
        {"segment_id": segment.id, "company_id": company.id, "tree": {"leaves": [leaf]}}
    )
    lookalike = case.env[LOOKALIKE].create({"name": "Matrix", "company_id": company.id})
    score = case.env[SCORE].create(
        {
            "lookalike_id": lookalike.id,
            "company_id": company.id,
            "partner_id": customer.id,
            "score": 80,
        }
    )
    return [segment, member, month, clustering, profile, lookalike, score]


def records(case):
    """The records that calls with "self" are made on."""
    return _of(case, case.acme, case.company)


def records_elsewhere(case, customer, branch):
    """The same in a company that nobody may enter."""
    return {record._name: record for record in _of(case, customer, branch)}


def persons(case):
    """Values of a row of each table with a person in it."""
    segment = case.env[SEGMENT].create({"name": "Persons"})
    lookalike = case.env[LOOKALIKE].create({"name": "Persons"})
    return {
        SCORE: {"lookalike_id": lookalike.id, "company_id": case.env.company.id, "score": 1},
        MEMBER: {
            "segment_id": segment.id,
            "company_id": case.env.company.id,
            "date_from": "2026-01-01",
        },
    }
