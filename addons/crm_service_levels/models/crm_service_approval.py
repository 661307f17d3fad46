from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_amount, plaintext2html

from ..tools import authority

APPROVAL_STATES = [
    ("waiting", "Waiting"),
    ("own", "Within own authority"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("cancelled", "Not needed any more"),
]
LEADERS = "crm_service_levels.group_service_manager"
#: How many overdue approvals one run escalates.
BATCH = 200


class CrmServiceApproval(models.Model):
    """A decision on a request: taken within one's authority, or by those who are asked (SVC-L2).

    Rows are written by ``request._ask_approval`` and the methods here only, so that they tell what
    happened. Who may decide now is ``decider_ids``; the one who asks is never among them.
    """

    _name = "crm.service.approval"
    _description = "Approval"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.service.request.link.mixin"]
    _order = "id desc"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    service_order_id = fields.Many2one(
        "sale.order", "Order", index="btree_not_null", readonly=True, ondelete="cascade"
    )
    customer_name = fields.Char(related="request_id.partner_id.display_name", string="Customer")
    kind = fields.Selection(authority.KINDS, "For", required=True)
    unit = fields.Char(compute="_compute_unit")
    amount = fields.Float(aggregator=None)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_text = fields.Char("How much", compute="_compute_unit")
    reason = fields.Text(required=True)
    requested_by_id = fields.Many2one("res.users", "Asked by", required=True, index=True)
    date_requested = fields.Datetime("Asked on", required=True, default=fields.Datetime.now)
    on_approved = fields.Char("What is done then", groups="base.group_system")
    state = fields.Selection(APPROVAL_STATES, required=True, default="waiting", index=True)
    step_ids = fields.One2many("crm.service.approval.step", "approval_id", "Steps")
    step_id = fields.Many2one("crm.service.approval.step", "Step now", index="btree_not_null")
    date_due = fields.Datetime("Answer until", index="btree_not_null")
    decider_ids = fields.Many2many("res.users", string="Who may decide")
    decided_by_id = fields.Many2one("res.users", "Decided by", index="btree_not_null")
    date_decided = fields.Datetime("Decided on")
    note = fields.Text("Reason of the decision")
    may_decide = fields.Boolean(compute="_compute_may_decide", search="_search_may_decide")
    is_late = fields.Boolean("Late", compute="_compute_is_late")

    _waiting_idx = models.Index("(date_due) WHERE state = 'waiting'")

    @api.depends("kind", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        for approval in self:
            unit = approval.unit = authority.UNITS.get(approval.kind)
            text = {
                "money": lambda a=approval: format_amount(a.env, a.amount, a.currency_id),
                "percent": lambda a=approval: f"{a.amount:g} %",
                "minutes": lambda a=approval: a.env._("%s minutes", f"{a.amount:g}"),
            }
            approval.amount_text = text[unit]() if unit in text else False

    @api.depends("kind", "amount_text", "request_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for approval in self:
            parts = [kinds.get(approval.kind), approval.amount_text]
            approval.display_name = " ".join(filter(None, parts))

    @api.depends("state", "decider_ids", "requested_by_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for approval in self:
            approval.may_decide = approval.state == "waiting" and approval._is_decider()

    def _search_may_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = fields.Domain("state", "=", "waiting") & fields.Domain(
            "decider_ids", "in", [self.env.uid]
        )
        mine &= fields.Domain("requested_by_id", "!=", self.env.uid)
        if True in value and False in value:
            return fields.Domain.TRUE
        return mine if True in value else ~mine

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for approval in self:
            due = approval.date_due
            approval.is_late = approval.state == "waiting" and bool(due) and due < now

    def _is_decider(self):
        return self.env.user in self.decider_ids and self.env.user != self.requested_by_id

    # Asking

    def _begin(self, rule_steps):
        """Make the steps of a new approval and ask the first; the team leader without a rule."""
        plan = [
            {
                "name": step.name,
                "asked": step.asked,
                "user_id": step.user_id.id,
                "group_id": step.group_id.id,
                "hours": step.hours,
            }
            for step in rule_steps
        ] or [{"name": self.env._("Team leader"), "asked": "leader", "hours": 8.0}]
        rows = [{**row, "approval_id": self.id, "sequence": n} for n, row in enumerate(plan)]
        self._ask(self.env["crm.service.approval.step"].create(rows)[0])

    def _ask(self, step):
        """This step waits now; who is asked gets an activity."""
        now = fields.Datetime.now()
        step.write({"state": "waiting", "date_due": step._deadline(now)})
        self.write({"step_id": step.id, "date_due": step.date_due})
        self._invite_deciders(self._deciders())

    def _deciders(self):
        """Who may decide the step of now: those asked or their substitutes, else all leaders."""
        users = self.env["res.users"]
        step, asker = self.step_id, self.requested_by_id.id
        absences = self.env["crm.service.absence"]._now()
        found = authority.deciders(step._asked_users().ids, absences, asker)
        if not found or step.state == "expired":
            everybody = self._leaders().ids
            found |= authority.deciders(everybody, absences, asker)
            found = found or set(everybody) - {asker}
        return users.browse(found).filtered(lambda user: user.active and not user.share)

    def _leaders(self):
        company = self.company_id
        leaders = self.env.ref(LEADERS).all_user_ids
        return leaders.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def _invite_deciders(self, users):
        gone = self.decider_ids - users
        self.activity_ids.filtered(lambda activity: activity.user_id in gone).unlink()
        new = users - self.decider_ids
        self.decider_ids = users
        due = (self.date_due or fields.Datetime.now()).date()
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "summary": self.env._("Approve or refuse: %s", self.display_name),
                    "note": plaintext2html(self.reason),
                    "date_deadline": due,
                    "user_id": user.id,
                }
                for user in new
            ]
        )

    # Deciding

    def action_approve(self):
        """Say yes in one click; from the form, the list or an activity."""
        for approval in self:
            approval.decide("approved")
        return True

    def action_refuse(self):
        """Ask for the reason, then say no."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "crm.service.approval.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_approval_ids": self.ids},
        }

    def decide(self, verdict, note=None):
        """Decide the step of now; of two who decide at once, the second is told.

        :param verdict: ``approved`` or ``refused``; a refusal needs a reason
        :raise AccessError: unless the user is asked, and never for his own
        """
        self.ensure_one()
        self.check_access("read")
        note = note.strip() if isinstance(note, str) else ""
        if verdict not in ("approved", "refused"):
            raise UserError(self.env._("Approve or refuse."))
        if verdict == "refused" and not note:
            raise UserError(self.env._("Say why you refuse: your colleague has to know."))
        # sudo: who decides may have no right to write approvals or the request; he was asked
        plain = self.sudo()
        plain._lock()
        if plain.state != "waiting":
            raise UserError(self.env._("This has been decided already."))
        if not plain._is_decider():
            raise AccessError(self.env._("You are not asked to decide this."))
        plain._settle(verdict, note)
        return True

    def _lock(self):
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("A colleague is deciding this now.")) from error
        self.invalidate_recordset(["state", "decider_ids", "step_id"])

    def _settle(self, verdict, note):
        """Note the verdict on the step, then ask the next one or finish."""
        now, user = fields.Datetime.now(), self.env.user
        steps, place = self._place()
        self.step_id.write(
            {"state": verdict, "decided_by_id": user.id, "date_decided": now, "note": note}
        )
        state, following = authority.after(len(steps), place, verdict)
        self._close_activities(note)
        if state == "waiting":
            self.decider_ids = False
            self._ask(steps[following])
        else:
            self._finish(state, user, note)

    def _place(self):
        steps = self.step_ids.sorted(lambda step: (step.sequence, step.id))
        return steps, steps.ids.index(self.step_id.id)

    def _close_activities(self, note):
        mine = self.activity_ids.filtered(lambda activity: activity.user_id == self.env.user)
        (self.activity_ids - mine).unlink()
        mine.action_feedback(feedback=note or False)

    def _finish(self, state, user, note):
        self.step_ids.filtered(lambda s: s.state in ("pending", "waiting")).state = "cancelled"
        self.write(
            {
                "state": state,
                "decided_by_id": user.id,
                "date_decided": fields.Datetime.now(),
                "note": note,
                "decider_ids": False,
                "step_id": False,
                "date_due": False,
            }
        )
        self.request_id._approval_decided(self)

    def action_withdraw(self):
        """Who asked does not need the decision any more."""
        for approval in self:
            approval.check_access("read")
            if approval.requested_by_id != self.env.user or approval.state != "waiting":
                raise AccessError(self.env._("Only who asked can take it back, while it waits."))
        # sudo: the user's own questions, as checked just above
        self.sudo()._cancel()
        return True

    def _cancel(self):
        self.step_ids.filtered(lambda s: s.state in ("pending", "waiting")).state = "cancelled"
        self.activity_ids.unlink()
        self.write(
            {"state": "cancelled", "decider_ids": False, "step_id": False, "date_due": False}
        )
        self.request_id._approval_follow()

    # Time limits and absences

    @api.model
    def _cron_check(self):
        """Ask the next step where nobody answered in time; follow absences that began or ended."""
        now = fields.Datetime.now()
        late = self.search([("state", "=", "waiting"), ("date_due", "<=", now)], limit=BATCH)
        late = late.try_lock_for_update()
        for approval in late:
            approval._expire()
        waiting = self.search([("state", "=", "waiting")]) - late
        for approval in waiting:
            users = approval._deciders()
            if users != approval.decider_ids:
                approval._invite_deciders(users)

    def _expire(self):
        """Nobody answered in time: the next step is asked; after the last, all leaders."""
        steps, place = self._place()
        step = self.step_id
        step.state = "expired"
        _state, following = authority.after(len(steps), place, "expired")
        body = self.env._("Not answered in time: %s", step.name)
        self._message_log(body=body)
        self.request_id._message_log(body=body)
        if following != place:
            self.activity_ids.unlink()
            self.decider_ids = False
            self._ask(steps[following])
        else:
            self.date_due = False
            self._invite_deciders(self._deciders())
