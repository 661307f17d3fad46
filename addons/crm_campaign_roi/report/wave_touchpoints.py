"""Letters of waves as rows of the touch ledger (C360-1, ROI-1): they cost and they press, too.

Mails are in the ledger as Odoo's mailings are, tasks as the activities that were done.
"""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    Provider,
    international,
    subject,
)

from ..tools.web_form import RESPONSES


def letters():
    """What was printed for each recipient; sending costs what the channel's rate says."""
    return Provider(
        code="campaign_letter",
        res_model="crm.campaign.delivery",
        source="crm_campaign_delivery",
        scope=SQL("s.state = 'sent' AND s.res_model = 'ir.attachment'"),
        clock=SQL("s.sent_at"),
        joins=SQL(
            """
            JOIN crm_campaign_wave wave ON wave.id = s.wave_id
            LEFT JOIN crm_contact_channel channel ON channel.id = wave.channel_id
            """
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'sent'"),
            "kind": SQL("'mailing'"),
            "direction": SQL("'out'"),
            "date": SQL("s.sent_at"),
            "voided": SQL("FALSE"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "lead_id": SQL("s.lead_id"),
            "channel": SQL("channel.code"),
            "costed": SQL("TRUE"),
            "name": subject(SQL("COALESCE(wave.subject, wave.name)")),
            "campaign_id": SQL("s.campaign_id"),
            "user_id": SQL("wave.user_id"),
        },
    )


def form_answers():
    """Answers on web forms, as what they count; of a changed answer the latest stands."""
    events = SQL(", ").join(SQL("(%s)", code) for code in RESPONSES)
    return Provider(
        code="campaign_form",
        res_model="crm.campaign.form.answer",
        source="crm_campaign_form_answer",
        joins=SQL(
            """
            JOIN crm_campaign_form form ON form.id = s.form_id
            LEFT JOIN crm_campaign_form_choice choice ON choice.id = s.choice_id
            LEFT JOIN crm_campaign_response_kind k ON k.id = choice.response_kind_id
            CROSS JOIN (VALUES %s) AS e(event)
            """,
            events,
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'form'"),
            "direction": SQL("'in'"),
            "date": SQL("s.date"),
            "voided": SQL("e.event <> COALESCE(k.code, %s)", RESPONSES[0]),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "lead_id": SQL("s.lead_id"),
            "email_normalized": SQL("s.email_normalized"),
            "e164": international(SQL("s.phone")),
            "channel": SQL("'web'"),
            "costed": SQL("TRUE"),
            "name": subject(SQL("concat_ws(': ', form.name->>'en_US', choice.name->>'en_US')")),
            "campaign_id": SQL("s.campaign_id"),
        },
    )
