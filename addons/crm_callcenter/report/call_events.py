"""How long what exchanges said is kept (CC-8)."""

from datetime import UTC

from odoo.tools import SQL


def seal_calls(env, limit):
    """Seal calls that ended long enough ago and delete their events; returns how many calls."""
    env["crm.call"].flush_model(["end", "state", "is_sealed"])
    env["crm.call.exchange"].flush_model(["event_days"])
    env.cr.execute(
        SQL(
            """WITH old AS (
                   SELECT c.id FROM crm_call_exchange x
                    CROSS JOIN LATERAL (
                        SELECT id FROM crm_call
                         WHERE exchange_id = x.id AND is_sealed IS NOT TRUE AND state = 'done'
                           AND "end" < %(now)s - x.event_days * interval '1 day'
                         ORDER BY "end" LIMIT %(limit)s) c
                    LIMIT %(limit)s),
               sealed AS (
                   UPDATE crm_call c SET is_sealed = TRUE FROM old WHERE c.id = old.id
                   RETURNING c.exchange_id, c.linked),
               gone AS (
                   DELETE FROM crm_call_event e USING sealed s
                    WHERE e.exchange_id = s.exchange_id AND e.linked = s.linked)
               SELECT count(*) FROM sealed""",
            now=env.cr.now(),
            limit=limit,
        )
    )
    return env.cr.fetchone()[0]


def delete_alone(env, limit):
    """Delete old events that are about no call; returns how many."""
    env.cr.execute(
        SQL(
            """DELETE FROM crm_call_event WHERE id IN (
                   SELECT e.id FROM crm_call_exchange x JOIN crm_call_event e
                       ON e.exchange_id = x.id AND e.linked IS NULL
                      AND e.moment < %(now)s - x.event_days * 86400
                    LIMIT %(limit)s)""",
            now=env.cr.now().replace(tzinfo=UTC).timestamp(),
            limit=limit,
        )
    )
    return env.cr.rowcount


def unsealed(env, exchange, linked):
    """Those of the calls that are not sealed, or not known yet."""
    rows = env.execute_query(
        SQL(
            """SELECT linked FROM crm_call
                WHERE exchange_id = %s AND linked = ANY(%s) AND is_sealed""",
            exchange.id,
            list(linked),
        )
    )
    return set(linked).difference(name for (name,) in rows)
