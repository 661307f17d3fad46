"""Life-time values from invoices to screens (ROI-3)."""

from datetime import date, timedelta
from unittest.mock import patch

import numpy as np

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..report import lifetime as report
from ..tools import lifetime
from .value_common import ValueCommon

TODAY = date(2025, 12, 15)
RUN = "lifetime"


class LifetimeCommon(ValueCommon):
    """Nine customers; Alma, Bert and Cora bought as the tests say, the others each in a rhythm."""

    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("crm_customer_insight.data_date", "2025-12-15")
        cls.setting = cls.env["crm.value.setting"].create(
            {"company_id": cls.company.id, "lifetime_minimum_customers": 3}
        )
        cls.Lifetime = cls.env["crm.customer.lifetime"]
        cls.Fit = cls.env["crm.lifetime.fit"]
        cls.others = cls.env["res.partner"].create([{"name": f"Other {n}"} for n in range(6)])
        for number, partner in enumerate(cls.others):
            for repeat in range(number + 1):
                day = date(2025, 1, 10) + timedelta(days=50 * repeat + number)
                cls.invoice(partner, day, (1, 100 + 10 * number))
        # two invoices on a day are one purchase of 50
        cls.invoice(cls.alma, "2025-03-03", (1, 80))
        cls.invoice(cls.contact, "2025-05-05", (1, 30))
        cls.invoice(cls.alma, "2025-05-05", (1, 20))
        cls.invoice(cls.alma, "2025-07-07", (1, 70))
        # none of these is a purchase: credit note, of nothing, draft, after the data date
        cls.invoice(cls.alma, "2025-08-01", (1, 40), move_type="out_refund")
        cls.invoice(cls.alma, "2025-08-02", (1, 0))
        cls.invoice(cls.alma, "2025-08-03", (1, 40), post=False)
        cls.invoice(cls.alma, "2026-01-05", (1, 40))
        cls.invoice(cls.bert, "2025-06-01", (1, 200))

    def run_now(self):
        return self.env["crm.insight.run"]._run_now([RUN])[RUN]

    def value_of(self, partner, company=False, **domain):
        """The life-time value of a customer: the current one unless the domain says otherwise."""
        company = self.company if company is False else company
        conditions = {"is_current": True, **domain}
        return self.Lifetime.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id if company else False),
                *((name, "=", value) for name, value in conditions.items()),
            ]
        )

    def fit(self, company=False):
        company = self.company if company is False else company
        return self.Fit.search(
            [("company_id", "=", company.id if company else False), ("is_current", "=", True)]
        )

    def scope_of_the_company(self):
        """What is computed for the company, and its rules."""
        scopes = self.Lifetime._scopes(TODAY)
        return next(pair for pair in scopes if pair[0].company_id == self.company.id)

    def move_data_date(self, day):
        self.env["ir.config_parameter"].set_param("crm_customer_insight.data_date", day)


