from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean

from ..models.crm_service_stage import STATES
from ..tools.service_analysis import AGE_LIMITS, AGES, month_ends
from .crm_service_report_mixin import DEPENDS

#: Month ends that the history goes back.
MONTHS = 24


class CrmServiceBacklogReport(models.Model):
    """Open requests by age, now and at each of the last 24 month ends (SVC-L1).

    One row per open request and moment, with the stage, team and owner of that moment. History is
    what the stage spans say; what stages mean is what they mean today. Other moments may be asked
    for by ``service_backlog_at`` in the context: pairs of a moment in UTC and its day.
    """

    _name = "crm.service.backlog.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Backlog"
    _auto = False
    _order = "date desc, age_days desc, id"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": DEPENDS,
        "crm.service.stage": ["is_closed", "state"],
        "crm.service.stage.span": ["date_from", "date_to", "request_id", "stage_id"],
    }
    _median_measures = frozenset({"median_days:avg"})

    date = fields.Date("Counted on", readonly=True)
    is_now = fields.Boolean("Now", readonly=True)
    date_open = fields.Datetime("Received", readonly=True)
    stage_id = fields.Many2one("crm.service.stage", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    age = fields.Selection(AGES, readonly=True)
    age_days = Mean("Age (days)", digits=(16, 1))
    median_days = Mean("Median age (days)", digits=(16, 1), help="Empty below five requests.")
    requests = fields.Integer("Open requests", readonly=True)

    @property
    def _table_query(self):
        now, zone = fields.Datetime.now(), ZoneInfo(self.env.user.tz or "UTC")
        asked = self.env.context.get("service_backlog_at")
        moments, days = zip(*(asked or month_ends(now, zone, MONTHS)), strict=True)
        present = 0 if asked else 1
        return SQL(
            """SELECT s.id::bigint * 32 + m.place AS id, m.day AS date, m.place = %s AS is_now,
                r.date_open, %s, s.stage_id, s.state, 1 AS requests, a.days AS age_days,
                a.days AS median_days, width_bucket(a.days, %s::float[])::text AS age
            FROM (%s) s
            JOIN UNNEST(%s::timestamp[], %s::date[]) WITH ORDINALITY AS m (moment, day, place)
                ON CASE WHEN m.place = %s THEN s.ends IS NULL
                    ELSE s.begins < m.moment AND (s.ends IS NULL OR s.ends >= m.moment) END
            JOIN crm_service_request r ON r.id = s.request_id
            JOIN res_company c ON c.id = r.company_id
            CROSS JOIN LATERAL (SELECT
                GREATEST(EXTRACT(EPOCH FROM m.moment - r.date_open), 0)::float / 86400 AS days) a
            WHERE NOT s.is_closed""",
            present,
            self._columns("s"),
            list(AGE_LIMITS),
            self._stage_spans(),
            list(moments),
            list(days),
            present,
        )
