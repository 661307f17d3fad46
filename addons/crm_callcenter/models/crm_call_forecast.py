from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import call_forecast as tools

QUARTER = timedelta(minutes=15)
#: weeks of history at most, weeks forecast, weeks held out to measure the error
PAST, AHEAD, HELD = 104, 6, 4


class CrmCallForecast(models.Model):
    """A forecast of the calls of a queue, with its error on weeks it has not seen (CC-8)."""

    _name = "crm.call.forecast"
    _description = "Forecast of calls"
    _order = "create_date desc, id desc"
    _rec_name = "queue_id"

    queue_id = fields.Many2one("crm.call.queue", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="queue_id.company_id", store=True, index=True)
    date_from = fields.Date("First day", readonly=True)
    date_to = fields.Date("Last day", readonly=True)
    state = fields.Selection(
        [("done", "Done"), ("empty", "Too little known")], readonly=True, default="done"
    )
    message = fields.Char(readonly=True)
    wape = fields.Float(
        "Error (WAPE)", readonly=True, aggregator=None, help="Σ |forecast − calls| ÷ Σ calls."
    )
    mape = fields.Float(
        "Error (MAPE)",
        readonly=True,
        aggregator=None,
        help="Mean of |forecast − calls| ÷ calls over quarters of an hour with calls.",
    )
    naive_wape = fields.Float(
        "Error of “as last week”", readonly=True, aggregator=None, help="WAPE, same intervals."
    )
    has_error = fields.Boolean(readonly=True, help="Off: too little history to hold weeks out.")
    bias = fields.Float(readonly=True, aggregator=None, help="Above 0: too many were expected.")
    held_weeks = fields.Integer("Weeks held out", readonly=True, aggregator=None)
    handling = fields.Float("Handling time used (s)", readonly=True, aggregator=None)
    line_ids = fields.One2many("crm.call.forecast.line", "forecast_id", readonly=True)

    @api.model
    def _cron_forecast(self):
        """Every queue, once a night; one after the other, each committed."""
        queues = self.env["crm.call.queue"].search([("active", "=", True)], order="id")
        for done, queue in enumerate(queues, 1):
            self._forecast(queue)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(queues) - done):
                break

    @api.model
    def action_forecast(self, queue_id):
        """Forecast a queue now, for a planner.

        :return: id of the forecast
        """
        self.check_access("create")
        queue = self.env["crm.call.queue"].browse(queue_id).exists()
        if not queue or queue.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a queue of your company."))
        return self._forecast(queue).id

    def _forecast(self, queue, now=None):
        """Replace the forecast of a queue from today on."""
        now = now or fields.Datetime.now()
        zone = queue._plan_zone()
        today = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        history = self._history(queue, zone, today)
        occasions = self._occasions(queue)
        values = {
            "queue_id": queue.id,
            "date_from": today,
            "date_to": today + timedelta(weeks=AHEAD),
            "handling": queue._plan_handling(now),
        }
        self.search([("queue_id", "=", queue.id)]).unlink()
        try:
            model = tools.fit(history, occasions)
        except tools.NotEnoughData as error:
            return self.create({**values, "state": "empty", "message": str(error)})
        forecast = self.create({**values, **self._errors(history, occasions)})
        forecast._write_lines(model, zone)
        return forecast

    def _errors(self, history, occasions):
        try:
            held = tools.hold_out(history, occasions, HELD)
        except tools.NotEnoughData:
            return {"has_error": False}
        return {
            "has_error": held.forecast.wape is not None,
            "wape": held.forecast.wape,
            "mape": held.forecast.mape,
            "bias": held.forecast.bias,
            "naive_wape": held.naive.wape,
            "held_weeks": held.weeks,
        }

    def _history(self, queue, zone, today):
        """(local start, calls offered) of each quarter of an hour in which the queue was open.

        Open is: calls came at that time of that weekday in some week; its other weeks count 0.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH seen AS (
                    SELECT i.start AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s AS at,
                           sum(i.offered) AS calls
                      FROM crm_call_interval i
                     WHERE i.queue_id = %(queue)s AND i.direction = 'inbound'
                       AND i.start >= %(since)s GROUP BY 1),
                slots AS (SELECT DISTINCT EXTRACT(isodow FROM at) AS weekday, at::time AS slot
                            FROM seen),
                days AS (SELECT generate_series(min(at)::date, %(today)s::date - 1,
                                INTERVAL '1 day') AS day FROM seen)
                SELECT d.day::date + s.slot, COALESCE(x.calls, 0)::float8
                  FROM days d JOIN slots s ON s.weekday = EXTRACT(isodow FROM d.day)
                  LEFT JOIN seen x ON x.at = d.day::date + s.slot ORDER BY 1""",
                zone=str(zone),
                queue=queue.id,
                since=today - timedelta(weeks=PAST),
                today=today,
            )
        )
        return [(at, calls) for at, calls in rows]

    def _occasions(self, queue):
        events = self.env["crm.call.plan.event"].search(
            [
                ("company_id", "=", queue.company_id.id),
                "|",
                ("queue_ids", "=", False),
                ("queue_ids", "in", queue.ids),
            ]
        )
        holidays, campaigns, ignored = {}, [], set()
        for event in events:
            days = _days(event.date_from, event.date_to)
            if event.kind == "holiday":
                holidays.update(dict.fromkeys(days, event.name))
            elif event.kind == "ignored":
                ignored.update(days)
            else:
                uplift = event.uplift if event.knows_uplift else None
                kind = event.campaign_kind or ""
                campaigns.append(tools.Campaign(event.date_from, event.date_to, kind, uplift))
        return tools.Occasions(holidays, tuple(campaigns), frozenset(ignored))

    def _write_lines(self, model, zone):
        """Each quarter of an hour with the need of agents, in one statement."""
        self.ensure_one()
        queue, rows = self.queue_id, []
        starts = [
            datetime.combine(day, slot)
            for day in _days(self.date_from, self.date_to)
            for weekday, slot in sorted(model.cells)
            if weekday == day.weekday()
        ]
        for found in model.predict(starts):
            start = found.start.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
            need = queue._plan_need(found.contacts, self.handling)
            rows.append(
                {
                    "forecast_id": self.id,
                    "start": start.replace(tzinfo=None),
                    "calls": found.contacts,
                    "agents": need.found.agents,
                    "scheduled": need.scheduled,
                    "notes": ", ".join(found.notes) or False,
                }
            )
        self.env["crm.call.forecast.line"].create(rows)


def _days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
