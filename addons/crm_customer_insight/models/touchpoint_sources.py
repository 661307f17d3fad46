"""Indexes by which the ledger finds what changed in its sources since the last fill.

Core indexes neither ``write_date`` nor the end of meetings; without these every incremental
fill would read its source from end to end.
"""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _insight_fill_idx = models.Index("(write_date, id)")


class AccountMove(models.Model):
    _inherit = "account.move"

    _insight_fill_idx = models.Index(
        "(write_date, id) WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _insight_fill_idx = models.Index("(write_date, id)")


class CrmLead(models.Model):
    _inherit = "crm.lead"

    _insight_fill_idx = models.Index("(write_date, id)")


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # A meeting becomes a fact when it ends, or when it is changed afterwards.
    _insight_fill_idx = models.Index("(GREATEST(write_date, stop), id)")


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    _insight_fill_idx = models.Index("(write_date, id)")


class MailActivity(models.Model):
    _inherit = "mail.activity"

    _insight_fill_idx = models.Index("(write_date, id)")


class MailMessage(models.Model):
    _inherit = "mail.message"

    # Only what may be a contact with a customer: most messages are notices of the system.
    _insight_fill_idx = models.Index(
        "(write_date, id) WHERE model IN ('res.partner', 'crm.lead', 'sale.order', 'account.move')"
        " AND message_type IN ('comment', 'email', 'email_outgoing')"
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Anonymous touches find their person by his address.
    _insight_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
