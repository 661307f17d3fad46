"""Customers who change, and what becomes of it: alerts, letters and outcomes (C360-3).

A brewery runs its pumps less, a paper mill gets money back, the one who decides at the port leaves.
Earlier alerts were judged, so that the rules show how often they were right.
"""

from datetime import timedelta

from odoo import Command

from .world import days_ago, get, remember

#: Months with operating hours a day, the oldest first: as ever, and then less than half.
HOURS = (31, 29, 30, 30, 28, 31, 30, 12)
#: (customer, rule, days ago, outcome, what was learned): alerts of the months before.
JUDGED = [
    ("molkerei", "silence", 330, "kept", "New line in autumn; visited, framework order."),
    ("stadtwerke", "silence", 320, "false_alarm", "Budget year: they order in January."),
    ("lyon", "silence", 300, "lost", "A local dealer delivers within a day."),
    ("wien", "silence", 290, "kept", "Wanted the spare parts list by mail; sent."),
    ("agrar", "silence", 280, "false_alarm", "Buys after the harvest only."),
    ("bau", "silence", 260, "kept", "The site was waiting for its permit."),
    ("papier", "silence", 250, "kept", "Free check made, two pumps replaced."),
    ("zoo", "silence", 240, "no_answer", "Three calls, no answer."),
    ("textil", "silence", 230, "lost", "Production moved abroad."),
    ("fluidtec", "silence", 220, "kept", "Discount for spare parts agreed."),
    ("brauerei", "silence", 210, "kept", "Was on holiday; order came a week later."),
    ("hotel", "silence", 200, "false_alarm", "Season starts in May."),
    ("klinik", "silence", 190, "kept", "Contact had changed; introduced ourselves."),
    ("kruger", "silence", 180, "kept", "Stock was full; next order in March."),
    ("chemie", "sum_leaving", 170, "kept", "Wrong seals; replaced and explained."),
    ("hafen", "sum_leaving", 150, "kept", "Double invoice; the buyer was called at once."),
    ("stadtwerke", "sum_leaving", 140, "false_alarm", "Return agreed before."),
    ("molkerei", "usage_fall", 130, "false_alarm", "The meter was exchanged."),
]
#: The part of the twelve months' revenue that the paper mill gets back.
GIVEN_BACK = 0.35


def build(env):
    _usage(env)
    _credit_note(env)
    _departure(env)
    _judged(env)
    env["crm.insight.run"]._run_now(["alerts"])
    _write_to_the_mill(env)
    _outcomes(env)


def _rule(env, kind):
    return env["crm.customer.alert.rule"].search([("kind", "=", kind)], limit=1)


def _usage(env):
    """The brewery's pumps ran 30 hours a month under contract, and 12 in the last one."""
    company, customer = get(env, "company_de"), get(env, "customer_brauerei")
    contract = env["crm.customer.contract"].with_company(company).create(
        {
            "name": "Pay per hour, cellar pumps",
            "partner_id": customer.id,
            "company_id": company.id,
            "date_start": days_ago(env, 400).date(),
            "date_end": days_ago(env, -330).date(),
            "monthly_value": 420,
            "usage_unit": "hours a month",
            "state": "running",
        }
    )  # fmt: skip
    remember(env, "alert_contract", contract)
    months = len(HOURS)
    env["crm.usage.reading"].create(
        [
            {
                "contract_id": contract.id,
                "date": days_ago(env, 30 * (months - place) - 24).date(),
                "quantity": hours,
            }
            for place, hours in enumerate(HOURS)
        ]
    )


