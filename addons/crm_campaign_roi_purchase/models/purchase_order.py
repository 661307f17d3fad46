from odoo import fields, models


class PurchaseOrder(models.Model):
    """The campaign that an order is for; its budget is asked on confirmation (ROI-1, ROI-2)."""

    _inherit = "purchase.order"

    campaign_id = fields.Many2one(
        "utm.campaign",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        domain=[("is_template", "=", False), ("phase", "in", ("approved", "running", "finished"))],
        help="What is ordered is cost of this campaign, unless a line has an analytic account of "
        "another one.",
    )

    def write(self, vals):
        """Confirmed orders are commitments; so is what is cancelled no longer one.

        :raises UserError: when the budget of a campaign has no room for what is confirmed
        """
        result = super().write(vals)
        changed = not {"campaign_id", "currency_id", "date_order"}.isdisjoint(vals)
        if "state" in vals or (changed and "purchase" in self.mapped("state")):
            self.order_line._commit_to_campaigns()
        return result

    def _prepare_invoice(self):
        """Bills get the campaign."""
        values = super()._prepare_invoice()
        if self.campaign_id:
            values["campaign_id"] = self.campaign_id.id
        return values
