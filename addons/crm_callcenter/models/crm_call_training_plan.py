from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("class", "Class"),
    ("practice", "Practice"),
    ("accompanied", "Accompanied calls"),
    ("examination", "Examination"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
ENDED = ("passed", "failed", "cancelled")


class CrmCallTrainingPlan(models.Model):
    """How far one agent has come in a training program (CC-10).

    The phase follows from the hours and calls entered; only the examination is decided.
    """

    _name = "crm.call.training.plan"
    _description = "Training plan of an agent"
    _inherit = ["crm.call.steps.mixin", "mail.thread", "mail.activity.mixin"]
    _by_steps = frozenset(
        ("outcome", "state", "examined_on", "examiner_id", "class_done", "practice_done",
         "calls_done")
    )  # fmt: skip
    _order = "start desc, id desc"

    training_id = fields.Many2one(
        "crm.call.training", required=True, ondelete="restrict", index=True
    )
    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="training_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    start = fields.Date(required=True, default=fields.Date.context_today)
    trainer_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    entry_ids = fields.One2many("crm.call.training.entry", "plan_id", "Entries")
    class_done = fields.Float("Class hours", compute="_compute_done", store=True)
    practice_done = fields.Float("Practice hours", compute="_compute_done", store=True)
    calls_done = fields.Integer("Calls accompanied", compute="_compute_done", store=True)
    class_needed = fields.Float(related="training_id.class_hours", string="Class hours needed")
    practice_needed = fields.Float(
        related="training_id.practice_hours", string="Practice hours needed"
    )
    calls_needed = fields.Integer(
        related="training_id.accompanied_calls", string="Accompanied calls needed"
    )
    outcome = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed"), ("cancelled", "Cancelled")],
        readonly=True,
        copy=False,
    )
    state = fields.Selection(STATES, compute="_compute_state", store=True, tracking=True)
    mark = fields.Float("Mark (0 to 100)", copy=False, aggregator="avg")
    examined_on = fields.Date(readonly=True, copy=False, string="Examined on")
    examiner_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    certificate_ids = fields.One2many("crm.call.certificate", "plan_id", "Certificates")
    cost = fields.Monetary(
        compute="_compute_cost", store=True, readonly=False, precompute=True, aggregator="sum"
    )

    _mark_range = models.Constraint(
        "CHECK(mark BETWEEN 0 AND 100 AND cost >= 0)",
        "A mark lies between 0 and 100, and costs are not negative.",
    )

    @api.depends("training_id")
    def _compute_cost(self):
        for plan in self:
            plan.cost = plan.training_id.cost

    @api.depends("entry_ids.kind", "entry_ids.hours")
    def _compute_done(self):
        for plan in self:
            hours = {"class": 0.0, "practice": 0.0, "call": 0.0}
            for entry in plan.entry_ids:
                hours[entry.kind] += entry.hours
            plan.class_done, plan.practice_done = hours["class"], hours["practice"]
            plan.calls_done = len(plan.entry_ids.filtered(lambda one: one.kind == "call"))

    @api.depends(
        "outcome", "class_done", "practice_done", "calls_done", "training_id.class_hours",
        "training_id.practice_hours", "training_id.accompanied_calls",
    )  # fmt: skip
    def _compute_state(self):
        for plan in self:
            need = plan.training_id
            if plan.outcome:
                plan.state = plan.outcome
            elif plan.class_done < need.class_hours:
                plan.state = "class"
            elif plan.practice_done < need.practice_hours:
                plan.state = "practice"
            elif plan.calls_done < need.accompanied_calls:
                plan.state = "accompanied"
            else:
                plan.state = "examination"

    @api.depends("agent_id", "training_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.agent_id.name or ''}: {plan.training_id.name or ''}"

    def action_examined(self):
        """The examination is over: its mark decides, and passing gives certificates."""
        for plan in self:
            if plan.state != "examination":
                raise UserError(self.env._("Class, practice and accompanied calls come before."))
            if plan.agent_id.user_id == self.env.user:
                raise UserError(self.env._("Nobody examines himself."))
            passed = plan.mark >= plan.training_id.pass_mark
            plan._take_step(
                {
                    "outcome": "passed" if passed else "failed",
                    "examined_on": fields.Date.context_today(plan),
                    "examiner_id": self.env.uid,
                }
            )
            if passed:
                plan._certify()

    def _certify(self):
        months = self.training_id.valid_months
        today = fields.Date.context_today(self)
        self.env["crm.call.certificate"].create(
            [
                {
                    "agent_id": self.agent_id.id,
                    "skill_id": skill.id,
                    "plan_id": self.id,
                    "issued": today,
                    "expires": today + relativedelta(months=months) if months else False,
                    "remind_days": self.training_id.remind_days,
                }
                for skill in self.training_id.skill_ids
            ]
        )

    def action_cancel(self):
        if any(plan.outcome for plan in self):
            raise UserError(self.env._("This plan is over already."))
        self._take_step({"outcome": "cancelled"})

    def action_again(self):
        """Repeat a failed examination."""
        if any(plan.outcome != "failed" for plan in self):
            raise UserError(self.env._("Only a failed examination is repeated."))
        self._take_step({"outcome": False, "mark": 0})
