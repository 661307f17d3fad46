"""Deciding the rows of a wave (ROI-1), by statements whatever their number.

The rules are those of ``tools/wave_timing.py``; a test compares both. What depends on clocks is
asked of it, once per distinct moment. Each table holds one batch and ends with the transaction.
"""

from odoo.tools import SQL

from ..tools import wave_timing

TABLES = (
    "crm_wave_row",
    "crm_wave_clock",
    "crm_wave_answer",
    "crm_wave_clear",
    "crm_wave_outcome",
    "crm_wave_slot",
)


def forget():
    """Drop the tables of an earlier batch of this transaction."""
    return SQL("DROP TABLE IF EXISTS %s", SQL(", ").join(SQL.identifier(table) for table in TABLES))


def analyze(*tables):
    """Statement that lets PostgreSQL know how many rows the tables have."""
    return SQL("ANALYZE %s", SQL(", ").join(SQL.identifier(table) for table in tables))


# -- gathering -----------------------------------------------------------------------------------


def batch(wave, now, limit):
    """Statement that keeps the rows to decide, with the moment from which they are wanted.

    Nobody else decides them: the rows are locked. Settled is the hour of who is decided again at
    the moment that was found for him: slow sending, quiet hours or pressure had moved it.
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_row ON COMMIT DROP AS
        SELECT d.id, d.partner_id, d.lead_id, d.wanted_at,
            GREATEST(%(now)s, %(planned)s::timestamp, d.wanted_at) AS base,
            COALESCE(NULLIF(p.tz, ''), NULLIF(c.tz, ''), '') AS tz,
            COALESCE(d.wanted_at >= COALESCE(%(planned)s::timestamp, d.wanted_at)
                AND d.due_at <= %(now)s AND d.due_at > %(now)s - %(grace)s, FALSE) AS settled
        FROM (
            SELECT id, partner_id, lead_id, wanted_at, due_at FROM crm_campaign_delivery
            WHERE wave_id = %(wave)s AND state = 'new'
            ORDER BY id LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ) d
        LEFT JOIN res_partner p ON p.id = d.partner_id
        LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
        """,
        now=now,
        grace=wave_timing.GRACE,
        planned=wave.date_planned or None,
        wave=wave.id,
        limit=limit,
    )


def clocks():
    """SQL of the distinct rows (base, tz, settled)."""
    return SQL("SELECT DISTINCT base, tz, settled FROM crm_wave_row")


def keep_clocks(rows):
    """Statement that keeps when the wave wants to reach whom.

    :param rows: lists (base, tz, settled, asked)
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 4
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_clock ON COMMIT DROP AS
        SELECT * FROM unnest(%s::timestamp[], %s::varchar[], %s::boolean[], %s::timestamp[])
            AS k(base, tz, settled, asked)
        """,
        *columns,
    )


def questions():
    """SQL of the rows (id, partner_id, asked) of contacts."""
    return SQL(
        """
        SELECT r.id, r.partner_id, k.asked FROM crm_wave_row r
        JOIN crm_wave_clock k USING (base, tz, settled)
        WHERE r.partner_id IS NOT NULL
        """
    )


# -- answers -------------------------------------------------------------------------------------


def active_contacts():
    """Answers (id, earliest, reasons) where there is no channel: only archived ones get nothing."""
    return SQL(
        """
        SELECT q.id, CASE WHEN p.active THEN q.asked END AS earliest,
            CASE WHEN p.active THEN '' ELSE 'archived' END AS reasons
        FROM (%s) q LEFT JOIN res_partner p ON p.id = q.partner_id
        """,
        questions(),
    )


_LEAD_HAS = {
    "email": SQL("l.email_normalized IS NOT NULL"),
    "phone": SQL("l.phone_sanitized IS NOT NULL"),
    "postal": SQL(
        "COALESCE(NULLIF(l.street, ''), NULLIF(l.zip, ''), NULLIF(l.city, '')) IS NOT NULL"
    ),
}
_LEAD_BLACKLISTED = {
    "email": SQL(
        "EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = l.email_normalized)"
    ),
    "phone": SQL(
        "EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = l.phone_sanitized)"
    ),
}


#: Contacts *d* of whom a lead *l* may be one: the same address or number.
_LEAD_IS = {
    "email": SQL(
        "JOIN res_partner p ON p.id = d.partner_id AND p.email_normalized = l.email_normalized"
    ),
    "phone": SQL(
        "JOIN crm_contact_number n ON n.partner_id = d.partner_id AND n.e164 = l.phone_sanitized"
    ),
}


def _permission(kind, channel):
    """Who said no, or nobody who said yes: a contact with the address or number, for himself.

    For mails the box counts, too, that the lead ticked on a web form which it opened by its
    personal link: without one anybody can type an address.
    """
    said = SQL(
        "EXISTS (SELECT FROM crm_contact_permission d %s WHERE d.active AND d.channel_id = %s",
        _LEAD_IS.get(kind, SQL("JOIN res_partner p ON FALSE")),
        channel.id,
    )
    missing = SQL()
    if channel.needs_permission:
        ticked = SQL("OR %s", _TICKED) if kind == "email" else SQL()
        missing = SQL(
            "WHEN NOT (%s AND d.state = 'granted') %s) THEN 'no_permission'", said, ticked
        )
    return SQL("CASE WHEN %s AND d.state = 'denied') THEN 'denied' %s END", said, missing)


