"""Service as it is set up: teams with their hours, departments, promises, authority, warranty."""

from datetime import date, datetime, time, timedelta

from .customers import DEALERS
from .staff import PORTAL
from .world import days_ago, get, remember

ADDON = "crm_service_levels"
#: place: (name, time zone, (from, to) of each period of a working day)
HOURS = {
    "de": ("Service Hamburg", "Europe/Berlin", ((8, 12), (12.5, 17))),
    "cn": ("Service Suzhou", "Asia/Shanghai", ((9, 12), (13, 18))),
}
#: (place, name, first day (month, day), days)
HOLIDAYS = [
    ("de", "Christmas", (12, 24), 3), ("de", "New Year", (1, 1), 1), ("de", "Labor Day", (5, 1), 1),
    ("cn", "National holiday", (10, 1), 7), ("cn", "Labor Day", (5, 1), 3),
]  # fmt: skip
#: code: (name, place, mail alias, leader, members, cost of an hour in euro)
TEAMS = {
    "de": ("Service Germany", "de", "service", "leader",
           ("service", "service_2", "service_sales"), 54),
    "cn": ("中国服务部", "cn", "service-cn", "leader_cn", ("service_cn",), 26),
    "calls": ("Call center Hamburg", "de", "calls", "leader", ("service_2",), 38),
}  # fmt: skip
#: Departments help in squads and answer for causes: code: (name, place, leader)
DEPARTMENTS = {
    "production": ("Production", "de", "production"),
    "sales": ("Sales", "de", "manager"),
    "quality_cn": ("质量部", "cn", "quality_cn"),
}
#: code: (name, part of)
CAUSES = {
    "use": ("Use", None),
    "dry": ("Ran dry", "use"),
    "filter": ("Filter not cleaned", "use"),
    "setting": ("Wrong setting", "use"),
    "product": ("Product", None),
    "wear": ("Wear", "product"),
    "control": ("Control unit faulty", "product"),
    "seal": ("Seal leaks early", "product"),
    "process": ("Our own work", None),
    "late": ("Delivered late", "process"),
    "bill": ("Bill wrong", "process"),
    "packing": ("Damaged in transport", "process"),
    "promise": ("Promise not kept", "process"),
}
#: name: (sequence, priority, tiers, ((kind, hours, counted in), …), description)
PROMISES = {
    "Best customers, urgent": (
        4, "3", "A", (("first_reply", 0.5, "team"), ("update", 4, "team"),
                      ("resolution", 8, "always")),
        "A reply within half an hour, a word every four hours, running again within eight.",
    ),
    "Best customers": (
        5, False, "AB", (("first_reply", 2, "team"), ("next_reply", 6, "team"),
                         ("resolution", 24, "team")),
        "Customers of tier A and B are answered within two working hours.",
    ),
}  # fmt: skip
#: name: (category, months for parts, labor, travel)
WARRANTIES = {
    "Pumps: one year": ("Pumps", 12, 12, 6),
    "Compressors: three years, labor for one": ("Compressors", 36, 12, 12),
}


def build(env):
    _mail_domain(env)
    calendars = {place: _hours(env, place, *row) for place, row in HOURS.items()}
    _holidays(env, calendars)
    for code, row in TEAMS.items():
        _team(env, code, calendars, *row)
    for code, (name, place, leader) in DEPARTMENTS.items():
        _department(env, code, name, place, leader)
    _portal(env)
    _dealers(env)
    _causes(env)
    for name, row in PROMISES.items():
        _promise(env, name, *row)
    _authority(env)
    _warranties(env)
    _asking(env)


def _mail_domain(env):
    domain = env["mail.alias.domain"].search([], limit=1) or env["mail.alias.domain"].create(
        {"name": "veltra.example.com"}
    )
    for place in ("de", "cn"):
        get(env, f"company_{place}").alias_domain_id = domain


def _hours(env, place, name, zone, periods):
    lines = [
        (0, 0, {
            "name": name,
            "dayofweek": str(day),
            "hour_from": start,
            "hour_to": end,
            "day_period": "morning" if start < 12 else "afternoon",
        })
        for day in range(5)
        for start, end in periods
    ]  # fmt: skip
    company = get(env, f"company_{place}")
    values = {"name": name, "tz": zone, "company_id": company.id, "attendance_ids": lines}
    return env["resource.calendar"].create(values)


def _holidays(env, calendars):
    """Of this year and the last one, on which no clock runs."""
    this_year = env.cr.now().year
    env["resource.calendar.leaves"].create(
        [
            {
                "name": name,
                "company_id": get(env, f"company_{place}").id,
                "calendar_id": calendars[place].id,
                "date_from": datetime.combine(date(year, *start), time(0)) - timedelta(hours=8),
                "date_to": datetime.combine(date(year, *start), time(0)) + timedelta(days=days),
            }
            for place, name, start, days in HOLIDAYS
            for year in (this_year - 1, this_year)
        ]
    )


