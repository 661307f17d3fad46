from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from ..report import payment_behavior as sql
from ..tools.analysis import NotEnoughDataError
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .report_fields import KnownFloat

#: Months before the current one that the first calculation fills.
HISTORY_MONTHS = 12
RISKS = [
    ("low", "Pays on time"),
    ("medium", "Pays late"),
    ("high", "Risky"),
    ("unknown", "Not enough data"),
]


class CrmPaymentBehavior(models.Model):
    """How a customer pays, at the end of a month (the current month: on the data date), C360-5.

    One row per customer (commercial entity), company and month, in the company's currency. Figures
    of payments cover twelve months up to the date; means need three payments. Credit notes and
    exchange differences settle an invoice, but are no payment.
    """

    _name = "crm.payment.behavior"
    _description = "Payment behavior"
    _order = "overdue_amount desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="sum",
        key=("company_id", "month"),
        earliest=("oldest_due",),
        averages=("days_late", "late_share", "trend_days", "overdue_days", "risk"),
        erase="keep",
    )

    partner_id = BareMany2one("res.partner", "Customer", required=True, readonly=True)
    company_id = BareMany2one("res.company", required=True, readonly=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    paid_count = fields.Integer("Payments", readonly=True, help="In twelve months.")
    paid_amount = fields.Monetary("Paid", readonly=True, help="In twelve months, with taxes.")
    days_late = KnownFloat(
        "Mean days late", readonly=True, aggregator="avg",
        help="Days from due date to payment, weighted by amount; early payments count with minus. "
        "Empty with fewer than three payments in twelve months.",
    )  # fmt: skip
    late_share = KnownFloat(
        "Share paid late", readonly=True, aggregator="avg",
        help="Amount paid after its due date ÷ amount paid, in twelve months.",
    )  # fmt: skip
    trend_days = KnownFloat(
        "Trend (days)", readonly=True, aggregator="avg",
        help="Mean days late of the last half year − that of the half year before; plus: slower.",
    )  # fmt: skip
    open_amount = fields.Monetary("Open", readonly=True, help="Invoiced and not settled.")
    overdue_amount = fields.Monetary("Overdue", readonly=True, help="Open and past its due date.")
    oldest_due = fields.Date("Overdue since", readonly=True)
    overdue_days = fields.Integer("Days overdue", readonly=True, aggregator="max")
    risk = fields.Selection(
        RISKS, "Payment", readonly=True,
        help="Risky: something is overdue for more than 60 days, or more than 30 days late in the "
        "mean. Pays late: overdue for more than 14 days, more than 10 days late in the mean, or "
        "more than half of the amount late. Pays on time: neither.",
    )  # fmt: skip

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, company_id, month)")
    _current_idx = models.Index("(company_id, overdue_amount DESC, id) WHERE is_current")

    @api.model
    def _recalculate(self, run):
        """Figures of all customers: the current month, and closed months that are missing."""
        self.env.flush_all()
        cr = self.env.cr
        sql.prepare(cr)
        first = sql.first_day(cr)
        if not first:
            raise NotEnoughDataError(self.env._("There is no customer invoice yet."))
        today = self.env["crm.customer.snapshot"]._data_date()
        days = self._missing_month_ends(first, today)
        written = 0
        for place, day in enumerate(days):
            run._tell(place, len(days) + 1)
            written += sql.fill(cr, day, is_current=False)
        written += sql.fill(cr, today, is_current=True)
        cr.execute(SQL("ANALYZE crm_payment_behavior"))
        self.env.invalidate_all()
        return written

    def _missing_month_ends(self, first, today):
        """Last days of the closed months that have no figures as of that day."""
        self.env.cr.execute(SQL("SELECT DISTINCT date FROM crm_payment_behavior"))
        done = {row[0] for row in self.env.cr.fetchall()}
        current = today.replace(day=1)
        ends = [
            date_utils.end_of(current - relativedelta(months=n + 1), "month")
            for n in range(HISTORY_MONTHS)
        ]
        return sorted(day for day in ends if day >= first and day not in done)

    def action_open_invoices(self):
        """The open invoices behind the figures."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            ("state", "=", "posted"),
        ]
        return {**action, "domain": domain, "context": {"create": False}}

    def action_open_history(self):
        """The customer's figures month by month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments of %(customer)s", customer=self.partner_id.display_name),
            "res_model": self._name,
            "views": [(False, "graph"), (False, "list")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {},
        }
