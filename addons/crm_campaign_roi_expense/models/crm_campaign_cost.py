from odoo import api, fields, models

from ..report import expense_commitment as sql


class CrmCampaignCost(models.Model):
    """Expenses are committed cost until their entry is posted (ROI-2)."""

    _inherit = "crm.campaign.cost"

    source = fields.Selection(
        selection_add=[("expense", "Expense")], ondelete={"expense": "cascade"}
    )

    @api.model
    def _sources(self, campaigns):
        expenses = {"expense": lambda: self._expense_rows(campaigns)}
        return {**super()._sources(campaigns), **expenses}

    @api.model
    def _expense_rows(self, campaigns):
        """Rows of the expenses of *campaigns* that are not posted yet."""
        expenses = self.env["hr.expense"]._campaign_expenses(campaigns)
        documents = sql.open_expenses(expenses.ids)
        return self._promises("hr.expense", documents, expenses._cost_rows())

    @api.model
    def _committed_sources(self):
        return super()._committed_sources() | {"expense"}

    @api.model
    def _bill_links(self, campaign_ids):
        return [*super()._bill_links(campaign_ids), sql.entry_link(campaign_ids)]

    def action_open_document(self):
        """The expense."""
        if self.source != "expense":
            return super().action_open_document()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id).get_formview_action()
