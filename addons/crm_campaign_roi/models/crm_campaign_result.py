from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..report.crm_campaign_deal import BASES


class CrmCampaignResult(models.Model):
    """Result of a campaign as it was when a period was closed (ROI-2).

    The figures never move. What comes later, a credit note or a bill, shows as a difference.
    """

    _name = "crm.campaign.result"
    _description = "Locked result of a campaign"
    _order = "closed_on desc, id desc"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    basis = fields.Selection(BASES, required=True, readonly=True)
    window_start = fields.Date("Window start", readonly=True)
    window_end = fields.Date("Window end", readonly=True)
    closed_on = fields.Date(
        "Closed on", required=True, readonly=True, help="The last day that counts."
    )
    locked_on = fields.Datetime("Locked at", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Locked by", required=True, readonly=True)
    revenue = fields.Monetary(readonly=True)
    gross_profit = fields.Monetary("Gross profit", readonly=True)
    cost = fields.Monetary(readonly=True)
    deal_count = fields.Integer("Deals", readonly=True)
    campaign_return = fields.Float("Campaign return (%)", readonly=True, aggregator=None)
    net_return = fields.Float("Net return (%)", readonly=True, aggregator=None)
    return_word = fields.Char("Why there is no return", readonly=True)
    return_text = fields.Char("Return", compute="_compute_return_text")
    revenue_since = fields.Monetary("Revenue since", compute="_compute_since")
    profit_since = fields.Monetary("Profit since", compute="_compute_since")
    cost_since = fields.Monetary("Cost since", compute="_compute_since")
    is_changed = fields.Boolean("Changed since", compute="_compute_since")

    _closed_uniq = models.UniqueIndex(
        "(campaign_id, basis, closed_on, COALESCE(company_id, 0))",
        "This period of the campaign is locked already.",
    )

    @api.depends("campaign_return", "return_word")
    @api.depends_context("lang")
    def _compute_return_text(self):
        words = self.env["utm.campaign"]._return_words()
        for result in self:
            number = self.env._("%s %%", formatLang(self.env, result.campaign_return, 1))
            result.return_text = words.get(result.return_word) or number

    def _compute_since(self):
        """What the deals and costs come to now, less what was locked; two queries per basis.

        Of all companies that take part and at the rates of the day that was locked: nothing
        differs but what documents changed, whoever looks.
        """
        for basis, results in self.grouped("basis").items():
            # sudo: whoever may read a result sees what became of it
            campaigns = results.campaign_id.sudo()
            figures = campaigns._counted_figures(self._counting(campaigns, basis))
            rate = campaigns._rate_of_day()
            for result in results:
                campaign = result.campaign_id.sudo()  # sudo: as above
                rows = figures.get(campaign.id, ())
                money = campaign._money_at(rows, result.currency_id, result.closed_on, rate)
                result._show_since(money)

    def _show_since(self, money):
        rounded = self.currency_id.round
        self.revenue_since = rounded(money.revenue - self.revenue)
        self.profit_since = rounded((money.gross_profit or 0.0) - self.gross_profit)
        self.cost_since = rounded(money.cost - self.cost)
        self.is_changed = bool(self.revenue_since or self.profit_since or self.cost_since)

    @staticmethod
    def _counting(campaigns, basis):
        domain = Domain("campaign_id", "in", campaigns.ids) & Domain("basis", "=", basis)
        return domain & Domain("in_window", "=", True)

    @api.model
    def _lock(self, campaigns, closed_on):
        """Keep the figures of *campaigns* up to *closed_on*, the day included.

        :raises AccessError: for everybody but controllers
        :raises UserError: when a campaign has no window, or the period is locked already
        """
        self._check_controller()
        campaigns._check_companies()
        if missing := campaigns.filtered(lambda campaign: not campaign.window_start)[:1]:
            raise UserError(self.env._("%s was not published yet.", missing.title))
        taken = self.search(
            [("campaign_id", "in", campaigns.ids), ("closed_on", "=", closed_on)]
        ).filtered(lambda result: result.basis == result.campaign_id.basis)
        if taken:
            raise UserError(
                self.env._("%s is locked for this day already.", taken[0].campaign_id.title)
            )
        # sudo: results are written here only, so that nobody can enter figures
        campaigns.action_fill_costs()
        rows = []
        for basis, some in campaigns.grouped("basis").items():
            rows += some._locked_values(basis, closed_on)
        # sudo: as above
        return self.sudo().create(rows)

    def _check_controller(self):
        if not (
            self.env.su or self.env.user.has_group("crm_campaign_roi.group_campaign_controller")
        ):
            raise AccessError(self.env._("Results are locked by controllers."))

    def write(self, vals):
        """Never."""
        if vals:
            raise UserError(self.env._("A locked result never changes. Lock a later day instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A locked result is kept."))

    def action_open_later(self):
        """Lines of deals that came or changed after the lock, also drafts posted since."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_deal"
        )
        domain = self._counting(self.campaign_id, self.basis)
        later = Domain("date", ">", self.closed_on)
        later |= Domain("move_id.write_date", ">", self.locked_on)
        later |= Domain("order_id.write_date", ">", self.locked_on) & Domain("move_id", "=", False)
        return {**action, "domain": list(domain & later), "context": {}}

    def action_open_later_costs(self):
        """Costs that came after the lock."""
        self.ensure_one()
        action = self.campaign_id.action_open_costs()
        later = ["|", ("date", ">", self.closed_on), ("write_date", ">", self.locked_on)]
        return {**action, "domain": [*action["domain"], *later], "context": {}}
