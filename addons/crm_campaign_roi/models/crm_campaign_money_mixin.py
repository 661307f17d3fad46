from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..report.crm_campaign_deal import BASES
from ..tools import returns

ROLES = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"


class CrmCampaignMoneyMixin(models.AbstractModel):
    """What a campaign costs and brings (ROI-2)."""

    _name = "crm.campaign.money.mixin"
    _description = "Campaign cost and return"

    currency_id = fields.Many2one("res.currency")  # the campaign's, which Odoo relates
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        "Analytic account",
        index="btree_not_null",
        copy=False,
        groups=ROLES,
        help="What is posted for this account is cost of the campaign.",
    )
    basis = fields.Selection(
        BASES, "Deals count when", required=True, default="invoiced", groups=ROLES
    )
    cost_ids = fields.One2many("crm.campaign.cost", "campaign_id", "Costs", groups=ROLES)
    cost_committed = fields.Monetary("Cost committed", compute="_compute_money", groups=ROLES)
    cost_actual = fields.Monetary("Cost so far", compute="_compute_money", groups=ROLES)
    cost_late = fields.Monetary(
        "After settlement",
        compute="_compute_money",
        groups=ROLES,
        help="What documents changed since the campaign was settled; not in its cost.",
    )
    revenue = fields.Monetary(compute="_compute_money", groups=ROLES)
    gross_profit = fields.Monetary("Gross profit", compute="_compute_money", groups=ROLES)
    deal_count = fields.Integer("Deals", compute="_compute_money", groups=ROLES)
    campaign_return = fields.Float(
        "Campaign return (%)",
        compute="_compute_money",
        groups=ROLES,
        help="Profit ÷ cost: 200 means that each one spent brought two.",
    )
    net_return = fields.Float(
        "Net return (%)", compute="_compute_money", groups=ROLES, help="(Profit − cost) ÷ cost."
    )
    return_word = fields.Char("Why there is no return", compute="_compute_money", groups=ROLES)

    _analytic_uniq = models.UniqueIndex(
        "(analytic_account_id) WHERE analytic_account_id IS NOT NULL",
        "Another campaign has this analytic account: its bills would count twice.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("basis", "window_start", "window_end")
    def _compute_money(self):
        """Cost and deals in the window, two queries for all campaigns.

        Amounts are in the currency of the campaign's company; other companies that take part
        are converted at today's rates.
        """
        costs, deals = self._cost_sums(), self._deal_sums()
        for campaign in self:
            spent = costs.get(campaign._origin.id, {})
            campaign.cost_committed = spent.get("committed", 0.0)
            campaign.cost_actual = spent.get("actual", 0.0)
            campaign.cost_late = spent.get("late", 0.0)
            money = campaign._money(deals.get(campaign._origin.id), campaign.cost_actual)
            campaign._show_money(money)

    def _show_money(self, money):
        measure = returns.campaign_return(money)
        self.revenue, self.deal_count = money.revenue, money.deals
        self.gross_profit = money.gross_profit or 0.0
        self.campaign_return = (measure.value or 0.0) * 100
        self.net_return = (returns.net_return(money).value or 0.0) * 100
        self.return_word = self._return_words().get(measure.word, "")

    def _money(self, deal, cost):
        """:class:`returns.Money` of what deals and costs add up to."""
        if not deal:
            return returns.Money(0.0, None, cost, 0)
        revenue, known, product_cost, count = deal
        return returns.Money(revenue, product_cost if known else None, cost, count, known)

    def _rates(self):
        """``{(currency, campaign currency): rate}`` of today, of all companies concerned."""
        today = fields.Date.context_today(self)
        pairs = {
            (company.currency_id, campaign.currency_id)
            for campaign in self
            for company in self.env.companies | campaign.company_id
        }
        convert = self.env["res.currency"]._get_conversion_rate
        return {
            (source.id, target.id): convert(source, target, self.env.company, today)
            for source, target in pairs
        }

    def _cost_sums(self, domain=Domain.TRUE):
        """``{campaign id: {stage: amount}}`` of the costs that *domain* admits."""
        rows = self.env["crm.campaign.cost"]._read_group(
            Domain("campaign_id", "in", self.ids) & domain,
            ["campaign_id", "stage", "company_id"],
            ["amount:sum"],
        )
        rates, sums = self._rates(), {}
        for campaign, stage, company, amount in rows:
            rate = rates.get((company.currency_id.id, campaign.currency_id.id), 1.0)
            spent = sums.setdefault(campaign.id, {})
            spent[stage] = spent.get(stage, 0.0) + amount * rate
        return sums

    def _deal_sums(self, domain=None):
        """``{campaign id: (revenue, revenue with known cost, product cost, deals)}``

        :param domain: which deals; None: those that count (:meth:`_deal_domain`)
        """
        rows = self.env["crm.campaign.deal"]._read_group(
            self._deal_domain() if domain is None else domain,
            ["campaign_id", "company_id"],
            ["revenue:sum", "revenue_known:sum", "product_cost:sum", "document:count_distinct"],
        )
        return self._converted(rows)

    def _converted(self, rows):
        """Sums of :meth:`_deal_sums` from rows of a campaign, a company, amounts and deals."""
        rates, sums = self._rates(), {}
        for campaign, company, *amounts, count in rows:
            rate = rates.get((company.currency_id.id, campaign.currency_id.id), 1.0)
            before = sums.get(campaign.id, (0.0, 0.0, 0.0, 0))
            added = (*((amount or 0.0) * rate for amount in amounts), count)
            sums[campaign.id] = tuple(a + b for a, b in zip(before, added, strict=True))
        return sums

    def _deal_domain(self):
        """The deals that count: of each campaign's basis, within its window."""
        by_basis = self.grouped("basis").items()
        return Domain("in_window", "=", True) & Domain.OR(
            Domain("basis", "=", basis) & Domain("campaign_id", "in", campaigns.ids)
            for basis, campaigns in by_basis
        )

    def _return_words(self):
        return {
            returns.NO_COST: self.env._("Nothing was spent: all profit is gain"),
            returns.NO_SALES: self.env._("No sales in the window yet"),
            returns.LOSS: self.env._("A loss: the deals earned less than their goods cost"),
            returns.UNKNOWN_COST: self.env._("The cost of the goods is not known"),
        }

    # -- actions -------------------------------------------------------------------------------

    def _check_money_role(self):
        if not (self.env.su or self.env.user.has_groups(ROLES)):
            raise AccessError(self.env._("Costs of campaigns are for marketers and controllers."))
        self._check_companies()

    def action_fill_costs(self):
        """Bring the costs that follow bills and contacts up to date."""
        self._check_money_role()
        # sudo: rows that follow documents are written by no user
        self.env["crm.campaign.cost"].sudo()._fill(self)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_costs(self):
        """Open the costs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_cost"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_open_late_costs(self):
        """Open what came after the settlement."""
        action = self.action_open_costs()
        return {**action, "domain": [*action["domain"], ("stage", "=", "late")], "context": {}}

    def action_open_deals(self):
        """Open the lines of the deals that count."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_deal"
        )
        context = {"deal_campaigns": self.ids}
        return {**action, "domain": list(self._deal_domain()), "context": context}
