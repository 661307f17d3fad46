from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import reorder
from .association_common import TODAY, AssociationCommon


@tagged("post_install", "-at_install")
class TestReorderForecast(AssociationCommon):
    """Reorders from the customer's own purchase rhythm (C360-4) and for planning (C360-5)."""

    def bought(self, *rows, partner=None, product=None):
        """rows: (day, quantity)."""
        for day, quantity in rows:
            self.baskets((1, product or self.pump), day=day, quantity=quantity, partner=partner)

    def forecast(self):
        return self.env["crm.insight.run"]._run_now(["reorder"])["reorder"]

    def current(self, partner=None, product=None):
        return self.Forecast.search(
            [
                ("partner_id", "=", (partner or self.alma).id),
                ("product_id", "=", (product or self.pump).id),
                ("company_id", "=", self.company.id),
                ("is_current", "=", True),
            ]
        )

    def monthly(self, **options):
        """Gaps 30, 31, 40: median 31; 10 November + 31 days = 11 December, four days ago."""
        self.bought(
            (date(2025, 8, 1), 2), (date(2025, 8, 31), 5), (date(2025, 10, 1), 3),
            (date(2025, 11, 10), 4), **options,
        )  # fmt: skip

    def test_rhythm_by_hand(self):
        self.monthly()
        self.forecast()
        row = self.current()
        self.assertEqual(row.expected_date, date(2025, 12, 11))
        self.assertEqual((row.gap_days, row.shortest_gap, row.longest_gap), (31, 30, 40))
        self.assertEqual((row.purchases, row.last_date), (4, date(2025, 11, 10)))
        self.assertEqual((row.quantity, row.least_quantity, row.most_quantity), (3.5, 2, 5))
        self.assertEqual((row.state, row.days_late), ("overdue", 4))
        # 3.5 pieces at the latest price of 100
        self.assertEqual((row.unit_price, row.expected_value), (100, 350))

    def test_sql_and_python_agree(self):
        histories = [
            [(1, 5), (20, 1), (300, 2)],
            [(5, 1), (8, 2), (11, 3), (40, 9)],
            [(200, 1), (230, 1), (260, 4), (295, 2), (330, 3)],
            [(3, 2), (3, 4), (180, 1)],
        ]
        partners = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(4)])
        for partner, history in zip(partners, histories, strict=True):
            days = {}
            for day, quantity in history:
                when = date(2025, 1, 1) + timedelta(days=day)
                days[when] = days.get(when, 0) + quantity
                self.bought((when, quantity), partner=partner)
            expected = reorder.forecast(days, TODAY)
            self.forecast()
            row = self.current(partner)
            self.assertEqual(bool(row), expected is not None)
            if row:
                self.assertEqual(
                    (row.expected_date, row.gap_days, row.shortest_gap, row.longest_gap,
                     row.quantity, row.state),
                    (expected.expected, expected.gap, expected.shortest, expected.longest,
                     expected.quantity, expected.state),
                )  # fmt: skip

    def test_all_on_one_day_and_two_days_are_no_rhythm(self):
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE state = 'sale'")
        self.env.invalidate_all()
        self.bought(*[(date(2025, 11, 1), 1)] * 5, (date(2025, 11, 9), 1), (date(2025, 11, 10), -4))
        self.assertIn("three different days", self.forecast())
        self.assertFalse(self.current())

    def test_contacts_of_a_customer_are_one_customer(self):
        self.bought((date(2025, 9, 1), 1), (date(2025, 10, 1), 1))
        self.bought((date(2025, 11, 1), 1), partner=self.contact)
        self.forecast()
        self.assertEqual(self.current().purchases, 3)

    def test_units_are_those_of_the_product(self):
        """A dozen is twelve pieces."""
        dozen = self.env.ref("uom.product_uom_dozen")
        for day in (date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)):
            order = self.baskets((1, self.pump), day=day)
            order.order_line.write({"product_uom_id": dozen.id, "price_unit": 1200})
        self.forecast()
        row = self.current()
        self.assertEqual((row.quantity, row.unit_price, row.expected_value), (12, 100, 1200))

    def test_what_is_no_longer_sold_is_not_expected(self):
        self.monthly()
        self.pump.sale_ok = False
        self.monthly(product=self.filter)
        self.forecast()
        self.assertFalse(self.current())
        self.assertTrue(self.current(product=self.filter))

    def test_what_is_not_to_be_suggested_is_not_expected(self):
        self.monthly()
        self.pump.suggest_ok = False
        self.forecast()
        self.assertFalse(self.current())

    def test_again_in_the_same_month_and_in_the_next(self):
        self.monthly()
        self.forecast()
        self.forecast()
        self.assertEqual(len(self.current()), 1)
        self.env["ir.config_parameter"].set_param("crm_customer_insight.data_date", "2026-01-10")
        self.forecast()
        rows = self.Forecast.search([("partner_id", "=", self.alma.id)], order="month")
        self.assertEqual(rows.mapped("is_current"), [False, True])

    # Acting on it

    def test_make_quotation(self):
        self.monthly()
        self.monthly(product=self.hose)
        self.forecast()
        rows = self.current() | self.current(product=self.hose)
        action = rows.action_make_quotation()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual((order.partner_id, order.state), (self.alma, "draft"))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3.5, 3.5])

    def test_no_quotation_of_what_cannot_be_sold(self):
        self.monthly()
        self.forecast()
        row = self.current()
        self.pump.active = False
        with self.assertRaises(UserError):
            row.action_make_quotation()

    def test_the_orders_behind_the_rhythm(self):
        self.monthly()
        self.forecast()
        action = self.current().action_open_orders()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 4)

    def test_next_best_action(self):
        self.monthly()
        self.forecast()
        actions = self.env["crm.next.action"].with_company(self.company)
        [found] = [
            item for item in actions.get_next_actions(self.alma.ids) if item["code"] == "reorder"
        ]
        self.assertEqual((found["expected_value"], found["urgency"]), (350, "high"))
        action = actions.execute_next_action("reorder", self.alma.id)
        self.assertEqual(action["res_model"], "sale.order")

    def test_facts(self):
        self.monthly()
        self.monthly(product=self.hose)
        self.forecast()
        facts = self.env["crm.customer.fact"].with_company(self.company)
        found = facts._values(["reorder_due", "reorder_value", "next_reorder"], self.alma.ids)
        self.assertEqual(found["reorder_due"][self.alma.id], sorted((self.pump | self.hose).ids))
        # 350 of pumps and 3.5 hoses at 5
        self.assertEqual(found["reorder_value"][self.alma.id], 367.5)
        self.assertEqual(found["next_reorder"][self.alma.id], date(2025, 12, 11))
        condition = {"fact": "reorder_due", "operator": "in", "value": self.pump.ids}
        self.assertEqual(facts._count(condition), 1)

    # Planning

    def test_by_product_and_week(self):
        """Alma's overdue 3.5 count for the week of 15 December, a Monday; Bert's 2 are expected on
        23 December (gaps of 30 days), in the week of the 22nd; a broken rhythm does not count."""
        self.monthly()
        self.bought(
            (date(2025, 9, 24), 2), (date(2025, 10, 24), 2), (date(2025, 11, 23), 2),
            partner=self.bert,
        )  # fmt: skip
        self.bought(
            (date(2025, 1, 1), 9), (date(2025, 1, 2), 9), (date(2025, 1, 3), 9), partner=self.cora
        )
        self.forecast()
        self.assertEqual(self.current(self.cora).state, "broken")
        rows = self.env["crm.reorder.week"].search(
            [("product_id", "=", self.pump.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            [(row.week, row.quantity, row.customers) for row in rows],
            [(date(2025, 12, 15), 3.5, 1), (date(2025, 12, 22), 2, 1)],
        )
        behind = [self.Forecast.search(row.action_open_forecasts()["domain"]) for row in rows]
        self.assertEqual([row.partner_id for row in behind], [self.alma, self.bert])

    # Rights

    def test_salespeople_see_their_own_customers(self):
        self.monthly()
        self.monthly(partner=self.bert)
        self.forecast()
        sam = self.make_user("reorder_sam", "crm_customer_insight.group_insight_user")
        self.alma.user_id = sam
        rows = self.Forecast.with_user(sam).search([("product_id", "=", self.pump.id)])
        self.assertEqual(rows.partner_id, self.alma)
        with self.assertRaises(AccessError):
            self.current(self.bert).with_user(sam).read(["quantity"])

    def test_a_deleted_contact_takes_them_along(self):
        person = self.env["res.partner"].create({"name": "Passing through"})
        self.monthly(partner=person)
        self.forecast()
        row = self.current(person)
        self.env.cr.execute("DELETE FROM sale_order WHERE partner_id = %s", [person.id])
        self.env.invalidate_all()
        person.unlink()
        self.assertFalse(row.exists())
