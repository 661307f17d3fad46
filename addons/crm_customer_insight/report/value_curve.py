"""The cumulative profit curve over the snapshots a user may see (ROI-3), computed in SQL."""

from odoo.tools import SQL

MAX_POINTS = 200


def points(env, domain):
    """At most ``MAX_POINTS`` + 2 rows (rank, customers, cumulative profit), best customer first."""
    return env.execute_query(
        SQL(
            """
            SELECT rank, customers, cumulative FROM (%s) AS ranked
            WHERE rank = 1 OR rank = customers
               OR rank %% GREATEST((customers + %s - 1) / %s, 1) = 0
            ORDER BY rank
            """,
            _ranked(env, domain),
            MAX_POINTS,
            MAX_POINTS,
        )
    )


def marks(env, domain):
    """(customers, total profit, peak of the curve, first rank at 80 % of the total, losers)."""
    query = SQL(
        """
        WITH ranked AS MATERIALIZED (%s),
        whole AS (SELECT MAX(customers) AS customers, SUM(profit) AS total FROM ranked)
        SELECT whole.customers, whole.total, MAX(ranked.cumulative),
               MIN(ranked.rank) FILTER (WHERE ranked.cumulative >= 0.8 * whole.total),
               COUNT(*) FILTER (WHERE ranked.profit < 0)
        FROM ranked CROSS JOIN whole
        GROUP BY whole.customers, whole.total
        """,
        _ranked(env, domain),
    )
    rows = env.execute_query(query)
    return rows[0] if rows else None


def costed_revenue(env, domain):
    """Revenue whose product cost is recorded, and revenue whose product cost is estimated."""
    query = env["crm.customer.snapshot"]._search(domain)
    sums = [
        SQL(
            "COALESCE(SUM(%s * %s), 0)",
            SQL.identifier(query.table, "revenue", to_flush=_field(env, "revenue")),
            SQL.identifier(query.table, name, to_flush=_field(env, name)),
        )
        for name in ("cost_known_share", "cost_estimated_share")
    ]
    return tuple(float(amount) for amount in env.execute_query(query.select(*sums))[0])


def _field(env, name):
    return env["crm.customer.snapshot"]._fields[name]


def _ranked(env, domain):
    query = env["crm.customer.snapshot"]._search(domain)
    profit = SQL.identifier(query.table, "profit", to_flush=_field(env, "profit"))
    record = SQL.identifier(query.table, "id")
    order = SQL("(ORDER BY %s DESC, %s ROWS UNBOUNDED PRECEDING)", profit, record)
    return query.select(
        SQL("ROW_NUMBER() OVER %s AS rank", order),
        SQL("COUNT(*) OVER () AS customers"),
        SQL("%s AS profit", profit),
        SQL("SUM(%s) OVER %s AS cumulative", profit, order),
    )
