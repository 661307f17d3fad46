"""Rows of campaigns when one is merged into another (ROI-1, ROI-2), set-based.

Whatever points to a campaign is found in the registry, so that fields of other addons follow
without being named here. Named are only the tables where two campaigns may have a row for the same
thing (:func:`unite`).
"""

from odoo.tools import SQL

CAMPAIGN = "utm.campaign"

#: Rows of which each campaign has one for the same thing: table, what is the same, of which rows.
#: The one of the campaign that stays is kept.
ONCE = (
    ("crm_campaign_variant", ("name",), "TRUE"),
    ("crm_campaign_mix", ("product_id",), "TRUE"),
    ("crm_campaign_response", ("res_model", "res_id", "event"), "res_model IS NOT NULL"),
)
#: What is worked out anew for the campaign that stays.
FOLLOWING = (
    ("crm_campaign_cost", "source <> 'manual'"),
    ("crm_campaign_demand", "TRUE"),
    ("crm_campaign_lesson", "TRUE"),
)
#: Tables with the campaign in a unique index that are taken care of by a function of their own.
OWN = ("crm_campaign_target", "crm_campaign_handover", "crm_campaign_pool_line")
UNITED = {table for table, *_more in (*ONCE, *FOLLOWING)} | set(OWN)


def columns(env, name=CAMPAIGN):
    """``{(table, column): model}`` of all stored references to *name*, of whatever addon."""
    return {
        (model._table, field.name): model
        for model in env.values()
        if model._auto and not model._abstract
        for field in model._fields.values()
        if field.comodel_name == name and field.type == "many2one" and field.column_type
        if field.store
    }


def relations(env):
    """``{(table, column of the campaign, other column)}`` of records that list campaigns."""
    return {
        (field.relation, field.column2, field.column1)
        for field in _many(env)
        if field.comodel_name == CAMPAIGN
    }


def own_relations(env):
    """The same of what campaigns list themselves: audiences, products, tags …"""
    return {
        (field.relation, field.column1, field.column2)
        for field in _many(env)
        if field.model_name == CAMPAIGN
    }


def _many(env):
    for model in env.values():
        if model._auto and not model._abstract:
            for field in model._fields.values():
                if field.type == "many2many" and field.store and not field.inherited:
                    yield field


# -- what is there ---------------------------------------------------------------------------------


def counts(places, ids):
    """(table, number of rows) of *places*, ``(table, column)``, with one of the campaigns."""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT %s AS place, COUNT(*) AS number FROM %s WHERE %s = ANY(%s)",
            table,
            SQL.identifier(table),
            SQL.identifier(column),
            ids,
        )
        for table, column in places
    )


def shared_persons(ids):
    """Number of persons who are targets of more than one of the campaigns."""
    return SQL("SELECT COUNT(*) FROM (%s) p WHERE place = 2", _ranked(ids, ids[0]))


# -- targets ---------------------------------------------------------------------------------------


def _ranked(ids, kept):
    """(id, state, first, place): *first* is the row that stands for the person afterwards.

    Who was written to was: he is no control group any more, whatever lot the other campaign drew.
    Rows without a person (erased) stand for themselves.
    """
    return SQL(
        """
        SELECT id, state, first_value(id) OVER person AS first, row_number() OVER person AS place
        FROM crm_campaign_target WHERE campaign_id = ANY(%s)
        WINDOW person AS (
            PARTITION BY partner_id, CASE WHEN partner_id IS NULL THEN lead_id END,
                CASE WHEN partner_id IS NULL AND lead_id IS NULL THEN id END
            ORDER BY arm DESC, (campaign_id = %s) DESC, id)
        """,
        ids,
        kept,
    )


def merge_targets(ids, kept, places):
    """One target for each person; *places* ``(table, column)`` are what refers to targets.

    Who was removed by hand stays removed; else who is in by one of them is in. What was handed
    over first stays.
    """
    yield SQL("DROP TABLE IF EXISTS crm_campaign_same")
    yield SQL("CREATE TEMPORARY TABLE crm_campaign_same ON COMMIT DROP AS %s", _ranked(ids, kept))
    yield SQL("CREATE INDEX ON crm_campaign_same (id)")
    yield SQL("ANALYZE crm_campaign_same")
    yield SQL(
        """
        WITH found AS (
            SELECT first, bool_or(state = 'removed') AS removed, bool_or(state = 'in') AS is_in
            FROM crm_campaign_same GROUP BY first HAVING COUNT(*) > 1
        )
        UPDATE crm_campaign_target t SET kept_id = NULL, duplicate_by = NULL,
            state = CASE WHEN removed THEN 'removed' ELSE 'in' END
        FROM found WHERE t.id = found.first AND (removed OR is_in)
        """
    )
    yield SQL(
        """
        DELETE FROM crm_campaign_handover h USING crm_campaign_same s
        WHERE h.target_id = s.id AND h.kind = 'lead' AND EXISTS (
            SELECT FROM crm_campaign_handover o JOIN crm_campaign_same p ON p.id = o.target_id
            WHERE p.first = s.first AND o.kind = 'lead' AND o.id < h.id)
        """
    )
    for table, column in places:
        yield SQL(
            "UPDATE %(table)s r SET %(column)s = s.first FROM crm_campaign_same s "
            "WHERE r.%(column)s = s.id AND s.place > 1",
            table=SQL.identifier(table),
            column=SQL.identifier(column),
        )
    yield SQL(
        "DELETE FROM crm_campaign_target t USING crm_campaign_same s "
        "WHERE t.id = s.id AND s.place > 1"
    )


