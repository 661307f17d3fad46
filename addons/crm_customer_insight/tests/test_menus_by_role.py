"""Whoever sees a menu of ours can open every list, card and form behind it."""

from lxml import etree

from odoo.tests import tagged

from .common_accounts import AccountsCase

ROOT = "crm_customer_insight.menu_insight_root"
#: role -> how many of our menus open windows at least: the analyst has no right on leads
ROLES = {"sam": 8, "ann": 8, "mia": 8, "ada": 12}


@tagged("post_install", "-at_install")
class TestMenusByRole(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["crm.key.account"].create(
            {"partner_id": cls.acme.id, "user_id": cls.sam.id, "reason": "Largest"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Crane", "partner_id": cls.corn.id, "referrer_id": cls.acme.id}
        )

    def test_each_screen_behind_a_menu_can_be_read(self):
        for role, least in ROLES.items():
            actions = self._actions(getattr(self, role))
            self.assertGreaterEqual(len(actions), least, role)
            for action in actions:
                for kind, view in self._views(action, getattr(self, role)).items():
                    with self.subTest(role=role, action=action.name, view=kind):
                        rows = self._read(action.res_model, view, getattr(self, role))
                        self.assertEqual(set(rows), {"length", "records"})

    def test_analysts_without_leads_see_whom_a_referral_brought(self):
        """The list of referrals names the lead's customer; the lead itself stays closed."""
        self.assertFalse(self.env["crm.lead"].with_user(self.ann).has_access("read"))
        referral = self.env["crm.referral"].search([("lead_id", "=", self.lead.id)])
        self.assertEqual(referral.with_user(self.ann).referred_id, self.corn)

    def _actions(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        root = self.env.ref(ROOT).id
        return self.env["ir.actions.act_window"].browse(
            menu["action_id"]
            for menu in menus.values()
            if menu.get("app_id") == root and menu.get("action_model") == "ir.actions.act_window"
        )

    def _views(self, action, user):
        wanted = [(view, kind) for view, kind in action.views if kind in ("list", "kanban", "form")]
        return self.env[action.res_model].with_user(user).get_views(wanted)["views"]

    def _read(self, model, view, user):
        """Rows as the web client asks for them: the view's own fields, names of what they name."""
        nodes = etree.fromstring(view["arch"]).xpath("//field[not(ancestor::field)]")
        records = self.env[model].with_user(user)
        self.env.invalidate_all()
        specification = {
            node.get("name"): {"fields": {"display_name": {}}}
            if records._fields[node.get("name")].relational
            else {}
            for node in nodes
        }
        return records.web_search_read([], specification, limit=5)
