from odoo import fields, models
from odoo.tools import SQL

from .crm_service_report_mixin import DEPENDS

EVENTS = [
    ("opened", "Opened"),
    ("reopened", "Reopened"),
    ("solved", "Solved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]


class CrmServiceFlowReport(models.Model):
    """What came in and what went out: one row per event of a request (SVC-L1).

    Opened and reopened add to the backlog, solved and cancelled take away from it; closing what was
    solved before changes nothing. Added up over time, the change is the number of open requests.
    """

    _name = "crm.service.flow.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Flow of requests"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": DEPENDS,
        "crm.service.stage": ["is_closed", "state"],
        "crm.service.stage.span": ["date_from", "date_to", "request_id", "stage_id"],
    }

    date = fields.Datetime("When", readonly=True)
    event = fields.Selection(EVENTS, "What", readonly=True)
    stage_id = fields.Many2one("crm.service.stage", "Into stage", readonly=True)
    events = fields.Integer("Number", readonly=True)
    change = fields.Integer("Change of the backlog", readonly=True)
    opened = fields.Integer(readonly=True)
    reopened = fields.Integer(readonly=True)
    solved = fields.Integer(readonly=True)
    closed = fields.Integer(readonly=True)
    cancelled = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT s.id::bigint * 8 + e.place AS id, s.begins AS date, e.event, s.stage_id, %s,
                1 AS events, e.change, (e.event = 'opened')::int AS opened,
                (e.event = 'reopened')::int AS reopened, (e.event = 'solved')::int AS solved,
                (e.event = 'closed')::int AS closed, (e.event = 'cancelled')::int AS cancelled
            FROM (%s) s
            JOIN crm_service_request r ON r.id = s.request_id
            JOIN res_company c ON c.id = r.company_id
            CROSS JOIN LATERAL (SELECT s.is_closed AND s.was_closed IS NOT TRUE AS ends) f
            JOIN LATERAL (VALUES
                (0, 'opened', s.is_first, 1),
                (1, 'reopened', s.was_closed AND NOT s.is_closed, 1),
                (2, 'solved', f.ends AND s.state <> 'cancelled', -1),
                (3, 'cancelled', f.ends AND s.state = 'cancelled', -1),
                (4, 'closed', s.state = 'closed' AND s.was_state IS DISTINCT FROM 'closed', 0)
            ) e (place, event, happened, change) ON e.happened""",
            self._columns("s"),
            self._stage_spans(),
        )
