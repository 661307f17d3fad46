"""Who a campaign goes to: members of audiences, one row per person, drawn into arms (ROI-1).

Everything is done by a few statements, whatever the number of persons. A person is a contact, or
a lead without one.
"""

from odoo.tools import SQL

from ..tools import draw

NOBODY = SQL("SELECT NULL::integer AS partner_id, NULL::integer AS lead_id WHERE FALSE")


def union(parts):
    """Rows (partner_id, lead_id) of all *parts*; nobody without any."""
    return SQL(" UNION ").join(SQL("(%s)", part) for part in parts) if parts else NOBODY


def without(members, excluded):
    """*members* who are not among *excluded*."""
    return SQL(
        """
        SELECT m.partner_id, m.lead_id FROM (%(members)s) m
        WHERE NOT EXISTS (SELECT FROM (%(excluded)s) x WHERE x.partner_id = m.partner_id)
            AND NOT EXISTS (
                SELECT FROM (%(excluded)s) x WHERE x.partner_id IS NULL AND x.lead_id = m.lead_id)
        """,
        members=members,
        excluded=excluded,
    )


def count(members):
    """How many persons there are among the rows."""
    return SQL(
        """
        SELECT COUNT(DISTINCT partner_id)
            + COUNT(DISTINCT lead_id) FILTER (WHERE partner_id IS NULL)
        FROM (%s) m
        """,
        members,
    )


# -- filling ------------------------------------------------------------------------------------


def persons(audiences, excluded):
    """SQL of the persons of a campaign (partner_id, lead_id, audience_id), in a fixed order.

    :param audiences: ``[(audience id, SQL of its members)]``, in order of precedence: who is in
        several belongs to the first
    :param excluded: SQL of members who are left out, whatever audience they are in
    """
    parts = [
        SQL(
            "SELECT partner_id, lead_id, %s AS audience_id, %s AS place FROM (%s) a",
            key,
            place,
            sql,
        )
        for place, (key, sql) in enumerate(audiences)
    ]
    rows = SQL(" UNION ALL ").join(parts) if parts else SQL("%s LIMIT 0", NO_ROW)
    return SQL(
        """
        SELECT DISTINCT ON (a.partner_id, CASE WHEN a.partner_id IS NULL THEN a.lead_id END)
            a.partner_id, a.lead_id, a.audience_id
        FROM (%(rows)s) a
        WHERE NOT EXISTS (SELECT FROM (%(excluded)s) x WHERE x.partner_id = a.partner_id)
            AND NOT EXISTS (
                SELECT FROM (%(excluded)s) x WHERE x.partner_id IS NULL AND x.lead_id = a.lead_id)
        ORDER BY a.partner_id, CASE WHEN a.partner_id IS NULL THEN a.lead_id END, a.place, a.lead_id
        """,
        rows=rows,
        excluded=excluded,
    )


NO_ROW = SQL(
    "SELECT NULL::integer AS partner_id, NULL::integer AS lead_id, "
    "NULL::integer AS audience_id, 0 AS place"
)


def keep(found):
    """Statement that keeps the persons *found* in a table of this transaction.

    :param found: rows (partner_id, lead_id, audience_id)
    """
    return SQL("CREATE TEMPORARY TABLE crm_campaign_person ON COMMIT DROP AS %s", found)


def index():
    """Statements that let PostgreSQL know the table of :func:`keep`.

    Nothing is known yet of the rows of a campaign that is filled for the first time: without an
    index each of them could be compared with each person.
    """
    return (
        SQL("CREATE INDEX ON crm_campaign_person (partner_id)"),
        SQL("CREATE INDEX ON crm_campaign_person (lead_id) WHERE partner_id IS NULL"),
        SQL("ANALYZE crm_campaign_person"),
    )


def forget():
    """Drop the table of :func:`keep` that an earlier fill of this transaction left."""
    return SQL("DROP TABLE IF EXISTS crm_campaign_person")


def follow_leads(campaign):
    """Targets who were leads without a contact and have one now stay who they are: their lots,
    and the waves that they got.
    """
    return SQL(
        """
        UPDATE crm_campaign_target t SET partner_id = f.partner_id
        FROM (
            SELECT DISTINCT ON (l.partner_id) o.id, l.partner_id
            FROM crm_campaign_target o JOIN crm_lead l ON l.id = o.lead_id
            WHERE o.campaign_id = %(campaign)s AND o.partner_id IS NULL
                AND l.partner_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM crm_campaign_target k
                    WHERE k.campaign_id = o.campaign_id AND k.partner_id = l.partner_id)
            ORDER BY l.partner_id, (o.state <> 'removed'), (o.state <> 'in'), o.id
        ) f
        WHERE t.id = f.id
        """,
        campaign=campaign.id,
    )


