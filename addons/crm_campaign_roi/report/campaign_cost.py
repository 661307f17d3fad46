"""Costs of campaigns that follow documents: bills and contacts (ROI-2), set-based.

A row of the ledger belongs to the campaign of its analytic account; without one, to the campaign
that its bill names. Posted documents only; what vanished there vanishes here.
"""

from odoo.tools import SQL

#: Account types on which money is spent.
EXPENSES = ("expense", "expense_other", "expense_depreciation", "expense_direct_cost")
COLUMNS = (
    "campaign_id",
    "res_model",
    "res_id",
    "date",
    "company_id",
    "amount",
    "kind_id",
    "name",
    "move_id",
)


def bills(env):
    """Rows of posted expense lines that belong to a campaign."""
    plans = env["account.analytic.line"]._get_plan_fnames()
    return SQL(
        """
        SELECT COALESCE(a.campaign_id, m.campaign_id) AS campaign_id,
            'account.move.line' AS res_model, l.id AS res_id, l.date, l.company_id,
            COALESCE(a.amount, l.balance) AS amount, kind.kind_id, l.name, m.id AS move_id
        FROM account_move_line l
        JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
        JOIN account_account account ON account.id = l.account_id
            AND account.account_type IN %(expenses)s
        LEFT JOIN (%(analytic)s) a ON a.move_line_id = l.id
        LEFT JOIN LATERAL (
            SELECT MIN(k.kind_id) AS kind_id FROM crm_campaign_cost_kind_account_rel k
            WHERE k.account_id = l.account_id
        ) kind ON TRUE
        WHERE a.campaign_id IS NOT NULL
            OR (m.campaign_id IS NOT NULL
                AND m.move_type IN ('in_invoice', 'in_refund', 'in_receipt'))
        """,
        expenses=EXPENSES,
        analytic=SQL(" UNION ALL ").join(_analytic(plan) for plan in plans),
    )


def _analytic(plan):
    """(ledger line, campaign, amount) of the analytic lines on campaigns' accounts of a plan."""
    return SQL(
        """
        SELECT al.move_line_id, c.id AS campaign_id, -SUM(al.amount) AS amount
        FROM account_analytic_line al
        JOIN utm_campaign c ON c.analytic_account_id = al.%s
        WHERE al.move_line_id IS NOT NULL
        GROUP BY al.move_line_id, c.id
        """,
        SQL.identifier(plan),
    )


def contacts():
    """Cost of the contacts made for a campaign, by channel and month, as the ledger has it."""
    return SQL(
        """
        SELECT t.campaign_id, 'crm.contact.channel' AS res_model, t.channel_id AS res_id,
            (date_trunc('month', t.date) + interval '1 month -1 day')::date AS date,
            COALESCE(t.company_id, c.company_id) AS company_id, SUM(t.cost) AS amount,
            NULL::integer AS kind_id, NULL::varchar AS name, NULL::integer AS move_id
        FROM crm_touchpoint t
        JOIN utm_campaign c ON c.id = t.campaign_id
        WHERE t.cost <> 0 AND t.voided IS NOT TRUE AND t.channel_id IS NOT NULL
            AND COALESCE(t.company_id, c.company_id) IS NOT NULL
        GROUP BY 1, 3, 4, 5
        """
    )


def hours(env):
    """Hours of staff, at the rate entered with them."""
    kind = env.ref("crm_campaign_roi.cost_kind_staff", raise_if_not_found=False)
    return SQL(
        """
        SELECT h.campaign_id, 'crm.campaign.hours' AS res_model, h.id AS res_id, h.date,
            h.company_id, h.amount, %s::integer AS kind_id, h.name, NULL::integer AS move_id
        FROM crm_campaign_hours h WHERE h.amount <> 0
        """,
        kind.id if kind else None,
    )


def allocations():
    """Shares of overhead of the pools that are posted, on the last day of their period."""
    return SQL(
        """
        SELECT l.campaign_id, 'crm.campaign.pool.line' AS res_model, l.id AS res_id,
            p.date_to AS date, p.company_id, l.amount, p.kind_id, p.name,
            NULL::integer AS move_id
        FROM crm_campaign_pool_line l
        JOIN crm_campaign_pool p ON p.id = l.pool_id AND p.state = 'posted'
        WHERE l.amount <> 0
        """
    )


def sources(env):
    """``{source: rows}`` of everything that costs follow."""
    return {
        "bill": bills(env),
        "contact": contacts(),
        "hours": hours(env),
        "allocation": allocations(),
    }


def gather(cr, rows, campaign_ids):
    """Keep the rows of some campaigns in a table of this transaction."""
    cr.execute(SQL("DROP TABLE IF EXISTS crm_campaign_cost_now"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE crm_campaign_cost_now ON COMMIT DROP AS "
            "SELECT * FROM (%s) r WHERE r.campaign_id = ANY(%s)",
            rows,
            campaign_ids,
        )
    )


def changes(source, campaign_ids):
    """Statements that bring the rows of *source* up to what was gathered."""
    names = [SQL.identifier(name) for name in COLUMNS]
    changing = names[4:]
    new = SQL(", ").join(SQL("n.%s", name) for name in names)
    yield SQL(
        """
        DELETE FROM crm_campaign_cost c WHERE c.source = %s AND c.campaign_id = ANY(%s)
            AND NOT EXISTS (SELECT FROM crm_campaign_cost_now n
                WHERE n.campaign_id = c.campaign_id AND n.res_model = c.res_model
                    AND n.res_id = c.res_id AND n.date = c.date)
        """,
        source,
        campaign_ids,
    )
    yield SQL(
        """
        INSERT INTO crm_campaign_cost (source, stage, create_date, write_date, %(names)s)
        SELECT %(source)s, 'actual', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(new)s
        FROM crm_campaign_cost_now n
        ON CONFLICT (campaign_id, source, res_model, res_id, date) WHERE res_model IS NOT NULL
        DO UPDATE SET %(assigned)s, write_date = now() AT TIME ZONE 'UTC'
        WHERE (%(old)s) IS DISTINCT FROM (%(fresh)s)
        """,
        source=source,
        names=SQL(", ").join(names),
        new=new,
        assigned=SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in changing),
        old=SQL(", ").join(SQL("crm_campaign_cost.%s", name) for name in changing),
        fresh=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in changing),
    )
