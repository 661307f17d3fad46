"""What crm_customer_insight adds: what contacts cost, permissions, facts, key accounts, figures.

Costs per contact are those a bank published for one customer served: branch 120, agent call 60,
cash machine 20, voice menu 10, web 5 (CC-9).
"""

from datetime import timedelta

from .world import days_ago, get, remember

COST_PER_CONTACT = {"branch": 120, "phone": 60, "atm": 20, "ivr": 10, "web": 5}
#: Our own estimates for the channels the bank did not publish.
OTHER_COSTS = {"visit": 180, "email": 4, "letter": 8, "sms": 1, "fax": 6}

PERMISSIONS = [
    # customer, channel, state, preferred, quiet from, until, source, days ago
    ("person_hafen_0", "email", "granted", True, 0, 0, "contract", 300),
    ("person_hafen_0", "phone", "granted", False, 18, 8, "spoken", 120),
    ("person_hafen_1", "phone", "granted", True, 0, 0, "spoken", 90),
    ("person_chemie_0", "email", "granted", True, 0, 0, "written", 210),
    ("person_chemie_0", "phone", "denied", False, 0, 0, "written", 40),
    ("person_molkerei_0", "phone", "granted", True, 12, 13.5, "spoken", 60),
    ("person_stadtwerke_0", "letter", "granted", True, 0, 0, "contract", 500),
    ("person_chip_cn_0", "phone", "granted", True, 19, 9, "spoken", 30),
    ("person_gusu_0", "email", "granted", True, 0, 0, "contract", 400),
    ("customer_kruger", "email", "granted", True, 0, 0, "contract", 600),
    ("customer_house_de_0", "email", "granted", True, 0, 0, "form", 200),
    ("customer_house_de_1", "email", "denied", False, 0, 0, "portal", 20),
    ("customer_house_de_2", "sms", "granted", True, 21, 9, "form", 100),
    ("customer_house_cn_0", "sms", "granted", True, 21, 8, "form", 80),
]
PRESSURE_RULES = [
    # name, channel, tier, at most, within days
    ("At most four contacts a month, all channels", None, False, 4, 30),
    ("One marketing e-mail a week", "email", False, 1, 7),
    ("Small customers: one call in three months", "phone", "D", 1, 90),
]
#: (code, name, type, section, months until it must be confirmed again)
ATTRIBUTES = [
    ("installed_pumps", "Pumps installed", "number", "Equipment", 12),
    ("main_competitor", "Main competitor", "char", "Market", 12),
    ("investment_plan", "Next investment planned", "date", "Plans", 6),
    ("maintenance_staff", "Own maintenance staff", "boolean", "Equipment", 24),
]
FACTS = [
    # customer, attribute, value, days ago
    ("hafen", "installed_pumps", "64", 200),
    ("hafen", "investment_plan", None, 30),
    ("hafen", "maintenance_staff", "Yes", 200),
    ("chemie", "installed_pumps", "112", 420),
    ("chemie", "main_competitor", "Nordhydraulik", 90),
    ("molkerei", "installed_pumps", "18", 60),
    ("papier", "main_competitor", "Nordhydraulik", 35),
    ("chip_cn", "installed_pumps", "40", 100),
]
KEY_ACCOUNTS = {
    # customer: (owner, reason, other members, revenue aimed at, next review in days)
    "hafen": ("sales", "Largest port operator in the north; reference for docks",
              (("manager", "sponsor"), ("dealers", "technical")), 150_000, 12),
    "chemie": ("sales", "Two plants with oil-free air, growing", (("manager", "sponsor"),),
               220_000, -4),
    "chip_cn": ("sales_cn", "Clean rooms decide the reputation in the region",
                (("manager", "sponsor"),), 1_500_000, 30),
}  # fmt: skip
STAKEHOLDERS = [
    # opportunity, person, role, attitude, influence
    ("lead_0", "person_hafen_0", "decider", "supporter", "3"),
    ("lead_0", "person_hafen_1", "technical", "champion", "2"),
    ("lead_0", "person_hafen_2", "user", "neutral", "1"),
    ("lead_1", "person_chemie_0", "decider", "critic", "3"),
    ("lead_1", "person_chemie_1", "technical", "champion", "2"),
    ("lead_7", "person_chip_cn_0", "finance", "neutral", "3"),
]
QUALIFICATION = {
    "lead_0": ("yes", "yes", "yes"),
    "lead_1": ("yes", "partly", "yes"),
    "lead_4": ("no", "unknown", "partly"),
    "lead_7": ("partly", "yes", "yes"),
}
#: (name, key, euro a year)
OVERHEAD = [
    ("Trade fairs and advertising", "revenue", 16_000),
    ("Sales administration", "equal", 22_000),
]
#: (who recommended us, whom)
REFERRALS = [("stadtwerke", "klinik"), ("kruger", "bau"), ("kliniken_cn", "park_cn")]
#: (name, description, (fact, operator, value) ...)
SELECTIONS = [
    (
        "Large customers we have not spoken to",
        "Tier A or B, and no contact for a month: call them.",
        ("tier", "in", ["A", "B"]),
        ("days_since_contact", ">", 30),
    ),
    (
        "Declining, worth a visit",
        "They bought less than in the year before, and bring profit.",
        ("lifecycle_stage", "in", ["declining"]),
        ("profit", ">", 0),
    ),
]