# -- rows for the same thing -----------------------------------------------------------------------


def unite(ids, gone, kept):
    """Statements after which no two of the campaigns have a row for the same thing."""
    for table, same, where in ONCE:
        yield _once(table, same, where, ids, kept)
    yield from _add_shares(ids, kept)
    for table, where in FOLLOWING:
        yield SQL(
            "DELETE FROM %s WHERE campaign_id = ANY(%s) AND %s",
            SQL.identifier(table),
            gone,
            SQL(where),
        )


def _once(table, same, where, ids, kept):
    return SQL(
        """
        DELETE FROM %(table)s WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY %(same)s
                    ORDER BY (campaign_id = %(kept)s) DESC, id) AS place
                FROM %(table)s WHERE campaign_id = ANY(%(ids)s) AND %(where)s
            ) r WHERE place > 1)
        """,
        table=SQL.identifier(table),
        same=SQL(", ").join(SQL.identifier(name) for name in same),
        where=SQL(where),
        ids=ids,
        kept=kept,
    )


def _add_shares(ids, kept):
    """Of an overhead that both carry the one that stays carries the sum: it reconciles as ever."""
    yield SQL(
        """
        UPDATE crm_campaign_pool_line l
        SET share = r.share, weight = r.weight, amount = r.amount
        FROM (
            SELECT (array_agg(id ORDER BY (campaign_id = %s) DESC, id))[1] AS id,
                SUM(share) AS share, SUM(weight) AS weight, SUM(amount) AS amount
            FROM crm_campaign_pool_line WHERE campaign_id = ANY(%s)
            GROUP BY pool_id HAVING COUNT(*) > 1
        ) r WHERE l.id = r.id
        """,
        kept,
        ids,
    )
    yield _once("crm_campaign_pool_line", ("pool_id",), "TRUE", ids, kept)


# -- everything else -------------------------------------------------------------------------------


def log(table, model, reasons, kept, user_id):
    """A line in the log of links for each document of the campaigns that go.

    :param reasons: ``{campaign id: words}``
    """
    return SQL(
        """
        INSERT INTO crm_campaign_link (res_model, res_id, campaign_id, before_id, how, reason,
            company_id, user_id, date)
        SELECT %(model)s, d.id, %(kept)s, d.campaign_id, 'hand', g.reason, d.company_id,
            %(user)s, now() AT TIME ZONE 'UTC'
        FROM %(table)s d
        JOIN unnest(%(gone)s::integer[], %(words)s::varchar[]) g(id, reason)
            ON g.id = d.campaign_id
        """,
        table=SQL.identifier(table),
        model=model,
        **_reasons(reasons, kept, user_id),
    )


def log_payments(reasons, kept, user_id):
    """The same for payments, which have their campaigns in the log alone: one line for each."""
    return SQL(
        """
        INSERT INTO crm_campaign_link (res_model, res_id, campaign_id, before_id, how, reason,
            company_id, user_id, date)
        SELECT DISTINCT ON (l.res_id) l.res_model, l.res_id, %(kept)s, l.campaign_id, 'hand',
            g.reason, l.company_id, %(user)s, now() AT TIME ZONE 'UTC'
        FROM crm_campaign_link l
        JOIN unnest(%(gone)s::integer[], %(words)s::varchar[]) g(id, reason)
            ON g.id = l.campaign_id
        WHERE l.res_model = 'account.payment'
        ORDER BY l.res_id, l.id
        ON CONFLICT (res_id, campaign_id) WHERE res_model = 'account.payment' DO NOTHING
        """,
        **_reasons(reasons, kept, user_id),
    )


def _reasons(reasons, kept, user_id):
    words = {"gone": list(reasons), "words": list(reasons.values())}
    return {**words, "kept": kept, "user": user_id}


def move(table, column, gone, kept, logged):
    """What names one of the campaigns that go names the one that stays.

    :param logged: whether the rows say when they were written: jobs that read what changed since
        their last run read them again
    """
    stamp = SQL(", write_date = now() AT TIME ZONE 'UTC'") if logged else SQL("")
    name = SQL.identifier(column)
    return SQL(
        "UPDATE %s SET %s = %s%s WHERE %s = ANY(%s)",
        SQL.identifier(table),
        name,
        kept,
        stamp,
        name,
        gone,
    )


def link(table, column, other, gone, kept, stay):
    """What lists one of the campaigns that go lists the one that stays, once.

    :param stay: the campaigns that go stay listed as well
    """
    names = {
        "table": SQL.identifier(table),
        "column": SQL.identifier(column),
        "other": SQL.identifier(other),
    }
    yield SQL(
        """
        INSERT INTO %(table)s (%(column)s, %(other)s)
        SELECT DISTINCT %(kept)s::integer, r.%(other)s FROM %(table)s r
        WHERE r.%(column)s = ANY(%(gone)s) AND NOT EXISTS (
            SELECT FROM %(table)s o WHERE o.%(column)s = %(kept)s AND o.%(other)s = r.%(other)s)
        """,
        **names,
        gone=gone,
        kept=kept,
    )
    if not stay:
        yield SQL("DELETE FROM %(table)s WHERE %(column)s = ANY(%(gone)s)", **names, gone=gone)
