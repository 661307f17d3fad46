"""Orders, invoices and payments: from the temporary tables into Odoo's, in whole columns.

What Odoo would compute is computed here in SQL by the same rule; ``datasets.check`` lets Odoo
compute it again and compares every column.
"""

from odoo.tools import SQL

from .bulk import insert_select

#: Filled in bulk, so their indexes are built afterwards.
BARE_TABLES = (
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_full_reconcile",
)

LINE = {
    "id": "l.line_id",
    "order_id": "l.order_id",
    "order_partner_id": "o.partner_id",
    "product_id": "l.product_id",
    "name": "p.name",
    "product_uom_qty": "l.quantity",
    "qty_delivered": "l.quantity",
    "qty_invoiced": "l.quantity",
    "price_unit": "l.price_unit",
    "technical_price_unit": "l.price_unit",
    "discount": "l.discount",
    "price_subtotal": "l.net",
    "price_total": "l.net",
    "price_reduce_taxexcl": "COALESCE(ROUND(l.net / NULLIF(l.quantity, 0), 2), 0)",
    "price_reduce_taxinc": "COALESCE(ROUND(l.net / NULLIF(l.quantity, 0), 2), 0)",
    "untaxed_amount_invoiced": "l.net",
    "purchase_price": "c.cost",
    "margin": "l.net - c.cost * l.quantity",
    "margin_percent": "COALESCE((l.net - c.cost * l.quantity) / NULLIF(l.net, 0), 0)",
    "create_date": "o.moment",
}
ORDER = {
    "id": "o.order_id",
    "name": "o.name",
    "partner_id": "o.partner_id",
    "partner_invoice_id": "o.partner_id",
    "partner_shipping_id": "o.partner_id",
    "source_id": "o.source_id",
    "date_order": "o.moment",
    "create_date": "o.moment",
    "validity_date": "NULL::date",
    "amount_untaxed": "o.total",
    "amount_total": "o.total",
    "margin": "ROUND(m.margin, 2)",
    "margin_percent": "COALESCE(ROUND(m.margin, 2) / NULLIF(o.total, 0), 0)",
}
INVOICE = {
    "id": "o.invoice_id",
    "name": "o.invoice_name",
    "sequence_prefix": "o.prefix",
    "sequence_number": "o.number",
    "ref": "o.name",
    "invoice_origin": "o.name",
    "payment_reference": "o.invoice_name",
    "partner_id": "o.partner_id",
    "commercial_partner_id": "o.partner_id",
    "partner_shipping_id": "o.partner_id",
    "invoice_partner_display_name": "c.complete_name",
    "source_id": "o.source_id",
    "date": "o.day",
    "invoice_date": "o.day",
    "invoice_date_due": "o.day",
    "is_manually_modified": "FALSE",
    "create_date": "o.moment",
    **{
        f"amount_{name}": "o.total"
        for name in (
            "untaxed", "untaxed_signed", "untaxed_in_currency_signed",
            "total", "total_signed", "total_in_currency_signed",
        )
    },
}  # fmt: skip
#: Columns of a journal item of an invoice that are the same for all of its lines.
ITEM = {
    "move_id": "o.invoice_id",
    "move_name": "o.invoice_name",
    "ref": "o.name",
    "partner_id": "o.partner_id",
    "date": "o.day",
    "invoice_date": "o.day",
    "create_date": "o.moment",
}
SOLD = {
    **ITEM,
    "id": "l.item_id",
    "name": "p.name",
    "product_id": "l.product_id",
    "quantity": "l.quantity",
    "price_unit": "l.price_unit",
    "discount": "l.discount",
    "price_subtotal": "l.net",
    "price_total": "l.net",
    "credit": "l.net",
    "balance": "-l.net",
    "amount_currency": "-l.net",
}
TERM = {
    **ITEM,
    "id": "o.term_id",
    "name": "o.name || ' - ' || o.invoice_name",
    "date_maturity": "o.day",
    "debit": "o.total",
    "balance": "o.total",
    "amount_currency": "o.total",
    "full_reconcile_id": "o.full_id",
    "matching_number": "o.full_id::varchar",
}
RECEIPT = {
    "id": "d.receipt_id",
    "name": "d.receipt_name",
    "sequence_prefix": "d.prefix",
    "sequence_number": "d.number",
    "date": "d.day",
    "invoice_date_due": "d.day",
    "amount_total": "d.total",
    "amount_total_signed": "d.total",
    "amount_total_in_currency_signed": "d.total",
}
#: Columns of a journal item of the day's takings.
TAKEN = {"move_id": "d.receipt_id", "move_name": "d.receipt_name", "date": "d.day"}
COLLECTED = {
    **TAKEN,
    "id": "o.collected_id",
    "name": "o.invoice_name",
    "partner_id": "o.partner_id",
    "credit": "o.total",
    "full_reconcile_id": "o.full_id",
    "matching_number": "o.full_id::varchar",
    **dict.fromkeys(("balance", "amount_currency", "price_subtotal", "price_total"), "-o.total"),
}
PARTIAL = {
    "id": "o.partial_id",
    "debit_move_id": "o.term_id",
    "credit_move_id": "o.collected_id",
    "full_reconcile_id": "o.full_id",
    "max_date": "o.day",
    **dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), "o.total"),
}


