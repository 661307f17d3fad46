"""One campaign of three waves, from its application to its settlement: a return of 200 %.

Everybody can add it up. *Profit 100,000*: what customers bought in the window of three months, at
list price less standard cost.

=====================  ===  ==========  =======
sold                   nr.  profit each  profit
=====================  ===  ==========  =======
Screw compressor K50    28       3,450   96,600
Training day             4         550    2,200
Inspection on site      10         120    1,200
=====================  ===  ==========  =======

(An eleventh inspection was credited; a twenty-ninth compressor was ordered after the window.)

*Cost 50,000*: agency 9,500, journal 8,000, loaned compressors 6,200, travel 6,000, 180 hours of
staff at 60 (10,800), a quarter of 24,000 of overhead (6,000); fifteen mails at 4, five letters at 8
and the printer's bill are 3,500 together (what is not spent on contacts is printed).

100,000 ÷ 50,000 = 200 %; net of the cost (100,000 - 50,000) ÷ 50,000 = 100 %.
"""

import base64
import io
import random
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.crm_campaign_roi.tools import draw

from . import history
from .campaign import account_of, approve, bills, by, kind
from .clock import at, told
from .world import get, remember

#: Days before today: applied, published, over.
APPLIED, START, END = 204, 190, 101
#: cost kind: planned
BUDGET = {
    "design": 9_000, "media": 8_000, "print": 4_000, "samples": 6_000, "travel": 4_000,
    "staff": 11_000, "contacts": 100, "overhead": 6_000,
}  # fmt: skip
#: What the marketer expects while there is no experience: 40 % respond, half of them buy seven.
EXPECTED = {
    "forecast_by_hand": True, "expected_response": 40, "expected_conversion": 50,
    "expected_quantity": 7, "expected_weight": 50,
}  # fmt: skip
#: (vendor, cost kind, what for, amount, days ago)
BILLS = [
    ("agency", "design", "Concept, page with the form, pictures", 9_500, 196),
    ("journal", "media", "Two pages on leaking compressed air", 8_000, 188),
    ("carrier", "samples", "Three compressors on loan, there and back", 6_200, 158),
    ("travel", "travel", "Technicians to the audits", 6_000, 131),
]
#: Days that waves wait for contact pressure to pass.
PATIENCE = 6
#: Printer and contacts together; the printer's bill comes last.
PRINT_AND_CONTACTS = 3_500
#: (log-in, what was done, hours, days ago)
HOURS = [
    ("marketing", "Concept, texts, audience", 70, 198),
    ("sales", "Calls and audits with customers", 66, 165),
    ("marketing", "Follow-up, table of results", 44, 120),
]
#: Whom the lots leave alone; mail reaches fifteen of the others.
CONTROL = ("person_hotel_0", "person_textil_0")
#: Among the fifteen: (persons, what they did, days after the mail)
REPLIED = {"hafen_0": 1, "chemie_0": 1, "stadtwerke_0": 2, "molkerei_0": 2, "papier_0": 3,
           "klinik_0": 4}  # fmt: skip
CLICKED = {"hafen_0": 1, "chemie_0": 1, "brauerei_0": 1, "agrar_0": 2, "bau_0": 2, "bau_1": 3}
OPENED = {"molkerei_1": 1, "chemie_1": 3}
BOUNCED = ("zoo_0",)
#: What the salesperson noted after his call: person: (words, days after the mail). Dr. Sommer of
#: Solvana clicked, too, but does not wish to be called.
CALLED = {
    "brauerei_0": ("Wants an audit before the season", 12),
    "agrar_0": ("Two old piston compressors; audit agreed", 12),
    "bau_0": ("Nothing planned this year", 13),
    "bau_1": ("Refers to Mr. Steiner", 13),
    "hafen_0": ("Audit in dock 7 agreed", 13),
}
#: customer: ((compressors, training days, inspections), ordered on which day before today)
DEALS = {
    "hafen": ((8, 1, 4), 158),
    "chemie": ((7, 1, 2), 151),
    "stadtwerke": ((4, 1, 2), 143),
    "molkerei": ((4, 1, 1), 136),
    "brauerei": ((3, 0, 1), 127),
    "agrar": ((2, 0, 1), 116),
}
#: opportunities that came to nothing: person: (days ago, who got the deal)
LOST = {"papier_0": (140, "kompra"), "klinik_0": (128, None), "bau_0": (150, None),
        "bau_1": (150, None)}  # fmt: skip