def build(env):
    _costs(env)
    _permissions(env)
    _pressure(env)
    _facts(env)
    for code, row in KEY_ACCOUNTS.items():
        _key_account(env, code, *row)
    _qualification(env)
    _referrals(env)
    _value_rules(env)
    _suggestions(env)
    _overhead(env)
    _selections(env)
    _figures(env)


def _channels(env):
    channels = env["crm.contact.channel"].with_context(active_test=False).search([])
    return {channel.code: channel for channel in channels}


def _costs(env):
    channels, euro = _channels(env), env.ref("base.EUR")
    for place in ("de", "cn"):
        company = get(env, f"company_{place}")
        for code, cost in {**COST_PER_CONTACT, **OTHER_COSTS}.items():
            if code in channels:
                amount = euro._convert(cost, company.currency_id, company, env.cr.now().date())
                env["crm.contact.channel.rate"].create(
                    {"channel_id": channels[code].id, "company_id": company.id, "cost": amount}
                )


def _permissions(env):
    channels = _channels(env)
    names = ("state", "preferred", "quiet_from", "quiet_to", "origin")
    for customer, channel, *values, days in PERMISSIONS:
        env["crm.contact.permission"].create(
            {
                "partner_id": get(env, customer).id,
                "channel_id": channels[channel].id,
                "date": days_ago(env, days),
                "user_id": get(env, customer).user_id.id or env.uid,
                **dict(zip(names, values, strict=True)),
            }
        )


def _pressure(env):
    channels = _channels(env)
    for name, channel, tier, most, days in PRESSURE_RULES:
        env["crm.contact.pressure.rule"].create(
            {
                "name": name,
                "channel_id": channels[channel].id if channel else False,
                "tier": tier,
                "max_contacts": most,
                "window_days": days,
            }
        )


def _facts(env):
    attributes = {}
    for code, name, kind, section, months in ATTRIBUTES:
        attributes[code] = env["crm.profile.attribute"].create(
            {"code": code, "name": name, "type": kind, "section": section, "valid_months": months}
        )
    soon = (env.cr.now().date() + timedelta(days=75)).isoformat()
    for customer, code, value, days in FACTS:
        partner = get(env, f"customer_{customer}")
        env["crm.profile.value"].with_user(partner.user_id).create(
            {
                "partner_id": partner.id,
                "attribute_id": attributes[code].id,
                "value": value or soon,
                "date": days_ago(env, days).date(),
            }
        )


