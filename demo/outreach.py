"""What was said and done with customers: calls, visits, mails, and a mailing with its answers."""

from datetime import timedelta

from .customers import BUSINESSES, DEALERS, HOUSEHOLDS_CN, HOUSEHOLDS_DE
from .world import days_ago, get, remember

#: customer: (days between calls, from day, to day before today, what they are about). The two who
#: buy little and below cost also call most: their contacts alone cost more than they bring.
CALLS = {
    "hotel": (9, 350, 4, "Question on the pool pump"),
    "zoo": (12, 340, 6, "Complaint about noise in the aquarium"),
    "hafen": (32, 360, 10, "Open points of the docks"),
    "chemie": (41, 350, 17, "Compressed air, plant 2"),
    "kruger": (36, 360, 20, "Stock of the dealer"),
    "papier": (30, 360, 110, "Prices of spare parts"),
    "molkerei": (55, 340, 25, "Cold chain"),
    "chip_cn": (38, 350, 12, "Clean room"),
    "gusu": (45, 330, 21, "Stock of the dealer"),
    "textil_cn": (60, 300, 33, "Dyeing hall"),
    "brew_cn": (40, 360, 140, "Filling line"),
}
#: (customer, days before today)
VISITS = [
    ("hafen", 21), ("hafen", 112), ("hafen", 205), ("chemie", 34), ("chemie", 150),
    ("molkerei", 64), ("kruger", 48), ("papier", 180), ("chip_cn", 27), ("chip_cn", 130),
    ("gusu", 75), ("hafen", -3), ("molkerei", -7), ("chip_cn", -10),
]  # fmt: skip
#: (name, campaign title, log-in of the sender, days ago, one in three is left out: which)
MAILINGS = [
    ("Spare parts: 10 % until the end of the month", "Autumn parts offer", "sales", 44, 0),
    ("New: slurry pump H400 with dry-run protection", "Slurry pump launch", "sales", 16, 1),
    ("Service contracts for clean rooms", "Clean room service", "sales_cn", 30, 2),
]


def build(env):
    for customer, row in CALLS.items():
        _calls(env, get(env, f"customer_{customer}"), *row)
    for customer, days in VISITS:
        _visit(env, get(env, f"customer_{customer}"), days)
    _emails_done(env)
    if "mailing.trace" in env:
        for index, row in enumerate(MAILINGS):
            _mailing(env, index, *row)


def _calls(env, partner, every, start, end, summary):
    call = env.ref("mail.mail_activity_data_call")
    _done(env, partner, call, summary, range(start, end - 1, -every))


def _emails_done(env):
    """Other activities are part of the time line too."""
    task = env.ref("mail.mail_activity_data_todo")
    for code, days, summary in (
        ("chemie", 25, "Certificates sent"),
        ("stadtwerke", 6, "Quotation explained"),
        ("chip_cn", 9, "Noise level measured"),
    ):
        _done(env, get(env, f"customer_{code}"), task, summary, [days])


def _done(env, partner, kind, summary, days):
    """Activities that were done on the days they were due."""
    model = env["ir.model"]._get_id("res.partner")
    common = {
        "res_model_id": model,
        "res_id": partner.id,
        "activity_type_id": kind.id,
        "summary": summary,
        "user_id": partner.user_id.id,
    }
    dates = [days_ago(env, day).date() for day in days]
    activities = env["mail.activity"].create([{**common, "date_deadline": date} for date in dates])
    activities.active = False
    for activity, date in zip(activities, dates, strict=True):
        activity.date_done = date


def _visit(env, partner, days):
    start = days_ago(env, days, 13)
    env["calendar.event"].create(
        {
            "name": f"Visit to {partner.name}",
            "start": start,
            "stop": start + timedelta(hours=2),
            "user_id": partner.user_id.id,
            "partner_ids": [(4, partner.user_id.partner_id.id), (4, partner.child_ids[:1].id)],
        }
    )


def _mailing(env, index, name, campaign, login, days, rest):
    campaign = env["utm.campaign"].search([("title", "=", campaign)], limit=1) or env[
        "utm.campaign"
    ].create({"title": campaign})
    sent = days_ago(env, days, 7)
    mailing = env["mailing.mailing"].create(
        {
            "subject": name,
            "mailing_type": "mail",
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "body_html": f"<p>{name}</p>",
            "campaign_id": campaign.id,
            "user_id": get(env, f"user_{login}").id,
            "state": "done",
            "sent_date": sent,
        }
    )
    recipients = [partner for n, partner in enumerate(_recipients(env, login)) if n % 3 != rest]
    traces = env["mailing.trace"].create(
        [_trace(mailing, partner, sent, n) for n, partner in enumerate(recipients)]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE mailing_trace SET write_date = sent_datetime WHERE id = ANY(%s)", [traces.ids]
    )
    remember(env, f"mailing_{index}", mailing)


def _recipients(env, login):
    """Contact persons of the companies and the households in the sender's country."""
    china = login == "sales_cn"
    for code, row in {**DEALERS, **BUSINESSES}.items():
        if (row[7] == "sales_cn") == china:
            yield get(env, f"person_{code}_0")
    names = HOUSEHOLDS_CN if china else HOUSEHOLDS_DE
    for index in range(len(names)):
        yield get(env, f"customer_house_{'cn' if china else 'de'}_{index}")


def _trace(mailing, partner, sent, position):
    """Every second opens it, every sixth follows a link, one in thirteen comes back."""
    values = {
        "mass_mailing_id": mailing.id,
        "trace_type": "mail",
        "model": "res.partner",
        "res_id": partner.id,
        "email": partner.email,
        "sent_datetime": sent,
        "trace_status": "sent",
    }
    if position % 13 == 7:
        return {**values, "trace_status": "bounce"}
    if position % 2 == 0:
        values.update(trace_status="open", open_datetime=sent + timedelta(hours=3 + position))
    if position % 6 == 0:
        values["links_click_datetime"] = sent + timedelta(hours=3 + position, minutes=4)
    return values
