"""Facts of calls by 15 minutes, computed set-based for the intervals that changed (CC-8).

What changed is a list of intervals to which listeners and people only add. A run takes the list and
computes each interval anew from its calls, in one transaction: killed, it leaves all as it was; two
at a time, the later fails to serialize and comes again.

A month is closed ten days after its end, when the first contacts of its last week are judged: its
facts stay, whatever late hands do to its calls. Facts that were never computed are, however old.
"""

from datetime import timedelta

from odoo.tools import SQL

#: days after the end of a month until it is closed
CLOSES_AFTER = 10
_SLOT = SQL("date_bin('15 minutes', c.start, TIMESTAMP '2000-01-01')")
COUNTS = (
    "answered", "abandoned", "short_abandoned", "busy", "no_answer", "rejected", "failed",
    "ivr_contained", "callback_requested", "voicemail",
)  # fmt: skip
KEY = ("company_id", "exchange_id", "queue_id", "agent_id", "skill_id", "topic_id", "direction")


def closed_before(now):
    """First moment of the oldest month that is still open.

    >>> from datetime import datetime
    >>> closed_before(datetime(2026, 5, 9)), closed_before(datetime(2026, 5, 12))
    (datetime.datetime(2026, 4, 1, 0, 0), datetime.datetime(2026, 5, 1, 0, 0))
    """
    then = now - timedelta(days=CLOSES_AFTER)
    return then.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def mark_calls(env, ids):
    """The intervals of these calls, once they are over."""
    _mark(env, SQL("c.id = ANY(%s)", list(ids)))


def mark_linked(env, exchange, linked):
    """The intervals in which these calls are known to have begun."""
    _mark(env, SQL("c.exchange_id = %s AND c.linked = ANY(%s)", exchange.id, list(linked)))


def mark_all(env, company):
    """All intervals with calls, for the first time."""
    _mark(env, SQL("c.company_id = %s", company.id))


def mark_wrapped(env, since):
    """Intervals of calls whose after-call work ended since then."""
    _mark(
        env,
        SQL(
            """c.id IN (SELECT s.call_id FROM crm_call_agent_state s
                 WHERE s.state = 'wrap_up' AND s.date_to >= %s AND s.call_id IS NOT NULL)""",
            since,
        ),
    )


def mark_judged(env, now):
    """Intervals whose first contacts can be judged since two days."""
    _mark(
        env,
        SQL(
            """c.start BETWEEN %(now)s - INTERVAL '367 days' AND %(now)s
               AND c.start + make_interval(days => COALESCE((
                   SELECT q.contact_days FROM crm_call_queue q WHERE q.id = c.queue_id), 7))
                   BETWEEN %(now)s - INTERVAL '2 days' AND %(now)s""",
            now=now,
        ),
    )


def _mark(env, condition):
    env.cr.execute(
        SQL(
            """INSERT INTO crm_call_interval_todo (company_id, start)
               SELECT DISTINCT c.company_id, %s FROM crm_call c WHERE c.state = 'done' AND %s""",
            _SLOT,
            condition,
        )
    )


def is_empty(env, company):
    """Whether no fact of this company was computed yet."""
    query = SQL("SELECT FROM crm_call_interval WHERE company_id = %s LIMIT 1", company.id)
    return not env.execute_query(query)


def take(env, closed):
    """The intervals that wait, each once: list of (company, start); they wait no longer.

    :param closed: of months before this only intervals without facts are computed
    """
    return env.execute_query(
        SQL(
            """WITH taken AS (DELETE FROM crm_call_interval_todo RETURNING company_id, start)
               SELECT DISTINCT t.company_id, t.start FROM taken t
                WHERE t.start >= %s OR NOT EXISTS (
                      SELECT FROM crm_call_interval i WHERE i.company_id = t.company_id
                         AND i.start >= date_trunc('month', t.start)
                         AND i.start < date_trunc('month', t.start) + INTERVAL '1 month')
                ORDER BY 1, 2""",
            closed,
        )
    )


def compute(env, slots, now):
    """Replace the facts of these intervals.

    :param slots: list of (company, start)
    :param now: up to when the calls are known: later days of a first contact are not over
    """
    companies, starts = (list(column) for column in zip(*slots, strict=True))
    wanted = SQL(
        "SELECT * FROM unnest(%s::integer[], %s::timestamp[]) AS w (company_id, start)",
        companies,
        starts,
    )
    env.cr.execute(
        SQL(
            """DELETE FROM crm_call_interval i USING (%s) w
                WHERE i.company_id = w.company_id AND i.start = w.start""",
            wanted,
        )
    )
    env.cr.execute(_insert(env, wanted, now))


