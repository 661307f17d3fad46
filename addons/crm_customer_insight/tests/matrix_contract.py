"""Who may do what with contracts and readings (C360-7)."""

CONTRACT, READING = "crm.customer.contract", "crm.usage.reading"
MATRIX = {
    CONTRACT: ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.renewal.report": ("", "", "", "r", "r", "r", "r"),
    "crm.retention.report": ("", "", "", "r", "r", "r", "r"),
    READING: ("", "", "", "rwcu", "rwcu", "rwcu", "rwcu"),
}
METHODS = {
    (CONTRACT, "action_start"): ["self"],
    (CONTRACT, "action_renew"): ["self"],
    (CONTRACT, "action_cancel"): ["self"],
    (CONTRACT, "action_open_readings"): ["self"],
    (READING, "record_usage"): [[]],
    ("crm.retention.page", "get_retention"): [],
}
READONLY = {("crm.retention.page", "get_retention"): []}
# The contract here is Sam's: analysts read it and change nothing.
OWNERS = ("salesperson", "manager", "administrator")
CALLERS = {
    (CONTRACT, "action_start"): OWNERS,
    (CONTRACT, "action_renew"): OWNERS,
    (CONTRACT, "action_cancel"): OWNERS,
    (CONTRACT, "action_open_readings"): "salesperson",
    (READING, "record_usage"): "salesperson",
    ("crm.retention.page", "get_retention"): "salesperson",
}


def _contract(case, partner, company):
    return case.env[CONTRACT].create(
        {
            "name": "Maintenance",
            "partner_id": partner.id,
            "company_id": company.id,
            "user_id": case.sam.id,
            "date_start": "2025-01-01",
            "date_end": "2025-12-31",
            "state": "running",
        }
    )


def records(case):
    """A contract of Acme and a reading of it."""
    contract = _contract(case, case.acme, case.company)
    reading = case.env[READING].create({"contract_id": contract.id, "quantity": 5})
    return [contract, reading]


def records_elsewhere(case, customer, company):
    """The same in another company."""
    contract = _contract(case, customer, company)
    return {
        CONTRACT: contract,
        READING: case.env[READING].create({"contract_id": contract.id, "quantity": 5}),
        "crm.renewal.report": case.env["crm.renewal.report"].browse(contract.id),
        "crm.retention.report": case.env["crm.retention.report"].browse(contract.id),
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    return {CONTRACT: {"name": "Maintenance", "date_start": "2025-01-01"}}
