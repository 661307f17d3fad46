from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean

from ..tools.levels import LEVELS, LOWEST
from .crm_service_report_mixin import DEPENDS


class CrmServiceClimbReport(models.Model):
    """Ways from level to level: one row each time a level above the first began (SVC-L1 … SVC-L6).

    "From" is the highest level in use at that moment. Levels interleave: a squad that begins while
    a quotation is open goes from 4 to 2, and is no climb.
    """

    _name = "crm.service.climb.report"
    _inherit = ["crm.service.report.mixin"]
    _description = "Climbing"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": DEPENDS,
        "crm.service.level.span": ["date_from", "date_to", "level", "reason", "request_id"],
    }
    _median_measures = frozenset({"median_hours:avg"})

    date = fields.Datetime("Began", readonly=True)
    date_open = fields.Datetime("Received", readonly=True)
    level_from = fields.Selection(LEVELS, "From", readonly=True)
    level_to = fields.Selection(LEVELS, "To", readonly=True)
    climb = fields.Boolean("Upward", readonly=True)
    reason = fields.Char(readonly=True)
    begun_by_id = fields.Many2one("res.users", "Begun by", readonly=True)
    moves = fields.Integer("Times", readonly=True)
    median_hours = Mean("Median hours after receipt", help="Empty below five of them.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT s.id, s.date_from AS date, r.date_open, %s, s.level AS level_to,
                f.level AS level_from, s.level > f.level AS climb, s.reason,
                s.user_id AS begun_by_id, 1 AS moves,
                EXTRACT(EPOCH FROM s.date_from - r.date_open)::float / 3600 AS median_hours
            FROM crm_service_level_span s
            JOIN crm_service_request r ON r.id = s.request_id
            JOIN res_company c ON c.id = r.company_id
            CROSS JOIN LATERAL (SELECT COALESCE(MAX(o.level), %s) AS level
                FROM crm_service_level_span o
                WHERE o.request_id = s.request_id AND o.level <> s.level AND o.level <> '6'
                    AND (o.date_from, o.id) < (s.date_from, s.id)
                    AND (o.date_to IS NULL OR o.date_to > s.date_from)) f
            WHERE s.level > %s AND s.level <> '6' AND r.state <> 'cancelled' AND r.id IN %s""",
            self._columns(),
            LOWEST,
            LOWEST,
            self._seen(),
        )
