"""The call center in Germany: three agents, two queues, eight weeks of calls (CC-1 … CC-11)."""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from .call_stream import Told, messages
from .clock import local
from .world import get, remember

ADDON = "crm_callcenter"
EXCHANGE = "demo"
PLACE = "de"
DAYS = 56
#: Calls of an hour, local time, on an ordinary working day: few at eight, most at ten.
HOURS = {8: 2, 9: 4, 10: 5, 11: 4, 12: 2, 13: 3, 14: 4, 15: 3, 16: 2}
#: On Mondays more, on Fridays less.
WEEKDAYS = (1.3, 1.1, 1.0, 1.0, 0.8)
#: log-in: extension, skills with their levels
AGENTS = {
    "agent": ("1001", {"pumps": "3", "english": "2"}),
    "agent_2": ("1002", {"pumps": "2", "english": "3", "spanish": "3"}),
    "agent_3": ("1003", {"sales": "3", "english": "2", "pumps": "1"}),
}
SKILLS = {
    "pumps": "Pumps and compressors",
    "sales": "Sales",
    "english": "English",
    "spanish": "Spanish",
}
QUEUES = {
    "support": ("Support", {"pumps": "1"}),
    "sales": ("Sales", {"sales": "1"}),
}
OUTSIDE = "+494090901"
BATCH = 500
_EPOCH = datetime(1970, 1, 1)  # naive, as Odoo keeps its moments


class Topic(NamedTuple):
    """What people call about; ``sudden``: how much more often in the last three days."""

    name: str
    queue: str
    weight: float
    minutes: float
    result: str
    note: str
    sudden: float = 1


TOPICS = (
    Topic("Where is my order?", "support", 8, 2.5, "solved", "Told him when it comes."),
    Topic("Seal drips", "support", 4, 6, "follow_up", "The seal of the K50 drips.", 6),
    Topic("Spare parts", "support", 5, 4, "solved", "Kit S01 fits, it is on stock."),
    Topic("Bill", "support", 4, 3, "solved", "Gets a corrected bill."),
    Topic("Advice before buying", "sales", 4, 7, "interested", "Asks for an offer."),
    Topic("Price", "sales", 5, 3, "interested", "Compares with another supplier."),
    Topic("Complaint", "support", 1, 9, "follow_up", "Angry about a late delivery."),
)


def build(env):
    chance = random.Random(11)
    world = env(context={**env.context, "allowed_company_ids": [get(env, "company_de").id]})
    exchange = _exchange(world)
    _people(world, exchange)
    topics = _topics(world)
    stories = _stories(world, chance)
    _tell(world, exchange, [told for told, _topic in stories])
    _write_down(world, exchange, stories, topics, chance)
    _work(world, exchange)
    _plan(world)
    _facts(world)


# --- the house -------------------------------------------------------------------------------


def _exchange(env):
    """The exchange with the account of its listener; ``bin/demo --pbx`` starts a real one."""
    groups = [env.ref("base.group_user").id, env.ref(f"{ADDON}.group_call_listener").id]
    account = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Listener", "login": "call_listener", "group_ids": [(6, 0, groups)]})
    )
    values = {
        "name": "Hamburg",
        "code": EXCHANGE,
        "company_id": env.company.id,
        "listener_user_id": account.id,
        "event_days": 7,
    }
    return remember(env, "call_exchange", env["crm.call.exchange"].create(values))


def _people(env, exchange):
    skills = {
        code: remember(env, f"call_skill_{code}", env["crm.call.skill"].create({"name": name}))
        for code, name in SKILLS.items()
    }
    for code, (name, wanted) in QUEUES.items():
        queue = env["crm.call.queue"].create(
            {
                "name": name,
                "code": code,
                "calendar_id": env.company.resource_calendar_id.id,
                "skill_ids": _levels(skills, wanted),
            }
        )
        remember(env, f"call_queue_{code}", queue)
    for login, (extension, known) in AGENTS.items():
        agent = env["crm.call.agent"].create(
            {
                "user_id": get(env, f"user_{login}").id,
                "exchange_id": exchange.id,
                "extension": extension,
                "skill_ids": _levels(skills, known),
            }
        )
        remember(env, f"call_{login}", agent)


