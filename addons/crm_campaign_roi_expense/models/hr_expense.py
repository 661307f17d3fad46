from odoo import api, fields, models

#: What changes the cost of an expense, or whether it is approved.
COST = {
    "account_id",
    "analytic_distribution",
    "approval_state",
    "campaign_id",
    "currency_id",
    "product_id",
    "quantity",
    "tax_ids",
    "total_amount",
    "total_amount_currency",
}


class HrExpense(models.Model):
    """Expenses for campaigns; the budget is asked on approval (ROI-1, ROI-2)."""

    _name = "hr.expense"
    _inherit = ["hr.expense", "crm.campaign.spending.mixin"]

    campaign_id = fields.Many2one(
        "utm.campaign",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        domain=[("is_template", "=", False), ("phase", "in", ("approved", "running", "finished"))],
        help="The expense is cost of this campaign, unless its analytic distribution names "
        "another one.",
    )

    @api.model
    def _campaign_expenses(self, campaigns):
        """Expenses for *campaigns* that are not in the ledger yet."""
        return self.search(
            [
                ("approval_state", "in", ("submitted", "approved")),
                ("campaign_ids", "in", campaigns.ids),
                "|",
                ("account_move_id", "=", False),
                ("account_move_id.state", "=", "draft"),
            ]
        )

    def _cost_account(self):
        """The account of the entry."""
        template = self.with_company(self.company_id).product_id.product_tmpl_id
        return self.account_id or template._get_product_accounts()["expense"]

    def _cost_base_line(self):
        return self._prepare_base_line_for_taxes_computation(
            price_unit=self.total_amount,
            quantity=1.0,
            currency_id=self.company_currency_id,
            rate=1.0,
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Expenses made of an approved one by splitting it are asked for."""
        expenses = super().create(vals_list)
        expenses.filtered("approval_state")._commit_to_campaigns()
        return expenses

    def write(self, vals):
        """Approved expenses are commitments.

        :raises UserError: when the budget of a campaign has no room for what is approved
        """
        result = super().write(vals)
        if not COST.isdisjoint(vals):
            self._commit_to_campaigns(vals.get("approval_state") == "approved")
        elif "account_move_id" in vals:
            # sudo: costs are no matter of accountants; an entry taken back asks for nothing new
            self.env["crm.campaign.cost"].sudo()._follow("expense", self.sudo())
        return result

    def unlink(self):
        # sudo: costs are no matter of employees
        campaigns = self.sudo().filtered("approval_state").campaign_ids
        result = super().unlink()
        if campaigns:
            # sudo: rows that follow documents are written by no user
            self.env["crm.campaign.cost"].sudo()._fill(campaigns, {"expense"})
        return result

    def _commit_to_campaigns(self, confirmed=False):
        """What was submitted is followed; what was approved is asked for as well."""
        # sudo: costs are no matter of employees and approvers, their budget is
        costs, expenses = self.env["crm.campaign.cost"].sudo(), self.sudo()
        approved = expenses.filtered(lambda one: one.approval_state == "approved")
        for expense in approved.filtered("campaign_ids"):
            costs._check_has_rate(expense.currency_id, expense.company_id)
        costs._follow("expense", expenses - approved)
        costs._commit("expense", approved, confirmed)
