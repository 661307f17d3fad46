from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.crm_service_levels.tests import common_asset


@tagged("post_install", "-at_install")
class TestAssetRepair(common_asset.AssetCase):
    """SVC-L3: a repair is on the asset and the request, and in the service history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.write({"type": "consu", "is_storable": True, "tracking": "serial"})
        cls.lot = cls.env["stock.lot"].create({"name": "R1", "product_id": cls.pump.id})
        cls.asset = cls._asset(lot_id=cls.lot.id, serial="R1")
        cls.keeper = cls._user("repairer", "stock.group_stock_user")

    def repair(self, **values):
        defaults = {"product_id": self.pump.id, "partner_id": self.anna.id, "lot_id": self.lot.id}
        return self.env["repair.order"].with_user(self.keeper).create({**defaults, **values})

    def test_the_serial_finds_the_asset(self):
        repair = self.repair()
        self.assertEqual(repair.sudo().asset_id, self.asset)

    def test_the_asset_is_in_repair_and_its_history_tells_it_once(self):
        request = self._request(asset_id=self.asset.id)
        repair = self.repair(service_request_id=request.id)
        repair.write({"state": "under_repair"})
        self.assertEqual(self.asset.state, "in_repair")
        repair.write({"state": "done"})
        repair.write({"state": "done"})
        self.assertEqual(self.asset.state, "in_use")
        row = self.asset.maintenance_ids
        self.assertEqual((row.kind, row.repair_id, row.request_id), ("repair", repair, request))

    def test_a_cancelled_repair_leaves_no_history(self):
        repair = self.repair()
        repair.write({"state": "under_repair"})
        repair.write({"state": "cancel"})
        self.assertEqual((self.asset.state, len(self.asset.maintenance_ids)), ("in_use", 0))

    def test_a_request_opens_a_repair_with_all_it_knows(self):
        request = self._request(asset_id=self.asset.id)
        context = request.action_new_repair()["context"]
        self.assertEqual(context["default_lot_id"], self.lot.id)
        self.assertEqual(self.asset.action_new_repair()["context"]["default_asset_id"],
                         self.asset.id)  # fmt: skip

    def test_repairs_follow_a_merged_asset(self):
        double = self._asset(serial="R2")
        repair = self.repair(lot_id=False)
        repair.sudo().asset_id = double
        merge = self.env["crm.customer.asset.merge"].with_context(
            active_ids=(self.asset | double).ids
        )
        merge.create({}).action_merge()
        self.assertEqual(repair.sudo().asset_id, self.asset)

    def _deliveries(self):
        """A delivery and its return, which was done."""
        values = {
            "picking_type_id": self.env.ref("stock.picking_type_out").id,
            "location_id": self.env.ref("stock.stock_location_stock").id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        delivery, back = self.env["stock.picking"].create([dict(values), dict(values)])
        back.write({"return_id": delivery.id, "state": "done"})
        return delivery

    def test_repairs_and_returns_calibrate_each_request_once(self):
        """SVC-L5: of five requests a repaired one, a fault and a returned delivery count."""
        delivery, asked = self._deliveries().id, self.usage.id
        plain, repaired, cancelled, returned = (
            self._request(type_id=asked, picking_id=picking)
            for picking in (False, False, False, delivery)
        )
        fault = self._request(type_id=self.fault.id)
        for request in (repaired, repaired, fault):
            self.repair(service_request_id=request.id)
        self.repair(service_request_id=cancelled.id).write({"state": "cancel"})
        self.env.flush_all()
        requests = plain | repaired | cancelled | returned | fault
        found = requests.search(
            requests._feedback_return_domain() & Domain("id", "in", requests.ids)
        )
        self.assertEqual(found, repaired | returned | fault)

    def test_repairs_are_quality_signals(self):
        """Two of customers count; a draft, a cancelled one and one of our own stock do not."""
        counted = self.repair() | self.repair()
        counted.sudo().write({"state": "confirmed"})
        self.repair()
        self.repair().write({"state": "cancel"})
        self.repair(partner_id=False, lot_id=False).sudo().write({"state": "confirmed"})
        self.env["crm.insight.run"]._run_now(["product_quality"])
        row = self.env["crm.product.quality"].search(
            [("product_id", "=", self.pump.id), ("kind", "=", "repair")]
        )
        self.assertEqual((row.event_count, row.verdict), (2, "unknown"))
        action = row.action_open_documents()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, counted.sudo())
