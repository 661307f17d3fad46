"""Rows of a contact that is merged into another follow him, in SQL, before core moves the rest.

Core updates foreign keys column by column. On a unique *index* that fails the whole merge; on a
unique *constraint* it deletes the rows silently. So each declared table (``_person_data``) is
merged here first and core finds nothing left to do.
"""

from odoo.tools import SQL

_NUMBERS = ("integer", "float", "monetary")


def tables(env):
    """Models that declare how they follow a person, in the order of their names."""
    return [
        env[name]
        for name in sorted(env.registry)
        if getattr(env.registry[name], "_person_data", None) and env[name]._auto
    ]


def partner_columns(model):
    """Stored columns of *model* that point to a contact."""
    return [
        name
        for name, field in model._fields.items()
        if field.store and field.type == "many2one" and field.comodel_name == "res.partner"
    ]


def merge(model, sources, target):
    """Let the rows of the contacts *sources* (ids) follow into *target* (id)."""
    data = model._person_data
    if before := getattr(model, "_before_person_merge", None):
        before(sources, target)
    if data.merge == "recompute":
        _delete(model, [*sources, target])
        return
    if data.merge == "keep_best":
        _drop_losers(model, sources, target)
    elif data.merge == "sum":
        _sum(model, sources, target)
    if data.reference:
        _move_references(model, sources, target)
    for column in partner_columns(model):
        _move(model, column, sources, target)


def _table(model):
    return SQL.identifier(model._table)


def _move(model, column, sources, target):
    name = SQL.identifier(column)
    model.env.cr.execute(
        SQL("UPDATE %s SET %s = %s WHERE %s = ANY(%s)", _table(model), name, target, name, sources)
    )


def _delete(model, ids):
    for column in model._person_data.person:
        name = SQL.identifier(column)
        model.env.cr.execute(SQL("DELETE FROM %s WHERE %s = ANY(%s)", _table(model), name, ids))


def _drop_losers(model, sources, target):
    """Of the rows that would be the same after the merge, leave the first."""
    data = model._person_data
    owner = SQL.identifier(data.person[0])
    losers = SQL(
        """WITH ranked AS (
            SELECT id, row_number() OVER (PARTITION BY %(key)s
                       ORDER BY %(order)s, %(owner)s = %(target)s DESC, id) AS place
              FROM %(table)s WHERE %(owner)s = ANY(%(owners)s) AND %(where)s
        )""",
        # The declarations of our models, not what anybody types, are SQL here.
        key=SQL(", ").join(map(SQL, data.key)),
        order=SQL(data.order),
        owner=owner,
        target=target,
        table=_table(model),
        owners=[*sources, target],
        where=SQL(data.where),
    )
    chosen = SQL("t.id = ranked.id AND ranked.place > 1")
    if data.loser:
        statement = SQL("UPDATE %s t SET %s FROM ranked", _table(model), SQL(data.loser))
    else:
        statement = SQL("DELETE FROM %s t USING ranked", _table(model))
    model.env.cr.execute(SQL("%s %s WHERE %s", losers, statement, chosen))


def _sum(model, sources, target):
    """Add the rows with the same key to the one that stays (the target's, else the oldest)."""
    data = model._person_data
    owner = SQL.identifier(data.person[0])
    key = SQL(", ").join(map(SQL, data.key))
    window = SQL("OVER (PARTITION BY %s)", key)
    figures = _figures(model)
    model.env.cr.execute(
        SQL(
            """WITH totals AS (
                SELECT id, %(figures)s,
                       row_number() OVER (PARTITION BY %(key)s
                           ORDER BY %(owner)s = %(target)s DESC, id) AS place
                  FROM %(table)s WHERE %(owner)s = ANY(%(owners)s) AND %(where)s
            ), gone AS (
                DELETE FROM %(table)s t USING totals WHERE t.id = totals.id AND totals.place > 1
            )
            UPDATE %(table)s t SET %(assignments)s
              FROM totals WHERE t.id = totals.id AND totals.place = 1""",
            figures=SQL(", ").join(
                SQL("%s(%s) %s AS %s", function, name, window, name) for name, function in figures
            ),
            key=key,
            owner=owner,
            target=target,
            table=_table(model),
            owners=[*sources, target],
            where=SQL(data.where),
            assignments=SQL(", ").join(
                SQL("%s = totals.%s", name, name) for name, _function in figures
            ),
        )
    )


def _figures(model):
    """``(column, aggregate)`` of every stored number and declared date of *model*."""
    data = model._person_data
    functions = dict.fromkeys(data.earliest, "min") | dict.fromkeys(data.latest, "max")
    for name, field in model._fields.items():
        if field.store and field.type in _NUMBERS and name not in ("id", *data.averages):
            functions.setdefault(name, "sum")
    columns = map(SQL.identifier, functions)
    return list(zip(columns, map(SQL, functions.values()), strict=True))


def _move_references(model, sources, target):
    """Documents that are the merged contacts become the contact that stays, each event once."""
    data = model._person_data
    res_model, res_id = map(SQL.identifier, data.reference)
    key = SQL("").join(SQL(", %s", SQL.identifier(column)) for column in data.reference_key)
    model.env.cr.execute(
        SQL(
            """WITH ranked AS (
                SELECT id, row_number() OVER (PARTITION BY %(res_model)s %(key)s
                           ORDER BY %(res_id)s = %(target)s DESC, id) AS place
                  FROM %(table)s
                 WHERE %(res_model)s = 'res.partner' AND %(res_id)s = ANY(%(owners)s)
            ), gone AS (
                DELETE FROM %(table)s t USING ranked WHERE t.id = ranked.id AND ranked.place > 1
            )
            UPDATE %(table)s t SET %(res_id)s = %(target)s
              FROM ranked WHERE t.id = ranked.id AND ranked.place = 1""",
            res_model=res_model,
            res_id=res_id,
            key=key,
            target=target,
            table=_table(model),
            owners=[*sources, target],
        )
    )
