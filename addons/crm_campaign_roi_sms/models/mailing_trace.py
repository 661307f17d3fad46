from odoo import fields, models


class MailingTrace(models.Model):
    """Parts of text messages of waves (ROI-1)."""

    _inherit = "mailing.trace"

    sms_parts = fields.Integer("Parts", readonly=True, help="Of the message as it was sent.")