_TICKED = SQL(
    """
    EXISTS (SELECT FROM crm_campaign_form_answer a WHERE a.lead_id = l.id AND a.consented
        AND a.delivery_id IS NOT NULL AND a.email_normalized = l.email_normalized)
    """
)


def _lead_standing(channel, marketing):
    kind = channel.address_kind
    codes = [SQL("CASE WHEN l.active IS NOT TRUE THEN 'archived' END")]
    if kind in _LEAD_HAS:
        codes.append(SQL("CASE WHEN l.id IS NOT NULL AND NOT (%s) THEN 'no_address' END",
                         _LEAD_HAS[kind]))  # fmt: skip
    if kind in _LEAD_BLACKLISTED:
        codes.append(SQL("CASE WHEN %s THEN 'blacklisted' END", _LEAD_BLACKLISTED[kind]))
    if marketing and channel:
        codes.append(_permission(kind, channel))
    return SQL(", ").join(codes)


def _lead_pressing(rules):
    """Until when a rule holds, as for contacts: a lead has no tier, its touches are its own."""
    parts = [SQL("SELECT NULL::timestamp AS until")]
    for rule in rules:
        scope = [SQL("t.channel_id = %s", rule.channel)] if rule.channel else []
        if rule.company:
            scope.append(SQL("(t.company_id = %s OR t.company_id IS NULL)", rule.company))
        parts.append(
            SQL(
                """
                (SELECT t.date + %(window)s FROM crm_touchpoint t
                WHERE t.lead_id = r.lead_id AND t.date > k.asked - %(window)s
                    AND t.date <= k.asked AND t.direction = 'out' AND t.channel_id IS NOT NULL
                    AND t.voided IS NOT TRUE AND %(scope)s
                ORDER BY t.date DESC OFFSET %(others)s LIMIT 1)
                """,
                window=rule.window,
                scope=SQL(" AND ").join(scope) if scope else SQL("TRUE"),
                others=rule.limit - 1,
            )
        )
    return SQL("SELECT MAX(until) AS until FROM (%s) u", SQL(" UNION ALL ").join(parts))


def leads(channel, rules=(), marketing=True):
    """Answers (id, earliest, reasons) for leads without a contact.

    Address, blacklist, archived, permission and contact pressure. Nobody records permissions of
    leads: a contact who has the lead's address or number is taken at his word.

    :param rules: pressure rules that fit the channel, as plain values
    :param marketing: whether permission is asked about
    """
    return SQL(
        """
        SELECT f.id, CASE WHEN f.standing = '' THEN GREATEST(f.asked, f.until) END AS earliest,
            concat_ws(',', NULLIF(f.standing, ''),
                CASE WHEN f.until IS NOT NULL THEN 'pressure' END) AS reasons
        FROM (
            SELECT r.id, k.asked, concat_ws(',', %s) AS standing, press.until
            FROM crm_wave_row r
            JOIN crm_wave_clock k USING (base, tz, settled)
            LEFT JOIN crm_lead l ON l.id = r.lead_id
            CROSS JOIN LATERAL (%s) press
            WHERE r.partner_id IS NULL
        ) f
        """,
        _lead_standing(channel, marketing),
        _lead_pressing([rule for rule in rules if not rule.tier]),
    )


def keep_answers(contacts, lead_rows):
    """Statement that keeps the rows with the moment asked about and the answers."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_answer ON COMMIT DROP AS
        SELECT r.id, r.partner_id, CASE WHEN r.partner_id IS NULL THEN r.lead_id END AS lead_id,
            r.wanted_at, k.asked, a.earliest, a.reasons
        FROM crm_wave_row r
        JOIN crm_wave_clock k USING (base, tz, settled)
        JOIN (%s UNION ALL %s) a ON a.id = r.id
        """,
        contacts,
        lead_rows,
    )


# -- other campaigns -----------------------------------------------------------------------------


def rivals(wave):
    """SQL of the waves of running campaigns of higher priority."""
    return SQL(
        """
        SELECT w.id FROM crm_campaign_wave w
        JOIN utm_campaign c ON c.id = w.campaign_id AND c.phase = 'running' AND c.priority > %s
        WHERE w.state IN ('running', 'done') AND c.id <> %s
        """,
        wave.campaign_id.priority,
        wave.campaign_id.id,
    )


