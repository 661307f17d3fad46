from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

MODULE = "crm_service_levels"


@tagged("post_install", "-at_install")
class TestServiceFirstSteps(HttpCase):
    """SVC-L1: a new department is led to its first request; done is what the data shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "New service company"})
        # what is for all companies would count here, too
        for model in ("crm.service.sla.policy", "crm.feedback.rule"):
            cls.env[model].search([("company_id", "=", False)]).active = False
        cls.ada, cls.leo, cls.rita = (cls._user(role) for role in ("admin", "manager", "user"))

    @classmethod
    def _user(cls, role):
        return new_test_user(
            cls.env,
            f"first_service_{role}",
            groups=f"{MODULE}.group_service_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _steps(self, user):
        return self.env["crm.service.first.steps"].with_user(user).get_first_steps()

    def _done(self, user):
        return {step["code"] for step in self._steps(user) if step["done"]}

    def test_each_role_sees_what_it_may_do(self):
        codes = ["team", "types", "promises", "request", "satisfaction"]
        self.assertEqual([step["code"] for step in self._steps(self.ada)], codes)
        self.assertEqual([step["code"] for step in self._steps(self.leo)], ["request"])
        self.assertEqual(self._steps(self.rita), [])
        portal = new_test_user(self.env, "first_service_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self._steps(portal)

    def test_done_is_what_the_data_shows(self):
        self.assertEqual(self._done(self.ada), set())
        team = self.env["crm.service.team"].create(
            {
                "name": "First team",
                "company_id": self.company.id,
                "member_ids": [Command.create({"user_id": self.rita.id})],
            }
        )
        self.assertEqual(self._done(self.ada), {"team"})
        self.env.ref(f"{MODULE}.type_usage").team_id = team
        self.env["crm.service.sla.policy"].create(
            {"name": "Ours", "company_id": self.company.id, "team_ids": team.ids}
        )
        self.assertEqual(self._done(self.ada), {"team", "types", "promises"})
        self.env["crm.service.request"].create({"name": "First", "company_id": self.company.id})
        self.assertEqual(self._done(self.leo), {"request"})

    def test_every_step_leads_to_a_screen(self):
        for step in self._steps(self.ada):
            action = self.env["ir.actions.actions"].browse(step["action"])
            self.assertEqual(action.type, "ir.actions.act_window", step["code"])

    def test_an_administrator_takes_one_and_closes_the_rest(self):
        self.start_tour(
            "/odoo/service-board",
            "crm_service_levels_first_steps",
            login="first_service_admin",
        )
        self.assertTrue(self.ada.res_users_settings_id.service_first_steps_closed)
        self.assertFalse(self.leo.res_users_settings_id.service_first_steps_closed)
