"""Many records in seconds, for benchmarks and tests of processes: one record copied by SQL."""

import re
from contextlib import closing

import psycopg2

from . import odoo, postgres

#: A confirmed order and ten customers with consecutive ids, made by Odoo itself.
_FIRST_ORDER = """
partners = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(10)])
product = env["product.product"].create({"name": "Tile", "list_price": 10})
order = env["sale.order"].create(
    {"partner_id": partners[0].id, "order_line": [(0, 0, {"product_id": product.id})]}
)
order.action_confirm()
env.cr.commit()
print("order", order.id, partners[0].id)
"""
#: Columns of the copies: amounts count up, ten customers in turn, every second order was a
#: quotation for two hours. 9000 share one ``write_date`` as after a bulk load, the others come
#: by the hundred.
_ORDER_VALUES = {
    "name": "'G' || n",
    "amount_untaxed": "n",
    "amount_total": "n",
    "partner_id": "{partner} + n % 10",
    "create_date": "timestamp '2026-01-01' + n * interval '1 minute'",
    "date_order": "timestamp '2026-01-01' + n * interval '1 minute' + n % 2 * interval '2 hours'",
    "write_date": "timestamp '2026-06-01' + GREATEST(0, n / 100 - 90) * interval '1 second'",
    "access_token": "NULL",
}


def connect(database):
    """A connection that commits every statement; the caller closes it."""
    connection = psycopg2.connect(dbname=database, **postgres.connection())
    connection.autocommit = True
    return connection


def query(connection, statement, parameters=None):
    """Rows of *statement*, none if it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def first_order(database):
    """Ids of an order and of the first of ten customers, made in *database*."""
    answer = odoo.shell(database, _FIRST_ORDER)
    order, partner = re.search(r"order (\d+) (\d+)", answer).groups()
    return int(order), int(partner)


def copy_orders(connection, order, partner, first, last):
    """Copies of *order* numbered from *first* to *last*, without lines."""
    values = {key: value.format(partner=partner) for key, value in _ORDER_VALUES.items()}
    copy_rows(connection, "sale_order", order, values, first, last)


def copy_rows(connection, table, template, values, first, last):
    """Copies of the row *template* of *table* with *values*, SQL by column over a number ``n``.

    Whatever other columns the installed addons require is taken from the template.
    """
    columns = query(
        connection,
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attname <> 'id' AND attgenerated = ''",
        (table,),
    )
    names = [name for (name,) in columns]
    chosen = ", ".join(values.get(name, f"t.{name}") for name in names)
    numbers = f"generate_series({int(first)}, {int(last)}) n"
    query(
        connection,
        f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608 (names from the catalogue)
        f" SELECT {chosen} FROM {table} t, {numbers} WHERE t.id = {int(template)}",
    )


def count(database, statement):
    """The one value that *statement* answers in *database*."""
    with closing(connect(database)) as connection:
        return query(connection, statement)[0][0]
