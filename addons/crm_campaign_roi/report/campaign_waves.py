"""The rows of a wave (ROI-1), written by statements whatever their number."""

from odoo.tools import SQL


def insert(wave, condition, now):
    """Rows of targets who fit and have none; after an earlier wave so many days after it came."""
    return SQL(
        """
        INSERT INTO crm_campaign_delivery (
            wave_id, campaign_id, company_id, target_id, partner_id, lead_id, variant, state)
        SELECT %(wave)s, t.campaign_id, t.company_id, t.id, t.partner_id, t.lead_id, t.variant,
            'new'
        FROM crm_campaign_target t %(after)s
        WHERE t.id IN (%(condition)s)
            AND NOT EXISTS (SELECT FROM crm_campaign_delivery d
                WHERE d.wave_id = %(wave)s AND d.target_id = t.id)
        ORDER BY t.id
        ON CONFLICT (wave_id, target_id) DO NOTHING
        """,
        wave=wave.id,
        after=_after(wave, now),
        condition=condition,
    )


def _after(wave, now):
    if not wave.after_wave_id:
        return SQL()
    return SQL(
        """
        JOIN crm_campaign_delivery e ON e.target_id = t.id AND e.wave_id = %s
            AND e.state = 'sent' AND e.sent_at <= %s - %s * interval '1 day'
        """,
        wave.after_wave_id.id,
        now,
        wave.wait_days,
    )


def among(targets, members):
    """SQL of the ids of those *targets* (SQL of ids) who are among *members* (partner_id, lead_id).

    Two joins, each hashed whatever the number, instead of one condition with OR. A lead who became
    a contact since one of both was asked is known by the lead.
    """
    return SQL(
        """
        WITH member AS MATERIALIZED (%(members)s), candidate AS MATERIALIZED (
            SELECT t.id, t.partner_id, t.lead_id
            FROM crm_campaign_target t JOIN (%(targets)s) c ON c.id = t.id
        )
        SELECT c.id FROM candidate c JOIN member m ON m.partner_id = c.partner_id
        UNION
        SELECT c.id FROM candidate c JOIN member m ON m.lead_id = c.lead_id
            AND (c.partner_id IS NULL OR m.partner_id IS NULL)
        """,
        members=members,
        targets=targets,
    )


def number(targets):
    """SQL of how many *targets* (SQL of ids) there are."""
    return SQL("SELECT COUNT(*) FROM (%s) c", targets)


def insert_simulated(wave, condition):
    """As :func:`insert`, as if the earlier wave had reached all whom it plans to."""
    after, wanted = SQL(), SQL("NULL::timestamp")
    if wave.after_wave_id:
        after = SQL(
            "JOIN crm_campaign_delivery e ON e.target_id = t.id AND e.wave_id = %s "
            "AND e.state IN ('planned', 'sent')",
            wave.after_wave_id.id,
        )
        wanted = SQL("COALESCE(e.sent_at, e.due_at) + %s * interval '1 day'", wave.wait_days)
    return SQL(
        """
        INSERT INTO crm_campaign_delivery (wave_id, campaign_id, company_id, target_id, partner_id,
            lead_id, variant, state, wanted_at)
        SELECT %(wave)s, t.campaign_id, t.company_id, t.id, t.partner_id, t.lead_id, t.variant,
            'new', %(wanted)s
        FROM crm_campaign_target t %(after)s
        WHERE t.id IN (%(condition)s)
        ORDER BY t.id
        ON CONFLICT (wave_id, target_id) DO NOTHING
        """,
        wave=wave.id,
        wanted=wanted,
        after=after,
        condition=condition,
    )


def forget(wave):
    """Delete what was planned but never begun."""
    return SQL(
        """
        DELETE FROM crm_campaign_delivery
        WHERE wave_id = %s AND res_id IS NULL AND state IN ('new', 'planned', 'left_out')
        """,
        wave.id,
    )


def decide_again(wave, now):
    """Who had to wait and is due is decided again: much may have happened since."""
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'new'
        WHERE wave_id = %s AND state = 'planned' AND res_id IS NULL AND due_at <= %s
            AND checked_at < due_at
        """,
        wave.id,
        now,
    )


def decide_afresh(wave):
    """After a pause everybody who is still to come is decided again, with new patience."""
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'new', wanted_at = NULL
        WHERE wave_id = %s AND state = 'planned' AND res_id IS NULL
        """,
        wave.id,
    )


def retry(delivery_ids):
    """Rows that failed are decided again, with new patience."""
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'new', wanted_at = NULL, due_at = NULL,
            checked_at = NULL, reason = NULL, reasons = NULL, res_model = NULL, res_id = NULL
        WHERE id = ANY(%s)
        """,
        delivery_ids,
    )


def drop(wave, condition, reason):
    """Leave out whoever is still to come and does not fit *condition* (any more)."""
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'left_out', reason = %(reason)s,
            reasons = %(reason)s, due_at = NULL, cost = NULL
        WHERE wave_id = %(wave)s AND state IN ('new', 'planned') AND res_id IS NULL
            AND NOT EXISTS (SELECT FROM (%(condition)s) c WHERE c.id = target_id)
        """,
        wave=wave.id,
        reason=reason,
        condition=condition,
    )


def taken(wave, since):
    """(hour, number) of what the wave has sent or planned from *since* on."""
    return SQL(
        """
        SELECT date_trunc('hour', COALESCE(sent_at, due_at)), COUNT(*)
        FROM crm_campaign_delivery
        WHERE wave_id = %s AND state IN ('planned', 'sent')
            AND COALESCE(sent_at, due_at) >= date_trunc('hour', %s::timestamp)
        GROUP BY 1
        """,
        wave.id,
        since,
    )


