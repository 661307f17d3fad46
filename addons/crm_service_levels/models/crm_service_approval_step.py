from odoo import fields, models

from .crm_service_approval_rule_step import ASKED

STEP_STATES = [
    ("pending", "To come"),
    ("waiting", "Waiting"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("expired", "Not answered in time"),
    ("cancelled", "Not needed"),
]


class CrmServiceApprovalStep(models.Model):
    """One step of an approval: who was asked, who decided, when and why (SVC-L2)."""

    _name = "crm.service.approval.step"
    _description = "Step of an approval"
    _order = "approval_id, sequence, id"

    approval_id = fields.Many2one(
        "crm.service.approval", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Step", required=True)
    asked = fields.Selection(ASKED, "Who is asked", required=True)
    user_id = fields.Many2one("res.users", "Person")
    group_id = fields.Many2one("res.groups", "Role")
    hours = fields.Float("Time limit (hours)")
    state = fields.Selection(STEP_STATES, required=True, default="pending")
    date_due = fields.Datetime("Answer until")
    decided_by_id = fields.Many2one("res.users", "Decided by")
    date_decided = fields.Datetime("Decided on")
    note = fields.Text("Reason")

    def _asked_users(self):
        """Colleagues whom this step asks, before absences are looked at."""
        request = self.approval_id.request_id
        people = {
            "leader": lambda: request.team_id.user_id,
            "user": lambda: self.user_id,
            "group": lambda: self.group_id.all_user_ids.filtered(
                lambda user: request.company_id in user.company_ids
            ),
        }
        return people[self.asked]().filtered(lambda user: user.active and not user.share)

    def _deadline(self, now):
        """When the answer is due, in working hours of the team; nothing without a limit."""
        if not self.hours:
            return False
        request = self.approval_id.request_id
        calendar = request.team_id.resource_calendar_id or request.company_id.resource_calendar_id
        end = calendar and calendar.plan_hours(self.hours, now, compute_leaves=True)
        return end or fields.Datetime.add(now, hours=self.hours)
