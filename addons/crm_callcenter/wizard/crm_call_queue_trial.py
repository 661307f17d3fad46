from datetime import UTC

from odoo import api, fields, models

from ..tools import routing


class CrmCallQueueTrial(models.TransientModel):
    """Who would get this call: the ranking of ``tools/routing.py``, and its reasons (CC-3)."""

    _name = "crm.call.queue.trial"
    _description = "Who would get this call"

    queue_id = fields.Many2one("crm.call.queue", required=True, ondelete="cascade")
    number = fields.Char(help="A caller's number; his last calls tell who talked to him.")
    partner_id = fields.Many2one("res.partner", "Customer")
    line_ids = fields.One2many("crm.call.queue.trial.line", "trial_id", "Agents", readonly=True)

    def action_try(self):
        """Rank the agents as they are now; nobody is called."""
        self.ensure_one()
        agents = self.env["crm.call.agent"].search(
            [("company_id", "=", self.queue_id.company_id.id)]
        )
        now = fields.Datetime.now().replace(tzinfo=UTC).timestamp()
        workers = self._workers(agents, now)
        rows = routing.explain(self._caller(now), workers, now, routing.Rules())
        self.line_ids.unlink()
        self.line_ids = [
            (0, 0, {"agent_id": agent, "place": place, "refusal": refusal or False,
                    "reasons": self._words(reasons)})
            for place, (agent, refusal, reasons) in enumerate(rows, 1)
        ]  # fmt: skip
        return self._again()

    def _workers(self, agents, now):
        skills = {agent: {} for agent in agents}
        for row in agents._released_skills():
            skills[row.agent_id][row.skill_id.id] = int(row.level)
        queue = frozenset([self.queue_id.id])
        return [
            routing.Agent(agent.id, skills[agent], queue, _ready_since(agent)) for agent in agents
        ]

    def _caller(self, now):
        needs = {row.skill_id.id: int(row.level) for row in self.queue_id.skill_ids}
        return routing.Waiting(
            0, self.queue_id.id, now, needs=needs, last_agent=self._last_agent().id or 0
        )

    def _last_agent(self):
        """Who talked to him last, by number or customer."""
        company = self.queue_id.company_id
        return self.env["crm.call"]._last_agent(
            company, self.partner_id, self.number, company.country_id
        )

    @api.model
    def _words(self, reasons):
        texts = {
            "last_agent": self.env._("talked to him last"),
            "spare": self.env._("%s levels of skill to spare"),
            "idle": self.env._("ready for %s s"),
        }
        found = [
            texts[code] % round(value) if "%s" in texts[code] else texts[code]
            for code, value in reasons
            if code in texts and (value or code == "spare")
        ]
        return ", ".join(found)

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who would get this call"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


def _ready_since(agent):
    """Seconds since 1970, ``None`` while he is not ready."""
    if agent.state != "ready" or not agent.state_since:
        return None
    return agent.state_since.replace(tzinfo=UTC).timestamp()
