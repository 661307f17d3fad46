"""Rows of campaigns when a person is merged into another, erased, or deleted (ROI-1, C360-6).

The tables are filled by millions of rows without foreign keys, so nothing follows by itself.
*column* is ``partner_id`` for contacts, ``lead_id`` for leads who have no contact.
"""

from typing import NamedTuple

from odoo.tools import SQL

#: What a mail was sent to, by column.
MODELS = {"partner_id": "res.partner", "lead_id": "crm.lead"}


class Reference(NamedTuple):
    """Rows of another table (called ``a`` in the expressions) that name a delivery.

    :param table: its name
    :param column: its column with the delivery
    :param answered: which rows say that the person answered by the link of the delivery
    :param stands: of which rows a delivery has one only; the others all follow
    :param alike: columns for each of whose values a delivery has one
    :param best: order of those that stand; the first one stays the delivery's
    """

    table: str
    column: str
    answered: SQL
    stands: SQL
    alike: tuple
    best: SQL


def same(column, ids):
    """``WITH kept``: (id, first) of the targets who are one person, by campaign.

    Who was written to stays: he is no control group any more, whatever lot the other one drew.
    """
    alone = SQL("AND partner_id IS NULL" if column == "lead_id" else "")
    return SQL(
        """
        WITH kept AS (
            SELECT id, campaign_id, state, kept_id,
                first_value(id) OVER (PARTITION BY campaign_id ORDER BY arm DESC, id) AS first
            FROM crm_campaign_target WHERE %s = ANY(%s) %s
        )
        """,
        SQL.identifier(column),
        ids,
        alone,
    )


def merge_traces(column, sources, target):
    """Mails to the merged ones are mails to the one who stays: nobody gets them again."""
    return SQL(
        "UPDATE mailing_trace SET res_id = %s WHERE model = %s AND res_id = ANY(%s)",
        target,
        MODELS[column],
        sources,
    )


def rank_deliveries(column, ids, references):
    """(id, place, id of the first) of the deliveries, by wave and person.

    The one that went furthest comes first, then the one by whose link he answered: that link goes
    on to work.

    :param references: what names deliveries (:class:`Reference`, at least one)
    """
    answered = SQL(" OR ").join(
        SQL(
            "EXISTS (SELECT FROM %s a WHERE a.%s = d.id AND %s)",
            SQL.identifier(one.table),
            SQL.identifier(one.column),
            one.answered,
        )
        for one in references
    )
    return SQL(
        """
        %s SELECT d.id, row_number() OVER best, first_value(d.id) OVER best
        FROM crm_campaign_delivery d JOIN kept k ON k.id = d.target_id
        WINDOW best AS (PARTITION BY d.wave_id, k.first ORDER BY
            array_position(ARRAY['sent', 'failed', 'planned', 'new', 'left_out'],
                d.state::text), (%s) DESC, d.res_id IS NULL, d.id)
        """,
        same(column, ids),
        answered,
    )


def merge_deliveries(column, ids, places, references):
    """Of two rows of a wave the first one stays, with the target who stays.

    :param places: rows of :func:`rank_deliveries`, asked once: what follows changes who answered
    """
    ranked = SQL(
        "WITH ranked AS (SELECT * FROM unnest(%s::int[], %s::int[], %s::int[]) "
        "AS r(id, place, best_id))",
        *([row[part] for row in places] for part in range(3)),
    )
    for one in references:
        yield from _refer(ranked, one)
    yield SQL(
        """
        %s DELETE FROM crm_campaign_delivery d USING ranked
        WHERE d.id = ranked.id AND ranked.place > 1
        """,
        ranked,
    )
    yield _follow(same(column, ids), SQL("crm_campaign_delivery"))


def _refer(ranked, one):
    """What names a row that goes names the one that stays: first the rest of those of which there
    can be one only name none (the ledger reads them again), then all others follow.
    """
    names = {"table": SQL.identifier(one.table), "column": SQL.identifier(one.column)}
    yield SQL(
        """
        %(ranked)s, named AS (
            SELECT a.id, row_number() OVER (
                PARTITION BY %(alike)s ORDER BY %(best)s, r.place, a.id) AS turn
            FROM %(table)s a JOIN ranked r ON r.id = a.%(column)s WHERE %(stands)s
        )
        UPDATE %(table)s a SET %(column)s = NULL, write_date = now() AT TIME ZONE 'UTC'
        FROM named WHERE a.id = named.id AND named.turn > 1
        """,
        **names,
        ranked=ranked,
        alike=SQL(", ").join(
            [SQL("r.best_id"), *(SQL("a.%s", SQL.identifier(name)) for name in one.alike)]
        ),
        best=one.best,
        stands=one.stands,
    )
    yield SQL(
        """
        %(ranked)s UPDATE %(table)s a SET %(column)s = ranked.best_id FROM ranked
        WHERE a.%(column)s = ranked.id AND ranked.place > 1
        """,
        **names,
        ranked=ranked,
    )


