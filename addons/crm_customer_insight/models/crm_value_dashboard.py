from odoo import api, fields, models
from odoo.fields import Domain

from ..report import value_curve
from ..tools import pareto_curve

SCORES = (1, 2, 3, 4, 5)


class CrmValueDashboard(models.AbstractModel):
    """What the value dashboard shows: pyramid, 80/20 curve, RFM map, tier migration (ROI-3, ROI-5).

    Everything is read from the current snapshots the viewer may see, so that the figures and the
    lists behind them agree. Whose figures are shown, one company's or the consolidated ones, is
    decided by ``crm.customer.snapshot._current_company_id``.
    """

    _name = "crm.value.dashboard"
    _description = "Customer value dashboard"

    @api.model
    @api.readonly
    def get_value_dashboard(self):
        """All figures of the page, in a number of queries that does not depend on the data.

        ``domain`` selects the snapshots shown; each part names the further condition of a figure,
        so that the client opens exactly the records behind it. Without snapshots ``summary`` is
        False.
        """
        snapshots = self.env["crm.customer.snapshot"]
        snapshots.check_access("read")
        domain = self._current_domain()
        return {
            "domain": domain,
            "model": snapshots._name,
            "summary": self._summary(domain),
            "pyramid": self._pyramid(domain),
            "curve": self._curve(domain),
            "rfm": self._rfm(domain),
            "migration": self._tier_moves(domain),
            "stages": self._stages(domain),
            "notes": self.env["ir.config_parameter"]._insight_data_notes(),
        }

    def _current_domain(self):
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        return [("is_current", "=", True), ("company_id", "=", company_id)]

    def _summary(self, domain):
        """Totals with unit, period and data date, or False when there is nothing yet."""
        count, revenue, profit, date, currencies = self.env["crm.customer.snapshot"]._read_group(
            domain,
            aggregates=[
                "__count",
                "revenue:sum",
                "profit:sum",
                "date:max",
                "currency_id:recordset",
            ],
        )[0]
        if not count:
            return False
        buyers = self.env["crm.customer.snapshot"].search_count([*domain, ("revenue", "!=", 0)])
        return {
            "customers": count,
            "buyers": buyers,
            "revenue": revenue,
            "profit": profit,
            "margin_rate": profit / revenue if revenue else None,
            "date": fields.Date.to_string(date),
            "currency_id": currencies[:1].id,
            **self._cost_shares(domain, revenue),
            "consolidated": not domain[-1][2],
            "only_own": not self.env.user.has_group("crm_customer_insight.group_insight_analyst"),
        }

    def _cost_shares(self, domain, revenue):
        """Shares of the revenue by where its product cost comes from; None without revenue.

        Without positive revenue a customer's shares are not defined; he then counts as missing.
        """
        if not revenue:
            return dict.fromkeys(("known_share", "estimated_share", "missing_share"))
        known, estimated = value_curve.costed_revenue(self.env, domain)
        return {
            "known_share": known / revenue,
            "estimated_share": estimated / revenue,
            "missing_share": max(0, 1 - (known + estimated) / revenue),
        }

    def _pyramid(self, domain):
        """Levels from the top, each with customers, revenue and profit and their shares."""
        groups = self.env["crm.customer.snapshot"]._read_group(
            domain, ["pyramid_level"], ["__count", "revenue:sum", "profit:sum"]
        )
        found = {level: values for level, *values in groups if level}
        selection = self.env["crm.customer.snapshot"]._fields["pyramid_level"]
        return pareto_curve.with_shares(
            [
                (level, label, *found[level])
                for level, label in selection._description_selection(self.env)
                if level in found
            ]
        )

    def _curve(self, domain):
        """The cumulative profit curve, sampled for drawing, with its marks."""
        earning = [*domain, "|", ("revenue", "!=", 0), ("profit", "!=", 0)]
        marks = value_curve.marks(self.env, earning)
        return pareto_curve.describe(value_curve.points(self.env, earning), marks)

    def _rfm(self, domain):
        """One cell per recency and frequency score that customers have."""
        groups = self.env["crm.customer.snapshot"]._read_group(
            [*domain, ("r_score", "in", SCORES), ("f_score", "in", SCORES)],
            ["r_score", "f_score"],
            ["__count", "revenue:sum", "profit:sum", "m_score:avg"],
        )
        names = ("r", "f", "count", "revenue", "profit", "m")
        return [dict(zip(names, group, strict=True)) for group in groups]

    def _tier_moves(self, domain):
        """Customers by tier a month ago and now; False stands for no tier."""
        groups = self.env["crm.customer.snapshot"]._read_group(
            Domain(domain) & (Domain("tier", "!=", False) | Domain("previous_tier", "!=", False)),
            ["previous_tier", "tier"],
            ["__count", "profit:sum"],
        )
        names = ("before", "now", "count", "profit")
        return [dict(zip(names, group, strict=True)) for group in groups]

    def _stages(self, domain):
        """Life-cycle stages in their order, with customers and revenue."""
        groups = self.env["crm.customer.snapshot"]._read_group(
            domain, ["lifecycle_stage"], ["__count", "revenue:sum"]
        )
        found = {stage: values for stage, *values in groups if stage}
        selection = self.env["crm.customer.snapshot"]._fields["lifecycle_stage"]
        return [
            {"stage": stage, "label": label, "count": found[stage][0], "revenue": found[stage][1]}
            for stage, label in selection._description_selection(self.env)
            if stage in found
        ]
