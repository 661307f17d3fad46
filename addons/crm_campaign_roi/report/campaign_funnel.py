"""Persons and times of a campaign's funnel (ROI-2): counted by a few statements."""

from odoo.tools import SQL

#: Kinds of response that say no more than that the person was reached.
REACHED = ("delivered", "opened")
#: Responses of nobody who was reached, and those that the later steps count.
NOT_REACHED = ("bounced",)
LATER = ("lead", "quotation", "ordered", "bought", "paid")
SILENT = (*REACHED, *NOT_REACHED, *LATER)


def persons(campaign_id):
    """One row: targets who were sent something, reached, who responded; days until they did."""
    return SQL(
        """
        SELECT (SELECT COUNT(DISTINCT target_id) FROM crm_campaign_delivery
                WHERE campaign_id = %(campaign)s AND state = 'sent'),
            COUNT(*) FILTER (WHERE reached), COUNT(responded_at),
            percentile_cont(0.5) WITHIN GROUP (
                ORDER BY EXTRACT(epoch FROM responded_at - sent_at) / 86400)
        FROM (
            SELECT r.target_id, bool_or(k.code <> ALL(%(not_reached)s)) AS reached,
                MIN(r.date) FILTER (WHERE k.code <> ALL(%(silent)s)) AS responded_at
            FROM crm_campaign_response r
            JOIN crm_campaign_response_kind k ON k.id = r.kind_id
            WHERE r.campaign_id = %(campaign)s AND r.target_id IS NOT NULL
            GROUP BY r.target_id
        ) r
        LEFT JOIN (
            SELECT target_id, MIN(sent_at) AS sent_at FROM crm_campaign_delivery
            WHERE campaign_id = %(campaign)s AND state = 'sent' GROUP BY target_id
        ) s ON s.target_id = r.target_id
        """,
        campaign=campaign_id,
        not_reached=list(NOT_REACHED),
        silent=list(SILENT),
    )


def of_step(step):
    """SQL of ids: the targets whom :func:`persons` counts in a step of the funnel."""
    if step == "sent":
        return SQL("SELECT target_id FROM crm_campaign_delivery WHERE state = 'sent'")
    return SQL(
        """
        SELECT r.target_id FROM crm_campaign_response r
        JOIN crm_campaign_response_kind k ON k.id = r.kind_id AND k.code <> ALL(%s)
        """,
        list(NOT_REACHED if step == "reached" else SILENT),
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
            JOIN crm_campaign_response_kind k ON k.id = r.kind_id
            JOIN crm_campaign_target t ON t.id = r.target_id
            WHERE r.campaign_id = %(campaign)s AND k.code <> ALL(%(silent)s)
            GROUP BY t.partner_id
        ) r ON r.partner_id = l.partner_id AND r.date <= l.create_date
        WHERE l.id IN (%(leads)s)
        """,
        campaign=campaign_id,
        silent=list(SILENT),
        leads=leads,
    )