@tagged("post_install", "-at_install")
class TestLifetime(LifetimeCommon):
    def test_a_purchase_is_a_day_with_invoices_of_more_than_zero(self):
        scope = report.Scope(
            self.company.id, self.company.currency_id.id, TODAY, date(2025, 6, 15), "none"
        )
        columns = report.histories(self.env, scope)
        place = list(columns["partner_id"]).index(self.alma.id)
        found = {name: column[place] for name, column in columns.items()}
        # first 3 March, again 5 May (63 days later) and 7 July (126 days); 287 days until the
        # data date; repeat purchases of 50 and 70
        self.assertEqual((found["x"], found["last"], found["age"]), (2, 126, 287))
        self.assertEqual((found["mean"], found["gross"]), (60, 200))
        # until 15 June: one repeat purchase, 63 days after the first, 104 days seen; one after
        before = found["x_before"], found["last_before"], found["age_before"], found["after"]
        self.assertEqual(before, (1, 63, 104, 1))

    def test_values_follow_from_the_stored_parameters(self):
        self.run_now()
        fit, row = self.fit(), self.value_of(self.alma)
        self.assertEqual((fit.state, fit.customers, fit.repeaters), ("good", 8, 6))
        self.assertEqual((row.frequency, row.recency_weeks, row.age_weeks), (2, 18, 41))
        self.assertEqual((row.silence_weeks, row.model, row.fit_id), (23, "noncontractual", fit))
        params = (fit.r, fit.alpha, fit.a, fit.b)
        alive = lifetime.alive_probability(params, 2, 18, 41)
        self.assertAlmostEqual(row.p_alive, float(alive), 12)
        plain, discounted = lifetime.purchases_ahead(params, [2], [18], [41], 36, 0.1)
        self.assertAlmostEqual(row.expected_purchases, plain[0], 9)
        value = discounted[0] * row.expected_spend * row.margin_rate
        self.assertAlmostEqual(row.expected_value, value, 1)

    def test_one_purchase_says_nothing_about_leaving(self):
        self.run_now()
        row = self.value_of(self.bert)
        self.assertEqual((row.frequency, row.recency_weeks, row.p_alive), (0, 0, 1))
        self.assertIn("bought on one day", row.explanation)
        self.assertIn("Nothing tells yet", row.explanation)

    def test_why(self):
        self.run_now()
        text = self.value_of(self.alma).explanation
        # three days in 41 weeks, silent for 23; 18 weeks between them, twice
        self.assertIn("He bought on 3 days within 41 weeks, the last time 23 weeks ago.", text)
        self.assertIn("He usually came back after 9 weeks", text)

    def test_credit_notes_and_costs_lower_the_value(self):
        self.product.standard_price = 5
        self.env["crm.customer.snapshot"]._refresh(date=TODAY)
        self.run_now()
        fit = self.fit()
        # sold: by the others 100, 2·110, … 6·150, by Alma and Bert 200 each; 40 were credited.
        # 21 pieces of the others, Alma's 4 and the one for nothing, Bert's 1; 1 came back: 5 each
        self.assertEqual(fit.basis, "margin")
        sold = 100 + 220 + 360 + 520 + 700 + 900 + 200 + 200
        pieces = 21 + 4 + 1 + 1 - 1
        self.assertAlmostEqual(fit.margin_rate, (sold - 40 - 5 * pieces) / sold, 6)

    def test_without_costs_values_are_revenue(self):
        self.env["crm.customer.snapshot"]._refresh(date=TODAY)
        self.run_now()
        self.assertEqual(self.fit().basis, "revenue")

    def test_a_second_run_writes_nothing_and_a_new_invoice_changes_rows(self):
        self.assertEqual(self.run_now(), 8)
        self.assertEqual(self.run_now(), 0)
        self.invoice(self.cora, "2025-12-01", (1, 10))
        self.assertGreater(self.run_now(), 1)
        self.assertEqual(self.value_of(self.cora).frequency, 0)

    def test_a_customer_without_purchases_loses_his_row(self):
        bill = self.invoice(self.cora, "2025-12-01", (1, 10))
        self.run_now()
        bill.button_draft()
        self.run_now()
        self.assertFalse(self.value_of(self.cora))

    def test_months_stay_as_they_were(self):
        self.run_now()
        december = self.value_of(self.alma)
        self.move_data_date("2026-01-10")
        self.run_now()
        self.assertFalse(december.is_current)
        january = self.value_of(self.alma)
        self.assertEqual((str(january.month), str(december.month)), ("2026-01-01", "2025-12-01"))
        # the invoice of 5 January counts now
        self.assertEqual((december.frequency, january.frequency), (2, 3))
        self.assertEqual(len(self.fit()), 1)

    def test_too_few_customers(self):
        self.setting.lifetime_minimum_customers = 20
        self.env["crm.value.setting"].create({"lifetime_minimum_customers": 20})
        found = self.run_now()
        self.assertIn("At least 20 customers", str(found))
        self.assertFalse(self.value_of(self.alma))

    def test_the_fit_says_what_is_missing(self):
        self.setting.lifetime_minimum_customers = 20
        scope, setting = self.scope_of_the_company()
        self.assertIsNone(self.Lifetime._recalculate_company(scope, setting))
        fit = self.fit()
        self.assertEqual(fit.state, "empty")
        self.env.invalidate_all()
        self.assertIs(fit.r, False)
        self.assertIs(fit.error, False)
        self.assertIn("Not enough customers", fit.problem_text)

    def test_no_convergence_keeps_the_last_good_parameters(self):
        self.run_now()
        good = self.fit()
        params = (good.r, good.alpha, good.a, good.b)
        failed = lifetime.Fit((9, 9, 9, 9), -1.0, "not_converged")
        self.move_data_date("2026-01-10")
        with patch.object(lifetime, "fit_purchases", lambda *_args: failed):
            self.run_now()
        fit = self.fit()
        self.assertEqual((fit.state, (fit.r, fit.alpha, fit.a, fit.b)), ("kept", params))
        self.assertIn("The last good parameters are used.", fit.problem_text)
        self.assertEqual(self.value_of(self.alma).fit_id, fit)

    def test_all_purchases_on_one_day(self):
        self.env["account.move"].search([("company_id", "=", self.company.id)]).filtered(
            lambda move: move.state == "posted"
        ).button_draft()
        for partner in self.others:
            self.invoice(partner, "2025-12-15", (1, 50))
        scope, setting = self.scope_of_the_company()
        self.assertIsNone(self.Lifetime._recalculate_company(scope, setting))
        self.assertEqual((self.fit().state, self.fit().problem), ("empty", "no_repeats"))

    def test_segments(self):
        belgium, japan = self.env.ref("base.be"), self.env.ref("base.jp")
        self.others.country_id = belgium
        self.alma.country_id = japan
        self.setting.lifetime_segment_by = "country"
        self.run_now()
        fits = self.fit()
        # one customer in Japan is too few: he has the parameters of all
        self.assertEqual(set(fits.mapped("display_name")), {"All customers", belgium.name})
        self.assertEqual(self.value_of(self.others[0]).fit_id.segment_ref, belgium.id)
        self.assertEqual(self.value_of(self.alma).fit_id.display_name, "All customers")

    def test_every_way_of_making_segments_runs(self):
        for name, _label in self.Fit._fields["segment_by"].selection:
            self.setting.lifetime_segment_by = name
            self.assertIsInstance(self.run_now(), int, name)

    def test_numbers_of_queries_do_not_grow(self):
        self.run_now()
        few = self.queries()
        more = self.env["res.partner"].create([{"name": f"More {n}"} for n in range(40)])
        for partner in more[:10]:
            self.invoice(partner, "2025-06-06", (1, 10))
        self.run_now()
        self.assertEqual(self.queries(), few)

    def queries(self):
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.run_now()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_hold_out_and_tracking(self):
        self.run_now()
        fit = self.fit()
        # 10 January to 15 December are 339 days, half of them are held out: 170
        self.assertAlmostEqual(fit.holdout_weeks, 170 / 7, 9)
        self.assertEqual(fit.tracking["cut"], "2025-06-28")
        # repeat days: 0 + 1 + … + 5 of the others, 2 of Alma
        self.assertEqual(fit.tracking["points"][-1]["actual"], 17)
        self.assertEqual(sum(part["customers"] for part in fit.bins), fit.holdout_customers)

    # Contracts ----------------------------------------------------------------------------

    def contract(self, partner, monthly, **values):
        return self.env["crm.customer.contract"].create(
            {
                "name": "Maintenance",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date_start": "2023-12-16",
                "monthly_value": monthly,
                "state": "running",
                **values,
            }
        )

    def test_running_contracts_are_worth_margin_times_retention(self):
        self.contract(self.alma, 60)
        self.contract(self.contact, 40, date_end="2026-06-30")
        self.contract(self.cora, 10)
        # seven run since 16 December 2023, 730 days; Bert's ended after 729
        for number in range(4):
            self.contract(self.others[number], 1)
        gone = self.contract(self.bert, 500, date_end="2025-12-14", state="ended")
        gone.closed_on = "2025-12-14"
        years = (7 * 730 + 729) / 365.25
        self.run_now()
        retention = np.exp(-1 / years)
        value = lifetime.retention_value(100, retention, 0.1, 36)
        alma = self.value_of(self.alma)
        self.assertEqual((alma.model, alma.expected_spend, alma.p_alive), ("contract", 100, 1))
        self.assertAlmostEqual(alma.expected_value, value * alma.margin_rate, 2)
        self.assertIs(alma.expected_purchases, False)
        self.assertIn("running contracts of", alma.explanation)
        # Cora never bought; Bert's contract ended, so his purchases count
        self.assertEqual(self.value_of(self.cora).model, "contract")
        self.assertEqual(self.value_of(self.bert).model, "noncontractual")

    def test_contracts_that_have_not_run_a_year_tell_no_retention(self):
        self.contract(self.alma, 60, date_start="2025-12-01")
        self.run_now()
        self.assertEqual(self.value_of(self.alma).model, "noncontractual")

    def test_contracts_of_later_and_drafts_do_not_count(self):
        self.contract(self.alma, 60, state="draft")
        self.contract(self.alma, 60, date_start="2026-01-01")
        self.contract(self.bert, 60)
        self.run_now()
        self.assertEqual(self.value_of(self.alma).model, "noncontractual")
        self.assertEqual(self.value_of(self.bert).model, "contract")

    # Screens ------------------------------------------------------------------------------

    def test_the_customers_list_and_the_360_view_show_it(self):
        self.env["crm.customer.snapshot"]._refresh(date=TODAY)
        self.run_now()
        row, snapshot = self.value_of(self.alma), self.row(self.alma)
        self.assertEqual(snapshot.lifetime_value, row.expected_value)
        self.assertEqual(snapshot.lifetime_p_alive, row.p_alive)
        self.assertEqual(snapshot.action_open_lifetime()["res_id"], row.id)
        card = self.alma._customer_360_lifetime_card(snapshot)
        self.assertEqual((card["value"], card["why"]), (row.expected_value, row.explanation))
        row.unlink()
        self.env.invalidate_all()
        self.assertIs(snapshot.lifetime_value, False)
        self.assertIsNone(self.alma._customer_360_lifetime_card(snapshot)["value"])

    # Page ------------------------------------------------------------------------------

    def test_the_page_leads_to_the_customers_behind_each_figure(self):
        self.run_now()
        page = self.env["crm.lifetime.dashboard"].with_company(self.company)
        data = page.get_lifetime_dashboard()
        self.assertEqual((data["summary"]["customers"], len(data["fits"])), (8, 1))
        self.assertEqual(sum(part["count"] for part in data["distribution"]), 8)
        self.assertEqual(sum(cell["count"] for cell in data["map"]["cells"]), 8)
        total = sum(self.Lifetime.search(data["domain"]).mapped("expected_value"))
        self.assertAlmostEqual(data["summary"]["value"], total, 2)
        for part in data["distribution"]:
            limits = [("expected_value", ">=", part["low"])] if part["low"] is not None else []
            if part["high"] is not None:
                limits.append(("expected_value", "<", part["high"]))
            self.assertEqual(
                self.Lifetime.search_count([*data["domain"], *limits]), part["count"], part
            )

    def test_an_empty_page_says_so(self):
        self.Lifetime.search([]).unlink()
        page = self.env["crm.lifetime.dashboard"].with_company(self.company)
        self.assertFalse(page.get_lifetime_dashboard()["summary"])

    def test_the_map_opens_its_customers(self):
        self.run_now()
        page = self.env["crm.lifetime.dashboard"].with_company(self.company)
        data = page.get_lifetime_dashboard()
        labels = [part["label"] for part in data["map"]["frequencies"]]
        self.assertEqual(labels, ["0", "1", "2", "3–4", "5–7", "8–12", "13 and more"])
        for cell in data["map"]["cells"]:
            frequency = data["map"]["frequencies"][cell["frequency"] - 1]
            silence = data["map"]["silences"][cell["silence"] - 1]
            domain = [*data["domain"], ("p_alive", "!=", False)]
            for name, part in (("frequency", frequency), ("silence_weeks", silence)):
                domain.append((name, ">=", part["low"]))
                if part["high"] is not None:
                    domain.append((name, "<", part["high"]))
            self.assertEqual(self.Lifetime.search_count(domain), cell["count"], cell)

    def test_columns_of_contacts(self):
        self.run_now()
        partners = self.env["res.partner"].with_company(self.company)
        alma, contact = partners.browse(self.alma.id), partners.browse(self.contact.id)
        row = self.value_of(self.alma)
        self.assertEqual(alma.insight_lifetime_value, row.expected_value)
        self.assertEqual(contact.insight_p_alive, row.p_alive)
        ours = [("id", "in", (self.alma + self.bert + self.cora).ids)]
        found = partners.search([*ours, ("insight_p_alive", "<", 1)])
        self.assertEqual(found, self.alma)
        ordered = partners.search(ours, order="insight_lifetime_value desc nulls last")
        self.assertEqual(ordered[-1], self.cora)
        self.assertIs(partners.browse(self.cora.id).insight_lifetime_value, False)

    def test_facts(self):
        self.run_now()
        registry = self.env["crm.customer.fact"].with_company(self.company)
        values = registry._values(["p_alive", "lifetime_value"], (self.alma + self.cora).ids)
        row = self.value_of(self.alma)
        self.assertEqual(values["lifetime_value"], {self.alma.id: row.expected_value})
        found = registry._count(
            {
                "operator": "and",
                "conditions": [
                    {"fact": "p_alive", "operator": "<", "value": 1},
                    {"fact": "expected_purchases", "operator": ">", "value": 0},
                ],
            }
        )
        self.assertEqual(found, 6)

    def test_deleted_contacts_take_their_values_along(self):
        lonely = self.env["res.partner"].create({"name": "Lonely"})
        row = self.Lifetime.create(
            {
                "partner_id": lonely.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2025-12-01",
                "date": TODAY,
                "model": "noncontractual",
            }
        )
        lonely.unlink()
        self.env.invalidate_all()
        self.assertFalse(row.exists())

    def test_unknown_values_are_empty_not_zero(self):
        row = self.Lifetime.create(
            {
                "partner_id": self.cora.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2025-12-01",
                "date": TODAY,
                "model": "noncontractual",
                "silence_weeks": 1,
                "age_weeks": 1,
            }
        )
        self.env.invalidate_all()
        self.assertIs(row.p_alive, False)
        self.assertIs(row.expected_value, False)
        self.assertIn("Not enough data for a value.", row.explanation)

    # Roles --------------------------------------------------------------------------------

    def test_salespeople_see_their_own_customers(self):
        self.run_now()
        seller = self.make_user("lifetime_seller", "sales_team.group_sale_salesman")
        clerk = self.make_user("lifetime_clerk", "base.group_user")
        self.alma.user_id = seller
        mine = self.Lifetime.with_user(seller).search([("is_current", "=", True)])
        self.assertEqual(mine.partner_id, self.alma)
        data = self.env["crm.lifetime.dashboard"].with_user(seller).get_lifetime_dashboard()
        self.assertEqual((data["summary"]["customers"], data["summary"]["only_own"]), (1, True))
        self.assertEqual(sum(cell["count"] for cell in data["map"]["cells"]), 1)
        partners = self.env["res.partner"].with_user(seller)
        known = partners.search(
            [("id", "in", (self.alma + self.bert).ids), ("insight_lifetime_value", ">", 0)]
        )
        self.assertEqual(known, self.alma)
        with self.assertRaises(AccessError):
            self.env["crm.lifetime.dashboard"].with_user(clerk).get_lifetime_dashboard()

    def test_rules_are_for_administrators(self):
        analyst = self.make_user(
            "lifetime_analyst", "crm_customer_insight.group_insight_analyst,base.group_user"
        )
        data = self.env["crm.lifetime.dashboard"].with_user(analyst).get_lifetime_dashboard()
        self.assertFalse(data["setting_id"])


