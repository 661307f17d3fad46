"""Figures of a period and team for the printed service report (SVC-L1 … SVC-L5, SVC-S)."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import service_analysis as analysis
from ..tools.feedback import share_figure

MANAGER = "crm_service_levels.group_service_manager"


class CrmServicePeriod(models.AbstractModel):
    """What the reports say about a period, beside the period before; with the reader's rights.

    ``None`` is "not enough data". Costs are left out for whoever may not see them.
    """

    _name = "crm.service.period"
    _description = "Service of a period"

    @api.model
    def _figures(self, first, last, team=None):
        """Figures of the days *first* to *last* of *team*, or of all teams.

        :return: dict of ``main`` (rows with now, before, change), ``levels``, ``ages``,
            ``counted_on``, ``promises``, ``satisfaction``, ``causes``, ``types``, ``sees_cost``
        """
        zone = ZoneInfo(self.env.user.tz or "UTC")
        bounds = analysis.period(first, last, zone)
        before = analysis.period(*analysis.period_before(first, last), zone)
        team = Domain("team_id", "=", team.id) if team else Domain.TRUE
        now = self._main(bounds, team)
        ages = self._ages(bounds, team)
        return {
            "main": self._compared(now, self._main(before, team)),
            "levels": self._levels(bounds, team, now["requests"]),
            "types": self._types(bounds, team),
            "counted_on": min(last, fields.Date.context_today(self)),
            "ages": ages,
            "promises": self._promises(bounds, team),
            "satisfaction": self._satisfaction(bounds, team),
            "causes": self._causes(bounds, team),
            "sees_cost": self._sees_cost(),
        }

    def _sees_cost(self):
        return self.env.user.has_group(MANAGER)

    @staticmethod
    def _within(bounds, field="date"):
        return Domain(field, ">=", bounds[0]) & Domain(field, "<", bounds[1])

    def _read(self, report, domain, measures, groupby=(), since=None):
        """Rows of a report; the empty value of an aggregate becomes ``None``.

        :param since: requests received before need not be looked at
        """
        since = {"service_received_since": since} if since else {}
        model = self.env[report].with_context(**since)
        if hasattr(model, "_in_one_currency"):
            model = model._in_one_currency()
        rows = model._read_group(domain, groupby, measures)
        known = len(groupby)
        return [
            (*row[:known], *(None if value is False else value for value in row[known:]))
            for row in rows
        ]

    def _cost(self, measure):
        return [measure] if self._sees_cost() else []

    # Main figures

    def _main(self, bounds, team):
        measures = ["__count", "climbed:sum", "hours_to_reply:avg", "hours_to_solve:avg"]
        measures += ["minutes:sum", *self._cost("cost:sum"), *self._cost("mean_cost:avg")]
        report = "crm.service.request.report"
        row = self._read(report, self._within(bounds) & team, measures, since=bounds[0])[0]
        count, climbed, reply, solve, minutes, *costs = row
        flow = "crm.service.flow.report"
        solved, reopened = self._read(
            flow, self._within(bounds) & team, ["solved:sum", "reopened:sum"]
        )[0]
        return {
            "requests": count,
            "solved": solved or 0,
            "reopened": reopened or 0,
            "open": sum(count for _age, count in self._open_at(bounds, team)),
            "climbed": share_figure(climbed or 0, count).value,
            "reply": reply,
            "solve": solve,
            "minutes": minutes,
            **dict(zip(("cost", "mean_cost"), costs, strict=False)),
        }

    def _compared(self, now, before):
        labels = {
            "requests": (self.env._("Requests received"), "number"),
            "solved": (self.env._("Solved"), "number"),
            "reopened": (self.env._("Reopened"), "number"),
            "open": (self.env._("Open at the end"), "number"),
            "climbed": (self.env._("Climbed above level 1"), "percent"),
            "reply": (self.env._("Median time to first reply"), "hours"),
            "solve": (self.env._("Median time to solve"), "hours"),
            "minutes": (self.env._("Work entered"), "minutes"),
            "cost": (self.env._("Cost"), "money"),
            "mean_cost": (self.env._("Cost per request"), "money"),
        }
        return [
            {
                "code": code,
                "label": labels[code][0],
                "unit": labels[code][1],
                "now": value,
                "before": before[code],
                "change": analysis.difference(value, before[code]),
            }
            for code, value in now.items()
        ]

    # Parts

    def _levels(self, bounds, team, requests):
        report = "crm.service.level.report"
        measures = ["uses:sum", "median_hours:avg", "minutes:sum", *self._cost("cost:sum")]
        rows = self._read(report, self._within(bounds) & team, measures, ["level"], bounds[0])
        names = ("uses", "median_hours", "minutes", "cost")
        used = {level: dict(zip(names, values, strict=False)) for level, *values in rows}
        field = self.env[report]._fields["level"]
        labels = dict(field._description_selection(self.env))
        return [
            {**bar, "label": labels[bar["level"]]} for bar in analysis.level_bars(used, requests)
        ]

    def _types(self, bounds, team):
        measures = ["__count", "climbed:sum", "hours_to_solve:avg", *self._cost("mean_cost:avg")]
        rows = self._read(
            "crm.service.request.report",
            self._within(bounds) & team,
            measures,
            ["type_id"],
            bounds[0],
        )
        found = [
            {
                "name": kind.display_name or self.env._("No type"),
                "requests": count,
                "climbed": climbed or 0,
                "solve": solve,
                "cost": cost[0] if cost else None,
            }
            for kind, count, climbed, solve, *cost in rows
        ]
        ranked = analysis.ranked_types(found)[:10]
        return [{**row, "rate": asdict(row["rate"])} for row in ranked]

    def _open_at(self, bounds, team):
        """(group of ages, open requests) at the end of the period, or now if that is to come."""
        end = min(bounds[1], fields.Datetime.now())
        report = self.env["crm.service.backlog.report"]
        at_end = report.with_context(service_backlog_at=[(end, end.date())])
        return at_end._read_group(team, ["age"], ["requests:sum"])

    def _ages(self, bounds, team):
        field = self.env["crm.service.backlog.report"]._fields["age"]
        labels = dict(field._description_selection(self.env))
        rows = self._open_at(bounds, team)
        return [{"label": labels[age], "count": count} for age, count in rows]

    def _promises(self, bounds, team):
        report = "crm.service.sla.report"
        rows = self._read(report, self._within(bounds) & team, ["met:sum", "missed:sum"], ["kind"])
        labels = dict(self.env[report]._fields["kind"]._description_selection(self.env))
        return [
            {
                "label": labels[kind],
                "met": met,
                "missed": missed,
                "figure": asdict(share_figure(met, met + missed)),
            }
            for kind, met, missed in rows
            if met + missed
        ]

    def _satisfaction(self, bounds, team):
        board = self.env["crm.feedback.dashboard"]
        rows = board._sums(self._within(bounds) & team, SQL("1"))
        labels = {
            "score": (self.env._("Score (%)"), 0),
            "nps": (self.env._("NPS"), 0),
            "csat": (self.env._("Satisfied (%)"), 0),
            "ces": (self.env._("Ease (1–7)"), 1),
            "ratio": (self.env._("Perceived ÷ expected"), 2),
        }
        figures = board._figures(rows[0]) if rows else {}
        return [
            {"label": label, "digits": digits, **figures[code]}
            for code, (label, digits) in labels.items()
            if figures.get(code, {}).get("count")
        ]

    def _causes(self, bounds, team):
        received = self._within(bounds, "date_open") & Domain("state", "!=", "cancelled") & team
        requests = self.env["crm.service.request"]
        domain = received & Domain("cause_id", "!=", False)
        rows = requests._read_group(domain, ["cause_id"], ["__count"])
        counts = [(cause.display_name, count) for cause, count in rows]
        return analysis.pareto(counts, sum(count for _name, count in counts))
