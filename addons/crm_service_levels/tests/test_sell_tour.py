from odoo.tests import HttpCase, tagged

from .common_sell import SellCase

#: A picture of one transparent dot, as a signature.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


@tagged("post_install", "-at_install")
class TestSellTour(SellCase, HttpCase):
    """SVC-L4: a part is sold in service and confirmed on the phone, in a real browser."""

    def test_a_part_sold_in_service(self):
        url = f"/odoo/crm.service.request/{self.request.id}"
        self.start_tour(url, "crm_service_levels_sell", login="sal")
        order = self.request.service_order_ids
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.service_confirmed_by_id, self.anna)
        # the seals are free, one filter is 20
        self.assertEqual(order.order_line.product_id, self.seal | self.filter)
        self.assertEqual(order.amount_untaxed, 20.0)

    def _accept(self, order):
        url = f"/my/orders/{order.id}/accept?access_token={order._portal_ensure_token()}"
        self.env.flush_all()
        return self.make_jsonrpc_request(url, {"name": "Anna", "signature": PIXEL})

    def test_the_customer_signs_online(self):
        order = self._sell(self._want(self.kit, "add_on"), require_signature=True)
        self._accept(order)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.signed_by), ("sale", "Anna"))
        self.assertEqual(self._level_open(), [False])
        self.assertEqual(self._as(self.sal).get_sale_card()["orders"][0]["signed_by"], "Anna")

    def test_a_held_quotation_is_not_signed(self):
        order = self._sell(self._want(self.kit, "add_on", 1, discount=50), require_signature=True)
        self.assertIn("error", self._accept(order))
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
