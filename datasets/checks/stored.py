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


#: Everybody: the first of one part of the customers.
ALL = (0, 1)


def check(cr, results, truth, timezone, when):
    """Every table of ours, by every key that it has."""
    compare(results, truth, totals(cr, timezone), when)


def totals(cr, timezone, share=ALL):
    """{(table, key): {measure: {group: total}}} of a *share* (part, parts) of the customers."""
    return {
        (title, key): _totals(cr, tables, expression, measures, timezone, share)
        for title, (tables, calendar, measures) in TABLES.items()
        for key, expression in _keys(tables, calendar).items()
    }


def _keys(tables, calendar):
    keys = {"month": _MONTHS[calendar], "customer": "c.ref"}
    return {**keys, "product": "p.default_code"} if "product_product" in tables else keys


def added(parts):
    """The sum of what ``totals`` found for each share."""
    return {
        place: {measure: _added([part[place][measure] for part in parts]) for measure in measures}
        for place, measures in parts[0].items()
    }


def _added(groups):
    total = {}
    for part in groups:
        for group, value in part.items():
            total[group] = total.get(group, 0) + (value or 0)
    return total


def compare(results, truth, found, when):
    for (title, key), measures in found.items():
        for measure, groups in measures.items():
            _compare(results, f"{title}: {measure} by {key}, {when}", truth[key][measure], groups)


def check_receipts(cr, results, expected, when):
    """Each order has the amount of its receipt, and so has its invoice; Odoo bills no empty one."""
    compare_receipts(cr, results, expected, *receipts(cr), when)


def receipts(cr, share=ALL):
    """({name: cents} of the orders, the same of the invoices) of a *share* of the customers."""
    part, parts = share
    cr.execute(
        "SELECT name, amount_total * 100 FROM sale_order"
        " WHERE state = 'sale' AND partner_id %% %s = %s",
        [parts, part],
    )
    orders = dict(cr.fetchall())
    cr.execute(
        "SELECT invoice_origin, SUM(amount_untaxed * 100) FROM account_move"
        " WHERE move_type = 'out_invoice' AND state = 'posted' AND partner_id %% %s = %s"
        " GROUP BY 1",
        [parts, part],
    )
    return orders, dict(cr.fetchall())


def compare_receipts(cr, results, expected, orders, billed, when):
    results.compare(f"orders: amount by receipt, {when}", expected, orders)
    cr.execute(
        "SELECT name FROM sale_order o WHERE NOT EXISTS (SELECT 1 FROM sale_order_line l"
        " WHERE l.order_id = o.id AND l.product_uom_qty <> 0)"
    )
    empty = {name for (name,) in cr.fetchall()}
    expected = {name: cents for name, cents in expected.items() if name not in empty}
    results.compare(f"invoices: amount by receipt, {when}", expected, billed)


def _totals(cr, tables, key, measures, timezone, share):
    part, parts = share
    sums = SQL(", ").join(SQL("SUM(%s)", SQL(expression)) for expression in measures.values())
    group = SQL(key, timezone=timezone) if "%(timezone)s" in key else SQL(key)
    cr.execute(
        SQL(
            "SELECT %s, %s FROM %s WHERE %s IS NOT NULL AND c.id %% %s = %s GROUP BY 1",
            group, sums, SQL(tables), group, parts, part,
        )
    )  # fmt: skip
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