def debited(amount, *, residual):
    """Columns of the debit side of the day's takings; money accounts keep a *residual*."""
    names = ["debit", "balance", "amount_currency", "price_subtotal", "price_total"]
    names += ["amount_residual", "amount_residual_currency"] if residual else []
    return {**TAKEN, "name": "'Takings of ' || d.day", **dict.fromkeys(names, amount)}


CASH = {"id": "d.cash_id", **debited("d.total - d.coupon", residual=True)}
COUPON = {"id": "d.coupon_id", **debited("d.coupon", residual=False)}

PARTS = 20


def load_order_lines(cr, pattern, report):
    source = SQL(
        "FROM stage_line l JOIN stage_order o ON o.order_id = l.order_id"
        " JOIN stage_product p ON p.product_id = l.product_id JOIN stage_cost c"
        " ON c.product_id = l.product_id"
    )
    _in_parts(cr, "sale_order_line", LINE, source, pattern.line, report)


def load_orders(cr, pattern):
    source = SQL(
        "FROM stage_order o JOIN (SELECT order_id, SUM(margin) AS margin FROM sale_order_line"
        " WHERE order_id >= (SELECT MIN(order_id) FROM stage_order) GROUP BY order_id) m"
        " ON m.order_id = o.order_id ORDER BY o.order_id"
    )
    insert_select(cr, "sale_order", ORDER, source, pattern.order)


def load_invoices(cr, pattern):
    source = SQL(
        "FROM stage_order o JOIN res_partner c ON c.id = o.partner_id"
        " WHERE o.invoice_id IS NOT NULL ORDER BY o.order_id"
    )
    insert_select(cr, "account_move", INVOICE, source, pattern.invoice)


def load_journal_items(cr, pattern, report):
    source = SQL(
        "FROM stage_line l JOIN stage_order o ON o.order_id = l.order_id"
        " JOIN stage_product p ON p.product_id = l.product_id"
    )
    _in_parts(cr, "account_move_line", SOLD, source, pattern.sold, report, "l.item_id")
    source = SQL("FROM stage_order o WHERE o.invoice_id IS NOT NULL ORDER BY o.order_id")
    insert_select(cr, "account_move_line", TERM, source, pattern.term)
    links = {"invoice_line_id": "l.item_id", "order_line_id": "l.line_id"}
    source = SQL("FROM stage_line l WHERE l.item_id IS NOT NULL")
    insert_select(cr, "sale_order_line_invoice_rel", links, source)


def load_payments(cr, pattern):
    """The takings of each day as one entry that pays the invoices of that day."""
    days = SQL("FROM stage_day d ORDER BY d.day")
    insert_select(cr, "account_move", RECEIPT, days, pattern.receipt)
    insert_select(cr, "account_move_line", CASH, days, pattern.cash)
    coupons = SQL("FROM stage_day d WHERE d.coupon <> 0 ORDER BY d.day")
    insert_select(cr, "account_move_line", COUPON, coupons, pattern.coupon)
    paid = SQL(
        "FROM stage_order o JOIN stage_day d ON d.day = o.day"
        " WHERE o.collected_id IS NOT NULL ORDER BY o.order_id"
    )
    insert_select(cr, "account_move_line", COLLECTED, paid, pattern.collected)
    paid = SQL("FROM stage_order o WHERE o.partial_id IS NOT NULL ORDER BY o.order_id")
    insert_select(cr, "account_partial_reconcile", PARTIAL, paid, pattern.partial)
    insert_select(cr, "account_full_reconcile", {"id": "o.full_id"}, paid, pattern.full)


def keep_coupons(cr):
    """What Odoo has no column for: which part of a line a coupon or the shop's matching paid."""
    cr.execute(
        "CREATE TABLE dataset_line_coupon (line_id integer PRIMARY KEY,"
        " coupon numeric NOT NULL, coupon_match numeric NOT NULL)"
    )
    cr.execute(
        "COMMENT ON TABLE dataset_line_coupon IS 'Order lines with a manufacturer''s coupon, which"
        " is part of the amount, or the shop''s matching of it, which is part of the discount'"
    )
    cr.execute(
        "INSERT INTO dataset_line_coupon SELECT line_id, coupon, match FROM stage_line"
        " WHERE coupon <> 0 OR match <> 0"
    )


def stage_costs(cr, company_id):
    cr.execute(
        "CREATE TEMPORARY TABLE stage_cost ON COMMIT DROP AS SELECT id AS product_id,"
        " COALESCE((standard_price ->> %s)::numeric, 0) AS cost FROM product_product",
        [str(company_id)],
    )


def _in_parts(cr, table, expressions, source, constants, report, filled="l.line_id"):
    """Insert by ranges of lines, so that the progress bar moves."""
    cr.execute("SELECT MIN(line_id), MAX(line_id) + 1 FROM stage_line")
    first, end = cr.fetchone()
    step = -(-(end - first) // PARTS)
    for part, start in enumerate(range(first, end, step)):
        where = SQL(
            "%s WHERE l.line_id >= %s AND l.line_id < %s AND %s IS NOT NULL ORDER BY l.line_id",
            source, start, min(start + step, end), SQL(filled),
        )  # fmt: skip
        insert_select(cr, table, expressions, where, constants)
        report((part + 1) / PARTS)
