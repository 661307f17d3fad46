"""Databases of generated sales for ``bench_snapshot``: written by SQL, kept while they fit.

Each customer has two invoices of two and three lines in the last two years, each line from an
order line with its recorded cost. Foreign keys of the filled tables are dropped: they would only
slow the generation down.
"""

import time
from contextlib import closing

from suite import databases, odoo, paths, postgres, stamps

ADDON = paths.ROOT / "addons" / "crm_customer_insight"
TABLES = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
)
RECIPE = """
INSERT INTO res_partner (id, name, complete_name, active, is_company,
    commercial_partner_id, type, autopost_bills, create_date, write_date)
SELECT 1000 + g, 'Customer ' || g, 'Customer ' || g, TRUE, TRUE, 1000 + g, 'contact',
    'ask', '2020-01-01', '2020-01-01'
FROM generate_series(1, %(customers)s) g;

INSERT INTO sale_order (id, name, partner_id, partner_invoice_id, partner_shipping_id, company_id,
    currency_id, currency_rate, state, date_order, create_date, write_date)
SELECT g, 'S' || g, 1001 + (g - 1) / 2, 1001 + (g - 1) / 2, 1001 + (g - 1) / 2, %(company)s,
    %(currency)s, 1, 'sale', day, day, '2020-01-01'
FROM generate_series(1, 2 * %(customers)s) g,
    LATERAL (SELECT current_date - ((g::bigint * 7919 + g %% 2 * 311) %% 720)::int AS day) d;

INSERT INTO account_move (id, name, journal_id, company_id, partner_id, commercial_partner_id,
    currency_id, state, move_type, auto_post, date, invoice_date, amount_untaxed_signed,
    create_date, write_date)
SELECT o.id + 1000, 'INV/' || o.id, %(journal)s, %(company)s, o.partner_id, o.partner_id,
    %(currency)s, 'posted',
    CASE WHEN o.id %% 20 = 0 THEN 'out_refund' ELSE 'out_invoice' END, 'no', o.date_order::date,
    o.date_order::date, CASE WHEN o.id %% 20 = 0 THEN -1 ELSE 1 END * (100 + o.id %% 900),
    o.date_order, '2020-01-01'
FROM sale_order o;

INSERT INTO sale_order_line (id, order_id, company_id, currency_id, order_partner_id, product_id,
    product_uom_id, name, state, product_uom_qty, price_unit, price_subtotal, purchase_price,
    customer_lead, create_date, write_date)
SELECT (o.id - 1) / 2 * 5 + (o.id - 1) %% 2 * 2 + n, o.id, o.company_id, o.currency_id,
    o.partner_id, %(product)s, %(unit)s, 'Pump', 'sale', q, p, q * p, p * 0.6, 0, o.date_order,
    '2020-01-01'
FROM sale_order o, generate_series(1, 2 + (o.id - 1) %% 2) n,
    LATERAL (SELECT 1 + (o.id + n) %% 9 AS q, 10.0 + (o.id * 31 + n * 17) %% 190 AS p) l;

INSERT INTO account_move_line (id, move_id, journal_id, company_id, company_currency_id,
    account_id, currency_id, partner_id, product_id, product_uom_id, name, parent_state,
    display_type, date, invoice_date, debit, credit, balance, amount_currency, quantity,
    price_unit, price_subtotal, create_date, write_date)
SELECT l.id, l.order_id + 1000, %(journal)s, l.company_id, l.currency_id, %(account)s,
    l.currency_id, l.order_partner_id, l.product_id, l.product_uom_id, l.name, 'posted', 'product',
    l.create_date::date, l.create_date::date, GREATEST(sign, 0) * l.price_subtotal,
    GREATEST(-sign, 0) * l.price_subtotal, sign * l.price_subtotal, sign * l.price_subtotal,
    l.product_uom_qty, l.price_unit, l.price_subtotal, l.create_date, '2020-01-01'
FROM sale_order_line l,
    LATERAL (SELECT CASE WHEN l.order_id %% 20 = 0 THEN 1 ELSE -1 END AS sign) d;

INSERT INTO account_move_line (id, move_id, journal_id, company_id, company_currency_id,
    account_id, currency_id, partner_id, name, parent_state, display_type, date, invoice_date,
    debit, credit, balance, amount_currency, create_date, write_date)
SELECT 5 * %(customers)s + m.id, m.id, m.journal_id, m.company_id, m.currency_id, %(account)s,
    m.currency_id, m.partner_id, m.name, 'posted', 'payment_term', m.date, m.invoice_date,
    GREATEST(m.amount_untaxed_signed, 0), GREATEST(-m.amount_untaxed_signed, 0),
    m.amount_untaxed_signed, m.amount_untaxed_signed, m.create_date, '2020-01-01'
FROM account_move m WHERE m.id > 1000;

INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
SELECT id, id FROM sale_order_line;
"""
SEQUENCES = """
SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner)),
    setval('sale_order_id_seq', (SELECT max(id) FROM sale_order)),
    setval('sale_order_line_id_seq', (SELECT max(id) FROM sale_order_line)),
    setval('account_move_id_seq', (SELECT max(id) FROM account_move))
"""


