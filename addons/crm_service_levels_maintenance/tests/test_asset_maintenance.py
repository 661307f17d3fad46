from odoo.tests import tagged

from odoo.addons.crm_service_levels.tests import common_asset


@tagged("post_install", "-at_install")
class TestAssetMaintenance(common_asset.AssetCase):
    """SVC-L3: Odoo's equipment and maintenance requests beside customer assets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asset = cls._asset(serial="E1")
        cls.done = cls.env["maintenance.stage"].create({"name": "Finished", "done": True})
        cls.equipment = cls.env["maintenance.equipment"].create(
            {"name": "Pump at Acme", "asset_id": cls.asset.id}
        )

    def request(self, **values):
        defaults = {"name": "Oil", "equipment_id": self.equipment.id}
        return self.env["maintenance.request"].create({**defaults, **values})

    def test_done_maintenance_is_in_the_history_once(self):
        request = self.request(maintenance_type="preventive")
        self.assertFalse(self.asset.maintenance_ids)
        request.stage_id = self.done
        request.write({"stage_id": self.done.id})
        self.assertEqual(self.asset.maintenance_ids.mapped("kind"), ["maintenance"])
        self.assertEqual(request.asset_maintenance_id, self.asset.maintenance_ids)

    def test_created_as_done(self):
        self.request(stage_id=self.done.id)
        self.assertEqual(self.asset.maintenance_ids.mapped("kind"), ["repair"])

    def test_equipment_without_asset_leaves_no_history(self):
        self.equipment.asset_id = False
        self.request(stage_id=self.done.id)
        self.assertFalse(self.asset.maintenance_ids)

    def test_the_asset_opens_its_equipment(self):
        action = self.asset.action_open_equipment()
        found = self.env["maintenance.equipment"].search(action["domain"])
        self.assertEqual(found, self.equipment)
        self.assertEqual(action["context"]["default_serial_no"], "E1")

    def test_fifty_at_once_cost_as_much_as_five(self):
        few, many = self._count(5), self._count(50)
        self.assertLess(many, 3 * few)

    def _count(self, number):
        requests = self.env["maintenance.request"].create(
            [{"name": "Oil", "equipment_id": self.equipment.id}] * number
        )
        requests.stage_id = self.done
        self.env.flush_all()
        requests.asset_maintenance_id = False
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        requests._note_done()
        self.env.flush_all()
        return self.cr.sql_log_count - before
