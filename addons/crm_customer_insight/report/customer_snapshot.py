"""Fills ``crm.customer.snapshot`` for one period: sums, scores, tiers and stages (ROI-3, ROI-5).

First the sums per customer are gathered from ``crm.customer.month``, of all customers or of the
changed ones. Then one statement rates them, and finds who else crossed a border by their change:
the sums of the others stand in their current rows. The rules are those of ``tools/rfm.py``,
``tools/pareto.py`` and ``tools/lifecycle.py``; a test compares both on random data.
"""

import datetime
from dataclasses import dataclass

from odoo.tools import SQL

SUMS = (
    "revenue",
    "revenue_previous",
    "product_cost",
    "direct_cost",
    "allocated_cost",
    "cost_known_share",
    "cost_estimated_share",
    "lifetime_revenue",
    "lifetime_profit",
    "first_purchase",
    "last_purchase",
    "frequency",
    "returned_date",
)
COLUMNS = (
    "currency_id",
    "date",
    *SUMS,
    "profit",
    "margin_rate",
    "recency_days",
    "r_score",
    "f_score",
    "m_score",
    "rfm",
    "tier",
    "pyramid_level",
    "previous_tier",
    "lifecycle_stage",
    "cooperation_state",
)


# What others' figures or the day can change in a customer's row.
MOVING = (
    "date",
    "currency_id",
    "r_score",
    "f_score",
    "m_score",
    "tier",
    "pyramid_level",
    "previous_tier",
    "lifecycle_stage",
    "cooperation_state",
)


@dataclass(frozen=True)
class Period:
    """What is computed for one company (0: consolidated) and month."""

    company_id: int
    currency_id: int
    digits: int
    month: datetime.date
    date: datetime.date
    window_start: datetime.date
    previous_start: datetime.date
    setting: object


def fill(env, periods, partners=None, is_current=True):
    """Rate the customers of ``periods`` (one per company, all of the same month).

    :param partners: temporary table with the customers that changed; the others keep their sums
        and are written only where their rating moves
    :return: number of rows written; equal rows are not
    """
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS crm_value_base, crm_value_rated"))
    cr.execute(
        SQL("CREATE TEMP TABLE crm_value_base ON COMMIT DROP AS %s", _base(periods, partners))
    )
    cr.execute(SQL("ANALYZE crm_value_base (partner_id, cid, last_purchase, frequency)"))
    month = periods[0].month
    if not _has_rows(cr, month):
        written = _insert(cr, _rated(periods, partners), month, is_current)
        cr.execute(SQL("ANALYZE crm_customer_snapshot (partner_id, company_id, month, is_current)"))
        return written
    cr.execute(
        SQL("CREATE TEMP TABLE crm_value_rated ON COMMIT DROP AS %s", _rated(periods, partners))
    )
    cr.execute(SQL("ANALYZE crm_value_rated (partner_id, cid)"))
    deleted = _delete_vanished(cr, month)
    return deleted + _update(cr, month, is_current) + _insert(cr, _new(month), month, is_current)


def _has_rows(cr, month):
    cr.execute(SQL("SELECT EXISTS (SELECT FROM crm_customer_snapshot WHERE month = %s)", month))
    return cr.fetchone()[0]


def _insert(cr, source, month, is_current):
    """Insert in the order of the curve: among equals the older customer keeps the better place."""
    cr.execute(
        SQL(
            """INSERT INTO crm_customer_snapshot
                (partner_id, company_id, month, is_current, %(names)s)
            SELECT partner_id, NULLIF(cid, 0), %(month)s, %(is_current)s, %(names)s
            FROM (%(source)s) AS rows ORDER BY profit DESC, partner_id""",
            names=SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
            month=month,
            is_current=is_current,
            source=source,
        )
    )
    return cr.rowcount


