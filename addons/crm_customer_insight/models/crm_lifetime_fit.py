from odoo import api, fields, models

from ..tools import lifetime_values
from .report_fields import OptionalFloat, OptionalMonetary

SEGMENT_BY = [
    ("none", "All customers together"),
    ("first_tier", "Tier when first rated"),
    ("country", "Country"),
    ("tag", "Contact tag"),
    ("industry", "Industry"),
    ("team", "Sales team of the salesperson"),
]
SEGMENT_MODELS = {
    "country": "res.country",
    "tag": "res.partner.category",
    "industry": "res.partner.industry",
    "team": "crm.team",
}


class CrmLifetimeFit(models.Model):
    """The models of life-time value that were fitted to the customers of a company (ROI-3).

    One row per company (empty: all together), segment and month; the newest of a segment is
    ``is_current``. It keeps what was estimated, how well the model foretold a hold-out against a
    naive guess, and what was wrong: customers' values say by it where they come from.
    """

    _name = "crm.lifetime.fit"
    _description = "Fit of the life-time value"
    _order = "month desc, company_id, segment_ref, id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="cascade", help="Empty: all companies together."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    segment_by = fields.Selection(SEGMENT_BY, "Segments by", required=True, readonly=True)
    segment_ref = fields.Integer("Segment number", readonly=True, aggregator=None)
    customers = fields.Integer(readonly=True, help="Customers with a purchase.")
    repeaters = fields.Integer(
        "Bought again", readonly=True, help="Customers with purchases on several days."
    )
    state = fields.Selection(
        [
            ("good", "Fitted"),
            ("kept", "Earlier parameters kept"),
            ("empty", "Not enough data"),
            ("failed", "Did not converge"),
        ],
        required=True,
        readonly=True,
    )
    problem = fields.Char(readonly=True, help="Code of what is wrong with the purchases.")
    problem_text = fields.Text("What is wrong", compute="_compute_problem_text")
    edge = fields.Char("Left open", readonly=True, help="Parameters the data do not tell.")

    # Parameters of the purchases
    r = OptionalFloat("Parameter r", readonly=True, digits=0, aggregator=None)
    alpha = OptionalFloat("Parameter α", readonly=True, digits=0, aggregator=None)
    a = OptionalFloat("Parameter a", readonly=True, digits=0, aggregator=None)
    b = OptionalFloat("Parameter b", readonly=True, digits=0, aggregator=None)
    log_likelihood = OptionalFloat("Log-likelihood", readonly=True, digits=0, aggregator=None)

    # Parameters of the amounts
    p = OptionalFloat("Parameter p", readonly=True, digits=0, aggregator=None)
    q = OptionalFloat("Parameter q", readonly=True, digits=0, aggregator=None)
    gamma = OptionalFloat("Parameter γ", readonly=True, digits=0, aggregator=None)
    spend_log_likelihood = OptionalFloat(
        "Log-likelihood of the amounts", readonly=True, digits=0, aggregator=None
    )
    spend_problem = fields.Char("Problem of the amounts", readonly=True)
    usual_spend = OptionalMonetary(
        "Usual amount", readonly=True, aggregator=None, help="Mean amount of a purchase."
    )
    correlation = OptionalFloat(
        "Correlation of frequency and amount",
        readonly=True,
        digits=0,
        aggregator=None,
        help="The model of amounts takes both as independent: far from 0 its values are biased.",
    )
    basis = fields.Selection(
        [("margin", "Margin"), ("revenue", "Revenue")],
        readonly=True,
        help="Revenue where product costs are known for less than half of it.",
    )
    margin_rate = OptionalFloat(
        "Gain per amount",
        readonly=True,
        digits=0,
        aggregator=None,
        help="Share of the amount of purchases that stays after credit notes and product cost.",
    )
    horizon_months = fields.Integer("Horizon (months)", readonly=True, aggregator=None)
    discount_rate = fields.Float("Discount rate a year", readonly=True, aggregator=None)

    # Hold-out
    holdout_weeks = OptionalFloat("Hold-out (weeks)", readonly=True, aggregator=None)
    holdout_customers = fields.Integer("Customers before the hold-out", readonly=True)
    error = OptionalFloat(
        "Error",
        readonly=True,
        digits=0,
        aggregator=None,
        help="Mean absolute difference of expected and actual purchases per customer.",
    )
    naive_error = OptionalFloat(
        "Error of the naive guess",
        readonly=True,
        digits=0,
        aggregator=None,
        help="The same, if everybody were taken to go on at the rate at which he bought before.",
    )
    total_error = OptionalFloat(
        "Error in all",
        readonly=True,
        digits=0,
        aggregator=None,
        help="Expected purchases of all together against the actual ones.",
    )
    naive_total_error = OptionalFloat(
        "Error in all of the naive guess", readonly=True, digits=0, aggregator=None
    )
    bins = fields.Json("Hold-out by earlier purchases", readonly=True)
    tracking = fields.Json("Purchases over time", readonly=True)

    _segment_month_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), segment_by, segment_ref, month)"
    )

    @api.depends("segment_by", "segment_ref")
    def _compute_display_name(self):
        labels = self._segment_labels()
        for fit in self:
            fit.display_name = labels.get((fit.segment_by, fit.segment_ref)) or self.env._(
                "All customers"
            )

    def _segment_labels(self):
        """``{(segments by, number): name}``."""
        found = {}
        for segment_by, fits in self.grouped("segment_by").items():
            numbers = [number for number in fits.mapped("segment_ref") if number > 0]
            if segment_by == "first_tier":
                found |= {
                    (segment_by, number): self.env._("Tier %(tier)s at first", tier=chr(number))
                    for number in numbers
                }
            elif model := SEGMENT_MODELS.get(segment_by):
                # sudo: the name of a country, tag or team is no secret; sales teams are closed
                records = self.env[model].sudo().browse(numbers).exists()
                found |= {(segment_by, record.id): record.display_name for record in records}
        return found

    @api.depends("problem", "spend_problem", "state", "edge")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for fit in self:
            texts = [
                self._problem_words(fit.problem, fit.state),
                self._spend_words(fit.spend_problem),
                fit.edge
                and self.env._(
                    "The data leave %(names)s open; forecasts hold, these parameters say little.",
                    names=fit.edge,
                ),
            ]
            fit.problem_text = " ".join(filter(None, texts))

    def _problem_words(self, problem, state):
        words = {
            "few": self.env._("Not enough customers with a purchase."),
            "no_repeats": self.env._("Nobody bought on a second day yet."),
            "not_converged": self.env._("The estimate of the purchases did not converge."),
        }.get(problem, "")
        if state == "kept":
            words += " " + self.env._("The last good parameters are used.")
        return words

    def _spend_words(self, problem):
        reasons = {
            "few": self.env._("Too few customers bought again to model amounts."),
            "no_repeats": self.env._("Too few customers bought again to model amounts."),
            "not_converged": self.env._("The estimate of the amounts did not converge."),
            "no_mean": self.env._("The amounts scatter too widely to have a mean."),
        }
        if problem not in reasons:
            return ""
        return reasons[problem] + " " + self.env._("The mean of all purchases is taken.")

    def action_open_customers(self):
        """The customers whose values come from this fit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Life-time value: %(segment)s", segment=self.display_name),
            "res_model": "crm.customer.lifetime",
            "views": [(False, "list"), (False, "form")],
            "domain": [("fit_id", "=", self.id)],
        }

    # Writing ------------------------------------------------------------------------------

    @api.model
    def _last_good(self, company_id, segment_by):
        """``{segment number: (params, spend params)}`` of the newest fits that converged."""
        fits = self.search(
            [
                ("company_id", "=", company_id or False),
                ("segment_by", "=", segment_by),
                ("r", "!=", False),
                ("state", "in", ("good", "kept")),
            ],
            order="month",
        )
        return {
            fit.segment_ref: (
                (fit.r, fit.alpha, fit.a, fit.b),
                (fit.p, fit.q, fit.gamma) if fit.p is not False else (),
            )
            for fit in fits
        }

    @api.model
    def _store(self, scope, month, estimates, rules, tracking):
        """Write the estimates of a company; return ``{segment key: id}``."""
        domain = [("company_id", "=", scope.company_id or False)]
        self.search([*domain, ("is_current", "=", True)]).is_current = False
        found = {
            (fit.segment_by, fit.segment_ref): fit
            for fit in self.search([*domain, ("month", "=", month)])
        }
        ids = {}
        for estimate in estimates:
            values = self._values_of(scope, estimate, rules)
            if estimate.key == lifetime_values.ALL:
                values["tracking"] = tracking
            fit = found.get((scope.segment_by, estimate.key))
            if fit:
                fit.write(values)
            else:
                fit = self.create({**values, "month": month})
            ids[estimate.key] = fit.id
        return ids

    @api.model
    def _values_of(self, scope, estimate, rules):
        params = estimate.params or (None,) * 4
        spend = estimate.spend_params or (None,) * 3
        return {
            "company_id": scope.company_id or False,
            "currency_id": scope.currency_id,
            "date": scope.date,
            "is_current": True,
            "segment_by": scope.segment_by,
            "segment_ref": estimate.key,
            "customers": estimate.customers,
            "repeaters": estimate.repeaters,
            "state": self._state_of(estimate),
            "problem": estimate.fit.problem,
            "edge": ", ".join(estimate.fit.edge + estimate.spend_fit.edge),
            **dict(zip(("r", "alpha", "a", "b"), params, strict=True)),
            **dict(zip(("p", "q", "gamma"), spend, strict=True)),
            "log_likelihood": estimate.fit.log_likelihood,
            "spend_log_likelihood": estimate.spend_fit.log_likelihood,
            "spend_problem": estimate.spend_fit.problem,
            "usual_spend": estimate.usual_spend,
            "correlation": estimate.correlation,
            "basis": estimate.basis,
            "margin_rate": estimate.margin_rate,
            "horizon_months": rules.months,
            "discount_rate": rules.rate,
            **self._check_values(estimate.check),
        }

    @api.model
    def _state_of(self, estimate):
        if estimate.kept:
            return "kept"
        if estimate.params:
            return "good"
        return "failed" if estimate.fit.problem == "not_converged" else "empty"

    @api.model
    def _check_values(self, check):
        model, naive = check.get("model", {}), check.get("naive", {})
        return {
            "holdout_weeks": check.get("weeks"),
            "holdout_customers": check.get("customers", 0),
            "error": model.get("mae"),
            "naive_error": naive.get("mae"),
            "total_error": model.get("total"),
            "naive_total_error": naive.get("total"),
            "bins": check.get("bins", False),
        }