SHEET = (
    "Lost in leaks before: 31 % of the compressed air",
    "After the audit: 4 %",
    "Saved in the first year: 14,600 kWh",
)
TEXTS = {
    "mail": (
        "What does compressed air cost you, {{ object.name }}?",
        (
            "<p>Dear [[name]],</p>"
            "<p>every third cubic meter of compressed air is lost in leaks. "
            "We measure yours in half a day and tell you what a screw compressor saves.</p>"
            '<p><a href="https://www.veltra.example.com/audit">Choose a day for the audit</a></p>'
        ),
    ),
    "letter": (
        "Half a day that pays",
        (
            "<p>Dear [[name]],</p>"
            "<p>we wrote to you about our audit of compressed air. "
            "The enclosed sheet shows what a dairy saved in its first year.</p>"
        ),
    ),
    "task": (
        "Call: looked at the audit of compressed air",
        "<p>[[name]] opened the page of the audit. Offer two dates.</p>",
    ),
}


def build(env):
    template = _template(env)
    with at(told(env, APPLIED + 6, 9)):
        campaign = _plan(env, template)
    with at(told(env, APPLIED, 9)):
        campaign.with_env(by(env, "marketing")).action_apply()
    approve(env, campaign, APPLIED - 1)
    _run(env, campaign)
    _change(env, campaign)
    _spend(env, campaign)
    _sell(env, campaign)
    _lose(env, campaign)
    with at(told(env, END - 1, 17)):
        read_again(env)
        marketer(campaign).action_fill_responses()
        marketer(campaign).action_finish()
    _last_bill(env, campaign)


def marketer(record):
    """*record* as the marketer of the campaign has it."""
    return record.with_env(by(record.env, "marketing"))


# -- planning --------------------------------------------------------------------------------


def _template(env):
    """What the department does again and again: mail, letter to the silent, call to the curious."""
    template = by(env, "marketing_head")["utm.campaign"].create(
        {
            "title": "Three waves: mail, letter, call",
            "is_template": True,
            "kind_id": env.ref("crm_campaign_roi.kind_selective_mailing").id,
            "purpose_id": env.ref("crm_campaign_roi.purpose_cross").id,
            "company_id": get(env, "company_de").id,
            "brief": "<p>A mail to chosen customers. Who does not answer within a week gets a "
            "letter; who looks at the page is called.</p>",
        }
    )
    waves = _waves(template, get(env, "user_marketing"))
    template.action_usual_groups()
    _branch(waves)
    remember(env, "campaign_template", template)
    return template


def _waves(campaign, responsible):
    names = {"mail": "Invitation", "letter": "Letter to the silent", "task": "Call to the curious"}
    common = {"user_id": responsible.id, "email_from": responsible.email_formatted}
    return campaign.env["crm.campaign.wave"].create(
        [
            {
                **common,
                "campaign_id": campaign.id,
                "name": name,
                "method": method,
                "sequence": 10 * place,
                "patience_days": PATIENCE,
                "subject": TEXTS[method][0],
                "body_html": TEXTS[method][1],
            }
            for place, (method, name) in enumerate(names.items(), 1)
        ]
    )


def _branch(waves):
    """The letter goes to those who did not reply, the call to those who clicked."""
    mail, letter, task = waves
    groups = {group.name: group for group in mail.response_group_ids}
    silent = ("clicked", "replied")  # who orders as ever gets the letter all the same
    groups["No reply"].none_kind_ids = groups["No reply"].none_kind_ids.filtered(
        lambda kind: kind.code in silent
    )
    letter.write({"response_group_id": groups["No reply"].id, "wait_days": 7})
    task.write({"response_group_id": groups["Clicked"].id, "wait_days": 1})
    task.activity_type_id = task.env.ref("mail.mail_activity_data_call")


def _plan(env, template):
    """A copy of the template, with its audience, budget, code and material."""
    copied = template.with_env(by(env, "marketing")).action_copy_template()
    campaign = env["utm.campaign"].browse(copied["res_id"])
    remember(env, "campaign_audit", campaign)
    marketer(campaign).write(
        {
            "title": "Compressed air audit",
            "code": "AIR",
            "date_start": told(env, START, 9).date(),
            "date_end": told(env, END, 9).date(),
            "team_id": get(env, "team_direct").id,
            "product_ids": [(6, 0, get(env, "product_K50").ids)],
            **EXPECTED,
            "audience_ids": [(6, 0, _audience(env).ids)],
            "control_share": 10,
            "target_responses": 9,
            "target_leads": 8,
            "target_won": 5,
            "target_revenue": 240_000,
            "target_return": 150,
            "budget_ids": [
                (0, 0, {"kind_id": kind(env, code).id, "amount": amount})
                for code, amount in BUDGET.items()
            ],
        }
    )
    _seed(env, campaign)
    _material(env, campaign)
    account_of(env, campaign, "audit")
    marketer(campaign).action_fill_targets()
    for wave in marketer(campaign).wave_ids:
        wave.action_ready()
    return campaign


