import random

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.crm_customer_insight.models.report_fields import KnownMonetary

from ..report import journeys
from ..report.crm_campaign_deal import BASES
from ..tools import attribution

ROLES = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"
MODELS = [
    ("first", "First touch"),
    ("last", "Last touch"),
    ("last_non_direct", "Last touch by us"),
    ("linear", "Linear"),
    ("position", "Position 40/20/40"),
    ("time_decay", "Time decay"),
    ("markov", "Markov"),
    ("shapley", "Shapley"),
]
LEVELS = [
    ("campaign", "Campaign"),
    ("wave", "Wave"),
    ("mailing", "Mailing"),
    ("channel", "Channel"),
    ("content", "Content"),
    ("salesperson", "Salesperson"),
]
#: Where the record of a key is entered, and which model it is of.
LEVEL_FIELDS = {
    "campaign": "campaign_id",
    "wave": "wave_id",
    "mailing": "mailing_id",
    "channel": "channel_id",
    "content": "source_id",
    "salesperson": "user_id",
}
#: What two runs have in common when their models can be compared.
COMPARABLE = (
    "company_id",
    "date_from",
    "date_to",
    "level",
    "basis",
    "lookback_days",
    "mailing_event",
    "keyed_only",
)
#: What only computing and locking write.
RESULTS = {
    "state",
    "computed_on",
    "locked_by_id",
    "locked_on",
    "deal_count",
    "deals_without_touch",
    "revenue",
    "profit",
    "key_ids",
}


