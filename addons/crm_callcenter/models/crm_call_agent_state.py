from odoo import api, fields, models

STATES = [
    ("offline", "Offline"),
    ("ready", "Ready"),
    ("ringing", "Ringing"),
    ("on_call", "On a call"),
    ("wrap_up", "After-call work"),
    ("paused", "Paused"),
    ("unreachable", "Unreachable"),
]
#: What an agent can want; the telephone decides about the others.
RESTS = [("offline", "Offline"), ("ready", "Ready"), ("paused", "Paused")]


class CrmCallAgentState(models.Model):
    """What an agent did from when to when: base of occupancy, adherence and the wallboard (CC-8).

    One row runs (``date_to`` empty) per agent; offline has no row.
    """

    _name = "crm.call.agent.state"
    _description = "State of an agent"
    _order = "date_from desc, id desc"
    _rec_name = "state"
    _log_access = False

    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    reason = fields.Char(readonly=True, help="Why he paused, or will pause after the call.")
    rest = fields.Selection(RESTS, "Then", readonly=True, help="What follows after the call.")
    until = fields.Datetime("Ends by itself", readonly=True, help="After-call work (CC-1).")
    call_id = fields.Many2one(
        "crm.call", ondelete="set null", readonly=True, index="btree_not_null"
    )
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("To", readonly=True, help="Empty: it runs.")
    seconds = fields.Integer(compute="_compute_seconds", help="Until now while it runs.")

    _running_uniq = models.UniqueIndex("(agent_id) WHERE date_to IS NULL")
    _ended_idx = models.Index("(date_to)")
    _agent_idx = models.Index("(agent_id, date_from DESC)")
    _order_of_moments = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A state ends after it began."
    )

    @api.depends("date_from", "date_to")
    def _compute_seconds(self):
        now = fields.Datetime.now()
        for row in self:
            row.seconds = max(int(((row.date_to or now) - row.date_from).total_seconds()), 0)
