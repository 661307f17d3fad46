from odoo.tests import tagged

from odoo.addons.crm_service_levels.tests import common_sell


@tagged("post_install", "-at_install")
class TestSellStock(common_sell.SellCase):
    """SVC-L1, SVC-L4: stock by warehouse beside a request; orders are delivered by Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = [("company_id", "=", cls.company.id)]
        cls.main = cls.env["stock.warehouse"].search(domain, limit=1)
        cls.north = cls.env["stock.warehouse"].create({"name": "North", "code": "NTH"})
        cls.seal.is_storable = cls.old_pump.is_storable = True
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.seal, cls.main.lot_stock_id, 7)
        quants._update_available_quantity(cls.seal, cls.north.lot_stock_id, 3)

    def _stock(self, term="SEAL-1"):
        found = self._as(self.rita).lookup_products(term)
        self.assertTrue(found["stock"])
        row = found["products"][0]
        return row["stored"], {one["warehouse"]: (one["free"], one["forecast"])
                               for one in row["stock"] or []}  # fmt: skip

    def test_stock_by_warehouse(self):
        expected = {self.main.name: (7.0, 7.0), "North": (3.0, 3.0)}
        stored, found = self._stock()
        self.assertTrue(stored)
        self.assertEqual({name: found[name] for name in expected}, expected)

    def test_what_is_reserved_is_not_free(self):
        self.seal_part.covered = False
        order = self._sell(self._want(self.seal, "part", 2))
        self._as(self.sal).confirm_by_phone(order.id)
        self.assertEqual(order.warehouse_id, self.main)
        self.assertEqual(self._stock()[1][self.main.name], (5.0, 5.0))
        card = self._as(self.rita).get_sale_card()
        seal = next(one for one in card["suggestions"] if one["product_id"] == self.seal.id)
        self.assertEqual(seal["stock"], 8.0)  # 5 + 3

    def test_a_service_is_not_counted(self):
        self.hour.default_code = "WORK-Q"
        self.assertEqual(self._stock("WORK-Q"), (False, {}))

    def test_stock_of_other_companies_is_theirs(self):
        other = self.env["res.company"].create({"name": "Works GmbH"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self.assertTrue(theirs)
        ids = {one["warehouse_id"] for one in self._as(self.rita).lookup_products("SEAL-1")[
            "products"][0]["stock"]}  # fmt: skip
        self.assertNotIn(theirs.id, ids)

    def test_the_dialog_shows_stock(self):
        action = self._as(self.sal).action_sell()
        sell = self.env["crm.service.sell"].with_user(self.sal).browse(action["res_id"])
        line = sell.line_ids.filtered(lambda one: one.product_id == self.seal)
        self.assertIn("North: 3", line.stock)

    def test_the_order_is_delivered_and_the_card_follows(self):
        order = self._sell(self._want(self.seal, "part", 2))
        self._as(self.sal).confirm_by_phone(order.id)
        steps = self._as(self.sal).get_sale_card()["orders"][0]["steps"]
        self.assertIn(("delivered", "now"), [(one["code"], one["state"]) for one in steps])
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2.0, "picked": True})
        picking.button_validate()
        steps = self._as(self.sal).get_sale_card()["orders"][0]["steps"]
        self.assertIn(("delivered", "done"), [(one["code"], one["state"]) for one in steps])

    def test_a_trade_in_comes_back_to_the_warehouse(self):
        order = self._sell(self._want(self.old_pump, "trade_in", 1, credit=80))
        order.action_confirm()
        move = order.picking_ids.move_ids
        self.assertEqual(move.product_id, self.old_pump)
        self.assertEqual(move.picking_id.picking_type_id.code, "incoming")

    def test_stock_costs_the_same_queries_for_ten_times_as_many_products(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.request.with_user(self.rita).get_sale_card()
            return self.env.cr.sql_log_count - before

        def spares(number):
            for index in range(number):
                product = self._sold(f"Spare {number}.{index}", 1.0, 1.0, is_storable=True)
                self._part(product, "part", self.pump.product_tmpl_id)

        spares(2)
        count()
        few = count()
        spares(20)
        count()
        self.assertEqual(count(), few)
