from datetime import timedelta

import numpy as np

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from ..report import lifetime
from ..report.customer_month import main_company
from ..tools import lifetime as model
from ..tools import lifetime_values
from ..tools.analysis import NotEnoughDataError
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .day_format import format_day
from .report_fields import OptionalFloat, OptionalMonetary

#: Points of the tracking chart.
TRACKING_POINTS = 53
NOT_ADDED = (
    "recency_weeks",
    "age_weeks",
    "silence_weeks",
    "p_alive",
    "expected_spend",
    "margin_rate",
    "horizon_months",
)


class CrmCustomerLifetime(models.Model):
    """What a customer is expected to bring from now on, at the end of a month (ROI-3).

    One row per customer (commercial entity), company (empty: all together) and month; the newest
    is ``is_current``. Customers without a contract by BG/NBD and gamma-gamma, those with running
    contracts by margin × retention; see ``tools/lifetime.py`` and the fit of the row.
    """

    _name = "crm.customer.lifetime"
    _description = "Life-time value of a customer"
    _order = "expected_value desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="sum", key=("company_id", "month"), averages=NOT_ADDED, erase="keep"
    )

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = BareMany2one("res.company", readonly=True, help="Empty: all companies together.")
    currency_id = BareMany2one("res.currency", required=True, ondelete="restrict", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    model = fields.Selection(
        [("noncontractual", "Purchases"), ("contract", "Running contracts")],
        "Computed from",
        required=True,
        readonly=True,
    )
    fit_id = BareMany2one("crm.lifetime.fit", "Parameters of", ondelete="set null", readonly=True)

    frequency = fields.Integer(
        "Repeat purchases", readonly=True, help="Days with a purchase after the first one."
    )
    recency_weeks = OptionalFloat(
        "Weeks to the last purchase",
        readonly=True,
        aggregator="avg",
        help="From the first purchase to the last one.",
    )
    age_weeks = OptionalFloat(
        "Weeks as a customer",
        readonly=True,
        aggregator="avg",
        help="From the first purchase to the data date.",
    )
    silence_weeks = OptionalFloat("Weeks since the last purchase", readonly=True, aggregator="avg")
    p_alive = OptionalFloat(
        "Still a customer",
        readonly=True,
        digits=0,
        aggregator="avg",
        help="Probability that he is still a customer on the data date. Whoever bought once has "
        "had no occasion to leave, for the model: 100 %.",
    )
    expected_purchases = OptionalFloat(
        "Purchases expected",
        readonly=True,
        digits=0,
        help="Days with a purchase expected in the horizon.",
    )
    expected_spend = OptionalMonetary(
        "Amount per purchase",
        readonly=True,
        aggregator="avg",
        help="Expected amount of a purchase without taxes; of contracts: a month.",
    )
    margin_rate = OptionalFloat(
        "Gain per amount",
        readonly=True,
        digits=0,
        aggregator=None,
        help="Share of the amount that counts as value: after credit notes and product cost, "
        "as far as costs are known.",
    )
    expected_value = OptionalMonetary(
        "Life-time value",
        readonly=True,
        help="Expected purchases × amount × gain per amount, discounted to the data date.",
    )
    horizon_months = fields.Integer("Horizon (months)", readonly=True, aggregator=None)
    explanation = fields.Text("Why", compute="_compute_explanation")

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, COALESCE(company_id, 0), month)")
    _current_idx = models.Index("(company_id, expected_value DESC, id) WHERE is_current")
    _company_month_idx = models.Index("(company_id, month)")
    _fit_idx = models.Index("(fit_id)")

    @api.private
    def init(self):
        """Leave room in the pages: each day moves everybody's figures."""
        self.env.cr.execute(SQL("ALTER TABLE crm_customer_lifetime SET (fillfactor = 60)"))

    # Why --------------------------------------------------------------------------------------

    @api.depends("frequency", "silence_weeks", "p_alive", "expected_purchases", "expected_value")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for row in self:
            texts = row._contract_words() if row.model == "contract" else row._purchase_words()
            row.explanation = " ".join(filter(None, texts))

    def _contract_words(self):
        return [
            self.env._(
                "He has running contracts of %(amount)s a month; %(share)s %% of it is gain.",
                amount=self._amount(self.expected_spend),
                share=round(100 * self.margin_rate),
            ),
            self._value_words(),
        ]

    def _purchase_words(self):
        return [
            self._history_words(),
            self._alive_words(),
            self._ahead_words(),
            self._value_words(),
        ]

    def _history_words(self):
        silence = self._span(self.silence_weeks)
        if not self.frequency:
            return self.env._("He bought on one day, %(silence)s ago.", silence=silence)
        return self.env._(
            "He bought on %(count)s days within %(age)s, the last time %(silence)s ago.",
            count=self.frequency + 1,
            age=self._span(self.age_weeks),
            silence=silence,
        )

    def _span(self, weeks):
        """A time in words: weeks, or days if it is short."""
        if weeks >= 3:
            return self.env._("%(count)s weeks", count=round(weeks))
        days = round(7 * weeks)
        return self.env._("1 day") if days == 1 else self.env._("%(count)s days", count=days)

    def _alive_words(self):
        if self.p_alive is False:
            return ""
        if not self.frequency:
            return self.env._("Nothing tells yet whether he stays.")
        return self.env._(
            "He usually came back after %(rhythm)s, so he is still a customer with a probability "
            "of %(share)s %%.",
            rhythm=self._span(self.recency_weeks / self.frequency),
            share=round(100 * self.p_alive),
        )

    def _ahead_words(self):
        if self.expected_purchases is False:
            return ""
        return self.env._(
            "%(count)s purchases of %(amount)s are expected in %(months)s months.",
            count=round(self.expected_purchases, 1),
            amount=self._amount(self.expected_spend),
            months=self.horizon_months,
        )

    def _value_words(self):
        if self.expected_value is False:
            return self.env._("Not enough data for a value.")
        return self.env._(
            "That is worth %(value)s on %(day)s.",
            value=self._amount(self.expected_value),
            day=format_day(self.env, self.date),
        )

    def _amount(self, amount):
        return self.currency_id.format(amount or 0.0)

    # What a click opens -----------------------------------------------------------------------

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    def action_open_history(self):
        """Open the customer's values at the end of each month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Life-time value of %(name)s", name=self.partner_id.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "graph")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }

    @api.model
    def _action_current(self):
        """The current values of the company the viewer works in, or of all together."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_customer_lifetime_action_window"
        )
        return {**action, "domain": self._current_domain()}

    @api.model
    def _current_domain(self):
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        return [("is_current", "=", True), ("company_id", "=", company_id)]

    # Calculation ------------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Fit the models and value all customers of every company; the analysis ``lifetime``.

        :raises NotEnoughDataError: where no company has enough customers who bought again
        """
        date = self.env["crm.customer.snapshot"]._data_date()
        scopes = self._scopes(date)
        written, valued = 0, False
        for place, (scope, setting) in enumerate(scopes):
            run._tell(place, len(scopes), self._company_name(scope))
            found = self._recalculate_company(scope, setting)
            valued |= found is not None
            written += found or 0
        if not valued:
            raise NotEnoughDataError(self._missing_words(scopes))
        return written

    def _missing_words(self, scopes):
        needed = min(setting.lifetime_minimum_customers for _scope, setting in scopes)
        return self.env._(
            "At least %(count)s customers with posted invoices are needed, some of them on "
            "several days.",
            count=needed,
        )

    def _company_name(self, scope):
        return self.env["res.company"].browse(scope.company_id).name or self.env._("All companies")

    @api.model
    def _scopes(self, date):
        """``[(scope, setting)]``: each company and, with several, all together."""
        # sudo: values are computed for all companies, whoever asked
        companies = self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        settings = self.env["crm.value.setting"]._for_companies(companies)
        currencies = {company.id: company.currency_id.id for company in companies}
        if len(companies) > 1:
            currencies[0] = main_company(self.env).currency_id.id
        return [
            (
                lifetime.Scope(
                    company_id=company_id,
                    currency_id=currency_id,
                    date=date,
                    cut=date,
                    segment_by=settings[company_id].lifetime_segment_by,
                ),
                settings[company_id],
            )
            for company_id, currency_id in currencies.items()
        ]

    @api.model
    def _recalculate_company(self, scope, setting):
        """Rows written for a company, or ``None`` without enough data."""
        scope, rules = self._with_holdout(scope, setting)
        columns = lifetime.histories(self.env, scope)
        fits = self.env["crm.lifetime.fit"]
        last_good = fits._last_good(scope.company_id, scope.segment_by)
        estimates, values = lifetime_values.evaluate(columns, rules, last_good)
        month = date_utils.start_of(scope.date, "month")
        tracking = self._tracking(scope, estimates[0])
        ids = fits._store(scope, month, estimates, rules, tracking)
        rows = self._rows(columns, values, ids)
        contracts = lifetime.contracts(self.env, scope)
        retention = model.yearly_retention(*lifetime.endings(self.env, scope))
        usual = estimates[0].margin_rate
        rows = lifetime_values.with_contracts(rows, *contracts, retention, usual, rules)
        if not len(rows["partner_id"]):
            return None
        return lifetime.write(self.env, scope, month, self._finished(scope, rules, rows))

    def _with_holdout(self, scope, setting):
        """The scope with the day of the cut, and the rules."""
        first = lifetime.first_day(self.env, scope)
        holdout = lifetime_values.holdout_days((scope.date - first).days) if first else 0
        cut = scope.date - timedelta(days=holdout)
        return (
            lifetime.Scope(scope.company_id, scope.currency_id, scope.date, cut, scope.segment_by),
            setting._lifetime_rules(holdout),
        )

    def _tracking(self, scope, estimate):
        """Repeat purchases of all customers added up over time, actual and expected.

        Expected by the parameters of the time before the hold-out; ``False`` without one.
        """
        if not estimate.check:
            return False
        firsts, repeats = lifetime.repeats_by_day(self.env, scope)
        days = sorted({*firsts, scope.date})
        step = max(1, (scope.date - days[0]).days // (TRACKING_POINTS - 1))
        points = [scope.date - timedelta(days=step * n) for n in range(TRACKING_POINTS)]
        points = sorted(day for day in points if day >= days[0])
        numbers = [(day - days[0]).days for day in firsts]
        expected = model.tracking(
            estimate.check["params"],
            numbers,
            list(firsts.values()),
            [(day - days[0]).days for day in points],
        )
        again = np.array([[(day - days[0]).days, count] for day, count in repeats.items()])
        return {
            "cut": fields.Date.to_string(scope.cut),
            "points": [
                {
                    "date": fields.Date.to_string(day),
                    "actual": int(again[again[:, 0] <= (day - days[0]).days, 1].sum()),
                    "expected": round(value, 2),
                }
                for day, value in zip(points, expected, strict=True)
            ],
        }

    def _rows(self, columns, values, ids):
        """The columns of the table of those who bought and are valued; nan is unknown."""
        known = ~np.isnan(values["segment"])
        found = {name: column[known] for name, column in values.items()}
        x, last, age = (columns[name][known] for name in ("x", "last", "age"))
        return {
            "partner_id": columns["partner_id"][known].astype(np.int64),
            "model": np.full(len(x), "noncontractual", dtype=object),
            "fit_id": np.array([float(ids[int(key)]) for key in found.pop("segment")]),
            "frequency": x.astype(np.int64),
            "recency_weeks": last / 7,
            "age_weeks": age / 7,
            "silence_weeks": (age - last) / 7,
            **found,
        }

    def _finished(self, scope, rules, rows):
        """The columns with what all rows share, money rounded."""
        digits = self.env["res.currency"].browse(scope.currency_id).decimal_places
        money = {
            name: np.round(rows[name], digits) for name in ("expected_spend", "expected_value")
        }
        fit = rows["fit_id"]
        fits = np.where(np.isnan(fit), None, np.nan_to_num(fit).astype(np.int64).astype(object))
        return {
            **rows,
            **money,
            "fit_id": fits,
            "currency_id": scope.currency_id,
            "date": fields.Date.to_string(scope.date),
            "horizon_months": rules.months,
        }
