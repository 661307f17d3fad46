"""Reminders: rounds of visits with updated facts, monthly statements, birthdays, a day to work.

``sales`` has an inspection planned for today and a call that is late; Mr Claasen of the port has
birthday this week.
"""

from datetime import timedelta

from .world import days_ago, get, remember

#: customer, checklist, answers of the last visit: (attribute, answer, new value, reason)
ROUNDS = [
    (
        "inspection",
        "Inspection of the pumps at key accounts",
        ("hafen", "chemie"),
        90,
        ("installed_pumps", "main_competitor"),
    ),
    ("visit", "Visits in the south", ("molkerei", "hotel", "brauerei"), 60, ("investment_plan",)),
]
#: The last visits that were made: customer, days ago, findings, answers by attribute.
VISITS = [
    (
        "hafen",
        35,
        "Two more pumps at quay 4; the workshop wants training.",
        {"installed_pumps": ("changed", "66", ""), "main_competitor": ("changed", "None", "")},
    ),
    (
        "chemie",
        20,
        "The second plant goes on line in autumn.",
        {
            "installed_pumps": ("changed", "118", ""),
            "main_competitor": ("confirmed", "", ""),
        },
    ),
]
#: Who has birthday in how many days, and the year.
#: What happens in customers' lives: whose, kind, day from today, source, what was said.
LIFE_EVENTS = [
    ("customer_chemie", "site", 75, "visit", "The second plant goes on line in autumn."),
    ("customer_brauerei", "anniversary", 12, "document", "150 years; invitation to the ceremony."),
    ("customer_molkerei", "management", -20, "told", "The son has taken over."),
    ("person_molkerei_0", "retirement", 45, "told", ""),
    ("customer_hotel", "moved", -50, "told", "Laundry moved to the new wing."),
]
BIRTHDAYS = [("hafen_1", 3, 1971), ("chemie_0", 5, 1966), ("molkerei_0", 1, 1980)]


def build(env):
    rounds = [_round(env, *row) for row in ROUNDS]
    for customer, days, findings, answers in VISITS:
        _visit_made(env, rounds[0], customer, days, findings, answers)
    for visit_round in rounds:
        visit_round._plan()
    _today(env)
    _birthdays(env)
    _life_events(env)
    _statements(env)
    env["crm.touchpoint"]._fill()
    env["crm.insight.run"]._run_now(["contact_plan"])


def _round(env, kind, name, customers, days, attributes):
    attribute = env["crm.profile.attribute"]
    company = get(env, "company_de")
    visit_round = env["crm.visit.round"].create(
        {
            "name": name,
            "kind": kind,
            "company_id": company.id,
            "user_id": get(env, "user_sales").id,
            "partner_ids": [(6, 0, [get(env, f"customer_{code}").id for code in customers])],
            "interval_days": days,
            "date_start": days_ago(env, days - 10).date(),
            "horizon_days": 30,
            "purpose": "Inspect the pumps" if kind == "inspection" else "Talk about next year",
            "attribute_ids": [(6, 0, attribute.search([("code", "in", attributes)]).ids)],
        }
    )
    return remember(env, f"round_{kind}", visit_round)


def _visit_made(env, visit_round, customer, days, findings, answers):
    """A visit of the round's period that ``sales`` made and closed with its facts."""
    sales = get(env, "user_sales")
    day = days_ago(env, days).date()
    visit = (
        env["crm.visit"]
        .with_user(sales)
        .create(
            {
                "round_id": visit_round.id,
                "partner_id": get(env, f"customer_{customer}").id,
                "company_id": visit_round.company_id.id,
                "kind": visit_round.kind,
                "purpose": visit_round.purpose,
                "date": day,
                "period_start": visit_round.date_start,
                "findings": findings,
            }
        )
    )
    visit.action_record()
    for fact in visit.fact_ids:
        answer, value, reason = answers.get(
            fact.attribute_id.code, ("not_asked", "", "Only the workshop was there")
        )
        if answer == "confirmed" and not fact.known_value:
            answer, reason = "not_asked", "Only the workshop was there"
        fact.write({"answer": answer, "new_value": value, "reason": reason})
    visit.action_close()
    visit.date_done = day
    visit._note_touches()


def _today(env):
    """What waits for ``sales`` today: an inspection, and a call that is a day late."""
    sales, visit = get(env, "user_sales"), env["crm.visit"]
    today = env.cr.now().date()
    planned = visit.search(
        [("user_id", "=", sales.id), ("state", "=", "planned")], order="date, id", limit=2
    )
    planned.write({"date": today})
    get(env, "customer_stadtwerke").activity_schedule(
        "mail.mail_activity_data_call",
        date_deadline=today - timedelta(days=1),
        user_id=sales.id,
        summary="Ask about the budget for the pumping station",
    )
    get(env, "lead_0").activity_schedule(
        "mail.mail_activity_data_call",
        date_deadline=today,
        user_id=sales.id,
        summary="Agree on the day of the decision",
    )


def _birthdays(env):
    birthday = env["crm.profile.attribute"].search([("code", "=", "birthday")])
    for person, days, year in BIRTHDAYS:
        partner = get(env, f"person_{person}")
        day = env.cr.now().date() + timedelta(days=days)
        env["crm.profile.value"].with_user(get(env, "user_sales")).create(
            {
                "partner_id": partner.id,
                "attribute_id": birthday.id,
                "value_date": day.replace(year=year, day=min(day.day, 28)),
            }
        )


def _life_events(env):
    """Turns in customers' lives; the hotel was offered something and is interested."""
    kind = "crm_customer_insight.crm_life_event_kind_%s"
    events = env["crm.life.event"].create(
        [
            {
                "partner_id": get(env, whose).id,
                "kind_id": env.ref(kind % code).id,
                "date": days_ago(env, -days).date(),
                "source": source,
                "note": note,
                "user_id": get(env, "user_sales").id,
            }
            for whose, code, days, source, note in LIFE_EVENTS
        ]
    )
    hotel = events[-1]
    hotel._mark_offered(env.ref("crm_customer_insight.crm_contact_channel_visit"))
    hotel.with_user(get(env, "user_sales")).action_accept()
    remember(env, "life_event_hotel", hotel)


def _statements(env):
    """Statements of account for business customers, every month."""
    company = get(env, "company_de")
    selection = env["crm.customer.selection"].create(
        {
            "name": "Business customers of sales",
            "company_id": company.id,
            "user_id": get(env, "user_manager").id,
            "conditions": {
                "operator": "and",
                "conditions": [
                    {
                        "fact": "salesperson",
                        "operator": "in",
                        "value": [get(env, "user_sales").id],
                    }
                ],
            },
        }
    )
    routine = env["crm.contact.routine"].create(
        {
            "name": "Monthly statement of account",
            "kind": "statement",
            "company_id": company.id,
            "selection_id": selection.id,
            "date_start": days_ago(env, 10).date(),
        }
    )
    routine._contact()
    remember(env, "routine_statement", routine)
