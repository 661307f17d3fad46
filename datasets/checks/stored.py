"""Totals of Odoo's own tables by SQL, compared with the source."""

from odoo.tools import SQL

#: What to sum, from where, and how month, customer and product are named there.
_LINES = (
    "sale_order_line l JOIN sale_order o ON o.id = l.order_id"
    " JOIN res_partner c ON c.id = o.partner_id JOIN product_product p ON p.id = l.product_id"
)
_ITEMS = (
    "account_move_line l JOIN account_move o ON o.id = l.move_id"
    " JOIN res_partner c ON c.id = l.partner_id JOIN product_product p ON p.id = l.product_id"
)
_MONTHS = {
    "sale": "to_char(o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s, 'YYYY-MM')",
    "invoice": "to_char(o.invoice_date, 'YYYY-MM')",
}
_DISCOUNT = "ROUND(l.price_unit * {quantity} * l.discount / 100, 2) * 100"
TABLES = {
    "order lines": (
        _LINES,
        "sale",
        {
            "net": "l.price_subtotal * 100",
            "discount": _DISCOUNT.format(quantity="l.product_uom_qty"),
            "quantity": "l.product_uom_qty",
            "lines": "1",
        },
    ),
    "orders": (
        "sale_order o JOIN res_partner c ON c.id = o.partner_id",
        "sale",
        {"net": "o.amount_total * 100"},
    ),
    "invoices": (
        "account_move o JOIN res_partner c ON c.id = o.partner_id",
        "invoice",
        {"net": "CASE WHEN o.move_type = 'out_invoice' THEN o.amount_total * 100 ELSE 0 END"},
    ),
    "invoice lines": (
        _ITEMS,
        "invoice",
        {
            "net": "-l.balance * 100",
            "discount": _DISCOUNT.format(quantity="l.quantity"),
            "quantity": "l.quantity",
        },
    ),
}


def check(cr, results, truth, timezone, when):
    """Every table of ours, by every key that it has."""
    for title, (tables, calendar, measures) in TABLES.items():
        keys = {"month": _MONTHS[calendar], "customer": "c.ref"}
        if "product_product" in tables:
            keys["product"] = "p.default_code"
        for key, expression in keys.items():
            found = _totals(cr, tables, expression, measures, timezone)
            for measure in measures:
                _compare(results, f"{title}: {measure} by {key}, {when}",
                         truth[key][measure], found[measure])  # fmt: skip


def check_receipts(cr, results, receipts, when):
    """Each order has the amount of its receipt, and so has its invoice; Odoo bills no empty one."""
    cr.execute("SELECT name, amount_total * 100 FROM sale_order WHERE state = 'sale'")
    results.compare(f"orders: amount by receipt, {when}", receipts, dict(cr.fetchall()))
    cr.execute(
        "SELECT invoice_origin, SUM(amount_untaxed * 100) FROM account_move"
        " WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY 1"
    )
    billed = dict(cr.fetchall())
    cr.execute(
        "SELECT name FROM sale_order o WHERE NOT EXISTS (SELECT 1 FROM sale_order_line l"
        " WHERE l.order_id = o.id AND l.product_uom_qty <> 0)"
    )
    empty = {name for (name,) in cr.fetchall()}
    expected = {name: cents for name, cents in receipts.items() if name not in empty}
    results.compare(f"invoices: amount by receipt, {when}", expected, billed)


def _totals(cr, tables, key, measures, timezone):
    sums = SQL(", ").join(SQL("SUM(%s)", SQL(expression)) for expression in measures.values())
    group = SQL(key, timezone=timezone) if "%(timezone)s" in key else SQL(key)
    cr.execute(
        SQL(
            "SELECT %s, %s FROM %s WHERE %s IS NOT NULL GROUP BY 1", group, sums, SQL(tables), group
        )
    )
    rows = cr.fetchall()
    return {
        measure: {row[0]: row[position] for row in rows}
        for position, measure in enumerate(measures, 1)
    }


def _compare(results, title, expected, found):
    """A group with a total of 0 may be missing: Odoo does not invoice empty lines."""
    results.compare(title, _without_zeros(expected), _without_zeros(found))


def _without_zeros(totals):
    return {key: value for key, value in totals.items() if value}
