"""What targets of campaigns did, read from the touch ledger (ROI-1), set-based.

A touch is a response to a campaign when it names the campaign, or when it names none and came
after the target had got a wave. It counts within the campaign's return window, its days in UTC as
those of deals, in the companies that take part. Nobody's other campaign is taken away: a touch
that names another campaign is that one's.
"""

from odoo.tools import SQL

#: Documents that a colleague of the target may sign: they count for the company's target.
MONEY = ("quotation", "order", "invoice", "payment")

#: The wave of a mailing's trace.
MAILING = SQL(
    """SELECT m.wave_id FROM mailing_trace mt
        JOIN mailing_mailing m ON m.id = mt.mass_mailing_id WHERE mt.id = f.res_id"""
)


def answered_wave(table):
    """SELECT of the wave whose row a document ``f.res_id`` in *table* answers."""
    return SQL(
        """SELECT d.wave_id FROM %s r
            JOIN crm_campaign_delivery d ON d.id = r.campaign_delivery_id
            WHERE r.id = f.res_id""",
        SQL.identifier(table),
    )


def own_subject(model, table, field):
    """Condition: without a mark of a campaign, documents of *model* are touches ``t`` of ``p``'s
    campaign only if one of its waves is about their *field*.
    """
    return SQL(
        """(t.res_model <> %(model)s OR t.campaign_id IS NOT NULL OR EXISTS (
            SELECT FROM %(table)s r JOIN crm_campaign_wave w ON w.%(field)s = r.%(field)s
            WHERE r.id = t.res_id AND w.campaign_id = p.campaign_id))""",
        model=model,
        table=SQL.identifier(table),
        field=SQL.identifier(field),
    )


def wanted(kinds):
    """Rows (kind, event, res_model, code) of *kinds*, ``{(kind, event, model or None): code}``."""
    rows = SQL(", ").join(
        SQL("(%s, %s, %s::varchar, %s)", kind, event, model, code)
        for (kind, event, model), code in kinds.items()
    )
    return SQL("(VALUES %s)", rows)


def gather(campaigns, kinds, waves=(), limits=()):
    """Statement that keeps the responses of *campaigns* (ids) in a table of this transaction.

    A person who is a duplicate responds for the one who was kept. Of several targets that a touch
    fits, the contact himself comes first, then his lead, his address, his company: what a target
    who got nothing does himself is not his colleague's response.

    :param waves: pairs (model, SELECT of the wave that a document ``f.res_id`` is about)
    :param limits: conditions on the touch ``t`` of a person ``p`` of the campaign
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_campaign_answer ON COMMIT DROP AS
        WITH campaign AS (
            SELECT id, company_id, COALESCE(window_start, create_date::date) AS since,
                COALESCE(window_end + 1, 'infinity'::date) AS until
            FROM utm_campaign WHERE id IN %(campaigns)s
        ), person AS (
            SELECT g.campaign_id, c.company_id, c.since, c.until, g.partner_id, g.lead_id,
                g.email_normalized, g.commercial_partner_id,
                CASE WHEN g.state = 'duplicate' THEN g.kept_id ELSE g.id END AS target_id
            FROM crm_campaign_target g JOIN campaign c ON c.id = g.campaign_id
        ), got AS (
            SELECT target_id, MIN(sent_at) AS sent_at FROM crm_campaign_delivery
            WHERE campaign_id IN %(campaigns)s AND state = 'sent' GROUP BY target_id
        )
        SELECT f.campaign_id, f.target_id, f.company_id, k.id AS kind_id, f.date, f.res_model,
            f.res_id, f.event, COALESCE(document.wave_id, wave.id) AS wave_id
        FROM (
            SELECT DISTINCT ON (t.campaign_id, t.id) t.*, got.sent_at
            FROM (%(touches)s) t LEFT JOIN got ON got.target_id = t.target_id
            ORDER BY t.campaign_id, t.id, t.place, got.sent_at IS NULL, t.target_id
        ) f
        JOIN crm_campaign_response_kind k ON k.code = f.code
        LEFT JOIN LATERAL (%(document)s) document ON TRUE
        LEFT JOIN LATERAL (%(wave)s) wave ON TRUE
        WHERE f.touched_by = f.campaign_id
            OR (f.touched_by IS NULL AND f.kind <> 'mailing' AND f.date >= f.sent_at)
        """,
        campaigns=tuple(campaigns),
        touches=_touches(wanted(kinds), limits),
        document=SQL(" UNION ALL ").join(
            SQL("SELECT x.wave_id FROM (%s) x WHERE f.res_model = %s", select, model)
            for model, select in (("mailing.trace", MAILING), *waves)
        ),
        wave=SQL(
            """SELECT d.wave_id AS id FROM crm_campaign_delivery d
                WHERE d.target_id = f.target_id AND d.state = 'sent' AND d.sent_at <= f.date
                ORDER BY d.sent_at DESC, d.id DESC LIMIT 1"""
        ),
    )


