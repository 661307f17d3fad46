from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import returns


class CrmMarketingPlan(models.Model):
    """Marketing plan of a year (ROI-6): where we stand, what we offer, what shall come of it.

    Campaigns hang from it; what they plan, spend and return is summed.
    """

    _name = "crm.marketing.plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Marketing plan"
    _order = "year desc, name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Owner", default=lambda self: self.env.user)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "In force"), ("done", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    summary = fields.Html()
    strengths = fields.Text()
    weaknesses = fields.Text()
    opportunities = fields.Text()
    threats = fields.Text()
    offer_product = fields.Text("Product", help="What do we sell?")
    offer_price = fields.Text("Price", help="At what price, with which discounts?")
    offer_place = fields.Text("Place", help="Where and through whom is it sold?")
    offer_promotion = fields.Text("Promotion", help="How do people hear of it?")
    need_customer = fields.Text("Customer", help="Which want or need does it meet?")
    need_cost = fields.Text("Cost", help="What does it cost the customer, effort included?")
    need_convenience = fields.Text("Convenience", help="How easy is it to get and to use?")
    need_communication = fields.Text("Communication", help="How do we talk with each other?")
    target_revenue = fields.Monetary("Target: revenue", tracking=True)
    target_customers = fields.Integer("Target: customers", tracking=True)
    target_return = fields.Float("Target: return (%)", help="Profit ÷ cost.")
    budget = fields.Monetary(tracking=True)
    competitor_ids = fields.Many2many("crm.competitor", string="Competitors")
    campaign_ids = fields.One2many("utm.campaign", "plan_id", "Campaigns")
    campaign_count = fields.Integer("Number of campaigns", compute="_compute_sums")
    planned = fields.Monetary(
        compute="_compute_sums", help="Budgets of the campaigns, without cancelled ones."
    )
    committed = fields.Monetary(compute="_compute_sums")
    actual = fields.Monetary(compute="_compute_sums", help="Actual cost of the campaigns.")
    unplanned = fields.Monetary(
        "Not planned yet", compute="_compute_sums", help="Budget − planned of the campaigns."
    )
    revenue = fields.Monetary(
        compute="_compute_sums", help="Deals in the windows of the campaigns."
    )
    profit = fields.Monetary(compute="_compute_sums")
    customers = fields.Integer(compute="_compute_sums", help="Customers who bought.")
    plan_return = fields.Float("Return (%)", compute="_compute_sums", help="Profit ÷ cost.")
    return_word = fields.Char("Why there is no return", compute="_compute_sums")

    _year_range = models.Constraint("CHECK(year BETWEEN 1990 AND 2100)", "Which year is it for?")

    @api.depends("campaign_ids", "budget", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sums(self):
        """Sums of the campaigns in the plan's currency, by few queries for any number of plans."""
        campaigns = self._campaigns()
        spent, deals = campaigns._cost_sums(), campaigns._deal_sums()
        customers, by_plan = self._customers(campaigns), campaigns.grouped("plan_id")
        for plan in self:
            own = by_plan.get(plan._origin, campaigns.browse())
            plan._show_sums(own, spent, deals)
            plan.customers = customers.get(plan._origin.id, 0)

    def _campaigns(self):
        """Also cancelled ones: what they cost was spent; only their budget is free again."""
        campaigns = self.env["utm.campaign"].with_context(active_test=False)
        return campaigns.search([("plan_id", "in", self.ids)])

    def _show_sums(self, campaigns, spent, deals):
        rates = {campaign.id: self._rate(campaign.currency_id) for campaign in campaigns}
        planned = [one for one in campaigns if one.phase != "cancelled"]
        self.campaign_count = len(campaigns)
        self.planned = sum(one.budget_total * rates[one.id] for one in planned)
        self.unplanned = self.budget - self.planned
        for name in ("committed", "actual"):
            self[name] = sum(spent.get(i, {}).get(name, 0.0) * rate for i, rate in rates.items())
        sums = [0.0, 0.0, 0.0, 0]
        for key, (*amounts, count) in deals.items():
            if key in rates:
                added = (*(amount * rates[key] for amount in amounts), count)
                sums = [a + b for a, b in zip(sums, added, strict=True)]
        self._show_return(campaigns._money(sums if sums[3] else None, self.actual))

    def _show_return(self, money):
        words = self.env["utm.campaign"]._return_words()
        measure = returns.campaign_return(money)
        self.revenue, self.profit = money.revenue, money.gross_profit or 0.0
        self.plan_return = (measure.value or 0.0) * 100
        self.return_word = words.get(measure.word, "")

    def _rate(self, currency):
        today = fields.Date.context_today(self)
        convert = self.env["res.currency"]._get_conversion_rate
        return convert(currency, self.currency_id, self.company_id, today) if currency else 1.0

    def _customers(self, campaigns):
        """``{plan id: customers who bought}``; who bought in two campaigns counts once."""
        if not campaigns:
            return {}
        rows = self.env["crm.campaign.deal"]._read_group(
            campaigns._deal_domain(), ["campaign_id", "partner_id"]
        )
        bought = {(campaign.plan_id.id, partner.id) for campaign, partner in rows if partner}
        plans = [plan for plan, _partner in bought]
        return {plan: plans.count(plan) for plan in set(plans)}

    def _check_planner(self):
        self.env["utm.campaign"]._check_manager()

    def action_start(self):
        """The plan is in force."""
        self._check_planner()
        self.state = "running"

    def action_done(self):
        """The year is over."""
        self._check_planner()
        self.state = "done"

    def action_draft(self):
        """Plan again."""
        self._check_planner()
        self.state = "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        if self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(self.env._("Archive a plan that was in force."))

    def action_open_campaigns(self):
        """Open the campaigns of the plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign"
        )
        return {
            **action,
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }

    def action_open_costs(self):
        """Open the costs of the campaigns."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_cost"
        )
        return {**action, "domain": [("campaign_id", "in", self._campaigns().ids)], "context": {}}

    def action_open_deals(self):
        """Open the deals of the campaigns."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_deal"
        )
        return {**action, "domain": list(self._campaigns()._deal_domain()), "context": {}}
