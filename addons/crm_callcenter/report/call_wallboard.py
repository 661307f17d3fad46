"""What happens now, in a fixed number of statements whatever the load (CC-8)."""

from odoo.tools import SQL


def waiting(env, company, now):
    """``{queue id: (callers who wait, seconds of the first)}``.

    Whoever is in a queue waits since he joined the last of them.
    """
    rows = env.execute_query(
        SQL(
            """SELECT c.queue_id, count(*), max(EXTRACT(epoch FROM %(now)s - COALESCE(
                      (SELECT to_timestamp(max((p->>'at')::float8)) AT TIME ZONE 'UTC'
                         FROM jsonb_array_elements(c.path) p WHERE p->>'kind' = 'queue'), c.start)))
                 FROM crm_call c JOIN crm_call_exchange e ON e.id = c.exchange_id
                WHERE c.state = 'running' AND c.company_id = %(company)s AND c.answer IS NULL
                  AND c.queue_id IS NOT NULL AND c.direction = 'inbound'
                  AND c.start > %(now)s - INTERVAL '1 day'
                GROUP BY c.queue_id""",
            now=now,
            company=company.id,
        )
    )
    return {queue: (count, max(float(longest), 0.0)) for queue, count, longest in rows}


def interval(env, company, since, until):
    """``{queue id: (answered, in time, abandoned)}`` of the calls that began since then."""
    rows = env.execute_query(
        SQL(
            """SELECT queue_id, count(*) FILTER (WHERE result = 'answered'),
                      count(*) FILTER (WHERE result = 'answered' AND in_time),
                      count(*) FILTER (WHERE result = 'abandoned')
                 FROM crm_call WHERE company_id = %s AND start >= %s AND start <= %s
                  AND direction = 'inbound' AND queue_id IS NOT NULL GROUP BY queue_id""",
            company.id,
            since,
            until,
        )
    )
    return {queue: tuple(counts) for queue, *counts in rows}


def agents_by_state(env, company):
    """``{state: number of agents}``; offline are all without a running state."""
    return dict(
        env.execute_query(
            SQL(
                """SELECT COALESCE(s.state, 'offline'), count(*) FROM crm_call_agent a
                     LEFT JOIN crm_call_agent_state s ON s.agent_id = a.id AND s.date_to IS NULL
                    WHERE a.company_id = %s AND a.active GROUP BY 1""",
                company.id,
            )
        )
    )


def at_work(env, company):
    """``{queue id: agents who have all its skills and are not offline}``."""
    rows = env.execute_query(
        SQL(
            """SELECT q.id, count(a.id) FROM crm_call_queue q
                 JOIN crm_call_agent a ON a.company_id = q.company_id AND a.active
                 JOIN crm_call_agent_state s ON s.agent_id = a.id AND s.date_to IS NULL
                  AND s.state NOT IN ('offline', 'unreachable')
                WHERE q.company_id = %s AND NOT EXISTS (
                      SELECT FROM crm_call_queue_skill k
                       WHERE k.queue_id = q.id AND NOT EXISTS (
                             SELECT FROM crm_call_agent_skill o
                              WHERE o.agent_id = a.id AND o.skill_id = k.skill_id AND o.released
                                AND o.level >= k.level))
                GROUP BY q.id""",
            company.id,
        )
    )
    return dict(rows)
