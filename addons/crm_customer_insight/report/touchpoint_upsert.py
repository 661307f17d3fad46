"""The one statement that writes the touch ledger, whatever the rows come from (C360-1).

``upsert(rows)`` takes a SELECT of :data:`SOURCE_COLUMNS` and completes it: customer (commercial
entity), channel, cost by the rate valid on the day, currency. A row that is in the ledger already
is written only when it differs, so that reading a source again costs no writes.
"""

from odoo.tools import SQL

KEY = ("res_model", "res_id", "event")

#: What a source says of an event, with the type in PostgreSQL. ``units``: how many times the rate
#: of the channel is to be paid, once if it is not said.
SOURCE_COLUMNS = {
    "res_model": "varchar",
    "res_id": "integer",
    "event": "varchar",
    "kind": "varchar",
    "direction": "varchar",
    "date": "timestamp",
    "voided": "boolean",
    "company_id": "integer",
    "partner_id": "integer",
    "lead_id": "integer",
    "email_normalized": "varchar",
    "e164": "varchar",
    "channel": "varchar",
    "costed": "boolean",
    "cost": "numeric",
    "units": "numeric",
    "name": "varchar",
    "amount": "numeric",
    "campaign_id": "integer",
    "medium_id": "integer",
    "utm_source_id": "integer",
    "user_id": "integer",
}
_TYPES = dict(zip(SOURCE_COLUMNS, map(SQL, SOURCE_COLUMNS.values()), strict=True))

#: Columns of the ledger that can change, with their SQL over ``s`` (source), ``k`` (known
#: before), ``old`` (the ledger row), ``partner``, ``company``, ``contact_channel`` and ``rate``.
VALUES = {
    "kind": SQL("s.kind"),
    "direction": SQL("s.direction"),
    "date": SQL("COALESCE(s.date, old.date)"),
    "voided": SQL("s.voided"),
    "company_id": SQL("s.company_id"),
    "partner_id": SQL("partner.id"),
    "commercial_partner_id": SQL("partner.commercial_partner_id"),
    "adopted": SQL("k.adopted"),
    "lead_id": SQL("s.lead_id"),
    "email_normalized": SQL("CASE WHEN NOT k.erased THEN k.email_normalized END"),
    "e164": SQL("CASE WHEN NOT k.erased THEN k.e164 END"),
    "channel_id": SQL("contact_channel.id"),
    "cost": SQL("""CASE WHEN s.costed THEN COALESCE(s.cost, rate.cost * COALESCE(s.units, 1))
        ELSE s.cost END"""),
    "currency_id": SQL("company.currency_id"),
    "name": SQL("CASE WHEN NOT k.erased THEN s.name END"),
    "amount": SQL("s.amount"),
    "campaign_id": SQL("s.campaign_id"),
    "medium_id": SQL("s.medium_id"),
    "utm_source_id": SQL("s.utm_source_id"),
    "user_id": SQL("s.user_id"),
}

DEFAULTS = {"voided": SQL("FALSE"), "costed": SQL("TRUE"), "direction": SQL("'none'")}


def provider_rows(provider, batch):
    """SELECT of :data:`SOURCE_COLUMNS` for the source rows in the CTE named *batch*."""
    columns = {**DEFAULTS, "res_model": SQL("%s", provider.res_model), **provider.columns}
    return SQL(
        "SELECT %(columns)s FROM %(batch)s JOIN %(source)s s ON s.id = %(batch)s.id "
        "%(joins)s WHERE %(where)s",
        columns=SQL(", ").join(
            SQL("(%s)::%s AS %s", columns.get(name, SQL("NULL")), kind, SQL.identifier(name))
            for name, kind in _TYPES.items()
        ),
        batch=SQL.identifier(batch),
        source=SQL.identifier(provider.source),
        joins=provider.joins,
        where=provider.where,
    )


def batch_of(provider, after, before, limit):
    """SELECT (id, clock) of the next *limit* source rows after the cursor *after*.

    :param after: (clock, id) of the last row that was read
    :param before: rows changed at this moment or later are left for the next run
    """
    return SQL(
        """
        SELECT s.id, %(clock)s AS clock FROM %(source)s s
         WHERE (%(clock)s, s.id) > (%(moment)s, %(id)s) AND %(clock)s < %(before)s AND %(scope)s
         ORDER BY %(clock)s, s.id LIMIT %(limit)s
        """,
        clock=provider.clock,
        source=SQL.identifier(provider.source),
        moment=SQL("%s::timestamp", after[0]),
        id=after[1],
        before=SQL("%s::timestamp", before),
        scope=provider.scope,
        limit=limit,
    )


def json_rows(values):
    """SELECT of :data:`SOURCE_COLUMNS` from a JSON list of objects; the last of equals wins."""
    typed = SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), kind) for name, kind in _TYPES.items()
    )
    names = SQL(", ").join(map(SQL.identifier, SOURCE_COLUMNS))
    return SQL(
        """
        SELECT DISTINCT ON (res_model, res_id, event) %(names)s
          FROM ROWS FROM (jsonb_to_recordset(%(values)s::jsonb) AS (%(typed)s))
               WITH ORDINALITY AS r(%(names)s, position)
         ORDER BY res_model, res_id, event, position DESC
        """,
        names=names,
        values=values,
        typed=typed,
    )


