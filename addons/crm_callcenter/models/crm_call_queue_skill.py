from odoo import fields, models

from .crm_call_agent_skill import LEVELS


class CrmCallQueueSkill(models.Model):
    """What a queue asks of its agents, and after how much waiting it asks no more (CC-3)."""

    _name = "crm.call.queue.skill"
    _description = "Skill that a queue asks for"
    _order = "queue_id, id"
    _rec_name = "skill_id"

    queue_id = fields.Many2one("crm.call.queue", required=True, ondelete="cascade", index=True)
    skill_id = fields.Many2one("crm.call.skill", required=True, ondelete="restrict", index=True)
    level = fields.Selection(LEVELS, "Least level", required=True, default="1")
    until_seconds = fields.Integer(
        "Asked for (seconds)",
        help="After so much waiting agents without the skill are called, too; 0: never.",
    )

    _queue_skill_uniq = models.UniqueIndex(
        "(queue_id, skill_id)", "The queue asks for this skill already."
    )
    _until_positive = models.Constraint(
        "CHECK(until_seconds >= 0)", "Seconds of waiting are not negative."
    )
