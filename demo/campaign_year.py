"""The other campaigns of the year: a fair, former customers won back, one that lost money, one
that runs, some that are planned; and the marketing plan from which they hang."""

from datetime import timedelta

from .campaign import account_of, approve, bills, by, kind
from .campaign_audit import answer, bounce, deal, order_of, post
from .clock import at, told
from .world import days_ago, get, remember

ADDON = "crm_campaign_roi"
PLAN = {
    "summary": "<p>Compressed air is where customers save money at once. We show it on site.</p>",
    "strengths": "Own technicians within four hours. Parts of every pump since 1998 in stock.",
    "weaknesses": "Hardly known outside the ports. Prices of parts are seen as high.",
    "opportunities": "Prices of energy; new rules for food plants; clean rooms in Jiangsu.",
    "threats": "Nordhydraulik sells seals for our pumps; Yulong halves prices.",
    "offer_product": "Audit, screw compressor, training of the operators: one package.",
    "offer_price": "List price; the audit is credited when a compressor is ordered.",
    "offer_place": "Direct sales for plants, dealers for workshops and households.",
    "offer_promotion": "Letters and calls before advertisements; one fair a year.",
    "need_customer": "Air without standstill, and proof of what it costs.",
    "need_cost": "Half a day of the plant manager; no production is stopped.",
    "need_convenience": "Date by one click; report within a week.",
    "need_communication": "The same salesperson before and after the order.",
}
#: (vendor, cost kind, what for, amount, days ago)
FAIR_BILLS = [
    ("fair", "venue", "Stand of 60 square meters", 17_600, 232),
    ("carrier", "samples", "Machines to the stand and back", 2_300, 230),
    ("travel", "travel", "Hotel for six colleagues", 4_900, 228),
]
#: visitors of the stand: (name, company, what they want, expected revenue, outcome)
VISITORS = [
    ("Silke Brandes", "Kieswerk Aller GmbH", "Slurry pumps for two pits", 31_000, None),
    ("Holger Petri", "Zuckerfabrik Leine AG", "Process pumps", 44_000, "lost"),
    ("Anke Sievers", "Klärwerk Oste", "Submersible pumps", 12_000, None),
    ("Marek Nowak", "Stocznia Wolin", "Dock pumps", 58_000, "lost"),
    ("Ilse Tamm", "Gärtnerei Tamm", "Irrigation", 6_500, None),
]
#: orders that named the code of the fair: customer, days between which the order lies
FAIR_ORDERS = [("fluidtec", 236, 100), ("wien", 236, 100), ("brauerei", 236, 170)]
#: mailings of the year that had nothing but their name until now:
#: title: (owner, company, kind, purpose, budget, applied, first day, last day, days ago)
EARLIER = {
    "Autumn parts offer": ("marketing", "de", "selective_mailing", "keep", 2_400, 50, 44, -12),
    "Slurry pump launch": ("marketing", "de", "selective_mailing", "new", 6_000, 24, 16, -40),
    "Clean room service": ("marketing_cn", "cn", "selective_mailing", "cross", 18_000, 38, 30, -5),
}
SERVICE = {
    "mail": (
        "Ready for winter, {{ object.name }}?",
        (
            "<p>Dear [[name]],</p>"
            "<p>new filters and seals before the frost spare you a standstill.</p>"
            '<p><a href="https://www.veltra.example.com/winter">Order the set</a></p>'
        ),
    ),
    "letter": (
        "Your set for the winter",
        "<p>Dear [[name]],</p><p>one card is enough.</p>",
    ),
}
#: Eight sets for one pump: the planner expects what households buy.
WINTER_MIX = {"S04": 8, "P300": 1}
FORMER = (
    "We would like to show you what is new",
    ("<p>Dear [[name]],</p><p>it is long since we worked together. May we visit you?</p>"),
)


def build(env):
    _plan(env)
    _fair(env)
    _back(env)
    _loss(env)
    for title, row in EARLIER.items():
        _earlier(env, title, *row)
    _winter(env)
    _seminar(env)
    _next_year(env)


def _plan(env):
    head = by(env, "marketing_head")
    rivals = ("nordhydraulik", "kompra", "yulong")
    with at(days_ago(env, 300)):
        plan = head["crm.marketing.plan"].create(
            {
                **PLAN,
                "name": "Marketing plan of Veltra",
                "year": days_ago(env, 190).year,
                "company_id": get(env, "company_de").id,
                "budget": 130_000,
                "target_revenue": 600_000,
                "target_customers": 20,
                "target_return": 150,
                "competitor_ids": [(6, 0, [get(env, f"competitor_{one}").id for one in rivals])],
            }
        )
        plan.action_start()
    remember(env, "marketing_plan", plan)
    get(env, "campaign_audit").with_env(by(env, "marketing")).plan_id = plan


