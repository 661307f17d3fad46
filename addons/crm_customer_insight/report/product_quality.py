"""Events and units sold per product, in the last months and in the year before (C360-5)."""

from odoo.tools import SQL

RECENT_DAYS = 90
BEFORE_DAYS = 365


def credit_notes(env):
    """``(kind, product_id, company_id, date, event)``: credit notes that name a product.

    One event per credit note and product, whatever the quantity: units that come back together
    have one reason. Corrections of a price to the full amount count, too, for nothing tells them
    apart; closed months keep what was known then.
    """
    return SQL(
        """SELECT DISTINCT 'return' AS kind, l.product_id, m.company_id, m.invoice_date AS date,
            m.id AS event
        FROM account_move m JOIN account_move_line l ON l.move_id = m.id
        WHERE m.move_type = 'out_refund' AND m.state = 'posted' AND l.product_id IS NOT NULL
            AND l.display_type = 'product' AND l.quantity > 0"""
    )


def counts(env, sources, today):
    """Rows (product_id, company_id, kind, events, sold, events_before, sold_before).

    Units are those of the product; recent are the last 90 days, before the 365 days before them.
    """
    env.cr.execute(
        SQL(
            """WITH events AS (%(sources)s),
            happened AS (SELECT kind, product_id, company_id,
                    count(*) FILTER (WHERE date > %(recent)s) AS now,
                    count(*) FILTER (WHERE date <= %(recent)s) AS before
                FROM events WHERE date > %(start)s AND date <= %(today)s GROUP BY 1, 2, 3),
            sales AS (%(sales)s)
            SELECT h.product_id, h.company_id, h.kind, h.now, GREATEST(COALESCE(s.now, 0), 0),
                h.before, GREATEST(COALESCE(s.before, 0), 0)
            FROM happened h LEFT JOIN sales s USING (product_id, company_id)
            JOIN product_product p ON p.id = h.product_id
            ORDER BY h.product_id, h.company_id, h.kind""",
            sources=SQL(" UNION ALL ").join(sources),
            recent=_day(today, RECENT_DAYS),
            start=_day(today, RECENT_DAYS + BEFORE_DAYS),
            today=today,
            sales=_sales(today),
        )
    )
    return env.cr.fetchall()


def _day(today, days):
    return SQL("(%s::date - %s)", today, days)


def _sales(today):
    return SQL(
        """SELECT l.product_id, m.company_id,
            sum(%(units)s) FILTER (WHERE m.invoice_date > %(recent)s)::float AS now,
            sum(%(units)s) FILTER (WHERE m.invoice_date <= %(recent)s)::float AS before
        FROM account_move m JOIN account_move_line l ON l.move_id = m.id
        JOIN product_product p ON p.id = l.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id
        LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
        LEFT JOIN uom_uom tu ON tu.id = t.uom_id
        WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
            AND l.display_type = 'product'
            AND m.invoice_date > %(start)s AND m.invoice_date <= %(today)s
        GROUP BY l.product_id, m.company_id""",
        units=SQL(
            "l.quantity * COALESCE(lu.factor, 1)::float / COALESCE(NULLIF(tu.factor, 0), 1)::float"
        ),
        recent=_day(today, RECENT_DAYS),
        start=_day(today, RECENT_DAYS + BEFORE_DAYS),
        today=today,
    )
