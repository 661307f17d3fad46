"""Odoo computes its stored fields again; every column must stay what it is."""

import gc
from collections import namedtuple
from contextlib import contextmanager

from odoo.tools import SQL, split_every

#: Orders taken at a time, with their lines, invoices and journal items: some 10 lines each. Larger
#: batches cost more, because Odoo looks through all of a batch's orders for the status of each.
ORDERS = 250
#: Rows compared at a time.
ROWS = 2500
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
#: In the order of dependence.
MODELS = ("sale.order.line", "sale.order", "account.move.line", "account.move")
EXAMPLES = 3

#: Rows looked at, values compared, values that changed, and some of these in words.
Findings = namedtuple("Findings", "rows values changed examples")


def check(env, results, orders):
    """Recompute *orders* (ids) with their lines, invoices, journal items and payments."""
    env.cr.execute(_PAYMENTS_OF, [orders])
    entries = [row[0] for row in env.cr.fetchall()]
    tell(results, recomputed(env, orders, entries[: max(1, len(orders) // ORDERS_A_DAY)]))


def tell(results, findings):
    """A row per model in the table of *results*."""
    for model, found in findings.items():
        title = f"{model}: columns of {found.rows:,} rows after Odoo's own recompute"
        results.add(title, found.values, found.changed, found.examples)


def recomputed(env, orders, entries, report=lambda _done: None):
    """{model: Findings} of a recompute of *orders* (ids) and all that belongs to them.

    *entries* are ids of further journal entries, those of the payments. *report* is called with the
    share that is done. Nothing is committed.
    """
    findings = dict.fromkeys(MODELS, Findings(0, 0, 0, []))
    env = env(context={**env.context, "allowed_company_ids": env.company.ids})
    steps = [*split_every(ORDERS, orders, list), *([entry] for entry in entries)]
    invoiced = -(-len(orders) // ORDERS)
    with _rarely_collected():
        for position, ids in enumerate(steps):
            documents = _documents(env.cr, ids) if position < invoiced else _entry(env.cr, ids)
            for model, records in documents.items():
                for batch in split_every(ROWS, records, list):
                    found = _recomputed(env[model].browse(batch))
                    findings[model] = added(findings[model], found)
            report((position + 1) / len(steps))
    return findings


def added(one, other):
    """The sum of two Findings."""
    rows, values, changed = (a + b for a, b in zip(one[:3], other[:3], strict=True))
    return Findings(rows, values, changed, (one.examples + other.examples)[:EXAMPLES])


@contextmanager
def _rarely_collected():
    """Millions of short-lived records make Python look for cycles again and again."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


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


_PAYMENTS_OF = """
    SELECT DISTINCT c.move_id FROM sale_order_line l
      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
      JOIN account_move_line i ON i.id = r.invoice_line_id
      JOIN account_move_line t ON t.move_id = i.move_id
      JOIN account_partial_reconcile p ON p.debit_move_id = t.id
      JOIN account_move_line c ON c.id = p.credit_move_id
     WHERE l.order_id = ANY(%s) ORDER BY 1
"""


def _documents(cr, orders):
    """Model -> ids of what belongs to the *orders*, in the order of dependence."""
    lines = _ids(cr, "SELECT id FROM sale_order_line WHERE order_id = ANY(%s)", orders)
    sold = "SELECT invoice_line_id FROM sale_order_line_invoice_rel WHERE order_line_id = ANY(%s)"
    items = _ids(cr, sold, lines)
    moves = _ids(cr, "SELECT move_id FROM account_move_line WHERE id = ANY(%s)", items)
    return {"sale.order.line": lines, "sale.order": orders, **_entry(cr, moves)}


def _entry(cr, moves):
    items = _ids(cr, "SELECT id FROM account_move_line WHERE move_id = ANY(%s)", moves)
    return {"account.move.line": items, "account.move": moves}


def _ids(cr, statement, values):
    cr.execute(statement, [list(values)])
    return sorted({row[0] for row in cr.fetchall()})


def _recomputed(records):
    """Findings of a recompute of *records*."""
    env, fields = records.env, computed_fields(records)
    before = _rows(env.cr, records, fields)
    for field in fields:
        env.add_to_compute(field, records)
    _warm(records)
    env.flush_all()
    env.invalidate_all()
    after = _rows(env.cr, records, fields)
    changes = _changes(records._name, fields, before, after)
    return Findings(len(before), len(before) * len(fields), len(changes), changes[:EXAMPLES])


def _warm(records):
    """Read the taxes of all lines at once: Odoo's totals of an order ask for them one by one."""
    if records._name == "sale.order":
        records.order_line.mapped("tax_ids")


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
        for record, values in before.items() if values != after[record]
        for field, old, new in zip(fields, values, after[record], strict=True)
        if not same(old or 0 if _is_number(field) else old, new or 0 if _is_number(field) else new)
    ]  # fmt: skip


def _is_number(field):
    return field.type in ("float", "monetary", "integer")
