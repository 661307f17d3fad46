"""Costs of campaigns that follow documents: bills and contacts (ROI-2), set-based.

A row of the ledger belongs to the campaign of its analytic account; without one, to the campaign
that its bill names. Posted documents only; what vanished there vanishes here.
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL

#: Account types on which money is spent.
EXPENSES = ("expense", "expense_other", "expense_depreciation", "expense_direct_cost")
BILLS = ("in_invoice", "in_refund", "in_receipt")
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


class BillLink(NamedTuple):
    """How ledger lines without analytic account name a campaign by another document.

    :param found: SELECT of the ids of such lines
    :param join: joins of the document to ledger line ``l`` of entry ``m``
    :param campaign: the campaign of the document
    :param name: what the cost is called, instead of the name of the ledger line
    """

    found: SQL
    join: SQL
    campaign: SQL
    name: SQL | None = None


class Promise(NamedTuple):
    """Documents of ``crm.campaign.spending.mixin``: their cost is committed until it is posted.

    :param model: their model
    :param find: method of the model that finds those of some campaigns
    :param documents: makes of their ids the SELECT that :func:`promises` asks for
    :param link: makes of ids of campaigns the :class:`BillLink` of what they become
    :param shown: path to the record that is opened for one of them; empty: itself
    """

    model: str
    find: str
    documents: Callable
    link: Callable
    shown: str = ""


def bills(env, campaign_ids, links=()):
    """Rows of posted expense lines that belong to one of the campaigns.

    Lines are found from the campaigns (by analytic lines, bills and *links*), not by reading the
    whole ledger. A line belongs to the campaigns of its analytic accounts; without any, to the one
    that a link names, else to the one that its bill names.

    :param links: of :meth:`crm.campaign.cost._bill_links`
    """
    plans = env["account.analytic.line"]._get_plan_fnames()
    own = {"ids": list(campaign_ids)}
    return SQL(
        """
        SELECT f.campaign_id, 'account.move.line' AS res_model, l.id AS res_id, l.date,
            l.company_id, COALESCE(a.amount, l.balance) AS amount, kind.kind_id,
            COALESCE(%(named)s l.name) AS name, m.id AS move_id
        FROM (%(found)s) found
        JOIN account_move_line l ON l.id = found.line_id
        JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
        JOIN account_account account ON account.id = l.account_id
            AND account.account_type IN %(expenses)s
        LEFT JOIN LATERAL (%(analytic)s) a ON TRUE
        %(joins)s
        CROSS JOIN LATERAL (SELECT COALESCE(a.campaign_id, %(linked)s CASE
            WHEN m.move_type IN %(bills)s THEN m.campaign_id END) AS campaign_id) f
        LEFT JOIN LATERAL (%(kind)s) kind ON TRUE
        WHERE f.campaign_id IS NOT NULL
        """,
        found=SQL(" UNION ").join(
            [
                *(_lines_of_plan(plan, own) for plan in plans),
                _lines_of_bills(own),
                *(link.found for link in links),
            ]
        ),
        expenses=EXPENSES,
        bills=BILLS,
        analytic=SQL(" UNION ALL ").join(_analytic(plan) for plan in plans),
        joins=SQL(" ").join(link.join for link in links),
        linked=SQL("").join(SQL("%s, ", link.campaign) for link in links),
        named=SQL("").join(SQL("%s, ", link.name) for link in links if link.name),
        kind=kind_of(SQL("l.account_id")),
    )


def kind_of(account):
    """The cost kind of an *account* (SQL): the first that has it."""
    return SQL(
        """SELECT MIN(ka.kind_id) AS kind_id FROM crm_campaign_cost_kind_account_rel ka
            WHERE ka.account_id = %s""",
        account,
    )


def _lines_of_plan(plan, own):
    """Ledger lines with analytic lines on campaigns' accounts of a plan."""
    return SQL(
        """
        SELECT al.move_line_id AS line_id FROM account_analytic_line al
        JOIN utm_campaign c ON c.analytic_account_id = al.%(plan)s
        WHERE c.id = ANY(%(ids)s) AND al.move_line_id IS NOT NULL
        """,
        plan=SQL.identifier(plan),
        **own,
    )


