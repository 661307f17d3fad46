from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..report import campaign_uplift as sql
from ..tools import uplift

FIGURES = ("buyers", "revenue", "profit")


class CrmCampaignUpliftMixin(models.AbstractModel):
    """What a campaign caused: treated customers against its control group (ROI-2).

    All sales of a customer in the window count, whatever campaign they name: who was written to
    may buy by another way, and the control group has no campaign to name.
    """

    _name = "crm.campaign.uplift.mixin"
    _description = "Uplift of a campaign"

    @api.readonly
    def get_campaign_uplift(self):
        """Figures of the page *Uplift*, in a fixed number of queries.

        ``control`` tells whether there is a control group. Without one only what was attributed
        and estimates can be shown, and the page says so.
        """
        self.ensure_one()
        self._check_money_role()
        self.check_access("read")
        window = self._uplift_window()
        if not window or not self._has_targets():
            return {"window": False, "currency_id": self.currency_id.id}
        self.env.flush_all()
        arms, unknown = self._arm_groups(window)
        return {
            "window": [fields.Date.to_string(day) for day in window],
            "running": window[1] < self.window_end,
            "currency_id": self.currency_id.id,
            "fewest": uplift.FEWEST,
            "mixed": arms[None].get("persons", 0),
            "unknown": unknown,
            "control": bool(arms["control"]),
            "arms": [self._arm_row(arm, arms[arm]) for arm in ("treated", "control") if arms[arm]],
            "figures": self._figures(self._caused(arms)),
            "caused": self._caused_return(arms),
            "estimates": self._estimates(window),
        }

    # -- what is looked at ---------------------------------------------------------------------

    def _uplift_window(self):
        """(first, last day) of the return window as far as it has passed; None before."""
        today = fields.Date.context_today(self)
        if not self.window_start or self.window_start > today:
            return None
        return self.window_start, min(self.window_end, today)

    def _has_targets(self):
        return bool(
            self.env["crm.campaign.target"].search_count(
                [("campaign_id", "=", self.id), ("state", "in", ("in", "left"))], limit=1
            )
        )

    def _bought(self, start, end):
        """SQL of what each customer bought, of companies the user works in."""
        # sudo: reads sales by statement; the role was asked, companies are those of the user
        sales = self.env["crm.campaign.sale"].sudo()._table_query
        rates = self._rates()
        currencies = {
            company.id: rates.get((company.currency_id.id, self.currency_id.id), 1.0)
            for company in self.env.companies
        }
        return sql.bought(sales, self.basis, currencies, start, end)

    def _rows(self, statement):
        return self.env.execute_query_dict(statement)

    # -- treated against control ---------------------------------------------------------------

    def _arm_groups(self, window):
        """({arm: sums}, revenue of goods without a cost); arm None: customers in both."""
        rows = self._rows(sql.arms(self.id, self._bought(*window)))
        groups = {"treated": {}, "control": {}, None: {}}
        groups.update({row["arm"]: row for row in rows})
        return groups, sum(groups[arm].get("unknown", 0.0) for arm in ("treated", "control"))

    @staticmethod
    def _arm_row(arm, row):
        return {"arm": arm, **{name: row[name] for name in ("persons", *FIGURES)}}

    def _caused(self, arms):
        """``{figure: Uplift or None}``; None when an arm is too small."""
        treated, control = arms["treated"], arms["control"]
        if not treated or not control:
            return dict.fromkeys(FIGURES)
        return {
            "buyers": uplift.of_shares(
                treated["buyers"], treated["persons"], control["buyers"], control["persons"]
            ),
            **{
                name: uplift.of_means(_group(treated, name), _group(control, name))
                for name in ("revenue", "profit")
            },
        }

    def _caused_return(self, arms):
        """Incremental profit ÷ cost, with its interval in percent, or why there is none."""
        profit, cost = self._caused(arms)["profit"], self.cost_actual
        if not profit:
            return {"word": self.env._("Not enough people in one of the groups"), "cost": cost}
        if not cost:
            return {"word": self.env._("Nothing was spent: all it caused is gain"), "cost": 0.0}
        low, high = (100 * end / cost for end in profit.interval)
        return {"value": 100 * profit.total / cost, "low": low, "high": high, "cost": cost}

    # -- estimates without a control group -----------------------------------------------------

    def _estimates(self, window):
        """The same figures by comparisons that were not drawn by lot, each with its weakness."""
        before = self._before_after(window)
        matched, month = self._matched(window)
        return [
            {
                "name": self.env._("Before and after"),
                "help": self.env._(
                    "The same customers in the %(days)s days before. Season and everything else "
                    "that changed meanwhile are in it, too.",
                    days=(window[1] - window[0]).days + 1,
                ),
                "figures": self._figures(before),
            },
            {
                "name": self.env._("Like customers"),
                "help": self.env._(
                    "Customers of the same tier and R, F and M scores in %(month)s who were no "
                    "targets. What else set the targets apart is in it, too.",
                    month=fields.Date.to_string(month)[:7],
                )
                if month
                else self.env._("There are no figures of customers from before the campaign."),
                "figures": self._figures(matched),
            },
        ]

    def _before_after(self, window):
        """``{figure: Uplift or None}`` against the window of the same length just before."""
        start, end = window
        first = start - (end - start) - relativedelta(days=1)
        [row] = self._rows(
            sql.differences(
                self.id,
                self._bought(start, end),
                self._bought(first, start - relativedelta(days=1)),
            )
        )
        persons = row["persons"] or 1
        return {
            name: uplift.of_differences(_group(row, name), row[f"{name}_before"] / persons)
            for name in ("revenue", "profit")
        }

    def _matched(self, window):
        """({figure: Uplift or None}, month of the scores or None)."""
        company = self.company_id or self.env.company
        month = self._scores_month(company, window[0])
        if not month:
            return {}, None
        rows = self._rows(sql.strata(self.id, company.id, month, self._bought(*window)))
        sides = {(row["stratum"], row["treated"]): row for row in rows}
        both = [name for name, treated in sides if treated and (name, False) in sides]
        return {
            name: uplift.of_strata(
                [(_group(sides[key, True], name), _group(sides[key, False], name)) for key in both]
            )
            for name in ("revenue", "profit")
        }, month

    def _scores_month(self, company, start):
        """The newest month of customers' figures that was over before *start*."""
        # sudo: the date alone is read
        [(month,)] = (
            self.env["crm.customer.snapshot"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id), ("month", "<", start.replace(day=1))],
                aggregates=["month:max"],
            )
        )
        return month

    # -- showing -------------------------------------------------------------------------------

    @staticmethod
    def _figures(found):
        """Plain values of each figure's :class:`uplift.Uplift`; only figures that there are."""
        return {name: _plain(found[name]) for name in FIGURES if found.get(name)}

    def action_open_uplift_sales(self, arm):
        """Open the sales to the customers of an arm, in the window."""
        self.ensure_one()
        self._check_money_role()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_sale"
        )
        start, end = self._uplift_window()
        field = "control_campaign_id" if arm == "control" else "treated_campaign_id"
        domain = Domain(field, "=", self.id) & Domain("basis", "=", self.basis)
        domain &= Domain("date", ">=", fields.Date.to_string(start))
        domain &= Domain("date", "<=", fields.Date.to_string(end))
        return {**action, "domain": list(domain), "context": {}}

    def action_open_uplift_targets(self, arm):
        """Open the targets of an arm."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_target"
        )
        domain = [
            ("campaign_id", "=", self.id),
            ("arm", "=", arm),
            ("state", "in", ["in", "left"]),
        ]
        return {**action, "domain": domain, "context": {}}


def _group(row, name):
    return uplift.Group(row["persons"], row[name], row[f"{name}_squares"])


def _plain(found):
    low, high = found.interval
    return {
        "per_person": found.per_person,
        "total": found.total,
        "low": low,
        "high": high,
        "p_value": found.p_value,
        "persons": found.persons,
        "lift": found.lift,
        "significant": found.significant,
    }
