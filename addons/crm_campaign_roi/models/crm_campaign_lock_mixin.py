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
        deals, costs = self._deal_sums(counting & until), self._cost_sums(until)
        for campaign in self:
            spent = costs.get(campaign.id, {}).get("actual", 0.0)
            money = campaign._money(deals.get(campaign.id), spent)
            measure = returns.campaign_return(money)
            yield {
                "campaign_id": campaign.id,
                "company_id": campaign.company_id.id,
                "currency_id": (campaign.currency_id or self.env.company.currency_id).id,
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
        # sudo: what is there counts, whoever deletes
        campaigns = self.sudo()
        for model, what in self._counted_models():
            found = campaigns.env[model].search([("campaign_id", "in", self.ids)], limit=1)
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
        """``[(model, what they are)]`` of records whose ``campaign_id`` keeps a campaign."""
        return [
            ("crm.campaign.result", self.env._("locked results")),
            ("crm.campaign.cost", self.env._("costs")),
            ("crm.campaign.response", self.env._("responses")),
            ("sale.order", self.env._("orders")),
            ("account.move", self.env._("invoices")),
        ]
