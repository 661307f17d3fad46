"""Sales of treated customers, of the control group, and of like customers (ROI-2), set-based.

The unit is the customer (commercial entity): contacts of one company share what it buys. A lead
without a contact is a unit of its own that cannot have bought. Everybody whom the lots assigned
stays in his arm, also who was never reached, and who left the audience (who buys leaves "silent
for 90 days"): leaving them out would compare unlike people. Customers with people in both arms
are in neither; people removed by hand were no targets.
"""

from odoo.tools import SQL

#: What is summed up per group: the number, the sum and the sum of squares.
SUMS = SQL(
    """COUNT(*) AS persons, COUNT(*) FILTER (WHERE revenue > 0) AS buyers,
    COALESCE(SUM(revenue), 0)::float AS revenue,
    COALESCE(SUM(revenue * revenue), 0)::float AS revenue_squares,
    COALESCE(SUM(profit), 0)::float AS profit,
    COALESCE(SUM(profit * profit), 0)::float AS profit_squares"""
)


def units(campaign_ids):
    """SQL of rows (campaign_id, unit, customer, arm); *arm* is empty for who is in both."""
    return SQL(
        """
        SELECT t.campaign_id, t.unit, MAX(t.customer) AS customer,
            CASE WHEN MIN(t.arm) = MAX(t.arm) THEN MIN(t.arm) END AS arm
        FROM (
            SELECT t.campaign_id, t.arm, c.customer, COALESCE(c.customer, -t.id) AS unit
            FROM crm_campaign_target t
            LEFT JOIN crm_lead l ON l.id = t.lead_id
            LEFT JOIN res_partner p ON p.id = l.partner_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(t.commercial_partner_id, p.commercial_partner_id) AS customer) c
            WHERE t.campaign_id = ANY(%s) AND t.state IN ('in', 'left')
        ) t GROUP BY t.campaign_id, t.unit
        """,
        list(campaign_ids),
    )


def sold(sales, basis, rates, start, end):
    """SQL of rows (customer, date, revenue, profit, unknown): what was sold from *start* to *end*.

    :param rates: ``{company id: rate}`` to the currency of the result; other companies are left out
    ``unknown`` is the revenue of goods whose cost is not known.
    """
    return SQL(
        """
        SELECT s.partner_id AS customer, s.date, SUM(s.revenue * r.rate) AS revenue,
            SUM(s.profit * r.rate) AS profit,
            SUM(s.revenue * r.rate) FILTER (WHERE s.profit IS NULL) AS unknown
        FROM (%(sales)s) s
        JOIN unnest(%(companies)s::integer[], %(rates)s::numeric[]) AS r(company, rate)
            ON r.company = s.company_id
        WHERE s.basis = %(basis)s AND s.date BETWEEN %(start)s AND %(end)s
        GROUP BY s.partner_id, s.date
        """,
        sales=sales,
        companies=list(rates),
        rates=list(rates.values()),
        basis=basis,
        start=start,
        end=end,
    )


def bought(start, end):
    """SQL of rows (customer, revenue, profit, unknown) of the table ``sold``, within a window."""
    return SQL(
        """
        SELECT customer, SUM(revenue) AS revenue, SUM(profit) AS profit, SUM(unknown) AS unknown
        FROM sold WHERE date BETWEEN %s AND %s GROUP BY customer
        """,
        start,
        end,
    )


def together(rows, parts):
    """One statement for several: what was sold (*rows*, see :func:`sold`) is read once.

    :param parts: ``{name: SQL that may read the table sold}``
    :return: SQL of rows (part, row as JSON)
    """
    selects = SQL(" UNION ALL ").join(
        SQL("SELECT %s AS part, to_jsonb(x) AS row FROM (%s) x", name, part)
        for name, part in parts.items()
    )
    return SQL("WITH sold AS MATERIALIZED (%s) %s", rows, selects)


def arms(campaign_id, window):
    """SQL of one row per arm (empty: customers in both), with :data:`SUMS` and unknown cost.

    :param window: as from :func:`bought`
    """
    return SQL(
        """
        SELECT arm, %(sums)s, COALESCE(SUM(unknown), 0)::float AS unknown FROM (
            SELECT u.arm, COALESCE(s.revenue, 0) AS revenue, COALESCE(s.profit, 0) AS profit,
                s.unknown
            FROM (%(units)s) u LEFT JOIN (%(window)s) s ON s.customer = u.customer
        ) p GROUP BY arm
        """,
        sums=SUMS,
        units=units([campaign_id]),
        window=window,
    )


def differences(campaign_id, after, before):
    """SQL of one row: treated customers' sales after less before, and their sales before.

    :param after, before: as from :func:`bought`, of windows of one length
    """
    return SQL(
        """
        SELECT %(sums)s, COALESCE(SUM(revenue_before), 0)::float AS revenue_before,
            COALESCE(SUM(profit_before), 0)::float AS profit_before
        FROM (
            SELECT COALESCE(a.revenue, 0) - COALESCE(b.revenue, 0) AS revenue,
                COALESCE(a.profit, 0) - COALESCE(b.profit, 0) AS profit,
                COALESCE(b.revenue, 0) AS revenue_before, COALESCE(b.profit, 0) AS profit_before
            FROM (%(units)s) u
            LEFT JOIN (%(after)s) a ON a.customer = u.customer
            LEFT JOIN (%(before)s) b ON b.customer = u.customer
            WHERE u.arm = 'treated'
        ) p
        """,
        sums=SUMS,
        units=units([campaign_id]),
        after=after,
        before=before,
    )


def strata(campaign_id, company_id, month, window):
    """SQL of one row per stratum and side: customers alike in tier and R/F/M scores.

    :param month: first day of the month whose closed figures (``crm.customer.snapshot``) count;
        it lies before the campaign, because what the campaign changed makes nobody alike
    ``treated`` is false for customers who are in no way targets of the campaign.
    """
    return SQL(
        """
        SELECT stratum, treated, %(sums)s FROM (
            SELECT concat_ws('/', COALESCE(c.tier, '-'), COALESCE(c.r_score, 0),
                    COALESCE(c.f_score, 0), COALESCE(c.m_score, 0)) AS stratum,
                u.unit IS NOT NULL AS treated,
                COALESCE(s.revenue, 0) AS revenue, COALESCE(s.profit, 0) AS profit
            FROM crm_customer_snapshot c
            LEFT JOIN (%(units)s) u ON u.customer = c.partner_id AND u.arm = 'treated'
            LEFT JOIN (%(window)s) s ON s.customer = c.partner_id
            WHERE c.company_id = %(company)s AND c.month = %(month)s
                AND (u.unit IS NOT NULL OR NOT EXISTS (
                    SELECT FROM crm_campaign_target t WHERE t.campaign_id = %(campaign)s
                        AND t.commercial_partner_id = c.partner_id))
        ) p GROUP BY stratum, treated ORDER BY stratum, treated
        """,
        sums=SUMS,
        units=units([campaign_id]),
        window=window,
        company=company_id,
        month=month,
        campaign=campaign_id,
    )


def scores_months(companies, starts):
    """SQL of rows (company, start, newest month of customers' figures before start).

    :param companies, starts: columns of what is asked; a start is the first day of a month
    """
    return SQL(
        """
        SELECT a.company, a.start, (SELECT MAX(c.month) FROM crm_customer_snapshot c
            WHERE c.company_id = a.company AND c.month < a.start)
        FROM (SELECT DISTINCT * FROM unnest(%s::integer[], %s::date[]) AS x(company, start)) a
        """,
        companies,
        starts,
    )
