"""Facts of product association for selections (ROI-5, C360-4)."""

from odoo.tools import SQL

DUE = ("due", "overdue")


def _rows(context, value):
    return SQL(
        """SELECT f.partner_id, %s AS value FROM crm_reorder_forecast f
            WHERE f.is_current AND f.company_id = %s AND f.state IN %s%s""",
        value,
        context.company.id,
        DUE,
        context.only(SQL("f.partner_id")),
    )


def products_due(context):
    """Products whose reorder is due or overdue."""
    return _rows(context, SQL("f.product_id"))


def value_due(context):
    """Expected value of the reorders that are due or overdue."""
    return SQL("%s GROUP BY f.partner_id", _rows(context, SQL("SUM(f.expected_value)")))


def next_reorder(context):
    """The next expected reorder, overdue ones included, broken rhythms not."""
    return SQL(
        """SELECT f.partner_id, MIN(f.expected_date) AS value FROM crm_reorder_forecast f
            WHERE f.is_current AND f.company_id = %s AND f.state != 'broken'%s
            GROUP BY f.partner_id""",
        context.company.id,
        context.only(SQL("f.partner_id")),
    )


def products_declined(context):
    """Products that the customer said he is not interested in."""
    return SQL(
        """SELECT DISTINCT f.partner_id, f.product_id AS value FROM crm_product_offer f
            WHERE f.state = 'dismissed' AND f.company_id = %s%s%s""",
        context.company.id,
        context.since(SQL("f.decided")),
        context.only(SQL("f.partner_id")),
    )
