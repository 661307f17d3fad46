"""What came of the calls of a campaign, in the touch ledger (ROI-1, ROI-2, CC-6)."""

from dataclasses import replace

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import Provider

ATTEMPT = "crm.call.list.attempt"


def with_campaign(provider):
    """The provider of calls, with the campaign whose list made the call: its cost goes there."""
    return replace(
        provider,
        joins=SQL(
            """%s
            LEFT JOIN LATERAL (
                SELECT l.campaign_id FROM crm_call_list_attempt a
                  JOIN crm_call_list l ON l.id = a.list_id
                 WHERE a.call_id = s.id LIMIT 1) listed ON TRUE""",
            provider.joins,
        ),
        columns={**provider.columns, "campaign_id": SQL("listed.campaign_id")},
    )


def attempts():
    """What people said on the calls of a campaign.

    The contact itself, its channel and its cost are those of the call; these rows have neither.
    """
    return Provider(
        code="crm_call_list_attempt",
        res_model=ATTEMPT,
        source="crm_call_list_attempt",
        joins=SQL(
            """
            JOIN crm_call_list l ON l.id = s.list_id
            JOIN crm_call_list_entry entry ON entry.id = s.entry_id
            LEFT JOIN crm_call_agent agent ON agent.id = s.agent_id
            CROSS JOIN LATERAL (VALUES
                ('talked', s.result NOT IN ('answered', 'callback_requested')),
                ('refused', s.result <> 'refused'),
                ('confirmed', s.result <> 'confirmed'),
                ('heard', s.result <> 'heard')
            ) AS e(event, voided)
            """
        ),
        where=SQL("l.campaign_id IS NOT NULL"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'other'"),
            "direction": SQL("'none'"),
            "date": SQL("s.date"),
            "voided": SQL("e.voided"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("entry.partner_id"),
            "lead_id": SQL("entry.lead_id"),
            "name": SQL("left(l.name, 120)"),
            "campaign_id": SQL("l.campaign_id"),
            "user_id": SQL("agent.user_id"),
        },
    )


def wave():
    """SELECT of the wave on whose list the attempt ``f.res_id`` was made."""
    return SQL(
        """SELECT d.wave_id FROM crm_call_list_attempt a
            JOIN crm_campaign_delivery d
              ON d.res_model = 'crm.call.list.entry' AND d.res_id = a.entry_id
            WHERE a.id = f.res_id"""
    )