def _credit_note(env):
    """A third of the year's revenue goes back to the paper mill."""
    company, customer = get(env, "company_de"), get(env, "customer_papier")
    invoices = env["account.move"].search(
        [
            ("commercial_partner_id", "=", customer.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("invoice_date", ">", days_ago(env, 365).date()),
        ],
        order="invoice_date desc",
    )
    amount = round(GIVEN_BACK * sum(invoices.mapped("amount_untaxed_signed")) or 900, 2)
    note = env["account.move"].with_company(company).create(
        {
            "move_type": "out_refund",
            "partner_id": customer.id,
            "company_id": company.id,
            "invoice_date": days_ago(env, 4).date(),
            "ref": "Impellers sent back",
            "invoice_line_ids": [
                Command.create({"name": "Impellers sent back", "price_unit": amount})
            ],
        }
    )  # fmt: skip
    note.action_post()
    remember(env, "alert_credit_note", note)


def _departure(env):
    """Who decides about the port's new docks goes to another employer."""
    port = get(env, "customer_hafen")
    person = env["res.partner"].create(
        {"name": "Jörg Timm", "parent_id": port.id, "function": "Head of purchasing"}
    )
    remember(env, "alert_person", person)
    env["crm.lead.stakeholder"].create(
        {"lead_id": get(env, "lead_0").id, "partner_id": person.id, "role": "finance"}
    )
    env.flush_all()
    person.active = False


def _judged(env):
    """Alerts of the months before, as they were raised and ended."""
    company = get(env, "company_de")
    tiers = env["crm.customer.snapshot"].search(
        [("is_current", "=", True), ("company_id", "=", company.id)]
    )
    tier = {row.partner_id: row.tier for row in tiers}
    env["crm.customer.alert"].create(
        [
            {
                **_judged_values(env, *row),
                "company_id": company.id,
                "tier": tier.get(get(env, f"customer_{row[0]}")),
            }
            for row in JUDGED
        ]
    )


def _judged_values(env, code, kind, days, outcome, note):
    customer, raised = get(env, f"customer_{code}"), days_ago(env, days).date()
    figures = {
        "silence": {"figure": 75, "usual": 30, "measure": 2.5, "threshold": 2},
        "sum_leaving": {"figure": 4000, "amount": 4000, "usual": 20000, "measure": 20,
                        "threshold": 10, "subject": "Credit note"},
        "usage_fall": {"figure": 9, "usual": 24, "measure": 62.5, "threshold": 30,
                       "uom": "hours a month", "subject": "Full maintenance"},
    }[kind]  # fmt: skip
    return {
        **figures,
        "rule_id": _rule(env, kind).id,
        "kind": kind,
        "partner_id": customer.id,
        "cause": f"{kind}@{raised}",
        "date": raised - timedelta(days=figures["figure"] if kind == "silence" else 3),
        "raised_on": raised,
        "user_id": customer.user_id.id,
        "state": "done",
        "outcome": outcome,
        "note": note,
        "judged_on": raised + timedelta(days=9),
        "judged_by": customer.user_id.id,
    }


def _write_to_the_mill(env):
    """The salesperson writes after the credit note, with an opening of his own."""
    note = get(env, "alert_credit_note")
    alert = env["crm.customer.alert"].search([("cause", "=", f"account.move:{note.id}")])
    if not alert.user_id:
        return
    letters = env["crm.retention.letter"].with_user(alert.user_id)
    letter = letters.create(
        {
            "alert_id": alert.id,
            "opening": "When we spoke on Monday I could hear how much trouble the impellers gave"
            " you, and I am sorry for it.",
        }
    )
    if letter.is_allowed:
        letter.action_send()


def _outcomes(env):
    """Of the silent customers one stays, one was a false alarm and one waits."""
    alerts = env["crm.customer.alert"].search(
        [("kind", "=", "silence"), ("state", "=", "new"), ("user_id", "!=", False)], order="id"
    )
    for alert, work in zip(alerts, (_kept, _false, _snoozed), strict=False):
        work(alert.with_user(alert.user_id), env)


def _kept(alert, _env):
    alert._settle("kept", "Order for spare parts agreed on the phone.")


def _false(alert, _env):
    alert._settle("false_alarm", "Closed for the holidays, as every year.")


def _snoozed(alert, env):
    alert._snooze(days_ago(env, -14).date())
