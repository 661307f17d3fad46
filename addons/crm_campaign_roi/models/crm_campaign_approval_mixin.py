from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import approval
from .crm_campaign_money_mixin import ROLES


class CrmCampaignApprovalMixin(models.AbstractModel):
    """Application, budget check and settlement of a campaign (ROI-1)."""

    _name = "crm.campaign.approval.mixin"
    _inherit = ["crm.campaign.hooks.mixin"]
    _description = "Approval of campaigns"

    currency_id = fields.Many2one("res.currency")  # the campaign's, which Odoo relates
    budget_ids = fields.One2many(
        "crm.campaign.budget", "campaign_id", "Budget", copy=True, groups=ROLES
    )
    budget_total = fields.Monetary("Planned cost", compute="_compute_budget_total", groups=ROLES)
    approval_ids = fields.One2many(
        "crm.campaign.approval", "campaign_id", "Approvals", copy=False, groups=ROLES
    )
    change_ids = fields.One2many(
        "crm.campaign.change", "campaign_id", "Changes", copy=False, groups=ROLES
    )
    settlement_ids = fields.One2many(
        "crm.campaign.settlement", "campaign_id", "Settlement", copy=False, groups=ROLES
    )

    def _compute_budget_total(self):
        sums = dict(
            self.env["crm.campaign.budget"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["amount:sum"]
            )
        )
        for campaign in self:
            campaign.budget_total = sums.get(campaign._origin, 0.0)

    def _check_manager(self):
        manager = self.env.user.has_group("crm_campaign_roi.group_campaign_manager")
        if not (self.env.su or manager):
            raise AccessError(self.env._("Campaigns are settled by marketing managers."))

    # -- application ---------------------------------------------------------------------------

    def action_apply(self):
        """Apply for the campaign with its budget."""
        self._check_marketer()
        for campaign in self:
            if campaign.is_template:
                raise UserError(self.env._("A template is not applied for: copy it first."))
            if not campaign.date_start:
                raise UserError(self.env._("Say when the campaign begins."))
            campaign._set_phase("submitted")
            self.env["crm.campaign.approval"]._ask(campaign, campaign.budget_total, False)

    def _approval_decided(self, one):
        """Called by the approval, without rights: those who decide need no role in campaigns."""
        self._set_phase("approved" if one.state == "approved" else "draft")
        words = {
            "approved": self.env._("Approved: the campaign may start."),
            "refused": self.env._("Refused: %s", one.step_ids.filtered("reason")[-1:].reason or ""),
            "withdrawn": self.env._("The application was withdrawn."),
        }
        self.message_post(body=words[one.state], partner_ids=self.user_id.partner_id.ids)

    def _before_phase(self, phase):
        super()._before_phase(phase)
        if phase == "draft":
            # sudo: rows of approvals are written by methods only
            waiting = self.sudo().approval_ids.filtered(lambda one: one.state == "waiting")
            waiting.state = "withdrawn"
            waiting.activity_ids.unlink()

    # -- budget --------------------------------------------------------------------------------

    def _cost_by_kind(self):
        """``{(campaign id, cost kind id): {stage: amount}}`` in the campaign's currency."""
        rows = self.env["crm.campaign.cost"]._read_group(
            [("campaign_id", "in", self.ids)],
            ["campaign_id", "kind_id", "stage", "company_id"],
            ["amount:sum"],
        )
        rates, found = self._rates(), {}
        for campaign, kind, stage, company, amount in rows:
            rate = rates.get((company.currency_id.id, campaign.currency_id.id), 1.0)
            spent = found.setdefault((campaign.id, kind.id), {})
            spent[stage] = spent.get(stage, 0.0) + amount * rate
        return found

    def _check_budget(self, wanted):
        """Asked before cost is committed.

        :param wanted: amount in the campaign's currency
        :raises UserError: when it is beyond what is left, or nothing was approved yet
        """
        self.ensure_one()
        if self.phase not in ("approved", "running"):
            raise UserError(
                self.env._("%s is not approved: nothing can be committed yet.", self.title)
            )
        spent = self.cost_actual + self.cost_committed
        if over := approval.beyond(self.budget_total, spent, wanted):
            raise UserError(
                self.env._(
                    "%(amount)s more than what is left of the budget of %(campaign)s. "
                    "Ask for a change of the budget first.",
                    amount=self.currency_id.format(over),
                    campaign=self.title,
                )
            )

    def _check_committed(self):
        """Refuse what has just been committed when it is beyond the budget."""
        self.invalidate_recordset(["cost_actual", "cost_committed"])
        self._check_budget(0.0)

    def action_settle(self):
        """Open the settlement of the campaign, filled with plan and actual cost."""
        self.ensure_one()
        self._check_marketer()
        if self.phase != "finished":
            raise UserError(self.env._("Finish the campaign before you settle it."))
        settlement = self.settlement_ids or self.settlement_ids.create({"campaign_id": self.id})
        settlement.action_refresh()
        return settlement.get_formview_action()
