from odoo import fields, models

TIERS = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
LIFECYCLE_STAGES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("growing", "Growing"),
    ("mature", "Mature"),
    ("declining", "Declining"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
COOPERATION_STATES = [
    ("never", "No business yet"),
    ("active", "Active"),
    ("dormant", "Dormant"),
    ("ended", "Ended"),
]


class CrmCustomerSnapshot(models.Model):
    """A customer's value at the end of a month (the current month: today), ROI-3 and ROI-5.

    One row per customer (commercial entity), company and month; ``company_id`` empty is the
    consolidated row in the main company's currency. Money covers the value window (12 months
    unless configured) up to ``date``. ``is_current`` marks the newest row.
    """

    _name = "crm.customer.snapshot"
    _description = "Customer snapshot"
    _order = "profit desc, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index="btree_not_null", help="Empty: all companies together."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean(readonly=True)

    # Value in the window
    revenue = fields.Monetary(readonly=True)
    revenue_previous = fields.Monetary("Revenue of the window before", readonly=True)
    product_cost = fields.Monetary(readonly=True)
    direct_cost = fields.Monetary(readonly=True)
    allocated_cost = fields.Monetary(readonly=True)
    profit = fields.Monetary(readonly=True)
    margin_rate = fields.Float(readonly=True, aggregator=None, help="Profit ÷ revenue.")
    cost_known_share = fields.Float(
        readonly=True, aggregator=None, help="Share of revenue whose product cost is recorded."
    )
    cost_estimated_share = fields.Float(readonly=True, aggregator=None)
    lifetime_revenue = fields.Monetary("Revenue since the first purchase", readonly=True)
    lifetime_profit = fields.Monetary("Profit since the first purchase", readonly=True)

    # Recency, frequency, monetary value
    first_purchase = fields.Date(readonly=True)
    last_purchase = fields.Date(readonly=True)
    recency_days = fields.Integer(readonly=True, aggregator="avg")
    frequency = fields.Integer("Purchases in the window", readonly=True)
    r_score = fields.Integer("R", readonly=True, aggregator="avg")
    f_score = fields.Integer("F", readonly=True, aggregator="avg")
    m_score = fields.Integer("M", readonly=True, aggregator="avg")
    rfm = fields.Char("RFM", readonly=True)

    # Tier and pyramid
    tier = fields.Selection(TIERS, readonly=True)
    pyramid_level = fields.Selection(
        [
            ("top", "Top (1 %)"),
            ("large", "Large (next 4 %)"),
            ("medium", "Medium (next 15 %)"),
            ("small", "Small (other active customers)"),
            ("inactive", "Inactive"),
            ("prospect", "Prospects"),
        ],
        readonly=True,
    )
    profit_rank = fields.Integer(readonly=True, aggregator="min")
    cumulative_profit = fields.Monetary(readonly=True, aggregator=None)
    previous_tier = fields.Selection(TIERS, "Tier a month ago", readonly=True)

    # Life cycle
    lifecycle_stage = fields.Selection(LIFECYCLE_STAGES, readonly=True)
    cooperation_state = fields.Selection(COOPERATION_STATES, readonly=True)

    _partner_company_month_uniq = models.UniqueIndex(
        "(partner_id, COALESCE(company_id, 0), month)"
    )
    _current_idx = models.Index("(partner_id, company_id) WHERE is_current")
    _company_month_idx = models.Index("(company_id, month)")
