from odoo import fields, models


class CrmServiceSkill(models.Model):
    """What somebody has to know to handle requests of a type (SVC-L2)."""

    _name = "crm.service.skill"
    _description = "Skill"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "There is a skill of this name.")
