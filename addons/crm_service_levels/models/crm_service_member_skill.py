from odoo import fields, models


class CrmServiceMemberSkill(models.Model):
    """How well a member of a team knows something (SVC-L2)."""

    _name = "crm.service.member.skill"
    _description = "Skill of a representative"
    _order = "member_id, level desc, id"
    _rec_name = "skill_id"

    member_id = fields.Many2one(
        "crm.service.team.member", required=True, ondelete="cascade", index=True
    )
    skill_id = fields.Many2one("crm.service.skill", required=True, index=True)
    level = fields.Integer(
        "Skill level", required=True, default=3, help="1: basic … 5: others ask him."
    )

    _once = models.UniqueIndex("(member_id, skill_id)", "This skill is listed already.")
    _level_range = models.Constraint("CHECK(level BETWEEN 1 AND 5)", "A level is from 1 to 5.")