def _audience(env):
    """Contacts of the companies that direct sales looks after; households are left out."""
    household = env["res.partner.category"].search([("name", "=", "Household")])
    rows = (
        ("is_company", "=", False),
        ("country", "in", env.ref("base.de").ids),
        ("salesperson", "in", get(env, "user_sales").ids),
        ("tags", "not_in", household.ids),
        ("has_email", "=", True),
    )
    conditions = [dict(zip(("fact", "operator", "value"), row, strict=True)) for row in rows]
    audience = by(env, "marketing")["crm.campaign.audience"].create(
        {
            "name": "Business customers in Germany",
            "description": "Contacts of every company that direct sales looks after.",
            "conditions": {"operator": "and", "conditions": conditions},
            "company_id": get(env, "company_de").id,
        }
    )
    audience.action_fix()
    return remember(env, "audience_business_de", audience)


def _seed(env, campaign):
    """The first seed whose lots are two customers nobody of the story sells to."""
    campaign.flush_recordset()
    audience = get(env, "audience_business_de")
    persons = audience.member_ids.partner_id.ids
    wanted = {get(env, name).id for name in CONTROL}
    share = campaign.control_share / 100
    for seed in range(1, 100_000):
        lots = draw.arms(seed, persons, share)
        if {person for person, arm in lots.items() if arm == draw.CONTROL} == wanted:
            campaign.draw_seed = seed
            return
    raise ValueError("No seed draws the control group of the story.")


def _material(env, campaign):
    sheet = by(env, "marketing")["crm.campaign.material"].create(
        {
            "name": "What a dairy saved with one compressor",
            "kind": "print",
            "description": "Sheet enclosed with the letter.",
            "company_id": get(env, "company_de").id,
            "product_ids": [(6, 0, get(env, "product_K50").ids)],
            "campaign_ids": [(6, 0, campaign.ids)],
        }
    )
    for number, note in ((1, "First draft"), (2, "Figures checked with the dairy")):
        version = sheet.env["crm.campaign.material.version"].create(
            {
                "material_id": sheet.id,
                "name": f"sheet_{number}.pdf",
                "file": base64.b64encode(_sheet(number)),
                "note": note,
            }
        )
        version.with_env(by(env, "marketing_head")).action_approve()
    letter = marketer(campaign).wave_ids.filtered(lambda wave: wave.method == "letter")
    letter.material_use_ids = [(0, 0, {"material_id": sheet.id})]


def _sheet(number):
    """A page of PDF."""
    paper = io.BytesIO()
    page = canvas.Canvas(paper, pagesize=A4)
    page.setFont("Helvetica-Bold", 22)
    page.drawString(70, 740, "What a dairy saved with one compressor")
    page.setFont("Helvetica", 13)
    for line, text in enumerate(SHEET[: number + 1]):
        page.drawString(70, 690 - 24 * line, text)
    page.save()
    return paper.getvalue()


# -- running ---------------------------------------------------------------------------------


def _run(env, campaign):
    mail, letter, task = campaign.wave_ids
    with at(told(env, START, 8)):
        marketer(campaign).action_start()
    _expect(env, campaign)
    for days in range(PATIENCE + 1):
        post(mail, told(env, START, 9) + timedelta(days=days))
    _answers(env, mail)
    with at(told(env, START - 8, 9)) as now:
        marketer(campaign).action_fill_responses()
        hand_over(env, mail, "Replied", now)
    for wave, days in ((task, 8), (task, 10), (letter, 15), (letter, 17)):
        with at(told(env, START - days, 10)) as now:
            wave.sudo()._run(now)
    _calls(env, task)
    with at(told(env, START - 18, 9)) as now:
        marketer(campaign).action_fill_responses()
        hand_over(env, task, "Called or met", now)


def _expect(env, campaign):
    """The planner plans what the marketer expects; what was sold is compared with it later."""
    with at(told(env, START, 10)) as now:
        env["crm.campaign.demand"]._refresh(campaign, today=now.date())
        weeks = [("campaign_id", "=", campaign.id)]
        by(env, "planner")["crm.campaign.demand"].search(weeks).action_accept()