def _update(cr, month, is_current):
    """Write the rows that differ."""
    names = [SQL.identifier(name) for name in COLUMNS]
    cr.execute(
        SQL(
            """UPDATE crm_customer_snapshot o SET is_current = %(is_current)s, %(values)s
            FROM crm_value_rated n
            WHERE o.month = %(month)s
                AND n.partner_id = o.partner_id AND n.cid = COALESCE(o.company_id, 0)
                AND (%(is_current)s, %(new)s) IS DISTINCT FROM (o.is_current, %(old)s)""",
            month=month,
            is_current=is_current,
            values=SQL(", ").join(SQL("%s = n.%s", name, name) for name in names),
            new=SQL(", ").join(SQL("n.%s", name) for name in names),
            old=SQL(", ").join(SQL("o.%s", name) for name in names),
        )
    )
    return cr.rowcount


def _new(month):
    return SQL(
        """SELECT n.* FROM crm_value_rated n
        LEFT JOIN (SELECT partner_id, COALESCE(company_id, 0) AS cid, id
            FROM crm_customer_snapshot WHERE month = %s) o USING (partner_id, cid)
        WHERE o.id IS NULL""",
        month,
    )


def _delete_vanished(cr, month):
    cr.execute(
        SQL(
            """DELETE FROM crm_customer_snapshot o WHERE o.month = %s AND NOT EXISTS (
                SELECT FROM crm_value_base n
                WHERE n.partner_id = o.partner_id AND n.cid = COALESCE(o.company_id, 0))""",
            month,
        )
    )
    return cr.rowcount


# Sums ---------------------------------------------------------------------------------------


def _base(periods, partners):
    """Everybody with his sums; ``kept_id`` and the ``old_`` rating are those of kept rows."""
    return SQL(
        """WITH params AS (%(params)s), cells AS (%(cells)s), summed AS (%(summed)s),
        known AS (SELECT *, NULL::int AS kept_id %(none)s FROM summed %(kept)s),
        everybody AS (SELECT * FROM known UNION ALL
            SELECT partner_id, cid, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL, 0, NULL,
                NULL %(none)s
            FROM (%(prospects)s EXCEPT SELECT partner_id, cid FROM known) AS prospects)
        SELECT *, %(basis)s AS basis FROM (SELECT *,
            revenue - product_cost - direct_cost - allocated_cost AS profit,
            frequency > 0 AS active, first_purchase IS NOT NULL OR direct_cost <> 0
                OR allocated_cost <> 0 AS ranked
            FROM everybody) AS valued""",
        params=_params(periods),
        cells=_cells(periods, partners),
        summed=_summed(),
        none=_no_rating() if partners else SQL(),
        kept=SQL("UNION ALL %s", _kept(periods, partners)) if partners else SQL(),
        prospects=_prospects(periods),
        basis=_basis(periods),
    )


def _params(periods):
    return SQL(" UNION ALL ").join(_param(period) for period in periods)


def _param(period):
    return SQL(
        """SELECT %(cid)s AS cid, %(currency)s AS currency_id, %(digits)s AS digits,
        %(month)s::date AS month, %(date)s::date AS date, %(window)s::date AS window_start,
        %(previous)s::date AS previous_start, %(new)s AS new_days, %(lost)s AS lost_days,
        %(won_back)s AS won_back_days, %(change)s::numeric AS change_rate,
        %(active)s AS active_days, %(ended)s AS ended_days, %(a)s::numeric AS share_a,
        %(b)s::numeric AS share_b, %(c)s::numeric AS share_c""",
        cid=period.company_id,
        currency=period.currency_id,
        digits=period.digits,
        month=period.month,
        date=period.date,
        window=period.window_start,
        previous=period.previous_start,
        new=period.setting.new_days,
        lost=period.setting.lost_days,
        won_back=period.setting.won_back_days,
        change=period.setting.change_rate,
        active=period.setting.active_days,
        ended=period.setting.ended_days,
        a=period.setting.tier_a_share,
        b=period.setting.tier_b_share,
        c=period.setting.tier_c_share,
    )


