"""A year of requests: received at once, then lived through event by event at their moments."""

import random
from datetime import timedelta
from itertools import groupby

from odoo.tools import SQL

from . import history
from .clock import ZONES, at, local
from .customers import BUSINESSES, DEALERS, HOUSEHOLDS_CN, HOUSEHOLDS_DE
from .service import ADDON
from .service_topics import TOPICS
from .world import get, remember

#: How many requests a year, and who takes them.
STAFF = {
    "de": (540, ("service", "service", "service_2", "service_2", "service_sales")),
    "cn": (210, ("service_cn",)),
}
CHANNELS = ("phone",) * 9 + ("email",) * 8 + ("web",) * 4 + ("visit", "letter", "fax")
#: Customers whose requests come more often than those of others.
BUSY = {"hotel": 4, "zoo": 4, "hafen": 4, "chemie": 3, "chip_cn": 4, "kliniken_cn": 2}
#: Days and share of the requests within them on which work goes on.
BACKLOG = ((7, 0.6), (25, 0.03))
#: How many of the last requests nobody has yet.
WAITING = 5
#: Faults of one model that came suddenly in the last four weeks: (place, product, how many).
SUDDEN = ("de", "K50", 9)
OPEN_HOURS = (8.0, 17.0)


def build(env):
    chance = random.Random(7)
    plans = [plan for place in STAFF for plan in _plans(env, place, chance)]
    plans.sort(key=lambda plan: plan["date_open"])
    stories = [plan.pop("story") for plan in plans]
    for plan in plans[-WAITING:]:
        plan["user_id"] = False
    _take_calls(env, plans)
    requests = _receive(env, plans)
    happenings = [
        (moment, index, name, detail)
        for index, story in enumerate(stories)
        for moment, name, detail in _course(env.cr.now(), plans[index], *story, chance)
    ]
    happenings += _passed_on(env, plans, stories)
    _live(env, requests, sorted(happenings, key=lambda one: one[:2]))
    _work(env, requests, stories, chance)
    _finish(env, requests)


def _take_calls(env, plans):
    """Every second call in Germany is taken by the call center, which passes it on (SVC-L6)."""
    phone = env.ref("crm_customer_insight.crm_contact_channel_phone").id
    team = get(env, "service_team_de").id
    called = [p for p in plans if p["channel_id"] == phone and p["team_id"] == team]
    for plan in called[::2]:
        plan["team_id"] = get(env, "service_team_calls").id


def _passed_on(env, plans, stories):
    """The call center asks what it is about, and connects to the service two minutes later."""
    calls = get(env, "service_team_calls").id
    for index, (plan, (_place, topic)) in enumerate(zip(plans, stories, strict=True)):
        if plan["team_id"] == calls:
            yield plan["date_open"] + timedelta(minutes=2), index, "pass_on", topic


def _plans(env, place, chance):
    """Values of each request of a company, with its topic as ``story``."""
    count, staff = STAFF[place]
    people = _people(env, place)
    machines = _machines(env, place)
    for number in range(count):
        ago = 365 - int(365 * number / count) - chance.randint(0, 3)
        topic = _topic(place, max(ago, 0), chance)
        yield _values(env, place, max(ago, 0), topic, people, machines, staff, chance)
    if place == SUDDEN[0]:
        topic = next(t for t in TOPICS[place] if t.product == SUDDEN[1] and t.cause)
        for number in range(SUDDEN[2]):
            yield _values(env, place, 2 + number * 3, topic, people, machines, staff, chance)


def _topic(place, ago, chance):
    weights = [t.weight * (0.18 if ago < t.until else 1) for t in TOPICS[place]]
    return chance.choices(TOPICS[place], weights)[0]


def _people(env, place):
    """Contacts who come to us, as often as their company does."""
    found = []
    for code, row in {**DEALERS, **BUSINESSES}.items():
        if (row[7] == "sales_cn") == (place == "cn"):
            contacts = get(env, f"customer_{code}").child_ids
            found += [contacts[index % len(contacts)] for index in range(BUSY.get(code, 1) + 1)]
    names = HOUSEHOLDS_DE if place == "de" else HOUSEHOLDS_CN
    return found + [get(env, f"customer_house_{place}_{index}") for index in range(len(names))]


def _machines(env, place):
    """``{model: assets}`` of a company, the oldest first."""
    company = get(env, f"company_{place}")
    assets = env["crm.customer.asset"].search([("company_id", "=", company.id)], order="start_on")
    return assets.grouped(lambda one: one.product_id.default_code)


