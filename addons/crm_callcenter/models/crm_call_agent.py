from odoo import api, fields, models

from .crm_call_agent_state import STATES


class CrmCallAgent(models.Model):
    """A person who takes and makes calls: telephone, skills, and what he does now (CC-1)."""

    _name = "crm.call.agent"
    _inherit = [
        "crm.call.agent.machine.mixin",
        "crm.call.agent.bar.mixin",
        "crm.call.agent.inbox.mixin",
        "crm.call.agent.release.mixin",
    ]
    _description = "Agent"
    _order = "name, id"

    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    name = fields.Char(related="user_id.name", store=True, string="Agent's name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="restrict", index=True
    )
    extension = fields.Char(
        required=True, help="Number of his telephone on the exchange, e.g. 1001."
    )
    skill_ids = fields.One2many("crm.call.agent.skill", "agent_id", "Skills", copy=True)
    voice_capacity = fields.Integer("Calls at a time", default=1)
    mail_capacity = fields.Integer("Mails at a time", default=3)
    chat_capacity = fields.Integer("Chats at a time", default=2)
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    state_since = fields.Datetime("Since", compute="_compute_state")

    _user_uniq = models.UniqueIndex("(user_id) WHERE active", "This person is an agent already.")
    _extension_uniq = models.UniqueIndex(
        "(exchange_id, extension) WHERE active", "Another agent has this extension."
    )
    _extension_digits = models.Constraint(
        "CHECK(extension ~ '^[0-9*#]{2,12}$')", "An extension has 2 to 12 digits."
    )
    _capacities = models.Constraint(
        "CHECK(voice_capacity BETWEEN 0 AND 1 AND mail_capacity BETWEEN 0 AND 20"
        " AND chat_capacity BETWEEN 0 AND 20)",
        "An agent has one call at a time at most, and no more than 20 mails and chats.",
    )

    def _compute_state(self):
        """The state that runs; somebody without one is offline."""
        running = {
            row.agent_id: row
            for row in self.env["crm.call.agent.state"].search(
                [("agent_id", "in", self.ids), ("date_to", "=", False)]
            )
        }
        for agent in self:
            row = running.get(agent)
            agent.state = row.state if row else "offline"
            agent.state_since = row.date_from if row else False

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self.env["crm.call.agent.state"]._search(
            [("date_to", "=", False), ("state", "in", list(value))]
        )
        domain = [("id", "in", rows.subselect("agent_id"))]
        if "offline" not in value:
            return domain
        running = self.env["crm.call.agent.state"]._search([("date_to", "=", False)])
        return ["|", *domain, ("id", "not in", running.subselect("agent_id"))]

    def _meets(self, asked):
        """Whether he has what a queue asks for: every skill, released, on its least level.

        :param asked: ``crm.call.queue.skill``
        """
        self.ensure_one()
        return self in self._able(asked)

    def _able(self, asked):
        """Those who meet it, in a constant number of queries."""
        own = {}
        for row in self._released_skills().sudo():  # sudo: whom a queue calls is no secret
            own.setdefault(row.agent_id.id, {})[row.skill_id.id] = row.level
        wanted = [(row.skill_id.id, row.level) for row in asked]

        def meets(agent):
            levels = own.get(agent.id, {})
            return all(levels.get(skill, "0") >= level for skill, level in wanted)

        return self.filtered(meets)

    @api.model
    def _mine(self):
        """The agent who is logged in, or an empty record."""
        return self.search([("user_id", "=", self.env.uid)], limit=1)