def _cells(periods, partners):
    """The monthly facts per company and, with several companies, consolidated (cid 0)."""
    scope = SQL("JOIN %s d USING (partner_id)", SQL.identifier(partners)) if partners else SQL()
    own = SQL(
        """SELECT partner_id, company_id AS cid, month, revenue, revenue_known, revenue_estimated,
        product_cost, direct_cost, allocated_cost, invoice_count, first_date, last_date
        FROM crm_customer_month %s""",
        scope,
    )
    if not any(period.company_id == 0 for period in periods):
        return own
    return SQL(
        """%s UNION ALL SELECT partner_id, 0, month, COALESCE(group_revenue, revenue),
        COALESCE(group_revenue_known, revenue_known),
        COALESCE(group_revenue_estimated, revenue_estimated),
        COALESCE(group_product_cost, product_cost), direct_cost * COALESCE(group_rate, 1),
        allocated_cost * COALESCE(group_rate, 1), invoice_count, first_date, last_date
        FROM crm_customer_month %s""",
        own,
        scope,
    )


def _summed():
    """Sums in the window; a share of revenue is unknown (null) without positive revenue."""
    return SQL(
        """SELECT partner_id, cid, round(revenue, digits) AS revenue,
            round(revenue_previous, digits) AS revenue_previous,
            round(product_cost, digits) AS product_cost, round(direct_cost, digits) AS direct_cost,
            round(allocated_cost, digits) AS allocated_cost,
            CASE WHEN revenue > 0 THEN round(LEAST(GREATEST(known / revenue, 0), 1), 6) END
                AS cost_known_share,
            CASE WHEN revenue > 0 THEN round(LEAST(GREATEST(estimated / revenue, 0), 1), 6) END
                AS cost_estimated_share,
            round(lifetime_revenue, digits) AS lifetime_revenue,
            round(lifetime_profit, digits) AS lifetime_profit, first_purchase, last_purchase,
            frequency, returned_date
        FROM (SELECT partner_id, cid,
            COALESCE(sum(revenue) FILTER (WHERE inside), 0) AS revenue,
            COALESCE(sum(revenue) FILTER (WHERE before), 0) AS revenue_previous,
            COALESCE(sum(product_cost) FILTER (WHERE inside), 0) AS product_cost,
            COALESCE(sum(direct_cost) FILTER (WHERE inside), 0) AS direct_cost,
            COALESCE(sum(allocated_cost) FILTER (WHERE inside), 0) AS allocated_cost,
            COALESCE(sum(revenue_known) FILTER (WHERE inside), 0) AS known,
            COALESCE(sum(revenue_estimated) FILTER (WHERE inside), 0) AS estimated,
            sum(revenue) AS lifetime_revenue,
            sum(revenue - product_cost - direct_cost - allocated_cost) AS lifetime_profit,
            min(first_date) AS first_purchase, max(last_date) AS last_purchase,
            COALESCE(sum(invoice_count) FILTER (WHERE inside), 0)::int AS frequency,
            max(first_date) FILTER (WHERE first_date - last_before > lost_days) AS returned_date
        FROM (%s) c GROUP BY partner_id, cid) s JOIN params USING (cid)""",
        _until_now(),
    )


def _until_now():
    """The cells up to the period's month, each with the last purchase before it.

    A purchase that ended a silence of more than ``lost_days`` is that of a customer won back.
    """
    return SQL(
        """SELECT c.*, p.lost_days, c.month >= p.window_start AS inside,
            c.month < p.window_start AND c.month >= p.previous_start AS before,
            max(c.last_date) OVER (PARTITION BY partner_id, cid
                ORDER BY c.month, c.first_date
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_before
        FROM cells c JOIN params p USING (cid) WHERE c.month <= p.month"""
    )


def _no_rating():
    names = [SQL.identifier(f"old_{name}") for name in MOVING]
    return SQL("").join(SQL(", NULL AS %s", name) for name in names)


