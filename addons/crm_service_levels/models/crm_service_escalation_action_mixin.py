from odoo import fields, models


class CrmServiceEscalationActionMixin(models.AbstractModel):
    """Who is told and what is done when a request needs attention (SVC-S, SVC-L2)."""

    _name = "crm.service.escalation.action.mixin"
    _description = "What an escalation does"

    # To whom
    recipient = fields.Selection(
        [
            ("owner", "Owner of the request"),
            ("leader", "Team leader"),
            ("group", "Everybody with a role"),
            ("user", "A person"),
        ],
        required=True,
        default="leader",
    )
    group_id = fields.Many2one("res.groups", "Role")
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])

    # What
    notify = fields.Boolean(default=True)
    raise_priority = fields.Boolean("Raise the priority")
    reassign = fields.Boolean(help="The first of those named becomes the owner.")
    activity_type_id = fields.Many2one("mail.activity.type", "Activity", ondelete="set null")
    activity_days = fields.Integer("Due in (days)", help="Calendar days until the activity is due.")

    _recipient_named = models.Constraint(
        "CHECK((recipient <> 'group' OR group_id IS NOT NULL) "
        "AND (recipient <> 'user' OR user_id IS NOT NULL))",
        "Name the role or person that is told.",
    )

    def _recipients(self, request):
        """Users who are told about *request*."""
        self.ensure_one()
        people = {
            "owner": lambda: request.user_id or request.team_id.user_id,
            "leader": lambda: request.team_id.user_id,
            "group": lambda: self.group_id.all_user_ids.filtered(
                lambda user: request.company_id in user.company_ids
            ),
            "user": lambda: self.user_id,
        }
        return people[self.recipient]().filtered("active")
