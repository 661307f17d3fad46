"""Writing what an exchange said: events once, and the calls they are about (CC-8).

Every delivery writes the row of each call it touches, even unchanged: of two deliveries for one
call at a time, the later fails to serialize, is tried again by Odoo, and then sees all events.
"""

import json
from datetime import UTC, datetime

from odoo.tools import SQL

from ..tools.call_events import Event
from . import call_intervals

CALL_COLUMNS = (
    "exchange_id", "company_id", "linked", "direction", "state", "number", "called", "queue_id",
    "agent_id", "start", "answer", "end", "wait_seconds", "ring_seconds", "talk_seconds",
    "hold_seconds", "result", "hung_up_by", "cause", "transfer_count", "path", "is_incomplete",
    "in_time", "changed",
)  # fmt: skip
LEG_COLUMNS = (
    "call_id", "uid", "channel", "kind", "agent_id", "number", "start", "answer", "end",
    "ring_seconds", "talk_seconds", "result", "cause",
)  # fmt: skip


def add_events(env, exchange, events):
    """Write events that are not there yet, and return these."""
    by_key = {event.key: event for event in events}
    rows = [
        (event.key, event.call, event.leg, event.kind, event.at, event.data)
        for event in by_key.values()
    ]
    if not rows:
        return []
    # one document for all rows: a document for each takes several times as long on both sides
    found = env.execute_query(
        SQL(
            """INSERT INTO crm_call_event (exchange_id, key, linked, leg, kind, moment, data)
               SELECT %s, x->>0, NULLIF(x->>1, ''), NULLIF(x->>2, ''), x->>3, (x->>4)::float8, x->5
                 FROM jsonb_array_elements(%s::jsonb) AS x
               ON CONFLICT (exchange_id, key) DO NOTHING RETURNING key""",
            exchange.id,
            json.dumps(rows),
        )
    )
    return [by_key[key] for (key,) in found]


def events_of(env, exchange, linked):
    """``{Linkedid: [Event]}`` of all that is known of these calls."""
    rows = env.execute_query(
        SQL(
            """SELECT linked, COALESCE(leg, ''), kind, moment, key, data FROM crm_call_event
                WHERE exchange_id = %s AND linked = ANY(%s)""",
            exchange.id,
            list(linked),
        )
    )
    found = {}
    for call, leg, kind, moment, key, data in rows:
        event = Event(exchange.code, call, leg, kind, moment, key, data or {})
        found.setdefault(call, []).append(event)
    return found


def vanished(env, exchange, listed, at):
    """Events that end the legs of running calls which the exchange does not list any more.

    :param listed: ``Uniqueid`` of all channels there are
    :param at: when they were listed; legs that began later are left alone
    """
    rows = env.execute_query(
        SQL(
            """SELECT c.linked, l.uid FROM crm_call c JOIN crm_call_leg l ON l.call_id = c.id
                WHERE c.exchange_id = %s AND c.state = 'running' AND l."end" IS NULL
                  AND l.uid <> ALL(%s) AND COALESCE(l.start, c.start) < %s""",
            exchange.id,
            list(listed),
            moment(at),
        )
    )
    return [
        Event(exchange.code, linked, uid, "hung_up", at, f"vanished:{uid}", {"vanished": 1})
        for linked, uid in rows
    ]


def write_calls(env, exchange, calls, places):
    """Insert or update calls and their legs.

    :param calls: list of ``tools.call_fold.Call``
    :param places: :class:`Places`
    :return: ``{Linkedid: (id, whether it is known whose number it is)}``
    """
    rows = [_call_row(exchange, call, places) for call in calls]
    linked = [call.linked for call in calls]
    call_intervals.mark_linked(env, exchange, linked)  # where they were thought to have begun
    found = env.execute_query(
        SQL(
            """INSERT INTO crm_call (%(columns)s) VALUES %(rows)s
               ON CONFLICT (exchange_id, linked) DO UPDATE SET %(set)s
               RETURNING linked, id, partner_id IS NOT NULL AND e164 IS NOT NULL""",
            columns=_names(CALL_COLUMNS),
            rows=SQL(", ").join(SQL("%s", row) for row in rows),
            set=_excluded(CALL_COLUMNS[3:]),
        )
    )
    ids = {linked: (number, known) for linked, number, known in found}
    _write_legs(env, calls, ids, places)
    call_intervals.mark_linked(env, exchange, linked)
    return ids


def _write_legs(env, calls, ids, places):
    rows = [_leg_row(ids[call.linked][0], leg, places) for call in calls for leg in call.legs]
    if rows:
        env.cr.execute(
            SQL(
                """INSERT INTO crm_call_leg (%(columns)s) VALUES %(rows)s
                   ON CONFLICT (call_id, uid) DO UPDATE SET %(set)s
                WHERE (%(old)s) IS DISTINCT FROM (%(new)s)""",
                columns=_names(LEG_COLUMNS),
                rows=SQL(", ").join(SQL("%s", row) for row in rows),
                set=_excluded(LEG_COLUMNS[2:]),
                old=_names_of("crm_call_leg", LEG_COLUMNS[2:]),
                new=_names_of("excluded", LEG_COLUMNS[2:]),
            )
        )


