"""What is going on now: opportunities, open quotations, mails, a campaign."""

from .world import days_ago, get, remember

#: (name, customer, expected revenue, days ago, stage 0-3, "won" or "lost", days until closing)
OPPORTUNITIES = [
    ("Slurry pumps for dock 7", "hafen", 84_000, 45, 2, 30),
    ("Compressed air for plant 2", "chemie", 118_000, 60, 2, 45),
    ("Framework contract parts", "stadtwerke", 22_000, 20, 1, 25),
    ("Cold chain extension", "molkerei", 36_500, 12, 1, 40),
    ("Replacement of five process pumps", "papier", 15_800, 70, 1, -8),
    ("Operating theatre air", "klinik", 27_000, 9, 0, 60),
    ("Bottling line pumps", "brauerei", 12_400, 30, 2, 14),
    ("Clean room compressors", "chip_cn", 640_000, 35, 2, 20),
    ("Dyeing hall renewal", "textil_cn", 280_000, 15, 1, 50),
    ("Lake circulation", "park_cn", 95_000, 6, 0, 75),
    ("Replacement of the boiler feed pumps", "stadtwerke", 19_400, 140, "won", 0),
    ("Process pumps for hall 4", "molkerei", 31_000, 65, "won", 0),
    ("Irrigation for the new fields", "agrar", 9_800, 120, "lost", 0),
    ("Spinning hall pumps", "textil", 41_000, 400, "lost", 0),
]
MAILS = [
    ("hafen", 0, 2, "Question on the delivery date", "Could you confirm week 32 for dock 7?"),
    ("chemie", 0, 5, "Certificates for the K90", "We need the oil-free certificates by Friday."),
    ("papier", 0, 16, "Price of the seal kits", "The price has risen again; please explain."),
    ("molkerei", 1, 8, "Training for operators", "Which dates are free for eight operators?"),
    ("chip_cn", 0, 3, "Noise level of the K90", "Please send the measured noise level."),
]


def build(env):
    campaign = env["utm.campaign"].create({"title": "Autumn parts offer"})
    remember(env, "campaign_parts", campaign)
    for index, row in enumerate(OPPORTUNITIES):
        _opportunity(env, index, campaign, *row)
    for customer, person, days, subject, text in MAILS:
        _mail(env, customer, person, days, subject, text)
    _quotations(env)
    _anonymous_lead(env)


def _opportunity(env, index, campaign, name, code, revenue, days, stage, closing):
    partner = get(env, f"customer_{code}")
    stages = env["crm.stage"].search([("is_won", "=", False)], limit=4)
    place = "cn" if code.endswith("_cn") else "de"
    lead = env["crm.lead"].create(
        {
            "name": name,
            "type": "opportunity",
            "partner_id": partner.id,
            "user_id": partner.user_id.id,
            "team_id": partner.user_id.crm_team_ids[:1].id,
            "company_id": get(env, f"company_{place}").id,
            "expected_revenue": revenue,
            "stage_id": stages[stage if isinstance(stage, int) else 0].id,
            "date_deadline": days_ago(env, -closing).date(),
            "campaign_id": campaign.id if index % 3 == 0 else False,
        }
    )
    if stage == "lost":
        lead.action_set_lost()
    elif stage == "won":
        lead.action_set_won()
    if not isinstance(stage, int):
        lead.date_closed = days_ago(env, days // 2)
    env.cr.execute(
        "UPDATE crm_lead SET create_date = %s WHERE id = %s", [days_ago(env, days), lead.id]
    )
    remember(env, f"lead_{index}", lead)
    if index % 2 == 0 and isinstance(stage, int):
        _activity(env, lead, partner.user_id, index - 3)


def _activity(env, record, user, days):
    record.activity_schedule(
        "mail.mail_activity_data_call",
        date_deadline=days_ago(env, -days).date(),
        summary="Call about the open points",
        user_id=user.id,
    )


def _mail(env, code, person, days, subject, text):
    author = get(env, f"person_{code}_{person}")
    message = author.parent_id.with_context(mail_create_nosubscribe=True).message_post(
        author_id=author.id,
        email_from=author.email_formatted,
        message_type="email",
        subtype_xmlid="mail.mt_comment",
        subject=subject,
        body=text,
    )
    message.date = days_ago(env, days, 9)


def _quotations(env):
    """One quotation sent lately, one that waits too long for an answer."""
    for index, (code, days) in enumerate((("stadtwerke", 6), ("papier", 41), ("brauerei", 12))):
        partner = get(env, f"customer_{code}")
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": get(env, "company_de").id,
                "user_id": partner.user_id.id,
                "date_order": days_ago(env, days),
                "validity_date": days_ago(env, days - 30).date(),
                "order_line": [
                    (0, 0, {"product_id": get(env, "product_P200").id, "product_uom_qty": 2}),
                    (0, 0, {"product_id": get(env, "product_D01").id, "product_uom_qty": 1}),
                ],
            }
        )
        order.action_quotation_sent()
        env.flush_all()
        env.cr.execute("UPDATE sale_order SET create_date = date_order WHERE id = %s", [order.id])
        remember(env, f"quotation_{index}", order)


def _anonymous_lead(env):
    """Somebody we do not know yet wrote through the web site."""
    lead = env["crm.lead"].create(
        {
            "name": "Pump for a garden pond",
            "type": "lead",
            "contact_name": "Visitor of the web site",
            "email_from": "pond@home.example.com",
            "phone": "+49 151 55509999",
            "country_id": env.ref("base.de").id,
            "team_id": get(env, "team_direct").id,
        }
    )
    remember(env, "lead_anonymous", lead)
