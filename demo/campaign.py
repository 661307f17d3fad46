"""What campaigns need before the first one: kinds of cost, vendors, who approves, competitors.

Everything is entered with the rights of whoever does it in the story.
"""

from datetime import timedelta

from .clock import at, told
from .world import days_ago, get, remember

ADDON = "crm_campaign_roi"
#: cost kind: (account code, account name); bills on the account are costs of the kind
ACCOUNTS = {
    "venue": ("966010", "Fairs: stand and venue"),
    "print": ("966020", "Advertising: print and mailing"),
    "media": ("966030", "Advertising: media"),
    "design": ("966040", "Advertising: design and agencies"),
    "travel": ("966050", "Advertising: travel and hospitality"),
    "samples": ("966060", "Advertising: samples and loans"),
    "overhead": ("966090", "Marketing office"),
}
VENDORS = {
    "agency": ("Studio Elbufer GmbH", "Hamburg"),
    "printer": ("Druckhaus Altona KG", "Hamburg"),
    "journal": ("Verlag Pumpe und Anlage", "Köln"),
    "carrier": ("Spedition Nordkontor", "Bremen"),
    "travel": ("Reisedienst Alster", "Hamburg"),
    "fair": ("Messe Nordmark GmbH", "Hannover"),
    "office": ("Bürowelt Hansa", "Hamburg"),
}
#: rule: (from what budget on, log-ins who decide in this order)
APPROVALS = {
    "Up to 25,000: marketing manager": (0, ["marketing_head"]),
    "From 25,000: controller, too": (25_000, ["marketing_head", "controller"]),
}
#: competitor: (city, strengths, weaknesses, [(product, ours, price, where it differs)], card)
COMPETITORS = {
    "nordhydraulik": (
        "Nordhydraulik AG", "Flensburg",
        "Spare parts in stock for every pump, ours included. Prices are published.",
        "No technicians south of Hanover; answers to complaints take weeks.",
        [("NH Process 210", "P200", 2_780, "Seal has to be changed twice as often"),
         ("NH seal set", "S01", 79, "Fits our pumps; no approval for food")],
        "Ask what an hour of standstill costs. Show the two-hour callback of our service.",
    ),
    "kompra": (
        "Kompra Druckluft GmbH", "Linz",
        "Quiet screw compressors, good remote monitoring.",
        "Delivery takes fourteen weeks; nobody trains the operators.",
        [("Kompra S55", "K50", 9_450, "Two decibels quieter, no heat recovery"),
         ("Kompra OF90", "K90", 26_100, "Oil-free as ours; water-cooled only")],
        "Offer the audit on site: measured leaks have won every second race.",
    ),
    "yulong": (
        "Yulong Pumps Co., Ltd.", "Wuxi",
        "Half the price of everybody else for circulation pumps.",
        "No certificates for clean rooms; castings differ from batch to batch.",
        [("YL-100", "P100", 255, "Twelve months of warranty instead of twenty-four")],
        "Bring the certificate of the clean room. Never start with the price.",
    ),
}  # fmt: skip
#: opportunity of the pipeline: (competitors in the race, whoever got the deal)
RACES = {
    "lead_0": (["nordhydraulik"], None),
    "lead_1": (["kompra"], None),
    "lead_4": (["nordhydraulik"], None),
    "lead_7": (["kompra", "yulong"], None),
    "lead_8": (["yulong"], None),
    "lead_10": (["nordhydraulik"], None),  # won
    "lead_11": (["nordhydraulik", "kompra"], None),  # won
    "lead_12": (["nordhydraulik"], "nordhydraulik"),  # lost
    "lead_13": (["yulong"], "yulong"),  # lost
}
#: Who has allowed marketing mail, at the trade fair and in contracts of the year before last.
#: Some never said anything: mail leaves them out.
ASKED_NEVER = ("person_hafen_2", "customer_house_de_12", "customer_house_cn_3")
#: Who may be called, too.
MAY_CALL = ("person_brauerei_0", "person_agrar_0", "person_bau_0", "person_bau_1")


def build(env):
    _ledger(env)
    _vendors(env)
    _approvals(env)
    _distribution(env)
    _permissions(env)
    _competitors(env)


def by(env, login):
    """The environment of somebody of the staff, in his own companies."""
    user = get(env, f"user_{login}")
    context = {**env.context, "allowed_company_ids": user.company_ids.ids}
    return env(user=user.id, context=context)


def kind(env, code):
    return env.ref(f"{ADDON}.cost_kind_{code}")


def channel(env, code):
    return env["crm.contact.channel"].search([("code", "=", code)], limit=1)


def _ledger(env):
    """Accounts by kind of cost, and the plan whose analytic accounts are campaigns."""
    company = get(env, "company_de")
    accounts = env["account.account"].with_company(company)
    for code, (number, name) in ACCOUNTS.items():
        account = accounts.create(
            {
                "code": number,
                "name": name,
                "account_type": "expense",
                "company_ids": [(6, 0, company.ids)],
            }
        )
        kind(env, code).account_ids = account
        remember(env, f"account_{code}", account)
    remember(env, "plan_campaigns", env["account.analytic.plan"].create({"name": "Campaigns"}))


def _vendors(env):
    for code, (name, city) in VENDORS.items():
        vendor = env["res.partner"].create(
            {"name": name, "city": city, "is_company": True, "country_id": env.ref("base.de").id}
        )
        remember(env, f"vendor_{code}", vendor)


