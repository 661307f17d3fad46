from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.crm_service_levels.tests import common_asset


@tagged("post_install", "-at_install")
class TestAssetDelivery(common_asset.AssetCase):
    """SVC-L3: deliveries of products with serial numbers become assets, returns take them back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.write({"type": "consu", "is_storable": True, "tracking": "serial"})
        domain = [("company_id", "=", cls.company.id)]
        cls.warehouse = cls.env["stock.warehouse"].search(domain, limit=1)

    def lots(self, count, prefix="L", product=None):
        product = product or self.pump
        lots = self.env["stock.lot"].create(
            [{"name": f"{prefix}{number:04d}", "product_id": product.id} for number in range(count)]
        )
        quants = self.env["stock.quant"]
        for lot in lots:
            quants._update_available_quantity(product, self.warehouse.lot_stock_id, 1, lot_id=lot)
        return lots

    def picking(self, lots, partner, kind="out", **values):
        customers = self.env.ref("stock.stock_location_customers")
        stock = self.warehouse.lot_stock_id
        source, target = (stock, customers) if kind == "out" else (customers, stock)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[f"{kind}_type_id"].id,
                "partner_id": partner.id,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )
        self.env["stock.move"].create(
            {
                "product_id": lots.product_id.id,
                "product_uom_qty": len(lots),
                "picking_id": picking.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": lots.product_id.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "picking_id": picking.id,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                    for lot in lots
                ],
                **values,
            }
        )
        return picking

    def assets(self, lots):
        return self.Asset.search([("lot_id", "in", lots.ids)])

    def test_a_delivery_makes_assets_with_serial_customer_and_site(self):
        lots = self.lots(2)
        picking = self.picking(lots, self.site)
        picking._action_done()
        assets = self.assets(lots)
        self.assertEqual(set(assets.mapped("serial")), {"L0000", "L0001"})
        self.assertEqual((assets.partner_id, assets.site_id), (self.acme, self.site))
        self.assertEqual(set(assets.mapped("delivered_on")), {fields.Date.today()})
        self.assertEqual(set(assets.move_ids.mapped("reason")), {"Delivered"})

    def test_the_order_tells_customer_and_line(self):
        lots = self.lots(1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.anna.id,
                "partner_shipping_id": self.site.id,
                "order_line": [Command.create({"product_id": self.pump.id})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.write({"lot_ids": [Command.set(lots.ids)], "picked": True})
        picking.button_validate()
        asset = self.assets(lots)
        self.assertEqual((asset.partner_id, asset.contact_id), (self.acme, self.anna))
        self.assertEqual((asset.site_id, asset.sale_order_id), (self.site, order))

    def test_validated_twice_makes_one_asset(self):
        lots = self.lots(1)
        picking = self.picking(lots, self.acme)
        picking._action_done()
        picking._action_done()
        picking.move_ids._follow_assets()
        self.assertEqual(len(self.assets(lots)), 1)
        self.assertEqual(len(self.assets(lots).move_ids), 1)

    def test_a_return_and_a_resale_keep_the_history(self):
        lots = self.lots(1)
        self.picking(lots, self.acme)._action_done()
        self.picking(lots, self.acme, "in")._action_done()
        asset = self.assets(lots)
        self.assertEqual((asset.state, asset.partner_id), ("returned", self.company.partner_id))
        self.picking(lots, self.beta)._action_done()
        self.assertEqual((asset.state, asset.partner_id), ("in_use", self.beta))
        self.assertFalse(asset.out_on)
        self.env.invalidate_all()
        owners = asset.move_ids.sorted("id").partner_id
        self.assertEqual(owners, self.acme | self.company.partner_id | self.beta)

    def test_what_was_entered_by_hand_gets_its_lot(self):
        lots = self.lots(1, "H")
        asset = self._asset(serial="H0000", state="planned")
        self.picking(lots, self.acme)._action_done()
        self.assertEqual(self.assets(lots), asset)
        self.assertEqual(asset.state, "in_use")

    def test_products_without_serials_and_inside_moves_make_none(self):
        self.pump.tracking = "lot"
        lots = self.lots(1)
        self.picking(lots, self.acme)._action_done()
        self.assertFalse(self.assets(lots))

    def test_who_moves_goods_needs_no_right_to_assets(self):
        keeper = self._user("keeper", "stock.group_stock_user")
        lots = self.lots(1)
        self.picking(lots, self.acme).with_user(keeper)._action_done()
        self.assertEqual(self.assets(lots).partner_id, self.acme)

    def test_250_serials_in_batch(self):
        few, many = self._count(50), self._count(250)
        # rows are inserted by hundreds: a handful of statements per hundred, none per serial
        self.assertLess(many - few, 5 * 2)

    def _count(self, number):
        lots = self.lots(number, f"B{number}-")
        picking = self.picking(lots, self.acme)
        self.env["stock.move.line"].flush_model()
        picking.move_ids.state = "done"
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        picking.move_ids._follow_assets()
        self.env.flush_all()
        self.assertEqual(len(self.assets(lots)), number)
        return self.cr.sql_log_count - before

    def test_the_find_box_knows_deliveries(self):
        """SVC-L1: a customer is located by the number of a delivery; the request refers to it."""
        picking = self.picking(self.lots(1), self.anna)
        finder = self.env["crm.service.finder"].with_user(self.rita)
        groups = finder.find(picking.name)["groups"]
        [hit] = next(group["hits"] for group in groups if group["code"] == "deliveries")
        self.assertEqual((hit["title"], hit["open"]), (picking.name, False))
        self.assertEqual(
            hit["new"],
            {"default_partner_id": self.anna.id, "default_picking_id": picking.id},
        )
        request = self.env["crm.service.request"].create(
            {"name": "Where is it?", "partner_id": self.anna.id, "picking_id": picking.id}
        )
        self.assertEqual(request.with_user(self.rita).picking_id.sudo().name, picking.name)
        follow_up = self.env["crm.service.request"].browse(request.action_follow_up()["res_id"])
        self.assertEqual(follow_up.picking_id, picking)