def _lines_of_bills(own):
    """Lines of the bills that name a campaign."""
    return SQL(
        """
        SELECT bl.id FROM account_move_line bl
        JOIN account_move b ON b.id = bl.move_id
        WHERE b.campaign_id = ANY(%(ids)s) AND b.move_type IN %(bills)s
        """,
        bills=BILLS,
        **own,
    )


def _analytic(plan):
    """(campaign, amount) of the analytic lines of ledger line ``l`` on accounts of a plan."""
    return SQL(
        """
        SELECT c.id AS campaign_id, -SUM(al.amount) AS amount
        FROM account_analytic_line al
        JOIN utm_campaign c ON c.analytic_account_id = al.%s
        WHERE al.move_line_id = l.id
        GROUP BY c.id
        """,
        SQL.identifier(plan),
    )


def shares(table):
    """Shares of documents that are no ledger lines yet, by their analytic distribution.

    :param table: alias of a table with ``analytic_distribution`` and ``campaign_id``, the
        direct link
    :return: SELECT of (campaign, share from, share to): the parts of 0 … 1 that the campaigns have
        one after the other, so that what is rounded at both ends adds up to the cent
    """
    return SQL(
        """
        SELECT s.campaign_id, SUM(s.share) OVER w - s.share AS share_from,
            SUM(s.share) OVER w AS share_to
        FROM (
            SELECT c.id AS campaign_id, SUM(d.value::numeric) / 100 AS share
            FROM jsonb_each_text(%(table)s.analytic_distribution) d
            CROSS JOIN LATERAL unnest(string_to_array(d.key, ',')) AS account(id)
            JOIN utm_campaign c ON c.analytic_account_id = account.id::integer
            GROUP BY c.id
        ) s
        WINDOW w AS (ORDER BY s.campaign_id)
        UNION ALL
        SELECT %(table)s.campaign_id, 0, 1
        WHERE %(table)s.campaign_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM jsonb_object_keys(%(table)s.analytic_distribution) AS d(key)
            CROSS JOIN LATERAL unnest(string_to_array(d.key, ',')) AS account(id)
            JOIN utm_campaign c ON c.analytic_account_id = account.id::integer)
        """,
        table=SQL.identifier(table),
    )


def promises(model, documents, rows):
    """Rows of documents that will be cost when the ledger has them.

    :param documents: SELECT of (id, company_id, date, name, analytic_distribution, campaign_id,
        open: the share 0 … 1 that is not billed yet)
    :param rows: ``[(id, ledger account id, cost in the company's currency)]``; lines whose account
        is no expense are no cost when they are billed, and none now
    """
    ids, accounts, costs = ([row[part] for row in rows] for part in range(3))
    return SQL(
        """
        SELECT s.campaign_id, %(model)s AS res_model, d.id AS res_id, d.date, d.company_id,
            ROUND(k.cost * d.open * s.share_to, cur.decimal_places)
                - ROUND(k.cost * d.open * s.share_from, cur.decimal_places) AS amount,
            kind.kind_id, d.name, NULL::integer AS move_id
        FROM (%(documents)s) d
        JOIN unnest(%(ids)s::integer[], %(accounts)s::integer[], %(costs)s::numeric[])
            AS k(id, account_id, cost) ON k.id = d.id
        JOIN res_company company ON company.id = d.company_id
        JOIN res_currency cur ON cur.id = company.currency_id
        CROSS JOIN LATERAL (%(shares)s) s
        LEFT JOIN LATERAL (%(kind)s) kind ON TRUE
        WHERE d.open > 0
        """,
        model=model,
        documents=documents,
        ids=ids,
        accounts=accounts,
        costs=costs,
        shares=shares("d"),
        kind=kind_of(SQL("k.account_id")),
    )


