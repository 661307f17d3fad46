from datetime import timedelta
from typing import NamedTuple

from odoo import models
from odoo.fields import Date, Domain

from ..report import campaign_funnel as sql
from ..report.crm_campaign_deal import BASES
from ..tools import cohort, returns

#: Rows of the table of deals on the page.
DEALS_SHOWN = 20


class Sold(NamedTuple):
    """What a campaign sold, in its currency.

    :param days: ``[(day, revenue, profit, deals)]``
    :param sums: (revenue, revenue with known cost, product cost, deals); None without deals
    :param customers: how many bought
    """

    days: list
    sums: tuple | None
    customers: int


class CrmCampaignReturnMixin(models.AbstractModel):
    """The return page of a campaign (ROI-2): funnel, measures, cost, deals, weeks."""

    _name = "crm.campaign.return.mixin"
    _description = "Return page of a campaign"

    def action_open_return(self):
        """Open the return page."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_campaign_return",
            "name": self.env._("Return of %s", self.title),
            "context": {"active_id": self.id},
            "params": {"campaign_id": self.id},
        }

    def get_return_page(self):
        """Everything that the return page shows.

        Amounts are in the currency of the campaign; a figure that cannot be told is None, with a
        word that says why.
        """
        self.ensure_one()
        self._check_money_role()
        self.check_access("read")
        sold = self._sold_in_window()
        cost = self._cost_sums().get(self.id, {}).get("actual", 0.0)
        return {
            **self._return_head(),
            "funnel": self._funnel(sold),
            "measures": self._measures(cost, sold),
            "goals": self._goals(),
            "caused": self._caused_summary(),
            "costs": self._costs_shown(cost),
            "deals": self._deals_shown(),
            "weeks": self._weeks(cost, sold.days),
            "locked": self._locked_shown(),
            "cost_domain": [("campaign_id", "=", self.id), ("stage", "=", "actual")],
            "deal_domain": list(self._deal_domain()),
            "lead_domain": list(self._lead_domain()),
        }

    def _return_head(self):
        phases = dict(self._fields["phase"]._description_selection(self.env))
        bases = dict(self._fields["basis"]._description_selection(self.env))
        return {
            "id": self.id,
            "title": self.title,
            "phase": phases[self.phase],
            "kind": self.kind_id.name or "",
            "currency_id": self.currency_id.id or self.env.company.currency_id.id,
            "basis": bases[self.basis],
            "window_start": Date.to_string(self.window_start) if self.window_start else None,
            "window_end": Date.to_string(self.window_end) if self.window_end else None,
            "today": Date.to_string(Date.context_today(self)),
        }

    # -- funnel ----------------------------------------------------------------------------------

    def _lead_domain(self):
        """Leads of the campaign that came within its window, in the companies looked at."""
        domain = Domain("campaign_id", "=", self.id)
        domain &= Domain("company_id", "in", [False, *self.env.companies.ids])
        if self.window_start:
            domain &= Domain("create_date", ">=", self.window_start)
            domain &= Domain("create_date", "<", self.window_end + timedelta(days=1))
        return domain

    def _won_domain(self):
        """Opportunities of :meth:`_lead_domain` that were won."""
        won = Domain("type", "=", "opportunity") & Domain("won_status", "=", "won")
        return self._lead_domain() & won

    def _funnel(self, sold):
        """Steps from what was sent to what was sold; those nobody has data of are left out."""
        steps = [*self._person_steps(), *self._lead_steps(sold.sums)]
        return [step for step in steps if step["count"]]

    def _person_steps(self):
        self.env.flush_all()
        kept = self._kept_counts()
        row = kept["funnel"] if kept else self.env.execute_query(sql.persons(self.id))[0]
        sent, reached, responded, days = row
        return [
            self._person_step("sent", self.env._("Sent"), sent),
            self._person_step("reached", self.env._("Reached"), reached),
            self._person_step("responded", self.env._("Responded"), responded, days),
        ]

    def _person_step(self, code, label, count, days=None):
        """A step that counts persons and opens them."""
        domain = [("campaign_id", "=", self.id), ("funnel_step", "=", code)]
        return self._step(code, label, count, "crm.campaign.target", domain, days)

    def _lead_steps(self, sums):
        """Leads, opportunities, deals won, and what counts by the campaign's basis."""
        leads = self._lead_domain()
        chances = leads & Domain("type", "=", "opportunity")
        won = self._won_domain()
        times = self._lead_times()
        named = (
            ("lead", self.env._("Leads"), leads, times[0]),
            ("opportunity", self.env._("Opportunities"), chances, times[1]),
            ("won", self.env._("Won"), won, times[2]),
        )
        steps = [
            self._step(code, label, *self._lead_sums(domain), domain, days)
            for code, label, domain, days in named
        ]
        revenue, _known, _cost, count = sums or (0.0, 0.0, 0.0, 0)
        label = dict(self._fields["basis"]._description_selection(self.env))[self.basis]
        deal = "crm.campaign.deal"
        domain = self._deal_domain()
        return [*steps, self._step("sold", label, count, deal, domain, times[3], revenue)]

    def _lead_sums(self, domain):
        """(number of leads, "crm.lead") of *domain*."""
        # sudo: a number; opening the leads asks for the right
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        return leads.search_count(domain), "crm.lead"

    def _lead_amount(self, domain):
        """Expected revenue of the leads of *domain* in the campaign's currency."""
        # sudo: as above
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        rates = self._rates()
        return sum(
            amount
            * rates.get(((company or self.env.company).currency_id.id, self.currency_id.id), 1.0)
            for company, amount in leads._read_group(
                domain, ["company_id"], ["expected_revenue:sum"]
            )
        )

    def _step(self, code, label, count, model, domain, days=None, amount=None):
        if model == "crm.lead" and code != "lead" and count:
            amount = self._lead_amount(domain)
        return {
            "code": code,
            "label": label,
            "count": count,
            "amount": amount,
            "days": None if days is None else round(float(days), 1),
            "model": model,
            "domain": list(domain),
        }

    def _lead_times(self):
        """Median days to the lead, to the opportunity, until won and until sold."""
        # sudo: a median tells nothing of one lead
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = leads._search(self._lead_domain()).select()
        deals = self.env["crm.campaign.deal"]._search(self._deal_domain())
        found = deals.select(
            self.env["crm.campaign.deal"]._field_to_sql(deals.table, "lead_id", deals),
            self.env["crm.campaign.deal"]._field_to_sql(deals.table, "date", deals),
        )
        times = self.env.execute_query(sql.lead_times(query, found))[0]
        first = self.env.execute_query(sql.first_answers(query, self.id))[0][0]
        return (first, *times)

    # -- measures --------------------------------------------------------------------------------

    def _sold_in_window(self):
        """:class:`Sold` of the deals that count, in one query: each would read all of them."""
        by_day, by_company, total = self.env["crm.campaign.deal"]._read_grouping_sets(
            self._deal_domain(),
            [["date:day", "company_id"], ["company_id"], []],
            [
                "profit:sum",
                "partner_id:count_distinct",
                "revenue:sum",
                "revenue_known:sum",
                "product_cost:sum",
                "document:count_distinct",
            ],
        )
        sums = self._converted(
            (self, company, *rest) for company, _profit, _buyers, *rest in by_company
        )
        return Sold(self._days(by_day), sums.get(self.id), total[0][1] if total else 0)

    def _days(self, rows):
        rates = self._rates()
        found = []
        for day, company, profit, _buyers, revenue, _known, _cost, count in rows:
            rate = rates.get((company.currency_id.id, self.currency_id.id), 1.0)
            found.append((day, (revenue or 0.0) * rate, (profit or 0.0) * rate, count))
        return found

    def _measures(self, cost, sold):
        """Figures with their name, what they mean, and the word that stands for a missing one."""
        money = self._money(sold.sums, cost)
        day, paid = self._payback(money, sold.days)
        rows = [
            ("return", "percent", returns.campaign_return(money)),
            ("net", "percent", returns.net_return(money)),
            ("roas", "ratio", returns.revenue_per_cost(money)),
            ("revenue", "money", self._known(money, money.revenue)),
            ("profit", "money", self._known(money, money.gross_profit)),
            ("cost", "money", returns.Measure(cost) if cost else returns.Measure(word="no_cost")),
            *self._costs_per(cost, sold.customers),
            ("payback", "date", returns.Measure(day and Date.to_string(day), paid.word)),
            ("payback_days", "days", paid),
            ("break_even", "money", returns.break_even(money)),
        ]
        labels, words = self._measure_labels(), self._measure_words()
        return [
            {
                "code": code,
                "kind": kind,
                "label": labels[code][0],
                "help": labels[code][1],
                "value": measure.value,
                "word": words.get(measure.word, self.env._("Not enough data")),
            }
            for code, kind, measure in rows
        ]

    def _payback(self, money, deals):
        """(day, :class:`returns.Measure` of the days since publication)"""
        if money.cost > 0 and money.deals and money.gross_profit is None:
            return None, returns.Measure(word=returns.UNKNOWN_COST)
        profits = [(day, profit) for day, _revenue, profit, _count in deals]
        return returns.payback(money.cost, profits, self.window_start or None)

    @staticmethod
    def _known(money, amount):
        if not money.deals:
            return returns.Measure(word=returns.NO_SALES)
        return returns.Measure(amount, "" if amount is not None else returns.UNKNOWN_COST)

    def _costs_per(self, cost, customers):
        leads = self._lead_domain()
        chances = leads & Domain("type", "=", "opportunity")
        counts = {
            "per_lead": self._lead_sums(leads)[0],
            "per_opportunity": self._lead_sums(chances)[0],
            "per_customer": customers,
        }
        for code, count in counts.items():
            known = returns.cost_per(cost, count) if cost else returns.Measure(word="no_cost")
            yield code, "money", known

    def _measure_labels(self):
        """``{measure: (name, what it means)}``"""
        return {
            "return": (
                self.env._("Campaign return"),
                self.env._("Gross profit ÷ cost: 200 % means that each one spent brought two"),
            ),
            "net": (self.env._("Net return"), self.env._("(Gross profit − cost) ÷ cost")),
            "roas": (self.env._("Revenue per cost"), self.env._("Revenue ÷ cost (ROAS)")),
            "revenue": (
                self.env._("Revenue"),
                self.env._("Of the deals in the window, untaxed, less credit notes"),
            ),
            "profit": (
                self.env._("Gross profit"),
                self.env._("Revenue whose product cost is known − this cost"),
            ),
            "cost": (
                self.env._("Cost"),
                self.env._(
                    "Everything that was spent for the campaign, with its share of overhead"
                ),
            ),
            "per_lead": (self.env._("Cost per lead"), self.env._("Cost ÷ leads in the window")),
            "per_opportunity": (
                self.env._("Cost per opportunity"),
                self.env._("Cost ÷ opportunities"),
            ),
            "per_customer": (
                self.env._("Cost per customer"),
                self.env._("Cost ÷ customers who bought"),
            ),
            "payback": (
                self.env._("Paid back on"),
                self.env._("The day on which the profit so far covers the cost"),
            ),
            "payback_days": (
                self.env._("Payback time"),
                self.env._("Days from publication until the profit so far covered the cost"),
            ),
            "break_even": (
                self.env._("Break-even"),
                self.env._("Revenue at which the profit equals the cost"),
            ),
        }

    def _measure_words(self):
        return {
            **self._return_words(),
            "no_cost": self.env._("Nothing was spent"),
            returns.NONE_YET: self.env._("None yet"),
            returns.NEVER: self.env._("Not reached yet"),
        }

    # -- tables ------------------------------------------------------------------------------

    def _costs_shown(self, cost):
        """Cost by kind, the largest first, with its share."""
        kinds = self.env["crm.campaign.cost.kind"]
        rows = [
            (kind, spent["actual"])
            for (_campaign, kind), spent in self._cost_by_kind().items()
            if spent.get("actual")
        ]
        rows.sort(key=lambda row: -row[1])
        return [
            {
                "id": kind,
                "name": kinds.browse(kind).name if kind else self.env._("Other"),
                "amount": amount,
                "share": amount / cost if cost > 0 else None,
            }
            for kind, amount in rows
        ]

    def _deals_shown(self):
        """The largest deals."""
        rows = self.env["crm.campaign.deal"]._read_group(
            self._deal_domain(),
            ["document", "order_id", "partner_id", "currency_id"],
            ["revenue:sum", "profit:sum", "date:min", "move_id:array_agg"],
            order="revenue:sum DESC, document",
            limit=DEALS_SHOWN,
        )
        # sudo: the number of the document; opening it asks for the right
        moves = self.env["account.move"].sudo()
        return [
            {
                "document": document,
                # sudo: as above
                "name": order.sudo().name or moves.browse(found[:1]).name or "",
                "model": "sale.order" if order else "account.move",
                "id": order.id or found[0],
                "partner": partner.display_name or "",
                "date": Date.to_string(day),
                "revenue": revenue,
                "profit": profit,
                "currency_id": currency.id,
            }
            for document, order, partner, currency, revenue, profit, day, found in rows
        ]

    def _weeks(self, cost, deals):
        if not self.window_start:
            return []
        return cohort.by_week(self.window_start, deals, cost)

    def _locked_shown(self):
        """What was locked, with what came since."""
        results = self.env["crm.campaign.result"].search([("campaign_id", "=", self.id)])
        bases = dict(BASES)
        return [
            {
                "id": result.id,
                "closed_on": Date.to_string(result.closed_on),
                "basis": bases[result.basis],
                "profit": None if result.return_word == "unknown_cost" else result.gross_profit,
                "cost": result.cost,
                "return": None if result.return_word else result.campaign_return,
                "word": result.return_text,
                "changed": result.is_changed,
                "profit_since": result.profit_since,
                "cost_since": result.cost_since,
            }
            for result in results
        ]