def crowded(rival_ids, since, distance):
    """SQL of rows (id, earliest, [moments]) at which *rival_ids* (waves) want the same persons.

    :param since: earlier moments are past
    :param distance: moments further before the earliest one are in nobody's way
    """
    return SQL(
        """
        SELECT a.id, a.earliest,
            array_agg(COALESCE(d.sent_at, d.due_at) ORDER BY COALESCE(d.sent_at, d.due_at))
        FROM crm_wave_answer a
        CROSS JOIN LATERAL (
            SELECT o.wave_id, o.state, o.sent_at, o.due_at FROM crm_campaign_delivery o
            WHERE o.partner_id = a.partner_id
            UNION ALL
            SELECT o.wave_id, o.state, o.sent_at, o.due_at FROM crm_campaign_delivery o
            WHERE o.lead_id = a.lead_id AND o.partner_id IS NULL
        ) d
        WHERE d.wave_id = ANY(%(waves)s) AND d.state IN ('planned', 'sent')
            AND a.earliest IS NOT NULL AND COALESCE(d.sent_at, d.due_at) > %(since)s
            AND COALESCE(d.sent_at, d.due_at) > a.earliest - %(distance)s
        GROUP BY a.id, a.earliest
        """,
        waves=rival_ids,
        since=since,
        distance=distance,
    )


def keep_clear(rows):
    """Statement that keeps who is put off until when.

    :param rows: lists (id, moment)
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 2
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_clear ON COMMIT DROP AS
        SELECT * FROM unnest(%s::integer[], %s::timestamp[]) AS k(id, moment)
        """,
        *columns,
    )


# -- outcomes ------------------------------------------------------------------------------------


def settle(patience, reason):
    """Statement that keeps the outcomes, as ``wave_timing.settle``.

    :param patience: how long to wait for what passes by itself
    :param reason: code of being put off for another campaign
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_outcome ON COMMIT DROP AS
        SELECT s.id, s.asked, s.wanted_at, s.reasons,
            CASE WHEN s.moment <= s.asked
                OR s.moment - COALESCE(s.wanted_at, s.asked) <= %(patience)s
                THEN s.moment END AS due
        FROM (
            SELECT a.id, a.asked, a.wanted_at, COALESCE(k.moment, a.earliest) AS moment,
                concat_ws(',', NULLIF(a.reasons, ''),
                    CASE WHEN k.id IS NOT NULL THEN %(reason)s END) AS reasons
            FROM crm_wave_answer a LEFT JOIN crm_wave_clear k ON k.id = a.id
        ) s
        """,
        patience=patience,
        reason=reason,
    )


def hours():
    """SQL of the rows (hour, number) of what is to go out, in ascending order."""
    return SQL(
        """
        SELECT date_trunc('hour', due), COUNT(*) FROM crm_wave_outcome
        WHERE due IS NOT NULL GROUP BY 1 ORDER BY 1
        """
    )


def keep_slots(slots):
    """Statement that keeps which places in the order of moments go out from which hour on.

    :param slots: lists (hour, first place, last place)
    """
    columns = [list(column) for column in zip(*slots, strict=True)] or [[]] * 3
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_wave_slot ON COMMIT DROP AS
        SELECT o.id, s.hour FROM (
            SELECT id, row_number() OVER (ORDER BY due, id) AS place FROM crm_wave_outcome
            WHERE due IS NOT NULL
        ) o JOIN (
            SELECT k.hour, place
            FROM unnest(%s::timestamp[], %s::bigint[], %s::bigint[]) AS k(hour, first, last),
                generate_series(k.first, k.last) place
        ) s ON s.place = o.place
        """,
        *columns,
    )


def write(channel, company, now):
    """Statement that writes what was decided, with the cost of one contact on its day.

    A wave that sends slowly does not use up anybody's patience: wanted is the moment it goes out.
    """
    return SQL(
        """
        WITH settled AS (
            SELECT o.id, o.asked, o.wanted_at, NULLIF(o.reasons, '') AS reasons,
                GREATEST(o.due, s.hour) AS due
            FROM crm_wave_outcome o LEFT JOIN crm_wave_slot s ON s.id = o.id
        ), rate AS (
            SELECT d.day, (SELECT r.cost::float FROM crm_contact_channel_rate r
                WHERE r.channel_id = %(channel)s AND r.company_id = %(company)s
                    AND r.date_from <= d.day ORDER BY r.date_from DESC LIMIT 1) AS cost
            FROM (SELECT DISTINCT due::date AS day FROM settled WHERE due IS NOT NULL) d
        )
        UPDATE crm_campaign_delivery d SET reasons = s.reasons, checked_at = %(now)s,
            state = CASE WHEN s.due IS NULL THEN 'left_out' ELSE 'planned' END,
            reason = split_part(s.reasons, ',', 1), due_at = s.due, cost = rate.cost,
            wanted_at = CASE WHEN s.due IS NULL THEN NULL
                WHEN s.reasons IS NULL THEN COALESCE(s.wanted_at, s.due)
                ELSE COALESCE(s.wanted_at, s.asked) END
        FROM settled s LEFT JOIN rate ON rate.day = s.due::date
        WHERE d.id = s.id
        """,
        channel=channel.id or None,
        company=company.id,
        now=now,
    )
