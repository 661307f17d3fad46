"""Time of agents by state and 15 minutes, from the intervals of their states and shifts (CC-8).

What ran at the time of the last run had no end yet, so a run computes a day before the last
interval again and what is before it stays.
"""

from odoo.tools import SQL

STATES = ("ready", "ringing", "on_call", "wrap_up", "paused", "unreachable")
#: states that keep a schedule; a pause does not
WORKING = ("ready", "ringing", "on_call", "wrap_up")


def last_start(env):
    """The last interval with facts, or ``None``."""
    return env.execute_query(SQL("SELECT max(start) FROM crm_call_agent_interval"))[0][0]


def compute(env, since, until):
    """Replace the facts from *since* (``None``: the first state or shift) until now."""
    since = since or _first(env)
    if not since:
        return
    env.cr.execute(
        SQL(
            """DELETE FROM crm_call_agent_interval
                WHERE start >= date_bin('15 minutes', %s::timestamp, TIMESTAMP '2000-01-01')""",
            since,
        )
    )
    env.cr.execute(_insert(since, until))


def _first(env):
    return env.execute_query(
        SQL(
            """SELECT LEAST((SELECT min(date_from) FROM crm_call_agent_state),
                            (SELECT min(date_from) FROM crm_call_shift))"""
        )
    )[0][0]


def _insert(since, until):
    """Each state and shift is cut at the quarters of an hour; shifts of an agent do not overlap."""
    sums = SQL(", ").join(
        SQL("COALESCE(sum(seconds) FILTER (WHERE kind = %s), 0)", state)
        for state in (*STATES, "scheduled", "kept")
    )
    names = SQL(", ").join(SQL.identifier(state) for state in STATES)
    return SQL(
        """WITH bounds AS (
            SELECT date_bin('15 minutes', %(since)s::timestamp, TIMESTAMP '2000-01-01') AS since,
                   %(until)s::timestamp AS until),
        states AS (SELECT s.agent_id, s.state,
                tsrange(s.date_from, LEAST(COALESCE(s.date_to, b.until), b.until)) AS span
            FROM crm_call_agent_state s, bounds b
            WHERE s.date_from < b.until AND COALESCE(s.date_to, b.until) > b.since
              AND s.state <> 'offline'),
        shifts AS (SELECT s.agent_id, tsrange(s.date_from, LEAST(s.date_to, b.until)) AS span
            FROM crm_call_shift s, bounds b
            WHERE s.date_from < b.until AND s.date_to > b.since),
        spans AS (
            SELECT agent_id, state AS kind, span FROM states
            UNION ALL SELECT agent_id, 'scheduled', span FROM shifts
            UNION ALL SELECT s.agent_id, 'kept', s.span * p.span
              FROM states s JOIN shifts p ON p.agent_id = s.agent_id AND p.span && s.span
             WHERE s.state = ANY(%(working)s)),
        cut AS (
            SELECT x.agent_id, x.kind, q AS start, EXTRACT(epoch FROM
                   LEAST(upper(x.span), q + INTERVAL '15 minutes')
                   - GREATEST(lower(x.span), q)) AS seconds
              FROM spans x, bounds b, generate_series(GREATEST(b.since,
                   date_bin('15 minutes', lower(x.span), TIMESTAMP '2000-01-01')),
                   upper(x.span) - INTERVAL '1 microsecond', INTERVAL '15 minutes') q
             WHERE NOT isempty(x.span))
        INSERT INTO crm_call_agent_interval (company_id, agent_id, start, %(names)s, scheduled,
            kept)
        SELECT a.company_id, c.agent_id, c.start, %(sums)s
          FROM cut c JOIN crm_call_agent a ON a.id = c.agent_id
         GROUP BY a.company_id, c.agent_id, c.start""",
        since=since,
        until=until,
        working=list(WORKING),
        names=names,
        sums=sums,
    )
