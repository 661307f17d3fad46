from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..report.call_dashboard import midnight

GROUP = "crm_callcenter.group_call_supervisor"


class CrmCallSupervisor(models.AbstractModel):
    """The page of a supervisor: agents now, health of the queues, today and what is due (CC-8)."""

    _name = "crm.call.supervisor"
    _description = "Supervisor"

    @api.model
    def get_supervisor(self):
        """What a supervisor has to know now, in the current company.

        :return: dict: agents (list), today (list, one row a queue), samples (dict or ``False``),
            surges (list), telephone (extension of the supervisor's own, or "")
        :raises AccessError: no supervisor
        """
        self._check()
        return {
            "agents": self._agents(),
            "today": self._today(fields.Datetime.now()),
            "samples": self._samples_due() or False,
            "surges": self._surges(),
            "telephone": self.env["crm.call.agent"]._mine().extension or "",
        }

    def _check(self):
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("This page is for supervisors of the call center."))

    def _agents(self):
        """Agents with what they do; a state without an end runs."""
        return self.env.execute_query_dict(
            SQL(
                """SELECT a.id, a.name, a.extension, COALESCE(s.state, 'offline') AS state,
                          s.reason, to_char(s.date_from, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
                          s.call_id, q.name ->> 'en_US' AS queue
                     FROM crm_call_agent a
                     LEFT JOIN crm_call_agent_state s ON s.agent_id = a.id AND s.date_to IS NULL
                     LEFT JOIN crm_call c ON c.id = s.call_id
                     LEFT JOIN crm_call_queue q ON q.id = c.queue_id
                    WHERE a.company_id = %s AND a.active
                    ORDER BY s.state IS NULL, a.name, a.id""",
                self.env.company.id,
            )
        )

    def _today(self, now):
        """Calls of today until the last quarter of an hour beside the forecast, by queue."""
        start = midnight(fields.Date.context_today(self), self.env.tz)
        end = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        rows = self.env.execute_query(
            SQL(
                """SELECT q.id, (SELECT count(*) FROM crm_call c
                           WHERE c.company_id = q.company_id AND c.queue_id = q.id
                             AND c.direction = 'inbound' AND c.state = 'done'
                             AND c.result <> 'ivr_contained'
                             AND c.start >= %(start)s AND c.start < %(end)s),
                          (SELECT sum(l.calls) FROM crm_call_forecast_line l
                            WHERE l.queue_id = q.id
                              AND l.start >= %(start)s AND l.start < %(end)s)
                     FROM crm_call_queue q WHERE q.company_id = %(company)s AND q.active
                    ORDER BY q.sequence, q.id""",
                start=start,
                end=end,
                company=self.env.company.id,
            )
        )
        names = self.env["crm.call.queue"].browse([row[0] for row in rows])
        return [
            {
                "id": queue.id,
                "name": queue.name,
                "calls": calls,
                "forecast": forecast,
                "off": calls / forecast - 1 if forecast else None,
                "domain": [
                    ("queue_id", "=", queue.id),
                    ("direction", "=", "inbound"),
                    ("state", "=", "done"),
                    ("result", "!=", "ivr_contained"),
                    ("start", ">=", fields.Datetime.to_string(start)),
                    ("start", "<", fields.Datetime.to_string(end)),
                ],
            }
            for queue, (_id, calls, forecast) in zip(names, rows, strict=True)
        ]

    @api.model
    def _samples_due(self):
        """Calls drawn for a review that nobody made yet: dict count, model, domain (CC-5).

        ``None``: nothing waits.
        """
        domain = [
            ("kind", "=", "agent"),
            ("state", "=", "due"),
            ("company_id", "=", self.env.company.id),
        ]
        lines = self.env["crm.call.review.sample.line"]
        count = lines.search_count(domain)
        return {"count": count, "model": lines._name, "domain": domain} if count else None

    def _surges(self):
        found = self.env["crm.call.surge"].search(
            [("company_id", "=", self.env.company.id), ("state", "=", "open")], limit=5
        )
        return [{"id": one.id, "text": one.explanation} for one in found]

    @api.model
    def set_agent_state(self, agent_id, state, reason=None):
        """Say for an agent that he is ready, paused or offline; his exchange is told (CC-8).

        :raises AccessError: no supervisor, or of another company
        :raises UserError: another state, which the telephone decides, or a pause without a reason
        """
        self._check()
        if state not in ("ready", "paused", "offline"):
            raise UserError(self.env._("An agent can be set to ready, paused or offline."))
        agent = self.env["crm.call.agent"].browse(agent_id).exists()
        if not agent:
            raise UserError(self.env._("This agent is not there any more."))
        agent.check_access("read")
        if agent.company_id not in self.env.companies:
            raise AccessError(self.env._("This agent belongs to another company."))
        # sudo: states are written by the machine alone; who may say so was asked above
        agent.sudo()._set_state(state, reason=reason)
        return True
