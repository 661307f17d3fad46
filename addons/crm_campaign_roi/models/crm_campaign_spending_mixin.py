from odoo import api, fields, models
from odoo.fields import Domain


class CrmCampaignSpendingMixin(models.AbstractModel):
    """Documents that promise cost to campaigns before the ledger has it (ROI-2).

    For models with ``analytic.mixin``.

    A document with analytic distribution belongs to the campaigns of its analytic accounts; one
    without any of them to the campaign that it names itself (:meth:`_campaign_path`).
    """

    _name = "crm.campaign.spending.mixin"
    _description = "Document that costs campaigns"

    campaign_ids = fields.Many2many(
        "utm.campaign",
        string="Campaigns",
        compute="_compute_campaign_ids",
        search="_search_campaign_ids",
        help="By the analytic distribution; without any, the campaign that the document names.",
    )

    @api.model
    def _campaign_path(self):
        """Name of the field with the campaign that the document names."""
        return "campaign_id"

    @api.depends(lambda self: ("analytic_distribution", self._campaign_path()))
    def _compute_campaign_ids(self):
        accounts = self._get_analytic_account_ids_from_distributions(
            [one.analytic_distribution for one in self]
        )
        # sudo: whoever buys sees for which campaign, not what the campaign costs
        everything = self.env["utm.campaign"].sudo().with_context(active_test=False)
        found = everything.search([("analytic_account_id", "in", list(accounts))])
        by_account = {campaign.analytic_account_id.id: campaign.id for campaign in found}
        for one in self:
            own = self._get_analytic_account_ids_from_distributions(one.analytic_distribution)
            ids = [by_account[account] for account in sorted(own) if account in by_account]
            one.campaign_ids = ids or one.mapped(self._campaign_path())

    def _search_campaign_ids(self, operator, value):
        # sudo: as above
        everything = self.env["utm.campaign"].sudo().with_context(active_test=False)
        if operator in ("any", "any!"):
            value = everything.search(value if isinstance(value, Domain) else [("id", "in", value)])
        elif operator != "in":
            return NotImplemented
        ids = [one if isinstance(one, int) else one.id for one in value if one]
        accounts = everything.search([("analytic_account_id", "!=", False)]).analytic_account_id
        wanted = everything.browse(ids).exists().analytic_account_id
        by_account = Domain("distribution_analytic_account_ids", "in", wanted.ids)
        named = Domain(self._campaign_path(), "in", ids)
        if accounts:
            named &= ~Domain("distribution_analytic_account_ids", "in", accounts.ids)
        return (by_account | named) if wanted else named

    def _cost_rows(self):
        """``[(id, ledger account id, cost)]`` of what the ledger will show as cost of the document.

        The cost is in the currency of the company: untaxed, with the taxes that are not deductible.
        """
        rows = []
        for one in self:
            account = one._cost_account()
            if account.account_type and account.account_type.startswith("expense"):
                rows.append((one.id, account.id, one._cost_of_line()))
        return rows

    def _cost_account(self):
        """The ledger account that the bill will take."""
        raise NotImplementedError

    def _cost_base_line(self):
        """The document as the computation of taxes wants it."""
        raise NotImplementedError

    def _cost_of_line(self):
        """Untaxed amount and the taxes without an account: the ledger adds them to the cost."""
        taxes, company = self.env["account.tax"], self.company_id or self.env.company
        line = self._cost_base_line()
        taxes._add_tax_details_in_base_line(line, company)
        taxes._round_base_lines_tax_details([line], company)
        taxes._add_accounting_data_to_base_line_tax_details(line, company)
        details = line["tax_details"]
        parts = [part for tax in details["taxes_data"] for part in tax["tax_reps_data"]]
        void = sum(part["tax_amount"] for part in parts if not part["tax_rep"].account_id)
        return details["total_excluded"] + void