def _values(env, kind_code, purpose, place="de", login="marketing", **more):
    plan = {"plan_id": get(env, "marketing_plan").id} if place == "de" else {}
    return {
        "kind_id": env.ref(f"{ADDON}.kind_{kind_code}").id,
        "purpose_id": env.ref(f"{ADDON}.purpose_{purpose}").id,
        "company_id": get(env, f"company_{place}").id,
        "user_id": get(env, f"user_{login}").id,
        **plan,
        **more,
    }


def _budget(env, **amounts):
    return [
        (0, 0, {"kind_id": kind(env, code).id, "amount": amount})
        for code, amount in amounts.items()
    ]


def _period(env, start, end):
    return {
        "date_start": days_ago(env, start).date(),
        "date_end": days_ago(env, end).date(),
    }


def _apply(env, campaign, ago, login="marketing"):
    with at(told(env, ago, 9)):
        campaign.with_env(by(env, login)).action_apply()


def _launch(env, campaign, applied, start, login="marketing"):
    """Applied for, approved, begun."""
    _apply(env, campaign, applied, login)
    approve(env, campaign, applied - 1)
    with at(told(env, start, 8)):
        campaign.with_env(by(env, login)).action_start()


def _finish(env, campaign, ago, login="marketing"):
    with at(told(env, ago, 16)):
        campaign.with_env(by(env, login)).action_fill_responses()
        campaign.with_env(by(env, login)).action_finish()


def _orders(env, customer, first, last):
    """What *customer* ordered between two days before today."""
    return env["sale.order"].search(
        [
            ("partner_id", "=", get(env, f"customer_{customer}").id),
            ("state", "=", "sale"),
            ("campaign_id", "=", False),
            ("date_order", ">=", days_ago(env, first, 0)),
            ("date_order", "<=", days_ago(env, last, 0)),
        ]
    )


def _give(orders, campaign, how, reason):
    """The campaign of *orders* and their invoices, with how it is known."""
    known = {"campaign_link_how": how, "campaign_link_reason": reason}
    orders.with_context(**known).campaign_id = campaign
    orders.invoice_ids.with_context(**known).campaign_id = campaign


# -- the fair ----------------------------------------------------------------------------------


def _fair(env):
    """The first application was refused: the stand was too large."""
    with at(told(env, 300, 9)):
        campaign = by(env, "marketing")["utm.campaign"].create(
            _values(
                env, "exhibition", "new", title="Nordmark fair", code="FAIR",
                **_period(env, 240, 230), target_leads=12, target_revenue=60_000,
                budget_ids=_budget(env, venue=26_000, travel=5_000, samples=2_500),
            )
        )  # fmt: skip
    remember(env, "campaign_fair", campaign)
    account_of(env, campaign, "fair")
    _apply(env, campaign, 292)
    waiting = campaign.sudo().approval_ids
    with at(told(env, 290, 14)):
        waiting.with_user(waiting.approver_id).action_refuse("60 square meters are enough.")
    with at(told(env, 288, 9)):
        venue = campaign.budget_ids.filtered(lambda line: line.kind_id == kind(env, "venue"))
        venue.with_env(by(env, "marketing")).amount = 18_000
    _launch(env, campaign, 287, 240)
    bills(env, get(env, "analytic_fair"), FAIR_BILLS)
    _visitors(env, campaign)
    for customer, first, last in FAIR_ORDERS:
        _orders(env, customer, first, last)[:3].write({"campaign_code": "FAIR"})
    _finish(env, campaign, 226)


def _visitors(env, campaign):
    seller = get(env, "user_sales")
    leads = env["crm.lead"].create(
        [
            {
                "name": wish,
                "type": "opportunity",
                "contact_name": name,
                "partner_name": company,
                "email_from": f"{name.split()[-1]}@{company.split()[0]}.example.com".lower(),
                "expected_revenue": revenue,
                "campaign_id": campaign.id,
                "user_id": seller.id,
                "team_id": get(env, "team_direct").id,
                "company_id": campaign.company_id.id,
            }
            for name, company, wish, revenue, _outcome in VISITORS
        ]
    )
    env.flush_all()
    moment = told(env, 238, 11)
    env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)", [moment, leads.ids])
    for lead, (*_who, outcome) in zip(leads, VISITORS, strict=True):
        if outcome == "lost":
            with at(told(env, 180, 15)):
                lead.lost_to_id = get(env, "competitor_nordhydraulik")
                lead.action_set_lost()


# -- former customers ----------------------------------------------------------------------------