def _key_account(env, code, owner, reason, others, target, review):
    members = [(get(env, f"user_{owner}").id, "manager")]
    members += [(get(env, f"user_{login}").id, role) for login, role in others]
    place = "cn" if code.endswith("_cn") else "de"
    manager = get(env, "user_manager")
    both = {"allowed_company_ids": manager.company_ids.ids}
    account = env["crm.key.account"].with_user(manager).with_context(**both).create(
        {
            "partner_id": get(env, f"customer_{code}").id,
            "user_id": get(env, f"user_{owner}").id,
            "reason": reason,
            "since": days_ago(env, 400).date(),
            "next_review_date": days_ago(env, -review).date(),
            "member_ids": [(0, 0, {"user_id": user, "role": role}) for user, role in members],
            "goal_ids": [
                (0, 0, {
                    "name": "Revenue this year",
                    "figure": "revenue",
                    "target": target,
                    "company_id": get(env, f"company_{place}").id,
                }),
            ],
            "strengths": "<p>Short delivery times; our technicians know the plant.</p>",
            "threats": "<p>Nordhydraulik offers spare parts at a discount.</p>",
        }
    )  # fmt: skip
    remember(env, f"key_account_{code}", account)


def _qualification(env):
    for lead, (money, authority, need) in QUALIFICATION.items():
        values = {"man_money": money, "man_authority": authority, "man_need": need}
        get(env, lead).write(values)
    for lead, person, role, attitude, influence in STAKEHOLDERS:
        env["crm.lead.stakeholder"].create(
            {
                "lead_id": get(env, lead).id,
                "partner_id": get(env, person).id,
                "role": role,
                "attitude": attitude,
                "influence": influence,
            }
        )


def _referrals(env):
    for referrer, referred in REFERRALS:
        env["crm.referral"].create(
            {
                "referrer_id": get(env, f"customer_{referrer}").id,
                "partner_id": get(env, f"customer_{referred}").id,
                "date": days_ago(env, 90).date(),
                "company_id": get(env, f"company_{'cn' if referred.endswith('_cn') else 'de'}").id,
            }
        )
    # The brewery told us about the dairy's new hall; that deal has been won.
    get(env, "lead_11").referrer_id = get(env, "customer_brauerei")


def _value_rules(env):
    """Sales orders have carried their costs from the first day of the story."""
    for place in ("de", "cn"):
        env["crm.value.setting"].create(
            {
                "company_id": get(env, f"company_{place}").id,
                "costs_recorded_since": days_ago(env, 1100).date(),
                "lifetime_minimum_customers": 20,
            }
        )


def _suggestions(env):
    """Freight and hours come with other things: nobody offers them."""
    for code in ("D02", "D04"):
        get(env, f"product_{code}").suggest_ok = False


def _overhead(env):
    """Marketing and sales administration of two years, spread over the customers of each month."""
    euro = env.ref("base.EUR")
    today = env.cr.now().date()
    start = today.replace(day=1, year=today.year - 2)
    for place in ("de", "cn"):
        company = get(env, f"company_{place}")
        for name, key, yearly in OVERHEAD:
            amount = euro._convert(2 * yearly, company.currency_id, company, today)
            env["crm.overhead.pool"].create(
                {
                    "name": name,
                    "key": key,
                    "amount": amount,
                    "date_from": start,
                    "date_to": today,
                    "company_id": company.id,
                }
            )


def _selections(env):
    """Two questions a sales manager asks every month."""
    for name, description, *conditions in SELECTIONS:
        env["crm.customer.selection"].create(
            {
                "name": name,
                "description": description,
                "user_id": get(env, "user_manager").id,
                "company_id": get(env, "company_de").id,
                "conditions": {
                    "operator": "and",
                    "conditions": [
                        dict(zip(("fact", "operator", "value"), condition, strict=True))
                        for condition in conditions
                    ],
                },
            }
        )


def _figures(env):
    """Fill the ledger and compute the figures, as the scheduled actions would tonight."""
    env["crm.contact.number"]._reconcile()
    env["crm.touchpoint"]._fill()
    env["crm.customer.snapshot"]._cron_refresh()
