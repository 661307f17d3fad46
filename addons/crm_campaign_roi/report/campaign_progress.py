"""How far a campaign is (ROI-1)."""

from odoo.tools import SQL

from .campaign_funnel import SILENT


def responders(campaigns):
    """Rows (campaign, targets who responded), as the funnel of the return page counts them: to open
    a mail is no answer, and what follows later (leads, orders) is counted by steps of its own.
    """
    return SQL(
        """
        SELECT r.campaign_id, COUNT(DISTINCT r.target_id)
        FROM crm_campaign_response r JOIN crm_campaign_response_kind k ON k.id = r.kind_id
        WHERE r.campaign_id = ANY(%s) AND k.code NOT IN %s GROUP BY r.campaign_id
        """,
        list(campaigns),
        SILENT,
    )


def reached(campaign):
    """One row: persons reached, deliveries planned, sent, left out and failed of a campaign.

    What a simulation says of waves that have not begun has not happened: it is counted apart.
    """
    return SQL(
        """
        SELECT COUNT(DISTINCT d.target_id) FILTER (WHERE d.state = 'sent') AS reached,
            COUNT(*) FILTER (WHERE d.state IN ('new', 'planned') AND NOT w.simulated) AS planned,
            COUNT(*) FILTER (WHERE d.state = 'sent') AS sent,
            COUNT(*) FILTER (WHERE d.state = 'left_out' AND NOT w.simulated) AS left_out,
            COUNT(*) FILTER (WHERE d.state = 'failed') AS failed,
            COUNT(*) FILTER (WHERE d.state IN ('new', 'planned', 'left_out') AND w.simulated)
                AS simulated
        FROM crm_campaign_delivery d
        JOIN (SELECT id, state IN ('draft', 'ready') AS simulated FROM crm_campaign_wave
            WHERE campaign_id = %s) w ON w.id = d.wave_id
        WHERE d.campaign_id = %s
        """,
        campaign,
        campaign,
    )


def large(campaigns, number):
    """Rows (campaign,) of those with more targets than *number*."""
    return SQL(
        """
        SELECT campaign_id FROM crm_campaign_target WHERE campaign_id = ANY(%s)
        GROUP BY campaign_id HAVING COUNT(*) > %s
        """,
        list(campaigns),
        number,
    )


def next_due(waves):
    """Rows (wave, moment): when the next delivery of each wave is due."""
    return SQL(
        """
        SELECT wave_id, MIN(due_at) FROM crm_campaign_delivery
        WHERE wave_id IN %s AND state = 'planned' GROUP BY wave_id
        """,
        tuple(waves),
    )
