"""What must hold in any Odoo database: books balanced, references alive, ids and numbers ahead."""

from odoo.tools import SQL

from ..sales import BARE_TABLES

#: Title -> (how many are looked at, those that offend).
RULES = {
    "debits equal credits in each entry": (
        "SELECT COUNT(*) FROM account_move",
        (
            "SELECT move_id, SUM(balance) FROM account_move_line GROUP BY 1"
            " HAVING SUM(balance) <> 0 OR SUM(debit) <> SUM(credit)"
        ),
    ),
    "each entry has its lines' amount": (
        "SELECT COUNT(*) FROM account_move",
        (
            "SELECT m.id, m.amount_total, SUM(l.debit) FROM account_move m JOIN account_move_line l"
            " ON l.move_id = m.id GROUP BY m.id HAVING m.amount_total <> SUM(l.debit)"
        ),
    ),
    "invoices are paid": (
        "SELECT COUNT(*) FROM account_move WHERE move_type = 'out_invoice'",
        (
            "SELECT id, payment_state, amount_residual FROM account_move"
            " WHERE move_type = 'out_invoice' AND (payment_state <> 'paid' OR amount_residual <> 0)"
        ),
    ),
    "payments are matched": (
        "SELECT COUNT(*) FROM account_partial_reconcile",
        (
            "SELECT p.id FROM account_partial_reconcile p"
            " JOIN account_move_line d ON d.id = p.debit_move_id"
            " JOIN account_move_line c ON c.id = p.credit_move_id"
            " WHERE p.amount <> d.debit OR p.amount <> c.credit OR d.partner_id <> c.partner_id"
            " OR d.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id"
            " OR c.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id OR c.date <> d.date"
        ),
    ),
    "journal items agree with their entry": (
        "SELECT COUNT(*) FROM account_move_line",
        (
            "SELECT l.id FROM account_move_line l JOIN account_move m ON m.id = l.move_id"
            " WHERE (l.move_name, l.date, l.journal_id, l.company_id, l.parent_state)"
            " IS DISTINCT FROM (m.name, m.date, m.journal_id, m.company_id, m.state)"
        ),
    ),
    "each sold line is invoiced once": (
        "SELECT COUNT(*) FROM sale_order_line",
        (
            "SELECT l.id FROM sale_order_line l LEFT JOIN sale_order_line_invoice_rel r"
            " ON r.order_line_id = l.id WHERE l.product_uom_qty <> 0"
            " GROUP BY l.id HAVING COUNT(r.*) <> 1"
        ),
    ),
    "orders are confirmed and invoiced": (
        "SELECT COUNT(*) FROM sale_order",
        "SELECT id FROM sale_order WHERE state <> 'sale' OR invoice_status <> 'invoiced'",
    ),
    "document names are unique": (
        "SELECT COUNT(*) FROM account_move",
        "SELECT journal_id, name FROM account_move GROUP BY 1, 2 HAVING COUNT(*) > 1",
    ),
    "category paths lead to the category": (
        "SELECT COUNT(*) FROM product_category",
        (
            "SELECT c.id FROM product_category c LEFT JOIN product_category p ON p.id = c.parent_id"
            " WHERE c.parent_path <> COALESCE(p.parent_path, '') || c.id || '/'"
            " OR c.complete_name <> COALESCE(p.complete_name || ' / ', '') || c.name"
        ),
    ),
    "each product has one template": (
        "SELECT COUNT(*) FROM product_product",
        (
            "SELECT t.id FROM product_template t LEFT JOIN product_product p"
            " ON p.product_tmpl_id = t.id WHERE t.active"
            " GROUP BY t.id HAVING COUNT(p.*) <> 1"
        ),
    ),
}


def check(env, results):
    env.flush_all()
    for title, (count, offenders) in RULES.items():
        env.cr.execute(count)
        compared = env.cr.fetchone()[0]
        env.cr.execute(offenders)
        results.none(title, compared, [str(row) for row in env.cr.fetchall()])
    _check_references(env, results)
    _check_indexes(env, results)
    _check_sequences(env.cr, results)


