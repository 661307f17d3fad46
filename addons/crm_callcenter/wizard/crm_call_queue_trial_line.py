from odoo import fields, models

REFUSALS = [
    ("queue", "Not of this queue"),
    ("language", "Does not speak the language"),
    ("skill", "Lacks a skill"),
    ("again", "Has just let it ring out"),
    ("not_ready", "Not ready"),
    ("taken", "Gets somebody more urgent"),
]


class CrmCallQueueTrialLine(models.TransientModel):
    """An agent in the ranking for a caller (CC-3)."""

    _name = "crm.call.queue.trial.line"
    _description = "Agent in the ranking for a caller"
    _order = "place, id"

    trial_id = fields.Many2one("crm.call.queue.trial", required=True, ondelete="cascade")
    place = fields.Integer(aggregator=None)
    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade")
    state = fields.Selection(related="agent_id.state")
    refusal = fields.Selection(REFUSALS, "Why not")
    reasons = fields.Char("Why")