class CrmAttributionRun(models.Model):
    """Who gets the credit for the deals of a period, by one model (ROI-2).

    Deals are all sales of the company, whatever campaign they name; touches come from the ledger.
    A locked run never moves again, whatever becomes of its documents.
    """

    _name = "crm.attribution.run"
    _description = "Attribution"
    _order = "date_to desc, id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True, default=lambda self: self._last_months()[0])
    date_to = fields.Date("To", required=True, default=lambda self: self._last_months()[1])
    model = fields.Selection(
        MODELS,
        required=True,
        default="linear",
        help="First, last and last by us give a deal to one touch; the next three share it by "
        "rule; Markov and Shapley learn from all journeys, also from those without a deal.",
    )
    level = fields.Selection(LEVELS, "Credit to", required=True, default="campaign")
    basis = fields.Selection(BASES, "Deals count when", required=True, default="invoiced")
    lookback_days = fields.Integer(
        "Look-back (days)", required=True, default=90, help="Touches before count for nothing."
    )
    mailing_event = fields.Selection(
        [("sent", "Sent"), ("opened", "Opened"), ("clicked", "Clicked or replied")],
        "Mailings count when",
        required=True,
        default="sent",
    )
    keyed_only = fields.Boolean(
        "Leave other contacts out",
        help="Contacts that belong to no campaign (wave, channel …) take no share then.",
    )
    half_life_days = fields.Float(
        "Half-life (days)",
        required=True,
        default=attribution.HALF_LIFE_DAYS,
        help="Time decay: a touch counts half as much as one so many days later.",
    )
    markov_order = fields.Selection(
        [("1", "1"), ("2", "2"), ("3", "3")],
        "Order",
        required=True,
        default="1",
        help="Markov: how many touches back the next one depends on.",
    )
    seed = fields.Integer(
        default=lambda self: random.randrange(1, 10**6),
        readonly=True,
        help="Shapley with more than ten keys is drawn by lot: the same seed draws the same.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("computed", "Computed"), ("locked", "Locked")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    computed_on = fields.Datetime("Computed", readonly=True, copy=False)
    locked_by_id = fields.Many2one("res.users", "Locked by", readonly=True, copy=False)
    locked_on = fields.Datetime("Locked", readonly=True, copy=False)
    deals_without_touch = fields.Integer(
        "Deals without a touch", readonly=True, copy=False, aggregator=None
    )
    deal_count = fields.Integer("Deals", readonly=True, copy=False, aggregator=None)
    revenue = fields.Monetary(readonly=True, copy=False, aggregator=None)
    profit = KnownMonetary(
        readonly=True, copy=False, aggregator=None, help="Of the goods whose cost is known."
    )
    key_ids = fields.One2many("crm.attribution.key", "run_id", "Result", readonly=True)

    _dates = models.Constraint("CHECK(date_from <= date_to)", "A period ends after it has begun.")
    _lookback = models.Constraint(
        "CHECK(lookback_days BETWEEN 1 AND 3650)", "The look-back is between 1 and 3,650 days."
    )
    _half_life = models.Constraint(
        "CHECK(half_life_days > 0)", "The half-life is more than nothing."
    )

    @api.model
    def _last_months(self):
        """First and last day of the three calendar months before this one."""
        first = fields.Date.context_today(self).replace(day=1)
        return first - relativedelta(months=3), first - relativedelta(days=1)

    @api.depends("model", "level", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_name(self):
        models_, levels = (
            dict(self._fields[name]._description_selection(self.env)) for name in ("model", "level")
        )
        for run in self:
            run.name = self.env._(
                "%(model)s by %(level)s, %(start)s – %(end)s",
                model=models_.get(run.model, ""),
                level=levels.get(run.level, ""),
                start=fields.Date.to_string(run.date_from) or "",
                end=fields.Date.to_string(run.date_to) or "",
            )

    # -- what is locked ------------------------------------------------------------------------

    def write(self, vals):
        """Nothing of a locked run is written, and no result by hand.

        :raises UserError: when a run is locked
        """
        self._refuse_locked()
        self._refuse_results(vals)
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """A run begins as a draft without a result."""
        for vals in vals_list:
            self._refuse_results(vals)
        return super().create(vals_list)

    def _refuse_results(self, vals):
        if not self.env.su and not RESULTS.isdisjoint(vals):
            raise AccessError(self.env._("Results are computed, not entered."))

    @api.constrains(*COMPARABLE, "model", "half_life_days", "markov_order", "seed")
    def _check_settings(self):
        """A result is of the settings it was computed with."""
        if any(run.state != "draft" for run in self):
            raise ValidationError(
                self.env._("This is computed already. Copy it to compute something else.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._refuse_locked()

    def _refuse_locked(self):
        if self.filtered(lambda run: run.state == "locked"):
            raise UserError(self.env._("A locked result never changes. Copy it to compute anew."))

    def _check_role(self, group=ROLES):
        if not (self.env.su or self.env.user.has_groups(group)):
            raise AccessError(
                self.env._("Marketers and controllers compute results; controllers lock them.")
            )

    def action_lock(self):
        """Keep the result as it is, for good: later documents and changes do not move it."""
        self._check_role("crm_campaign_roi.group_campaign_controller")
        self.check_access("write")
        if self.filtered(lambda run: run.state != "computed"):
            raise UserError(self.env._("Compute the result before you lock it."))
        # sudo: nobody writes the state by hand; role and company were asked above
        self.sudo().write(
            {
                "state": "locked",
                "locked_by_id": self.env.uid,
                "locked_on": fields.Datetime.now(),
            }
        )

    def action_draft(self):
        """Throw the result away, to change the settings."""
        self._check_role()
        self.check_access("write")
        self._refuse_locked()
        # sudo: results are computed and thrown away here alone
        runs = self.sudo()
        runs.key_ids.unlink()
        runs.write({"state": "draft", "computed_on": False})

    # -- computing -----------------------------------------------------------------------------

    def action_compute(self):
        """Compute the credits, or compute them anew with the same settings."""
        self._check_role()
        self.check_access("write")
        self._refuse_locked()
        for run in self:
            # sudo: touches and sales are read by statements; the run is of the user's own company
            run.sudo()._compute_credits()
        return True

    def _compute_credits(self):
        """Journeys, weights, credits: a fixed number of statements, whatever the deals."""
        self.env.flush_all()
        self.key_ids.unlink()
        self.env.flush_all()
        sales = self.env["crm.campaign.sale"]._table_query
        self._execute(*journeys.statements(self, sales))
        effects, weights = self._learn()
        self._execute(journeys.keep_weights(weights))
        self._make_keys(effects)
        self._execute(journeys.insert_credits(self), *journeys.sum_up(self))
        self.env.invalidate_all()
        self.write({"state": "computed", "computed_on": fields.Datetime.now()})

    def _execute(self, *statements):
        for statement in statements:
            self.env.cr.execute(statement)

    def _learn(self):
        """({key: effect}, {key: weight}) of a model that learns; nothing for a rule."""
        if self.model not in ("markov", "shapley"):
            return {}, {}
        rows = self.env.execute_query(journeys.paths())
        paths = [attribution.Path(tuple(keys), *ends) for keys, *ends in rows]
        try:
            effects, totals = self._learned(paths)
        except attribution.TooManyStatesError as error:
            raise UserError(
                self.env._("The journeys are too different for this order. Choose a lower one.")
            ) from error
        except attribution.TooManyJourneysError as error:
            raise UserError(
                self.env._(
                    "There are too many different journeys for Shapley. Choose another level, "
                    "such as channels, or a shorter period."
                )
            ) from error
        return effects, attribution.spread(paths, totals) if totals else {}

    def _learned(self, paths):
        """({key: effect}, {key: deals}) of a Markov or Shapley model."""
        if self.model == "shapley":
            totals = attribution.shapley(paths, seed=self.seed)
            return totals, totals
        effects = (
            attribution.removal_effects(attribution.transitions(paths, int(self.markov_order)))
            if paths
            else {}
        )
        total = sum(path.deals for path in paths)
        return effects, attribution.in_proportion(effects, total) if effects else {}

    def _make_keys(self, effects):
        """A row for each key that occurs, with its name of today."""
        refs = [ref for (ref,) in self.env.execute_query(journeys.keys())]
        names = self._key_names(refs)
        field = LEVEL_FIELDS[self.level]
        self.env["crm.attribution.key"].create(
            [
                {
                    "run_id": self.id,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "ref": ref,
                    "origin": self._origin_of(ref),
                    "name": names[ref],
                    "effect": effects.get(ref, 0.0),
                    **({field: ref} if ref > 0 else {}),
                }
                for ref in [*refs, journeys.UNKNOWN]
            ]
        )
        self.env.flush_all()

    @staticmethod
    def _origin_of(ref):
        if ref > 0:
            return "known"
        return {journeys.OTHER: "other", journeys.DIRECT: "direct"}.get(ref, "unknown")

    def _key_names(self, refs):
        model = self.env["crm.attribution.key"]._fields[LEVEL_FIELDS[self.level]].comodel_name
        records = self.env[model].browse([ref for ref in refs if ref > 0]).exists()
        names = {record.id: record.display_name for record in records}
        return {
            **{ref: names.get(ref, self.env._("Deleted (%(id)s)", id=ref)) for ref in refs},
            journeys.OTHER: self.env._("Other contacts"),
            journeys.DIRECT: self.env._("The customer's own accord"),
            journeys.UNKNOWN: self.env._("Not known: no contact before the deal"),
        }

    # -- comparing -----------------------------------------------------------------------------

    def _comparable(self):
        """The newest computed run of each model with the settings of this one, a locked one first.

        A result in a column of the comparison differs from its neighbors by the model alone.
        """
        self.ensure_one()
        runs = self.search(
            [
                (name, "=", self[name].id if name == "company_id" else self[name])
                for name in COMPARABLE
            ]
            + [("state", "!=", "draft")]
        )
        newest = {}
        for run in runs.sorted(lambda run: (run == self, run.state == "locked", run.id)):
            newest[run.model] = run
        return self.browse([newest[model].id for model, _label in MODELS if model in newest])

    def action_compare(self):
        """Compute the models that are missing with the same settings, and show all side by side."""
        self.ensure_one()
        self._check_role()
        if self.state == "draft":
            self.action_compute()
        there = set(self._comparable().mapped("model"))
        refused = self._compute_models([model for model, _label in MODELS if model not in there])
        self._comparable()._recompute_stale()
        return self._with_notice(self.action_show_comparison(), refused)

    def _compute_models(self, models_):
        """Compute the same by each of *models_*.

        :return: words on those that cannot be computed
        """
        labels = dict(self._fields["model"]._description_selection(self.env))
        refused = []
        for model in models_:
            try:
                with self.env.cr.savepoint():
                    self.copy({"model": model}).action_compute()
            except UserError as error:
                refused.append(f"{labels[model]}: {error}")
        return refused

    @staticmethod
    def _with_notice(action, words):
        """*action*, after a notice when there is something to say."""
        if not words:
            return action
        params = {"type": "warning", "sticky": True, "message": "\n".join(words), "next": action}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def _recompute_stale(self):
        """Compute those anew that are older than the newest; what is locked stays."""
        stale = self._stale().filtered(lambda run: run.state != "locked")
        stale.action_compute()

    def action_show_comparison(self):
        """Show the models that were computed, side by side."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_attribution_comparison",
            "name": self.env._("Models side by side"),
            "context": {"active_id": self.id},
            "params": {"run_id": self.id},
        }

    @api.readonly
    def get_comparison(self):
        """What the comparison shows: a column per model, a row per key, the best first."""
        self.ensure_one()
        self.check_access("read")
        runs = self._comparable()
        stale = runs._stale()
        rows = {}
        for key in runs.key_ids:
            row = rows.setdefault(key.ref, {"ref": key.ref, "name": key.name, "cells": {}})
            row["origin"] = key.origin
            row["cells"][key.run_id.id] = {
                "key_id": key.id,
                "deals": key.deals,
                "revenue": key.revenue,
                "profit": key.profit,
            }
        return {
            "currency_id": self.currency_id.id,
            "settings": self._settings(),
            "columns": [{**run._column(), "stale": run in stale} for run in runs],
            "rows": sorted(rows.values(), key=self._rank),
        }

    def _stale(self):
        """Those computed of other documents than the newest: their deals or touches differ.

        Of other totals, or computed on another day; the newest itself is never among them.
        """
        newest = self.sorted(lambda run: (run.computed_on, run.id))[-1:]
        if not newest:
            return self

        def basis(run):
            day = fields.Datetime.context_timestamp(run, run.computed_on).date()
            return day, run.deal_count, run.currency_id.round(run.revenue)

        return self.filtered(lambda run: basis(run) != basis(newest))

    @staticmethod
    def _rank(row):
        """Records first, then the rest; the most revenue in any model first."""
        most = max((cell["revenue"] for cell in row["cells"].values()), default=0.0)
        return row["origin"] != "known", -most, row["ref"]

    def _column(self):
        labels = dict(self._fields["model"]._description_selection(self.env))
        return {
            "id": self.id,
            "label": labels[self.model],
            "locked": self.state == "locked",
            "deals": self.deal_count,
            "revenue": self.revenue,
            "profit": self.profit,
            "without": self.deals_without_touch,
            "computed_on": fields.Datetime.to_string(self.computed_on),
        }

    def _settings(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))[self[name]]
            for name in ("level", "basis")
        }
        return {
            **labels,
            "company": self.company_id.name,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "lookback_days": self.lookback_days,
        }

    def action_open_credits(self):
        """Open the credits, deal by deal."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_attribution_credit"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}
