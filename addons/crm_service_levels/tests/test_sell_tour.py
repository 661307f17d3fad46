from odoo.tests import HttpCase, tagged

from .common_sell import SellCase


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
