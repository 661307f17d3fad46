from odoo import fields, models

ASKED = [
    ("leader", "Leader of the request's team"),
    ("user", "A person"),
    ("group", "Everybody with a role"),
]


class CrmServiceApprovalRuleStep(models.Model):
    """One step of an approval rule: who is asked, and how long is waited for him (SVC-L2)."""

    _name = "crm.service.approval.rule.step"
    _description = "Step of an approval rule"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        "crm.service.approval.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Step", required=True, translate=True)
    asked = fields.Selection(ASKED, "Who is asked", required=True, default="leader")
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])
    group_id = fields.Many2one("res.groups", "Role")
    hours = fields.Float(
        "Time limit (hours)",
        default=8.0,
        help="Working hours of the team; then the next step is asked. 0: without limit.",
    )

    _hours_positive = models.Constraint("CHECK(hours >= 0)", "A time limit cannot be negative.")
    _asked_named = models.Constraint(
        "CHECK((asked <> 'user' OR user_id IS NOT NULL) "
        "AND (asked <> 'group' OR group_id IS NOT NULL))",
        "Name the person or role that is asked.",
    )
