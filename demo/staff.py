"""Staff of every role. Each log-in's password is the log-in itself."""

from .world import get, remember

#: company where somebody works -> the language of his screens, when it is not English
LANGUAGES = {"cn": "zh_CN"}

#: log-in: (name, what he does, companies, time zone, groups)
STAFF = {
    "sales": (
        "Lena Brandt", "Salesperson, Germany", ("de",), "Europe/Berlin",
        ["sales_team.group_sale_salesman"],
    ),
    "dealers": (
        "Tobias Kern", "Salesperson for dealers", ("de",), "Europe/Berlin",
        ["sales_team.group_sale_salesman"],
    ),
    "sales_cn": (
        "Wei Zhang", "Salesperson, China", ("cn",), "Asia/Shanghai",
        ["sales_team.group_sale_salesman"],
    ),
    "manager": (
        "Marta Winkler", "Sales manager of both companies", ("de", "cn"), "Europe/Berlin",
        ["sales_team.group_sale_manager", "account.group_account_invoice"],
    ),
    "analyst": (
        "Jonas Petersen", "Analyst", ("de", "cn"), "Europe/Berlin",
        ["crm_customer_insight.group_insight_analyst"],
    ),
    "accountant": (
        "Ines Hoffmann", "Accountant", ("de", "cn"), "Europe/Berlin",
        ["account.group_account_manager"],
    ),
    "administrator": (
        "Paul Richter", "Administrator of the CRM suite", ("de", "cn"), "Europe/Berlin",
        ["sales_team.group_sale_manager", "crm_customer_insight.group_insight_admin",
         "crm_service_levels.group_service_admin", "crm_campaign_roi.group_campaign_admin",
         "crm_callcenter.group_call_admin",
         "base.group_system"],
    ),
    "marketing": (
        "Mia Sander", "Marketer, Germany", ("de",), "Europe/Berlin",
        ["crm_campaign_roi.group_campaign_user"],
    ),
    "marketing_cn": (
        "Hu Yan", "Marketer, China", ("cn",), "Asia/Shanghai",
        ["crm_campaign_roi.group_campaign_user"],
    ),
    "marketing_head": (
        "Volker Thiel", "Marketing manager: approves and settles campaigns", ("de", "cn"),
        "Europe/Berlin", ["crm_campaign_roi.group_campaign_manager"],
    ),
    "controller": (
        "Regina Moll", "Controller: cost and return of campaigns", ("de", "cn"), "Europe/Berlin",
        ["crm_campaign_roi.group_campaign_controller", "account.group_account_readonly"],
    ),
    "planner": (
        "Kai Ewald", "Planner of purchasing and production", ("de",), "Europe/Berlin",
        ["crm_campaign_roi.group_campaign_planner", "stock.group_stock_user",
         "purchase.group_purchase_user", "mrp.group_mrp_user"],
    ),
    "service": (
        "Nele Arndt", "Representative, service Germany", ("de",), "Europe/Berlin",
        ["crm_service_levels.group_service_user"],
    ),
    "service_2": (
        "Jan Peeters", "Representative, service Germany", ("de",), "Europe/Berlin",
        ["crm_service_levels.group_service_user"],
    ),
    "service_cn": (
        "Qian Li", "Representative, service China", ("cn",), "Asia/Shanghai",
        ["crm_service_levels.group_service_user"],
    ),
    "service_sales": (
        "Dirk Hansen", "Representative who also sells", ("de",), "Europe/Berlin",
        ["crm_service_levels.group_service_sales"],
    ),
    "leader": (
        "Svenja Albrecht", "Team leader, service Germany", ("de",), "Europe/Berlin",
        ["crm_service_levels.group_service_manager"],
    ),
    "leader_cn": (
        "Ren Hao", "Team leader, service China", ("cn",), "Asia/Shanghai",
        ["crm_service_levels.group_service_manager"],
    ),
    "supervisor": (
        "Clara Voigt", "Supervisor of service, both companies", ("de", "cn"), "Europe/Berlin",
        ["crm_service_levels.group_service_manager"],
    ),
    "satisfaction": (
        "Ute Kramer", "Satisfaction officer", ("de", "cn"), "Europe/Berlin",
        ["crm_service_levels.group_service_officer"],
    ),
    "auditor": (
        "Ada Reuter", "Auditor of complaints", ("de", "cn"), "Europe/Berlin",
        ["crm_service_levels.group_service_auditor"],
    ),
    "agent": (
        "Lukas Baum", "Agent of the call center", ("de",), "Europe/Berlin",
        ["crm_callcenter.group_call_agent", "crm_service_levels.group_service_user"],
    ),
    "agent_2": (
        "Sofia Reyes", "Agent of the call center, speaks Spanish", ("de",), "Europe/Berlin",
        ["crm_callcenter.group_call_agent", "crm_service_levels.group_service_user"],
    ),
    "agent_3": (
        "Emre Kaya", "Agent of the call center who also sells", ("de",), "Europe/Berlin",
        ["crm_callcenter.group_call_agent", "sales_team.group_sale_salesman"],
    ),
    "calls": (
        "Hanna Busch", "Supervisor of the call center", ("de",), "Europe/Berlin",
        ["crm_callcenter.group_call_supervisor", "crm_service_levels.group_service_manager"],
    ),
    "call_quality": (
        "Mara Lindt", "Quality manager of the call center", ("de",), "Europe/Berlin",
        ["crm_callcenter.group_call_quality"],
    ),
    "production": (
        "Bernd Falk", "Production: helps in squads", ("de",), "Europe/Berlin", [],
    ),
    "quality_cn": (
        "Tao Ling", "Quality, China: helps in squads", ("cn",), "Asia/Shanghai", [],
    ),
}  # fmt: skip
#: Customers who log in on the portal: log-in: (name, what he is, his contact)
PORTAL = {
    "customer": ("Henning Claasen", "Customer on the portal, Hafenwerke Nord AG", "person_hafen_1"),
}


