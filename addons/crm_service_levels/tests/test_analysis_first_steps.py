from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_customer_insight.tests.common_first_steps import FirstStepsCase

MODULE = "crm_service_levels"


@tagged("post_install", "-at_install")
class TestServiceFirstSteps(FirstStepsCase):
    """SVC-L1: a new department is led to its first request; done is what the data shows."""

    STEPS, CLOSED = "crm.service.first.steps", "service_first_steps_closed"
    LOGIN, GROUPS = "first_service_%s", f"{MODULE}.group_service_%s"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what is for all companies would count here, too
        for model in ("crm.service.sla.policy", "crm.feedback.rule"):
            cls.env[model].search([("company_id", "=", False)]).active = False
        cls.ada, cls.leo, cls.rita = (cls._user(role) for role in ("admin", "manager", "user"))

    def test_each_role_sees_what_it_may_do(self):
        codes = ["team", "types", "promises", "request", "satisfaction"]
        self.assertEqual(self._codes(self.ada), codes)
        self.assertEqual(self._codes(self.leo), ["request"])
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
            self.assert_screen(step)

    def test_an_administrator_takes_one_and_closes_the_rest(self):
        self.start_tour(
            "/odoo/service-board",
            "crm_service_levels_first_steps",
            login="first_service_admin",
        )
        self.assert_closed_by(self.ada, self.leo)
