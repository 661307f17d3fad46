from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from ..report import reorder
from ..tools.analysis import NotEnoughDataError
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one

KEEP_MONTHS = 12
STATES = [
    ("later", "Later"),
    ("due", "Due"),
    ("overdue", "Overdue"),
    ("broken", "Rhythm broken"),
]


class CrmReorderForecast(models.Model):
    """When a customer will order a product again, from his own purchase rhythm (C360-4, C360-5).

    Needs three days of purchase at least. The rhythm is the median of the gaps between them, the
    quantity the median of a day's purchases, the value that quantity at the latest price.
    """

    _name = "crm.reorder.forecast"
    _description = "Expected reorder"
    _order = "expected_value desc, id"
    _rec_name = "product_id"
    _log_access = False
    _person_data = PersonData(merge="recompute", erase="delete")

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade", index=True
    )
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product category")
    uom_id = fields.Many2one(related="product_id.uom_id")
    company_id = BareMany2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = BareMany2one("res.currency", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)

    purchases = fields.Integer(
        "Days of purchase", readonly=True, help="Days in the months that count; three at least."
    )
    gap_days = fields.Float(
        "Usual gap (days)",
        readonly=True,
        aggregator="avg",
        digits=(8, 1),
        help="Median of the days between two purchases of the product.",
    )
    shortest_gap = fields.Integer("Shortest gap (days)", readonly=True, aggregator="min")
    longest_gap = fields.Integer("Longest gap (days)", readonly=True, aggregator="max")
    last_date = fields.Date("Last bought", readonly=True)
    expected_date = fields.Date(
        "Expected on", readonly=True, help="Last purchase + the usual gap, rounded down to days."
    )
    days_late = fields.Integer("Days late", readonly=True, aggregator="avg")
    quantity = fields.Float(
        "Expected quantity",
        readonly=True,
        digits="Product Unit",
        help="Median of a day's purchases, in the product's unit.",
    )
    least_quantity = fields.Float(
        "Least quantity", readonly=True, digits="Product Unit", aggregator="min"
    )
    most_quantity = fields.Float(
        "Most quantity", readonly=True, digits="Product Unit", aggregator="max"
    )
    unit_price = fields.Monetary(
        "Latest price",
        readonly=True,
        aggregator=None,
        help="Untaxed, after discount, of the latest day of purchase; company currency.",
    )
    expected_value = fields.Monetary(
        "Expected value", readonly=True, help="Expected quantity × latest price."
    )
    state = fields.Selection(
        STATES,
        readonly=True,
        help="Due from a week before the expected date; overdue after it; the rhythm counts as "
        "broken when it is late by more than three usual gaps.",
    )

    _customer_idx = models.Index("(partner_id, company_id) WHERE is_current")
    _value_idx = models.Index("(company_id, state, expected_value DESC) WHERE is_current")

    @api.depends("partner_id", "product_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.partner_id.display_name}: {row.product_id.display_name}"

    # -- screens -------------------------------------------------------------------------------

    def action_make_quotation(self):
        """A quotation for each customer of these forecasts, with the expected quantities.

        :raises UserError: when the products may not be sold to them
        """
        offers = [forecast._quotation_values(rows) for forecast, rows in self._by_customer()]
        orders = self.env["sale.order"].create(offers)
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_quotations")
        if len(orders) == 1:
            return {**action, "views": [(False, "form")], "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    def _by_customer(self):
        if not self:
            raise UserError(self.env._("Choose the expected reorders first."))
        groups = self.grouped(lambda row: (row.partner_id, row.company_id))
        return [(rows[:1], rows) for rows in groups.values()]

    def _quotation_values(self, rows):
        suggestions = self.env["crm.product.suggestion"]
        wanted = suggestions._offerable(rows.product_id, self.partner_id, self.company_id)
        rows = rows.filtered(lambda row: row.product_id in wanted)
        if not rows:
            raise UserError(
                self.env._(
                    "%(customer)s cannot be offered any of these products now.",
                    customer=self.partner_id.display_name,
                )
            )
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.env._("Expected reorder"),
            "order_line": [
                fields.Command.create(
                    {"product_id": row.product_id.id, "product_uom_qty": row.quantity}
                )
                for row in rows
            ],
        }

    def action_open_orders(self):
        """The orders that the rhythm is read from."""
        self.ensure_one()
        setting = self.env["crm.value.setting"]._for_companies(self.company_id)[self.company_id.id]
        since = self.month - relativedelta(months=setting.reorder_months - 1)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "sale.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("partner_id", "child_of", self.partner_id.id),
                ("order_line.product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("date_order", ">=", fields.Date.to_string(since)),
            ],
            "context": {"create": False},
        }

    # -- computation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Forecast the reorders of all customers of all companies."""
        date = self.env["crm.customer.snapshot"]._data_date()
        # sudo: figures are computed for all companies, whoever asks
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        month = date_utils.start_of(date, "month")
        run._tell(0, 1, self.env._("Reading purchase rhythms"))
        written = reorder.fill(self.env, self._windows(companies, month), month, date)
        if not written:
            raise NotEnoughDataError(
                self.env._("No customer has bought a product on three different days.")
            )
        self._forget_old(month)
        self.env.invalidate_all()
        return written

    @api.model
    def _windows(self, companies, month):
        settings = self.env["crm.value.setting"]._for_companies(companies)
        return [
            (company.id, month - relativedelta(months=settings[company.id].reorder_months - 1))
            for company in companies
        ]

    @api.model
    def _forget_old(self, month):
        before = month - relativedelta(months=KEEP_MONTHS)
        self.env.cr.execute(SQL("DELETE FROM crm_reorder_forecast WHERE month < %s", before))