def changes(rows):
    """SELECT of the rows of *rows* (a SELECT of :data:`SOURCE_COLUMNS`) that the ledger lacks.

    A person found by address or number (``adopted``) stays found as long as the source still
    names the same address and number and no person. An erased row gets no words, address or
    number again. A voided row changes nothing but the mark
    where the ledger has no such row.
    """
    values = [SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in VALUES.items()]
    return SQL(
        """
        SELECT s.res_model, s.res_id, s.event, %(values)s,
               old.commercial_partner_id AS old_customer, old.company_id AS old_company,
               old.date AS old_date, CASE WHEN NOT old.voided THEN old.cost END AS old_cost
          FROM (%(rows)s) s
          LEFT JOIN crm_touchpoint old
            ON old.res_model = s.res_model AND old.res_id = s.res_id AND old.event = s.event
         CROSS JOIN LATERAL (SELECT
               CASE WHEN s.partner_id IS NULL THEN s.email_normalized END AS email_normalized,
               CASE WHEN s.partner_id IS NULL THEN s.e164 END AS e164,
               s.partner_id IS NULL AND COALESCE(old.adopted, FALSE) AND (old.erased
                   OR s.email_normalized IS NOT DISTINCT FROM old.email_normalized
                   AND s.e164 IS NOT DISTINCT FROM old.e164) AS adopted,
               COALESCE(old.erased, FALSE) AS erased
               ) k
          LEFT JOIN res_partner partner
            ON partner.id = CASE WHEN k.adopted THEN old.partner_id ELSE s.partner_id END
          LEFT JOIN res_company company ON company.id = s.company_id
          LEFT JOIN crm_contact_channel contact_channel ON contact_channel.code = s.channel
          LEFT JOIN LATERAL (
               SELECT r.cost FROM crm_contact_channel_rate r
                WHERE r.channel_id = contact_channel.id AND r.company_id = s.company_id
                  AND r.date_from <= s.date::date
                ORDER BY r.date_from DESC LIMIT 1
               ) rate ON TRUE
         WHERE COALESCE(s.date, old.date) IS NOT NULL
           AND (old.id IS NOT NULL OR NOT s.voided)
           AND (old.id IS NULL OR (%(new)s) IS DISTINCT FROM (%(old)s))
        """,
        values=SQL(", ").join(values),
        rows=rows,
        new=SQL(", ").join(VALUES.values()),
        old=SQL(", ").join(SQL("old.%s", SQL.identifier(name)) for name in VALUES),
    )


def upsert(rows):
    """CTEs ``changed``, ``written`` and ``cells`` that bring *rows* into the ledger.

    ``cells`` are the (customer, company, month) whose contact cost changed, old place and new.
    """
    names = SQL(", ").join(map(SQL.identifier, (*KEY, *VALUES)))
    return SQL(
        """
        changed AS MATERIALIZED (%(changes)s),
        written AS (
            INSERT INTO crm_touchpoint (%(names)s) SELECT %(names)s FROM changed
            ON CONFLICT (res_model, res_id, event) DO UPDATE SET %(updates)s
             WHERE (%(current)s) IS DISTINCT FROM (%(excluded)s)
            RETURNING 1
        ),
        cells AS (
            SELECT commercial_partner_id AS customer, company_id AS company,
                   date_trunc('month', date)::date AS month
              FROM changed WHERE NOT voided AND cost <> 0
             UNION
            SELECT old_customer, old_company, date_trunc('month', old_date)::date
              FROM changed WHERE old_cost <> 0
        )
        """,
        changes=changes(rows),
        names=names,
        updates=SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name)) for name in VALUES
        ),
        current=_columns("crm_touchpoint"),
        excluded=SQL(", ").join(SQL("EXCLUDED.%s", SQL.identifier(name)) for name in VALUES),
    )


def _columns(table):
    return SQL(", ").join(SQL.identifier(table, name) for name in VALUES)


#: What a statement ending in ``upsert`` answers: rows written, cells that changed.
ANSWER = SQL(
    """(SELECT count(*) FROM written),
       (SELECT json_agg(json_build_array(customer, company, month)) FROM cells
         WHERE customer IS NOT NULL)"""
)


def append_statement(values):
    """The statement for rows given as a JSON text of a list of objects."""
    return SQL("WITH %s SELECT %s", upsert(json_rows(values)), ANSWER)


def fill_statement(provider, after, before, limit):
    """The statement for one batch of *provider*; it also answers how far the batch reached."""
    return SQL(
        """
        WITH batch AS MATERIALIZED (%(batch)s), %(upsert)s
        SELECT (SELECT count(*) FROM batch), last.clock, last.id, %(answer)s
          FROM (SELECT 1) one
          LEFT JOIN (SELECT clock, id FROM batch ORDER BY clock DESC, id DESC LIMIT 1) last ON TRUE
        """,
        batch=batch_of(provider, after, before, limit),
        upsert=upsert(provider_rows(provider, "batch")),
        answer=ANSWER,
    )


def sweep_statement(provider):
    """Void the rows of *provider*'s model whose source is gone; answers the cells of their cost."""
    alive = provider.alive or SQL(
        "SELECT FROM %s s WHERE s.id = t.res_id", SQL.identifier(provider.source)
    )
    return SQL(
        """
        WITH written AS (
            UPDATE crm_touchpoint t SET voided = TRUE
             WHERE t.res_model = %s AND NOT t.voided AND NOT EXISTS (%s)
            RETURNING commercial_partner_id AS customer, company_id AS company,
                      date_trunc('month', date)::date AS month, cost
        ), cells AS (SELECT DISTINCT customer, company, month FROM written WHERE cost <> 0)
        SELECT %s
        """,
        provider.res_model,
        alive,
        ANSWER,
    )
