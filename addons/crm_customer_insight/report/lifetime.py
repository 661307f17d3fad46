"""SQL of the life-time values (ROI-3): purchase histories read, values written, per company.

A *purchase* is a day with posted invoices of more than zero (several on a day are one): credit
notes are none. Times are whole days; amounts are untaxed in company currency, consolidated ones
(company 0) in the main company's at the rates of the data date.
"""

import io
from dataclasses import dataclass

import numpy as np

from odoo.tools import SQL

from .customer_month import main_company

SEGMENTS = {
    "none": SQL("NULL"),
    "country": SQL("p.country_id"),
    "tag": SQL(
        """(SELECT min(t.category_id) FROM res_partner_res_partner_category_rel t
        WHERE t.partner_id = p.id)"""
    ),
    "industry": SQL("p.industry_id"),
    "team": SQL("(SELECT u.sale_team_id FROM res_users u WHERE u.id = p.user_id)"),
    "first_tier": SQL(
        """(SELECT ascii(s.tier) FROM crm_customer_snapshot s
        WHERE s.partner_id = p.id AND COALESCE(s.company_id, 0) = h.cid AND s.tier IS NOT NULL
        ORDER BY s.month LIMIT 1)"""
    ),
}
#: What a row of the table may change in.
COLUMNS = (
    "currency_id",
    "date",
    "model",
    "fit_id",
    "frequency",
    "recency_weeks",
    "age_weeks",
    "silence_weeks",
    "p_alive",
    "expected_purchases",
    "expected_spend",
    "margin_rate",
    "expected_value",
    "horizon_months",
)


@dataclass(frozen=True)
class Scope:
    """What is computed: one company (0: all together) as of a day."""

    company_id: int
    currency_id: int
    date: object
    cut: object
    segment_by: str


def rates(env, date):
    """``{company id: rate}`` from each company's currency to the main company's."""
    main = main_company(env)
    # sudo: consolidation covers all companies, whoever starts the calculation
    companies = env["res.company"].sudo().search([])
    return {
        company.id: env["res.currency"]._get_conversion_rate(
            company.currency_id, main.currency_id, main, date
        )
        for company in companies
    }