@contextmanager
def _post_box():
    """Mails are written and noted as sent; nobody carries them out of the story."""
    with (
        patch.object(IrMail_Server, "_connect__", lambda *_args, **_more: None),
        patch.object(
            IrMail_Server, "send_email", lambda _self, message, *_a, **_m: message["Message-Id"]
        ),
    ):
        yield


def post(wave, moment):
    """The job of the waves, the job of the mailings, and the job of the waves again."""
    with at(moment), _post_box():
        wave.sudo()._run(moment)
        for mailing in wave.sudo().mailing_ids.filtered(lambda one: one.state == "in_queue"):
            mailing._action_send_mail()
            mailing.env.flush_all()
            mailing.env.cr.execute(
                "UPDATE mailing_mailing SET create_date = %s WHERE id = %s", [moment, mailing.id]
            )
        wave.sudo()._run(moment)
    wave.env.invalidate_all()


def _answers(env, mail):
    """What became of the mails, each at its hour."""
    found = mail.mailing_ids.mailing_trace_ids
    names = {get(env, f"person_{name}").id: name for name in {*REPLIED, *CLICKED, *OPENED}}
    gone = {get(env, f"person_{name}").id for name in BOUNCED}
    for trace in found:
        if trace.res_id in gone:
            bounce(trace)
        elif name := names.get(trace.res_id):
            answer(trace, OPENED.get(name), CLICKED.get(name), REPLIED.get(name))


def bounce(trace):
    """The mail comes back some minutes after it went out."""
    trace.set_bounced(bounce_message="550 5.1.1 no such user")
    trace.flush_recordset()
    trace.env.cr.execute(
        "UPDATE mailing_trace SET write_date = %s WHERE id = %s",
        [trace.sent_datetime + timedelta(minutes=4), trace.id],
    )


def answer(trace, opened=None, clicked=None, replied=None):
    """The recipient opens, clicks or replies so many days after he got the mail."""
    minutes = trace.res_id * 7 % 300
    first = opened or clicked or replied
    acts = ((first, trace.set_opened), (clicked, trace.set_clicked), (replied, trace.set_replied))
    for days, act in acts:
        if days:
            with at(trace.sent_datetime + timedelta(days=days, minutes=minutes)):
                act()
            minutes += 5


def hand_over(env, wave, group_name, moment):
    """Members of the group become opportunities, on the day they are handed over."""
    group = wave.response_group_ids.filtered(lambda one: one.name == group_name)
    leads = marketer(group)._make_leads(marketer(get(env, "distribution_de")))
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_lead SET create_date = %s, date_open = %s WHERE id = ANY(%s)",
        [moment, moment, leads.ids],
    )
    env.cr.execute(
        "UPDATE crm_campaign_handover SET date = %s WHERE group_id = %s", [moment, group.id]
    )
    env.invalidate_all()
    for lead in leads.sudo():
        lead.expected_revenue = 9_800 * 3


def _calls(env, task):
    """The salesperson calls those whom the wave gave him."""
    todo = env["mail.activity"].search(
        [("id", "in", task.delivery_ids.filtered(lambda row: row.state == "sent").mapped("res_id"))]
    )
    calls = {one.res_id: one for one in todo}
    for name, (words, days) in CALLED.items():
        call = calls.get(get(env, f"person_{name}").id)
        if not call:
            continue
        with at(told(env, START - days, 11)):
            call.with_user(call.user_id).action_feedback(words)


# -- money -----------------------------------------------------------------------------------


def _change(env, campaign):
    """More audits than planned: two thousand more for travel, by the same approvers."""
    with at(told(env, START - 20, 10)):
        change = by(env, "marketing")["crm.campaign.change"].create(
            {
                "campaign_id": campaign.id,
                "reason": "Ten audits instead of six: travel",
                "line_ids": [(0, 0, {"kind_id": kind(env, "travel").id, "amount": 6_000})],
            }
        )
        change.action_ask()
    approve(env, campaign, START - 21)


def _spend(env, campaign):
    bills(env, get(env, "analytic_audit"), BILLS)
    env["crm.campaign.hours"].create(
        [
            {
                "campaign_id": campaign.id,
                "user_id": get(env, f"user_{login}").id,
                "name": text,
                "hours": hours,
                "rate": 60,
                "date": told(env, ago, 9).date(),
                "company_id": campaign.company_id.id,
            }
            for login, text, hours, ago in HOURS
        ]
    )


def _last_bill(env, campaign):
    """The printer, when it is known how many letters went out."""
    marketer(campaign).action_fill_costs()
    contacts = campaign.cost_ids.filtered(lambda cost: cost.source == "contact")
    amount = PRINT_AND_CONTACTS - sum(contacts.mapped("amount"))
    text = "Brochures and the letter of the second wave"
    bills(env, get(env, "analytic_audit"), [("printer", "print", text, amount, END - 2)])
    marketer(campaign).action_fill_costs()


