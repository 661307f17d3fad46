"""Contracts and what is used of them, suppliers, roles, demand, and loyalty cards of households.

The compressors of the chemical plant run less every month; the paper mill has cancelled; the port
renews each year. Households collect points: too few of them to say what the cards change.
"""

from dateutil.relativedelta import relativedelta

from .world import days_ago, get, remember

#: code: (customer, subject, months ago, months, renewal, monthly value, unit, times renewed, state)
CONTRACTS = {
    "M-1001": ("hafen", "Full maintenance of the dock pumps", 26, 12, "automatic", 1_450,
               "operating hours", 2, "running"),
    "M-1002": ("chemie", "Maintenance of the compressors", 14, 12, "manual", 2_100,
               "operating hours", 1, "running"),
    "M-1003": ("molkerei", "Inspection twice a year", 10, 12, "manual", 320, "inspections", 0,
               "running"),
    "M-1004": ("papier", "Full maintenance of the pulp pumps", 20, 24, "manual", 980,
               "operating hours", 0, "cancelled"),
    "M-1005": ("stadtwerke", "Stand-by service", 30, 0, "manual", 650, "", 0, "running"),
    "M-1006": ("brauerei", "Inspection of the cellar pumps", 15, 12, "none", 180, "", 0, "ended"),
    "M-1007": ("hotel", "Maintenance of the fountain", 0, 12, "manual", 90, "", 0, "draft"),
    "M-2001": ("chip_cn", "Clean-room maintenance", 25, 12, "automatic", 18_000,
               "operating hours", 2, "running"),
}  # fmt: skip
#: contract: readings of the last months, oldest first
USAGE = {
    "M-1001": (402, 396, 410, 405, 399, 412, 401, 408, 397, 406, 403, 404),
    "M-1002": (610, 602, 615, 598, 606, 611, 604, 588, 540, 466, 390, 312),
    "M-2001": (300, 310, 318, 331, 340, 352, 360, 371, 380, 394, 401, 415),
}
CANCELLED = "Nordhydraulik took over the pumps with their spare parts, for less"
#: supplier: (name, scores of a year ago, scores now, bills: (days ago, amount), credit note)
SUPPLIERS = {
    "foundry": ("Gießerei Harztal GmbH", (4, 4, 3, 4), (5, 4, 3, 4),
                ((340, 8_200), (240, 7_900), (150, 9_100), (60, 8_800)), 0),
    "motors": ("Elektromotoren Sievers KG", (4, 3, 4, 3), (2, 2, 4, 2),
               ((330, 6_400), (210, 6_900), (90, 7_200)), 1_850),
}  # fmt: skip
#: customer: what it spends in a year on what we sell, in company currency
DEMAND = {"hafen": 210_000, "chemie": 320_000, "molkerei": 60_000, "kruger": 900_000}
#: name, role
BY_HAND = [
    ("Nordhydraulik GmbH", "competitor"),
    ("Ingenieurbüro Wasserkant", "partner"),
]


def build(env):
    for number, row in CONTRACTS.items():
        _contract(env, number, *row)
    for number, readings in USAGE.items():
        _readings(env, number, readings)
    _roles(env)
    for code, row in SUPPLIERS.items():
        _supplier(env, code, *row)
    _demand(env)
    if "loyalty.program" in env:
        _cards(env)
    env["crm.touchpoint"]._fill()
    env["crm.insight.run"]._run_now(["loyalty", "loyalty_effect"])


def _month_ago(env, months):
    """First day of the month so many months ago."""
    return env.cr.now().date().replace(day=1) - relativedelta(months=months)


def _contract(env, number, code, name, ago, months, renewal, value, unit, renewed, state):
    partner = get(env, f"customer_{code}")
    start = _month_ago(env, ago)
    contract = env["crm.customer.contract"].create(
        {
            "name": name,
            "number": number,
            "partner_id": partner.id,
            "company_id": get(env, f"company_{'cn' if code.endswith('_cn') else 'de'}").id,
            "user_id": partner.user_id.id,
            "date_start": start,
            "date_end": start + relativedelta(months=months, days=-1) if months else False,
            "renewal_kind": renewal,
            "monthly_value": value,
            "usage_unit": unit,
            "state": "draft" if state == "draft" else "running",
        }
    )
    for _time in range(renewed):
        contract = contract._renew()
    if state == "cancelled":
        contract.end_reason = CANCELLED
        contract._close("cancelled", days_ago(env, 55).date())
    if state == "ended":
        contract._close("ended", contract.date_end)
    remember(env, f"contract_{number.replace('-', '_').lower()}", contract)


