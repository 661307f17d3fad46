import functools

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Date, Domain

from ..tools import returns


class CrmCampaignLockMixin(models.AbstractModel):
    """Figures of campaigns as they are locked (ROI-2)."""

    _name = "crm.campaign.lock.mixin"
    _description = "Figures that are locked"

    result_ids = fields.One2many(
        "crm.campaign.result",
        "campaign_id",
        "Locked results",
        groups="crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller",
    )

    def _locked_values(self, basis, closed_on):
        """Values of a result of each campaign, after two queries."""
        until = Domain("date", "<=", closed_on)
        counting = self.env["crm.campaign.result"]._counting(self, basis)
        figures, rate = self._counted_figures(counting & until, until), self._rate_of_day()
        for campaign in self:
            currency = campaign.currency_id or self.env.company.currency_id
            money = campaign._money_at(figures.get(campaign.id, ()), currency, closed_on, rate)
            measure = returns.campaign_return(money)
            yield {
                "campaign_id": campaign.id,
                "company_id": campaign.company_id.id,
                "currency_id": currency.id,
                "basis": basis,
                "window_start": campaign.window_start,
                "window_end": campaign.window_end,
                "closed_on": closed_on,
                "locked_on": fields.Datetime.now(),
                "user_id": self.env.uid,
                "revenue": money.revenue,
                "gross_profit": money.gross_profit or 0.0,
                "cost": money.cost,
                "deal_count": money.deals,
                "campaign_return": (measure.value or 0.0) * 100,
                "net_return": (returns.net_return(money).value or 0.0) * 100,
                "return_word": measure.word,
            }

    def _counted_figures(self, deals, costs=Domain.TRUE):
        """What the companies earned and spent that take part, whoever asks; two queries.

        :param deals: which deals
        :param costs: which actual costs
        :return: ``{campaign id: [(currency, (revenue, with known cost, cost, deals), spent)]}``
        """
        # sudo: a locked figure is that of the campaign, not of the companies looked at
        env, found = self._of_all_companies().env, {}
        rows = env["crm.campaign.deal"]._read_group(
            deals,
            ["campaign_id", "company_id"],
            ["revenue:sum", "revenue_known:sum", "product_cost:sum", "document:count_distinct"],
        )
        for campaign, company, *amounts, count in rows:
            sums = (*(amount or 0.0 for amount in amounts), count)
            found.setdefault(campaign.id, []).append((company.currency_id, sums, 0.0))
        actual = Domain("campaign_id", "in", self.ids) & Domain("stage", "=", "actual")
        rows = env["crm.campaign.cost"]._read_group(
            actual & costs, ["campaign_id", "company_id"], ["amount:sum"]
        )
        for campaign, company, spent in rows:
            found.setdefault(campaign.id, []).append((company.currency_id, (0.0,) * 4, spent))
        return found

    def _rate_of_day(self):
        """The function that looks up a rate, once for each currency and day."""
        return functools.cache(self.env["res.currency"]._get_conversion_rate)

    def _money_at(self, figures, currency, day, rate_of_day):
        """:class:`returns.Money` of *figures* in *currency*, at the rates of *day*."""
        company = self.company_id or self.env.company
        totals = [0.0] * 5
        for source, (*amounts, count), spent in figures:
            same = not source or source.id == currency.id
            rate = 1.0 if same else rate_of_day(source, currency, company, day)
            parts = (*(amount * rate for amount in amounts), count, spent * rate)
            totals = [total + part for total, part in zip(totals, parts, strict=True)]
        *deal, spent = totals
        return self._money(deal if deal[3] else None, spent)

    def action_lock_result(self):
        """Keep the figures up to today as they are.

        :raises UserError: without a return window
        """
        self.env["crm.campaign.result"]._lock(self, Date.context_today(self))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_results(self):
        """The locked results."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_result"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_counted(self):
        """Refuse to delete campaigns that anything was counted for.

        :raises UserError: with what there is, and what to do instead
        """
        # sudo: what is there counts, whoever deletes, archived or not
        campaigns = self.sudo().with_context(active_test=False)
        for model, what, *which in self._counted_models():
            domain = Domain("campaign_id", "in", self.ids) & Domain.AND(which)
            found = campaigns.env[model].search(domain, limit=1)
            if found:
                raise UserError(
                    self.env._(
                        "%(campaign)s has %(what)s: archive it instead of deleting it, so that "
                        "its figures stay.",
                        campaign=found.campaign_id.title,
                        what=what,
                    )
                )

    def _counted_models(self):
        """``[(model, what they are)]`` of records whose ``campaign_id`` keeps a campaign.

        A third value is the domain of those that do.
        """
        went_out = Domain("state", "in", ("sent", "failed"))
        return [
            ("crm.campaign.result", self.env._("locked results")),
            ("crm.campaign.cost", self.env._("costs")),
            ("crm.campaign.response", self.env._("responses")),
            ("sale.order", self.env._("orders")),
            ("account.move", self.env._("invoices")),
            ("crm.lead", self.env._("leads")),
            ("crm.campaign.delivery", self.env._("sent messages"), went_out),
            ("crm.campaign.response", self.env._("responses")),
            ("crm.campaign.link", self.env._("documents that once belonged to it")),
        ]
