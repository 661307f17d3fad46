from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestRecall(AssetCase):
    """SVC-L3, SVC-E: a recall finds every asset and tells every owner once."""

    def recall(self, **values):
        defaults = {"name": "Seal leaks", "product_ids": self.pump.ids, "type_id": self.fault.id}
        return self.env["crm.service.recall"].create({**defaults, **values})

    def test_range_list_and_day_of_making(self):
        found = [self._asset(serial=f"PX-{number}") for number in (97, 98, 100, 102, 1000)]
        listed = self._asset(serial="Q7")
        self._asset(serial="PX-100", product_id=self.motor.id)
        recall = self.recall(serial_from="PX-98", serial_to="PX-102", serial_list="Q7, Q8")
        self.assertEqual(recall.found_count, 4)
        recall.action_publish()
        self.assertEqual(
            set(recall.line_ids.asset_id.mapped("serial")), {"PX-98", "PX-100", "PX-102", "Q7"}
        )
        self.assertTrue(listed.recall_open)
        self.assertFalse(found[0].recall_open)
        self.assertIn(listed, self.Asset.search([("recall_open", "=", True)]))
        self.assertNotIn(listed, self.Asset.search([("recall_open", "=", False)]))
        made = self.recall(made_from=date(2026, 1, 1), made_to=date(2026, 1, 31))
        self.assertEqual(made.found_count, 0)
        listed.made_on = date(2026, 1, 31)
        made.invalidate_recordset()
        self.assertEqual(made.found_count, 1)

    def test_a_wrong_range_is_said(self):
        for first, last in (("A1", "B2"), ("A2", "A1"), ("ABC", "ABD")):
            with self.assertRaises(ValidationError):
                self.recall(serial_from=first, serial_to=last)

    def test_assets_entered_later_get_their_line(self):
        recall = self.recall(serial_from="S1", serial_to="S9")
        recall.action_publish()
        self.assertFalse(recall.line_ids)
        asset = self._asset(self.rita, serial="S5")
        self.assertEqual(recall.line_ids.asset_id, asset)
        other = self._asset(self.rita, serial="T5")
        other.serial = "S6"
        self.assertEqual(recall.line_count, 2)
        other.serial = "T6"
        self.assertEqual(recall.line_ids.asset_id, asset)

    def test_one_request_per_owner_and_progress(self):
        assets = self._asset(serial="1") | self._asset(serial="2")
        single = self._asset(serial="3", partner_id=self.beta.id, contact_id=False)
        recall = self.recall()
        recall.action_publish()
        recall.action_publish()
        recall.with_user(self.leo).action_open_requests()
        recall.with_user(self.leo).action_open_requests()
        requests = recall.line_ids.request_id
        self.assertEqual(len(requests), 2)
        self.assertEqual(set(requests.mapped("proactive")), {True})
        acme = requests.filtered(lambda one: one.commercial_partner_id == self.acme)
        self.assertEqual((acme.partner_id, len(acme.recall_line_ids)), (self.anna, 2))
        self.assertIn(assets[0].display_name, acme.description)
        beta = requests - acme
        self.assertEqual((beta.asset_id, beta.level), (single, "3"))
        acme.with_user(self.rita).action_solve()
        self.assertEqual((recall.done_count, recall.line_count), (2, 3))
        self.assertAlmostEqual(recall.progress, 200 / 3, 4)
        self.assertFalse(assets[0].recall_open)

    def test_representatives_do_not_publish(self):
        with self.assertRaises(AccessError):
            self.recall().with_user(self.rita).action_publish()

    def test_queries_for_a_recall_of_300_assets(self):
        few, more, many = self._count(10), self._count(100), self._count(300)
        self.assertEqual((few[0], more[0]), (many[0], many[0]), "publishing")
        self.assertLessEqual(more[1], few[1], "telling the owners")
        # rows are inserted by hundreds: a handful of statements per hundred, none per asset
        self.assertLess(many[1] - more[1], 9 * 2)

    def _count(self, number):
        product = self._product(f"Recalled {number}", self.pumps)
        owners = self.env["res.partner"].create([{"name": f"Owner {n}"} for n in range(number)])
        self.Asset.create(
            [
                {"product_id": product.id, "partner_id": owner.id, "serial": str(owner.id)}
                for owner in owners
            ]
        )
        recall = self.recall(product_ids=product.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        recall.action_publish()
        self.env.flush_all()
        middle = self.cr.sql_log_count
        recall.action_open_requests()
        self.env.flush_all()
        self.assertEqual(len(recall.line_ids.request_id), number)
        return middle - start, self.cr.sql_log_count - middle
