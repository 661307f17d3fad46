from odoo import api, models

#: What changes the cost of a line.
COST = {
    "analytic_distribution",
    "discount",
    "price_unit",
    "product_id",
    "product_qty",
    "product_uom_id",
    "tax_ids",
}


class PurchaseOrderLine(models.Model):
    """Lines of confirmed orders are committed cost of campaigns (ROI-2)."""

    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "crm.campaign.spending.mixin"]

    @api.model
    def _campaign_path(self):
        return "order_id.campaign_id"

    @api.model
    def _campaign_lines(self, campaigns):
        """Lines of confirmed orders for *campaigns*."""
        return self.search(
            [
                ("order_id.state", "=", "purchase"),
                ("display_type", "=", False),
                ("is_downpayment", "=", False),
                ("campaign_ids", "in", campaigns.ids),
            ]
        )

    def _cost_account(self):
        """As the bill takes it; stock that is valued at once is no expense."""
        position = self.order_id.fiscal_position_id
        template = self.with_company(self.company_id).product_id.product_tmpl_id
        accounts = template.get_product_accounts(fiscal_pos=position)
        stored = "valuation" in template._fields and template.is_storable
        if stored and template.valuation == "real_time" and accounts.get("stock_valuation"):
            return accounts["stock_valuation"]
        return accounts["expense"]

    def _cost_base_line(self):
        return self._prepare_base_line_for_taxes_computation()

    @api.model_create_multi
    def create(self, vals_list):
        """Lines added to a confirmed order are asked for, too."""
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "purchase")._commit_to_campaigns()
        return lines

    def write(self, vals):
        """What a confirmed line costs more is asked for.

        :raises UserError: when the budget of a campaign has no room for it
        """
        result = super().write(vals)
        if not COST.isdisjoint(vals):
            self.filtered(lambda line: line.state == "purchase")._commit_to_campaigns()
        return result

    def unlink(self):
        campaigns, confirmed = self.campaign_ids, "purchase" in self.mapped("state")
        result = super().unlink()
        if campaigns and confirmed:
            # sudo: rows that follow documents are written by no user
            self.env["crm.campaign.cost"].sudo()._fill(campaigns.sudo(), {"purchase"})
        return result

    def _commit_to_campaigns(self):
        for order in self.order_id.filtered(lambda one: one.state == "purchase"):
            if order.order_line.campaign_ids:
                self.env["crm.campaign.cost"]._check_has_rate(order.currency_id, order.company_id)
        # sudo: costs are no matter of buyers, their budget is
        self.env["crm.campaign.cost"].sudo()._commit("purchase", self.sudo())
