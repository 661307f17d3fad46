from odoo import fields, models

from .bare_many2one import BareMany2one


class CrmCustomerSegmentMonth(models.Model):
    """Size and value of a segment at the end of a month (the current month: today).

    Value is that of the members' snapshots: the value window up to the data date, in the company's
    currency. Closed months stay as they were. ``overlap`` is ``{segment id: customers in both}``.
    """

    _name = "crm.customer.segment.month"
    _description = "Segment by month"
    _order = "month desc, profit desc, id"
    _rec_name = "segment_id"
    _log_access = False

    segment_id = fields.Many2one(
        "crm.customer.segment", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = BareMany2one("res.company", required=True, readonly=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    member_count = fields.Integer("Customers", readonly=True, aggregator=None)
    buyer_count = fields.Integer(
        "With business",
        readonly=True,
        aggregator=None,
        help="Members with revenue in the value window.",
    )
    revenue = fields.Monetary(
        readonly=True, aggregator=None, help="Of the members, in the value window."
    )
    profit = fields.Monetary(
        readonly=True, aggregator=None, help="Of the members, in the value window."
    )
    mean_value = fields.Monetary(
        "Mean profit", readonly=True, aggregator=None, help="Profit ÷ customers of the segment."
    )
    joined_count = fields.Integer("Joined in the month", readonly=True, aggregator=None)
    left_count = fields.Integer("Left in the month", readonly=True, aggregator=None)
    overlap = fields.Json(readonly=True)

    _segment_company_month_uniq = models.UniqueIndex("(segment_id, company_id, month)")
