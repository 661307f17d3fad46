from odoo import fields, models


class UtmCampaign(models.Model):
    """What was ordered for a campaign (ROI-2)."""

    _inherit = "utm.campaign"

    purchase_line_count = fields.Integer(
        "Purchase order lines",
        compute="_compute_purchase_line_count",
        groups="purchase.group_purchase_user",
    )

    def _compute_purchase_line_count(self):
        """Lines of orders that are not cancelled, one query."""
        lines = self.env["purchase.order.line"].search(self._purchase_domain())
        counts = {}
        for line in lines:
            for campaign in line.campaign_ids:
                counts[campaign.id] = counts.get(campaign.id, 0) + 1
        for campaign in self:
            campaign.purchase_line_count = counts.get(campaign._origin.id, 0)

    def _counted_models(self):
        return [*super()._counted_models(), ("purchase.order", self.env._("purchase orders"))]

    def _purchase_domain(self):
        return [("state", "!=", "cancel"), ("campaign_ids", "in", self.ids)]

    def action_open_purchase_lines(self):
        """The lines of purchase orders for the campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchases of %s", self.title),
            "res_model": "purchase.order.line",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("crm_campaign_roi_purchase.purchase_order_line_list").id, "list"),
                (False, "form"),
            ],
            "domain": self._purchase_domain(),
            "context": {"create": False},
        }
