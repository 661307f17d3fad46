from odoo import api, fields, models

#: What a stage means to every rule of the suite, whatever it is called.
STATES = [
    ("new", "New"),
    ("open", "In progress"),
    ("customer", "Waiting for the customer"),
    ("third_party", "Waiting for others"),
    ("solved", "Solved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
CLOSED = ("solved", "closed", "cancelled")


class CrmServiceStage(models.Model):
    """Column of the request board; its state is what rules and figures go by (SVC-L1)."""

    _name = "crm.service.stage"
    _description = "Service stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(STATES, "Means", required=True, default="open")
    is_closed = fields.Boolean(compute="_compute_is_closed", store=True)
    pauses_sla = fields.Boolean(
        "Stops the clock",
        compute="_compute_pauses_sla",
        store=True,
        readonly=False,
        help="Service level targets do not run while a request is in this stage.",
    )
    fold = fields.Boolean("Folded on the board")
    team_ids = fields.Many2many("crm.service.team", string="Teams", help="Empty: all teams.")
    description = fields.Text("When to use it", translate=True)
    portal_name = fields.Char(
        "Name for the customer", translate=True, help="Empty: the name of the stage."
    )

    @api.depends("state")
    def _compute_is_closed(self):
        for stage in self:
            stage.is_closed = stage.state in CLOSED

    @api.depends("state")
    def _compute_pauses_sla(self):
        for stage in self:
            stage.pauses_sla = stage.state in ("customer", *CLOSED)

    @api.model
    def _first_by_team(self, teams, state=None):
        """First stage (of *state*) of each team: ``{team: stage}``, one search for all."""
        domain = [("state", "=", state)] if state else []
        stages = self.search(domain)
        return {
            team: stages.filtered(lambda s, t=team: not s.team_ids or t in s.team_ids)[:1]
            for team in (*teams, self.env["crm.service.team"])
        }