def _touches(kinds, limits):
    """Touches that may be responses, once for each way by which a target is recognized."""
    ways = (
        SQL("t.partner_id = p.partner_id"),
        SQL("t.lead_id = p.lead_id"),
        SQL("t.partner_id IS NULL AND t.email_normalized = p.email_normalized"),
        SQL("t.commercial_partner_id = p.commercial_partner_id AND t.kind IN %s", MONEY),
    )
    return SQL(" UNION ALL ").join(
        SQL(
            """
            SELECT t.id, t.date, t.kind, t.event, t.res_model, t.res_id, k.code, %(place)s AS place,
                t.campaign_id AS touched_by, p.campaign_id, p.target_id, p.company_id
            FROM person p
            JOIN crm_touchpoint t ON %(way)s AND t.date >= p.since AND t.date < p.until
            JOIN %(kinds)s k (kind, event, res_model, code)
                ON k.kind = t.kind AND k.event = t.event
                AND (k.res_model IS NULL OR k.res_model = t.res_model)
            WHERE t.voided IS NOT TRUE AND p.target_id IS NOT NULL AND %(company)s AND %(true)s
                AND %(limits)s
            """,
            place=place,
            way=way,
            kinds=kinds,
            company=_same_company(),
            true=_not_ours(),
            limits=SQL(" AND ").join(limits) if limits else SQL("TRUE"),
        )
        for place, way in enumerate(ways)
    )


def _same_company():
    return SQL(
        """(p.company_id IS NULL OR t.company_id IS NULL OR t.company_id = p.company_id
            OR EXISTS (SELECT FROM crm_campaign_company_rel r
                WHERE r.campaign_id = p.campaign_id AND r.company_id = t.company_id))"""
    )


def _not_ours():
    """A mail that came back was not delivered; what we made of a group is no response."""
    return SQL(
        """NOT (t.kind = 'mailing' AND t.event = 'sent' AND EXISTS (
                SELECT FROM crm_touchpoint b WHERE b.res_model = t.res_model
                    AND b.res_id = t.res_id AND b.event = 'bounced' AND b.voided IS NOT TRUE))
            AND NOT (t.res_model = 'crm.lead' AND EXISTS (
                SELECT FROM crm_campaign_handover h
                WHERE h.lead_id = t.res_id AND h.lead_made IS TRUE))"""
    )


def forget():
    """Drop the table of :func:`gather` that an earlier reading of this transaction left."""
    return SQL("DROP TABLE IF EXISTS crm_campaign_answer")


def index():
    """Statements that let PostgreSQL know the table of :func:`gather`; without statistics it
    would compare each response with each row."""
    return (
        SQL("CREATE INDEX ON crm_campaign_answer (res_model, res_id, event, campaign_id)"),
        SQL("ANALYZE crm_campaign_answer"),
    )


