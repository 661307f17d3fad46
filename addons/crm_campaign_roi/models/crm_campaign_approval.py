from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import approval

STATES = [("waiting", "Waiting"), ("approved", "Approved"), ("refused", "Refused")]


class CrmCampaignApproval(models.Model):
    """An application: for a campaign with its budget, or for a change of it (ROI-1).

    Steps are decided in order; each names who may decide. Nobody decides what he asked for.
    """

    _name = "crm.campaign.approval"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Approval of a campaign"
    _order = "id desc"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    change_id = fields.Many2one("crm.campaign.change", readonly=True, index="btree_not_null")
    amount = fields.Monetary(readonly=True, help="The whole budget that is asked for.")
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True)
    state = fields.Selection(
        [*STATES, ("withdrawn", "Withdrawn")], default="waiting", required=True, readonly=True
    )
    step_ids = fields.One2many("crm.campaign.approval.step", "approval_id", "Steps", readonly=True)
    approver_id = fields.Many2one(
        "res.users", "Waits for", compute="_compute_approver_id", store=True, index="btree_not_null"
    )
    deadline = fields.Date(compute="_compute_approver_id", store=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("state", "step_ids.state")
    def _compute_approver_id(self):
        for one in self:
            step = one._step()
            one.approver_id = step.user_id
            one.deadline = step.deadline

    @api.depends_context("uid")
    @api.depends("state", "step_ids.state")
    def _compute_can_decide(self):
        for one in self:
            one.can_decide = bool(one.state == "waiting" and one._may_decide(self.env.user))

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
        involved = self.user_id | self.campaign_id.user_id
        return user in (step.user_id | step.substitute_id) - involved

    # -- asking --------------------------------------------------------------------------------

    @api.model
    def _ask(self, campaign, amount, reason, change=None):
        """Open an approval by the rule that fits.

        Without a rule the marketing managers decide, one of them is enough.

        :raises UserError: when nobody is there who may decide
        """
        steps = self._steps_for(campaign, amount)
        # sudo: rows are written by these methods only
        one = self.sudo().create(
            {
                "campaign_id": campaign.id,
                "change_id": change and change.id,
                "amount": amount,
                "reason": reason,
                "user_id": self.env.uid,
                "step_ids": [fields.Command.create(step) for step in steps],
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
        involved = campaign.user_id | self.env.user
        if not found:
            return [self._manager_step(campaign, involved, today)]
        steps = rules.browse(found.key).step_ids
        return [self._rule_step(step, number, involved, today) for number, step in enumerate(steps)]

    def _rule_step(self, step, number, involved, today):
        decider = next((u for u in step.user_id | step.substitute_id if u not in involved), None)
        if not decider:
            raise UserError(
                self.env._(
                    "%s cannot approve what is his own. Name a substitute in the approval rule.",
                    step.user_id.name,
                )
            )
        return {
            "sequence": number,
            "user_id": decider.id,
            "substitute_id": (step.substitute_id - decider).id,
            "deadline": today + timedelta(days=step.days),
        }

    def _manager_step(self, campaign, involved, today):
        # sudo: groups and their users are read by administrators
        managers = self.env.ref("crm_campaign_roi.group_campaign_manager").sudo().all_user_ids
        managers = managers.filtered(lambda user: campaign.company_id in user.company_ids)
        others = (managers - involved).filtered("active")
        if not others:
            raise UserError(
                self.env._("There is no approval rule and no marketing manager who could decide.")
            )
        return {
            "sequence": 0,
            "user_id": others[0].id,
            "substitute_id": others[1:2].id,
            "deadline": today + timedelta(days=3),
        }

    def _remind(self):
        """An activity for whoever is next."""
        for one in self:
            step = one._step()
            one.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=step.deadline,
                summary=self.env._("Decide about %s", one.campaign_id.title),
                user_id=step.user_id.id,
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
            if not one.can_decide:
                raise AccessError(one._why_not())
            one.lock_for_update()
            # sudo: rows are written by these methods only; who may decide was asked above
            one.sudo()._note_decision(decision, reason, self.env.user)

    def _why_not(self):
        if self.state != "waiting":
            return self.env._("This was decided already.")
        if self.env.user in self.user_id | self.campaign_id.user_id:
            return self.env._("Nobody approves his own campaign.")
        return self.env._("This waits for the decision of %s.", self.approver_id.name)

    def _note_decision(self, decision, reason, user):
        now = fields.Datetime.now()
        self._step().write(
            {"state": decision, "decided_by": user.id, "decided_on": now, "reason": reason}
        )
        self.activity_ids.filtered(lambda activity: activity.active).action_done()
        self.state = approval.outcome(self.step_ids.sorted("sequence").mapped("state"))
        if self.state == "waiting":
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
            mine.state = "withdrawn"
            mine.activity_ids.unlink()
            (mine.change_id or mine.campaign_id)._approval_decided(mine)

    @api.model
    def _cron_escalate(self):
        """Overdue decisions go to the substitute, too, with a reminder (once)."""
        late = self.search(
            [("state", "=", "waiting"), ("deadline", "<", fields.Date.context_today(self))]
        )
        for one in late:
            step = one._step()
            if step.substitute_id and not step.escalated:
                step.escalated = True
                one.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Overdue: decide about %s", one.campaign_id.title),
                    user_id=step.substitute_id.id,
                )