def _back(env):
    """A letter to those who stopped buying; one of them buys again."""
    stages = {
        "fact": "lifecycle_stage",
        "operator": "in",
        "value": ["lost", "won_back", "declining"],
    }
    with at(told(env, 112, 9)):
        audience = by(env, "marketing")["crm.campaign.audience"].create(
            {
                "name": "Former and fading customers",
                "description": "Customers who stopped buying, or buy much less than before.",
                "level": "customer",
                "conditions": {"operator": "and", "conditions": [stages]},
                "company_id": get(env, "company_de").id,
            }
        )
        audience.action_fix()
        campaign = by(env, "marketing")["utm.campaign"].create(
            _values(
                env, "direct_mail", "back", title="We miss you", code="BACK",
                **_period(env, 100, 35), audience_ids=[(6, 0, audience.ids)],
                target_won=2, target_revenue=10_000,
                budget_ids=_budget(env, print=2_000, staff=900),
            )
        )  # fmt: skip
        campaign.action_fill_targets()
        wave = _wave(campaign, "Letter", "letter", FORMER)
        wave.action_ready()
    remember(env, "campaign_back", campaign.with_env(env))
    campaign = campaign.with_env(env)
    account_of(env, campaign, "back")
    _launch(env, campaign, 106, 100)
    with at(told(env, 100, 10)) as now:
        wave.sudo()._run(now)
    bills(env, get(env, "analytic_back"), [("printer", "print", "Letters", 1_880, 94)])
    _give(_orders(env, "bau", 90, 7), campaign, "call", "Mr. Steiner named the letter on the phone")
    _finish(env, campaign, 34)


def _wave(campaign, name, method, text, **values):
    user = campaign.user_id
    return campaign.env["crm.campaign.wave"].create(
        {
            "campaign_id": campaign.id,
            "name": name,
            "method": method,
            "subject": text[0],
            "body_html": text[1],
            "user_id": user.id,
            "email_from": user.email_formatted,
            **values,
        }
    )


# -- a loss ------------------------------------------------------------------------------------


def _loss(env):
    """Submersible pumps at 45 % off, below cost: the more is sold, the more is lost."""
    with at(told(env, 132, 9)):
        campaign = by(env, "marketing")["utm.campaign"].create(
            _values(
                env, "selective_mailing", "keep", title="Pools and ponds: 45 % off", code="POOL",
                **_period(env, 125, 80), target_revenue=4_000,
                budget_ids=_budget(env, media=1_300),
            )
        )  # fmt: skip
    campaign = remember(env, "campaign_loss", campaign.with_env(env))
    account_of(env, campaign, "loss")
    _launch(env, campaign, 130, 125)
    bills(env, get(env, "analytic_loss"), [("journal", "media", "Half a page", 1_250, 118)])
    _loss_orders(env, campaign)
    _finish(env, campaign, 79)


def _loss_orders(env, campaign):
    """Five pumps at 649 that cost 690: 41 are lost with each."""
    env = env(context={**env.context, "allowed_company_ids": campaign.company_id.ids})
    nobody, pump = env["crm.lead"].browse(), get(env, "product_P300")
    values = [
        order_of(nobody, get(env, f"customer_{name}"), [(pump, pieces)], campaign)
        for name, pieces in (("hotel", 3), ("zoo", 2))
    ]
    for order in values:
        order["order_line"][0][2]["discount"] = 45
    deal(env, values, [told(env, 110, 10), told(env, 101, 10)])


# -- what was there --------------------------------------------------------------------------------


def _earlier(env, title, login, place, kind_code, purpose, budget, applied, start, end):
    """Campaigns that came into being with a mailing or a lead are planned and run as well."""
    campaign = env["utm.campaign"].search([("title", "=", title)], limit=1)
    values = _values(env, kind_code, purpose, place, login, **_period(env, start, end))
    with at(told(env, applied + 1, 9)):
        # it came into being in the head office, whose marketing hands it over
        campaign.with_env(by(env, "marketing_head")).company_id = get(env, f"company_{place}")
        campaign.with_env(by(env, login)).write(
            {**values, "budget_ids": _budget(env, media=budget)}
        )
    _launch(env, campaign, applied, start, login)


# -- what runs now -----------------------------------------------------------------------------


