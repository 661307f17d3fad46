from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_customer_snapshot import TIERS


class CrmRetentionReport(models.Model):
    """Customer retention by month: who was active at its start, and still is at its end (ROI-3).

    One row per customer, company and month at whose start he was active (the snapshot of the month
    before says so). The retention rate is the mean of ``retained``: customers still active at the
    end ÷ customers active at the start. Closed months stay as they were closed.
    """

    _name = "crm.retention.report"
    _description = "Customer retention"
    _auto = False
    _order = "month desc, revenue desc, id"
    _rec_name = "partner_id"
    _depends = {
        "crm.customer.snapshot": [
            "partner_id",
            "company_id",
            "currency_id",
            "month",
            "is_current",
            "tier",
            "revenue",
            "cooperation_state",
        ]
    }

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    company_id = fields.Many2one("res.company", readonly=True, help="Empty: all together.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    month = fields.Date(readonly=True)
    is_current = fields.Boolean("Month under way", readonly=True)
    tier = fields.Selection(TIERS, "Tier at the start", readonly=True)
    retained = fields.Float(
        "Retention rate",
        readonly=True,
        aggregator="avg",
        help="Customers still active at the end of the month ÷ customers active at its start.",
    )
    revenue = fields.Monetary(
        "Revenue at the start", readonly=True, help="In the value window of the month before."
    )
    retained_revenue = fields.Monetary(
        "Revenue retained", readonly=True, help="That of the customers who are still active."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT now.id, now.partner_id, now.company_id, now.currency_id, now.month,
                now.is_current, was.tier,
                CASE WHEN now.cooperation_state = 'active' THEN 1.0 ELSE 0.0 END AS retained,
                was.revenue,
                CASE WHEN now.cooperation_state = 'active' THEN was.revenue ELSE 0 END
                    AS retained_revenue
            FROM crm_customer_snapshot now
            JOIN crm_customer_snapshot was ON was.partner_id = now.partner_id
                AND COALESCE(was.company_id, 0) = COALESCE(now.company_id, 0)
                AND was.month = (now.month - interval '1 month')::date
            WHERE was.cooperation_state = 'active'"""
        )
