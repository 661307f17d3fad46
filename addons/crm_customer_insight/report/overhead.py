"""Shares overhead among customers, exactly to the cent, in one statement (ROI-2, ROI-3).

Largest remainder, as ``tools/allocation.py`` has it; ``div`` on exact numerics avoids any rounding
before the units left over are dealt out.
"""

from odoo.tools import SQL

# Weight of a cell of crm_customer_month by allocation key.
WEIGHTS = {
    "revenue": SQL("GREATEST(c.revenue, 0)"),
    "orders": SQL("c.order_count::numeric"),
    "touches": SQL("GREATEST(c.direct_cost, 0)"),
    "equal": SQL("(c.revenue <> 0 OR c.order_count > 0 OR c.invoice_count > 0)::int::numeric"),
}


def allocate(env, changes):
    """Write ``allocated_cost`` of the cells whose share changed; note their customers as changed.

    Incremental refreshes look at the months of changed cells only, unless the overhead changed.
    """
    # sudo: overhead of all companies is shared, whoever starts the refresh
    pools = env["crm.overhead.pool"].sudo().search([])
    scope = _scope(changes)
    env.cr.execute(SQL("DROP TABLE IF EXISTS crm_value_share"))
    env.cr.execute(
        SQL("CREATE TEMP TABLE crm_value_share ON COMMIT DROP AS %s", _shares(pools._parts()))
    )
    env.cr.execute(
        SQL(
            """WITH updated AS (
                UPDATE crm_customer_month m SET allocated_cost = n.amount
                FROM (SELECT c.id, COALESCE(sum(s.amount), 0) AS amount
                    FROM crm_customer_month c LEFT JOIN crm_value_share s ON s.cell_id = c.id
                    WHERE %s GROUP BY c.id) n
                WHERE n.id = m.id AND m.allocated_cost IS DISTINCT FROM n.amount
                RETURNING m.partner_id)
            SELECT DISTINCT partner_id FROM updated""",
            scope,
        )
    )
    changes.add_partners(env.cr, [row[0] for row in env.cr.fetchall()])
    _note_allocated(env, pools)


def _scope(changes):
    """The months in which a share can have changed."""
    if changes.cells is None or changes.reallocate:
        return SQL("c.allocated_cost <> 0 OR s.cell_id IS NOT NULL")
    return SQL(
        "(c.company_id, c.month) IN (SELECT company_id, month FROM %s)",
        SQL.identifier(changes.cells),
    )


def _shares(parts):
    return SQL(
        """WITH pool (id, company_id, month, units, digits, key) AS (%(pools)s),
        weighted AS (
            SELECT p.id, p.month, p.units, p.digits, c.id AS cell_id, c.partner_id,
                %(weight)s AS weight
            FROM pool p JOIN crm_customer_month c
                ON c.company_id = p.company_id AND c.month = p.month),
        totals AS (SELECT *, sum(weight) OVER (PARTITION BY id, month) AS total
            FROM weighted WHERE weight > 0),
        floors AS (SELECT *, div(units * weight, total) AS part,
            units * weight - div(units * weight, total) * total AS rest FROM totals),
        ordered AS (SELECT *,
            row_number() OVER (PARTITION BY id, month ORDER BY rest DESC, partner_id) AS place,
            units - sum(part) OVER (PARTITION BY id, month) AS left_over FROM floors)
        SELECT cell_id, id AS pool_id,
            (part + (place <= left_over)::int) / power(10::numeric, digits) AS amount
        FROM ordered""",
        pools=_pool_rows(parts),
        weight=SQL(
            "CASE p.key %s END",
            SQL(" ").join(SQL("WHEN %s THEN %s", key, sql) for key, sql in WEIGHTS.items()),
        ),
    )


def _pool_rows(parts):
    none = SQL("SELECT 0, 0, NULL::date, 0::numeric, 0, ''::text WHERE FALSE")
    rows = [SQL("SELECT %s, %s, %s::date, %s::numeric, %s, %s", *part) for part in parts]
    return SQL(" UNION ALL ").join([none, *rows])


def _note_allocated(env, pools):
    if not pools:
        return
    shared = dict(
        env.execute_query(SQL("SELECT pool_id, sum(amount) FROM crm_value_share GROUP BY pool_id"))
    )
    for pool in pools:
        allocated = float(shared.get(pool.id, 0))
        if pool.currency_id.compare_amounts(pool.allocated, allocated):
            pool.allocated = allocated
