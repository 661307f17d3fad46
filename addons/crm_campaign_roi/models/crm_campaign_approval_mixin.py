from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import SQL

from ..tools import approval
from .crm_campaign_money_mixin import ROLES

#: Changed by an approved change request only, once the campaign was applied for.
APPROVED = {"date_start", "date_end", "company_id"}
#: Results depend on them: they stay when the campaign is settled.
SETTLED = APPROVED | {"date_published", "window_months", "basis", "kind_id", "plan_id"}


class CrmCampaignApprovalMixin(models.AbstractModel):
    """Application, budget check and settlement of a campaign (ROI-1)."""

    _name = "crm.campaign.approval.mixin"
    _inherit = ["crm.campaign.hooks.mixin"]
    _description = "Approval of campaigns"

    currency_id = fields.Many2one("res.currency")  # the campaign's, which Odoo relates
    budget_ids = fields.One2many("crm.campaign.budget", "campaign_id", copy=True, groups=ROLES)
    budget_total = fields.Monetary("Planned cost", compute="_compute_budget_total", groups=ROLES)
    cost_unplanned = fields.Monetary(
        "Not in the budget",
        compute="_compute_cost_unplanned",
        groups=ROLES,
        help="Committed and actual cost of kinds that have no budget.",
    )
    approval_ids = fields.One2many(
        "crm.campaign.approval", "campaign_id", "Approvals", copy=False, groups=ROLES
    )
    waiting_approval_id = fields.Many2one(
        "crm.campaign.approval", "Open application", compute="_compute_waiting", groups=ROLES
    )
    approver_id = fields.Many2one(
        "res.users", "Waits for", compute="_compute_waiting", groups=ROLES
    )
    approval_deadline = fields.Date("Decision due", compute="_compute_waiting", groups=ROLES)
    can_withdraw = fields.Boolean(compute="_compute_waiting", groups=ROLES)
    change_ids = fields.One2many(
        "crm.campaign.change", "campaign_id", "Changes", copy=False, groups=ROLES
    )
    change_count = fields.Integer("Number of changes", compute="_compute_waiting", groups=ROLES)
    settlement_ids = fields.One2many(
        "crm.campaign.settlement", "campaign_id", copy=False, groups=ROLES
    )

    @api.depends("budget_ids.amount")
    def _compute_budget_total(self):
        for campaign in self:
            campaign.budget_total = sum(campaign.budget_ids.mapped("amount"))

    @api.depends("budget_ids.kind_id")
    def _compute_cost_unplanned(self):
        found = self._cost_by_kind()
        for campaign in self:
            planned = set(campaign.budget_ids.kind_id.ids)
            campaign.cost_unplanned = sum(
                spent.get("committed", 0.0) + spent.get("actual", 0.0)
                for (key, kind), spent in found.items()
                if key == campaign._origin.id and kind not in planned
            )

    @api.depends_context("uid")
    @api.depends("approval_ids.state", "approval_ids.step_id", "change_ids")
    def _compute_waiting(self):
        for campaign in self:
            waiting = campaign.approval_ids.filtered(lambda one: one.state == "waiting")[:1]
            campaign.waiting_approval_id = waiting
            campaign.approver_id = waiting.approver_id
            campaign.approval_deadline = waiting.deadline
            campaign.can_withdraw = waiting.can_withdraw
            campaign.change_count = len(campaign.change_ids)

    def write(self, vals):
        """Dates that were applied for move by change requests; what is settled stays.

        :raises UserError: when they are to be changed by hand
        """
        if not self.env.su and not SETTLED.isdisjoint(vals):
            self._check_fixed(set(vals))
        return super().write(vals)

    def _check_fixed(self, names):
        for campaign in self:
            if campaign.phase == "settled":
                raise UserError(self.env._("%s is settled: it stays as it is.", campaign.title))
            if campaign.phase in ("submitted", "approved", "running") and names & APPROVED:
                raise UserError(
                    self.env._("%s was applied for: ask for a change of it.", campaign.title)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied_for(self):
        """Campaigns that lived keep their results; others are deleted as ever."""
        if kept := self.filtered(lambda one: one.phase not in ("draft", "cancelled")):
            raise UserError(self.env._("%s was applied for: archive it instead.", kept[0].title))

    def _check_manager(self):
        manager = self.env.user.has_group("crm_campaign_roi.group_campaign_manager")
        if not (self.env.su or manager):
            raise AccessError(self.env._("Campaigns are settled by marketing managers."))
        self._check_companies()

    # -- application ---------------------------------------------------------------------------

    def action_apply(self):
        """Apply for the campaign with its budget."""
        self._check_marketer()
        for campaign in self:
            campaign._check_apply()
            campaign._set_phase("submitted")
            plan = {line.kind_id.id: line.amount for line in campaign.budget_ids}
            self.env["crm.campaign.approval"]._ask(campaign, plan, False)

    def _check_apply(self):
        if self.is_template:
            raise UserError(self.env._("A template is not applied for: copy it first."))
        if not self.company_id:
            raise UserError(self.env._("Say which company pays for the campaign."))
        if not self.date_start:
            raise UserError(self.env._("Say when the campaign begins."))

    def action_withdraw(self):
        """Take the application back; the campaign is a draft again."""
        self._check_marketer()
        self.waiting_approval_id.action_withdraw()

    def action_ask_change(self):
        """Open a new change request."""
        self.ensure_one()
        self._check_marketer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a change"),
            "res_model": "crm.campaign.change",
            "views": [(False, "form")],
            "context": {"default_campaign_id": self.id},
        }

    def action_open_approvals(self):
        """Open what was asked for the campaign, and what was decided."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_approval"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {}}

    def _approval_decided(self, one):
        """Called by the approval, without rights: those who decide need no role in campaigns."""
        self._set_phase("approved" if one.state == "approved" else "draft")
        words = {
            "approved": self.env._("Approved: the campaign may start."),
            "refused": self.env._("Refused: %s", one.step_ids.filtered("reason")[-1:].reason or ""),
            "withdrawn": self.env._("The application was withdrawn."),
        }
        concerned = self.user_id | one.user_id
        self.message_post(body=words[one.state], partner_ids=concerned.partner_id.ids)

    def _before_phase(self, phase):
        if phase in ("draft", "cancelled", "finished"):
            # sudo: rows of approvals are written by methods only
            waiting = self.sudo().approval_ids.filtered(lambda one: one.state == "waiting")
            waiting._close()
            waiting.change_id.state = "withdrawn"
        return super()._before_phase(phase)

    # -- budget --------------------------------------------------------------------------------

    def _of_all_companies(self):
        """The campaigns as whoever counts all their cost sees them."""
        # sudo: what was spent counts, whichever company of the campaign paid for it
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        # sudo: as above
        return self.sudo().with_context(allowed_company_ids=companies.ids)

    def _spent(self):
        """``{stage: amount}`` of one campaign, whoever paid, in its currency."""
        return self._of_all_companies()._cost_sums().get(self.id, {})

    def _budget_by_kind(self):
        """``{cost kind id: amount}`` that was approved; empty before."""
        if self.phase in ("draft", "submitted", "cancelled"):
            return {}
        # sudo: the budget is asked for by whatever commits cost
        return {line.kind_id.id: line.amount for line in self.sudo().budget_ids}

    def _budget_total(self):
        """Approved amount in the campaign's currency, None when nothing was approved."""
        if self.phase in ("draft", "submitted", "cancelled"):
            return None
        return sum(self._budget_by_kind().values())

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

    def _check_budget(self, wanted, kinds=()):
        """Asked before cost is committed.

        :param wanted: amount in the campaign's currency
        :param kinds: ids of the cost kinds it is for (False: none); asked one by one where the
            company wants it (``res.company.campaign_budget_scope``)
        :raises UserError: when it is beyond what is left, or nothing was approved yet
        """
        self.ensure_one()
        if self.phase == "settled":
            raise UserError(self.env._("%s is settled: its costs stay as they are.", self.title))
        if self.phase not in ("approved", "running", "finished"):
            raise UserError(
                self.env._("%s is not approved: nothing can be committed yet.", self.title)
            )
        budget, spent = self._budget_by_kind(), self._spent_by_kind()
        spent[None] = wanted
        by_kind = self._budget_company().campaign_budget_scope == "kind"
        whole, single = approval.overruns(budget, spent, kinds if by_kind else ())
        if whole or single:
            self._beyond_budget(budget, whole, single, kinds)

    def _budget_company(self):
        # sudo: whoever commits cost may not read the settings of the paying company
        return (self.company_id or self.env.company).sudo()

    def _spent_by_kind(self):
        """``{cost kind id: committed and actual cost}`` of one campaign, whoever paid."""
        return {
            kind: found.get("committed", 0.0) + found.get("actual", 0.0)
            for (_campaign, kind), found in self._of_all_companies()._cost_by_kind().items()
        }

    def _beyond_budget(self, budget, whole, single, kinds):
        """Refuse what is beyond the budget, or say it, as the company chose.

        :raises RedirectWarning: to a change request that makes room, when changes are asked for
        :raises UserError: otherwise, unless the company only wants to be told
        """
        words = " ".join(self._overrun_words(whole, single))
        action = self._budget_company().campaign_budget_action
        if action == "warn":
            return self._tell_overrun(words)
        words += " " + self.env._("Ask for a change of the budget first.")
        marketer = self.env.user.has_group("crm_campaign_roi.group_campaign_user")
        if action == "ask" and marketer and self.phase in ("approved", "running"):
            room = approval.room(budget, whole, single, kinds)
            raise RedirectWarning(words, self._ask_room(room), self.env._("Ask for a change"))
        raise UserError(words)

    def _overrun_words(self, whole, single):
        # sudo: who commits cost may not read cost kinds
        kinds = self.env["crm.campaign.cost.kind"].sudo()
        for kind, over in single.items():
            yield self.env._(
                "%(amount)s more than what is left for %(kind)s in the budget of %(campaign)s.",
                amount=self.currency_id.format(over),
                kind=kinds.browse(kind).name if kind else self.env._("what has no cost kind"),
                campaign=self.title,
            )
        if whole:
            yield self.env._(
                "%(amount)s more than what is left of the budget of %(campaign)s.",
                amount=self.currency_id.format(whole),
                campaign=self.title,
            )

    def _tell_overrun(self, words):
        # sudo: who commits cost may not write on campaigns
        self.sudo().message_post(body=words, partner_ids=self.sudo().user_id.partner_id.ids)

    def _ask_room(self, room):
        """A new change request that asks for *room* (``{cost kind id: new budget}``)."""
        lines = [(0, 0, {"kind_id": kind, "amount": amount}) for kind, amount in room.items()]
        context = {"default_campaign_id": self.id, "default_line_ids": lines}
        return {**self.action_ask_change(), "context": context}

    def _check_committed(self, kinds=()):
        """Refuse what has just been committed when it is beyond the budget.

        The campaign's row is written as it is: of two who commit at the same moment the second is
        repeated and then reads what the first one spent.

        :param kinds: ids of the cost kinds of what was committed
        """
        self.env.cr.execute(
            SQL("UPDATE utm_campaign SET write_date = write_date WHERE id IN %s", tuple(self.ids))
        )
        for campaign in self:
            campaign._check_budget(0.0, kinds)

    def action_settle(self):
        """Open the settlement of the campaign, filled with plan and actual cost."""
        self.ensure_one()
        self._check_marketer()
        if self.phase not in ("finished", "settled"):
            raise UserError(self.env._("Finish the campaign before you settle it."))
        settlement = self.settlement_ids
        if not settlement:
            # sudo: settlements are opened by this method only
            settlement = settlement.sudo().create({"campaign_id": self.id}).sudo(self.env.su)
        settlement.action_refresh()
        return settlement.get_formview_action()
