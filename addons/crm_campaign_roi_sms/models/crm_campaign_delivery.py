from odoo import fields, models


class CrmCampaignDelivery(models.Model):
    """Text messages of waves: parts, and numbers that are none (ROI-1)."""

    _inherit = "crm.campaign.delivery"

    reason = fields.Selection(selection_add=[("wrong_number", "Not a usable number")])
    sms_parts = fields.Integer(
        "Parts", readonly=True, help="Of the text message; each is paid for."
    )