def _values(env, place, ago, topic, people, machines, staff, chance):
    moment = _arrival(env, place, ago, chance)
    partner, asset = chance.choice(people), env["crm.customer.asset"]
    if topic.product:
        running = machines[topic.product].filtered(lambda one: one.start_on < moment.date())
        asset = chance.choice(running or machines[topic.product][:1])
        partner = asset.contact_id or asset.partner_id
    return {
        "name": topic.subject,
        "description": f"<p>{topic.words}</p>",
        "type_id": env.ref(f"{ADDON}.type_{topic.kind}").id,
        "partner_id": partner.id,
        "asset_id": asset.id,
        "company_id": get(env, f"company_{place}").id,
        "team_id": get(env, f"service_team_{place}").id,
        "user_id": get(env, f"user_{chance.choice(staff)}").id,
        "channel_id": env.ref(f"crm_customer_insight.crm_contact_channel_{chance.choice(CHANNELS)}")
        .id,
        "date_open": moment,
        "story": (place, topic),
    }  # fmt: skip


def _arrival(env, place, ago, chance):
    """Most come on working days; one in eight at night or at the weekend."""
    day = env.cr.now().date() - timedelta(days=ago)
    if chance.random() < 0.12:
        return min(local(day, chance.uniform(18, 23.5), place), env.cr.now())
    day -= timedelta(days=max(0, day.weekday() - 4))
    return min(local(day, chance.uniform(8.1, 16.7), place), env.cr.now())


def _receive(env, plans):
    """All requests in one batch, then dated; numbers follow the dates."""
    requests = env["crm.service.request"].create(plans)
    env.flush_all()
    for table in ("crm_service_stage_span", "crm_service_level_span"):
        env.cr.execute(
            SQL(
                "UPDATE %s s SET date_from = r.date_open FROM crm_service_request r"
                " WHERE r.id = s.request_id AND r.id = ANY(%s)",
                SQL.identifier(table),
                requests.ids,
            )
        )
    history._know_sizes(env)
    env.invalidate_all()
    return requests


# --- what happens to a request -----------------------------------------------------------------


def _course(now, plan, place, topic, chance):
    """(moment, what, detail) of everything that happens to a request until it is closed."""
    if not plan["user_id"]:
        return
    opened, phone = plan["date_open"], chance.random() < 0.4
    reply = _after(opened, 0.05 if phone else chance.lognormvariate(0.2, 1.0), place)
    yield reply, "answer", topic
    if chance.random() < 0.015:
        yield _after(reply, 6, place), "cancel", topic
        return
    busy = reply
    if chance.random() < topic.squad:
        yield _after(reply, 0.5, place), "squad", topic
        busy = _after(reply, chance.uniform(6, 20), place)
        yield busy, "dismiss", topic
    if chance.random() < 0.16:
        asked = _after(busy, 1, place)
        yield asked, "ask", topic
        busy = _after(asked, chance.uniform(3, 22), place)
        yield busy, "word", topic
        busy = _after(busy, chance.uniform(0.3, 5), place)
        yield busy, "answer", topic
    if chance.random() < 0.06:
        yield _after(busy, 0.5, place), "third", topic
        busy = _after(busy, chance.uniform(8, 40), place)
    if chance.random() < _lasting((now - opened).days):
        waits = chance.choice(("ask", "ask", "third", None, None))
        if waits:
            yield _after(busy, 1, place), waits, topic
        return
    solved = _after(busy, chance.lognormvariate(1.2, 1.1), place)
    yield solved, "solve", topic
    if chance.random() < 0.05:
        again = _after(solved, chance.uniform(8, 30), place)
        yield again, "word", topic
        solved = _after(again, chance.uniform(2, 12), place)
        yield again + timedelta(minutes=1), "reopen", topic
        yield solved, "solve", topic
    yield _monday_after(solved), "close", topic


def _lasting(age):
    """Share of the requests of this age, in days, that are not solved yet."""
    return next((share for days, share in BACKLOG if age <= days), 0)


def _after(moment, hours, place):
    """*hours* of working time after *moment*, by the hours that both companies share."""
    zone, start, end = ZONES[place], *OPEN_HOURS
    here = moment.replace(tzinfo=ZONES["utc"]).astimezone(zone)
    day, now = here.date(), here.hour + here.minute / 60
    while True:
        now = max(now, start)
        left = end - now
        if day.weekday() < 5 and left > 0 and hours <= left:
            return local(day, now + hours, place)
        if day.weekday() < 5 and left > 0:
            hours -= left
        day, now = day + timedelta(days=1), start