def merge_handovers(column, ids):
    """What he was handed over for first stays."""
    kept = same(column, ids)
    yield SQL(
        """
        %s DELETE FROM crm_campaign_handover h USING kept WHERE h.target_id = kept.id
            AND EXISTS (
                SELECT FROM crm_campaign_handover o JOIN kept k ON k.id = o.target_id
                WHERE k.first = kept.first AND o.kind = h.kind AND o.id < h.id
                    AND (h.kind = 'lead' OR o.group_id = h.group_id))
        """,
        kept,
    )
    yield _follow(kept, SQL("crm_campaign_handover"))


def merge_responses(column, ids):
    """The responses of both are those of the one who stays."""
    yield _follow(same(column, ids), SQL("crm_campaign_response"))


def _follow(kept, table):
    return SQL(
        "%s UPDATE %s r SET target_id = kept.first FROM kept "
        "WHERE r.target_id = kept.id AND kept.id <> kept.first",
        kept,
        table,
    )


def merge_targets(column, ids):
    """Who was removed by hand stays removed; who is in by one of two is in.

    Duplicates of those who go become duplicates of the one who stays.
    """
    kept = same(column, ids)
    yield SQL(
        """
        %s, found AS (
            SELECT first, bool_or(state = 'removed') AS removed, bool_or(state = 'in') AS is_in
            FROM kept GROUP BY first HAVING COUNT(*) > 1
        )
        UPDATE crm_campaign_target t SET kept_id = NULL, duplicate_by = NULL,
            state = CASE WHEN removed THEN 'removed' ELSE 'in' END
        FROM found WHERE t.id = found.first AND (removed OR is_in)
        """,
        kept,
    )
    yield SQL(
        """
        %s UPDATE crm_campaign_target t SET kept_id = kept.first FROM kept
        WHERE t.kept_id = kept.id AND kept.id <> kept.first AND t.id <> kept.first
        """,
        kept,
    )


def drop_targets(column, ids):
    """Delete the targets who are somebody else by now (contacts: the merge of tables does it)."""
    return SQL(
        "%s DELETE FROM crm_campaign_target t USING kept WHERE t.id = kept.id "
        "AND kept.id <> kept.first",
        same(column, ids),
    )


#: Tables of campaigns with leads in them.
LEADS = (
    "crm_campaign_delivery",
    "crm_campaign_handover",
    "crm_campaign_response",
    "crm_campaign_target",
)


def name_leads(ids):
    """Whether campaigns know any of these leads: most leads are nobody's target."""
    members = ("crm_campaign_audience_member", *LEADS)
    found = [
        SQL("EXISTS (SELECT FROM %s WHERE lead_id = ANY(%s))", SQL.identifier(table), ids)
        for table in members
    ]
    traces = SQL(
        "EXISTS (SELECT FROM mailing_trace WHERE model = 'crm.lead' AND res_id = ANY(%s))", ids
    )
    return SQL("SELECT %s", SQL(" OR ").join([*found, traces]))


def move_leads(sources, target):
    """Leads that were merged into another: their rows are his."""
    for table in LEADS:
        yield SQL(
            "UPDATE %s SET lead_id = %s WHERE lead_id = ANY(%s)",
            SQL.identifier(table),
            target,
            sources,
        )
    yield SQL(
        """
        DELETE FROM crm_campaign_audience_member m WHERE m.lead_id = ANY(%(all)s)
            AND m.partner_id IS NULL AND EXISTS (
                SELECT FROM crm_campaign_audience_member o
                WHERE o.audience_id = m.audience_id AND o.lead_id = ANY(%(all)s)
                    AND o.partner_id IS NULL AND o.id < m.id)
        """,
        all=[*sources, target],
    )
    yield SQL(
        "UPDATE crm_campaign_audience_member SET lead_id = %s WHERE lead_id = ANY(%s)",
        target,
        sources,
    )


# -- deleted ---------------------------------------------------------------------------------------


