"""Buyers find quality signals in their own app and take them over (C360-5)."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

MENU = "crm_customer_insight_purchase.menu_purchase_product_quality"


@tagged("post_install", "-at_install")
class TestProductQualityMenu(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._user("q_worker", "purchase.group_purchase_user")
        cls.outsider = cls._user("q_outsider", "base.group_user")
        cls.branch = cls.env["res.company"].create({"name": "Branch of seals"})
        cls.seal = cls.env["product.product"].create({"name": "Seal"})
        cls.signal, cls.abroad = (cls._signal(one) for one in (cls.env.company, cls.branch))

    @classmethod
    def _user(cls, login, group):
        groups = cls.env.ref(group) | cls.env.ref("base.group_user")
        return cls.env["res.users"].create(
            {"name": login, "login": login, "group_ids": [Command.set(groups.ids)]}
        )

    @classmethod
    def _signal(cls, company):
        today = fields.Date.context_today(cls.env["res.partner"])
        values = {"month": today.replace(day=1), "date": today, "is_current": True}
        return cls.env["crm.product.quality"].create(
            {
                **values,
                "product_id": cls.seal.id,
                "company_id": company.id,
                "kind": "return",
                "verdict": "worse",
                "is_signal": True,
                "state": "new",
            }
        )

    def _menus(self, user):
        return self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()

    def test_it_stands_in_their_menu(self):
        menu = self.env.ref(MENU)
        self.assertIn(menu.id, self._menus(self.worker))
        self.assertNotIn(menu.id, self._menus(self.outsider))
        self.assertEqual(menu.action.res_model, "crm.product.quality")
        while menu.parent_id:
            menu = menu.parent_id
            self.assertIn(menu.id, self._menus(self.worker), menu.name)
        self.assertEqual(menu, self.env.ref("purchase.menu_purchase_root"))

    def test_there_is_no_second_app_for_them(self):
        app = self.env.ref("crm_customer_insight.menu_product_quality_root")
        self.assertNotIn(app.id, self._menus(self.worker))

    def test_they_take_a_signal_over(self):
        self.signal.with_user(self.worker).action_take_over()
        self.assertEqual((self.signal.state, self.signal.user_id), ("taken", self.worker))
        self.signal.with_user(self.worker).action_close()
        self.assertEqual(self.signal.state, "closed")

    def test_other_companies_and_people_without_the_role(self):
        found = self.env["crm.product.quality"].with_user(self.worker)
        self.assertEqual(found.search([("product_id", "=", self.seal.id)]), self.signal)
        with self.assertRaises(AccessError):
            self.signal.with_user(self.outsider).read(["verdict"])
