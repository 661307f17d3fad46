"""Who may do what with the computations of the analyses."""

MATRIX = {"crm.insight.run": ("", "", "", "r", "r", "r", "r")}
METHODS = {
    ("crm.insight.run", "action_ask_again"): ["self"],
    ("crm.insight.run", "ask_run"): ["matrix"],
    ("crm.insight.run", "get_run"): ["matrix"],
}
CALLERS = {
    ("crm.insight.run", "action_ask_again"): "analyst",
    ("crm.insight.run", "ask_run"): "analyst",
    ("crm.insight.run", "get_run"): "salesperson",
}
#: Read-only methods with their arguments: "customer" is his id, ["customer"] his record.
READONLY = {("crm.insight.run", "get_run"): ["matrix"]}
#: Models that belong to no company.
EVERYWHERE = {"crm.insight.run"}
#: What calls are answered without, because it has tests of its own.
NOTHING = {
    ("crm.insight.run", "_analysis"): None,
    ("crm.insight.run", "_plan"): None,
}


def records(case):
    """The records that calls with "self" are made on."""
    return [case.env["crm.insight.run"].create({"code": "matrix", "state": "done"})]
