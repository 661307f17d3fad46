from odoo import api, fields, models


class CrmCallQueue(models.Model):
    """A line in which callers wait for an agent: who answers, when, and how fast (CC-3, CC-8)."""

    _name = "crm.call.queue"
    _inherit = ["crm.call.queue.measure.mixin"]
    _description = "Call queue"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Name of the queue on the exchange; letters and digits."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    exchange_ids = fields.Many2many(
        "crm.call.exchange", string="Exchanges", help="Empty: all exchanges of the company."
    )
    calendar_id = fields.Many2one(
        "resource.calendar", "Opening hours", help="Empty: always open. Its holidays count, too."
    )
    members_by = fields.Selection(
        [("exchange", "The exchange's own configuration"), ("odoo", "Skills of agents in Odoo")],
        "Members from",
        required=True,
        default="exchange",
        help="Skills of agents: whoever has all skills asked for is added to the queue on the "
        "exchange, the better ones called first; a change takes effect within seconds.",
    )
    skill_ids = fields.One2many("crm.call.queue.skill", "queue_id", "Skills asked for", copy=True)
    agent_skill_user_ids = fields.Many2many(
        "res.users", string="Agents", compute="_compute_agents", search="_search_agents"
    )
    agent_count = fields.Integer("Number of agents", compute="_compute_agents")
    priority = fields.Integer(
        default=0, help="Callers of a queue with more points are answered first (0 to 100)."
    )
    answer_seconds = fields.Integer(
        "To be answered within (seconds)", default=20, help="Base of the service level (CC-8)."
    )
    answer_share = fields.Float(
        "Service level aimed at", default=0.8, help="Share of calls answered in that time."
    )
    short_seconds = fields.Integer(
        "Short abandon (seconds)",
        default=5,
        help="Who hangs up within so many seconds is counted apart: nobody could have answered.",
    )
    wrap_up_seconds = fields.Integer(
        "After-call work (seconds)", default=30, help="Then the agent is ready again by himself."
    )
    longest_wait = fields.Integer(
        "Longest wait (seconds)",
        default=600,
        help="Then the call goes on to the queue below; without one it ends.",
    )
    overflow_queue_id = fields.Many2one(
        "crm.call.queue",
        "Overflow to",
        ondelete="set null",
        index="btree_not_null",
        help="Takes the callers while this queue is closed, or when they have waited longest.",
    )
    closed_menu_id = fields.Many2one(
        "crm.call.menu",
        "When closed",
        ondelete="set null",
        index="btree_not_null",
        help="The menu that callers hear then, for example to leave a message or to be called "
        "back. Empty: they hear that nobody is there.",
    )
    tier_points = fields.Integer(
        "Points per tier",
        default=10,
        help="Each value tier of the customer above the lowest counts so many points of priority; "
        "0: all customers alike.",
    )
    own_agent_seconds = fields.Integer(
        "Own agent first (seconds)",
        default=10,
        help="Who works for the customer, or talked to him last, is called first for so long if "
        "he is ready; 0: nobody is preferred.",
    )
    offers_callback = fields.Boolean(
        "Call-back instead of waiting",
        help="Who presses 1 while he waits is called back (pbx/conf/callback.conf).",
    )

    script = fields.Html(
        help="Shown to the agent when a call of this queue rings (CC-2).", translate=True
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, lower(code))", "Another queue has this code already."
    )
    _code_plain = models.Constraint(
        "CHECK(code ~ '^[A-Za-z0-9_-]{1,40}$')",
        "The code of a queue is made of letters, digits, - and _ (40 at most).",
    )
    _limits = models.Constraint(
        "CHECK(answer_seconds > 0 AND answer_share > 0 AND answer_share <= 1 AND short_seconds >= 0"
        " AND wrap_up_seconds >= 0 AND longest_wait > 0 AND priority BETWEEN 0 AND 100"
        " AND tier_points BETWEEN 0 AND 100 AND own_agent_seconds BETWEEN 0 AND 120)",
        "Seconds are not negative, the service level lies between 0 and 100 %, priority and points "
        "between 0 and 100, and one agent alone is called for two minutes at most.",
    )
    _no_loop = models.Constraint(
        "CHECK(overflow_queue_id IS NULL OR overflow_queue_id <> id)",
        "A queue does not overflow to itself.",
    )

    @api.depends("skill_ids.skill_id", "skill_ids.level", "company_id")
    def _compute_agents(self):
        for queue in self:
            agents = queue._agents()
            queue.agent_skill_user_ids = agents.user_id
            queue.agent_count = len(agents)

    def _agents(self):
        """Agents who have all skills asked for, released, on the least level at least."""
        self.ensure_one()
        agents = self.env["crm.call.agent"].search([("company_id", "=", self.company_id.id)])
        return agents.filtered(lambda agent: agent._meets(self.skill_ids))

    def _search_agents(self, operator, value):
        """Queues that one of the users answers."""
        if operator != "in":
            return NotImplemented
        agents = self.env["crm.call.agent"].search([("user_id", "in", list(value))])
        queues = self.search([("company_id", "in", agents.company_id.ids)])
        found = queues.filtered(lambda queue: any(a._meets(queue.skill_ids) for a in agents))
        return [("id", "in", found.ids)]
