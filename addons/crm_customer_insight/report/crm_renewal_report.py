from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_customer_snapshot import TIERS


class CrmRenewalReport(models.Model):
    """Renewal of contracts by the month in which they were due (C360-7, ROI-3).

    A contract is due in the month of its last day; one that was cancelled before, in the month of
    its cancellation. The renewal rate is the mean of ``renewed``: contracts renewed ÷ contracts
    due. Running contracts are not due before their last day.
    """

    _name = "crm.renewal.report"
    _description = "Contract renewal"
    _auto = False
    _order = "month desc, due_value desc, id"
    _rec_name = "contract_id"
    _depends = {
        "crm.customer.contract": [
            "partner_id",
            "company_id",
            "product_id",
            "user_id",
            "state",
            "date_end",
            "closed_on",
            "monthly_value",
            "renewal_kind",
        ],
        "crm.customer.snapshot": ["partner_id", "company_id", "is_current", "tier"],
    }

    contract_id = fields.Many2one("crm.customer.contract", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True)
    tier = fields.Selection(TIERS, "Tier today", readonly=True)
    renewal_kind = fields.Selection(
        [
            ("none", "Ends by itself"),
            ("manual", "Renewed by us"),
            ("automatic", "Renews by itself"),
        ],
        "Renewal",
        readonly=True,
    )
    month = fields.Date("Due in", readonly=True)
    renewed = fields.Float(
        "Renewal rate",
        readonly=True,
        aggregator="avg",
        help="Contracts renewed ÷ contracts due in the month.",
    )
    due_value = fields.Monetary("Monthly value due", readonly=True)
    renewed_value = fields.Monetary("Monthly value renewed", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT c.id, c.id AS contract_id, c.partner_id, c.user_id, c.company_id,
                c.product_id, s.tier, c.renewal_kind,
                date_trunc('month', CASE WHEN c.state = 'cancelled'
                    THEN LEAST(c.closed_on, c.date_end) ELSE c.date_end END)::date AS month,
                CASE WHEN c.state = 'renewed' THEN 1.0 ELSE 0.0 END AS renewed,
                c.monthly_value AS due_value,
                CASE WHEN c.state = 'renewed' THEN c.monthly_value ELSE 0 END AS renewed_value
            FROM crm_customer_contract c
            LEFT JOIN crm_customer_snapshot s ON s.partner_id = c.partner_id
                AND s.company_id = c.company_id AND s.is_current
            WHERE c.state IN ('renewed', 'ended', 'cancelled')"""
        )