def _kept(periods, partners):
    """Sums and rating of the customers that did not change, from their current rows.

    Rows that stand for a lead or quotation alone are left out: they are found again, or not.
    """
    sums = [SQL("o.%s", SQL.identifier(name)) for name in SUMS]
    rating = [SQL("o.%s", SQL.identifier(name)) for name in MOVING]
    return SQL(
        """SELECT o.partner_id, COALESCE(o.company_id, 0), %(columns)s FROM crm_customer_snapshot o
        WHERE o.is_current AND COALESCE(o.company_id, 0) IN %(companies)s
            AND NOT EXISTS (SELECT FROM %(partners)s d WHERE d.partner_id = o.partner_id)
            AND (o.first_purchase IS NOT NULL OR EXISTS (
                SELECT FROM crm_customer_month c WHERE c.partner_id = o.partner_id
                AND (o.company_id IS NULL OR c.company_id = o.company_id)))""",
        columns=SQL(", ").join([*sums, SQL("o.id"), *rating]),
        companies=tuple(period.company_id for period in periods),
        partners=SQL.identifier(partners),
    )


def _prospects(periods):
    """Customers-to-be: whoever has a lead or an open quotation, in that document's company.

    A lead without a company counts for its contact's company, else for the main company.
    """
    companies = tuple(period.company_id for period in periods)
    main = min((company for company in companies if company), default=0)
    document = SQL(
        """SELECT p.commercial_partner_id AS partner_id,
            COALESCE(d.company_id, p.company_id, %s) AS cid
        FROM (SELECT partner_id, company_id, create_date FROM crm_lead
            UNION ALL SELECT partner_id, company_id, create_date FROM sale_order
            WHERE state IN ('draft', 'sent')) d
        JOIN res_partner p ON p.id = d.partner_id
        WHERE d.create_date < %s::date + 1""",
        main,
        periods[0].date,
    )
    own = SQL("SELECT partner_id, cid FROM (%s) o WHERE cid IN %s", document, companies)
    if 0 not in companies:
        return own
    return SQL("%s UNION SELECT partner_id, 0 FROM (%s) a", own, document)


# Rating -------------------------------------------------------------------------------------


def _rated(periods, partners):
    """Rows of the customers that were summed, and of the kept ones whose rating moves."""
    return SQL(
        """WITH params AS (%(params)s), %(marks)s
        SELECT rated.* FROM (SELECT s.partner_id, s.cid, p.currency_id, p.date, %(sums)s, s.profit,
            CASE WHEN s.revenue > 0 THEN round(s.profit / s.revenue, 6) END AS margin_rate,
            CASE WHEN s.last_purchase IS NOT NULL THEN GREATEST(p.date - s.last_purchase, 0) END
                AS recency_days,
            s.r_score, s.f_score, s.m_score, s.r_score::text || s.f_score || s.m_score AS rfm,
            CASE WHEN s.first_purchase IS NOT NULL THEN %(tier)s END AS tier,
            %(pyramid)s AS pyramid_level, h.tier AS previous_tier, %(stage)s AS lifecycle_stage,
            %(state)s AS cooperation_state %(old)s
        FROM (%(scored)s) s
        JOIN params p USING (cid)
        LEFT JOIN tiers t USING (cid)
        LEFT JOIN (SELECT partner_id, company_id, tier FROM crm_customer_snapshot
            WHERE month = (%(month)s::date - interval '1 month')::date) h
            ON h.partner_id = s.partner_id AND COALESCE(h.company_id, 0) = s.cid) AS rated
        %(moved)s""",
        month=periods[0].month,
        params=_params(periods),
        marks=_marks(periods),
        sums=SQL(", ").join(SQL("s.%s", SQL.identifier(name)) for name in SUMS),
        tier=_tier(),
        pyramid=_pyramid(),
        stage=_stage(),
        state=_state(),
        scored=_scored(periods),
        old=_old() if partners else SQL(),
        moved=_moved() if partners else SQL(),
    )