def contacts(env):
    """Cost of the contacts made for a campaign, by channel and month, as the ledger has it."""
    kind = env.ref("crm_campaign_roi.cost_kind_contacts", raise_if_not_found=False)
    return SQL(
        """
        SELECT t.campaign_id, 'crm.contact.channel' AS res_model, t.channel_id AS res_id,
            (date_trunc('month', t.date) + interval '1 month -1 day')::date AS date,
            COALESCE(t.company_id, c.company_id) AS company_id, SUM(t.cost) AS amount,
            %s::integer AS kind_id, NULL::varchar AS name, NULL::integer AS move_id
        FROM crm_touchpoint t
        JOIN utm_campaign c ON c.id = t.campaign_id
        WHERE t.cost <> 0 AND t.voided IS NOT TRUE AND t.channel_id IS NOT NULL
            AND COALESCE(t.company_id, c.company_id) IS NOT NULL
        GROUP BY 1, 3, 4, 5
        """,
        kind.id if kind else None,
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


def sources(env, campaign_ids, links=list):
    """``{source: callable that builds its rows}`` of everything that costs follow.

    :param links: callable that gives the links of :func:`bills`
    """
    return {
        "bill": lambda: bills(env, campaign_ids, links()),
        "contact": lambda: contacts(env),
        "hours": lambda: hours(env),
        "allocation": allocations,
    }


def gather(cr, rows, campaign_ids, stage):
    """Keep the rows of some campaigns in a table of this transaction.

    What is new for campaigns that were settled stands there as the difference to what was settled.
    """
    cr.execute(SQL("DROP TABLE IF EXISTS crm_campaign_cost_now"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE crm_campaign_cost_now ON COMMIT DROP AS "
            "SELECT %s, %s::varchar AS stage FROM (%s) r WHERE r.campaign_id = ANY(%s)",
            SQL(", ").join(SQL.identifier("r", name) for name in COLUMNS),
            stage,
            rows,
            campaign_ids,
        )
    )


def keep_settled(cr, source, campaign_ids):
    """Turn what was gathered for settled campaigns into differences to their settled costs."""
    settled = SQL(
        "SELECT id FROM utm_campaign WHERE id = ANY(%s) AND phase = 'settled'", campaign_ids
    )
    cr.execute(
        SQL(
            """
            INSERT INTO crm_campaign_cost_now (stage, %(names)s)
            SELECT 'late', %(values)s
            FROM (SELECT * FROM crm_campaign_cost_now WHERE campaign_id IN (%(settled)s)) n
            FULL JOIN (SELECT * FROM crm_campaign_cost WHERE source = %(source)s
                AND stage = 'actual' AND campaign_id IN (%(settled)s)) c
                USING (campaign_id, res_model, res_id, date)
            WHERE COALESCE(n.amount, 0) <> COALESCE(c.amount, 0)
            """,
            names=SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
            values=SQL(", ").join(
                [
                    *(SQL.identifier(name) for name in COLUMNS[:4]),
                    SQL("COALESCE(n.company_id, c.company_id)"),
                    SQL("COALESCE(n.amount, 0) - COALESCE(c.amount, 0)"),
                    *(SQL("COALESCE(n.%s, c.%s)", *[SQL.identifier(x)] * 2) for x in COLUMNS[6:]),
                ]
            ),
            settled=settled,
            source=source,
        )
    )
    cr.execute(
        SQL(
            "DELETE FROM crm_campaign_cost_now WHERE stage = 'actual' AND campaign_id IN (%s)",
            settled,
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
                    AND n.res_id = c.res_id AND n.date = c.date AND n.stage = c.stage)
            AND NOT EXISTS (SELECT FROM utm_campaign s
                WHERE s.id = c.campaign_id AND s.phase = 'settled' AND c.stage = 'actual')
        """,
        source,
        campaign_ids,
    )
    yield SQL(
        """
        INSERT INTO crm_campaign_cost (source, stage, create_date, write_date, %(names)s)
        SELECT %(source)s, n.stage, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(new)s
        FROM crm_campaign_cost_now n
        ON CONFLICT (campaign_id, source, res_model, res_id, date, stage)
        WHERE res_model IS NOT NULL
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
