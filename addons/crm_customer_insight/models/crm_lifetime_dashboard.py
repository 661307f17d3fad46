from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import lifetime_values
from ..tools.lifetime_page import (
    FREQUENCIES,
    SILENCES,
    lower_limits,
    steps,
)

PARAMETERS = ("r", "alpha", "a", "b", "p", "q", "gamma")
FIT_FIELDS = (
    "state",
    "customers",
    "repeaters",
    "problem_text",
    *PARAMETERS,
    "log_likelihood",
    "usual_spend",
    "correlation",
    "basis",
    "margin_rate",
    "horizon_months",
    "discount_rate",
    "holdout_weeks",
    "holdout_customers",
    "error",
    "naive_error",
    "total_error",
    "naive_total_error",
)


class CrmLifetimeDashboard(models.AbstractModel):
    """What the page of the life-time value shows (ROI-3).

    Values are those of the customers the viewer may see, in the company he works in or of all
    together; fits are of all customers and tell nothing of a single one.
    """

    _name = "crm.lifetime.dashboard"
    _description = "Page of the life-time value"

    @api.model
    @api.readonly
    def get_lifetime_dashboard(self):
        """All figures of the page, in a number of queries that does not depend on the data.

        ``domain`` selects the rows shown; each part names the condition of a figure, so that the
        client opens the customers behind it. ``summary`` is False without values.
        """
        lifetimes = self.env["crm.customer.lifetime"]
        lifetimes.check_access("read")
        domain = lifetimes._current_domain()
        fits = self.env["crm.lifetime.fit"].search(domain, order="segment_ref, id")
        whole = fits.filtered(lambda fit: fit.segment_ref == lifetime_values.ALL)[:1]
        summary = self._summary(domain)
        return {
            "domain": domain,
            "model": lifetimes._name,
            "summary": summary,
            "distribution": self._distribution(domain) if summary else [],
            "map": self._map(domain) if summary else False,
            "fits": [self._fit(fit) for fit in fits],
            "bins": whole.bins or [],
            "tracking": whole.tracking or False,
            "setting_id": self._setting_id(),
        }

    def _summary(self, domain):
        """Totals with unit and data date, or False when there is nothing yet."""
        lifetimes = self.env["crm.customer.lifetime"]
        [(count, value, purchases, alive, date, currencies)] = lifetimes._read_group(
            domain,
            aggregates=[
                "__count",
                "expected_value:sum",
                "expected_purchases:sum",
                "p_alive:avg",
                "date:max",
                "currency_id:recordset",
            ],
        )
        if not count:
            return False
        [(doubtful, at_stake)] = lifetimes._read_group(
            [*domain, ("p_alive", "<", 0.5)], aggregates=["__count", "expected_value:sum"]
        )
        return {
            "customers": count,
            "value": value,
            "purchases": purchases,
            "p_alive": alive,
            "doubtful": doubtful,
            "at_stake": at_stake,
            "date": fields.Date.to_string(date),
            "currency_id": currencies[:1].id,
            "consolidated": not domain[-1][2],
            "only_own": not self.env.user.has_group("crm_customer_insight.group_insight_analyst"),
        }

    def _setting_id(self):
        """The rules that hold for the company, for those who may change them."""
        settings = self.env["crm.value.setting"]
        if not settings.has_access("write"):
            return False
        company = self.env.company.id
        found = settings.search([("company_id", "in", (company, False))], order="company_id")
        return found.ids[:1] or [False]

    # Distribution and map -----------------------------------------------------------------

    def _column(self, query, name):
        lifetimes = self.env["crm.customer.lifetime"]
        return SQL.identifier(query.table, name, to_flush=lifetimes._fields[name])

    def _distribution(self, domain):
        """Customers and their value by ranges of the value, from the lowest up."""
        query = self.env["crm.customer.lifetime"]._search(
            [*domain, ("expected_value", "!=", False)]
        )
        value = self._column(query, "expected_value")
        rows = self.env.execute_query(query.select(SQL("max(%s)", value)))
        limits = steps(float(rows[0][0] or 0))
        place = SQL("width_bucket(%s::float8, %s::float8[])", value, limits)
        query.groupby = SQL("1")
        found = {
            number: (count, float(total))
            for number, count, total in self.env.execute_query(
                query.select(place, SQL("count(*)"), SQL("sum(%s)", value))
            )
        }
        return [
            {
                "low": limits[number - 1] if number else None,
                "high": limits[number] if number < len(limits) else None,
                "count": found.get(number, (0, 0.0))[0],
                "value": found.get(number, (0, 0.0))[1],
            }
            for number in range(len(limits) + 1)
        ]

    def _map(self, domain):
        """Probability of being a customer by repeat purchases and weeks of silence."""
        known = [("model", "=", "noncontractual"), ("p_alive", "!=", False)]
        query = self.env["crm.customer.lifetime"]._search([*domain, *known])
        query.groupby = SQL("1, 2")
        rows = self.env.execute_query(
            query.select(
                SQL(
                    "width_bucket(%s, %s::int[])",
                    self._column(query, "frequency"),
                    lower_limits(FREQUENCIES),
                ),
                SQL(
                    "width_bucket(%s::float8, %s::float8[])",
                    self._column(query, "silence_weeks"),
                    lower_limits(SILENCES),
                ),
                SQL("count(*)"),
                SQL("avg(%s)", self._column(query, "p_alive")),
                SQL("sum(%s)", self._column(query, "expected_value")),
            )
        )
        names = ("frequency", "silence", "count", "p_alive", "value")
        return {
            "frequencies": self._ranges(FREQUENCIES, self._frequency_label),
            "silences": self._ranges(SILENCES, self._silence_label),
            "cells": [
                dict(zip(names, (*row[:3], float(row[3]), float(row[4] or 0)), strict=True))
                for row in rows
            ],
        }

    def _ranges(self, ranges, label):
        return [{"low": low, "high": high, "label": label(low, high)} for low, high in ranges]

    def _frequency_label(self, low, high):
        if high is None:
            return self.env._("%(count)s and more", count=low)
        return str(low) if high == low + 1 else f"{low}–{high - 1}"

    def _silence_label(self, low, high):
        if high is None:
            return self.env._("%(count)s weeks and more", count=low)
        return self.env._("%(low)s–%(high)s weeks", low=low, high=high)

    # Fits -----------------------------------------------------------------------------------

    def _fit(self, fit):
        values = {name: fit[name] if fit[name] is not False else None for name in FIT_FIELDS}
        return {
            **values,
            "id": fit.id,
            "label": fit.display_name,
            "date": fields.Date.to_string(fit.date),
            "words": self._fit_words(fit),
        }

    def _fit_words(self, fit):
        """``{group of parameters: what they mean in plain words}``."""
        words = {}
        if fit.r is not False:
            words["rate"] = self.env._(
                "A customer buys every %(weeks)s weeks on average as long as he stays.",
                weeks=round(fit.alpha / fit.r, 1),
            )
            words["leave"] = self.env._(
                "After a purchase, %(share)s %% of the customers leave on average.",
                share=round(100 * fit.a / (fit.a + fit.b), 1),
            )
        if fit.usual_spend is not False:
            words["spend"] = self.env._(
                "A purchase is worth %(amount)s on average.",
                amount=fit.currency_id.format(fit.usual_spend),
            )
        return words