def _levels(skills, levels):
    return [(0, 0, {"skill_id": skills[code].id, "level": level}) for code, level in levels.items()]


def _topics(env):
    queues = {code: get(env, f"call_queue_{code}").id for code in QUEUES}
    rows = [{"name": one.name, "queue_ids": [(6, 0, [queues[one.queue]])]} for one in TOPICS]
    return dict(zip(TOPICS, env["crm.call.topic"].create(rows), strict=True))


# --- what happened ---------------------------------------------------------------------------


def _stories(env, chance):
    """(call, topic) of eight weeks, until an hour ago."""
    numbers = _numbers(env)
    stories = []
    for ago in range(DAYS, -1, -1):
        day = env.cr.now().date() - timedelta(days=ago)
        if day.weekday() < len(WEEKDAYS):
            stories += _day(env, day, ago, numbers, len(stories), chance)
    return stories


def _numbers(env):
    """Numbers of customers of the company, and some that nobody knows."""
    ours = env["res.company"].search([]).partner_id.ids
    found = env["crm.contact.number"].search(
        [
            ("partner_id.company_id", "in", [env.company.id, False]),
            ("partner_id", "not in", ours),
            ("e164", "like", "+49%"),
        ],
        order="e164",
        limit=80,
    )
    known = sorted(set(found.mapped("e164")))
    return known * 3 + [f"+4915730{n:06d}" for n in range(20)] + [""] * 6


def _day(env, day, ago, numbers, serial, chance):
    share, stories = WEEKDAYS[day.weekday()], []
    sudden = 1.6 if ago <= 3 else 1
    for hour, count in HOURS.items():
        for _one in range(round(count * share * sudden * chance.uniform(0.7, 1.3))):
            moment = local(day, hour + chance.random(), PLACE)
            if moment < env.cr.now() - timedelta(hours=1):
                topic = _topic(ago, chance)
                number = serial + len(stories)
                stories.append(
                    (_call(topic, moment, chance.choice(numbers), number, chance), topic)
                )
    return stories


def _topic(ago, chance):
    weights = [one.weight * (one.sudden if ago <= 3 else 1) for one in TOPICS]
    return chance.choices(TOPICS, weights)[0]


def _call(topic, moment, number, serial, chance):
    """One call in ten leaves, one in eight is served by the menu, one in seven is ours."""
    fate = chance.random()
    values = {
        "serial": serial,
        "at": (moment - _EPOCH).total_seconds(),
        "number": number,
        "queue": topic.queue,
        "called": f"{OUTSIDE}{'000' if topic.queue == 'support' else '400'}",
        "wait": chance.choice((3, 6, 9, 14, 22, 41)),
        "ring": chance.uniform(2, 3),
        "talk": topic.minutes * 60 * chance.uniform(0.5, 1.6),
        "hold": chance.choice((0, 0, 0, 20, 45)),
        "agent_hangs_up": chance.random() < 0.3,
    }
    if fate < 0.10:
        return Told(**values | {"wait": chance.choice((2, 4, 28, 60, 95))})
    if fate < 0.22:
        return Told(**values | {"menu": "2", "contained": True, "queue": "", "talk": 35})
    agent = _agent(topic, chance)
    if fate < 0.36 and number:
        status = chance.choices(("ANSWER", "NOANSWER", "BUSY"), (6, 3, 1))[0]
        return Told(**values | {"agent": agent, "outbound": True, "status": status})
    return Told(**values | {"agent": agent})


def _agent(topic, chance):
    order = ("1003", "1003", "1002") if topic.queue == "sales" else ("1001", "1001", "1002")
    return chance.choice(order)


def _tell(env, exchange, calls):
    """As the listener delivers it: batches in the order of the moments."""
    rows = sorted((row for told in calls for row in messages(told)), key=lambda row: row["at"])
    mine = exchange.with_user(exchange.listener_user_id)
    for start in range(0, len(rows), BATCH):
        mine.listener_events(EXCHANGE, rows[start : start + BATCH])


