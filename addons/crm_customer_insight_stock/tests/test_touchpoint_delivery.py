"""Deliveries and returns in the touch ledger (C360-1)."""

from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.crm_customer_insight.tests import touchpoint_common


@tagged("post_install", "-at_install")
class TestTouchpointDelivery(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Tile", "type": "consu", "is_storable": True, "list_price": 10}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 100
        )

    def order(self, **values):
        line = {"product_id": self.product.id, "product_uom_qty": 5}
        order = self.env["sale.order"].create(
            {"partner_id": self.anna.id, "order_line": [Command.create(line)], **values}
        )
        order.action_confirm()
        return order

    def deliver(self, picking):
        picking.move_ids.write({"quantity": 5, "picked": True})
        picking.button_validate()

    def send_back(self, picking):
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_ids=picking.ids, active_id=picking.id, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = 5
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.deliver(returned)
        return returned

    def test_delivery_counts_when_done(self):
        order = self.order(user_id=self.seller.id)
        picking = order.picking_ids
        self.fill("stock_picking")
        self.assertEqual(self.rows(picking, "event"), [])
        self.deliver(picking)
        self.fill("stock_picking")
        self.assertEqual(
            self.rows(picking, "kind", "event", "direction", "date", "partner_id", "user_id"),
            [("delivery", "delivered", "out", picking.date_done, self.anna, self.seller)],
        )
        self.assertEqual(
            self.rows(picking, "commercial_partner_id", "name", "channel_id"),
            [(self.customer, picking.name, self.env["crm.contact.channel"])],
        )

    def test_return_comes_from_the_customer(self):
        picking = self.order().picking_ids
        self.deliver(picking)
        returned = self.send_back(picking)
        self.fill("stock_picking")
        self.assertEqual(
            self.rows(returned, "kind", "event", "direction", "partner_id"),
            [("delivery", "returned", "in", self.anna)],
        )

    def test_goods_sent_elsewhere_are_the_buyers(self):
        picking = self.order(partner_shipping_id=self.other.id).picking_ids
        self.deliver(picking)
        self.fill("stock_picking")
        self.assertEqual(picking.partner_id, self.other)
        self.assertEqual(self.rows(picking, "partner_id"), [(self.anna,)])

    def test_steps_inside_the_warehouse_are_left_out(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order()
        self.deliver(order.picking_ids[:1])
        shipping = order.picking_ids.filtered(lambda p: p.location_dest_id.usage == "customer")
        self.deliver(shipping)
        self.fill("stock_picking")
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(self.rows(order.picking_ids, "res_id"), [(shipping.id,)])

    def test_cancelled_delivery_is_no_touch(self):
        order = self.order()
        order._action_cancel()
        self.fill("stock_picking")
        self.assertEqual(self.rows(order.picking_ids, "event"), [])
        self.assertEqual(order.picking_ids.state, "cancel")

    def test_deleted_transfer_is_voided(self):
        picking = self.order().picking_ids
        self.deliver(picking)
        self.fill("stock_picking")
        self.env.cr.execute("DELETE FROM stock_picking WHERE id = %s", (picking.id,))
        self.assertEqual(self.Ledger._sweep(), 1)
        self.assertEqual(self.rows(picking, "voided"), [(True,)])