def forget_contacts(ids):
    """Contacts are deleted: rows stay as figures of their campaigns, without a person.

    What was still to go out goes to nobody, not to a lead that the contact may have.
    """
    yield SQL("DELETE FROM crm_campaign_audience_member WHERE partner_id = ANY(%s)", ids)
    yield _close_deliveries(SQL("partner_id = ANY(%s)", ids))
    yield SQL(
        "UPDATE crm_campaign_delivery SET partner_id = NULL, lead_id = NULL "
        "WHERE partner_id = ANY(%s)",
        ids,
    )
    yield SQL(
        """
        UPDATE crm_campaign_target SET partner_id = NULL, lead_id = NULL, email_normalized = NULL,
            e164 = NULL WHERE partner_id = ANY(%s)
        """,
        ids,
    )
    for table, column in (
        ("crm_campaign_target", "commercial_partner_id"),
        ("crm_campaign_handover", "partner_id"),
        ("crm_campaign_response", "partner_id"),
        ("crm_campaign_orphan", "partner_id"),
        ("crm_attribution_credit", "partner_id"),
    ):
        yield _empty(table, column, ids)


def forget_leads(ids):
    """Leads are deleted: as with contacts; who is a contact as well stays."""
    alone = SQL("lead_id = ANY(%s) AND partner_id IS NULL", ids)
    yield SQL("DELETE FROM crm_campaign_audience_member WHERE %s", alone)
    yield _close_deliveries(alone)
    yield SQL("UPDATE crm_campaign_target SET email_normalized = NULL, e164 = NULL WHERE %s", alone)
    for table in (
        "crm_campaign_audience_member",
        "crm_campaign_delivery",
        "crm_campaign_response",
        "crm_campaign_target",
    ):
        yield _empty(table, "lead_id", ids)


def _close_deliveries(whose):
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'left_out', reason = 'archived',
            reasons = 'archived', due_at = NULL, cost = NULL
        WHERE state IN ('new', 'planned') AND %s
        """,
        whose,
    )


def _empty(table, column, ids):
    name = SQL.identifier(column)
    return SQL("UPDATE %s SET %s = NULL WHERE %s = ANY(%s)", SQL.identifier(table), name, name, ids)


# -- erased ----------------------------------------------------------------------------------------


def erase_words(partner_ids, lead_ids):
    """Words and addresses that hang on leads, documents and mails of an erased person."""
    yield SQL("DELETE FROM crm_campaign_audience_import")  # dialogs of an hour, with whole files
    yield SQL("DELETE FROM crm_campaign_audience_member WHERE lead_id = ANY(%s)", lead_ids)
    yield SQL(
        "UPDATE crm_campaign_target SET email_normalized = NULL, e164 = NULL "
        "WHERE lead_id = ANY(%s)",
        lead_ids,
    )
    yield SQL(
        "UPDATE crm_campaign_response SET note = NULL WHERE lead_id = ANY(%s)",
        lead_ids,
    )
    yield SQL(
        """
        UPDATE crm_campaign_form_answer SET name = NULL, email_normalized = NULL, phone = NULL,
            company_name = NULL, message = NULL
        WHERE lead_id = ANY(%s) OR delivery_id IN (%s)
        """,
        lead_ids,
        deliveries_of(partner_ids, lead_ids),
    )
    yield SQL(
        "UPDATE crm_campaign_link SET reason = NULL "
        "WHERE res_model = 'crm.lead' AND res_id = ANY(%s) AND how <> 'code'",
        lead_ids,
    )
    yield SQL(
        """
        UPDATE crm_campaign_link SET reason = NULL WHERE res_model = 'sale.order'
            AND how = 'inherited' AND res_id IN (
                SELECT id FROM sale_order WHERE opportunity_id = ANY(%s))
        """,
        lead_ids,
    )
    yield SQL(
        """
        UPDATE crm_campaign_orphan SET source_name = NULL WHERE res_model = 'sale.order'
            AND res_id IN (SELECT id FROM sale_order WHERE opportunity_id = ANY(%s))
        """,
        lead_ids,
    )
    yield SQL(
        """
        UPDATE mailing_trace SET email = NULL WHERE (model = 'res.partner' AND res_id = ANY(%s))
            OR (model = 'crm.lead' AND res_id = ANY(%s))
        """,
        partner_ids,
        lead_ids,
    )


def deliveries_of(partner_ids, lead_ids):
    """Ids of what waves sent to these people; a lead's are his own only if he is no contact."""
    return SQL(
        "SELECT id FROM crm_campaign_delivery WHERE partner_id = ANY(%s) "
        "OR (lead_id = ANY(%s) AND partner_id IS NULL)",
        partner_ids,
        lead_ids,
    )


def letter_files(partner_ids, lead_ids):
    """(wave, PDF) of the batches of letters that the person is in."""
    return SQL(
        """
        SELECT DISTINCT d.wave_id, d.res_id FROM crm_campaign_delivery d
        WHERE d.res_model = 'ir.attachment' AND (d.partner_id = ANY(%s) OR d.lead_id = ANY(%s))
        """,
        partner_ids,
        lead_ids,
    )
