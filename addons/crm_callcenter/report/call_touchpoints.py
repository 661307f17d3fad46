"""Calls in the touch ledger (C360-1, CC-9)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import Provider


def calls():
    """Calls with somebody outside, when they are over.

    *Answered* are those in which both sides met; a message that was played and heard counts as
    well. *Missed* are calls to us that nobody answered. That we rang in vain is no contact: it
    leaves no row, and no contact pressure.
    """
    reached = SQL(
        "(s.result = 'answered' OR (s.direction = 'outbound' AND s.result = 'ivr_contained'))"
    )
    return Provider(
        code="crm_call",
        res_model="crm.call",
        source="crm_call",
        scope=SQL("s.changed IS NOT NULL"),
        joins=SQL(
            """
            LEFT JOIN crm_call_agent agent ON agent.id = s.agent_id
            LEFT JOIN crm_call_queue queue ON queue.id = s.queue_id
            CROSS JOIN LATERAL (VALUES
                ('answered', s.state <> 'done' OR NOT %(reached)s),
                ('missed', s.state <> 'done' OR s.direction <> 'inbound' OR %(reached)s)
            ) AS e(event, voided)
            """,
            reached=reached,
        ),
        where=SQL("s.direction <> 'internal'"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'call'"),
            "direction": SQL("CASE s.direction WHEN 'inbound' THEN 'in' ELSE 'out' END"),
            "date": SQL("s.start"),
            "voided": SQL("COALESCE(e.voided, TRUE)"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "e164": SQL("CASE WHEN s.partner_id IS NULL THEN s.e164 END"),
            "name": SQL("queue.name->>'en_US'"),
            "channel": SQL("'phone'"),
            "costed": SQL("e.event = 'answered'"),
            "user_id": SQL("agent.user_id"),
        },
        clock=SQL("s.changed"),
    )
