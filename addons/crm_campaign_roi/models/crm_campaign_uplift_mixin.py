from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..report import campaign_uplift as sql
from ..tools import uplift

FIGURES = ("buyers", "revenue", "profit")
#: What rows of groups are summed up by.
SUMS = ("revenue", "revenue_squares", "profit", "profit_squares")


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
        if not window or not self._with_targets():
            return {"window": False, "currency_id": self.currency_id.id}
        self.env.flush_all()
        month = self._scores_months()[self]
        rows = self._uplift_rows(window, month)
        arms, unknown = self._arm_groups(rows["arms"])
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
            "estimates": self._estimates(window, month, rows),
        }

    def _caused_summary(self):
        """``{"control": whether there is a control group, "text": what is known of the cause}``.

        The words stand beside the return, which says only what was attributed.
        """
        self.ensure_one()
        control = Domain("campaign_id", "=", self.id) & Domain("arm", "=", "control")
        control &= Domain("state", "in", ("in", "left"))
        if not self.env["crm.campaign.target"].search_count(control, limit=1):
            return {"control": False, "text": self._not_caused()}
        window = self._uplift_window()
        return {"control": True, "text": self._caused_words(self._caused_profit(window))}

    def _not_caused(self):
        return self.env._(
            "The return of this campaign is attributed, not caused. Without a control group "
            "nobody knows what these customers would have bought anyway."
        )

    def _caused_profit(self, window):
        """:class:`uplift.Uplift` of the profit against the control group; None without one."""
        if not window:
            return None
        self.env.flush_all()
        parts = {"arms": sql.arms(self.id, sql.bought(*window))}
        rows = self._parts(sql.together(self._sold(*window), parts))
        return self._caused(self._arm_groups(rows["arms"])[0])["profit"]

    def _caused_words(self, profit):
        if not profit:
            return self.env._(
                "There is a control group, but not enough customers in it to compare."
            )
        amounts = dict(
            zip(
                ("total", "low", "high"),
                map(self.currency_id.format, (profit.total, *profit.interval)),
                strict=True,
            )
        )
        if profit.significant:
            return self.env._(
                "Against the control group the campaign caused %(total)s of profit "
                "(between %(low)s and %(high)s).",
                **amounts,
            )
        return self.env._(
            "Against the control group the profit is %(total)s more (between %(low)s and "
            "%(high)s): that may be chance.",
            **amounts,
        )

    # -- what is looked at ---------------------------------------------------------------------

    def _uplift_window(self):
        """(first, last day) of the return window as far as it has passed; None before."""
        today = fields.Date.context_today(self)
        if not self.window_start or self.window_start > today:
            return None
        return self.window_start, min(self.window_end, today)

    def _with_targets(self):
        """Those of these campaigns that have targets, in one query."""
        targets = Domain("campaign_id", "in", self.ids) & Domain("state", "in", ("in", "left"))
        groups = self.env["crm.campaign.target"]._read_group(targets, ["campaign_id"])
        with_targets = self.browse([campaign.id for (campaign,) in groups])
        return self.filtered(lambda one: one in with_targets)

    def _sold(self, start, end):
        """SQL of what each customer bought each day, of companies the user works in."""
        # sudo: reads sales by statement; the role was asked, companies are those of the user
        sales = self.env["crm.campaign.sale"].sudo()._table_query
        rates = self._rates()
        currencies = {
            company.id: rates.get((company.currency_id.id, self.currency_id.id), 1.0)
            for company in self.env.companies
        }
        return sql.sold(sales, self.basis, currencies, start, end)

    def _uplift_rows(self, window, month):
        """``{part: rows}`` of everything that is compared, in one statement."""
        start, end = window
        first, last = self._days_before(window)
        parts = {
            "arms": sql.arms(self.id, sql.bought(start, end)),
            "differences": sql.differences(
                self.id, sql.bought(start, end), sql.bought(first, last)
            ),
        }
        if month:
            parts["strata"] = self._strata(window, month)
        return self._parts(sql.together(self._sold(first, end), parts))

    def _parts(self, statement):
        found = {"arms": [], "differences": [], "strata": []}
        for part, row in self.env.execute_query(statement):
            found.setdefault(part, []).append(row)
        return found

    @staticmethod
    def _days_before(window):
        """The window of the same length just before."""
        start, end = window
        return start - (end - start) - relativedelta(days=1), start - relativedelta(days=1)

    # -- treated against control ---------------------------------------------------------------

    @staticmethod
    def _arm_groups(rows):
        """({arm: sums}, revenue of goods without a cost); arm None: customers in both."""
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

    def _estimates(self, window, month, rows):
        """The same figures by comparisons that were not drawn by lot, each with its weakness."""
        shown = month and fields.Date.to_string(month)[:7]
        none = self.env._("There are no figures of customers from before the campaign.")
        return [
            {
                "name": self.env._("Before and after"),
                "help": self.env._(
                    "The same customers in the %(days)s days before. Season and everything else "
                    "that changed meanwhile are in it, too.",
                    days=(window[1] - window[0]).days + 1,
                ),
                "figures": self._figures(self._before_after(rows["differences"][0])),
            },
            {
                "name": self.env._("Like customers"),
                "help": self.env._(
                    "Customers of the same tier and R, F and M scores in %(month)s who were no "
                    "targets. What else set the targets apart is in it, too.",
                    month=shown,
                )
                if month
                else none,
                "figures": self._figures(self._matched(rows["strata"])),
            },
            {
                "name": self.env._("All other customers"),
                "help": self.env._(
                    "Everybody who was a customer by the end of %(month)s and no target. Nothing "
                    "makes them like the targets: often targets bought more to begin with.",
                    month=shown,
                )
                if month
                else none,
                "figures": self._figures(self._against_others(rows["strata"])),
            },
        ]

    @staticmethod
    def _before_after(row):
        """``{figure: Uplift or None}`` against the window of the same length just before."""
        persons = row["persons"] or 1
        return {
            name: uplift.of_differences(_group(row, name), row[f"{name}_before"] / persons)
            for name in ("revenue", "profit")
        }

    def _strata(self, window, month):
        company = self.company_id or self.env.company
        return sql.strata(self.id, company.id, month, sql.bought(*window))

    @staticmethod
    def _matched(rows):
        """``{figure: Uplift or None}`` of the treated against the others of their stratum."""
        sides = {(row["stratum"], row["treated"]): row for row in rows}
        both = [name for name, treated in sides if treated and (name, False) in sides]
        return {
            name: uplift.of_strata(
                [(_group(sides[key, True], name), _group(sides[key, False], name)) for key in both]
            )
            for name in ("revenue", "profit")
        }

    def _against_others(self, rows):
        """``{figure: Uplift or None}`` of all treated against all others, alike or not."""
        return self._matched(_whole(rows))

    def _scores_months(self):
        """``{campaign: newest month of customers' figures that was over before its window}``.

        None where there is none; one query whatever the number of campaigns.
        """
        companies = {one: (one.company_id or self.env.company).id for one in self}
        starts = {one: one.window_start.replace(day=1) for one in self}
        found = self.env.execute_query(
            sql.scores_months(list(companies.values()), list(starts.values()))
        )
        newest = {(company, start): month for company, start, month in found}
        return {one: newest.get((companies[one], starts[one])) for one in self}

    # -- campaigns of the kind -----------------------------------------------------------------

    @api.readonly
    def get_kind_uplift(self):
        """The estimates against other customers for all campaigns of the same kind.

        Differences within each campaign, and there within like customers, weighted by treated
        customers; the same queries whatever the number of campaigns.
        """
        self.ensure_one()
        self._check_money_role()
        self.check_access("read")
        campaigns = self._of_kind()
        months = campaigns._scores_months()
        campaigns = campaigns.filtered(months.get)
        rows = campaigns._kind_rows(months) if campaigns else []
        whole = [
            {**each, "stratum": str(place)}
            for place, found in enumerate(rows)
            for each in _whole(found)
        ]
        strata = [row for found in rows for row in found]
        return {
            "kind": self.kind_id.name,
            "campaigns": len(campaigns),
            "currency_id": self.currency_id.id,
            "estimates": [
                {"name": self.env._("Like customers"), "figures": self._figured(strata)},
                {"name": self.env._("All other customers"), "figures": self._figured(whole)},
            ],
        }

    def _of_kind(self):
        """Campaigns of the kind, company and basis whose window has begun and that have targets."""
        found = self.search(
            [
                ("kind_id", "=", self.kind_id.id),
                ("company_id", "=", self.company_id.id),
                ("basis", "=", self.basis),
                ("is_template", "=", False),
                ("phase", "in", ("running", "finished", "settled")),
            ]
        )
        return found.filtered(lambda one: one._uplift_window())._with_targets()

    def _kind_rows(self, months):
        """Rows of the strata, a list for each campaign."""
        windows = {one: one._uplift_window() for one in self}
        start = min(window[0] for window in windows.values())
        end = max(window[1] for window in windows.values())
        parts = {str(one.id): one._strata(windows[one], months[one]) for one in self}
        self.env.flush_all()
        found = self._parts(sql.together(self[0]._sold(start, end), parts))
        return [
            [{**row, "stratum": f"{key} {row['stratum']}"} for row in found.get(key, [])]
            for key in parts
        ]

    def _figured(self, rows):
        return self._figures(self._matched(rows))

    # -- showing -------------------------------------------------------------------------------

    @staticmethod
    def _figures(found):
        """Plain values of each figure's :class:`uplift.Uplift`; only figures that there are."""
        return {name: _plain(found[name]) for name in FIGURES if found.get(name)}

    def action_open_uplift(self):
        """Open the page of what the campaign caused."""
        self.ensure_one()
        self._check_money_role()
        self.check_access("read")
        view = self.env.ref("crm_campaign_roi.utm_campaign_view_form_uplift_page")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Uplift of %s", self.title),
            "res_model": "utm.campaign",
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    def action_open_attribution(self):
        """Open the newest comparison of attribution models within the campaign's window.

        Without one, the list of attributions, from which the first is computed.
        """
        self.ensure_one()
        self._check_money_role()
        run = self._attribution_run()
        if run:
            return run.action_show_comparison()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_attribution_run"
        )

    def _attribution_run(self):
        """The newest computed run by campaign whose period meets the window; may be none."""
        domain = Domain("state", "!=", "draft") & Domain("level", "=", "campaign")
        companies = self.company_id or self.env.companies
        domain &= Domain("company_id", "in", companies.ids)
        if self.window_start:
            domain &= Domain("date_from", "<=", self.window_end)
            domain &= Domain("date_to", ">=", self.window_start)
        return self.env["crm.attribution.run"].search(domain, order="id desc", limit=1)

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


def _whole(rows):
    """The rows of strata summed up: one for the treated and one for the others."""
    sides = {}
    for row in rows:
        side = sides.setdefault(row["treated"], {"stratum": "", "treated": row["treated"]})
        for name in ("persons", *SUMS):
            side[name] = side.get(name, 0) + row[name]
    return list(sides.values())


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
