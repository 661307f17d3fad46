from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import KnownMean

from ..tools.complaint import pareto


class CrmServiceComplaintReport(models.Model):
    """Causes and costs of complaints: one row per complaint the reader may see (SVC-C).

    The root cause is the top of the tree above the cause. The share of valid ones is the mean over
    judged complaints (a partly valid one counts as valid); those not judged count in neither.
    Cost = compensation + cost of handling, in the currency of the company; what a department is
    charged with is a transfer inside the company and shown beside it.
    """

    _name = "crm.service.complaint.report"
    _description = "Causes and costs of complaints"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "crm.service.complaint": [
            "state", "validity", "department_id", "cause_id", "compensation_company",
            "penalty_amount", "date_start", "date_closed", "product_id", "type_id", "team_id",
        ],
        "crm.service.cause": ["parent_path"],
        "crm.service.effort": ["cost", "minutes", "request_id"],
    }  # fmt: skip

    complaint_id = fields.Many2one("crm.service.complaint", readonly=True)
    request_id = fields.Many2one("crm.service.request", readonly=True)
    date = fields.Datetime("Received", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.service.team", readonly=True)
    department_id = fields.Many2one("crm.service.team", readonly=True)
    cause_id = fields.Many2one("crm.service.cause", readonly=True)
    root_cause_id = fields.Many2one("crm.service.cause", "Root cause", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    type_id = fields.Many2one("crm.service.type", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("withdrawn", "No complaint after all")],
        readonly=True,
    )
    validity = fields.Selection(
        [("valid", "Valid"), ("partly", "Partly valid"), ("invalid", "Not valid")], readonly=True
    )
    valid_share = KnownMean("Share of valid")
    compensation = fields.Monetary(readonly=True)
    penalty = fields.Monetary("Charged to departments", readonly=True)
    handling_cost = fields.Monetary("Cost of handling", readonly=True)
    total_cost = fields.Monetary("Total cost", readonly=True)
    days = KnownMean("Days until closed")

    @property
    def _table_query(self):
        seen = self.env["crm.service.complaint"]._search([])
        return SQL(
            """SELECT c.id, c.id AS complaint_id, c.request_id, c.date_start AS date, c.company_id,
                c.team_id, c.department_id, c.cause_id, c.product_id, c.type_id, c.state,
                NULLIF(split_part(k.parent_path, '/', 1), '')::int AS root_cause_id, c.validity,
                CASE WHEN c.validity IS NOT NULL THEN (c.validity <> 'invalid')::int END::float
                    AS valid_share,
                COALESCE(c.compensation_company, 0) AS compensation,
                COALESCE(c.penalty_amount, 0) AS penalty, COALESCE(e.cost, 0) AS handling_cost,
                COALESCE(c.compensation_company, 0) + COALESCE(e.cost, 0) AS total_cost,
                EXTRACT(epoch FROM c.date_closed - c.date_start) / 86400.0 AS days
            FROM crm_service_complaint c
            LEFT JOIN crm_service_cause k ON k.id = c.cause_id
            LEFT JOIN (SELECT request_id, SUM(cost) AS cost FROM crm_service_effort
                GROUP BY request_id) e ON e.request_id = c.request_id
            WHERE c.state <> 'withdrawn' AND c.id IN %s""",
            seen.subselect(),
        )

    def _pareto(self, domain, by="root_cause_id"):
        """Causes by frequency with their cumulated share: ``[(record, count, share)]``."""
        rows = self._read_group([*domain, (by, "!=", False)], [by], ["__count"])
        return pareto(dict(rows))

    def action_open_complaint(self):
        """The complaint behind this row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.complaint",
            "res_id": self.complaint_id.id,
            "view_mode": "form",
        }