def _winter(env):
    """A mail three weeks ago, its answers, first orders; a letter next week."""
    households = env["res.partner.category"].search([("name", "=", "Household")])
    rows = ({"fact": "tags", "operator": "in", "value": households.ids},
            {"fact": "country", "operator": "in", "value": env.ref("base.de").ids})  # fmt: skip
    with at(told(env, 30, 9)):
        audience = by(env, "marketing")["crm.campaign.audience"].create(
            {
                "name": "Households in Germany",
                "description": "Asked anew for every wave.",
                "conditions": {"operator": "and", "conditions": list(rows)},
                "company_id": get(env, "company_de").id,
            }
        )
        campaign = by(env, "marketing")["utm.campaign"].create(
            _values(
                env, "selective_mailing", "cross", title="Ready for winter", code="WINTER",
                **_period(env, 20, -30), audience_ids=[(6, 0, audience.ids)], control_share=20,
                team_id=get(env, "team_direct").id,
                product_ids=[(6, 0, (get(env, "product_S04") | get(env, "product_P300")).ids)],
                mix_ids=[(0, 0, _share(get(env, f"product_{code}"), share))
                         for code, share in WINTER_MIX.items()],
                target_responses=8, target_revenue=9_000, target_return=120,
                budget_ids=_budget(env, design=900, print=700, contacts=150, staff=600),
            )
        )  # fmt: skip
        campaign.action_fill_targets()
        mail = _wave(campaign, "Mail", "mail", SERVICE["mail"], sequence=10)
        mail.action_usual_groups()
        silent = mail.response_group_ids.filtered(lambda one: one.name == "No reply")
        letter = _wave(
            campaign, "Letter", "letter", SERVICE["letter"], sequence=20,
            response_group_id=silent.id, date_planned=days_ago(env, -6, 8),
        )  # fmt: skip
        (mail | letter).action_ready()
    campaign = remember(env, "campaign_winter", campaign.with_env(env))
    account_of(env, campaign, "winter")
    _launch(env, campaign, 27, 20)
    for days in range(4):
        post(mail, told(env, 20, 9) + timedelta(days=days))
    for place, trace in enumerate(mail.mailing_ids.mailing_trace_ids.sorted("id")):
        _winter_answer(trace.with_env(env), place)
    bills(env, get(env, "analytic_winter"),
          [("agency", "design", "Picture and text", 780, 22)])  # fmt: skip
    _winter_orders(env, campaign)
    campaign.with_env(by(env, "marketing")).action_fill_responses()
    with at(told(env, 1, 15)):
        change = by(env, "marketing")["crm.campaign.change"].create(
            {
                "campaign_id": campaign.id,
                "reason": "Advertisement in the regional paper before the frost",
                "line_ids": [(0, 0, {"kind_id": kind(env, "media").id, "amount": 1_200})],
            }
        )
        change.action_ask()


def _share(product, share):
    return {"product_id": product.id, "weight": share, "price": product.list_price}


def _winter_answer(trace, place):
    if place == 4:
        bounce(trace)
    elif place % 2 == 0:
        answer(trace, 1, place % 3 == 0 and 2, place % 4 == 0 and 2)


def _winter_orders(env, campaign):
    env = env(context={**env.context, "allowed_company_ids": campaign.company_id.ids})
    goods = (get(env, "product_S04"), get(env, "product_P300"))
    nobody = env["crm.lead"].browse()
    values, moments = [], []
    for index, (filters, pumps, ago) in enumerate(((6, 0, 17), (4, 1, 14), (12, 0, 12))):
        person = get(env, f"customer_house_de_{index + 4}")
        lines = zip(goods, (filters, pumps), strict=True)
        values.append(order_of(nobody, person, lines, campaign))
        moments.append(told(env, ago, 11))
    deal(env, values, moments)


# -- what is planned ---------------------------------------------------------------------------


def _seminar(env):
    """Applied for two days ago: it waits for the marketing manager."""
    with at(told(env, 4, 4, "utc")):
        campaign = by(env, "marketing_cn")["utm.campaign"].create(
            _values(
                env, "seminar", "cross", "cn", "marketing_cn",
                title="Clean room seminar in Suzhou", **_period(env, -30, -60),
                brief="<p>Half a day for twenty plant managers, with a visit to Kunshan.</p>",
                target_responses=20, target_leads=8, target_revenue=900_000, target_return=150,
                budget_ids=_budget(env, venue=120_000, travel=60_000, print=40_000),
            )
        )  # fmt: skip
    remember(env, "campaign_seminar", campaign.with_env(env))
    with at(told(env, 2, 4, "utc")):
        campaign.action_apply()


def _next_year(env):
    """A draft to go on with."""
    campaign = by(env, "marketing")["utm.campaign"].create(
        _values(
            env, "exhibition", "new", title="Nordmark fair, next year", **_period(env, -150, -154),
            budget_ids=_budget(env, venue=19_000, travel=5_000),
        )
    )  # fmt: skip
    remember(env, "campaign_next", campaign.with_env(env))