def _old():
    names = [SQL.identifier(name) for name in ("kept_id", *(f"old_{name}" for name in MOVING))]
    return SQL("").join(SQL(", s.%s", name) for name in names)


def _moved():
    """All rows that were summed, and the kept ones that their rating leaves different."""
    return SQL(
        "WHERE kept_id IS NULL OR (%s) IS DISTINCT FROM (%s)",
        SQL(", ").join(SQL.identifier(name) for name in MOVING),
        SQL(", ").join(SQL.identifier(f"old_{name}") for name in MOVING),
    )


def _scored(periods):
    """Everybody with scores."""
    return SQL(
        """SELECT b.*, m.top_from, m.large_from, m.medium_from,
            %(r)s AS r_score, %(f)s AS f_score, %(m)s AS m_score
        FROM crm_value_base b
        JOIN params p USING (cid)
        LEFT JOIN money m USING (cid)
        LEFT JOIN recency r USING (cid, last_purchase)
        LEFT JOIN frequencies f USING (cid, frequency)""",
        r=_score(periods, "r", SQL("p.date - last_purchase"), "days", SQL("<=")),
        f=_score(periods, "f", SQL("frequency"), "count", SQL(">=")),
        m=_score(periods, "m", SQL("revenue"), "amount", SQL(">=")),
    )


def _marks(periods):
    """Where scores, pyramid levels and tiers begin among the active customers of a company.

    A position is the number of customers who are strictly worse, or better, so equals share it.
    Few different dates and frequencies exist: their positions are counted once each. Money is
    sorted alone, and the amounts at the borders kept: with n customers, more than a fifth are
    worse than an amount if it exceeds the one at place n / 5 (rounded up); fewer than one in a
    hundred are better if it is not below the one at place n / 100 (rounded up) from the top.
    """
    return SQL(
        """recency AS (%(recency)s), frequencies AS (%(frequencies)s),
        money AS (SELECT cid, n,
            min(revenue) FILTER (WHERE place = (n + 4) / 5) AS m_above_1,
            min(revenue) FILTER (WHERE place = (2 * n + 4) / 5) AS m_above_2,
            min(revenue) FILTER (WHERE place = (3 * n + 4) / 5) AS m_above_3,
            min(revenue) FILTER (WHERE place = (4 * n + 4) / 5) AS m_above_4,
            min(revenue) FILTER (WHERE place = n + 1 - (n + 99) / 100) AS top_from,
            min(revenue) FILTER (WHERE place = n + 1 - (5 * n + 99) / 100) AS large_from,
            min(revenue) FILTER (WHERE place = n + 1 - (20 * n + 99) / 100) AS medium_from
            FROM (SELECT cid, revenue, count(*) OVER (%(company)s) AS n,
                row_number() OVER (%(company)s ORDER BY revenue) AS place
                FROM crm_value_base WHERE active) a
            GROUP BY cid, n),
        tiers AS (SELECT cid,
            min(basis) FILTER (WHERE better < p.share_a * total) AS a_from,
            min(basis) FILTER (WHERE better < p.share_b * total) AS b_from,
            min(basis) FILTER (WHERE better < p.share_c * total) AS c_from
            FROM (SELECT cid, basis, sum(basis) OVER so_far - basis AS better,
                sum(basis) OVER (%(company)s) AS total
                FROM crm_value_base WHERE ranked AND basis > 0
                WINDOW so_far AS (%(company)s ORDER BY basis DESC ROWS UNBOUNDED PRECEDING)) a
            JOIN params p USING (cid) GROUP BY cid)""",
        recency=_worse("last_purchase"),
        frequencies=_worse("frequency"),
        company=_partition(periods),
    )


