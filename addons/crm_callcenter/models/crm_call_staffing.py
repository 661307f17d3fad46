from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..report.call_dashboard import midnight
from ..tools import staffing as tools


class CrmCallStaffing(models.AbstractModel):
    """Need of agents against shifts, and what if (CC-8)."""

    _name = "crm.call.staffing"
    _description = "Staffing"

    def _check(self):
        if not self.env.user.has_groups(
            "crm_callcenter.group_call_planner,crm_callcenter.group_call_supervisor"
        ):
            raise AccessError(self.env._("Staffing is for planners and supervisors."))

    @api.model
    @api.readonly
    def get_day(self, queue_id, day):
        """A day of a queue: calls expected and come, agents needed and on shift, by 15 minutes.

        :return: dict: forecast (error and what is missing), points (list), queues (choices)
        :raises UserError: no such queue or day
        """
        self._check()
        queue, first = self._queue(queue_id), self._day(day)
        zone = queue._plan_zone()
        start, end = midnight(first, zone), midnight(first + timedelta(days=1), zone)
        for model in ("crm.call.forecast.line", "crm.call.shift", "crm.call.interval"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(self._points(queue, start, end))
        now = fields.Datetime.now()
        return {
            "forecast": self._forecast(queue),
            "points": [self._point(row, zone, now) for row in rows],
            "setting": self._setting(queue),
        }

    @api.model
    def get_queues(self):
        """Queues that can be planned: list of dicts id and name."""
        self._check()
        queues = self.env["crm.call.queue"].search([("company_id", "in", self.env.companies.ids)])
        return queues.mapped(lambda queue: {"id": queue.id, "name": queue.name})

    def _queue(self, queue_id):
        queue = self.env["crm.call.queue"].browse(int(queue_id or 0)).exists()
        if not queue or queue.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a queue of your company."))
        return queue

    def _day(self, day):
        try:
            found = fields.Date.to_date(day)
        except ValueError:
            found = None
        if not found:
            raise UserError(self.env._("Choose a day."))
        return found

    def _forecast(self, queue):
        one = self.env["crm.call.forecast"].search([("queue_id", "=", queue.id)], limit=1)
        if not one:
            return False
        error = {"wape": one.wape, "mape": one.mape, "naive": one.naive_wape}
        return {
            "id": one.id,
            "state": one.state,
            "message": one.message or "",
            "until": str(one.date_to),
            "weeks": one.held_weeks,
            **(error if one.has_error else dict.fromkeys(error)),
        }

    def _points(self, queue, start, end):
        """Shifts count for a queue when they name it, or no queue and the agent has its skills."""
        agents = queue._agents().ids
        return SQL(
            """WITH slots AS (SELECT generate_series(%(start)s::timestamp,
                    %(end)s::timestamp - INTERVAL '15 minutes', INTERVAL '15 minutes') AS start),
            come AS (SELECT start, sum(offered) AS calls FROM crm_call_interval
                WHERE queue_id = %(queue)s AND direction = 'inbound'
                  AND start >= %(start)s AND start < %(end)s GROUP BY 1)
            SELECT s.start, l.calls AS expected, l.agents AS needed, l.scheduled, c.calls,
                   (SELECT count(DISTINCT h.agent_id) FROM crm_call_shift h
                     WHERE h.date_from <= s.start AND h.date_to >= s.start + INTERVAL '15 minutes'
                       AND h.agent_id = ANY(%(agents)s)
                       AND (NOT EXISTS (SELECT FROM crm_call_queue_crm_call_shift_rel r
                                         WHERE r.crm_call_shift_id = h.id)
                            OR EXISTS (SELECT FROM crm_call_queue_crm_call_shift_rel r
                                        WHERE r.crm_call_shift_id = h.id
                                          AND r.crm_call_queue_id = %(queue)s))) AS planned
              FROM slots s
              LEFT JOIN crm_call_forecast_line l ON l.queue_id = %(queue)s AND l.start = s.start
              LEFT JOIN come c ON c.start = s.start
             WHERE l.id IS NOT NULL OR c.calls IS NOT NULL ORDER BY 1""",
            start=start,
            end=end,
            queue=queue.id,
            agents=agents,
        )

    def _point(self, row, zone, now):
        local = row["start"].replace(tzinfo=UTC).astimezone(zone)
        need = row["scheduled"]
        return {
            "at": f"{row['start'].isoformat()}Z",
            "label": local.strftime("%H:%M"),
            "expected": row["expected"],
            "calls": float(row["calls"] or 0) if row["start"] <= now else None,
            "agents": row["needed"],
            "needed": need,
            "planned": row["planned"],
            "gap": None if need is None else row["planned"] - need,
        }

    def _setting(self, queue):
        return {
            "handling": round(queue._plan_handling(fields.Datetime.now())),
            "level": queue.answer_share,
            "seconds": queue.answer_seconds,
            "patience": queue.patience_seconds if queue.plan_target == "a" else None,
            "shrinkage": queue.shrinkage,
        }

    @api.model
    @api.readonly
    def what_if(self, calls, handling, level, seconds, patience=None, shrinkage=0.0):
        """Agents needed for so many calls in 15 minutes, and what one to three more or less do.

        :param handling: seconds a call; *patience*: seconds, ``None`` or 0: nobody hangs up
        :param level: share to be answered within *seconds*
        :return: dict: model (A or C), need (agents), rows (list, ``needed`` marks the need)
        :raises UserError: absurd input, with what is wrong
        """
        self._check()
        try:
            load = tools.Load(float(calls), float(handling), 900.0, float(patience or 0) or None)
            target = tools.Target(service_level=float(level), threshold=float(seconds))
            need = tools.agents_needed(load, target).agents
            around = range(max(need - 3, 0), need + 4)
            rows = tools.what_if_agents(load, around, float(seconds), float(shrinkage))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This cannot be worked out: %s", error)) from error
        return {
            "model": "A" if load.patience else "C",
            "erlangs": load.erlangs,
            "need": need,
            "rows": [
                {
                    "agents": row.found.agents,
                    "scheduled": row.scheduled,
                    "level": row.found.service_level,
                    "asa": row.found.asa,
                    "abandonment": row.found.abandonment,
                    "occupancy": row.found.occupancy,
                    "stable": row.found.stable,
                    "needed": row.found.agents == need,
                }
                for row in rows
            ],
        }