@tagged("post_install", "-at_install")
class TestLifetimeOfCompanies(LifetimeCommon):
    abroad = True

    def test_each_company_and_all_together(self):
        self.env["crm.value.setting"].create({"lifetime_minimum_customers": 3})
        main = report.main_company(self.env)
        self.assertEqual(main.currency_id, self.company.currency_id)
        self.env["res.currency.rate"].create(
            {
                "name": "2025-01-01",
                "currency_id": self.euro.id,
                "company_id": main.id,
                "inverse_company_rate": 2,
            }
        )
        self.invoice(self.alma, "2025-09-09", (1, 100), company=self.company_eur)
        self.run_now()
        # in euros Alma bought once, so nobody bought again: no model, no value
        self.assertEqual(self.fit(self.company_eur).problem, "few")
        self.assertFalse(self.value_of(self.alma, self.company_eur))
        # all together: a third repeat purchase of 100 euros at 2 dollars, 27 weeks after the first
        together = self.value_of(self.alma, None)
        self.assertEqual(self.value_of(self.alma).frequency, 2)
        self.assertEqual((together.frequency, together.currency_id), (3, main.currency_id))
        scope = report.Scope(0, main.currency_id.id, TODAY, TODAY, "none")
        columns = report.histories(self.env, scope)
        place = np.flatnonzero(columns["partner_id"] == self.alma.id)[0]
        self.assertAlmostEqual(columns["mean"][place], (50 + 70 + 200) / 3, 6)

    def test_another_company_stays_hidden(self):
        self.env["crm.value.setting"].create({"lifetime_minimum_customers": 3})
        self.run_now()
        seller = self.make_user("lifetime_of_one", "sales_team.group_sale_salesman")
        self.alma.user_id = seller
        rows = self.Lifetime.with_user(seller).search([("partner_id", "=", self.alma.id)])
        self.assertEqual(rows.company_id, self.company)
