from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean

from ..models.crm_service_type import NATURES
from ..tools.levels import LEVELS


class CrmServiceInsightReport(models.Model):
    """What comes back, and what it costs: one row per request the reader may see (SVC-L5).

    - first-contact resolution: solved, never reopened, and the customer did not have to write again
      after our first reply; share of solved requests
    - reopen rate: reopened ÷ solved or reopened requests
    - cost: work and other costs of the request; handling level: the highest without 5 and 6, which
      only asks
    """

    _name = "crm.service.insight.report"
    _inherit = ["crm.service.request.link.mixin"]
    _description = "Recurring requests"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": [
            "cause_id",
            "type_id",
            "team_id",
            "state",
            "reopen_count",
            "date_solved",
            "date_first_reply",
            "date_last_customer_message",
        ],
        "crm.service.effort": ["cost", "request_id"],
        "crm.service.level.span": ["level", "request_id"],
    }

    request_id = fields.Many2one("crm.service.request", readonly=True)
    date = fields.Datetime("Received", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.service.team", readonly=True)
    type_id = fields.Many2one("crm.service.type", "Request type", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    cause_id = fields.Many2one("crm.service.cause", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    level = fields.Selection(LEVELS, "Handling level", readonly=True)
    requests = fields.Integer(readonly=True, aggregator="sum")
    solved = fields.Integer(readonly=True, aggregator="sum")
    first_contact = Mean(
        "Solved at first contact (%)",
        digits=(16, 1),
        help="Solved, never reopened, and the customer did not write again after our first reply.",
    )
    reopened = Mean(
        "Reopened (%)", digits=(16, 1), help="Of requests that were solved once at least."
    )
    cost = Mean(
        "Cost per request",
        digits=(16, 2),
        groups="crm_service_levels.group_service_manager",
        help="Work and other costs; empty for requests without any.",
    )

    @property
    def _table_query(self):
        seen = self.env["crm.service.request"]._search([])
        return SQL(
            """SELECT r.id, r.id AS request_id, r.date_open AS date, r.company_id, r.team_id,
                r.type_id, r.nature, r.cause_id, r.product_id, r.commercial_partner_id, l.level,
                1 AS requests, (r.date_solved IS NOT NULL)::int AS solved,
                CASE WHEN r.date_solved IS NOT NULL THEN CASE
                    WHEN COALESCE(r.reopen_count, 0) = 0 AND (
                        r.date_last_customer_message IS NULL OR r.date_first_reply IS NULL
                        OR r.date_last_customer_message <= r.date_first_reply)
                    THEN 100.0 ELSE 0.0 END END::float AS first_contact,
                CASE WHEN r.reopen_count > 0 THEN 100.0 WHEN r.date_solved IS NOT NULL THEN 0.0
                    END::float AS reopened, e.cost::float
            FROM crm_service_request r
            LEFT JOIN (SELECT request_id, MAX(level) AS level FROM crm_service_level_span
                WHERE level NOT IN ('5', '6') GROUP BY request_id) l ON l.request_id = r.id
            LEFT JOIN (SELECT request_id, SUM(cost) AS cost FROM crm_service_effort
                GROUP BY request_id) e ON e.request_id = r.id
            WHERE r.state <> 'cancelled' AND r.id IN %s""",
            seen.subselect(),
        )