def _readings(env, number, readings):
    """One reading a month on the contract that runs; the last is of last month."""
    contract = get(env, f"contract_{number.replace('-', '_').lower()}")
    env["crm.usage.reading"].create(
        [
            {
                "contract_id": contract.id,
                "date": _month_ago(env, len(readings) - 1 - place) - relativedelta(days=1),
                "quantity": quantity,
            }
            for place, quantity in enumerate(readings)
        ]
    )


def _roles(env):
    for name, role in BY_HAND:
        partner = env["res.partner"].create({"name": name, "is_company": True})
        partner.hand_role_ids = env.ref(f"crm_customer_insight.partner_role_{role}")
        remember(env, f"{role}_company", partner)


def _supplier(env, code, name, before, now, bills, credited):
    company = get(env, "company_de")
    partner = env["res.partner"].create({"name": name, "is_company": True, "supplier_rank": 1})
    remember(env, f"supplier_{code}", partner)
    for ago, amount in bills:
        _bill(env, company, partner, "in_invoice", ago, amount)
    if credited:
        _bill(env, company, partner, "in_refund", 75, credited)
    _evaluate(env, company, partner, before, 370, "")
    note = "Two deliveries late, motors without certificate" if min(now) < 3 else ""
    _evaluate(env, company, partner, now, 10, note)


def _bill(env, company, partner, kind, ago, amount):
    day = days_ago(env, ago).date()
    line = {"name": "Castings and motors", "quantity": 1, "price_unit": amount, "tax_ids": [(5,)]}
    move = env["account.move"].with_company(company).create(
        {
            "move_type": kind,
            "partner_id": partner.id,
            "company_id": company.id,
            "invoice_date": day,
            "date": day,
            "ref": f"{partner.id}-{kind[3:6].upper()}-{ago:04}",
            "invoice_line_ids": [(0, 0, line)],
        }
    )  # fmt: skip
    move.action_post()


def _evaluate(env, company, partner, scores, ago, note):
    evaluation = env["crm.supplier.evaluation"].create(
        {
            "partner_id": partner.id,
            "company_id": company.id,
            "user_id": get(env, "user_manager").id,
            "date": days_ago(env, ago).date(),
            "note": note,
        }
    )
    for line, score in zip(evaluation.line_ids.sorted("sequence"), scores, strict=True):
        line.score = str(score)
    evaluation.action_finish()


def _demand(env):
    attribute = env["crm.profile.attribute"].search([("code", "=", "total_demand")])
    for code, amount in DEMAND.items():
        partner = get(env, f"customer_{code}")
        env["crm.profile.value"].with_user(partner.user_id).create(
            {
                "partner_id": partner.id,
                "attribute_id": attribute.id,
                "value": str(amount),
                "date": days_ago(env, 45).date(),
            }
        )


def _cards(env):
    """Every second German household has a card, with points for its orders since."""
    program = env["loyalty.program"].create(
        {
            "name": "Regulars",
            "program_type": "loyalty",
            "company_id": get(env, "company_de").id,
        }
    )
    remember(env, "loyalty_program", program)
    for index in range(0, 16, 2):
        _card(env, program, get(env, f"customer_house_de_{index}"), days_ago(env, 420 - index * 9))


def _card(env, program, partner, since):
    card = env["loyalty.card"].with_context(loyalty_no_mail=True, action_no_send_mail=True).create(
        {"program_id": program.id, "partner_id": partner.id}
    )  # fmt: skip
    env.flush_all()
    env.cr.execute("UPDATE loyalty_card SET create_date = %s WHERE id = %s", [since, card.id])
    orders = env["sale.order"].search(
        [("partner_id", "=", partner.id), ("state", "=", "sale"), ("date_order", ">=", since)]
    )
    for order in orders:
        line = env["loyalty.history"].create(
            {
                "card_id": card.id,
                "description": order.name,
                "issued": round(order.amount_untaxed / 10),
                "order_model": "sale.order",
                "order_id": order.id,
            }
        )
        card.points += line.issued
        env.flush_all()
        env.cr.execute(
            "UPDATE loyalty_history SET create_date = %s WHERE id = %s", [order.date_order, line.id]
        )
    env.invalidate_all()
