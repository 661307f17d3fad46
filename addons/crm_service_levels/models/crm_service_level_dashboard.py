from dataclasses import asdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools import service_analysis as analysis
from ..tools.feedback import share_figure

MANAGER = "crm_service_levels.group_service_manager"
MOST_TYPES = 15


class CrmServiceLevelDashboard(models.AbstractModel):
    """The level mix at a glance: which levels, who climbs, how long, at what cost (SVC-L1 … L6).

    Figures are those of the reports ``crm.service.level.report``, ``crm.service.climb.report`` and
    ``crm.service.request.report``, of what the reader may see. Costs are for team leaders.
    """

    _name = "crm.service.level.dashboard"
    _description = "Level mix"

    @api.model
    @api.readonly
    def get_level_mix(self, months=3, team_id=False):
        """Level mix of the requests received in the last *months* months.

        :param team_id: one team, or all
        :return: ``{"totals", "before", "levels", "moves", "types", "teams", "since", "domain",
            "currency_id"}``; costs are absent for whoever may not see them
        :raise AccessError: without a role in the service
        """
        if not self.env.user.has_group("crm_service_levels.group_service_user"):
            raise AccessError(self.env._("The level mix is for service staff."))
        months = min(max(int(months), 1), 60)
        now = fields.Datetime.now()
        since = now - relativedelta(months=months)
        earlier = since - relativedelta(months=months)
        before = Domain("date", ">=", earlier) & Domain("date", "<", since)
        team = Domain("team_id", "=", int(team_id)) if team_id else Domain.TRUE
        inside = Domain("date", ">=", since) & team
        lately = self.with_context(service_received_since=since)
        (figures,), types, heights = lately._figures(inside, [], ["type_id"], ["type_id", "level"])
        totals = self._totals(figures)
        past = self.with_context(service_received_since=earlier)
        ((figures_before,),) = past._figures(before & team, [])
        return {
            "totals": totals,
            "before": self._totals(figures_before),
            "levels": lately._levels(inside, totals["requests"]),
            "moves": lately._moves(Domain("date_open", ">=", since) & team),
            "types": self._types(types, heights),
            "teams": self._teams(),
            "since": fields.Datetime.to_string(since),
            "domain": self._request_domain(since, team),
            "currency_id": self.env.company.currency_id.id,
        }

    @api.model
    def _request_domain(self, since, team):
        received = Domain("date_open", ">=", fields.Datetime.to_string(since))
        return list(received & Domain("state", "!=", "cancelled") & team)

    @property
    def _sees_cost(self):
        return self.env.user.has_group(MANAGER)

    def _with_cost(self, *measures, cost):
        return [*measures, cost] if self._sees_cost else list(measures)

    @staticmethod
    def _known(row, names):
        """Values by name; the empty value of an aggregate is ``False`` and becomes ``None``."""
        return {
            name: None if value is False else value for name, value in zip(names, row, strict=True)
        }

    def _figures(self, domain, *groups):
        """Requests, those that climbed, hours, minutes and (for leaders) cost by each of *groups*,
        all read at once: a list of rows for each.
        """
        measures = self._with_cost("hours_to_solve:avg", "minutes:sum", cost="mean_cost:avg")
        report = self.env["crm.service.request.report"]._in_one_currency()
        return report._read_grouping_sets(domain, groups, ["__count", "climbed:sum", *measures])

    def _totals(self, figures):
        requests, climbed, *values = figures
        names = ("hours", "minutes", "cost")[: len(values)]
        return {
            "requests": requests,
            "climb": asdict(share_figure(climbed or 0, requests)),
            **self._known(values, names),
        }

    def _levels(self, domain, requests):
        measures = self._with_cost("median_hours:avg", "minutes:sum", cost="cost:sum")
        rows = (
            self.env["crm.service.level.report"]
            ._in_one_currency()
            ._read_group(domain, ["level"], ["uses:sum", *measures])
        )
        names = ("uses", "median_hours", "minutes", "cost")[: len(measures) + 1]
        used = {level: self._known(values, names) for level, *values in rows}
        field = self.env["crm.service.level.report"]._fields["level"]
        labels = dict(field._description_selection(self.env))
        return [
            {**bar, "label": labels[bar["level"]]} for bar in analysis.level_bars(used, requests)
        ]

    def _moves(self, domain):
        rows = self.env["crm.service.climb.report"]._read_group(
            domain, ["level_from", "level_to"], ["__count"]
        )
        return analysis.moves(rows)

    def _types(self, rows, by_level):
        """The types that climb most, with how high: ``heights`` of ``{handling level: requests}``.

        :param rows: figures by type
        :param by_level: figures by type and handling level
        """
        heights = {}
        for kind, level, count, *_figures in by_level:
            heights.setdefault(kind.id, {})[level] = count
        found = [
            {
                "id": kind.id,
                "name": kind.display_name or self.env._("No type"),
                "requests": count,
                "climbed": climbed,
                "cost": None,
                "heights": heights.get(kind.id, {}),
                **self._known((hours, *cost), ("hours", "cost")[: 1 + len(cost)]),
            }
            for kind, count, climbed, hours, _minutes, *cost in rows
        ]
        ranked = analysis.ranked_types(found)[:MOST_TYPES]
        return [{**row, "rate": asdict(row["rate"])} for row in ranked]

    def _teams(self):
        teams = self.env["crm.service.team"].search([("kind", "=", "service")])
        return [{"id": team.id, "name": team.display_name} for team in teams]