def insert(campaign, contacts):
    """Add the gathered persons who are no targets yet, and take back those who had left.

    :param contacts: contacts, or else leads without a contact
    """
    return SQL(
        """
        INSERT INTO crm_campaign_target (campaign_id, company_id, partner_id, lead_id, audience_id,
            commercial_partner_id, email_normalized, e164, arm, state, joined_on)
        SELECT %(campaign)s, %(company)s, m.partner_id, m.lead_id, m.audience_id,
            p.commercial_partner_id,
            COALESCE(p.email_normalized, l.email_normalized), COALESCE(n.e164, ln.e164),
            %(treated)s, 'in', (now() AT TIME ZONE 'UTC')::date
        FROM crm_campaign_person m
        LEFT JOIN res_partner p ON p.id = m.partner_id
        LEFT JOIN crm_lead l ON l.id = m.lead_id
        LEFT JOIN (%(partner_numbers)s) n ON n.id = m.partner_id
        LEFT JOIN (%(lead_numbers)s) ln ON ln.id = m.lead_id
        WHERE %(whose)s
        ORDER BY m.partner_id, m.lead_id
        ON CONFLICT %(conflict)s DO UPDATE SET state = 'in', kept_id = NULL,
            email_normalized = EXCLUDED.email_normalized, e164 = EXCLUDED.e164,
            commercial_partner_id = EXCLUDED.commercial_partner_id
        WHERE crm_campaign_target.state IN ('left', 'duplicate')
            OR (crm_campaign_target.state = 'in' AND (
                crm_campaign_target.email_normalized, crm_campaign_target.e164)
                IS DISTINCT FROM (EXCLUDED.email_normalized, EXCLUDED.e164))
        """,
        campaign=campaign.id,
        company=campaign.company_id.id or None,
        treated=draw.TREATED,
        partner_numbers=_first_number("partner_id"),
        lead_numbers=_first_number("lead_id"),
        whose=SQL("m.partner_id IS NOT NULL" if contacts else "m.partner_id IS NULL"),
        conflict=SQL(
            "(campaign_id, partner_id) WHERE partner_id IS NOT NULL"
            if contacts
            else "(campaign_id, lead_id) WHERE partner_id IS NULL AND lead_id IS NOT NULL"
        ),
    )


# -- choosing by a job ------------------------------------------------------------------------


def found(audiences, limit):
    """SQL of how many rows the audiences give, *limit* at most; who is in several counts often."""
    parts = [SQL("(SELECT 1 FROM (%s) a LIMIT %s)", members, limit) for members in audiences]
    rows = SQL(" UNION ALL ").join(parts) if parts else SQL("SELECT 1 WHERE FALSE")
    return SQL("SELECT LEAST(COUNT(*), %s) FROM (%s) f", limit, rows)


def store(choice, rows):
    """Statement that keeps the persons (:func:`persons`) beyond this transaction, in their order.

    The job that chooses targets goes through them in batches.
    """
    return SQL(
        """
        INSERT INTO crm_campaign_choice_person (choice_id, partner_id, lead_id, audience_id)
        SELECT %s, f.partner_id, f.lead_id, f.audience_id FROM (%s) f
        ORDER BY f.partner_id, f.lead_id
        """,
        choice.id,
        rows,
    )


def next_stored(choice, limit):
    """SQL of (last id, number) of the next persons of a choice."""
    return SQL(
        """
        SELECT MAX(id), COUNT(*) FROM (
            SELECT id FROM crm_campaign_choice_person WHERE choice_id = %s AND id > %s
            ORDER BY id LIMIT %s
        ) f
        """,
        choice.id,
        choice.last_person,
        limit,
    )


def stored(choice, after=None, last=None):
    """SQL of the persons of a choice: all, or those *after* an id up to the *last*."""
    part = SQL() if last is None else SQL("AND id > %s AND id <= %s", after, last)
    return SQL(
        """
        SELECT partner_id, lead_id, audience_id FROM crm_campaign_choice_person
        WHERE choice_id = %s %s ORDER BY id
        """,
        choice.id,
        part,
    )


def forget_stored(choice_ids):
    """Statement that deletes what choices have kept."""
    return SQL("DELETE FROM crm_campaign_choice_person WHERE choice_id = ANY(%s)", list(choice_ids))


def forget_orphans():
    """Statement that deletes what choices have kept that are gone."""
    return SQL(
        "DELETE FROM crm_campaign_choice_person p "
        "WHERE NOT EXISTS (SELECT FROM crm_campaign_choice c WHERE c.id = p.choice_id)"
    )


def take_back(campaign):
    """Those gathered of whom no lots were drawn are out until they are chosen anew.

    Else the control group would get what the others get.
    """
    return SQL(
        """
        UPDATE crm_campaign_target t SET state = 'left'
        WHERE t.campaign_id = %s AND t.state = 'in' AND t.drawn IS NOT TRUE AND (
            EXISTS (SELECT FROM crm_campaign_person m WHERE m.partner_id = t.partner_id)
            OR t.partner_id IS NULL AND EXISTS (SELECT FROM crm_campaign_person m
                WHERE m.partner_id IS NULL AND m.lead_id = t.lead_id))
        """,
        campaign.id,
    )


