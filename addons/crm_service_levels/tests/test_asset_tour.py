from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetTour(AssetCase, HttpCase):
    """SVC-L3: an asset sold, failed, exchanged, in a real browser."""

    def test_an_asset_fails_and_is_exchanged(self):
        self._rule()
        delivered = fields.Date.today() - timedelta(days=40)
        pump = self._asset(serial="TOUR-0815", delivered_on=delivered)
        other = self._asset(serial="TOUR-0001", delivered_on=delivered, partner_id=self.beta.id)
        other.contact_id = False
        solved = self.env["crm.service.request"].create(
            {
                "name": "Pump leaks",
                "asset_id": other.id,
                "type_id": self.fault.id,
                "solution": "Seal exchanged",
            }
        )
        solved._to_state("solved")
        order = self.env["sale.order"].create({"name": "TOURSO1", "partner_id": self.acme.id})
        recall = self.env["crm.service.recall"].create(
            {"name": "Seals", "product_ids": [(4, self.pump.id)]}
        )
        recall.action_publish()
        self.start_tour("/odoo/assets", "crm_service_levels_asset_fails", login="rita")
        request = self.env["crm.service.request"].search([("name", "=", "The pump has stopped")])
        self.assertEqual((request.asset_id, request.level_highest), (pump, "3"))
        self.assertEqual(request.sale_order_id, order)
        new = self.Asset.search([("serial", "=", "TOUR-0816")])
        self.assertEqual((new.partner_id, new.product_id), (self.acme, self.pump))
        self.assertNotEqual(pump.state, "in_use")
