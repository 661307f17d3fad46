from odoo import models


class AccountMove(models.Model):
    """Bills get the campaign of their purchase order (ROI-2)."""

    _inherit = "account.move"

    def _campaign_source(self):
        """Beside what hands a campaign on already: the purchase orders of the lines."""
        orders = self.invoice_line_ids.purchase_line_id.order_id
        same = orders.filtered(lambda order: order.campaign_id == self.campaign_id)
        return same[:1] or super()._campaign_source()
