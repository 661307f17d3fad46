from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_customer_snapshot import TIERS

NO_TIER = [("none", "None")]


class CrmTierMigration(models.Model):
    """Who moved from which tier to which, month by month (ROI-3).

    One row per customer, company and month in which he had a tier at its end or at the end of the
    month before. Without a tier are customers before their first purchase.
    """

    _name = "crm.tier.migration"
    _description = "Tier migration"
    _auto = False
    _order = "month desc, profit desc"
    _rec_name = "partner_id"
    _depends = {
        "crm.customer.snapshot": [
            "partner_id",
            "company_id",
            "currency_id",
            "month",
            "is_current",
            "tier",
            "previous_tier",
            "profit",
            "revenue",
        ]
    }

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    company_id = fields.Many2one("res.company", readonly=True, help="Empty: all together.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    month = fields.Date(readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    from_tier = fields.Selection(
        NO_TIER + TIERS, "Tier before", readonly=True, help="Tier at the end of the month before."
    )
    to_tier = fields.Selection(NO_TIER + TIERS, "Tier now", readonly=True)
    direction = fields.Selection(
        [("new", "New"), ("up", "Up"), ("same", "Unchanged"), ("down", "Down"), ("gone", "Gone")],
        readonly=True,
    )
    profit = fields.Monetary(readonly=True, help="In the value window of the month.")
    revenue = fields.Monetary(readonly=True, help="In the value window of the month.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT s.id, s.partner_id, s.company_id, s.currency_id, s.month, s.is_current,
                COALESCE(s.previous_tier, 'none') AS from_tier, COALESCE(s.tier, 'none') AS to_tier,
                CASE WHEN s.previous_tier IS NULL THEN 'new' WHEN s.tier IS NULL THEN 'gone'
                    WHEN s.tier < s.previous_tier THEN 'up'
                    WHEN s.tier > s.previous_tier THEN 'down' ELSE 'same' END AS direction,
                s.profit, s.revenue
            FROM crm_customer_snapshot s
            WHERE s.tier IS NOT NULL OR s.previous_tier IS NOT NULL"""
        )
