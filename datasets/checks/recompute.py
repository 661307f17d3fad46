"""Odoo computes its stored fields again; every column must stay what it is."""

from odoo.tools import SQL, split_every

BATCH = 500
#: The takings of a day are an entry with a line per receipt; so many receipts has a day.
ORDERS_A_DAY = 400
#: Editable fields that still follow from others: what a user typed is not at stake in them.
ALSO = {
    "sale.order.line": {"purchase_price"},
    "account.move.line": {"debit", "credit", "currency_id"},
    "account.move": {"commercial_partner_id"},
}
#: Settings of a document when it is created; they ask for today's date or the latest default.
NEVER = {"account.move": {"invoice_date_due", "made_sequence_gap"}}


def check(env, results, orders):
    """Recompute *orders* (ids) with their lines, invoices, journal items and payments."""
    for model, ids in _documents(env.cr, orders).items():
        wrong, compared = [], 0
        for batch in split_every(BATCH, ids):
            offenders, values = _recomputed(env[model].browse(batch))
            wrong += offenders
            compared += values
        results.none(f"{model}: columns after Odoo's own recompute", compared, wrong)


def sample(cr, size):
    """Ids of *size* orders: half of them with lines that are hard to price, the rest at random.

    Hard: the amount is not a price of two decimals times the quantity, or there is no quantity.
    """
    cr.execute(
        "SELECT order_id FROM sale_order_line WHERE product_uom_qty = 0 OR ROUND(ROUND("
        " price_unit, 2) * product_uom_qty * (1 - discount / 100), 2) <> price_subtotal"
        " GROUP BY order_id ORDER BY md5(order_id::varchar) LIMIT %s",
        [size // 2],
    )
    hard = {row[0] for row in cr.fetchall()}
    cr.execute("SELECT id FROM sale_order ORDER BY md5(id::varchar) LIMIT %s", [size])
    rest = [row[0] for row in cr.fetchall() if row[0] not in hard]
    return sorted([*hard, *rest[: size - len(hard)]])


def everything(cr):
    cr.execute("SELECT id FROM sale_order ORDER BY id")
    return [row[0] for row in cr.fetchall()]


def _documents(cr, orders):
    """Model -> ids of what belongs to the *orders*, in the order of dependence."""
    lines = _ids(cr, "SELECT id FROM sale_order_line WHERE order_id = ANY(%s)", orders)
    sold = "SELECT invoice_line_id FROM sale_order_line_invoice_rel WHERE order_line_id = ANY(%s)"
    items = _ids(cr, sold, lines)
    invoices = _ids(cr, "SELECT move_id FROM account_move_line WHERE id = ANY(%s)", items)
    receipts = _ids(
        cr,
        "SELECT c.move_id FROM account_move_line t JOIN account_partial_reconcile p"
        " ON p.debit_move_id = t.id JOIN account_move_line c ON c.id = p.credit_move_id"
        " WHERE t.move_id = ANY(%s)",
        invoices,
    )
    moves = sorted({*invoices, *receipts[: max(1, len(orders) // ORDERS_A_DAY)]})
    items = _ids(cr, "SELECT id FROM account_move_line WHERE move_id = ANY(%s)", moves)
    return {
        "sale.order.line": lines,
        "sale.order": orders,
        "account.move.line": items,
        "account.move": moves,
    }


def _ids(cr, statement, values):
    cr.execute(statement, [list(values)])
    return sorted({row[0] for row in cr.fetchall()})


def _recomputed(records):
    """(what changed, how many values were compared) after a recompute of *records*."""
    env, fields = records.env, computed_fields(records)
    before = _rows(env.cr, records, fields)
    for field in fields:
        env.add_to_compute(field, records)
    env.flush_all()
    env.invalidate_all()
    after = _rows(env.cr, records, fields)
    return _changes(records._name, fields, before, after), len(before) * len(fields)


def computed_fields(records):
    """The stored computed fields of the model that no user edits."""
    also, never = ALSO.get(records._name, ()), NEVER.get(records._name, ())
    return [
        field
        for name, field in sorted(records._fields.items())
        if field.store and field.compute and field.column_type
        and (field.readonly or name in also) and name not in never
    ]  # fmt: skip


def _rows(cr, records, fields):
    names = SQL(", ").join(SQL.identifier(name) for name in ("id", *(f.name for f in fields)))
    table = SQL.identifier(records._table)
    cr.execute(SQL("SELECT %s FROM %s WHERE id = ANY(%s)", names, table, list(records.ids)))
    return {row[0]: row[1:] for row in cr.fetchall()}


def _changes(model, fields, before, after):
    from .result import same

    return [
        f"{model}({record}).{field.name}: {old!r} became {new!r}"
        for record, values in before.items()
        for field, old, new in zip(fields, values, after[record], strict=True)
        if not same(old or 0 if _is_number(field) else old, new or 0 if _is_number(field) else new)
    ]


def _is_number(field):
    return field.type in ("float", "monetary", "integer")