def _write_down(env, exchange, stories, topics, chance):
    """What agents note after a call: topic, result, a sentence now and then."""
    calls = {
        call.linked: call
        for call in env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("result", "=", "answered")]
        )
    }
    results = {
        code: env.ref(f"{ADDON}.crm_call_disposition_{code}")
        for code in ("solved", "follow_up", "interested")
    }
    for told, topic in stories:
        call = calls.get(f"demo-{int(told.at)}.{told.serial}")
        if call:
            call.write(
                {
                    "topic_id": topics[topic].id,
                    "disposition_id": results[topic.result].id,
                    "note": topic.note if chance.random() < 0.4 else False,
                }
            )


# --- what follows ----------------------------------------------------------------------------


def _work(env, exchange):
    """States of the agents: ready from eight to five, a break at noon, and between them calls."""
    legs = env["crm.call.leg"].search_fetch(
        [("call_id.exchange_id", "=", exchange.id), ("agent_id", "!=", False)],
        ["agent_id", "start", "answer", "end", "call_id"],
        order="start, id",
    )
    shifts = {}
    for leg in legs:
        shifts.setdefault((leg.agent_id, leg.start.date()), []).append(leg)
    rows = [
        {"agent_id": agent.id, **row}
        for (agent, day), mine in shifts.items()
        for row in _day_of_states(day, mine)
    ]
    env["crm.call.agent.state"].search(
        [("agent_id.exchange_id", "=", exchange.id), ("state", "!=", "offline")]
    ).unlink()
    env["crm.call.agent.state"].create(rows)


def _day_of_states(day, legs):
    """Rows one after the other; calls take the place of whatever he did."""
    at, noon = local(day, 8, PLACE), local(day, 12, PLACE)
    over, end = noon + timedelta(minutes=30), local(day, 17, PLACE)
    for leg in legs:
        if leg.start < at or not leg.end or leg.start >= end:
            continue
        if at < noon <= leg.start and leg.start >= over:
            yield {"state": "ready", "date_from": at, "date_to": noon}
            yield {"state": "paused", "reason": "lunch", "date_from": noon, "date_to": over}
            at = over
        if leg.start > at:
            yield {"state": "ready", "date_from": at, "date_to": leg.start}
        picked = leg.answer or leg.end
        if picked > leg.start:
            yield {"state": "ringing", "date_from": leg.start, "date_to": picked}
        at = picked
        if leg.answer and leg.end > leg.answer:
            yield {
                "state": "on_call", "date_from": leg.answer, "date_to": leg.end,
                "call_id": leg.call_id.id,
            }  # fmt: skip
            at = leg.end + timedelta(seconds=40)
            yield {"state": "wrap_up", "date_from": leg.end, "date_to": at}
    if end > at:
        yield {"state": "ready", "date_from": at, "date_to": end}


def _plan(env):
    """Shifts of this week and the next, and what agents, lines and the menu cost."""
    agents = [get(env, f"call_{login}") for login in AGENTS]
    monday = datetime.now().date() - timedelta(days=datetime.now().weekday())
    env["crm.call.shift"].create(
        [
            {"agent_id": agent.id, "date_from": local(day, 8, PLACE), "date_to": end}
            for agent in agents
            for day in (monday + timedelta(days=n) for n in range(12) if n % 7 < 5)
            for end in [local(day, 17, PLACE)]
        ]
    )
    phone = env["crm.contact.channel"].search([("code", "=", "phone")], limit=1)
    lasts = {"date_from": monday - timedelta(days=DAYS), "date_to": monday + timedelta(days=30)}
    env["crm.call.cost"].create(
        [
            {"name": name, "kind": kind, "amount": amount, "channel_id": phone.id, **lasts}
            for name, kind, amount in (
                ("An hour of an agent", "hour", 34),
                ("Lines and numbers", "line", 240),
                ("Exchange and room", "fixed", 900),
            )
        ]
    )


def _facts(env):
    """What jobs compute by night, so that every page of the demo has its figures."""
    env["crm.call.interval"]._cron_drain()
    env["crm.call.agent.interval"]._cron_compute()
    for queue in env["crm.call.queue"].search([("company_id", "=", env.company.id)]):
        env["crm.call.forecast"]._forecast(queue)
    hour = datetime.now().replace(minute=0, second=0, microsecond=0)
    for before in range(72, 0, -1):
        env["crm.call.surge"]._detect(env.company, hour - timedelta(hours=before))
