import sys
from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..report import product_rule_sets
from .association_common import TODAY, AssociationCommon


@tagged("post_install", "-at_install")
class TestAssociationRules(AssociationCommon):
    """What is bought together, with support, confidence, lift and chance (ROI-5)."""

    def test_measures_by_hand(self):
        """20 baskets, 10 with the pump, 10 with the filter, 8 with both: support 8/20, confidence
        8/10, lift 0.8 / 0.5, conviction (1 - 0.5) / (1 - 0.8). By chance at least 8: (45 × 45 +
        10 × 10 + 1) / 184,756. Three pairs of frequent products were looked at: 3 times that."""
        self.twenty_baskets()
        self.find_rules()
        rule = self.rule(self.pump, self.filter)
        self.assertEqual(
            (rule.baskets, rule.baskets_product, rule.baskets_offered, rule.baskets_total),
            (8, 10, 10, 20),
        )
        self.assertAlmostEqual(rule.support, 0.4)
        self.assertAlmostEqual(rule.confidence, 0.8)
        self.assertAlmostEqual(rule.lift, 1.6)
        self.assertAlmostEqual(rule.conviction, 2.5)
        self.assertAlmostEqual(rule.p_value, 2126 / 184756, 12)
        self.assertAlmostEqual(rule.q_value, 3 * 2126 / 184756, 12)
        self.assertTrue(rule.significant)
        self.assertEqual(rule.display_name, "Pump A → Filter B")

    def test_both_directions_and_nothing_else(self):
        self.twenty_baskets()
        self.assertEqual(self.find_rules() > 0, True)
        pairs = {(r.product_id, r.offered_id) for r in self.rules()}
        self.assertEqual(pairs, {(self.pump, self.filter), (self.filter, self.pump)})

    def test_a_product_twice_in_an_order_is_there_once(self):
        orders = self.twenty_baskets()
        orders[0].write(
            {"order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": 3})]}
        )
        self.find_rules()
        self.assertEqual(self.rule(self.pump, self.filter).baskets, 8)

    def test_what_is_not_to_be_suggested_is_in_no_rule(self):
        """Freight is on every order; baskets of nothing else are none."""
        self.twenty_baskets()  # 8 of them with a hose alone
        self.baskets((8, self.valve))
        self.hose.suggest_ok = False
        self.find_rules()
        self.assertFalse(self.rules().filtered(lambda r: self.hose in r.product_id | r.offered_id))
        rule = self.rule(self.pump, self.filter)
        self.assertEqual((rule.baskets, rule.baskets_total), (8, 20))

    def test_what_is_no_purchase(self):
        """Quotations, cancelled orders, returned quantities, notes, and what is too old."""
        self.twenty_baskets()
        self.baskets((1, self.pump, self.filter)).state = "draft"
        self.baskets((1, self.pump, self.filter)).state = "cancel"
        self.baskets((1, self.pump, self.filter), quantity=-1)
        self.baskets((1, self.pump, self.filter), day=date(2024, 12, 31))
        noted = self.baskets((1, self.pump))
        noted.order_line = [Command.create({"display_type": "line_note", "name": "With a filter"})]
        self.find_rules()
        rule = self.rule(self.pump, self.filter)
        self.assertEqual((rule.baskets, rule.baskets_product, rule.baskets_total), (8, 11, 21))

    def test_the_window_counts_calendar_months(self):
        """Twelve months up to 15 December 2025 begin on 1 January."""
        self.twenty_baskets(day=date(2025, 1, 1))
        self.find_rules()
        rule = self.rule(self.pump, self.filter)
        self.assertEqual((rule.baskets, rule.date_from), (8, date(2025, 1, 1)))

    def test_days_are_those_of_the_companys_clock(self):
        """1 January 03:00 UTC is 31 December in New York, outside the window."""
        self.twenty_baskets()
        late = self.baskets((1, self.pump, self.filter))
        late.date_order = datetime(2025, 1, 1, 3)
        self.find_rules()
        self.assertEqual(self.rule(self.pump, self.filter).baskets, 9)
        self.company.partner_id.tz = "America/New_York"
        self.find_rules()
        self.assertEqual(self.rule(self.pump, self.filter).baskets, 8)

    # Limits

    def test_limits_of_the_settings(self):
        """Confidence 80 %, lift 1.6, support 40 %, 8 baskets are just enough, each by itself."""
        self.twenty_baskets()
        setting = self.env["crm.value.setting"].create({"company_id": self.company.id})
        enough = {
            "rule_min_baskets": (8, 9),
            "rule_min_support": (0.4, 0.41),
            "rule_min_confidence": (0.8, 0.81),
            "rule_min_lift": (1.6, 1.61),
        }
        for name, (least, more) in enough.items():
            before = setting[name]
            setting[name] = least
            self.find_rules()
            self.assertEqual(len(self.rules()), 2, name)
            setting[name] = more
            self.find_rules()
            self.assertFalse(self.rules(), name)
            setting[name] = before

    def test_not_significant(self):
        """At a limit of 1 % the rule (3.5 %) stays, and says that it may be chance."""
        self.twenty_baskets()
        self.find_rules(rule_significance=0.01)
        self.assertFalse(self.rule(self.pump, self.filter).significant)

    def test_too_few_baskets(self):
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE state = 'sale'")
        self.env.invalidate_all()
        self.baskets((19, self.pump, self.filter))
        self.assertIn("19 baskets", self.find_rules())
        self.assertFalse(self.rules())

    def test_one_product_in_all_orders(self):
        """Nothing can be together with it more often than always."""
        self.baskets((20, self.pump), (10, self.pump, self.filter))
        self.find_rules()
        self.assertFalse(self.rules())

    # Sources, companies, months

    def test_invoices_instead_of_orders(self):
        self.twenty_baskets()
        for _number in range(6):
            self.invoice(self.alma, date(2025, 11, 3), (1, 10, self.pump), (1, 10, self.hose))
        self.invoice(self.alma, date(2025, 11, 3), *[(1, 10, self.valve)] * 2)
        for _number in range(19):
            self.invoice(self.alma, date(2025, 11, 3), (1, 10, self.valve))
        self.find_rules(basket_source="invoice")
        rule = self.rule(self.pump, self.hose)
        self.assertEqual((rule.baskets, rule.baskets_total, rule.source), (6, 26, "invoice"))
        action = rule.action_open_baskets()
        self.assertEqual(len(self.env[action["res_model"]].search(action["domain"])), 6)

    def test_companies_are_apart(self):
        self.twenty_baskets()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.baskets((20, self.hose, self.valve), (20, self.pump), company=other)
        self.find_rules()
        self.assertEqual(len(self.rules()), 2)
        elsewhere = self.Rule.search([("company_id", "=", other.id), ("is_current", "=", True)])
        self.assertEqual(elsewhere.product_id, self.hose | self.valve)

    def test_the_same_month_again(self):
        """Rules keep their ids; what holds no longer goes."""
        self.twenty_baskets()
        self.find_rules()
        before = self.rule(self.pump, self.filter)
        self.find_rules()
        self.assertEqual(self.rule(self.pump, self.filter), before)
        self.baskets((10, self.hose, self.valve), (8, self.filter, self.valve), (40, self.pump))
        self.find_rules()
        self.assertFalse(before.exists())

    def test_earlier_months_stay(self):
        self.twenty_baskets()
        self.find_rules()
        self.env["ir.config_parameter"].set_param("crm_customer_insight.data_date", "2026-01-10")
        self.baskets((2, self.pump, self.filter))
        self.find_rules()
        rules = self.Rule.search(
            [("company_id", "=", self.company.id), ("product_id", "=", self.pump.id),
             ("segment", "=", "none"), ("season", "=", "none")],
            order="month",
        )  # fmt: skip
        self.assertEqual(rules.mapped("baskets"), [8, 10])
        self.assertEqual(rules.mapped("is_current"), [False, True])
        self.assertEqual(rules[0].date, TODAY)

    # Segments and seasons

    def test_seasons(self):
        """The pair is bought in the second quarter only: there in 8 of 12 baskets."""
        self.baskets((8, self.pump, self.filter), (4, self.hose), day=date(2025, 5, 5))
        self.baskets((20, self.hose), day=date(2025, 10, 5))
        self.find_rules()
        found = self.Rule.search(
            [("company_id", "=", self.company.id), ("product_id", "=", self.pump.id),
             ("season", "!=", "none")]
        )  # fmt: skip
        self.assertEqual((found.season, found.baskets, found.baskets_total), ("q2", 8, 12))
        action = found.action_open_baskets()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 8)

    def test_segments(self):
        """Alma is tier A and mature, Bert tier D: the pair is Alma's."""
        self.baskets((8, self.pump, self.filter), (4, self.hose))
        self.baskets((15, self.hose), (5, self.valve), partner=self.bert)
        for partner, tier, stage in ((self.alma, "A", "mature"), (self.bert, "D", "lost")):
            self.env["crm.customer.snapshot"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "month": "2025-12-01",
                    "date": TODAY,
                    "is_current": True,
                    "tier": tier,
                    "lifecycle_stage": stage,
                }
            )
        self.find_rules()
        found = self.Rule.search(
            [("company_id", "=", self.company.id), ("product_id", "=", self.pump.id),
             ("segment", "!=", "none")]
        )  # fmt: skip
        self.assertEqual(set(found.mapped("segment")), {"tier_A", "stage_mature"})
        self.assertEqual(set(found.mapped("baskets_total")), {12})
        action = found[0].action_open_baskets()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 8)

    # Longer rules

    def three_together(self):
        """Of 40 baskets 10 hold pump, filter and hose, 5 pump and filter, 5 pump and hose, 5
        filter and hose, 15 a valve. Pump and filter: 15; with the hose 10 of them (67 %). Alone,
        each of the two is in 20, with the hose in 15 (75 %): the longer rule says less."""
        self.baskets(
            (10, self.pump, self.filter, self.hose), (5, self.pump, self.filter),
            (5, self.pump, self.hose), (5, self.filter, self.hose), (15, self.valve),
        )  # fmt: skip

    def test_longer_rules_by_hand(self):
        """12 baskets hold all three, 4 pump and filter, 6 pump and hose, 18 something else: who
        buys filter and hose buys the pump (12 of 12), who buys one of them less often."""
        self.baskets(
            (12, self.pump, self.filter, self.hose), (4, self.filter), (6, self.hose),
            (18, self.valve),
        )  # fmt: skip
        self.find_rules()
        longer = self.rules(("size", "=", 3), ("offered_id", "=", self.pump.id))
        self.assertEqual(longer.antecedent_ids, self.filter | self.hose)
        self.assertEqual(
            (longer.baskets, longer.baskets_product, longer.baskets_offered), (12, 12, 12)
        )
        self.assertAlmostEqual(longer.confidence, 1.0)
        self.assertAlmostEqual(longer.lift, 40 / 12)
        self.assertFalse(longer.conviction)
        # 12 of 18 with the hose alone, 12 of 16 with the filter alone
        self.assertAlmostEqual(self.rule(self.hose, self.pump).confidence, 12 / 18)
        action = longer.action_open_baskets()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 12)

    def test_longer_rules_that_say_less_are_left_out(self):
        self.three_together()
        self.find_rules(rule_min_lift=1.0)
        self.assertFalse(self.rules(("size", ">", 2)))
        self.assertTrue(self.rule(self.pump, self.filter))

    def test_without_the_library_there_are_pairs(self):
        self.three_together()
        with patch.dict(sys.modules, {"mlxtend.frequent_patterns": None}):
            self.assertIsNone(product_rule_sets.library())
            self.find_rules()
            self.assertFalse(self.Rule.get_rule_page()["longer"])
        self.assertEqual(set(self.rules().mapped("size")), {2})

    def test_no_more_queries_for_ten_times_the_baskets(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.find_rules()
            return self.cr.sql_log_count - before

        self.twenty_baskets()
        self.find_rules()
        few = queries()
        for _number in range(10):
            self.twenty_baskets()
        self.assertEqual(queries(), few)

    # Screens

    def test_the_orders_behind_a_rule(self):
        orders = self.twenty_baskets()
        self.find_rules()
        action = self.rule(self.pump, self.filter).action_open_baskets()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), orders[:8])
