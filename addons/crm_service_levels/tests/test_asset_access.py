from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_asset import AssetCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# model: visitor, portal, employee, representative, leader, administrator
MATRIX = {
    "crm.customer.asset": ("", "", "r", "rwc", "rwcu", "rwcu"),
    "crm.customer.asset.maintenance": ("", "", "", "rwc", "rwcu", "rwcu"),
    "crm.customer.asset.merge": ("", "", "", "", "rwcu", "rwcu"),
    "crm.customer.asset.meter": ("", "", "", "rwc", "rwcu", "rwcu"),
    "crm.customer.asset.move": ("", "", "", "r", "r", "r"),
    "crm.customer.asset.plan": ("", "", "", "rwc", "rwcu", "rwcu"),
    "crm.customer.asset.reading": ("", "", "", "rwc", "rwcu", "rwcu"),
    "crm.customer.asset.swap": ("", "", "", "rwcu", "rwcu", "rwcu"),
    "crm.customer.asset.transfer": ("", "", "", "rwcu", "rwcu", "rwcu"),
    "crm.customer.asset.warranty": ("", "", "", "rwc", "rwcu", "rwcu"),
    "crm.service.asset.report": ("", "", "", "r", "r", "r"),
    "crm.service.maker": ("", "", "r", "rwc", "rwc", "rwcu"),
    "crm.service.recall": ("", "", "", "r", "rwcu", "rwcu"),
    "crm.service.recall.line": ("", "", "", "rw", "rwcu", "rwcu"),
    "crm.service.warranty.rule": ("", "", "", "r", "r", "rwcu"),
}


@tagged("post_install", "-at_install")
class TestAssetAccess(AssetCase):
    """SVC-L3: who may do what with assets and what belongs to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "asset_portal", groups="base.group_portal")
        public = cls.env.ref("base.public_user")
        cls.roles = (public, cls.portal, cls.emma, cls.rita, cls.leo, cls.ada)

    def test_matrix(self):
        for model, rights in MATRIX.items():
            for user, allowed in zip(self.roles, rights, strict=True):
                records = self.env[model].with_user(user)
                found = {key for key, name in OPERATIONS.items() if records.has_access(name)}
                self.assertEqual(found, set(allowed), f"{model} {user.login}")

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
