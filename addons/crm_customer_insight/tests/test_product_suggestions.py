from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .association_common import AssociationCommon


@tagged("post_install", "-at_install")
class TestProductSuggestions(AssociationCommon):
    """Customers who bought this also bought that: on quotations, with measured uptake (ROI-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sam = cls.make_user(
            "suggest_sam",
            "sales_team.group_sale_salesman,crm_customer_insight.group_insight_user",
        )
        cls.alma.user_id = cls.sam
        cls.twenty_baskets(partner=cls.bert)
        cls.find_rules()

    def suggested(self, order, product=None, user=None):
        engine = self.Suggestion.with_user(user or self.sam)
        return engine.get_order_suggestions(order.id, product.id if product else False)

    def products(self, *arguments, **options):
        found = self.suggested(*arguments, **options)
        return self.env["product.product"].browse([item["product_id"] for item in found])

    def test_with_its_reason(self):
        """The rule: 80 % of 10 orders, 1.6 times as often."""
        order = self.quotation(self.pump, user=self.sam)
        [found] = self.suggested(order)
        self.assertEqual((found["product_id"], found["because_id"]), (self.filter.id, self.pump.id))
        self.assertIn("80 % of 10 orders with Pump A have it, 1.6 times", found["reason"])
        self.assertIn("10.00", found["price"])

    def test_because_of_one_line(self):
        order = self.quotation(self.pump, self.hose, user=self.sam)
        self.assertEqual(self.products(order, self.pump), self.filter)
        self.assertFalse(self.products(order, self.hose))
        self.assertFalse(self.products(order, self.valve))

    def test_nothing_for_an_empty_quotation(self):
        self.assertFalse(self.suggested(self.quotation(user=self.sam)))

    # What the customer cannot buy

    def test_never_what_is_in_the_order(self):
        self.assertFalse(self.products(self.quotation(self.pump, self.filter, user=self.sam)))

    def test_never_what_cannot_be_sold(self):
        order = self.quotation(self.pump, user=self.sam)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        changes = {
            "active": (False, True),
            "sale_ok": (False, True),
            "suggest_ok": (False, True),
            "company_id": (other, False),
        }
        for name, (bad, good) in changes.items():
            self.assertEqual(self.products(order), self.filter)
            self.change(name, bad)
            self.assertFalse(self.products(order), name)
            with self.assertRaises(UserError):
                self.Suggestion.with_user(self.sam).add_to_order(order.id, self.filter.id)
            self.change(name, good)

    def change(self, name, value):
        """Of the product on offer; a company is refused by Odoo once orders of another have it."""
        if name != "company_id":
            self.filter[name] = value
            return
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            [value.id if value else None, self.filter.product_tmpl_id.id],
        )
        self.env.invalidate_all()

    def test_never_for_a_closed_order(self):
        order = self.quotation(self.pump, user=self.sam)
        order.action_confirm()
        self.assertFalse(self.suggested(order))
        with self.assertRaises(UserError):
            self.Suggestion.with_user(self.sam).add_to_order(order.id, self.filter.id)

    # Uptake

    def uptake(self, order):
        self.env.flush_all()
        return self.env["crm.product.uptake"].search([("partner_id", "=", order.partner_id.id)])

    def test_shown_once_however_often_seen(self):
        order = self.quotation(self.pump, user=self.sam)
        self.suggested(order)
        self.suggested(order)
        offer = self.Offer.search([("order_id", "=", order.id)])
        self.assertEqual(
            (offer.shown_count, offer.user_id, offer.place), (2, self.sam, "quotation")
        )
        row = self.uptake(order)
        self.assertEqual((row.shown, row.accepted, row.uptake, row.revenue), (1, 0, 0, 0))

    def test_accepted_with_its_revenue(self):
        """Two quotations, one accepted: half. Revenue counts from the confirmation on: 1 × 10."""
        orders = [self.quotation(self.pump, user=self.sam) for _number in range(2)]
        for order in orders:
            self.suggested(order)
        self.Suggestion.with_user(self.sam).add_to_order(orders[0].id, self.filter.id)
        self.assertEqual(orders[0].order_line.product_id, self.pump | self.filter)
        self.assertEqual(sum(self.uptake(orders[0]).mapped("revenue")), 0)
        orders[0].order_line.tax_ids = False
        orders[0].action_confirm()
        [(shown, accepted, rate, revenue)] = self.env["crm.product.uptake"]._read_group(
            [("because_id", "=", self.pump.id), ("place", "=", "quotation")],
            [],
            ["shown:sum", "accepted:sum", "uptake:avg", "revenue:sum"],
        )
        self.assertEqual((shown, accepted, rate, revenue), (2, 1, 50, 10))
        rule = self.rule(self.pump, self.filter)
        action = rule.action_open_offers()
        self.assertEqual(self.Offer.search_count(action["domain"]), 2)

    def test_not_interested_is_remembered(self):
        order = self.quotation(self.pump, user=self.sam)
        self.suggested(order)
        self.Suggestion.with_user(self.sam).dismiss(order.id, self.filter.id)
        self.assertFalse(self.suggested(self.quotation(self.pump, user=self.sam)))
        self.cora.user_id = self.sam
        others = self.quotation(self.pump, partner=self.cora, user=self.sam)
        self.assertTrue(self.suggested(others))

    def test_the_declined_product_is_a_fact(self):
        order = self.quotation(self.pump, user=self.sam)
        self.suggested(order)
        self.Suggestion.with_user(self.sam).dismiss(order.id, self.filter.id)
        facts = self.env["crm.customer.fact"].with_company(self.company)
        found = facts._values(["product_declined"], self.alma.ids)
        self.assertEqual(found["product_declined"], {self.alma.id: self.filter.ids})

    # Reorders, segments

    def only_all_year(self):
        """Without the rules of the last quarter, which hold for the same orders."""
        self.Rule.search([("season", "!=", "none")]).unlink()

    def test_reorders_that_are_due_come_first(self):
        for day in (date(2025, 9, 15), date(2025, 10, 15), date(2025, 11, 15)):
            self.baskets((1, self.hose), day=day)
        self.env["crm.insight.run"]._run_now(["reorder"])
        order = self.quotation(self.pump, user=self.sam)
        found = self.suggested(order)
        self.assertEqual([item["kind"] for item in found], ["reorder", "rule"])
        self.assertIn("every 30 days", found[0]["reason"])
        self.assertFalse(self.products(order, self.pump) & self.hose)

    def test_rules_of_other_segments_do_not_count(self):
        self.only_all_year()
        self.rule(self.pump, self.filter).segment = "tier_A"
        order = self.quotation(self.pump, user=self.sam)
        self.assertFalse(self.suggested(order))
        self.env["crm.customer.snapshot"].create(
            {
                "partner_id": self.alma.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2025-12-01",
                "date": "2025-12-15",
                "is_current": True,
                "tier": "A",
            }
        )
        [found] = self.suggested(order)
        self.assertIn("Tier A", found["reason"])

    def test_a_longer_rule_needs_all_its_products(self):
        self.only_all_year()
        self.rule(self.pump, self.filter).write(
            {"antecedent_ids": [(6, 0, (self.pump | self.hose).ids)], "size": 3}
        )
        self.assertFalse(self.suggested(self.quotation(self.pump, user=self.sam)))
        order = self.quotation(self.pump, self.hose, user=self.sam)
        self.assertEqual(self.products(order), self.filter)

    # Rights and effort

    def test_orders_of_others(self):
        """A salesperson with own documents only does not ask for a colleague's quotation."""
        tom = self.make_user(
            "suggest_tom",
            "sales_team.group_sale_salesman,crm_customer_insight.group_insight_user",
        )
        order = self.quotation(self.pump, user=self.sam)
        for method in ("get_order_suggestions", "add_to_order", "dismiss"):
            with self.assertRaises(AccessError):
                arguments = [order.id] if method.startswith("get") else [order.id, self.filter.id]
                getattr(self.Suggestion.with_user(tom), method)(*arguments)

    def test_nonsense(self):
        for wrong in ("x", None, True, [1]):
            with self.assertRaises(UserError):
                self.Suggestion.with_user(self.sam).get_order_suggestions(wrong)
        self.assertEqual(self.Suggestion.with_user(self.sam).get_order_suggestions(0), [])

    def test_as_many_queries_for_many_lines(self):
        def queries(order):
            self.suggested(order)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.suggested(order)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        many = self.env["product.product"].create([{"name": f"P{n}"} for n in range(20)])
        queries(self.quotation(self.pump, user=self.sam))  # rules of access are remembered
        few = queries(self.quotation(self.pump, self.hose, user=self.sam))
        self.assertEqual(queries(self.quotation(self.pump, *many, user=self.sam)), few)