def _insert(env, wanted, now):
    names = [SQL.identifier(name) for name in (*KEY, *COUNTS)]
    keys = SQL(", ").join(SQL("x.%s", SQL.identifier(name)) for name in KEY)
    counts = SQL(", ").join(SQL("count(*) FILTER (WHERE x.result = %s)", name) for name in COUNTS)
    return SQL(
        """WITH wanted AS (%(wanted)s), x AS (%(calls)s)
        INSERT INTO crm_call_interval (%(names)s, start, calls, offered, in_time,
            abandoned_in_time, ivr_entered, transferred, waited_answered, waited_abandoned,
            waited_short, longest_wait, ring_seconds, talk_seconds, hold_seconds, wrap_seconds,
            first_judged, first_resolved, rated, rating_sum)
        SELECT %(keys)s, %(counts)s, x.slot, count(*),
               count(*) FILTER (WHERE x.result <> 'ivr_contained'),
               count(*) FILTER (WHERE x.result = 'answered' AND x.in_time),
               count(*) FILTER (WHERE x.result = 'abandoned' AND x.in_time),
               count(*) FILTER (WHERE x.entered),
               count(*) FILTER (WHERE x.result = 'answered' AND x.transfer_count > 0),
               COALESCE(sum(x.wait) FILTER (WHERE x.result = 'answered'), 0),
               COALESCE(sum(x.wait) FILTER (WHERE x.result = 'abandoned'), 0),
               COALESCE(sum(x.wait) FILTER (WHERE x.result = 'short_abandoned'), 0),
               max(x.wait), sum(x.ring), sum(GREATEST(x.talk - x.hold, 0)), sum(x.hold),
               sum(x.wrap), count(*) FILTER (WHERE x.judged),
               count(*) FILTER (WHERE x.judged AND NOT x.again),
               count(x.score), COALESCE(sum(x.score), 0)
          FROM x GROUP BY %(keys)s, x.slot""",
        wanted=wanted,
        calls=_calls(env, now),
        names=SQL(", ").join(names),
        keys=keys,
        counts=counts,
    )


def _calls(env, now):
    """One row a call that is over, with what is computed of others."""
    rating = env["crm.call"]._satisfaction()
    return SQL(
        """SELECT c.company_id, c.exchange_id, c.queue_id, c.agent_id, s.skill_id, c.topic_id,
                  c.direction, w.start AS slot, c.result, c.in_time, c.transfer_count,
                  COALESCE(c.wait_seconds, 0) AS wait, COALESCE(c.ring_seconds, 0) AS ring,
                  COALESCE(c.talk_seconds, 0) AS talk, COALESCE(c.hold_seconds, 0) AS hold,
                  COALESCE(a.seconds, 0) AS wrap, r.score,
                  jsonb_path_exists(c.path, '$[*] ? (@.kind == "ivr")') AS entered,
                  %(judged)s AS judged, %(again)s AS again
             FROM wanted w
             JOIN crm_call c ON c.company_id = w.company_id AND c.start >= w.start
              AND c.start < w.start + INTERVAL '15 minutes' AND c.state = 'done'
             LEFT JOIN crm_call_queue q ON q.id = c.queue_id
             LEFT JOIN LATERAL (SELECT skill_id FROM crm_call_queue_skill
                   WHERE queue_id = c.queue_id ORDER BY id LIMIT 1) s ON TRUE
             LEFT JOIN LATERAL (SELECT sum(EXTRACT(epoch FROM date_to - date_from)) AS seconds
                   FROM crm_call_agent_state WHERE call_id = c.id AND state = 'wrap_up') a ON TRUE
             LEFT JOIN LATERAL (SELECT avg(f.score) AS score FROM (%(rating)s) f
                   WHERE f.call_id = c.id) r ON TRUE""",
        judged=_judged(now),
        again=_contact(SQL("o.start > c.start AND o.start <= c.start + %s", _DAYS)),
        rating=rating,
    )


def first_contacts(now):
    """SELECT of the calls that ``first_judged`` counts, should they be computed at this moment."""
    return SQL(
        """(SELECT c.id FROM crm_call c LEFT JOIN crm_call_queue q ON q.id = c.queue_id
             WHERE c.state = 'done' AND %s)""",
        _judged(now),
    )


_DAYS = SQL("make_interval(days => COALESCE(q.contact_days, 7))")


def _judged(now):
    """A first contact whose days are over (``call_measures.first_contact_resolution``)."""
    before = _contact(SQL("o.start < c.start AND o.start >= c.start - %s", _DAYS))
    return SQL(
        """(c.direction = 'inbound' AND c.result = 'answered' AND c.topic_id IS NOT NULL
            AND COALESCE(c.partner_id::text, c.e164) IS NOT NULL
            AND c.start + %s <= %s AND NOT %s)""",
        _DAYS,
        now,
        before,
    )


def _contact(when):
    """Whether the same customer came with the same topic then."""
    return SQL(
        """EXISTS (SELECT FROM crm_call o
             WHERE o.topic_id = c.topic_id AND o.company_id = c.company_id
               AND o.direction = 'inbound' AND o.result = 'answered' AND %s
               AND CASE WHEN c.partner_id IS NULL THEN o.partner_id IS NULL AND o.e164 = c.e164
                        ELSE o.partner_id = c.partner_id END)""",
        when,
    )
