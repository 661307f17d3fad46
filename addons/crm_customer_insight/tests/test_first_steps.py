"""The way to the first figures: its state is that of the data, for those who can go it."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.crm_first_steps_mixin import Step
from .common_first_steps import FirstStepsCase


@tagged("post_install", "-at_install")
class TestFirstSteps(FirstStepsCase):
    STEPS, CLOSED = "crm.first.steps", "insight_first_steps_closed"
    LOGIN, GROUPS = "first_%s", "base.group_user,crm_customer_insight.group_insight_%s"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the database has already done for other companies would count here too.
        cls.env["crm.value.setting"].search([("company_id", "=", False)]).unlink()
        cls.env["crm.contact.permission"].search([]).active = False
        cls.env["crm.key.account"].search([]).unlink()
        cls.ada, cls.mia, cls.ann = (cls._user(role) for role in ("admin", "manager", "analyst"))

    def _snapshot(self):
        return self.env["crm.customer.snapshot"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "First customer"}).id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2026-03-01",
                "date": "2026-03-31",
                "is_current": True,
            }
        )

    def test_each_role_sees_what_it_may_do(self):
        codes = ["rules", "costs", "figures", "permissions", "key_account"]
        self.assertEqual(self._codes(self.ada), codes)
        self.assertEqual(self._codes(self.mia), codes[2:])
        self.assertEqual(self._steps(self.ann), [])
        employee = new_test_user(self.env, "first_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._steps(employee)

    def test_done_is_what_the_data_shows(self):
        self.assertEqual(self._done(self.ada), set())
        setting = self.env["crm.value.setting"].create({"company_id": self.company.id})
        self.assertEqual(self._done(self.ada), {"rules"})
        setting.unlink()
        phone = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        self.env["crm.contact.channel.rate"].create(
            {"channel_id": phone.id, "company_id": self.company.id, "cost": 6.0}
        )
        customer = self._snapshot().partner_id
        self.assertEqual(self._done(self.ada), {"costs", "figures"})
        self.env["crm.contact.permission"].create(
            {
                "partner_id": customer.id,
                "channel_id": phone.id,
                "state": "granted",
                "origin": "spoken",
            }
        )
        self.env["crm.key.account"].create({"partner_id": customer.id})
        self.assertEqual(self._done(self.mia), {"figures", "permissions", "key_account"})

    def test_every_step_leads_somewhere(self):
        for step in self._steps(self.ada):
            if "method" in step:
                action = getattr(self.env[step["model"]].with_user(self.ada), step["method"])()
                self.assertEqual(action["tag"], "display_notification")
            else:
                self.assert_screen(step)

    def test_an_addon_adds_a_step_with_an_action_of_its_own(self):
        """A name with its module is that module's; the step is done, for there are users."""
        run = "base.action_res_users"
        step = Step("people", "base.group_user", "People", "", "Look", "res.users", [], run)
        self.patch(type(self.env["crm.first.steps.mixin"]), "_steps", lambda steps: [step])
        first = self._steps(self.ada)[0]
        self.assertEqual((first["code"], first["done"]), ("people", True))
        self.assertEqual(first["action"], self.env.ref(run).id)

    def test_the_app_opens_with_them_until_there_are_figures(self):
        snapshots = self.env["crm.customer.snapshot"].with_company(self.company)
        first = snapshots.with_user(self.mia)._action_customers()
        self.assertEqual(first["tag"], "crm_value_dashboard")
        self.assertEqual(
            snapshots.with_user(self.ann)._action_customers()["res_model"], snapshots._name
        )
        self._snapshot()
        later = snapshots.with_user(self.mia)._action_customers()
        self.assertEqual(later["res_model"], snapshots._name)

    def test_whoever_closed_them_goes_to_the_customers(self):
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.mia)
        settings.insight_first_steps_closed = True
        action = self.env["crm.customer.snapshot"].with_user(self.mia)._action_customers()
        self.assertEqual(action["res_model"], "crm.customer.snapshot")

    def test_a_new_administrator_takes_the_first_and_closes_the_rest(self):
        self.start_tour(
            "/odoo/customer-value", "crm_customer_insight_first_steps", login="first_admin"
        )
        self.assertEqual(
            self.env["crm.value.setting"].search([("company_id", "=", False)]).window_months, 12
        )
        self.assert_closed_by(self.ada, self.mia)
