from odoo import api, fields, models

from odoo.addons.crm_campaign_roi.report.campaign_cost import Promise

from ..report import expense_commitment as sql


class CrmCampaignCost(models.Model):
    """Expenses are committed cost until their entry is posted (ROI-2)."""

    _inherit = "crm.campaign.cost"

    source = fields.Selection(
        selection_add=[("expense", "Expense")], ondelete={"expense": "cascade"}
    )

    @api.model
    def _promises(self):
        promise = Promise("hr.expense", "_campaign_expenses", sql.open_expenses, sql.entry_link)
        return {**super()._promises(), "expense": promise}
