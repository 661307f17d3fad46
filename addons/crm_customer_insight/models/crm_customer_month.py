from odoo import api, fields, models
from odoo.tools import SQL

from ..report import customer_month
from ..report.customer_month import main_company
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one


class CrmCustomerMonth(models.Model):
    """What a customer brought and cost in one month and company: facts behind every value figure.

    Revenue is invoiced, net of credit notes, in company currency at the document's rate (ROI-3).
    Product cost is split by how well it is known, so that figures can say their quality.
    The ``group_`` columns hold the same in the main company's currency, at the rate of each
    document's date; they are empty where the company uses that currency anyway.
    """

    _name = "crm.customer.month"
    _description = "Customer month"
    _order = "month desc, partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="sum",
        key=("company_id", "month"),
        earliest=("first_date",),
        latest=("last_date",),
        averages=("group_rate",),
        erase="keep",
    )

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = BareMany2one("res.company", required=True, ondelete="cascade", readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    currency_id = fields.Many2one(related="company_id.currency_id")

    revenue = fields.Monetary(
        readonly=True, help="Invoiced product lines net of credit notes, without taxes."
    )
    revenue_known = fields.Monetary(
        "Revenue with known cost",
        readonly=True,
        help="Revenue of lines whose cost was recorded on the order line when it was sold.",
    )
    revenue_estimated = fields.Monetary(
        "Revenue with estimated cost",
        readonly=True,
        help="Revenue of lines whose cost is today's standard cost of the product.",
    )
    product_cost = fields.Monetary(
        "Product cost", readonly=True, help="Known and estimated product cost."
    )
    direct_cost = fields.Monetary(
        "Direct cost", readonly=True, help="Cost of contacts, from the touch ledger."
    )
    allocated_cost = fields.Monetary(
        "Allocated cost", readonly=True, help="Share of the overhead of the month."
    )
    invoice_count = fields.Integer(
        "Purchases", readonly=True, help="Invoices of more than zero; credit notes do not count."
    )
    refund_count = fields.Integer("Credit notes", readonly=True)
    order_count = fields.Integer("Orders", readonly=True, help="Confirmed orders by order date.")
    first_date = fields.Date("First purchase", readonly=True)
    last_date = fields.Date("Last purchase", readonly=True)

    # In the currency of the main company
    group_revenue = fields.Float("Group revenue", readonly=True, digits=0)
    group_revenue_known = fields.Float("Group revenue with known cost", readonly=True, digits=0)
    group_revenue_estimated = fields.Float(
        "Group revenue with estimated cost", readonly=True, digits=0
    )
    group_product_cost = fields.Float("Group product cost", readonly=True, digits=0)
    group_rate = fields.Float(
        "Group rate",
        readonly=True,
        digits=0,
        aggregator=None,
        help="Rate of the month's first day, used for costs that have no document.",
    )

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, company_id, month)")
    _month_idx = models.Index("(month, company_id)")

    @api.model
    def _mark_dirty(self, rows):
        """Have the next refresh recompute some cells.

        :param rows: ``SQL`` selecting (partner_id, company_id, month); the partner may be any
            contact, the month any day of it; without company or month all of the customer's
            cells are meant.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_dirty (partner_id, company_id, month)
                SELECT DISTINCT partner_id, company_id, date_trunc('month', month::timestamp)::date
                FROM (%s) AS rows (partner_id, company_id, month)
                WHERE partner_id IS NOT NULL""",
                rows,
            )
        )

    @api.model
    def _mark_partners_dirty(self, partner_ids):
        """Have the next refresh recompute everything of these customers."""
        if partner_ids:
            self._mark_dirty(
                SQL(
                    "SELECT id, NULL::int, NULL::date FROM unnest(%s) AS id",
                    list(partner_ids),
                )
            )

    @api.model
    def _fill(self, cells=None):
        """Recompute the cells (all, or those in the temporary table ``cells``).

        Rows that stay equal are not written. Returns the number of rows written.
        """
        return customer_month.fill(self.env, cells)

    @api.model
    def _mark_dirty_from_ledger(self, cells):
        """The contact cost of *cells*, lists of (customer id, company id, month), changed."""
        main = main_company(self.env).id
        self.env["crm.customer.dirty"]._note_cells(
            (partner_id, company_id or main, fields.Date.to_date(month))
            for partner_id, company_id, month in cells
            if partner_id and month
        )
