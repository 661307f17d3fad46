"""Loyalty indicators of all customers (ROI-3): figures worked out by hand, SQL against the tool."""

from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.crm_loyalty_360_mixin import CrmLoyalty360Mixin
from odoo.addons.crm_customer_insight.report import loyalty_indicators
from odoo.addons.crm_customer_insight.tools import loyalty_indicators as rules
from odoo.addons.crm_customer_insight.tools.facts import Fact

from .value_common import TODAY, ValueCommon


@tagged("post_install", "-at_install")
class TestLoyaltyIndicators(ValueCommon):
    abroad = False

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: TODAY)

    def compute(self):
        self.env["crm.insight.run"]._run_now(["loyalty"])
        self.env.invalidate_all()

    def indicator(self, partner, is_current=True):
        return self.env["crm.loyalty.indicator"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.company.id),
                ("is_current", "=", is_current),
            ]
        )

    def buy(self, partner, *purchases):
        for day, amount in purchases:
            self.invoice(partner, day, (1, amount))

    def test_steady_frequency_and_amount(self):
        # gaps 10, 20, 30: mean 20, standard deviation 10; amounts 10, 20, 30, 20: mean 20,
        # standard deviation √(200 ÷ 3) = 8.165
        days = ["2025-01-01", "2025-01-11", "2025-01-31", "2025-03-02"]
        amounts = [10, 20, 30, 20]
        self.buy(self.alma, *zip(days, amounts, strict=True))
        self.compute()
        row = self.indicator(self.alma)
        self.assertEqual((row.purchases, row.usual_days, row.mean_amount), (4, 20, 20))
        self.assertAlmostEqual(row.gap_steadiness, 0.5)
        self.assertAlmostEqual(row.amount_steadiness, 1 - (200 / 3) ** 0.5 / 20)
        gaps = rules.gaps([date.fromisoformat(day) for day in days])
        self.assertAlmostEqual(row.gap_steadiness, rules.steadiness(gaps))
        self.assertAlmostEqual(row.amount_steadiness, rules.steadiness(amounts, rules.MIN_AMOUNTS))

    def test_too_little_is_not_known(self):
        """One purchase; three on one day; a basket of less than zero: no figure, and not 0."""
        self.buy(self.alma, ("2025-05-01", 10))
        self.buy(self.bert, *[("2025-05-01", 10)] * 3)
        self.invoice(self.bert, "2025-06-01", (1, 10), move_type="out_refund")
        self.compute()
        for partner in (self.alma, self.bert):
            row = self.indicator(partner)
            self.assertEqual(row.purchases, 1)
            self.assertIs(row.usual_days, False)
            self.assertIs(row.gap_steadiness, False)
            self.assertIs(row.amount_steadiness, False)
            self.assertIs(row.share_of_wallet, False)
        self.assertFalse(self.indicator(self.cora))

    def test_purchases_of_a_contact_and_old_ones(self):
        self.buy(self.contact, ("2025-05-01", 10))
        self.buy(self.alma, ("2025-05-31", 10), ("2023-12-15", 10))
        self.compute()
        # 24 months before 15 December 2025 begin on 16 December 2023
        row = self.indicator(self.alma)
        self.assertEqual((row.purchases, row.usual_days), (2, 30))

    def know_demand(self, partner, amount):
        attribute = self.env.ref("crm_customer_insight.profile_attribute_total_demand")
        return self.env["crm.profile.value"].create(
            {"partner_id": partner.id, "attribute_id": attribute.id, "value": str(amount)}
        )

    def test_share_of_wallet(self):
        """Net revenue of 365 days ÷ demand: (300 − 50) ÷ 1000; last year's 900 do not count."""
        self.buy(self.alma, ("2025-03-01", 300), ("2024-12-14", 900))
        self.invoice(self.alma, "2025-04-01", (1, 50), move_type="out_refund")
        self.know_demand(self.alma, 1000)
        self.buy(self.bert, ("2025-03-01", 300))
        self.compute()
        row = self.indicator(self.alma)
        self.assertEqual((row.revenue_year, row.demand), (250, 1000))
        self.assertAlmostEqual(row.share_of_wallet, 0.25)
        self.assertIs(self.indicator(self.bert).share_of_wallet, False)

    def test_more_credited_than_sold_has_no_share(self):
        self.buy(self.alma, ("2025-03-01", 10))
        self.invoice(self.alma, "2025-04-01", (1, 50), move_type="out_refund")
        self.know_demand(self.alma, 1000)
        self.compute()
        self.assertIs(self.indicator(self.alma).share_of_wallet, False)

    def test_referrals_of_a_company_and_its_people(self):
        for referrer, referred in ((self.alma, self.bert), (self.contact, self.cora)):
            self.env["crm.referral"].create(
                {"referrer_id": referrer.id, "partner_id": referred.id, "date": "2025-01-01"}
            )
        self.buy(self.alma, ("2025-05-01", 10))
        self.compute()
        self.assertEqual(self.indicator(self.alma).referral_count, 2)

    def test_earlier_months_stay_and_a_second_run_changes_nothing(self):
        self.buy(self.alma, ("2025-05-01", 10))
        self.compute()
        self.compute()
        self.assertEqual(len(self.indicator(self.alma)), 1)
        later = date(2026, 1, 20)
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: later)
        self.buy(self.alma, ("2026-01-10", 10))
        self.compute()
        self.assertEqual(self.indicator(self.alma).purchases, 2)
        self.assertEqual(self.indicator(self.alma, is_current=False).purchases, 1)

    def test_facts(self):
        self.buy(
            self.alma,
            *((day, 10) for day in ("2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31")),
        )
        self.know_demand(self.alma, 160)
        self.compute()
        values = self.env["crm.customer.fact"]._values(
            ["purchase_steadiness", "share_of_wallet", "referral_count"],
            [self.alma.id, self.bert.id],
            company=self.company,
        )
        self.assertEqual(values["purchase_steadiness"], {self.alma.id: 1.0})
        self.assertEqual(values["share_of_wallet"], {self.alma.id: 0.25})
        self.assertEqual(values["referral_count"], {self.alma.id: 0, self.bert.id: 0})

    def test_on_the_360_view(self):
        """What is not known says so; the figure opens its invoices (C360-1)."""
        self.buy(self.alma, ("2025-05-01", 10), ("2025-05-31", 10))
        self.compute()
        partner = self.alma.with_company(self.company)
        section = partner._customer_360_loyalty()
        figures = {figure["code"]: figure for figure in section["figures"]}
        self.assertEqual(
            {code: figure["value"] for code, figure in figures.items()},
            {
                "gap_steadiness": None,
                "amount_steadiness": None,
                "share_of_wallet": None,
                "referral_count": 0,
                "satisfaction": None,
            },
        )
        self.assertTrue(all(figure["help"] for figure in section["figures"][:3]))
        action = self.indicator(self.alma).action_open_invoices()
        self.assertEqual(self.env["account.move"].search_count(action["domain"]), 2)
        self.assertIsNone(self.cora.with_company(self.company)._customer_360_loyalty())

    def _satisfaction(self, *facts):
        """The figure where the registry offers just *facts*."""
        self.patch(self.env.registry["crm.customer.fact"], "_facts", lambda _self: list(facts))
        partner = self.alma.with_company(self.company)
        return CrmLoyalty360Mixin._customer_360_satisfaction(partner)

    def test_satisfaction_comes_from_whoever_offers_the_fact(self):
        """An addon offers 80 % for Alma; the section shows the share."""
        rows = SQL("SELECT %s AS partner_id, 80 AS value", self.alma.id)
        fact = Fact("satisfaction", "Satisfaction", "Any", "number", lambda _context: rows)
        figure = self._satisfaction(fact)
        self.assertEqual((figure["kind"], figure["value"]), ("percent", 0.8))

    def test_nothing_installed_measures_satisfaction(self):
        figure = self._satisfaction()
        self.assertEqual(
            (figure["value"], figure["note"]), (None, "Nothing installed measures it.")
        )

    def test_the_same_number_of_queries_for_ten_times_the_customers(self):
        def count():
            self.env.flush_all()
            before = self.cr.sql_log_count
            loyalty_indicators.fill(self.env, tuple(self.company.ids), TODAY)
            return self.cr.sql_log_count - before

        self.buy(self.alma, ("2025-05-01", 10))
        few = count()
        for partner in self.env["res.partner"].create([{"name": f"P{n}"} for n in range(10)]):
            self.buy(partner, ("2025-05-01", 10))
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestLoyaltyRights(ValueCommon):
    """Salespeople see their customers, analysts all; another company's figures nobody."""

    def test_own_customers_only(self):
        sam = self.make_user("sam_loyal", "sales_team.group_sale_salesman")
        ann = self.make_user("ann_loyal", "crm_customer_insight.group_insight_analyst")
        self.alma.user_id = sam
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: TODAY)
        self.invoice(self.alma, "2025-05-01", (1, 10))
        self.invoice(self.bert, "2025-05-01", (1, 10))
        self.invoice(self.cora, "2025-05-01", (1, 10), company=self.company_eur)
        self.env["crm.insight.run"]._run_now(["loyalty"])
        rows = self.env["crm.loyalty.indicator"].search(
            [("partner_id", "in", (self.alma | self.bert | self.cora).ids)]
        )
        self.assertEqual(len(rows), 3)
        seen = rows.with_user(sam).search([("id", "in", rows.ids)])
        self.assertEqual(seen.partner_id, self.alma)
        seen = rows.with_user(ann).search([("id", "in", rows.ids)])
        self.assertEqual(seen.partner_id, self.alma | self.bert)
