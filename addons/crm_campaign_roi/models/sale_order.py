from odoo import models


class SaleOrder(models.Model):
    """Orders get their campaign by its code as well, and the campaign is logged (ROI-2)."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.campaign.code.mixin"]

    def _campaign_source(self):
        lead = self.opportunity_id
        return lead if self.campaign_id and lead.campaign_id == self.campaign_id else lead.browse()
