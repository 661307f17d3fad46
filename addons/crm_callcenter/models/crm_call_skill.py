from odoo import fields, models


class CrmCallSkill(models.Model):
    """What an agent can do for a caller: a subject, a product, a language (CC-3)."""

    _name = "crm.call.skill"
    _description = "Call skill"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    lang_id = fields.Many2one(
        "res.lang",
        "Language",
        help="Filled in: the skill is this language. A customer whose language it is comes to the "
        "queue that asks for it, too, while somebody is there; mails and chats likewise.",
    )
    needs_certificate = fields.Boolean(
        help="Agents are released for this skill only after having passed its examination (CC-10).",
        string="Needs certificate",
    )
    agent_skill_ids = fields.One2many("crm.call.agent.skill", "skill_id", "Agents")

    _lang_uniq = models.UniqueIndex("(lang_id) WHERE active AND lang_id IS NOT NULL")