def _check_references(env, results):
    """Every reference points to a row, whether a foreign key guards it or not."""
    wrong, compared = [], 0
    for table, column, target in _references(env):
        compared += 1
        column_sql = SQL.identifier("t", column)
        env.cr.execute(
            SQL(
                "SELECT COUNT(*) FROM %s t WHERE %s IS NOT NULL AND NOT EXISTS"
                " (SELECT 1 FROM %s r WHERE r.id = %s)",
                SQL.identifier(table),
                column_sql,
                SQL.identifier(target),
                column_sql,
            )
        )
        dangling = env.cr.fetchone()[0]
        wrong += [f"{table}.{column}: {dangling} to nowhere"] if dangling else []
    results.none("references lead to a record", compared, wrong)


def _references(env):
    """(table, column, table referred to) of the documents, their links and our own tables."""
    models = {model._table: model for model in env.values() if model._auto}
    for table in sorted(set(BARE_TABLES) & models.keys()):
        for field in models[table]._fields.values():
            if field.store and field.type == "many2one" and field.column_type:
                yield table, field.name, env[field.comodel_name]._table
    yield "sale_order_line_invoice_rel", "order_line_id", "sale_order_line"
    yield "sale_order_line_invoice_rel", "invoice_line_id", "account_move_line"
    yield "product_product", "product_tmpl_id", "product_template"
    yield "product_template", "categ_id", "product_category"
    yield from _own_references(env.cr)


def _own_references(cr):
    targets = {"partner_id": "res_partner", "campaign_id": "utm_campaign",
               "product_id": "product_product", "line_id": "sale_order_line"}  # fmt: skip
    cr.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_name LIKE 'dataset%%' AND column_name = ANY(%s)",
        [list(targets)],
    )
    return [(table, column, targets[column]) for table, column in cr.fetchall()]


def _check_indexes(env, results):
    """The loader put back every index and foreign key that Odoo's models ask for."""
    wanted = set()
    for model in env.values():
        if model._auto and model._table in BARE_TABLES:
            wanted |= {(model._table, f.name) for f in model._fields.values()
                       if f.store and f.type == "many2one" and f.column_type}  # fmt: skip
    env.cr.execute(
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c JOIN pg_attribute a"
        " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.convalidated"
    )
    missing = sorted(wanted - set(env.cr.fetchall()))
    results.none("foreign keys are in place", len(wanted), missing)
    env.cr.execute(
        "SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
        " WHERE x.indrelid = ANY(%s::regclass[])",
        [list(BARE_TABLES)],
    )
    found = {row[0] for row in env.cr.fetchall()}
    wanted = {
        f"{model._table}__{f.name}_index"
        for model in env.values() if model._auto and model._table in BARE_TABLES
        for f in model._fields.values() if f.store and f.column_type and _is_indexed(env, f)
    }  # fmt: skip
    results.none("indexes are in place", len(wanted), sorted(wanted - found))


def _is_indexed(env, field):
    """Odoo leaves trigram indexes out where PostgreSQL's extension is not installed."""
    return field.index and (field.index != "trigram" or env.registry.has_trigram)


def _check_sequences(cr, results):
    """The next id of each table is free."""
    cr.execute(
        "SELECT t.relname, s.relname FROM pg_class s"
        " JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a'"
        " JOIN pg_class t ON t.oid = d.refobjid AND t.relnamespace = 'public'::regnamespace"
        " JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
        " WHERE s.relkind = 'S' AND a.attname = 'id'"
    )
    sequences, wrong = cr.fetchall(), []
    for table, sequence in sequences:
        cr.execute(
            SQL(
                "SELECT (SELECT MAX(id) FROM %s), last_value, is_called FROM %s",
                SQL.identifier(table),
                SQL.identifier(sequence),
            )
        )
        highest, last, is_called = cr.fetchone()
        if highest is not None and last + is_called <= highest:
            wrong.append(f"{table}: next is {last + is_called}, highest is {highest}")
    results.none("the next id is free", len(sequences), wrong)