def build(env):
    _install_languages(env)
    for login, row in STAFF.items():
        _hire(env, login, *row)
    _teams(env)


def _hire(env, login, name, function, places, zone, groups):
    companies = [get(env, f"company_{place}").id for place in places]
    user = env["res.users"].create(
        {
            "name": name,
            "login": login,
            "password": login,
            "email": f"{login}@veltra.example.com",
            "tz": zone,
            "lang": LANGUAGES.get(places[0], "en_US"),
            "company_id": companies[0],
            "company_ids": companies,
            "notification_type": "inbox",  # colleagues read notices in Odoo
            "group_ids": [env.ref("base.group_user").id, *_groups(env, groups)],
        }
    )
    user.partner_id.function = function
    if "odoobot_state" in user._fields:
        user.odoobot_state = "disabled"  # no chat window before the first screen
    remember(env, f"user_{login}", user)


def _install_languages(env):
    """As the administrator does it in the settings, with the terms of what is installed."""
    found = (
        env["res.lang"]
        .with_context(active_test=False)
        .search([("code", "in", list(LANGUAGES.values()))])
    )
    env["base.language.install"].create({"lang_ids": [(6, 0, found.ids)]}).lang_install()


def _groups(env, names):
    found = (env.ref(name, raise_if_not_found=False) for name in names)
    return [group.id for group in found if group]


def _teams(env):
    """Direct sales, dealers, and China; the manager leads all three."""
    manager = get(env, "user_manager")
    for name, title, login, place in (
        ("team_direct", "Direct sales", "sales", "de"),
        ("team_dealers", "Dealers", "dealers", "de"),
        ("team_cn", "China", "sales_cn", "cn"),
    ):
        team = env["crm.team"].create(
            {
                "name": title,
                "user_id": manager.id,
                "company_id": get(env, f"company_{place}").id,
                "use_leads": True,
                "crm_team_member_ids": [(0, 0, {"user_id": get(env, f"user_{login}").id})],
            }
        )
        remember(env, name, team)
