"""What is wrong with the data, who pays late, what finance should know (C360-5, C360-6)."""

from datetime import timedelta

from odoo.fields import Command

from .world import days_ago, get, remember

#: (customer, amount, due days ago, paid days after the due day or None)
INVOICES = [
    ("hotel", 1_800, 300, 38),
    ("hotel", 2_400, 200, 45),
    ("hotel", 950, 120, 41),
    ("hotel", 3_200, 33, None),
    # the third seal in one year: a complaint of tomorrow's chapters stands open
    ("stadtwerke", 4_750, 24, None),
    ("molkerei", 1_260, 12, None),
]
#: What must be known: (attribute, for which tiers)
REQUIRED = [("installed_pumps", "B"), ("main_competitor", "A")]
OCCASIONS = {
    "occasion_visit": ("installed_pumps", "main_competitor", "investment_plan"),
    "occasion_quotation": ("investment_plan", "maintenance_staff"),
    "occasion_service_call": ("installed_pumps", "maintenance_staff"),
}


def build(env):
    _duplicate(env)
    _contradiction(env)
    _questions(env)
    for row in INVOICES:
        _invoice(env, *row)
    _hold(env)
    env["crm.insight.run"]._run_now(["payment_behavior", "product_quality", "data_quality"])


def _duplicate(env):
    """A fair's list was imported: the brewery is there twice now."""
    brewery = get(env, "customer_brauerei")
    twin = env["res.partner"].create(
        {
            "name": "Brauerei Lindental",
            "is_company": True,
            "email": brewery.email,
            "zip": brewery.zip,
            "city": brewery.city,
            "user_id": brewery.user_id.id,
            "company_id": False,
        }
    )
    remember(env, "customer_brauerei_twin", twin)


def _contradiction(env):
    """The plant says no calls; its engineer says his calls are welcome."""
    channel = env["crm.contact.channel"].search([("code", "=", "phone")], limit=1)
    for code, state, days in (
        ("customer_papier", "denied", 90),
        ("person_papier_0", "granted", 20),
    ):
        partner = get(env, code)
        env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": channel.id,
                "state": state,
                "origin": "spoken",
                "date": days_ago(env, days),
            }
        )


def _questions(env):
    attributes = {
        one.code: one for one in env["crm.profile.attribute"].search([("code", "!=", "")])
    }
    for code, tiers in REQUIRED:
        attributes[code].required_for = tiers
    for name, codes in OCCASIONS.items():
        ids = [attributes[code].id for code in codes]
        env.ref(f"crm_customer_insight.{name}").attribute_ids = [Command.set(ids)]


def _invoice(env, customer, amount, due, late):
    company = get(env, "company_de")
    invoice = (
        env["account.move"]
        .with_company(company)
        .create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": get(env, f"customer_{customer}").id,
                "invoice_date": days_ago(env, due + 14).date(),
                "invoice_date_due": days_ago(env, due).date(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Spare parts and work", "price_unit": amount})
                ],
            }
        )
    )
    invoice.action_post()
    if late is not None:
        register = env["account.payment.register"].with_company(company)
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        values = {"payment_date": days_ago(env, due - late).date()}
        register.with_context(**context).create(values)._create_payments()


def _hold(env):
    """The dairy checks a bill; finance was asked to wait."""
    env["crm.dunning.hold"].with_user(get(env, "user_sales")).create(
        {
            "partner_id": get(env, "customer_molkerei").id,
            "company_id": get(env, "company_de").id,
            "date_until": days_ago(env, 0).date() + timedelta(days=20),
            "reason": "The bill of the repair is being checked",
        }
    )
