"""Writing many rows: COPY, INSERT … SELECT, and indexes built after the rows are there."""

import io
import json

from psycopg2.extras import Json

from odoo.tools import SQL

BATCH = 50_000


def exemplar(records):
    """The columns that Odoo itself filled for one record, as {column: value}, without its id.

    Bulk rows take from it whatever does not differ from row to row, so that a column that an
    installed addon adds is filled as that addon does.
    """
    records.ensure_one()
    records.env.flush_all()
    cr = records.env.cr
    cr.execute(SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(records._table), records.id))
    row = cr.dictfetchone()
    return {name: value for name, value in row.items() if value is not None and name != "id"}


def first_id(cr, table):
    """An id from which on all are free in *table*."""
    cr.execute(SQL("SELECT COALESCE(MAX(id), 0) + 1 FROM %s", SQL.identifier(table)))
    return cr.fetchone()[0]


def copy_rows(cr, table, columns, rows, constants=None):
    """COPY *rows* (tuples in the order of *columns*) into *table*; *constants* go into each."""
    fixed = {name: v for name, v in (constants or {}).items() if name not in columns}
    names = ", ".join(f'"{name}"' for name in (*columns, *fixed))
    tail = "".join(f"\t{_text(value)}" for value in fixed.values()) + "\n"
    statement = f'COPY "{table}" ({names}) FROM STDIN'
    for batch in _batches(rows):
        lines = ("\t".join(map(_text, row)) + tail for row in batch)
        cr._obj.copy_expert(statement, io.StringIO("".join(lines)))


def insert_select(cr, table, expressions, source, constants=None):
    """INSERT INTO *table* the SQL *expressions* ({column: SQL text}) over *source* (FROM …)."""
    fixed = {name: v for name, v in (constants or {}).items() if name not in expressions}
    names = SQL(", ").join(SQL.identifier(name) for name in (*expressions, *fixed))
    values = [SQL(text) for text in expressions.values()]
    values += [SQL("%s", _parameter(value)) for value in fixed.values()]
    cr.execute(
        SQL("INSERT INTO %s (%s) SELECT %s %s", SQL.identifier(table), names,
            SQL(", ").join(values), source)
    )  # fmt: skip


def strip(cr, tables):
    """Drop indexes and foreign keys of *tables*; returns the statements that build them again.

    Primary keys and unique constraints stay. It is part of the transaction: a failure undoes it.
    """
    keys, indexes = _foreign_keys(cr, tables), _indexes(cr, tables)
    for table, name, _definition in keys:
        cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", *map(SQL.identifier, (table, name))))
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    statements = [SQL(definition.replace("%", "%%")) for _name, definition in indexes]
    for table, name, definition in keys:
        names = SQL.identifier(table), SQL.identifier(name)
        statements.append(SQL("ALTER TABLE %s ADD CONSTRAINT %s %s", *names, SQL(definition)))
    return statements


def restore(cr, statements, report):
    """Build indexes, and foreign keys, which PostgreSQL checks against all rows as it adds them."""
    for done, statement in enumerate(statements):
        cr.execute(statement)
        report(done / len(statements))


def advance_sequences(cr, tables):
    """The next id of each table follows the highest one."""
    for table in tables:
        name = SQL.identifier(table)
        cr.execute(
            SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), MAX(id)) FROM %s", table, name)
        )


def _batches(rows):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _text(value):
    """A value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        value = json.dumps(value)
    if isinstance(value, str):
        return value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
    return str(value)


def _parameter(value):
    return Json(value) if isinstance(value, dict | list) else value


def _foreign_keys(cr, tables):
    cr.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text IN %s ORDER BY 1, 2",
        [tuple(tables)],
    )
    return cr.fetchall()


def _indexes(cr, tables):
    cr.execute(
        "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x"
        " JOIN pg_class i ON i.oid = x.indexrelid"
        " WHERE x.indrelid::regclass::text IN %s"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid) ORDER BY 1",
        [tuple(tables)],
    )
    return cr.fetchall()
