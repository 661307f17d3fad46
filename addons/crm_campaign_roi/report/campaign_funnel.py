"""Persons and times of a campaign's funnel (ROI-2): counted by a few statements."""

from odoo.tools import SQL

#: Responses that say no more than that the person was reached.
REACHED = ("delivered", "opened")
#: Responses of nobody who was reached, and those that the later steps count.
NOT_REACHED = ("bounced",)
LATER = ("lead", "ordered", "bought")


def persons(campaign_id, with_responses):
    """One row: targets who were sent something, reached, who responded; days from sent to response.

    :param with_responses: responses are there to be counted
    """
    sent = SQL(
        """
        SELECT target_id, MIN(sent_at) AS sent_at FROM crm_campaign_delivery
        WHERE campaign_id = %s AND state = 'sent' GROUP BY target_id
        """,
        campaign_id,
    )
    if not with_responses:
        return SQL("SELECT COUNT(*), 0, 0, NULL FROM (%s) s", sent)
    return SQL(
        """
        SELECT (SELECT COUNT(*) FROM (%(sent)s) a), COUNT(*) FILTER (WHERE reached),
            COUNT(responded_at),
            percentile_cont(0.5) WITHIN GROUP (
                ORDER BY EXTRACT(epoch FROM responded_at - sent_at) / 86400)
        FROM (
            SELECT r.target_id, bool_or(r.kind <> ALL(%(not_reached)s)) AS reached,
                MIN(r.date) FILTER (WHERE r.kind <> ALL(%(silent)s)) AS responded_at
            FROM crm_campaign_response r
            WHERE r.campaign_id = %(campaign)s AND r.target_id IS NOT NULL
            GROUP BY r.target_id
        ) r
        LEFT JOIN (%(sent)s) s ON s.target_id = r.target_id
        """,
        sent=sent,
        campaign=campaign_id,
        not_reached=list(NOT_REACHED),
        silent=list(REACHED + NOT_REACHED + LATER),
    )


def lead_times(leads, deals):
    """One row of median days: lead to opportunity, opportunity to won, won to the first deal.

    :param leads: query of the campaign's leads
    :param deals: query of the deals that count
    """
    return SQL(
        """
        SELECT %(converted)s, %(won)s, %(sold)s
        FROM crm_lead l
        LEFT JOIN (SELECT lead_id, MIN(date) AS date FROM (%(deals)s) x GROUP BY lead_id) d
            ON d.lead_id = l.id
        WHERE l.id IN (%(leads)s)
        """,
        converted=_median(SQL("l.date_conversion - l.create_date"), SQL("l.type = 'opportunity'")),
        won=_median(
            SQL("l.date_closed - COALESCE(l.date_conversion, l.create_date)"),
            SQL("l.won_status = 'won'"),
        ),
        sold=_median(
            SQL("d.date::timestamp - date_trunc('day', l.date_closed)"),
            SQL("l.won_status = 'won'"),
        ),
        leads=leads,
        deals=deals,
    )


def _median(interval, condition):
    return SQL(
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM %s) / 86400) "
        "FILTER (WHERE %s)",
        interval,
        condition,
    )


def first_answers(leads, campaign_id):
    """Median days from the first response of the person to the lead."""
    return SQL(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (
            ORDER BY EXTRACT(epoch FROM l.create_date - r.date) / 86400)
        FROM crm_lead l
        JOIN (
            SELECT t.partner_id, MIN(r.date) AS date FROM crm_campaign_response r
            JOIN crm_campaign_target t ON t.id = r.target_id
            WHERE r.campaign_id = %(campaign)s AND r.kind <> ALL(%(silent)s)
            GROUP BY t.partner_id
        ) r ON r.partner_id = l.partner_id AND r.date <= l.create_date
        WHERE l.id IN (%(leads)s)
        """,
        campaign=campaign_id,
        silent=list(REACHED + NOT_REACHED + LATER),
        leads=leads,
    )