def insert():
    """Add what is new, correct what changed."""
    return SQL(
        """
        INSERT INTO crm_campaign_response (campaign_id, wave_id, target_id, partner_id, lead_id,
            company_id, kind_id, date, res_model, res_id, event, by_hand)
        SELECT a.campaign_id, a.wave_id, a.target_id, g.partner_id, g.lead_id, a.company_id,
            a.kind_id, a.date, a.res_model, a.res_id, a.event, FALSE
        FROM crm_campaign_answer a JOIN crm_campaign_target g ON g.id = a.target_id
        ON CONFLICT (campaign_id, res_model, res_id, event) WHERE res_model IS NOT NULL
        DO UPDATE SET wave_id = EXCLUDED.wave_id, target_id = EXCLUDED.target_id,
            partner_id = EXCLUDED.partner_id, lead_id = EXCLUDED.lead_id,
            company_id = EXCLUDED.company_id, kind_id = EXCLUDED.kind_id, date = EXCLUDED.date
        WHERE (crm_campaign_response.wave_id, crm_campaign_response.target_id,
                crm_campaign_response.partner_id, crm_campaign_response.lead_id,
                crm_campaign_response.company_id, crm_campaign_response.kind_id,
                crm_campaign_response.date)
            IS DISTINCT FROM (EXCLUDED.wave_id, EXCLUDED.target_id, EXCLUDED.partner_id,
                EXCLUDED.lead_id, EXCLUDED.company_id, EXCLUDED.kind_id, EXCLUDED.date)
        """
    )


def withdraw(campaigns):
    """Take back what is no response any more: voided, of another campaign, of another person."""
    return SQL(
        """
        DELETE FROM crm_campaign_response r
        WHERE r.campaign_id IN %s AND r.by_hand IS NOT TRUE AND NOT EXISTS (
            SELECT FROM crm_campaign_answer a
            WHERE a.campaign_id = r.campaign_id AND a.res_model = r.res_model
                AND a.res_id = r.res_id AND a.event = r.event)
        """,
        tuple(campaigns),
    )


# -- groups -------------------------------------------------------------------------------------


def members(group, now):
    """SQL of the targets (id, partner_id, lead_id) who are in a response group at *now*.

    Whom the wave (or, for a group of the whole campaign, the first wave) has reached, and who did
    one of the kinds within the days and none of the others. Whether somebody did not is known
    when the days are over.
    """
    done = _did(group, group.any_kind_ids) if group.any_kind_ids else SQL("TRUE")
    not_done = SQL("NOT %s", _did(group, group.none_kind_ids)) if group.none_kind_ids else None
    known = SQL("TRUE")
    if group.none_kind_ids and group.within_days:
        known = SQL("got.sent_at + %s * interval '1 day' <= %s", group.within_days, now)
    return SQL(
        """
        SELECT g.id, g.partner_id, g.lead_id FROM crm_campaign_target g
        JOIN (%s) got ON got.target_id = g.id
        WHERE g.campaign_id = %s AND g.state IN ('in', 'left') AND %s AND %s AND %s
        """,
        _reached(group),
        group.campaign_id.id,
        done,
        not_done or SQL("TRUE"),
        known,
    )


def _reached(group):
    """Rows (target_id, sent_at): when each target got the wave or the campaign."""
    if group.wave_id:
        return SQL(
            "SELECT target_id, sent_at FROM crm_campaign_delivery"
            " WHERE wave_id = %s AND state = 'sent'",
            group.wave_id.id,
        )
    return SQL(
        """
        SELECT g.id AS target_id, COALESCE(MIN(d.sent_at), MIN(c.window_start)) AS sent_at
        FROM crm_campaign_target g
        JOIN utm_campaign c ON c.id = g.campaign_id
        LEFT JOIN crm_campaign_delivery d ON d.target_id = g.id AND d.state = 'sent'
        WHERE g.campaign_id = %s AND g.arm = 'treated'
        GROUP BY g.id
        """,
        group.campaign_id.id,
    )


def _did(group, kinds):
    """Condition: the target ``g`` did one of *kinds* within the days after ``got.sent_at``."""
    wave, days = SQL(), SQL()
    if group.wave_id:
        wave = SQL(" AND (r.wave_id IS NULL OR r.wave_id = %s)", group.wave_id.id)
    if group.within_days:
        days = SQL(" AND r.date < got.sent_at + %s * interval '1 day'", group.within_days)
    return SQL(
        """
        EXISTS (SELECT FROM crm_campaign_response r
            WHERE r.target_id = g.id AND r.kind_id IN %s AND r.date >= got.sent_at %s %s)
        """,
        tuple(kinds.ids),
        wave,
        days,
    )


def counts(groups, now):
    """SQL of the rows (group, members) of several groups."""
    return SQL(" UNION ALL ").join(
        SQL("SELECT %s AS id, COUNT(*) AS members FROM (%s) m", group.id, members(group, now))
        for group in groups
    )
