from odoo import fields, models


class CrmServiceTeamMember(models.Model):
    """A representative in a team, and how much work he can take (SVC-L2)."""

    _name = "crm.service.team.member"
    _description = "Member of a service team"
    _order = "team_id, sequence, id"
    _rec_name = "user_id"

    team_id = fields.Many2one("crm.service.team", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users", "Representative", required=True, index=True, domain=[("share", "=", False)]
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    capacity = fields.Integer(
        "Open requests at once", default=20, help="No more are assigned by themselves."
    )
    skill_ids = fields.One2many("crm.service.member.skill", "member_id", "Skills")
    skill_names = fields.Char("Skills known", compute="_compute_skill_names")
    date_last_assigned = fields.Datetime("Last assigned", readonly=True)

    _once = models.UniqueIndex("(team_id, user_id)", "This colleague is in the team already.")
    _capacity_positive = models.Constraint("CHECK(capacity >= 0)", "Capacity cannot be negative.")

    def _compute_skill_names(self):
        for member in self:
            names = [f"{row.skill_id.name} {row.level}" for row in member.skill_ids]
            member.skill_names = ", ".join(names)