def _monday_after(moment):
    """Solved requests are closed on the second Monday after, all at once."""
    day = moment.date() + timedelta(days=14 - moment.weekday())
    return local(day, 8.0, "de")


def _live(env, requests, happenings):
    """Let everything happen that lies before now, in the order of time."""
    now, deeds = env.cr.now(), _deeds()
    past = [one for one in happenings if one[0] < now]
    for (moment, name, _index), group in groupby(past, _together):
        batch = list(group)
        concerned = requests.browse(requests.ids[index] for _m, index, *_r in batch)
        with at(moment):
            deeds[name](concerned, batch[0][3], moment)


def _together(happening):
    """Requests that are closed at the same moment are closed at once, all else one by one."""
    moment, index, name, _topic = happening
    return moment, name, None if name == "close" else index


def _deeds():
    return {
        "answer": _answer,
        "pass_on": _pass_on,
        "ask": _ask,
        "third": lambda request, _topic, _moment: _as_owner(request)._to_state("third_party"),
        "word": lambda request, _topic, moment: request._service_customer_wrote(moment),
        "squad": _squad,
        "dismiss": _dismiss,
        "solve": _solve,
        "reopen": lambda request, _topic, _moment: _as_owner(request).action_reopen(),
        "cancel": lambda request, _topic, _moment: _as_owner(request).action_cancel(),
        "close": lambda requests, _topic, _moment: requests.filtered(
            lambda one: one.state == "solved"
        ).action_close(),
    }


def _as_owner(request):
    return request.with_user(request.user_id)


def _pass_on(request, _topic, _moment):
    service = get(request.env, "service_team_de")
    request.with_user(get(request.env, "user_service_2")).team_id = service


def _answer(request, _topic, moment):
    own = _as_owner(request)
    if request.state == "new":
        own.action_take()
    own._service_answered(moment)


def _ask(request, _topic, moment):
    own = _as_owner(request)
    own._service_answered(moment)
    own.action_wait()


def _solve(request, topic, _moment):
    cause = get(request.env, f"cause_{topic.cause}").id if topic.cause else False
    _as_owner(request).write(
        {
            "cause_id": cause,
            "result_id": request.env.ref(f"{ADDON}.result_{topic.result}").id,
            "solution": f"<p>{topic.answer}</p>",
        }
    )
    _as_owner(request).action_solve()


def _squad(request, topic, _moment):
    """Colleagues of other departments are asked, and come."""
    helpers = ["quality_cn"] if topic.product.startswith("K") else ["production"]
    for login in helpers:
        helper = get(request.env, f"user_{login}")
        _as_owner(request).squad_invite(helper.ids, "expert", note=topic.subject)
        request.with_user(helper).squad_join()


def _dismiss(request, _topic, _moment):
    _as_owner(request).squad_dismiss()


# --- work, messages, and the end ---------------------------------------------------------------


def _work(env, requests, stories, chance):
    """Minutes of work on each level, on the day of the first reply."""
    rows = []
    for request, (_place, topic) in zip(requests, stories, strict=True):
        if request.date_first_reply:
            rows += _efforts(request, topic, chance)
    env["crm.service.effort"].create(rows)


def _efforts(request, topic, chance):
    day, levels = request.date_first_reply.date(), set(request.level_span_ids.mapped("level"))
    if "6" in levels:
        taker = get(request.env, "user_service_2")
        yield {
            "request_id": request.id,
            "user_id": taker.id,
            "date": request.date_open.date(),
            "level": "6",
            "minutes": 2,
            "name": "Call taken and passed on",
        }
    for level in sorted(levels & {"1", "2", "3"}):
        share = {"1": 0.4, "2": 1.2, "3": 0.7}[level]
        yield {
            "request_id": request.id,
            "user_id": request.user_id.id,
            "date": day,
            "level": level,
            "minutes": round(max(2, chance.uniform(*topic.minutes) * share)),
            "name": topic.subject,
        }


def _finish(env, requests):
    """The database knows of the requests since they came."""
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_service_request SET create_date = date_open WHERE id = ANY(%s)", [requests.ids]
    )
    env.invalidate_all()
    remember(env, "request_first", requests[:1])
