"""Who may do what with visits, routine contacts, the contact plan, nurture time and the day."""

ROUND, VISIT, ROUTINE = "crm.visit.round", "crm.visit", "crm.contact.routine"
PLAN, DAY, SOURCE = "crm.contact.plan", "crm.my.day", "crm.nurture.source"

MATRIX = {
    PLAN: ("", "", "", "r", "r", "r", "r"),
    ROUTINE: ("", "", "", "r", "r", "rwcu", "rwcu"),
    "crm.contact.routine.log": ("", "", "", "r", "r", "r", "r"),
    "crm.nurture.report": ("", "", "", "r", "r", "r", "r"),
    SOURCE: ("", "", "", "r", "r", "r", "r"),
    VISIT: ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.visit.fact": ("", "", "", "rwcu", "rwcu", "rwcu", "rwcu"),
    ROUND: ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
}
METHODS = {
    (PLAN, "action_open_customer"): ["self"],
    (ROUTINE, "action_contact_now"): ["self"],
    (ROUTINE, "action_open_log"): ["self"],
    (ROUTINE, "action_preview"): ["self"],
    (DAY, "do_item"): ["action", "own", "silence"],
    (DAY, "done_item"): ["action", "own", "silence"],
    (DAY, "get_my_day"): [],
    (DAY, "snooze_item"): ["action", "own", "silence"],
    (SOURCE, "action_open_leads"): ["self"],
    (VISIT, "action_add_to_calendar"): ["self"],
    (VISIT, "action_close"): ["self"],
    (VISIT, "action_open_customer"): ["self"],
    (VISIT, "action_order_by_nearness"): ["self"],
    (VISIT, "action_record"): ["self"],
    (VISIT, "action_reopen"): ["self"],
    (ROUND, "action_open_visits"): ["self"],
    (ROUND, "action_plan"): ["self"],
}
#: They name a window whose rows have rights of their own.
HARMLESS = {(ROUTINE, "action_open_log"), (ROUND, "action_open_visits")}
SALES = ("salesperson", "manager", "administrator")
CALLERS = {
    (PLAN, "action_open_customer"): "salesperson",
    (ROUTINE, "action_contact_now"): "manager",
    (ROUTINE, "action_open_log"): "visitor",
    (ROUTINE, "action_preview"): "salesperson",
    (DAY, "do_item"): "salesperson",
    (DAY, "done_item"): "salesperson",
    (DAY, "get_my_day"): "salesperson",
    (DAY, "snooze_item"): "salesperson",
    (SOURCE, "action_open_leads"): "salesperson",
    (VISIT, "action_add_to_calendar"): SALES,
    (VISIT, "action_close"): SALES,
    (VISIT, "action_open_customer"): "salesperson",
    (VISIT, "action_order_by_nearness"): SALES,
    (VISIT, "action_record"): SALES,
    (VISIT, "action_reopen"): SALES,
    (ROUND, "action_open_visits"): "visitor",
    (ROUND, "action_plan"): SALES,
}
READONLY = {(DAY, "get_my_day"): []}
#: Its rows are figures of the company the viewer works in, whichever that is.
EVERYWHERE = {SOURCE}
NOTHING = {(ROUTINE, "_contact"): 0}


def records(case):
    """The records that calls with "self" are made on; all of Sam's."""
    env = case.env
    visit_round = env[ROUND].create({"name": "Ports", "user_id": case.sam.id})
    visit = env[VISIT].create({"partner_id": case.acme.id, "user_id": case.sam.id})
    plan = env[PLAN].create(
        {"partner_id": case.acme.id, "company_id": case.company.id, "date": case.today}
    )
    env["crm.lead"].create({"name": "Cold", "user_id": case.sam.id})
    return [visit_round, visit, plan, _routine(case), env[SOURCE].search([], limit=1)]


def _routine(case, **values):
    company = values.get("company_id", case.company.id)
    selection = case.env["crm.customer.selection"].create({"name": "All", "company_id": company})
    return case.env[ROUTINE].create(
        {"name": "Statements", "kind": "statement", "selection_id": selection.id, **values}
    )


def records_elsewhere(case, customer, branch):
    """A record of each table of the branch."""
    env, day = case.env, case.today
    common = {"partner_id": customer.id, "company_id": branch.id}
    visit = env[VISIT].create(common)
    attribute = env["crm.profile.attribute"].create({"name": "Fleet", "code": "fleet_b"})
    routine = _routine(case, company_id=branch.id)
    lead = env["crm.lead"].create(
        {"name": "Theirs", "company_id": branch.id, "user_id": False, "team_id": False}
    )
    env.flush_all()
    return {
        VISIT: visit,
        ROUND: env[ROUND].create({"name": "Theirs", "company_id": branch.id}),
        "crm.visit.fact": env["crm.visit.fact"].create(
            {"visit_id": visit.id, "partner_id": customer.id, "attribute_id": attribute.id}
        ),
        PLAN: env[PLAN].create({**common, "date": day}),
        ROUTINE: routine,
        "crm.contact.routine.log": env["crm.contact.routine.log"].create(
            {
                "routine_id": routine.id,
                "partner_id": customer.id,
                "period_start": day,
                "date": str(day),
                "state": "done",
            }
        ),
        "crm.nurture.report": env["crm.nurture.report"].browse(lead.id),
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    company = {"company_id": case.env.company.id}
    attribute = case.env["crm.profile.attribute"].create({"name": "Shoes", "code": "test_shoes"})
    selection = case.env["crm.customer.selection"].create({"name": "All"})
    routine = case.env[ROUTINE].create(
        {"name": "Statements", "kind": "statement", "selection_id": selection.id}
    )
    visit = case.env[VISIT].create({"partner_id": case.contact("Fourth").id})
    visit_round = case.env[ROUND].create({"name": "Ports"})
    return {
        PLAN: {**company, "date": "2026-01-15"},
        "crm.contact.routine.log": {
            "routine_id": routine.id,
            "period_start": "2026-01-01",
            "date": "2026-01-15 10:00:00",
            "state": "done",
        },
        VISIT: {**company, "round_id": visit_round.id, "period_start": "2026-01-15"},
        "crm.visit.fact": {"visit_id": visit.id, "attribute_id": attribute.id},
    }