def prepare(customers):
    """Return the name of the database with that many customers, made anew if need be."""
    name = f"{databases.BENCH_PREFIX}value_{customers}"
    recipe = stamps.digest(RECIPE, databases.core())
    addon = stamps.digest(
        *sorted(path for path in ADDON.rglob("*") if path.suffix in {".py", ".xml", ".csv"})
    )
    made, installed = [*_note(name).split(), "", ""][:2]
    if not databases.exists(name) or made != recipe:
        _make(name, customers)
    elif installed != addon:
        odoo.update(name, [ADDON.name])
    note(name, f"{recipe} {addon}")
    return name


def note(name, text):
    """Remember what a database was made of."""
    postgres.psql("postgres", f"COMMENT ON DATABASE {name} IS '{text}'")


def _note(name):
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
    return postgres.psql("postgres", f"{query} WHERE datname = '{name}'").strip()


def _make(name, customers):
    started = time.monotonic()
    print(f"Making database {name} …", flush=True)
    databases.copy(databases.core(), name)
    odoo.install(name, [ADDON.name], log=paths.LOGS / "bench_value.log")
    _generate(name, customers)
    print(f"… made in {time.monotonic() - started:.0f} s", flush=True)


def _generate(name, customers):
    with closing(connect(name)) as cr:
        values = _values(environment(cr))
        indexes = _drop_indexes(cr)
        cr.execute(RECIPE, {"customers": customers, **values})
        for definition in indexes:
            cr.execute(definition)
        cr.execute(SEQUENCES)
        cr.execute("SELECT setval('account_move_line_id_seq', %s)", [9 * customers])
        cr.commit()
    for table in TABLES:
        postgres.psql(name, f"VACUUM ANALYZE {table}")


def _values(env):
    product = env["product.product"].create({"name": "Pump", "type": "consu"})
    account = env["account.account"].create(
        {"name": "Sales of the benchmark", "code": "424242", "account_type": "income"}
    )
    journal = env["account.journal"].create(
        {"name": "Sales", "code": "BENCH", "type": "sale", "default_account_id": account.id}
    )
    env.flush_all()
    return {
        "product": product.id,
        "unit": product.uom_id.id,
        "account": account.id,
        "journal": journal.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
    }


def _drop_indexes(cr, tables=TABLES):
    """Drop foreign keys for good and indexes for the time being; return their definitions."""
    cr.execute(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid::regclass::text IN %s""",
        [tables],
    )
    for table, constraint in cr.fetchall():
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
    cr.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid::regclass::text IN %s
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""",
        [tables],
    )
    indexes = cr.fetchall()
    for index, _definition in indexes:
        cr.execute(f"DROP INDEX {index}")
    return [definition for _index, definition in indexes]


def connect(name):
    """Return a cursor of Odoo on a database."""
    import odoo.modules.registry
    from odoo.tools import config

    config.parse_config([])
    return odoo.modules.registry.Registry(name).cursor()


def environment(cr):
    """Return the administrator's environment."""
    from odoo import SUPERUSER_ID, api

    return api.Environment(cr, SUPERUSER_ID, {})
