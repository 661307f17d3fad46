from odoo import api, fields, models

from odoo.addons.crm_campaign_roi.report.campaign_cost import Promise

from ..report import purchase_commitment as sql


class CrmCampaignCost(models.Model):
    """Purchase orders are committed cost until they are billed (ROI-2)."""

    _inherit = "crm.campaign.cost"

    source = fields.Selection(
        selection_add=[("purchase", "Purchase order")], ondelete={"purchase": "cascade"}
    )

    @api.model
    def _promises(self):
        promise = Promise(
            "purchase.order.line", "_campaign_lines", sql.open_lines, sql.bill_link, "order_id"
        )
        return {**super()._promises(), "purchase": promise}
