from odoo import fields, models

from ..tools import assignment


class CrmServiceTeam(models.Model):
    _inherit = "crm.service.team"

    assign_method = fields.Selection(
        assignment.METHODS,
        "Assign by itself",
        help="Who gets new requests of this team. Empty: nobody, they wait until they are taken. "
        "A customer's usual representative comes first, and better tiers get the last places.",
    )


class CrmServiceTeamMember(models.Model):
    _inherit = "crm.service.team.member"

    skill_ids = fields.One2many("crm.service.member.skill", "member_id", "Skills")
    skill_names = fields.Char("Skills known", compute="_compute_skill_names")
    date_last_assigned = fields.Datetime("Last assigned", readonly=True)

    def _compute_skill_names(self):
        for member in self:
            names = [f"{row.skill_id.name} {row.level}" for row in member.skill_ids]
            member.skill_names = ", ".join(names)


class CrmServiceType(models.Model):
    _inherit = "crm.service.type"

    skill_ids = fields.Many2many(
        "crm.service.skill",
        string="Skills needed",
        help="Only colleagues who have all of them get requests of this type by themselves.",
    )
