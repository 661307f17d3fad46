from odoo import api, fields, models

from ..report import purchase_commitment as sql


class CrmCampaignCost(models.Model):
    """Purchase orders are committed cost until they are billed (ROI-2)."""

    _inherit = "crm.campaign.cost"

    source = fields.Selection(
        selection_add=[("purchase", "Purchase order")], ondelete={"purchase": "cascade"}
    )

    @api.model
    def _sources(self, campaigns):
        orders = {"purchase": lambda: self._purchase_rows(campaigns)}
        return {**super()._sources(campaigns), **orders}

    @api.model
    def _purchase_rows(self, campaigns):
        """Rows of what is ordered for *campaigns* and not billed yet."""
        lines = self.env["purchase.order.line"]._campaign_lines(campaigns)
        documents = sql.open_lines(lines.ids)
        return self._promises("purchase.order.line", documents, lines._cost_rows())

    @api.model
    def _committed_sources(self):
        return super()._committed_sources() | {"purchase"}

    @api.model
    def _bill_links(self, campaign_ids):
        return [*super()._bill_links(campaign_ids), sql.bill_link(campaign_ids)]

    def action_open_document(self):
        """The purchase order."""
        if self.source != "purchase":
            return super().action_open_document()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id).order_id.get_formview_action()
