from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..report import key_account_goals
from ..tools import key_account

#: What the members of the team write.
REPORTED = {"reported", "reported_on"}


class CrmKeyAccountGoal(models.Model):
    """What we want to reach with a key account until when (C360-2).

    Revenue, profit and orders are measured from the customer months between start and deadline
    (whole months); other goals are reported by hand.
    """

    _name = "crm.key.account.goal"
    _description = "Key account goal"
    _order = "account_id, deadline, id"

    account_id = fields.Many2one("crm.key.account", required=True, ondelete="cascade", index=True)
    name = fields.Char("Goal", required=True)
    figure = fields.Selection(
        [
            ("revenue", "Revenue"),
            ("profit", "Profit"),
            ("orders", "Orders"),
            ("manual", "Reported by hand"),
        ],
        required=True,
        default="revenue",
    )
    target = fields.Float(required=True)
    start = fields.Date(
        required=True, default=lambda self: fields.Date.today().replace(month=1, day=1)
    )
    deadline = fields.Date(
        required=True, default=lambda self: fields.Date.today().replace(month=12, day=31)
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one("res.users", "Responsible", index="btree_not_null")
    reported = fields.Float("Reported figure", help="For goals reported by hand.")
    reported_on = fields.Date("Reported on")
    actual = fields.Float(compute="_compute_actual", help="Reached between start and deadline.")
    progress = fields.Float(compute="_compute_actual", help="Actual ÷ target, in percent.")
    state = fields.Selection(
        [
            ("no_data", "No data yet"),
            ("reached", "Reached"),
            ("on_track", "On track"),
            ("behind", "Behind"),
            ("missed", "Missed"),
        ],
        compute="_compute_actual",
    )

    @api.constrains("start", "deadline")
    def _check_dates(self):
        if any(goal.deadline < goal.start for goal in self):
            raise ValidationError(self.env._("The deadline of a goal cannot be before its start."))

    def write(self, vals):
        """The team reports; what is to be reached is set by managers."""
        if not self.env.su and vals.keys() - REPORTED:
            self._check_may_plan()
        return super().write(vals)

    def _check_may_plan(self):
        if not self.env.user.has_group("crm_customer_insight.group_insight_manager"):
            raise AccessError(self.env._("Managers set goals; the team reports what was reached."))

    @api.depends(
        "figure", "target", "start", "deadline", "company_id", "reported", "reported_on",
        "account_id.partner_id",
    )  # fmt: skip
    def _compute_actual(self):
        measured = key_account_goals.measure(self.filtered(lambda goal: goal.figure != "manual"))
        today = fields.Date.context_today(self)
        for goal in self:
            by_hand = goal.reported if goal.reported_on else None
            actual = by_hand if goal.figure == "manual" else measured.get(goal._origin.id)
            goal.actual = actual or 0.0
            goal.progress = key_account.progress(actual, goal.target) or 0.0
            goal.state = key_account.goal_state(
                actual, goal.target, goal.start, goal.deadline, today
            )
