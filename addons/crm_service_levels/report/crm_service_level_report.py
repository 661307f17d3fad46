from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import KnownFloat, KnownMean

from ..tools.levels import LEVELS
from .crm_service_report_mixin import DEPENDS

#: Time on each level, counted once where uses of it overlap (as after a merge).
TIMES = """
SELECT request_id, level, SUM(EXTRACT(EPOCH FROM GREATEST(ends - GREATEST(date_from, reached),
    INTERVAL '0'))) / 3600 AS hours
FROM (SELECT request_id, level, date_from, COALESCE(date_to, %(now)s) AS ends,
        MAX(COALESCE(date_to, %(now)s)) OVER (PARTITION BY request_id, level
            ORDER BY date_from, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM crm_service_level_span WHERE request_id IN (SELECT id FROM seen)) span
GROUP BY request_id, level
"""
WORK = """
SELECT request_id, level, SUM(minutes) AS minutes, SUM(cost) AS cost
FROM crm_service_effort WHERE request_id IN (SELECT id FROM seen) GROUP BY request_id, level
"""


class CrmServiceLevelReport(models.Model):
    """Which of the six levels requests use: one row per request and level (SVC-L1 … SVC-L6).

    A level is used by its spans, or by work entered for it. Time is calendar time, up to now while
    the level is in use; work and cost are what was entered for the level.
    """

    _name = "crm.service.level.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Levels used"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": [*DEPENDS, "level_highest"],
        "crm.service.effort": ["cost", "level", "minutes", "request_id"],
        "crm.service.level.span": ["date_from", "date_to", "level", "request_id"],
    }
    _median_measures = frozenset({"median_hours:avg"})

    date = fields.Datetime("Received", readonly=True)
    level = fields.Selection(LEVELS, readonly=True)
    level_highest = fields.Selection(LEVELS, "Highest level", readonly=True)
    uses = fields.Integer(
        "Requests on the level", readonly=True, help="A request counts on each level it used."
    )
    hours = KnownFloat("Hours on the level", readonly=True, help="Calendar time, day and night.")
    median_hours = KnownMean("Median hours", help="Empty below five requests.")
    minutes = KnownFloat("Minutes worked", readonly=True)
    cost = fields.Monetary(readonly=True, groups="crm_service_levels.group_service_manager")

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """WITH seen AS (SELECT id FROM crm_service_request WHERE id IN %s)
            SELECT r.id::bigint * 8 + u.level::int AS id, r.date_open AS date, %s, u.level,
                r.level_highest, 1 AS uses, u.hours::float, u.hours::float AS median_hours,
                u.minutes::float, u.cost
            FROM (SELECT COALESCE(t.request_id, e.request_id) AS request_id,
                    COALESCE(t.level, e.level) AS level, t.hours, e.minutes, e.cost
                FROM (%s) t FULL JOIN (%s) e ON e.request_id = t.request_id AND e.level = t.level) u
            JOIN crm_service_request r ON r.id = u.request_id
            JOIN res_company c ON c.id = r.company_id
            WHERE r.state <> 'cancelled'""",
            self._seen(),
            self._columns(),
            SQL(TIMES, now=now),
            SQL(WORK),
        )