def _first_number(owner):
    """(id, e164): one number of each contact or lead, the one that was entered first."""
    column = SQL.identifier(owner)
    return SQL(
        """
        SELECT DISTINCT ON (%(owner)s) %(owner)s AS id, e164 FROM crm_contact_number
        WHERE e164 IS NOT NULL AND %(owner)s IN (SELECT %(owner)s FROM crm_campaign_person)
        ORDER BY %(owner)s, sequence, id
        """,
        owner=column,
    )


def leave(campaign):
    """Targets who are in none of the audiences any more: kept, because they may have got a wave."""
    return SQL(
        """
        UPDATE crm_campaign_target t SET state = 'left', kept_id = NULL
        WHERE t.campaign_id = %s AND t.state IN ('in', 'duplicate')
            AND NOT EXISTS (SELECT FROM crm_campaign_person m WHERE m.partner_id = t.partner_id)
            AND NOT EXISTS (SELECT FROM crm_campaign_person m
                WHERE t.partner_id IS NULL AND m.partner_id IS NULL AND m.lead_id = t.lead_id)
        """,
        campaign.id,
    )


def drop_duplicates(campaign, column, target_ids=None):
    """Of targets with the same *column* the one known longest stays, contacts before leads.

    Who got a wave before stays, too: he is the one who knows the campaign. Who was removed by hand
    is out under each of his rows: nobody with his address or number gets in. Another contact of
    his company is another person and may.

    :param target_ids: only those with the same *column* as these targets
    """
    name = SQL.identifier(column)
    states = ["in"] if column == "commercial_partner_id" else ["in", "removed"]
    only = SQL()
    if target_ids is not None:
        only = SQL(
            "AND t.%(name)s IN (SELECT %(name)s FROM crm_campaign_target WHERE id = ANY(%(ids)s))",
            name=name,
            ids=list(target_ids),
        )
    return SQL(
        """
        UPDATE crm_campaign_target t SET state = 'duplicate', kept_id = d.kept_id,
            duplicate_by = %(column)s
        FROM (
            SELECT t.id, first_value(t.id) OVER same AS kept_id
            FROM crm_campaign_target t
            LEFT JOIN (
                SELECT DISTINCT target_id FROM crm_campaign_delivery
                WHERE campaign_id = %(campaign)s AND state = 'sent'
            ) sent ON sent.target_id = t.id
            WHERE t.campaign_id = %(campaign)s AND t.state = ANY(%(states)s)
                AND t.%(name)s IS NOT NULL %(only)s
            WINDOW same AS (PARTITION BY t.%(name)s ORDER BY (t.state <> 'removed'),
                (sent.target_id IS NULL), (t.partner_id IS NULL), t.id)
        ) d
        WHERE d.id = t.id AND d.kept_id <> t.id AND t.state = 'in'
        """,
        column=column,
        campaign=campaign.id,
        name=name,
        states=states,
        only=only,
    )


# -- drawing lots ---------------------------------------------------------------------------------


def draw_lots(campaign):
    """Statement that draws arm and variant of those in the campaign who were not drawn yet.

    The same as ``tools.draw.arms`` and ``tools.draw.variants``. Rows are written in the order in
    which they are stored, not in that of the lots.
    """
    seed = str(campaign.draw_seed)
    return SQL(
        """
        WITH fresh AS (
            SELECT id,
                ROW_NUMBER() OVER (ORDER BY %(arm_lot)s, id) AS arm_place,
                (ROW_NUMBER() OVER (ORDER BY %(variant_lot)s, id) - 0.5) / COUNT(*) OVER () AS part
            FROM crm_campaign_target
            WHERE campaign_id = %(campaign)s AND state = 'in' AND drawn IS NOT TRUE
        ), quota AS MATERIALIZED (
            SELECT GREATEST(0, FLOOR(COUNT(*) * %(share)s + 0.5)
                - COUNT(*) FILTER (WHERE drawn AND arm = %(control)s)) AS persons
            FROM crm_campaign_target WHERE campaign_id = %(campaign)s AND state = 'in'
        )
        UPDATE crm_campaign_target t SET drawn = TRUE, variant = %(variant)s,
            arm = CASE WHEN fresh.arm_place <= quota.persons THEN %(control)s ELSE %(treated)s END
        FROM (SELECT * FROM fresh ORDER BY id) fresh, quota WHERE t.id = fresh.id
        """,
        arm_lot=_lot(seed, draw.ARM_DIGITS),
        variant_lot=_lot(seed, draw.VARIANT_DIGITS),
        campaign=campaign.id,
        share=campaign.control_share / 100,
        control=draw.CONTROL,
        treated=draw.TREATED,
        variant=_variant(campaign._variant_shares()),
    )


def _lot(seed, digits):
    """The lot of ``tools.draw.lot`` as a whole number, which sorts alike."""
    return SQL(
        "(('x' || substr(md5(%s || ':' || COALESCE(partner_id::text, 'L' || lead_id)), %s, 8))"
        "::bit(32)::bigint)",
        seed,
        digits,
    )


def _variant(shares):
    if not shares:
        return SQL("NULL")
    cases = [
        SQL("WHEN part < %s THEN %s", end, name) for name, end in draw.ends_of_variants(shares)
    ]
    return SQL("CASE %s END", SQL(" ").join(cases))