def _team(env, code, calendars, name, place, alias, leader, members, cost):
    company = get(env, f"company_{place}")
    hourly = env.ref("base.EUR")._convert(cost, company.currency_id, company, env.cr.now().date())
    team = env["crm.service.team"].create(
        {
            "name": name,
            "company_id": company.id,
            "alias_name": alias,
            "user_id": get(env, f"user_{leader}").id,
            "resource_calendar_id": calendars[place].id,
            "hourly_cost": round(hourly),
            "member_ids": [(0, 0, {"user_id": get(env, f"user_{one}").id}) for one in members],
        }
    )
    remember(env, f"service_team_{code}", team)
    team.call_center = code == "calls"


def _department(env, code, name, place, leader):
    user = get(env, f"user_{leader}")
    department = env["crm.service.team"].create(
        {
            "name": name,
            "kind": "department",
            "company_id": get(env, f"company_{place}").id,
            "user_id": user.id,
            "member_ids": [(0, 0, {"user_id": user.id})],
        }
    )
    remember(env, f"department_{code}", department)


def _dealers(env):
    """Those who sell our machines look after them too."""
    for code in DEALERS:
        get(env, f"customer_{code}").service_dealer = True


def _portal(env):
    """Customers who look after their requests themselves."""
    for login, (_name, _does, contact) in PORTAL.items():
        person = get(env, contact)
        user = env["res.users"].create(
            {
                "partner_id": person.id,
                "login": login,
                "password": login,
                "company_id": get(env, "company_de").id,
                "company_ids": [(6, 0, get(env, "company_de").ids)],
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        remember(env, f"user_{login}", user)


def _causes(env):
    for code, (name, parent) in CAUSES.items():
        cause = env["crm.service.cause"].create(
            {
                "name": name,
                "code": code,
                "parent_id": get(env, f"cause_{parent}").id if parent else False,
            }
        )
        remember(env, f"cause_{code}", cause)


def _promise(env, name, sequence, priority, tiers, targets, description):
    lines = [
        (0, 0, {"kind": kind, "hours": hours, "calendar_kind": counted, "sequence": place})
        for place, (kind, hours, counted) in enumerate(targets)
    ]
    policy = env["crm.service.sla.policy"].create(
        {
            "name": name,
            "sequence": sequence,
            "priority": priority,
            "description": description,
            "target_ids": lines,
            **{f"tier_{tier.lower()}": True for tier in tiers},
        }
    )
    remember(env, f"promise_{sequence}", policy)


def _authority(env):
    """Compensations from 200 on take two people; representatives give small parts for free."""
    representatives = env.ref(f"{ADDON}.group_service_user")
    env["crm.service.authority"].create(
        {"kind": "free_part", "group_id": representatives.id, "amount": 50}
    )
    supervisor = get(env, "user_supervisor")
    env["crm.service.approval.rule"].create(
        {
            "name": "Compensation from 200 on",
            "kind": "compensation",
            "least": 200,
            "step_ids": [
                (0, 0, {"name": "Team leader", "asked": "leader", "hours": 4}),
                (0, 0, {"name": "Supervisor", "asked": "user", "user_id": supervisor.id,
                        "hours": 8, "sequence": 20}),
            ],
        }
    )  # fmt: skip
    env["crm.service.absence"].create(
        {
            "user_id": get(env, "user_service_2").id,
            "substitute_id": get(env, "user_service").id,
            "date_from": days_ago(env, -20, 6),
            "date_to": days_ago(env, -27, 16),
            "note": "On holiday",
        }
    )


def _warranties(env):
    for name, (category, parts, labor, travel) in WARRANTIES.items():
        env["crm.service.warranty.rule"].create(
            {
                "name": name,
                "categ_id": env["product.category"].search([("name", "=", category)]).id,
                "months_parts": parts,
                "months_labor": labor,
                "months_travel": travel,
            }
        )
    offer = env["crm.service.warranty.rule"].create(
        {
            "name": "Two more years",
            "kind": "extended",
            "start": "end",
            "categ_id": env["product.category"].search([("name", "=", "Compressors")]).id,
            "months_parts": 24,
            "months_labor": 24,
        }
    )
    remember(env, "warranty_more", offer)


def _asking(env):
    """Half of the customers are called back; the branch has a tablet on its counter."""
    scheme = env.ref(f"{ADDON}.feedback_scheme_request", raise_if_not_found=False)
    desk = env.ref(f"{ADDON}.feedback_scheme_desk", raise_if_not_found=False)
    for place in ("de", "cn"):
        company = get(env, f"company_{place}")
        team = get(env, f"service_team_{place}")
        if scheme:
            env["crm.feedback.rule"].create(
                {
                    "name": f"{team.name}: one of three is called",
                    "scheme_id": scheme.id,
                    "company_id": company.id,
                    "team_id": team.id,
                    "percent": 33,
                    "by_phone": True,
                }
            )
        if desk:
            env["crm.feedback.desk"].create(
                {
                    "name": f"{company.city}, counter",
                    "company_id": company.id,
                    "team_id": team.id,
                    "scheme_id": desk.id,
                }
            )
