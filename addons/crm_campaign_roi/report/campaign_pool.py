"""What the ledger holds of a pool of overhead, and by what campaigns share it (ROI-2)."""

from odoo.tools import SQL


def account_totals(pool_ids):
    """Rows (pool, posted on its accounts in its period, direct cost in it, hours and contacts).

    What was entered for hours and contacts is direct cost in it when the pool says so.
    """
    return SQL(
        """
        SELECT p.id, COALESCE(SUM(l.balance), 0), COALESCE(SUM(direct.amount), 0)
            + CASE WHEN p.has_entered THEN MAX(entered.amount) ELSE 0 END, MAX(entered.amount)
        FROM crm_campaign_pool p
        JOIN crm_campaign_pool_account_rel r ON r.pool_id = p.id
        JOIN account_move_line l ON l.account_id = r.account_id AND l.company_id = p.company_id
            AND l.date BETWEEN p.date_from AND p.date_to AND l.parent_state = 'posted'
        LEFT JOIN (
            SELECT res_id, SUM(amount) AS amount FROM crm_campaign_cost
            WHERE source = 'bill' AND res_model = 'account.move.line' GROUP BY res_id
        ) direct ON direct.res_id = l.id
        CROSS JOIN LATERAL (
            SELECT COALESCE(SUM(c.amount), 0) AS amount FROM crm_campaign_cost c
            WHERE c.source IN ('contact', 'hours') AND c.stage = 'actual'
                AND c.company_id = p.company_id AND c.date BETWEEN p.date_from AND p.date_to
        ) entered
        WHERE p.id = ANY(%s)
        GROUP BY p.id
        """,
        list(pool_ids),
    )


def weights(pool):
    """Rows (campaign, weight) by the key of *pool*, in its period and company."""
    return SQL(
        "SELECT campaign_id, weight FROM (%s) w WHERE campaign_id = ANY(%s)",
        _WEIGHTS[pool.key](pool, (pool.company_id.id, pool.date_from, pool.date_to)),
        pool.line_ids.campaign_id.ids,
    )


def _direct(_pool, where):
    return SQL(
        """
        SELECT campaign_id, SUM(amount) AS weight FROM crm_campaign_cost
        WHERE source <> 'allocation' AND stage = 'actual' AND company_id = %s
            AND date BETWEEN %s AND %s
        GROUP BY campaign_id
        """,
        *where,
    )


def _contacts(_pool, where):
    return SQL(
        """
        SELECT campaign_id, COUNT(*) AS weight FROM crm_touchpoint
        WHERE direction = 'out' AND voided IS NOT TRUE AND COALESCE(company_id, %(company)s)
            = %(company)s AND date >= %(first)s AND date < %(last)s::date + 1
            AND campaign_id IS NOT NULL
        GROUP BY campaign_id
        """,
        company=where[0],
        first=where[1],
        last=where[2],
    )


def _leads(_pool, where):
    return SQL(
        """
        SELECT campaign_id, COUNT(*) AS weight FROM crm_lead
        WHERE campaign_id IS NOT NULL AND COALESCE(company_id, %(company)s) = %(company)s
            AND create_date >= %(first)s AND create_date < %(last)s::date + 1
        GROUP BY campaign_id
        """,
        company=where[0],
        first=where[1],
        last=where[2],
    )


def _revenue(pool, where):
    return SQL(
        """
        SELECT campaign_id, SUM(revenue) AS weight FROM (%s) d
        WHERE basis = 'invoiced' AND company_id = %s AND date BETWEEN %s AND %s
        GROUP BY campaign_id
        """,
        pool.env["crm.campaign.deal"]._table_query,
        *where,
    )


_WEIGHTS = {"direct": _direct, "contacts": _contacts, "leads": _leads, "revenue": _revenue}
