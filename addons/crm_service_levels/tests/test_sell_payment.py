from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSellPayment(SellCase, PaymentHttpCommon):
    """SVC-L4: a quotation made in service is paid online on Odoo's own page.

    The provider is the one of Odoo's payment tests; which one a company uses is not our matter.
    """

    def _to_pay(self, **wanted):
        line = self._want(self.kit, "add_on", 1, **wanted)
        order = self._sell(line, require_signature=False, require_payment=True)
        order._portal_ensure_token()
        self.env.flush_all()
        return order

    def _page(self, order):
        params = {"access_token": order.access_token}
        return self._make_http_get_request(f"/my/orders/{order.id}", params=params).text

    def _pay(self, order):
        """Begin a payment as the page does; the reference of the transaction."""
        values = {
            "access_token": order.access_token,
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "amount": order.amount_total,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": order.get_portal_url(),
        }
        found = self.make_jsonrpc_request(f"/my/orders/{order.id}/transaction", values)
        return self._get_tx(found["reference"])

    def test_the_customer_pays_online(self):
        order = self._to_pay()
        self.assertIn("o_payment_form", self._page(order))
        payment = self._pay(order)
        self.assertEqual((payment.sale_order_ids, payment.amount), (order, order.amount_total))
        self.assertEqual((order.state, self._level_open()), ("draft", [True]))
        payment._set_done()
        payment._post_process()
        self.env.invalidate_all()
        self.assertEqual((order.state, self._level_open()), ("sale", [False]))
        [row] = self._as(self.sal).get_sale_card()["orders"]
        steps = {step["code"]: step["state"] for step in row["steps"]}
        self.assertEqual(steps["confirmed"], "done")

    @mute_logger("odoo.http")
    def test_a_held_quotation_takes_no_money(self):
        order = self._to_pay(discount=50)
        self.assertTrue(order._service_held())
        self.assertNotIn("o_payment_form", self._page(order))
        with self.assertRaisesRegex(JsonRpcException, "ValidationError"):
            self._pay(order)
        self.assertFalse(order.transaction_ids)
        order.service_approval_ids.with_user(self.leo).decide("approved")
        self.env.flush_all()
        self.assertIn("o_payment_form", self._page(order))
        self.assertEqual(self._pay(order).sale_order_ids, order)
