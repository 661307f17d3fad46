from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import KnownMean, Mean

from ..models.crm_service_stage import STATES
from ..tools.levels import LEVELS, LOWEST
from .crm_service_report_mixin import DEPENDS

CLIMBS = """
SELECT request_id, MAX(level) AS level, COUNT(DISTINCT level) AS levels,
    MIN(date_from) FILTER (WHERE level > %s) AS climbed_at
FROM crm_service_level_span WHERE level NOT IN ('5', '6') GROUP BY request_id
"""
WORK = """
SELECT request_id, SUM(minutes) AS minutes, SUM(cost) AS cost FROM crm_service_effort
GROUP BY request_id
"""


class CrmServiceRequestReport(models.Model):
    """Requests in figures: how high they climb, how long they take, what they cost (SVC-L1).

    One row per request that the reader may see, cancelled ones left out. The handling level is the
    highest used, without levels 5 and 6, which ask and take calls; above the first a request has
    climbed. Hours are calendar time.
    """

    _name = "crm.service.request.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Requests in figures"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": [*DEPENDS, "date_first_reply", "date_solved", "reopen_count"],
        "crm.service.effort": ["cost", "minutes", "request_id"],
        "crm.service.level.span": ["date_from", "level", "request_id"],
    }
    _least_measures = frozenset({"climb_rate:avg"})
    _money_measures = frozenset({"mean_cost"})
    _median_measures = frozenset({"hours_to_climb:avg", "hours_to_reply:avg", "hours_to_solve:avg"})

    date = fields.Datetime("Received", readonly=True)
    date_solved = fields.Datetime("Solved on", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    level = fields.Selection(LEVELS, "Handling level", readonly=True)
    requests = fields.Integer(readonly=True)
    solved = fields.Integer(readonly=True)
    reopened = fields.Integer("Times reopened", readonly=True)
    climbed = fields.Integer("Climbed above level 1", readonly=True)
    climb_rate = Mean(
        "Climb rate (%)",
        digits=(16, 1),
        help="Requests that climbed ÷ all; empty below five requests.",
    )
    levels_used = fields.Integer("Levels used", readonly=True, aggregator="avg")
    hours_to_climb = KnownMean("Median hours to climb")
    hours_to_reply = KnownMean("Median hours to first reply")
    hours_to_solve = KnownMean("Median hours to solve")
    minutes = fields.Float("Minutes worked", readonly=True)
    cost = fields.Monetary(readonly=True, groups="crm_service_levels.group_service_manager")
    mean_cost = KnownMean(
        "Cost per request",
        digits=(16, 2),
        groups="crm_service_levels.group_service_manager",
        help="Of requests with work or other costs; empty for the others.",
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT r.id, r.date_open AS date, r.date_solved, r.state, %s,
                COALESCE(l.level, %s) AS level, 1 AS requests,
                (r.date_solved IS NOT NULL)::int AS solved,
                COALESCE(r.reopen_count, 0) AS reopened,
                (l.climbed_at IS NOT NULL)::int AS climbed,
                (l.climbed_at IS NOT NULL)::int * 100.0::float AS climb_rate,
                COALESCE(l.levels, 1)::int AS levels_used,
                EXTRACT(EPOCH FROM l.climbed_at - r.date_open)::float / 3600 AS hours_to_climb,
                EXTRACT(EPOCH FROM r.date_first_reply - r.date_open)::float / 3600
                    AS hours_to_reply,
                EXTRACT(EPOCH FROM r.date_solved - r.date_open)::float / 3600 AS hours_to_solve,
                e.minutes::float, e.cost, e.cost::float AS mean_cost
            FROM crm_service_request r
            JOIN res_company c ON c.id = r.company_id
            LEFT JOIN (%s) l ON l.request_id = r.id
            LEFT JOIN (%s) e ON e.request_id = r.id
            WHERE r.state <> 'cancelled' AND r.id IN %s""",
            self._columns(),
            LOWEST,
            SQL(CLIMBS, LOWEST),
            SQL(WORK),
            self._seen(),
        )
