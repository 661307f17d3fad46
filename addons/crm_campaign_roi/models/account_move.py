from odoo import models


class AccountMove(models.Model):
    """The campaign of invoices is logged (ROI-2)."""

    _name = "account.move"
    _inherit = ["account.move", "crm.campaign.link.mixin"]

    def _campaign_source(self):
        """The orders of its lines, else the invoice that a credit note takes back."""
        orders = self.invoice_line_ids.sale_line_ids.order_id
        for source in (orders, self.reversed_entry_id):
            if same := source.filtered(lambda one: one.campaign_id == self.campaign_id):
                return same[0]
        return self.browse()
