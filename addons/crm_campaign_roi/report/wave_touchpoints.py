"""Letters of waves as rows of the touch ledger (C360-1, ROI-1): they cost and they press, too.

Mails are in the ledger as Odoo's mailings are, tasks as the activities that were done.
"""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import Provider, subject


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
