"""Expected reorders of all customers from their own purchases, in one statement (C360-4, C360-5).

The same rules as :mod:`..tools.reorder`; a test compares both.
"""

from odoo.tools import SQL

from ..tools.reorder import BROKEN_AFTER, DUE_BEFORE, MIN_PURCHASES
from .order_lines import chosen


def fill(env, periods, month, date):
    """Replace this month's forecasts; those of earlier months stay as they were.

    :param periods: ``[(company id, first day that counts)]``
    :return: rows written
    """
    env.flush_all()
    env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
    companies = tuple(company for company, _since in periods)
    env.cr.execute(
        SQL(
            "DELETE FROM crm_reorder_forecast WHERE month >= %s AND company_id IN %s",
            month,
            companies,
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE crm_reorder_forecast SET is_current = FALSE"
            " WHERE is_current AND company_id IN %s",
            companies,
        )
    )
    env.cr.execute(_insert(env, periods, month, date))
    return env.cr.rowcount


def _insert(env, periods, month, date):
    return SQL(
        """INSERT INTO crm_reorder_forecast (
               company_id, partner_id, product_id, currency_id, month, date, is_current, purchases,
               gap_days, shortest_gap, longest_gap, last_date, expected_date, quantity,
               least_quantity, most_quantity, unit_price, expected_value, days_late, state)
           SELECT r.company_id, r.partner_id, r.product_id, c.currency_id, %(month)s, %(date)s,
               TRUE, r.purchases, r.gap, r.shortest, r.longest, r.last_date, r.expected,
               r.quantity, r.least, r.most, r.price, r.quantity * r.price,
               GREATEST(%(date)s - r.expected, 0),
               CASE WHEN %(date)s - r.expected > %(broken)s * r.gap THEN 'broken'
                    WHEN r.expected < %(date)s THEN 'overdue'
                    WHEN r.expected <= %(date)s + %(before)s THEN 'due' ELSE 'later' END
             FROM (%(rhythm)s) r
             JOIN res_company c ON c.id = r.company_id
             JOIN res_partner p ON p.id = r.partner_id AND p.active
             JOIN product_product pp ON pp.id = r.product_id AND pp.active
             JOIN product_template pt ON pt.id = pp.product_tmpl_id AND pt.active AND pt.sale_ok
              AND pt.suggest_ok IS NOT FALSE""",
        month=month,
        date=date,
        broken=BROKEN_AFTER,
        before=DUE_BEFORE,
        rhythm=_rhythm(env, periods, date),
    )


def _rhythm(env, periods, date):
    """Median gap and quantity of each customer and product with days of purchase enough."""
    return SQL(
        """SELECT g.*, g.last_date + GREATEST(1, FLOOR(g.gap))::integer AS expected
             FROM (SELECT d.company_id, d.partner_id, d.product_id, count(*) AS purchases,
                       max(d.day) AS last_date, min(d.gap) AS shortest, max(d.gap) AS longest,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY d.gap) AS gap,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY d.quantity) AS quantity,
                       min(d.quantity) AS least, max(d.quantity) AS most,
                       (array_agg(d.amount / d.quantity ORDER BY d.day DESC))[1] AS price
                     FROM (SELECT x.*, x.day - lag(x.day) OVER (
                               PARTITION BY x.company_id, x.partner_id, x.product_id
                               ORDER BY x.day) AS gap
                             FROM (%s) x) d
                    GROUP BY 1, 2, 3
                   HAVING count(*) >= %s) g""",
        _days(env, periods, date),
        MIN_PURCHASES,
    )


def _days(env, periods, date):
    """Quantity (in the product's unit) and untaxed amount (company currency) of each day."""
    windows = SQL(", ").join(SQL("(%s, %s::date)", *period) for period in periods)
    return SQL(
        """SELECT o.company_id, p.commercial_partner_id AS partner_id, l.product_id, o.day,
               SUM(l.product_uom_qty * lu.factor / NULLIF(pu.factor, 0))::float8 AS quantity,
               SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount
             FROM (SELECT o.id, o.company_id, o.partner_id, o.currency_rate,
                       (o.date_order AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(cp.tz, 'UTC'))::date AS day, w.since
                     FROM sale_order o
                     JOIN (VALUES %s) w (company_id, since) ON w.company_id = o.company_id
                     JOIN res_company c ON c.id = o.company_id
                     JOIN res_partner cp ON cp.id = c.partner_id
                    WHERE o.state = 'sale') o
             JOIN res_partner p ON p.id = o.partner_id
             JOIN sale_order_line l ON l.order_id = o.id
             JOIN product_product pp ON pp.id = l.product_id
             JOIN product_template pt ON pt.id = pp.product_tmpl_id
             JOIN uom_uom lu ON lu.id = l.product_uom_id
             JOIN uom_uom pu ON pu.id = pt.uom_id
            WHERE o.day BETWEEN o.since AND %s AND l.display_type IS NULL
              AND l.product_uom_qty > 0 AND %s
            GROUP BY 1, 2, 3, 4""",
        windows,
        date,
        chosen(env),
    )