#: Rows whose moment has come and that were decided at that moment, not before.
READY = SQL("d.state = 'planned' AND d.res_id IS NULL AND d.due_at <= d.checked_at")


def ready(wave, now, limit):
    """Ids of the next rows to send."""
    return SQL(
        """
        SELECT d.id FROM crm_campaign_delivery d
        WHERE d.wave_id = %s AND %s AND d.due_at <= %s
        ORDER BY d.due_at, d.id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        wave.id,
        READY,
        now,
        limit,
    )


def mail_parts(wave, now):
    """(variant, whether they are contacts) of what is ready to be mailed."""
    return SQL(
        """
        SELECT DISTINCT COALESCE(d.variant, ''), d.partner_id IS NOT NULL
        FROM crm_campaign_delivery d
        WHERE d.wave_id = %s AND %s AND d.due_at <= %s ORDER BY 1, 2
        """,
        wave.id,
        READY,
        now,
    )


def mail_recipients(mailing_ids, column, model, now):
    """Ids of contacts (*column* ``partner_id``) or leads whom the mailings go or went to."""
    person = SQL.identifier("d", column)
    return SQL(
        """
        SELECT %(person)s FROM crm_campaign_delivery d
        JOIN crm_campaign_wave w ON w.id = d.wave_id AND w.state = 'running'
        JOIN mailing_mailing m ON m.wave_id = w.id
            AND COALESCE(m.wave_variant, '') = COALESCE(d.variant, '')
        WHERE m.id = ANY(%(mailings)s) AND %(ready)s AND d.due_at <= %(now)s AND %(whose)s
        UNION SELECT t.res_id FROM mailing_trace t
        WHERE t.mass_mailing_id = ANY(%(mailings)s) AND t.model = %(model)s
            AND t.is_test_trace IS NOT TRUE
        """,
        person=person,
        mailings=mailing_ids,
        ready=READY,
        now=now,
        whose=SQL("d.partner_id IS NOT NULL" if column == "partner_id" else "d.partner_id IS NULL"),
        model=model,
    )


def take_traces(wave_ids, reasons):
    """Bring the rows up to what became of their mails; a bounced mail was sent.

    :param reasons: ``{kind of failure: reason}`` of cancelled ones; any other had no address
    """
    known = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in sorted(reasons.items()))
    return SQL(
        """
        UPDATE crm_campaign_delivery d SET state = n.state, res_model = 'mailing.trace',
            res_id = n.id, sent_at = CASE WHEN n.state = 'sent' THEN n.sent_at END,
            reason = n.reason, reasons = COALESCE(n.failure_type, n.reason)
        FROM (
            SELECT DISTINCT ON (m.wave_id, t.model, t.res_id)
                t.id, m.wave_id, t.model, t.res_id, t.failure_type,
                COALESCE(t.sent_datetime, t.write_date) AS sent_at,
                CASE WHEN t.trace_status IN ('outgoing', 'process') THEN 'planned'
                    WHEN t.trace_status = 'cancel' THEN 'left_out'
                    WHEN t.trace_status = 'error' THEN 'failed' ELSE 'sent' END AS state,
                CASE WHEN t.trace_status = 'error' THEN 'error'
                    WHEN t.trace_status <> 'cancel' THEN NULL
                    ELSE COALESCE(k.reason, 'no_address') END AS reason
            FROM mailing_trace t
            JOIN mailing_mailing m ON m.id = t.mass_mailing_id
            LEFT JOIN (VALUES %(known)s) AS k (failure_type, reason)
                ON k.failure_type = t.failure_type
            WHERE m.wave_id = ANY(%(waves)s) AND t.is_test_trace IS NOT TRUE
            ORDER BY m.wave_id, t.model, t.res_id,
                t.trace_status IN ('cancel', 'error'), t.id DESC
        ) n
        WHERE d.wave_id = n.wave_id AND d.state IN ('planned', 'sent', 'failed', 'left_out')
            AND ((n.model = 'res.partner' AND d.partner_id = n.res_id)
                OR (n.model = 'crm.lead' AND d.partner_id IS NULL AND d.lead_id = n.res_id))
            AND (d.state, d.res_id) IS DISTINCT FROM (n.state, n.id)
        """,
        waves=wave_ids,
        known=known,
    )


def repliers(wave):
    """SQL of the targets who replied to the mail of *wave*."""
    return SQL(
        """
        SELECT e.target_id FROM crm_campaign_delivery e
        JOIN mailing_trace t ON t.id = e.res_id
        WHERE e.wave_id = %s AND e.res_model = 'mailing.trace' AND t.trace_status = 'reply'
        """,
        wave.id,
    )


def done(delivery_ids, res_model, res_ids, now):
    """Rows that were sent, and what was made for them."""
    return SQL(
        """
        UPDATE crm_campaign_delivery d SET state = 'sent', sent_at = %s, res_model = %s,
            res_id = r.res_id, reason = NULL, reasons = NULL
        FROM unnest(%s::int[], %s::int[]) AS r(id, res_id) WHERE d.id = r.id
        """,
        now,
        res_model,
        delivery_ids,
        res_ids,
    )


def left_out(delivery_ids, reason):
    """Rows that cannot be sent after all."""
    return SQL(
        """
        UPDATE crm_campaign_delivery SET state = 'left_out', reason = %s, reasons = %s,
            due_at = NULL, cost = NULL
        WHERE id = ANY(%s)
        """,
        reason,
        reason,
        delivery_ids,
    )
