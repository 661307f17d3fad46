from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean

from ..models.crm_service_stage import STATES
from .crm_service_report_mixin import DEPENDS


class CrmServiceStageReport(models.Model):
    """How long requests stay in a stage: one row per stay (SVC-L1).

    A stay ends when stage, team or owner change. Hours are calendar time, up to now while it lasts;
    stages that mean an end are left out.
    """

    _name = "crm.service.stage.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Time in stage"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": DEPENDS,
        "crm.service.stage": ["is_closed", "state"],
        "crm.service.stage.span": ["date_from", "date_to", "request_id", "stage_id"],
    }
    _median_measures = frozenset({"median_hours:avg"})

    date = fields.Datetime("From", readonly=True)
    date_to = fields.Datetime("To", readonly=True)
    is_now = fields.Boolean("Still there", readonly=True)
    stage_id = fields.Many2one("crm.service.stage", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    stays = fields.Integer(readonly=True)
    hours = fields.Float(readonly=True)
    median_hours = Mean("Median hours", help="Empty below five stays.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT s.id, s.begins AS date, s.ends AS date_to, s.ends IS NULL AS is_now,
                s.stage_id, s.state, %s, 1 AS stays, h.hours, h.hours AS median_hours
            FROM (%s) s
            JOIN crm_service_request r ON r.id = s.request_id
            JOIN res_company c ON c.id = r.company_id
            CROSS JOIN LATERAL (SELECT EXTRACT(EPOCH FROM COALESCE(s.ends, %s) - s.begins)::float
                / 3600 AS hours) h
            WHERE NOT s.is_closed""",
            self._columns("s"),
            self._stage_spans(),
            fields.Datetime.now(),
        )