def _purchases(env, scope):
    """One row per customer and day with a purchase: partner_id, day, amount."""
    if scope.company_id:
        amount, where = SQL("m.amount_untaxed_signed"), SQL("m.company_id = %s", scope.company_id)
    else:
        found = rates(env, scope.date)
        cases = [SQL("WHEN %s THEN %s", company, rate) for company, rate in found.items()]
        amount = SQL("m.amount_untaxed_signed * CASE m.company_id %s END", SQL(" ").join(cases))
        where = SQL("m.company_id = ANY(%s)", list(found))
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id,
            COALESCE(m.invoice_date, m.date) AS day, sum(%s) AS amount
        FROM account_move m JOIN res_partner p ON p.id = m.partner_id
        WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_receipt')
            AND m.amount_untaxed_signed > 0 AND %s
            AND COALESCE(m.invoice_date, m.date) <= %s
            AND p.commercial_partner_id IS NOT NULL
        GROUP BY 1, 2""",
        amount,
        where,
        scope.date,
    )


HISTORY = (
    "partner_id",
    "x",
    "last",
    "age",
    "mean",
    "gross",
    "net",
    "cost",
    "costed",
    "x_before",
    "last_before",
    "age_before",
    "after",
    "segment",
)


def histories(env, scope):
    """The sufficient statistics of every customer, in one statement.

    :return: ``{column: array}``: ``x`` repeat purchases, ``last`` days from the first to the last
        purchase, ``age`` days since the first, ``mean`` amount of the repeat purchases (nan
        without one), ``gross`` purchases, ``net`` revenue and product ``cost`` since the first
        purchase, ``costed`` revenue with a cost; the same as of the cut (``_before``, age -1: came
        later), purchases ``after`` it; ``segment`` (-1: none)
    """
    env["account.move"].flush_model()
    env["res.partner"].flush_model()
    rows = _read(env.cr, _histories(env, scope))
    return {name: rows[:, place] for place, name in enumerate(HISTORY)}


def _histories(env, scope):
    return SQL(
        """WITH days AS (%(days)s),
        firsts AS (SELECT partner_id, min(day) AS first FROM days GROUP BY 1),
        h AS (SELECT d.partner_id, %(cid)s AS cid, f.first, count(*) - 1 AS x,
                max(d.day) - f.first AS last, %(date)s::date - f.first AS age,
                avg(d.amount) FILTER (WHERE d.day > f.first) AS mean, sum(d.amount) AS gross,
                count(*) FILTER (WHERE d.day <= %(cut)s) - 1 AS x_before,
                max(d.day) FILTER (WHERE d.day <= %(cut)s) - f.first AS last_before,
                %(cut)s::date - f.first AS age_before,
                count(*) FILTER (WHERE d.day > %(cut)s) AS after
            FROM days d JOIN firsts f USING (partner_id) GROUP BY d.partner_id, f.first),
        money AS (%(money)s)
        SELECT h.partner_id, h.x, h.last, h.age, COALESCE(h.mean, 'NaN'), h.gross,
            COALESCE(n.net, h.gross), COALESCE(n.cost, 0), COALESCE(n.costed, 0),
            GREATEST(h.x_before, 0), COALESCE(h.last_before, 0), GREATEST(h.age_before, -1),
            h.after, COALESCE(%(segment)s, -1)
        FROM h JOIN res_partner p ON p.id = h.partner_id LEFT JOIN money n USING (partner_id)
        ORDER BY h.partner_id""",
        days=_purchases(env, scope),
        cid=scope.company_id,
        date=scope.date,
        cut=scope.cut,
        money=_money(scope),
        segment=SEGMENTS[scope.segment_by],
    )


def _money(scope):
    """Net revenue and product cost of each customer from the monthly facts."""
    if scope.company_id:
        columns = [SQL(name) for name in ("revenue", "product_cost")]
        costed = SQL("revenue_known + revenue_estimated")
        where = SQL(" AND company_id = %s", scope.company_id)
    else:
        columns = [
            SQL("COALESCE(group_%(n)s, %(n)s)", n=SQL(name)) for name in ("revenue", "product_cost")
        ]
        costed = SQL(
            "COALESCE(group_revenue_known, revenue_known)"
            " + COALESCE(group_revenue_estimated, revenue_estimated)"
        )
        where = SQL()
    return SQL(
        """SELECT partner_id, sum(%s) AS net, sum(%s) AS cost, sum(%s) AS costed
        FROM crm_customer_month WHERE month <= %s%s GROUP BY 1""",
        *columns,
        costed,
        scope.date,
        where,
    )


def _read(cr, query):
    """The rows of a statement as an array of numbers: by COPY, without an object per value."""
    buffer = io.StringIO()
    text = cr.mogrify(query)
    cr.copy_expert(f"COPY ({text.decode()}) TO STDOUT", buffer)
    if not buffer.tell():
        return np.zeros((0, len(HISTORY)))
    buffer.seek(0)
    return np.loadtxt(buffer, ndmin=2)


def first_day(env, scope):
    """The first day of a purchase, or ``None``."""
    query = SQL("SELECT min(day) FROM (%s) AS days", _purchases(env, scope))
    return env.execute_query(query)[0][0]


def repeats_by_day(env, scope):
    """``(first days, repeats)``: ``{day: customers who first bought}``, ``{day: repeats}``."""
    rows = env.execute_query(
        SQL(
            """WITH days AS (%s)
            SELECT d.day, count(*) FILTER (WHERE d.day = f.first),
                count(*) FILTER (WHERE d.day > f.first)
            FROM days d JOIN (SELECT partner_id, min(day) AS first FROM days GROUP BY 1) f
                USING (partner_id) GROUP BY 1 ORDER BY 1""",
            _purchases(env, scope),
        )
    )
    return {day: first for day, first, _again in rows}, {day: again for day, _f, again in rows}


# Contracts ----------------------------------------------------------------------------------


def contracts(env, scope):
    """``(customers, monthly values)`` of the contracts that run on the data date, as arrays."""
    env["crm.customer.contract"].flush_model()
    amount, where = _contract_scope(env, scope)
    rows = env.execute_query(
        SQL(
            """SELECT p.commercial_partner_id, sum(%s)
            FROM crm_customer_contract c JOIN res_partner p ON p.id = c.partner_id
            WHERE %s AND c.state = 'running' AND c.date_start <= %s
                AND (c.date_end IS NULL OR c.date_end >= %s)
            GROUP BY 1 ORDER BY 1""",
            amount,
            where,
            scope.date,
            scope.date,
        )
    )
    partners = np.array([partner for partner, _monthly in rows], dtype=np.int64)
    return partners, np.array([float(monthly) for _partner, monthly in rows])


def _contract_scope(env, scope):
    """Monthly value ``c`` in the currency of the scope, and the condition on its company."""
    value = SQL("COALESCE(c.monthly_value, 0)")
    if scope.company_id:
        return value, SQL("c.company_id = %s", scope.company_id)
    found = rates(env, scope.date)
    cases = SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in found.items())
    amount = SQL("%s * CASE c.company_id %s END", value, cases)
    return amount, SQL("c.company_id = ANY(%s)", list(found))


def endings(env, scope):
    """``(contracts that ended without renewal, years that all contracts ran)`` until the data
    date: what retention is measured by."""
    _amount, where = _contract_scope(env, scope)
    [(ended, years)] = env.execute_query(
        SQL(
            """SELECT count(*) FILTER (WHERE gone AND last < %(date)s),
                COALESCE(sum(GREATEST(LEAST(last, %(date)s::date) - date_start, 0)), 0) / 365.25
            FROM (SELECT c.date_start, c.state IN ('ended', 'cancelled') AS gone,
                    COALESCE(CASE WHEN c.state IN ('ended', 'cancelled') THEN c.closed_on END,
                        c.date_end, %(date)s::date) AS last
                FROM crm_customer_contract c
                WHERE c.state <> 'draft' AND c.date_start <= %(date)s AND %(where)s) AS seen""",
            date=scope.date,
            where=where,
        )
    )
    return ended, float(years)


# Writing ------------------------------------------------------------------------------------


def write(env, scope, month, columns):
    """Write the values of all customers of a company in one pass; rows that are equal stay.

    :param columns: ``{name: array or single value}`` with ``partner_id`` and :data:`COLUMNS`;
        nan is unknown
    :return: number of rows inserted, changed and deleted
    """
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS crm_lifetime_new"))
    cr.execute(
        SQL(
            """CREATE TEMP TABLE crm_lifetime_new ON COMMIT DROP AS
            SELECT partner_id, %s FROM crm_customer_lifetime WITH NO DATA""",
            _names(),
        )
    )
    cr.copy_expert("COPY crm_lifetime_new FROM STDIN WITH (NULL '')", _text(columns))
    cr.execute(SQL("CREATE UNIQUE INDEX ON crm_lifetime_new (partner_id)"))
    cr.execute(SQL("ANALYZE crm_lifetime_new"))
    written = _leave_behind(cr, scope, month) + _upsert(cr, scope, month)
    env["crm.customer.lifetime"].invalidate_model()
    return written


def _names(*alias):
    return SQL(", ").join(SQL.identifier(*alias, name) for name in COLUMNS)


def _text(columns):
    """The rows as text for COPY."""
    count = len(columns["partner_id"])
    texts = [_column(columns[name], count) for name in ("partner_id", *COLUMNS)]
    buffer = io.StringIO()
    buffer.writelines("\t".join(row) + "\n" for row in zip(*texts, strict=True))
    buffer.seek(0)
    return buffer


def _column(values, count):
    if not isinstance(values, np.ndarray):
        return ["" if values in (None, False) else str(values)] * count
    if values.dtype.kind == "f":
        return ["" if value != value else repr(value) for value in values.tolist()]
    return ["" if value is None else str(value) for value in values.tolist()]


def _upsert(cr, scope, month):
    cr.execute(
        SQL(
            """INSERT INTO crm_customer_lifetime AS o
                (company_id, month, is_current, partner_id, %(names)s)
            SELECT %(company)s, %(month)s, TRUE, partner_id, %(names)s FROM crm_lifetime_new
            ON CONFLICT (partner_id, COALESCE(company_id, 0), month)
            DO UPDATE SET is_current = TRUE, %(assignments)s
            WHERE (o.is_current, %(old)s) IS DISTINCT FROM (TRUE, %(new)s)""",
            names=_names(),
            company=scope.company_id or None,
            month=month,
            assignments=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in COLUMNS
            ),
            old=_names("o"),
            new=_names("excluded"),
        )
    )
    return cr.rowcount


def _leave_behind(cr, scope, month):
    """Rows of closed months are no longer current; those of customers who vanished go."""
    company = scope.company_id
    cr.execute(
        SQL(
            """UPDATE crm_customer_lifetime SET is_current = FALSE
            WHERE is_current AND COALESCE(company_id, 0) = %s AND month <> %s""",
            company,
            month,
        )
    )
    cr.execute(
        SQL(
            """DELETE FROM crm_customer_lifetime o
            WHERE COALESCE(company_id, 0) = %s AND month = %s AND NOT EXISTS (
                SELECT FROM crm_lifetime_new n WHERE n.partner_id = o.partner_id)""",
            company,
            month,
        )
    )
    return cr.rowcount
