from odoo import fields, models


class CrmCampaignDelivery(models.Model):
    """Whoever has an open complaint gets no offers (ROI-1, SVC-C)."""

    _inherit = "crm.campaign.delivery"

    reason = fields.Selection(selection_add=[("open_complaint", "Open complaint")])
