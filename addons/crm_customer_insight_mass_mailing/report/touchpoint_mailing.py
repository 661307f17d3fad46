"""Mailings as rows of the touch ledger (C360-1)."""

from dataclasses import replace

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    Provider,
    outsider,
    subject,
)


def mailings():
    """What became of a mailing for each recipient: sent, opened, clicked, replied, bounced.

    Recipients of mailing lists are known by their address until it belongs to a contact. Sending
    costs what the channel's rate says; what the recipient does with the mail costs nothing.
    Test mails, and mails that were cancelled or failed, are no touches.
    """
    return Provider(
        code="mailing_trace",
        res_model="mailing.trace",
        source="mailing_trace",
        scope=SQL("s.is_test_trace IS NOT TRUE"),
        joins=SQL(
            """
            LEFT JOIN mailing_mailing mailing ON mailing.id = s.mass_mailing_id
            LEFT JOIN res_users owner ON owner.id = mailing.user_id
            LEFT JOIN crm_lead lead ON s.model = 'crm.lead' AND lead.id = s.res_id
            LEFT JOIN res_partner contact ON contact.id = CASE s.model
                WHEN 'res.partner' THEN s.res_id WHEN 'crm.lead' THEN lead.partner_id END
            CROSS JOIN LATERAL (VALUES
                ('sent', 'out', s.sent_datetime,
                    s.trace_status IN ('outgoing', 'process', 'error', 'cancel')),
                ('opened', 'in', s.open_datetime, FALSE),
                ('clicked', 'in', s.links_click_datetime, FALSE),
                ('replied', 'in', s.reply_datetime, FALSE),
                ('bounced', 'none', s.write_date, s.trace_status <> 'bounce')
            ) AS e(event, direction, date, untrue)
            """
        ),
        where=SQL("contact.id IS NULL OR (%s)", outsider(SQL("contact.id"))),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'mailing'"),
            "direction": SQL("e.direction"),
            "date": SQL("e.date"),
            "voided": SQL("e.untrue OR e.date IS NULL"),
            "company_id": SQL("COALESCE(lead.company_id, contact.company_id, owner.company_id)"),
            "partner_id": SQL("contact.id"),
            "lead_id": SQL("lead.id"),
            "email_normalized": SQL("lower(NULLIF(s.email, ''))"),
            "channel": SQL("CASE s.trace_type WHEN 'mail' THEN 'email' WHEN 'sms' THEN 'sms' END"),
            "costed": SQL("e.event = 'sent'"),
            "name": subject(SQL("mailing.subject")),
            "campaign_id": SQL("s.campaign_id"),
            "medium_id": SQL("mailing.medium_id"),
            "utm_source_id": SQL("mailing.source_id"),
            "user_id": SQL("mailing.user_id"),
        },
    )


def without_mailings(provider):
    """*provider*, which leaves mails of a mailing to :func:`mailings` if it is about messages."""
    if provider.code != "mail_message":
        return provider
    trace = SQL("SELECT FROM mailing_trace trace WHERE trace.message_id = s.message_id")
    return replace(provider, where=SQL("(%s) AND NOT EXISTS (%s)", provider.where, trace))
