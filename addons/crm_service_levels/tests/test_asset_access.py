from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetAccess(AssetCase):
    """SVC-L3: who may do what with assets and what belongs to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "asset_portal", groups="base.group_portal")

    def test_portal_customers_get_nothing_by_rpc(self):
        self.portal.partner_id.parent_id = self.acme
        asset = self._asset().with_user(self.portal)
        with self.assertRaises(AccessError):
            asset.read(["name"])
        self.assertIsNone(self.Asset.with_user(self.portal).get_service_card(asset.id))

    def test_employees_see_assets_of_their_customers(self):
        asset = self._asset()
        self.assertFalse(self.Asset.with_user(self.emma).search([("id", "=", asset.id)]))
        self.acme.user_id = self.emma
        self.assertEqual(self.Asset.with_user(self.emma).search([("id", "=", asset.id)]), asset)
        with self.assertRaises(AccessError):
            asset.with_user(self.emma).name = "Mine"

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        asset = self._asset(company_id=other.id)
        self.assertFalse(self.Asset.with_user(self.rita).search([("id", "=", asset.id)]))
        self.assertFalse(
            self.env["crm.customer.asset.move"]
            .with_user(self.rita)
            .search([("asset_id", "=", asset.id)])
        )

    def test_history_is_not_edited(self):
        move = self._asset(self.rita).move_ids
        with self.assertRaises(AccessError):
            move.with_user(self.leo).reason = "Otherwise"
