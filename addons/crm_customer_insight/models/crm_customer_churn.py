from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from ..report import churn
from ..report.customer_month import main_company
from ..tools.analysis import NotEnoughDataError
from ..tools.churn import Reason
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .crm_customer_snapshot import TIERS
from .day_format import format_day
from .report_fields import OptionalFloat

STATES = [
    ("active", "Active"),
    ("at_risk", "At risk"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
#: Risk from which on a cause is said, and a row of the matrix begins.
BANDS = (0.75, 0.5, 0.25, 0.0)


class CrmCustomerChurn(models.Model):
    """How things stand with a customer at the end of a month (the current month: today), ROI-3.

    One row per customer (commercial entity), company and month, from the first purchase or
    contract on; ``company_id`` empty: all companies together. ``is_current`` marks the newest row;
    closed months stay as they were. See ``tools/churn.py`` for the rules.
    """

    _name = "crm.customer.churn"
    _description = "Churn state"
    _order = "stake desc nulls last, id"
    _rec_name = "partner_id"
    _log_access = False
    # The one who did business last tells how it stands; current rows are computed anew at night.
    _person_data = PersonData(
        merge="keep_best",
        key=("COALESCE(company_id, 0)", "month"),
        order="silence_days",
        erase="keep",
    )

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = BareMany2one("res.company", readonly=True, help="Empty: all companies together.")
    currency_id = BareMany2one("res.currency", required=True, ondelete="restrict", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        help="Lost: silent beyond the limit, or a contract ended without renewal. At risk: on the "
        "way there, or usage fell. Won back: returned after having been lost. See the churn rules.",
    )
    previous_state = fields.Selection(
        STATES, "State a month ago", readonly=True, help="Empty: no customer yet."
    )
    tier = fields.Selection(
        TIERS,
        readonly=True,
        help="Tier at the end of the month of the last business. A silent customer's tier falls "
        "with his silence, which would count every loss as one of tier D.",
    )
    previous_tier = fields.Selection(TIERS, "Tier a month ago", readonly=True)
    first_date = fields.Date(
        "Customer since",
        required=True,
        readonly=True,
        help="First purchase, or start of the first contract.",
    )
    last_date = fields.Date("Last purchase", readonly=True)
    silence_days = fields.Integer(
        "Silent for (days)",
        readonly=True,
        aggregator="avg",
        help="Days since the last purchase or the end of the contract; 0 while one runs.",
    )
    usual_days = fields.Float(
        "Usual gap (days)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Mean days between his purchases; empty with too few of them.",
    )
    purchases = fields.Integer("Days of purchase", readonly=True)
    lost_date = fields.Date("Lost on", readonly=True)
    won_back_date = fields.Date("Came back on", readonly=True)
    first_lost_date = fields.Date("First lost on", readonly=True)
    survival_months = fields.Integer(
        "Months until the first loss",
        readonly=True,
        aggregator="avg",
        help="Months begun from the first business to the first loss; whole months watched of who "
        "was not lost in them.",
    )
    survival_lost = fields.Boolean(
        "Lost in that time",
        readonly=True,
        help="The first loss lies in a whole month watched. A loss in the last, unfinished month "
        "would count while those who stay in it do not.",
    )

    # Risk
    risk = fields.Float(
        "Risk of leaving",
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="1 − (1 − silence)(1 − contract)(1 − usage)(1 − other signs), each part between 0 and "
        "1; lost: 100 %.",
    )
    p_alive = OptionalFloat(
        "Still a customer",
        compute="_compute_p_alive",
        aggregator=None,
        help="Probability by the model of life-time value, from his own rhythm alone; the risk "
        "follows the churn rules and counts contracts, usage and other signs, too.",
    )
    silence_part = fields.Float(
        "Part of silence",
        readonly=True,
        aggregator=None,
        help="Days of silence ÷ days after which he counts as lost.",
    )
    contract_part = fields.Float(
        "Part of the contract",
        readonly=True,
        aggregator=None,
        help="How far on the way from the warning before its end to the end of grace.",
    )
    usage_part = fields.Float(
        "Part of usage",
        readonly=True,
        aggregator=None,
        help="Share by which the last reading is below the mean of those before, from the "
        "threshold on.",
    )
    signal_part = fields.Float(
        "Part of other signs", readonly=True, aggregator=None, help="Complaints, low satisfaction."
    )
    signals = fields.Json(readonly=True)
    value = fields.Monetary(
        readonly=True,
        help="Profit in the value window at the end of the month of the last business.",
    )
    stake = fields.Monetary("Value at stake", readonly=True, help="Risk × value.")
    reason_code = fields.Selection(
        "_selection_reason",
        "Reason",
        readonly=True,
        help="Of the lost: the latest reason recorded before the loss. Of the others: what most of "
        "the risk comes from.",
    )
    lost_reason_id = BareMany2one("crm.lost.reason", "Reason of the lost deal", readonly=True)
    why = fields.Text("Why this risk", compute="_compute_why")
    last_contact_date = fields.Date(
        "Last contact",
        compute="_compute_last_contact_date",
        help="Latest mail, call, meeting or activity with the customer, in either direction.",
    )

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, COALESCE(company_id, 0), month)")
    _current_idx = models.Index("(company_id, stake DESC NULLS LAST, id) WHERE is_current")
    _company_month_idx = models.Index("(company_id, month)")

    @api.private
    def init(self):
        """Leave room in the pages: silence grows by a day in every row each night."""
        self.env.cr.execute(SQL("ALTER TABLE crm_customer_churn SET (fillfactor = 60)"))

    @api.model
    def _selection_reason(self):
        found = dict(self._own_reasons())
        found.update((item.code, item.name) for item in self._churn_signals())
        found.update((item.code, item.name) for item in self._churn_reasons())
        return [*found.items(), ("unknown", self.env._("No reason recorded"))]

    def _own_reasons(self):
        return [
            ("silence", self.env._("Silence")),
            ("contract", self.env._("Contract ends or ended")),
            ("usage", self.env._("Usage fell")),
        ]

    # -- registry --------------------------------------------------------------------------------

    @api.model
    def _churn_signals(self):
        """Further signs of risk, list of ``tools.churn.Signal``; extended by ``super()``."""
        return []

    @api.model
    def _churn_reasons(self):
        """Sources of recorded reasons, list of ``tools.churn.Reason``; extended by ``super()``.

        Of reasons of one day the earlier source wins.
        """
        return [
            Reason("deal", self.env._("Lost deal"), churn.lost_deals),
            Reason("contract", self.env._("Contract ends or ended"), churn.ended_contracts),
        ]

    # -- words -----------------------------------------------------------------------------------

    def _compute_why(self):
        reasons = self._why()
        for row in self:
            row.why = "\n".join(reasons[row])

    def _why(self):
        """``{row: sentences}``: what the risk is made of, the weightiest part first."""
        signs = {signal.code: signal for signal in self._churn_signals()}
        contracts = self._latest_contracts()
        return {row: row._reasons(signs, contracts.get(row.partner_id)) for row in self}

    def _latest_contracts(self):
        """``{customer: contract}`` that ends or ended, of those the viewer may read."""
        ending = self.filtered("contract_part").partner_id
        contracts = self.env["crm.customer.contract"]
        if not ending or not contracts.has_access("read"):
            return {}
        found = contracts.search(
            [("partner_id", "in", ending.ids), ("state", "!=", "draft")], order="date_end"
        )
        return {contract.partner_id: contract for contract in found}

    def _reasons(self, signs, contract):
        parts = [
            (self.silence_part, self._say_silence()),
            (self.contract_part, self._say_contract(contract)),
            (self.usage_part, self._say_usage()),
            *((self.signal_part, text) for text in self._say_signals(signs)),
        ]
        parts.sort(key=lambda part: -part[0])
        return [text for weight, text in parts if weight > 0]

    def _say_silence(self):
        if self.usual_days and round(self.usual_days) <= 1:
            return self.env._(
                "Silent for %(days)s days; usually buys every day.", days=self.silence_days
            )
        if self.usual_days:
            return self.env._(
                "Silent for %(days)s days; usually buys every %(usual)s days.",
                days=self.silence_days,
                usual=round(self.usual_days),
            )
        return self.env._(
            "Silent for %(days)s days; too few purchases for a rhythm of his own.",
            days=self.silence_days,
        )

    def _say_contract(self, contract):
        subject = contract.name if contract else self.env._("contract")
        if not self.silence_days:
            return self.env._("“%(contract)s” ends soon and is not renewed yet.", contract=subject)
        text = self.env._(
            "“%(contract)s” ended %(days)s days ago without renewal.",
            contract=subject,
            days=self.silence_days,
        )
        reason = contract.end_reason if contract else ""
        return f"{text} ({reason})" if reason else text

    def _say_usage(self):
        return self.env._(
            "Usage is %(share)s %% below its mean before.", share=round(100 * self.usage_part)
        )

    def _say_signals(self, signs):
        return [
            signs[code].label % {"amount": f"{amount:g}"}
            for code, amount in (self.signals or {}).items()
            if code in signs
        ]

    @api.depends("partner_id", "company_id", "is_current")
    def _compute_p_alive(self):
        """Of the current rows: that of the same customer and company; closed months have none."""
        current = self.filtered("is_current")
        rows = self.env["crm.customer.lifetime"].search_fetch(
            [("partner_id", "in", current.partner_id.ids), ("is_current", "=", True)],
            ["partner_id", "company_id", "p_alive"],
        )
        found = {(row.partner_id, row.company_id): row.p_alive for row in rows}
        self.p_alive = False
        for row in current:
            row.p_alive = found.get((row.partner_id, row.company_id), False)

    @api.depends("partner_id")
    def _compute_last_contact_date(self):
        spoken = dict(
            self.env["crm.touchpoint"]._read_group(
                [
                    ("commercial_partner_id", "in", self.partner_id.ids),
                    ("direction", "in", ("in", "out")),
                    ("voided", "!=", True),
                    ("date", "<", fields.Date.add(fields.Date.context_today(self), days=1)),
                ],
                ["commercial_partner_id"],
                ["date:max"],
            )
        )
        for row in self:
            row.last_contact_date = spoken.get(row.partner_id, False)

    # -- what a click opens ----------------------------------------------------------------------

    @api.model
    def _action_call_first(self):
        """The call list for the selected company, whoever contributes most and may go first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_customer_churn_action_window"
        )
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        domain = [("is_current", "=", True), ("company_id", "=", company_id)]
        own = self.search_count([*domain, ("user_id", "=", self.env.uid)], limit=1)
        context = {"search_default_to_keep": 1, "search_default_mine": 1 if own else 0}
        return {**action, "domain": domain, "context": context}

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    def action_plan_call(self):
        """Plan a call with the customers for today."""
        actions = [
            self.env["crm.next.action"].execute_next_action("churn", partner.id)
            for partner in self.partner_id
        ]
        return actions[-1] if actions else False

    def action_open_history(self):
        """Open how it stood with the customer at the end of each month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %(customer)s", customer=self.partner_id.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }

    # -- calculation -----------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Bring the states up to date: missing closed months, then the current one.

        :raises NotEnoughDataError: before the value figures were computed
        """
        self.env.flush_all()
        self.env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
        date = self._date()
        months = self._missing_months(date)
        self._prepare(date)
        written = 0
        for place, month in enumerate(months):
            run._tell(place, len(months) + 1, format_day(self.env, month))
            written += self._fill_month(month, date_utils.end_of(month, "month"), False)
        run._tell(len(months), len(months) + 1, format_day(self.env, date))
        written += self._fill_month(date_utils.start_of(date, "month"), date, True)
        self.env.cr.execute(SQL("ANALYZE crm_customer_churn"))
        self.env.invalidate_all()
        return written

    def _date(self):
        """The day of the value figures, which tell tier and value."""
        date = self.env["crm.value.state"]._get().date
        if not date:
            raise NotEnoughDataError(
                self.env._("The value figures have not been computed yet (Customers, Refresh now).")
            )
        return date

    def _missing_months(self, date):
        """Closed months with value figures but without states, oldest first.

        Nothing while older months of the value figures are still to come: states need the tiers.
        """
        if self.env["crm.customer.snapshot"]._missing_months():
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT month FROM crm_customer_snapshot s WHERE month < %(current)s
                AND NOT EXISTS (SELECT FROM crm_customer_churn c
                    WHERE c.month = s.month AND NOT c.is_current)
                ORDER BY month""",
                current=date_utils.start_of(date, "month"),
            )
        )
        return [month for [month] in rows]

    def _prepare(self, date):
        # sudo: figures are computed for all companies, whoever starts it
        companies = self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        rules = self.env["crm.churn.rule"]._for_companies(companies)
        currencies = {company.id: company.currency_id.id for company in companies}
        if len(companies) > 1:
            currencies[0] = main_company(self.env).currency_id.id
        rules = {key: rule for key, rule in rules.items() if key[0] in currencies}
        churn.prepare(self.env, rules, currencies, date)
        churn.gather_reasons(self.env, self._churn_reasons(), date)

    def _fill_month(self, month, date, is_current):
        before = None
        if not self._has_month(month - relativedelta(months=1)):
            before = "crm_churn_before"
            self._states(before, month - relativedelta(days=1))
        self._states("crm_churn_state", date)
        return churn.store(self.env, month, date, is_current, before)

    def _has_month(self, month):
        query = SQL("SELECT EXISTS (SELECT FROM crm_customer_churn WHERE month = %s)", month)
        return self.env.execute_query(query)[0][0]

    def _states(self, table, date):
        churn.gather_signals(self.env, self._churn_signals(), date)
        churn.states(self.env, table, date)
