import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..report import call_dashboard as page
from ..tools import call_measures as tools

SUMS = (
    "calls", "offered", "answered", "in_time", "abandoned", "abandoned_in_time",
    "short_abandoned", "busy", "no_answer", "rejected", "failed", "ivr_contained",
    "callback_requested", "voicemail", "ivr_entered", "transferred", "waited_answered",
    "waited_abandoned", "waited_short", "talk_seconds", "hold_seconds", "wrap_seconds",
    "first_judged", "first_resolved", "rated", "rating_sum",
)  # fmt: skip
TIMES = ("ready", "ringing", "on_call", "wrap_up", "paused", "unreachable", "scheduled", "kept")
BY = {"queue": "queue_id", "agent": "agent_id", "topic": "topic_id", "skill": "skill_id"}
#: days of a period at most
LONGEST = 800


class CrmCallDashboard(models.AbstractModel):
    """The figures of the call center with their definitions, comparison and calls (CC-4, CC-8)."""

    _name = "crm.call.dashboard"
    _description = "Dashboard of calls"

    @api.model
    @api.readonly
    def get_dashboard(self, date_from, date_to, by="queue", filters=None):
        """Figures of incoming calls of a period beside those of the same weekdays before it.

        :param date_from, date_to: ISO dates, both counted, in the reader's time zone
        :param by: queue, agent, topic or skill: rows of the table
        :param filters: ``{queue, agent, topic or skill: id}``
        :return: dict: figures, rows, series, before (first and last date), choices
        :raises UserError: not such dates, or nothing known by that name
        """
        first, last = self._dates(date_from, date_to)
        field = self._field(by)
        weeks = timedelta(days=7 * math.ceil(((last - first).days + 1) / 7))
        now = self._period(first, last, filters)
        before = self._period(first - weeks, last - weeks, filters)
        return {
            "figures": self._figures(now, before),
            "rows": self._rows(now, field),
            "series": self._series(now, before, first, last, weeks),
            "before": [str(first - weeks), str(last - weeks)],
            "choices": self._choices(),
        }

    def _dates(self, date_from, date_to):
        try:
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except ValueError:
            first = last = None
        if not first or not last or last < first or (last - first).days >= LONGEST:
            raise UserError(self.env._("Choose a first and a last day, up to %s days.", LONGEST))
        return first, last

    def _field(self, by):
        if by not in BY:
            raise UserError(self.env._("Calls are counted by queue, agent, topic or skill."))
        return BY[by]

    def _period(self, first, last, filters):
        """Domain of the facts, which holds for calls, too, but for the skill."""
        start, end = self._moment(first), self._moment(last + timedelta(days=1))
        domain = Domain("start", ">=", start) & Domain("start", "<", end)
        domain &= Domain("direction", "=", "inbound")
        domain &= Domain("company_id", "in", self.env.companies.ids)
        for name, value in (filters or {}).items():
            if value:
                domain &= Domain(self._field(name), "=", int(value))
        return domain

    def _moment(self, day):
        """UTC of midnight of a day in the reader's time zone."""
        return page.midnight(day, self.env.tz)

    def _figures(self, now, before):
        facts, earlier = self._sums(now), self._sums(before)
        times, past = self._times(now), self._times(before)
        calls = [*self._as_calls(now), ("state", "=", "done")]
        found, was = page.values(facts, times), page.values(earlier, past)
        return [
            {
                **figure,
                "value": found[figure["code"]],
                "before": was[figure["code"]],
                "domain": [*calls, *figure["domain"]] if figure["domain"] is not None else False,
            }
            for figure in page.definitions(self.env)
        ]

    def _as_calls(self, domain):
        """The same in terms of calls, which have no skill of their own."""
        return [
            ("queue_id.main_skill_id", part[1], part[2]) if part[0] == "skill_id" else part
            for part in domain
        ]

    def _sums(self, domain):
        row = self.env["crm.call.interval"]._read_group(
            domain, aggregates=[f"{name}:sum" for name in SUMS]
        )[0]
        return {name: value or 0 for name, value in zip(SUMS, row, strict=True)}

    def _times(self, domain):
        """Agents work for all queues: their time knows companies, agents and days alone."""
        kept = {"start", "company_id", "agent_id"}
        own = [part for part in domain if part != "&" and part[0] in kept]
        row = self.env["crm.call.agent.interval"]._read_group(
            own, aggregates=[f"{name}:sum" for name in TIMES]
        )[0]
        return {name: value or 0 for name, value in zip(TIMES, row, strict=True)}

    def _rows(self, domain, field):
        groups = self.env["crm.call.interval"]._read_group(
            domain, [field], [f"{name}:sum" for name in SUMS]
        )
        calls = [*self._as_calls(domain), ("state", "=", "done")]
        rows = []
        for record, *row in groups:
            facts = {name: value or 0 for name, value in zip(SUMS, row, strict=True)}
            found = page.values(facts, dict.fromkeys(TIMES, 0))
            part = (field, "=", record.id)
            rows.append(
                {
                    "id": record.id,
                    "name": record.display_name if record else self.env._("None"),
                    **{name: found[name] for name in page.COLUMNS},
                    "domain": [*calls, *self._as_calls([part])],
                }
            )
        return sorted(rows, key=lambda row: (-row["offered"], row["name"]))

    def _series(self, now, before, first, last, weeks):
        """By day, or by hour for up to two days; missing ones have no calls."""
        hours = (last - first).days < 2
        unit, step = ("hour", timedelta(hours=1)) if hours else ("day", timedelta(days=1))
        moved = {key + weeks: value for key, value in self._by_time(before, unit).items()}
        found, series = self._by_time(now, unit), []
        at = fields.Datetime.to_datetime(first)
        while at.date() <= last:
            key = at if hours else at.date()
            facts = found.get(key, {})
            series.append(
                {
                    "at": str(key),
                    "offered": facts.get("offered", 0),
                    "answered": facts.get("answered", 0),
                    "level": facts.get("level"),
                    "before": moved.get(key, {}).get("offered", 0),
                }
            )
            at += step
        return series

    def _by_time(self, domain, unit):
        names = ("offered", "answered", "in_time", "abandoned")
        rows = self.env["crm.call.interval"]._read_group(
            domain, [f"start:{unit}"], [f"{name}:sum" for name in names]
        )
        found = {}
        for at, *row in rows:
            facts = dict(zip(names, (value or 0 for value in row), strict=True))
            facts["level"] = tools.share(facts["in_time"], facts["answered"] + facts["abandoned"])
            found[page.local(at, unit)] = facts
        return found

    def _choices(self):
        """What can be chosen, of the reader's companies."""
        company = [("company_id", "in", self.env.companies.ids)]
        models = {"queue": company, "agent": company, "topic": [], "skill": []}
        return {
            name: self.env[f"crm.call.{name}"]
            .search(domain, limit=200)
            .mapped(lambda one: {"id": one.id, "name": one.display_name})
            for name, domain in models.items()
        }
