"""Deliveries on the time line (C360-1) follow the rights on transfers, and open them."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_customer_insight.tests import touchpoint_common

SELLER = "base.group_user,sales_team.group_sale_salesman"
ANALYST = "base.group_user,crm_customer_insight.group_insight_analyst"
STOREKEEPER = "base.group_user,stock.group_stock_user"


@tagged("post_install", "-at_install")
class TestTimelineDelivery(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = new_test_user(cls.env, "delivery_rival", SELLER)
        cls.analyst = new_test_user(cls.env, "delivery_analyst", ANALYST)
        cls.storekeeper = new_test_user(cls.env, "delivery_keeper", STOREKEEPER)
        cls.customer.user_id = cls.seller
        product = cls.env["product.product"].create({"name": "Tile", "type": "consu"})
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.anna.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 5})],
            }
        )
        order.action_confirm()
        cls.picking = order.picking_ids
        cls.picking.move_ids.write({"quantity": 5, "picked": True})
        cls.picking.button_validate()

    def setUp(self):
        super().setUp()
        self.fill("stock_picking")

    def _rows(self, user, partner):
        ledger = self.env["crm.touchpoint"].with_user(user)
        rows = ledger.get_timeline(partner.id, kinds=["delivery"])["rows"]
        return [(row["name"], row["res_model"], row["res_id"]) for row in rows]

    def test_whoever_may_read_the_transfer_sees_it_and_opens_it(self):
        expected = [(self.picking.name, "stock.picking", self.picking.id)]
        # Odoo lets every salesperson read all transfers, whoever the customer's salesperson is.
        for user in (self.seller, self.rival, self.storekeeper):
            self.assertEqual(self._rows(user, self.customer), expected)
            self.assertEqual(self._rows(user, self.anna), expected)

    def test_transfer_of_another_company_is_closed(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self.seller.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.picking.with_user(self.seller).has_access("read"))
        self.assertEqual(self._rows(self.seller, self.customer), [])

    def test_whoever_may_not_read_transfers_sees_none(self):
        for user in (self.analyst, self.colleague):
            self.assertFalse(self.picking.with_user(user).has_access("read"))
            self.assertEqual(self._rows(user, self.customer), [])
