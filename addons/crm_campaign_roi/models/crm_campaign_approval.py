from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ..tools import approval

STATES = [("waiting", "Waiting"), ("approved", "Approved"), ("refused", "Refused")]


class CrmCampaignApproval(models.Model):
    """An application: for a campaign with its budget, or for a change of it (ROI-1).

    Steps are decided in order; each names who may decide. Nobody decides what he asked for.
    What was asked is kept as it was then, so those who decide need no role in campaigns.
    """

    _name = "crm.campaign.approval"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Approval of a campaign"
    _order = "id desc"
    _rec_name = "campaign_id"
    _mail_post_access = "read"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    brief = fields.Html(related="campaign_id.brief")
    change_id = fields.Many2one(
        "crm.campaign.change", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    subject = fields.Selection(
        [("campaign", "Campaign"), ("change", "Change")], compute="_compute_subject", store=True
    )
    line_ids = fields.One2many("crm.campaign.approval.line", "approval_id", "Budget", readonly=True)
    amount = fields.Monetary(readonly=True, help="The whole budget that is asked for.")
    date_start = fields.Date("Start", readonly=True)
    date_end = fields.Date("End", readonly=True)
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True)
    owner_id = fields.Many2one(
        "res.users", "Owner of the campaign", readonly=True, help="When it was asked for."
    )
    state = fields.Selection(
        [*STATES, ("withdrawn", "Withdrawn")], default="waiting", required=True, readonly=True
    )
    step_ids = fields.One2many("crm.campaign.approval.step", "approval_id", "Steps", readonly=True)
    step_id = fields.Many2one(
        "crm.campaign.approval.step", "Next step", compute="_compute_step_id", store=True
    )
    approver_id = fields.Many2one(
        "res.users", "Waits for", related="step_id.user_id", store=True, index="btree_not_null"
    )
    substitute_id = fields.Many2one(related="step_id.substitute_id", store=True)
    deadline = fields.Date(related="step_id.deadline", store=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_withdraw = fields.Boolean(compute="_compute_can_decide")

    @api.depends("change_id")
    def _compute_subject(self):
        for one in self:
            one.subject = "change" if one.change_id else "campaign"

    @api.depends("state", "step_ids.state")
    def _compute_step_id(self):
        for one in self:
            one.step_id = one._step()

    @api.depends_context("uid")
    @api.depends("state", "step_ids.state")
    def _compute_can_decide(self):
        for one in self:
            waits = one.state == "waiting"
            one.can_decide = waits and one._may_decide(self.env.user)
            one.can_withdraw = waits and one.user_id == self.env.user

    def _step(self):
        """The step that waits."""
        steps = self.step_ids.sorted("sequence")
        if self.state != "waiting" or not steps:
            return steps.browse()
        position = approval.current(steps.mapped("state"))
        return steps.browse() if position is None else steps[position]

    def _may_decide(self, user):
        """Approver or substitute of the step that waits, who is not who asked."""
        step = self._step()
        return user in (step.user_id | step.substitute_id) - self._involved()

    def _involved(self):
        return self.user_id | self.owner_id | self.campaign_id.user_id

    # -- asking --------------------------------------------------------------------------------

    @api.model
    def _ask(self, campaign, plan, reason, change=None):
        """Open an approval by the rule that fits.

        Without a rule the marketing managers decide, one of them is enough.

        :param plan: ``{cost kind id: amount}`` that is asked for, as a whole
        :raises UserError: when nobody is there who may decide
        """
        amount = sum(plan.values())
        steps = self._steps_for(campaign, amount)
        lines = approval.revision(change and campaign._budget_by_kind(), plan)
        # sudo: rows are written by these methods only
        one = self.sudo().create(
            {
                "campaign_id": campaign.id,
                "change_id": change and change.id,
                "amount": amount,
                "date_start": campaign.date_start,
                "date_end": (change and change.date_end) or campaign.date_end,
                "reason": reason,
                "user_id": self.env.uid,
                "owner_id": campaign.user_id.id,
                "step_ids": [fields.Command.create(step) for step in steps],
                "line_ids": [
                    fields.Command.create({"kind_id": kind, "before": before, "amount": after})
                    for kind, before, after in lines
                ],
            }
        )
        one._remind()
        return one.sudo(self.env.su)

    def _steps_for(self, campaign, amount):
        today = fields.Date.context_today(self)
        # sudo: whoever applies need not be able to read the rules
        rules = self.env["crm.campaign.approval.rule"].sudo()
        rules = rules.search([("company_id", "in", [False, campaign.company_id.id])])
        found = approval.rule_for(rules._as_rules(campaign, today), amount, campaign.kind_id.id)
        if not found:
            return [self._manager_step(campaign, today)]
        steps = rules.browse(found.key).step_ids
        return [self._rule_step(campaign, step, number, today) for number, step in enumerate(steps)]

    def _start_days(self):
        """The days of the step that waits now begin today, however long the one before took."""
        step = self._step()
        if step.days:
            today = fields.Date.context_today(self)
            step.deadline = today + timedelta(days=step.days)

    def _deciders(self, campaign, users):
        """Those of *users* who may decide: at work in the company of *campaign*, not involved."""
        return (users - campaign.user_id - self.env.user).filtered(
            lambda user: user.active and campaign.company_id in user.company_ids
        )

    def _rule_step(self, campaign, step, number, today):
        deciders = self._deciders(campaign, step.user_id | step.substitute_id)
        if not deciders:
            raise UserError(
                self.env._(
                    "%s cannot decide about this campaign. Name a substitute in the approval rule.",
                    step.user_id.name,
                )
            )
        return {
            "sequence": number,
            "user_id": deciders[0].id,
            "substitute_id": deciders[1:].id,
            "days": step.days,
            "deadline": not number and today + timedelta(days=step.days),
        }

    def _manager_step(self, campaign, today):
        # sudo: groups and their users are read by administrators
        managers = self.env.ref("crm_campaign_roi.group_campaign_manager").sudo().all_user_ids
        others = self._deciders(campaign, managers)
        if not others:
            raise UserError(
                self.env._("There is no approval rule and no marketing manager who could decide.")
            )
        return {
            "sequence": 0,
            "user_id": others[0].id,
            "substitute_id": others[1:2].id,
            "days": 3,
            "deadline": today + timedelta(days=3),
        }

    def _remind(self):
        """An activity for whoever is next, and the menu where he finds it."""
        (self.step_id.user_id | self.step_id.substitute_id)._name_approvers()
        for one in self:
            one._schedule(one.step_id.user_id, self.env._("Decide about %s", one.campaign_id.title))

    def _schedule(self, user, summary):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.deadline,
            summary=summary,
            user_id=user.id,
        )

    # -- deciding ------------------------------------------------------------------------------

    def action_approve(self):
        """Approve the step that waits."""
        self._decide("approved", None)

    def action_refuse(self, reason):
        """Refuse, with the reason.

        :raises UserError: without a reason
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is refused."))
        self._decide("refused", reason)

    def _decide(self, decision, reason):
        self.check_access("read")
        for one in self:
            one._lock()
            if not one.can_decide:
                raise AccessError(one._why_not())
            one._check_meant()
            # sudo: rows are written by these methods only; who may decide was asked above
            one.sudo()._note_decision(decision, reason, self.env.user)

    def _lock(self):
        """Of two who decide at the same moment, the second is told.

        The step's row is locked, too, because every decision changes it: a transaction that began
        before is repeated by Odoo and then reads what was decided.
        """
        try:
            self.lock_for_update()
            self._step().lock_for_update()
        except LockError as error:
            raise UserError(self.env._("Somebody else is deciding about it right now.")) from error

    def _check_meant(self):
        """A button says which step it means: the next one is not decided by the same click."""
        meant = self.env.context.get("approval_step")
        if meant and meant != self._step().id:
            raise UserError(self.env._("This step was decided already. Read the page again."))

    def _why_not(self):
        if self.state != "waiting":
            return self.env._("This was decided already.")
        if self.env.user in self._involved():
            return self.env._("Nobody approves his own campaign.")
        return self.env._("This waits for the decision of %s.", self.approver_id.name)

    def _note_decision(self, decision, reason, user):
        now = fields.Datetime.now()
        self._step().write(
            {"state": decision, "decided_by": user.id, "decided_on": now, "reason": reason}
        )
        self.activity_ids.filtered("active").action_done()
        self.state = approval.outcome(self.step_ids.sorted("sequence").mapped("state"))
        if self.state == "waiting":
            self._start_days()
            self._remind()
        else:
            (self.change_id or self.campaign_id)._approval_decided(self)

    def action_withdraw(self):
        """Take the application back; only who asked may."""
        for one in self:
            if one.user_id != self.env.user and not self.env.su:
                raise AccessError(self.env._("Only %s may withdraw it.", one.user_id.name))
            if one.state != "waiting":
                raise UserError(self.env._("This was decided already."))
            # sudo: rows are written by these methods only
            mine = one.sudo()
            mine._close()
            (mine.change_id or mine.campaign_id)._approval_decided(mine)

    def _close(self):
        """Withdraw, with the reminders; called without rights."""
        self.state = "withdrawn"
        self.activity_ids.unlink()

    @api.model
    def _cron_escalate(self):
        """Overdue decisions: the substitute is reminded, else whoever asked is told (once)."""
        late = self.search(
            [
                ("state", "=", "waiting"),
                ("deadline", "<", fields.Date.context_today(self)),
                ("step_id.escalated", "=", False),
            ]
        )
        for one in late:
            one.step_id.escalated = True
            summary = self.env._("Overdue: decide about %s", one.campaign_id.title)
            if not one.substitute_id:
                summary = self.env._("No decision yet: talk to %s", one.approver_id.name)
            one._schedule(one.substitute_id or one.user_id, summary)
