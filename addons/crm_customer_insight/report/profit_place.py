"""Places on the profit curve of some snapshots (ROI-3), computed when somebody looks.

One customer's gain moves the places of all who bring less, so places are not stored: a refresh
would have to rewrite nearly everybody.
"""

from odoo.tools import SQL


def places(env, groups):
    """Return ``{snapshot id: (rank, cumulative profit)}``; who is not ranked is left out.

    Rank 1 brings the most, the older row goes first among equals. Prospects that never cost
    anything have no place. Only rows at and above the lowest one asked for are read, from the
    index of the current rows; one query whatever the number of groups.

    :param groups: list of ``(ids, company id or None, month, is current, lowest profit)``
    """
    if not groups:
        return {}
    rows = env.execute_query(SQL(" UNION ALL ").join(_group(*group) for group in groups))
    return {row[0]: (row[1], row[2]) for row in rows}


def _group(ids, company_id, month, is_current, lowest):
    return SQL(
        """SELECT id, rank, cumulative FROM (
            SELECT id, row_number() OVER by_profit AS rank, sum(profit) OVER by_profit AS cumulative
            FROM crm_customer_snapshot
            WHERE %(company)s AND %(rows)s AND profit >= %(lowest)s
                AND (first_purchase IS NOT NULL OR direct_cost <> 0 OR allocated_cost <> 0)
            WINDOW by_profit AS (ORDER BY profit DESC, id ROWS UNBOUNDED PRECEDING)) AS ranked
        WHERE id = ANY(%(ids)s)""",
        company=SQL("company_id = %s", company_id) if company_id else SQL("company_id IS NULL"),
        rows=SQL("is_current") if is_current else SQL("month = %s", month),
        lowest=lowest,
        ids=ids,
    )


def brought_by_better(env, snapshot, basis):
    """Share of the positive total that customers strictly better bring; ``None`` without any.

    It is what tiers are rated by (``tools.pareto.tiers``), for the company and month of *snapshot*.

    :param basis: ``profit`` or ``revenue``
    """
    amount = SQL.identifier(basis)
    rows = env.execute_query(
        SQL(
            """SELECT COALESCE(sum(%(amount)s) FILTER (WHERE %(amount)s > %(own)s), 0)
                / NULLIF(sum(%(amount)s), 0)
            FROM crm_customer_snapshot
            WHERE %(company)s AND %(rows)s AND %(amount)s > 0 AND tier IS NOT NULL""",
            amount=amount,
            own=snapshot[basis],
            company=SQL("company_id = %s", snapshot.company_id.id)
            if snapshot.company_id
            else SQL("company_id IS NULL"),
            rows=SQL("is_current") if snapshot.is_current else SQL("month = %s", snapshot.month),
        )
    )
    share = rows[0][0]
    return None if share is None else float(share)