def _approvals(env):
    """Both companies; whoever decides first is replaced by the sales manager."""
    manager = get(env, "user_manager")
    for name, (least, logins) in APPROVALS.items():
        env["crm.campaign.approval.rule"].create(
            {
                "name": name,
                "least": least,
                "currency_id": env.ref("base.EUR").id,
                "step_ids": [
                    (0, 0, {"user_id": get(env, f"user_{login}").id, "sequence": 10 * place,
                            "substitute_id": not place and manager.id, "days": 3})
                    for place, login in enumerate(logins)
                ],
            }
        )  # fmt: skip


def _distribution(env):
    """Opportunities stay with the salesperson of the customer; others go by turns."""
    for place, logins in (("de", ("sales", "dealers")), ("cn", ("sales_cn",))):
        rule = env["crm.campaign.distribution"].create(
            {
                "name": {"de": "Germany: own salesperson, else in turn", "cn": "China"}[place],
                "company_id": get(env, f"company_{place}").id,
                "line_ids": [(0, 0, {"user_id": get(env, f"user_{one}").id}) for one in logins],
            }
        )
        remember(env, f"distribution_{place}", rule)


def _permissions(env):
    persons = env["res.partner"].search(
        [("parent_id.category_id.name", "=", "Business customer"), ("email", "!=", False)]
    )
    known = env["crm.contact.permission"].search([("channel_id", "=", channel(env, "email").id)])
    persons |= env["res.partner"].search(
        [("category_id.name", "=", "Household"), ("email", "!=", False)]
    )
    silent = known.partner_id | env["res.partner"].union(*(get(env, one) for one in ASKED_NEVER))
    callable_ = env["res.partner"].union(*(get(env, one) for one in MAY_CALL))
    env["crm.contact.permission"].create(
        [
            {
                "partner_id": person.id,
                "channel_id": channel(env, code).id,
                "state": "granted",
                "origin": "written",
                "date": days_ago(env, 560),
                "user_id": person.user_id.id or env.uid,
            }
            for code, allowed in (("email", persons - silent), ("phone", callable_))
            for person in allowed
        ]
    )


def _competitors(env):
    for code, row in COMPETITORS.items():
        _competitor(env, code, *row)
    for lead, (rivals, winner) in RACES.items():
        race = [get(env, f"competitor_{code}").id for code in rivals]
        get(env, lead).competitor_ids = [(6, 0, race)]
        if winner:
            get(env, lead).lost_to_id = get(env, f"competitor_{winner}")


def _competitor(env, code, name, city, strengths, weaknesses, products, card):
    seen = env.cr.now().date() - timedelta(days=40)
    partner = env["res.partner"].create({"name": name, "city": city, "is_company": True})
    competitor = by(env, "marketing_head")["crm.competitor"].create(
        {
            "partner_id": partner.id,
            "strengths": strengths,
            "weaknesses": weaknesses,
            "battle_card": f"<p>{card}</p>",
            "user_id": get(env, "user_sales").id,
            "product_ids": [
                (0, 0, {
                    "name": product,
                    "product_id": get(env, f"product_{ours}").id,
                    "currency_id": env.ref("base.EUR").id,
                    "price": price,
                    "seen_on": seen,
                    "comparison": words,
                })
                for product, ours, price, words in products
            ],
        }
    )  # fmt: skip
    remember(env, f"competitor_{code}", competitor)


# -- what every campaign of the story does ---------------------------------------------------


def account_of(env, campaign, name):
    """Analytic account of *campaign*: bills that name it are cost of the campaign."""
    account = env["account.analytic.account"].create(
        {
            "name": campaign.title,
            "plan_id": get(env, "plan_campaigns").id,
            "company_id": campaign.company_id.id,
        }
    )
    campaign.analytic_account_id = account
    return remember(env, f"analytic_{name}", account)


def bills(env, analytic, rows):
    """Post a vendor bill of each of *rows* ``(vendor, kind of cost, what for, amount, days ago)``;
    those without an *analytic* account are of no campaign."""
    company = get(env, "company_de")
    distribution = {str(analytic.id): 100} if analytic else False
    moves = env["account.move"].with_company(company).create(
        [
            {
                "move_type": "in_invoice",
                "partner_id": get(env, f"vendor_{vendor}").id,
                "company_id": company.id,
                "invoice_date": days_ago(env, days).date(),
                "date": days_ago(env, days).date(),
                "ref": f"{vendor[:3].upper()}-{days:04}-{index + 1}",
                "invoice_line_ids": [
                    (0, 0, {
                        "name": text,
                        "quantity": 1,
                        "price_unit": amount,
                        "account_id": get(env, f"account_{code}").id,
                        "tax_ids": [(5,)],
                        "analytic_distribution": distribution,
                    })
                ],
            }
            for index, (vendor, code, text, amount, days) in enumerate(rows)
        ]
    )  # fmt: skip
    moves.action_post()
    return moves


def approve(env, campaign, ago):
    """Whoever is asked says yes, one a day, *ago* days before today."""
    later = 0
    while one := _waiting(campaign):
        with at(told(env, ago, 10, later=later)):
            approver = one.approver_id
            one.with_user(approver).action_approve()
        later += 1


def _waiting(campaign):
    campaign.invalidate_recordset()
    return campaign.sudo().approval_ids.filtered(lambda one: one.state == "waiting")