def read_again(env):
    """The ledger of contacts has passed the days of the story: mails and letters are read anew."""
    providers = ("mailing_trace", "campaign_letter")
    env["crm.touchpoint.fill"].search([("provider", "in", providers)]).unlink()
    env["crm.touchpoint"]._fill()


def _lead(env, campaign, customer):
    """The first opportunity of the campaign with somebody of *customer*."""
    return env["crm.lead"].search(
        [
            ("campaign_id", "=", campaign.id),
            ("partner_id", "child_of", get(env, f"customer_{customer}").id),
        ],
        order="id",
        limit=1,
    )


def order_of(lead, customer, lines, campaign):
    """Values of an order from the opportunity *lead*, as its own button would fill them."""
    return {
        "partner_id": customer.id,
        "company_id": campaign.company_id.id,
        "opportunity_id": lead.id,
        "campaign_id": campaign.id,
        "source_id": lead.source_id.id,
        "medium_id": lead.medium_id.id,
        "user_id": lead.user_id.id or customer.user_id.id,
        "team_id": lead.team_id.id or customer.user_id.crm_team_ids[:1].id,
        "order_line": [
            (0, 0, {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "price_unit": product.list_price,
                "tax_ids": [(5,)],
            })
            for product, quantity in lines
            if quantity
        ],
    }  # fmt: skip


def _sell(env, campaign):
    """Six of the opportunities are won; one more compressor is ordered after the window."""
    env = env(context={**env.context, "allowed_company_ids": campaign.company_id.ids})
    goods = [get(env, f"product_{code}") for code in ("K50", "D03", "D01")]
    plan = [(name, quantities, ago) for name, (quantities, ago) in DEALS.items()]
    plan.append(("stadtwerke", (1, 0, 0), 70))
    leads = [_lead(env, campaign, name) for name, _quantities, _ago in plan]
    values = [
        order_of(lead, get(env, f"customer_{name}"), zip(goods, quantities, strict=True), campaign)
        for lead, (name, quantities, _ago) in zip(leads, plan, strict=True)
    ]
    orders = deal(env, values, [told(env, ago, 10) for _name, _quantities, ago in plan])
    _credit(env, orders[0], goods[2])
    for lead, order, (_name, _quantities, ago) in zip(leads, orders, plan, strict=True):
        if lead and lead.won_status != "won":
            with at(told(env, ago, 10)):
                lead.expected_revenue = order.amount_untaxed
                lead.with_user(lead.user_id).action_set_won()


def deal(env, values, moments):
    """Orders that are confirmed at *moments*, delivered, billed and paid as all others are."""
    orders = env["sale.order"].create(values)
    history._stock_up(env, orders)
    history._confirm(env, orders)
    for order, moment in zip(orders, moments, strict=True):
        order.date_order = moment
    history._deliver(env, orders)
    invoices = history._invoice(env, orders)
    history._pay(env, invoices, random.Random(7))
    env.flush_all()
    env.cr.execute(
        "UPDATE sale_order SET create_date = date_order WHERE id = ANY(%s)", [orders.ids]
    )
    env.invalidate_all()
    return orders


def _credit(env, order, product):
    """One of the inspections was billed twice; the second is credited within the window."""
    invoice = order.invoice_ids[:1]
    wizard = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({"journal_id": invoice.journal_id.id, "reason": "Inspection billed twice",
              "date": invoice.date})  # fmt: skip
    note = env["account.move"].browse(wizard.refund_moves()["res_id"])
    line = note.invoice_line_ids.filtered(lambda one: one.product_id == product)
    (note.invoice_line_ids - line).unlink()
    line.quantity = 1
    note.invoice_date = invoice.invoice_date + timedelta(days=9)
    note.action_post()
    remember(env, "credit_note_audit", note)


def _lose(env, campaign):
    """Four came to nothing: one to a competitor, one for want of money."""
    for name, (ago, rival) in LOST.items():
        lead = env["crm.lead"].search(
            [
                ("campaign_id", "=", campaign.id),
                ("partner_id", "=", get(env, f"person_{name}").id),
            ],
            limit=1,
        )
        if not lead:
            continue
        with at(told(env, ago, 15)):
            if rival:
                rivals = [(4, get(env, f"competitor_{rival}").id)]
                lead.write({"competitor_ids": rivals, "lost_to_id": rivals[0][1]})
            lead.with_user(lead.user_id).action_set_lost()
