from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_sell import SellCase

SELLER_CALLS = {
    "action_sell": (),
    "action_confirm_by_phone": (),
    "cancel_quotation": (),
    "confirm_by_phone": (),
    "print_quotation": (),
    "send_quotation": (),
}
STAFF_CALLS = {"get_sale_card": (), "lookup_products": ("x",), "lookup_dealers": ()}


@tagged("post_install", "-at_install")
class TestSellAccess(SellCase):
    """SVC-L4, SVC-L1: who may look up and sell; nobody needs rights in Sales for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "sell_portal", groups="base.group_portal")
        cls.order = cls.request.with_user(cls.sal)._sell([cls._want(cls.kit, "add_on")])

    def test_who_sells_in_service_has_no_rights_in_sales(self):
        for user in (self.emma, self.rita, self.sal, self.leo):
            for operation in ("read", "write", "create", "unlink"):
                allowed = self.env["sale.order"].with_user(user).has_access(operation)
                self.assertFalse(allowed, f"{user.login} {operation}")

    def test_without_the_role_nothing_is_sold(self):
        public = self.env.ref("base.public_user")
        for user in (public, self.portal, self.emma, self.rita, self.leo):
            for name in SELLER_CALLS:
                args = () if name == "action_sell" else (self.order.id,)
                with self.assertRaises(AccessError, msg=f"{name} {user.login}"):
                    getattr(self._as(user), name)(*args)

    def test_a_representative_sees_the_suggestions(self):
        card = self._as(self.rita).get_sale_card()
        self.assertFalse(card["may_sell"])
        self.assertTrue(card["suggestions"] and card["orders"])

    def test_only_service_staff_looks_up(self):
        self.portal.partner_id.parent_id = self.acme
        for user in (self.env.ref("base.public_user"), self.portal, self.emma):
            for name, args in STAFF_CALLS.items():
                with self.assertRaises(AccessError, msg=f"{name} {user.login}"):
                    getattr(self._as(user), name)(*args)

    def test_orders_of_others_are_out_of_reach(self):
        foreign = self.env["sale.order"].create({"partner_id": self.anna.id})
        other = self._request()
        sold = self.request.with_user(self.sal)._sell(
            [self._want(self.kit, "add_on")]
        )  # of another request
        for order in (foreign, sold):
            for name in set(SELLER_CALLS) - {"action_sell"}:
                with self.assertRaises(AccessError, msg=name):
                    getattr(self._as(self.sal, other), name)(order.id)
        self.assertEqual(foreign.state, "draft")

    def test_customers_do_not_see_the_inside_of_an_order(self):
        self.portal.partner_id.parent_id = self.acme
        order = self.order.with_user(self.portal).sudo(False)
        for name in ("service_request_id", "service_seller_id", "service_approval_ids"):
            with self.assertRaises(AccessError):
                order.read([name])

    def test_an_approval_calls_only_what_is_named(self):
        self.assertIn("_sale_approved", self.request._approval_actions())
        with self.assertRaises(AccessError):
            self._as(self.sal)._ask_approval("order", 1.0, "x", "action_close")
