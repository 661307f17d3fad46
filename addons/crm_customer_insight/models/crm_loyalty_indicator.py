from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..report import loyalty_indicators
from ..tools.analysis import NotEnoughDataError
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .report_fields import OptionalFloat, OptionalMonetary

KEEP_MONTHS = 24


class CrmLoyaltyIndicator(models.Model):
    """How loyal a customer is: steady frequency and amount, share of wallet, referrals (ROI-3).

    One row per customer with a purchase in the last 24 months, company and month. What is not known
    is empty, never 0.
    """

    _name = "crm.loyalty.indicator"
    _description = "Loyalty indicator"
    _order = "purchases desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best", key=("company_id", "month"), order="purchases DESC, id", erase="delete"
    )

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = BareMany2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = BareMany2one("res.currency", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    purchases = fields.Integer(
        "Days of purchase",
        readonly=True,
        help="Days with an invoice of more than zero in the last 24 months.",
    )
    usual_days = OptionalFloat(
        "Usual gap (days)",
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="Median of the days between two purchases; two days of purchase at least.",
    )
    gap_steadiness = OptionalFloat(
        "Steady frequency",
        readonly=True,
        aggregator="avg",
        help="1 − standard deviation ÷ mean of the days between purchases: 100 % is a clock, 0 % "
        "chance. Four days of purchase at least.",
    )
    amount_steadiness = OptionalFloat(
        "Steady amount",
        readonly=True,
        aggregator="avg",
        help="1 − standard deviation ÷ mean of the untaxed amounts of days of purchase. Four days "
        "at least.",
    )
    mean_amount = OptionalMonetary(
        "Usual amount", readonly=True, aggregator="avg", help="Mean of a day of purchase, untaxed."
    )
    revenue_year = OptionalMonetary(
        "Revenue of the year",
        readonly=True,
        help="Net of credit notes, last 365 days; only where the demand is known.",
    )
    demand = OptionalMonetary(
        "Yearly demand", readonly=True, help="The profile fact “Total demand a year”."
    )
    share_of_wallet = OptionalFloat(
        "Share of wallet",
        readonly=True,
        aggregator="avg",
        help="Revenue of the last 365 days ÷ what the customer needs in a year. More than 100 % "
        "says that the demand noted is too low.",
    )
    referral_count = fields.Integer("Referrals made", readonly=True)

    _customer_uniq = models.UniqueIndex("(partner_id, company_id, month)")
    _current_idx = models.Index("(company_id, purchases DESC, id) WHERE is_current")

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_360()

    def action_open_invoices(self):
        """The invoices that the steadiness is read from."""
        self.ensure_one()
        self.check_access("read")
        since = self.date - relativedelta(months=loyalty_indicators.MONTHS)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("move_type", "in", loyalty_indicators.PURCHASES),
            ("state", "=", "posted"),
            ("amount_untaxed_signed", ">", 0),
            ("invoice_date", ">", fields.Date.to_string(since)),
            ("invoice_date", "<=", fields.Date.to_string(self.date)),
        ]
        return {**action, "domain": domain, "context": {"create": False}}

    @api.model
    def _recalculate(self, run):
        """Figures of all customers of all companies."""
        date = self.env["crm.customer.snapshot"]._data_date()
        # sudo: figures are computed for all companies, whoever asks
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        run._tell(0, 1, self.env._("Reading purchases"))
        written = loyalty_indicators.fill(self.env, tuple(companies.ids), date)
        if not written:
            raise NotEnoughDataError(self.env._("No invoice was posted in the last 24 months."))
        self._forget_old(date)
        self.env.invalidate_all()
        return written

    @api.model
    def _forget_old(self, date):
        before = date.replace(day=1) - relativedelta(months=KEEP_MONTHS)
        self.env.cr.execute(SQL("DELETE FROM crm_loyalty_indicator WHERE month < %s", before))
