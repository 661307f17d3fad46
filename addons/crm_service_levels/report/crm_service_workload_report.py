from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from .crm_service_report_mixin import DEPENDS, DIMENSIONS

#: Days of work that are counted beside what is open.
DAYS = 30


class CrmServiceWorkloadReport(models.Model):
    """Who has how much to do: open requests of each owner, and what he worked lately (SVC-L1).

    One row per open request, and one per piece of work of the last 30 days, of whoever did it.
    """

    _name = "crm.service.workload.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Workload"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": [
            *DEPENDS,
            "awaiting_us",
            "is_closed",
            "sla_due_at",
            "sla_state",
        ],
        "crm.service.effort": ["date", "minutes", "request_id", "user_id"],
    }

    date = fields.Datetime("Received or done", readonly=True)
    open_requests = fields.Integer("Open requests", readonly=True)
    awaiting_us = fields.Integer("Waiting for us", readonly=True)
    late = fields.Integer(readonly=True)
    urgent = fields.Integer("Of the two highest priorities", readonly=True)
    minutes = fields.Float("Minutes worked (30 days)", readonly=True)

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """SELECT r.id::bigint * 2 AS id, r.date_open AS date, %(own)s, 1 AS open_requests,
                COALESCE(r.awaiting_us, FALSE)::int AS awaiting_us,
                (r.sla_state = 'late' OR COALESCE(r.sla_due_at < %(now)s, FALSE))::int AS late,
                (r.priority >= '2')::int AS urgent, NULL::float AS minutes
            FROM crm_service_request r JOIN res_company c ON c.id = r.company_id
            WHERE r.is_closed IS NOT TRUE AND r.id IN %(seen)s
            UNION ALL
            SELECT e.id::bigint * 2 + 1, e.date::timestamp, %(base)s, r.team_id, e.user_id, NULL,
                NULL, NULL, NULL, e.minutes::float
            FROM crm_service_effort e JOIN crm_service_request r ON r.id = e.request_id
            JOIN res_company c ON c.id = r.company_id
            WHERE e.date > %(since)s AND r.id IN %(seen)s""",
            own=self._columns(),
            base=SQL(DIMENSIONS),
            now=now,
            since=(now - relativedelta(days=DAYS)).date(),
            seen=self._seen(),
        )
