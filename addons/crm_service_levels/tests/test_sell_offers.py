from odoo import fields
from odoo.tests import tagged

from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSellOffers(SellCase):
    """Customers who bought this, where service sells, with its measured uptake (SVC-L4, ROI-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oil = cls._sold("Oil", 12.0, 4.0)
        cls.company_ = cls.request.company_id
        today = fields.Date.today()
        cls.env["crm.product.rule"].create(
            {
                "company_id": cls.company_.id,
                "product_id": cls.seal.id,
                "offered_id": cls.oil.id,
                "antecedent_key": str(cls.seal.id),
                "size": 2,
                "month": today.replace(day=1),
                "date": today,
                "date_from": today,
                "is_current": True,
                "baskets": 8,
                "baskets_product": 10,
                "confidence": 0.8,
                "lift": 1.6,
                "significant": True,
            }
        )
        cls.env.flush_all()

    def offers(self):
        return self.env["crm.product.offer"].search([("product_id", "=", self.oil.id)])

    def open_dialog(self):
        return self.env["crm.service.sell"].with_user(self.sal)._open(self._as(self.sal))

    def test_what_buyers_of_a_part_buy_too(self):
        self.assertEqual(self._suggested()[self.oil], ("add_on", 1.0, False))
        card = self._as(self.rita).get_sale_card()
        [row] = [row for row in card["suggestions"] if row["product_id"] == self.oil.id]
        self.assertIn("80 % of 10 orders with", row["note"])
        self.assertFalse(self.offers())  # a card in passing is not yet a suggestion made

    def test_shown_once_and_not_chosen_by_itself(self):
        line = self.open_dialog().line_ids.filtered(lambda one: one.product_id == self.oil)
        self.assertEqual((line.kind, line.chosen, line.price), ("add_on", False, 12.0))
        self.open_dialog()
        offer = self.offers()
        self.assertEqual(
            (offer.place, offer.state, offer.shown_count, offer.user_id, offer.because_id),
            ("service", "shown", 2, self.sal, self.seal),
        )

    def test_sold_is_accepted_with_its_line(self):
        self.open_dialog()
        order = self._sell(self._want(self.oil, "add_on", 2))
        offer = self.offers()
        self.assertEqual((offer.state, offer.order_id), ("accepted", order))
        self.assertEqual(offer.order_line_id.price_subtotal, 24.0)

    def test_sold_without_being_shown_is_no_uptake(self):
        self._sell(self._want(self.oil, "add_on", 1))
        self.assertFalse(self.offers())

    def test_never_what_the_customer_cannot_buy(self):
        for name, (bad, good) in {"active": (False, True), "sale_ok": (False, True)}.items():
            self.oil[name] = bad
            self.assertNotIn(self.oil, self._suggested(), name)
            self.oil[name] = good
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.oil.company_id = elsewhere
        self.assertNotIn(self.oil, self._suggested())

    def test_a_no_is_kept(self):
        self.open_dialog()
        self.offers()._decide("dismissed")
        self.assertNotIn(self.oil, self._suggested())

    def test_nothing_without_a_customer(self):
        self.assertEqual(self._as(self.sal)._sell_sudo().browse()._bought_together(
            self.pump, {}), {})  # fmt: skip

    def test_as_many_queries_for_many_rules(self):
        request = self._as(self.sal)._sell_sudo()

        def queries():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            request._sale_suggestions()
            return self.cr.sql_log_count - before

        queries()
        one = queries()
        rule = self.env["crm.product.rule"].search([("offered_id", "=", self.oil.id)])
        for number in range(4):
            other = self._sold(f"Oil {number}", 12.0, 4.0)
            rule.copy({"offered_id": other.id})
        self.env.flush_all()
        queries()
        self.assertEqual(queries(), one)