def identify(env, numbers):
    """Say whose numbers these are: the contact where only one has it, else his company.

    What somebody chose by hand stays. Rights play no part: the call belongs to its customer
    whoever answers; who may read the customer is asked when he is shown.

    :param numbers: ``{id of a call: number in E.164}``
    """
    if not numbers:
        return
    env["crm.contact.number"].flush_model(["e164", "partner_id"])
    env["res.partner"].flush_model(["commercial_partner_id", "active"])
    env.cr.execute(
        SQL(
            """UPDATE crm_call c SET e164 = x.e164, candidate_count = COALESCE(f.people, 0),
                   partner_id = COALESCE(c.partner_id, f.partner_id)
                 FROM unnest(%s::integer[], %s::text[]) AS x (id, e164)
                 LEFT JOIN LATERAL (
                     SELECT count(DISTINCT p.id) AS people,
                            CASE WHEN count(DISTINCT p.id) = 1 THEN min(p.id)
                                 WHEN count(DISTINCT p.commercial_partner_id) = 1
                                 THEN min(p.commercial_partner_id) END AS partner_id
                       FROM crm_contact_number n
                       JOIN res_partner p ON p.id = n.partner_id AND p.active
                      WHERE n.e164 = x.e164) f ON TRUE
                WHERE c.id = x.id""",
            list(numbers),
            list(numbers.values()),
        )
    )


def is_held(env, call):
    """Whether somebody is on hold in a call that was answered: the last word for one of its legs.

    Music in a queue ends when an agent answers, and says nothing of being on hold.
    """
    if not call.answer or call.state != "running":
        return False
    [(held,)] = env.execute_query(
        SQL(
            """SELECT COALESCE(bool_or(x.kind = 'held'), FALSE) FROM (
                   SELECT DISTINCT ON (leg) kind FROM crm_call_event
                    WHERE exchange_id = %s AND linked = %s AND kind IN ('held', 'resumed')
                    ORDER BY leg, moment DESC, kind DESC) x""",
            call.exchange_id.id,
            call.linked,
        )
    )
    return held


def _names(columns):
    return SQL(", ").join(SQL.identifier(name) for name in columns)


def _names_of(table, columns):
    return SQL(", ").join(SQL.identifier(table, name) for name in columns)


def _excluded(columns):
    return SQL(", ").join(
        SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name)) for name in columns
    )


class Places:
    """Ids of queues and agents by what an exchange calls them."""

    def __init__(self, queues, agents, limits=None):
        """:param limits: ``{id of a queue: (seconds to answer, seconds of a short abandon)}``"""
        self.queues = queues
        self.agents = agents
        self.limits = limits or {}

    def agent(self, interface):
        """The agent of a telephone, e.g. ``PJSIP/1001``."""
        return self.agents.get(interface.rpartition("/")[2])

    def queue(self, code):
        return self.queues.get(code.lower())


def _call_row(exchange, call, places):
    queue = places.queue(call.queue)
    result, in_time = _measured(call, places.limits.get(queue))
    return (
        exchange.id, exchange.company_id.id, call.linked, call.direction,
        "running" if call.running else "done", call.number or None, call.called or None,
        queue, places.agent(call.interface), moment(call.start),
        moment(call.answer), moment(call.end), call.wait, call.ring, call.talk, call.hold,
        result, call.hung_up_by, call.cause, len(call.transfers), json.dumps(call.path),
        call.incomplete, in_time, exchange.env.cr.now(),
    )  # fmt: skip


def _measured(call, limits):
    """Result, and whether the caller waited no longer than promised, by the limits of the queue.

    They are kept with the call: another promise does not change what was measured by this one.
    """
    if not limits or call.result is None:
        return call.result, False
    promised, short = limits
    result = call.result
    # whom we have called did not give up: we left him waiting
    ours = call.direction == "outbound"
    if call.waits and not ours and result in ("abandoned", "short_abandoned"):
        result = "short_abandoned" if call.wait < short else "abandoned"
    return result, call.wait <= promised


def _leg_row(call_id, leg, places):
    result = leg.result
    agent = places.agent(leg.interface) if leg.kind == "agent" else None
    return (
        call_id, leg.uid, leg.channel or None, leg.kind, agent, leg.number or None,
        moment(leg.start), moment(leg.answer), moment(leg.end), leg.ring, leg.talk, result,
        leg.cause,
    )  # fmt: skip


def moment(seconds):
    """Naive UTC, as Odoo stores it, of seconds since 1970; ``None`` stays."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
