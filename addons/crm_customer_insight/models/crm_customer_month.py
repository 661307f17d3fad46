from odoo import api, fields, models


class CrmCustomerMonth(models.Model):
    """What a customer brought and cost in one month and company: facts behind every value figure.

    Revenue is invoiced, net of credit notes, in company currency at the document's rate (ROI-3).
    Product cost is split by how well it is known, so that figures can say their quality.
    """

    _name = "crm.customer.month"
    _description = "Customer month"
    _order = "month desc, partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    revenue = fields.Monetary(readonly=True)
    revenue_known = fields.Monetary("Revenue with known cost", readonly=True)
    revenue_estimated = fields.Monetary("Revenue with estimated cost", readonly=True)
    product_cost = fields.Monetary(readonly=True, help="Known and estimated product cost.")
    direct_cost = fields.Monetary(readonly=True, help="Cost of contacts, from the touch ledger.")
    allocated_cost = fields.Monetary(readonly=True, help="Share of the overhead.")
    invoice_count = fields.Integer(readonly=True)
    refund_count = fields.Integer(readonly=True)
    order_count = fields.Integer(readonly=True)
    first_date = fields.Date("First invoice", readonly=True)
    last_date = fields.Date("Last invoice", readonly=True)

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, company_id, month)")
    _month_idx = models.Index("(month, company_id)")

    @api.model
    def _mark_dirty_from_ledger(self, cells):
        """The contact cost of *cells*, lists of (customer id, company id, month), changed."""
