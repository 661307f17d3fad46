from odoo import fields, models

NEXT = [
    ("none", "Nothing"),
    ("callback", "Call back"),
    ("request", "Open a request"),
    ("lead", "Make a lead"),
]


class CrmCallDisposition(models.Model):
    """How a call ended, as the agent says after it, and what follows (CC-1, CC-6)."""

    _name = "crm.call.disposition"
    _description = "Call result by the agent"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    solved = fields.Boolean(help="Counts as solved at the first contact (CC-8).")
    next_step = fields.Selection(NEXT, required=True, default="none", string="Next step")
    needs_note = fields.Boolean(help="The agent has to write a sentence.", string="Needs note")
