from odoo import fields, models

LEVELS = [("1", "Beginner"), ("2", "Able"), ("3", "Good"), ("4", "Expert")]


class CrmCallAgentSkill(models.Model):
    """How well an agent has a skill; calls go to those released, the better ones first (CC-3)."""

    _name = "crm.call.agent.skill"
    _description = "Skill of an agent"
    _order = "agent_id, level desc, id"
    _rec_name = "skill_id"

    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade", index=True)
    skill_id = fields.Many2one("crm.call.skill", required=True, ondelete="cascade", index=True)
    level = fields.Selection(LEVELS, "Skill level", required=True, default="2")
    released = fields.Boolean(
        default=True, help="Off: in training; no call is routed for this skill (CC-10)."
    )

    _agent_skill_uniq = models.UniqueIndex(
        "(agent_id, skill_id)", "The agent has this skill already."
    )
