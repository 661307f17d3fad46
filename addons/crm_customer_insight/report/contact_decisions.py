"""Decisions about any number of contacts (C360-2, ROI-1), by a few statements.

The rules are those of ``tools/contact_policy.py``, which is their specification; a test compares
both. What depends on clocks and time zones is not said twice: the distinct moments are handed to
the policy, and its answers are joined.
"""

from odoo.tools import SQL

DAY = 24 * 60


def forget():
    """Drop the tables that an earlier question of this transaction has left."""
    return SQL("DROP TABLE IF EXISTS crm_contact_answer, crm_contact_quiet")


def gather(questions, channel, rules, company, marketing=True):
    """Statement that answers all but quiet hours, in a table of this transaction.

    Its columns: id, asked, standing and pressure (codes with commas between), base (when pressure
    is over), quiet_from and quiet_to (minutes of the day, empty without quiet hours), tz.

    :param questions: SQL of rows (id, partner_id, asked); ids are unique
    :param rules: pressure rules of the channel, as plain values
    :param company: whose tiers count, and whose zone where a contact has none
    """
    joins = [_BLACKLIST] if channel.address_kind == "email" else []
    if any(rule.tier for rule in rules):
        joins.append(_tier(company))
    joins += [_pressing(place, rule) for place, rule in enumerate(rules)]
    untils = [SQL.identifier(f"rule{place}", "until") for place in range(len(rules))]
    pressing = [SQL("CASE WHEN %s IS NOT NULL THEN 'pressure' END", until) for until in untils]
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_contact_answer ON COMMIT DROP AS
        SELECT q.id, q.asked, %(standing)s AS standing, concat_ws(',', %(pressing)s) AS pressure,
            GREATEST(%(untils)s) AS base,
            CASE WHEN quiet.starts <> quiet.ends THEN quiet.starts END AS quiet_from,
            CASE WHEN quiet.starts <> quiet.ends THEN quiet.ends END AS quiet_to,
            COALESCE(NULLIF(p.tz, ''), NULLIF(c.tz, ''), %(zone)s) AS tz
        FROM (%(questions)s) q
        LEFT JOIN res_partner p ON p.id = q.partner_id
        LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
        LEFT JOIN crm_contact_permission own
            ON own.partner_id = p.id AND own.channel_id = %(channel)s AND own.active
        LEFT JOIN crm_contact_permission firm ON firm.partner_id = p.commercial_partner_id
            AND firm.channel_id = %(channel)s AND firm.active AND own.id IS NULL
        CROSS JOIN LATERAL (SELECT %(starts)s AS starts, %(ends)s AS ends) quiet
        %(joins)s
        """,
        standing=_standing(channel, marketing),
        pressing=SQL(", ").join(pressing) if pressing else SQL("NULL"),
        untils=SQL(", ").join([SQL("q.asked"), *untils]),
        zone=company.partner_id.tz or "UTC",
        questions=questions,
        channel=channel.id,
        starts=_minutes("quiet_from"),
        ends=_minutes("quiet_to"),
        joins=SQL(" ").join(joins),
    )


def _minutes(name):
    """The minute of the day in the permission in force, as ``QuietHours.from_hours`` rounds."""
    return SQL(
        "round(COALESCE(CASE WHEN own.id IS NULL THEN %s ELSE %s END, 0) * 60)::integer %% %s",
        SQL.identifier("firm", name),
        SQL.identifier("own", name),
        DAY,
    )


# -- standing reasons ----------------------------------------------------------------------------

_HAS_ADDRESS = {
    "email": SQL("p.email_normalized IS NOT NULL"),
    "phone": SQL(
        """p.phone_sanitized IS NOT NULL OR EXISTS (
            SELECT FROM crm_contact_number n WHERE n.partner_id = p.id AND n.e164 IS NOT NULL)"""
    ),
    "postal": SQL(
        "COALESCE(NULLIF(p.street, ''), NULLIF(p.zip, ''), NULLIF(p.city, '')) IS NOT NULL"
    ),
}
_BLACKLISTED = {
    "email": SQL("black.id IS NOT NULL"),
    "phone": SQL(
        """EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number IN (
            SELECT n.e164 FROM crm_contact_number n WHERE n.partner_id = p.id
            UNION ALL SELECT p.phone_sanitized))"""
    ),
}
#: Addresses are unique in the blacklist.
_BLACKLIST = SQL(
    "LEFT JOIN mail_blacklist black ON black.active AND black.email = p.email_normalized"
)


def _standing(channel, marketing):
    """Codes in the order of the policy; who does not exist any more is archived."""
    kind = channel.address_kind
    codes = [SQL("CASE WHEN p.active IS NOT TRUE THEN 'archived' END")]
    if kind in _HAS_ADDRESS:
        codes.append(SQL("CASE WHEN NOT (%s) THEN 'no_address' END", _HAS_ADDRESS[kind]))
    if kind in _BLACKLISTED:
        codes.append(SQL("CASE WHEN %s THEN 'blacklisted' END", _BLACKLISTED[kind]))
    if marketing:
        missing = SQL("WHEN '' THEN 'no_permission'") if channel.needs_permission else SQL()
        codes.append(
            SQL(
                "CASE COALESCE(own.state, firm.state, '') WHEN 'denied' THEN 'denied' %s END",
                missing,
            )
        )
    return SQL(
        "CASE WHEN p.id IS NULL THEN 'archived' ELSE concat_ws(',', %s) END",
        SQL(", ").join(codes),
    )


# -- contact pressure ----------------------------------------------------------------------------


def _tier(company):
    return SQL(
        """
        LEFT JOIN LATERAL (
            SELECT s.tier FROM crm_customer_snapshot s
            WHERE s.partner_id = p.commercial_partner_id AND s.is_current
                AND (s.company_id = %s OR s.company_id IS NULL)
            ORDER BY s.company_id NULLS LAST LIMIT 1
        ) rated ON TRUE
        """,
        company.id,
    )


def _pressing(place, rule):
    """Join that tells until when a rule holds: one place is free when the oldest of as many
    contacts as are allowed leaves the window.
    """
    scope = []
    if rule.channel:
        scope.append(SQL("t.channel_id = %s", rule.channel))
    if rule.company:
        scope.append(SQL("(t.company_id = %s OR t.company_id IS NULL)", rule.company))
    if rule.tier:
        scope.append(SQL("rated.tier = %s", rule.tier))
    return SQL(
        """
        LEFT JOIN LATERAL (
            SELECT t.date + %(window)s AS until FROM crm_touchpoint t
            WHERE t.partner_id = p.id AND t.date > q.asked - %(window)s AND t.date <= q.asked
                AND t.direction = 'out' AND t.channel_id IS NOT NULL AND t.voided IS NOT TRUE
                AND %(scope)s
            ORDER BY t.date DESC OFFSET %(others)s LIMIT 1
        ) %(name)s ON TRUE
        """,
        window=rule.window,
        scope=SQL(" AND ").join(scope) if scope else SQL("TRUE"),
        others=rule.limit - 1,
        name=SQL.identifier(f"rule{place}"),
    )


# -- quiet hours ---------------------------------------------------------------------------------


def moments():
    """SQL of the distinct rows (moment, quiet_from, quiet_to, tz) to ask the policy about."""
    return SQL(
        """
        SELECT DISTINCT m.moment, a.quiet_from, a.quiet_to, a.tz
        FROM crm_contact_answer a CROSS JOIN LATERAL (VALUES (a.asked), (a.base)) m (moment)
        WHERE a.quiet_from IS NOT NULL
        """
    )


def keep_quiet(rows):
    """Statement that keeps the policy's answers.

    :param rows: lists (moment, quiet_from, quiet_to, tz, until)
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_contact_quiet ON COMMIT DROP AS
        SELECT * FROM unnest(%s::timestamp[], %s::integer[], %s::integer[], %s::varchar[],
            %s::timestamp[]) AS k(moment, quiet_from, quiet_to, tz, until)
        """,
        *columns,
    )


def analyze():
    """Statement that lets PostgreSQL know how many answers there are."""
    return SQL("ANALYZE crm_contact_answer, crm_contact_quiet")


def answers():
    """SQL of the rows (id, earliest, reasons): earliest is empty when waiting does not help, and
    reasons is a text of codes with commas between, in the order of the policy.
    """
    return SQL(
        """
        SELECT a.id,
            CASE WHEN a.standing = '' THEN COALESCE(later.until, a.base) END AS earliest,
            concat_ws(',', NULLIF(a.standing, ''), NULLIF(a.pressure, ''),
                CASE WHEN at_once.until > a.asked THEN 'quiet_hours' END) AS reasons
        FROM crm_contact_answer a
        LEFT JOIN crm_contact_quiet at_once ON %s
        LEFT JOIN crm_contact_quiet later ON %s
        """,
        _same("at_once", "asked"),
        _same("later", "base"),
    )


def _same(name, moment):
    columns = [(column, column) for column in ("quiet_from", "quiet_to", "tz")]
    return SQL(" AND ").join(
        SQL("%s = %s", SQL.identifier(name, theirs), SQL.identifier("a", ours))
        for theirs, ours in (("moment", moment), *columns)
    )