def _partition(periods):
    """By company, unless there is but one: amounts alone are sorted several times faster."""
    return SQL("PARTITION BY cid") if len(periods) > 1 else SQL()


def _worse(column):
    return SQL(
        """SELECT cid, %(column)s,
            sum(count(*)) OVER (PARTITION BY cid ORDER BY %(column)s) - count(*) AS worse
        FROM crm_value_base WHERE active GROUP BY cid, %(column)s""",
        column=SQL.identifier(column),
    )


def _basis(periods):
    """What tiers go by: profit or revenue."""
    bases = {period.company_id: period.setting.tier_basis for period in periods}
    if len(set(bases.values())) == 1:
        return SQL.identifier(periods[0].setting.tier_basis)
    by_revenue = tuple(company for company, basis in bases.items() if basis == "revenue")
    return SQL("(CASE WHEN cid IN %s THEN revenue ELSE profit END)", by_revenue)


def _score(periods, letter, value, unit, better):
    """Score 1 to 5 of active customers: by fifths, or by the bands of their company."""
    bands = [
        SQL(
            "WHEN active AND cid = %s THEN CASE %s ELSE 1 END",
            period.company_id,
            SQL(" ").join(
                SQL(
                    "WHEN %s %s %s THEN %s",
                    value,
                    better,
                    period.setting[f"{letter}_{unit}_{score}"],
                    score,
                )
                for score in (5, 4, 3, 2)
            ),
        )
        for period in periods
        if period.setting.rfm_mode == "band"
    ]
    return SQL("(CASE %s WHEN active THEN %s END)::int", SQL(" ").join(bands), _fifth(letter))


def _fifth(letter):
    """1 + the number of whole fifths of the active customers who are strictly worse."""
    if letter != "m":
        return SQL("1 + div(5 * %s, m.n)", SQL.identifier(letter, "worse"))
    return SQL(
        """CASE WHEN revenue > m.m_above_4 THEN 5 WHEN revenue > m.m_above_3 THEN 4
        WHEN revenue > m.m_above_2 THEN 3 WHEN revenue > m.m_above_1 THEN 2 ELSE 1 END"""
    )


def _tier():
    """By the share of the positive total that those strictly better bring; see tools/pareto."""
    return SQL(
        """CASE WHEN s.basis <= 0 THEN 'D' WHEN s.basis >= t.a_from THEN 'A'
        WHEN s.basis >= t.b_from THEN 'B' WHEN s.basis >= t.c_from THEN 'C' ELSE 'D' END"""
    )


def _pyramid():
    return SQL(
        """CASE WHEN s.first_purchase IS NULL THEN 'prospect'
        WHEN NOT s.active THEN 'inactive'
        WHEN s.revenue >= s.top_from THEN 'top'
        WHEN s.revenue >= s.large_from THEN 'large'
        WHEN s.revenue >= s.medium_from THEN 'medium' ELSE 'small' END"""
    )


def _stage():
    return SQL(
        """CASE WHEN s.first_purchase IS NULL THEN 'prospect'
        WHEN p.date - s.last_purchase > p.lost_days THEN 'lost'
        WHEN p.date - s.returned_date <= p.won_back_days THEN 'won_back'
        WHEN p.date - s.first_purchase <= p.new_days THEN 'new'
        WHEN s.first_purchase >= p.window_start THEN 'mature'
        WHEN s.revenue > s.revenue_previous
            AND s.revenue >= s.revenue_previous * (1 + p.change_rate) THEN 'growing'
        WHEN s.revenue < s.revenue_previous
            AND s.revenue <= s.revenue_previous * (1 - p.change_rate) THEN 'declining'
        ELSE 'mature' END"""
    )


def _state():
    return SQL(
        """CASE WHEN s.last_purchase IS NULL THEN 'never'
        WHEN p.date - s.last_purchase <= p.active_days THEN 'active'
        WHEN p.date - s.last_purchase <= p.ended_days THEN 'dormant' ELSE 'ended' END"""
    )
