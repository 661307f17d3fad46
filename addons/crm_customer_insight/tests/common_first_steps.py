"""Lists of first steps have the same tests in every addon: this is what they have in common."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user


class FirstStepsCase(HttpCase):
    """A new company, whose users by role are asked for their list of first steps."""

    #: The list, and the settings' field that closes it for good.
    STEPS, CLOSED = "", ""
    #: Log-ins and groups of users: what a role is put into.
    LOGIN, GROUPS = "", ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "New company"})

    @classmethod
    def _user(cls, role):
        return new_test_user(
            cls.env,
            cls.LOGIN % role,
            groups=cls.GROUPS % role,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _steps(self, user):
        return self.env[self.STEPS].with_user(user).get_first_steps()

    def _codes(self, user):
        return [step["code"] for step in self._steps(user)]

    def _done(self, user):
        return {step["code"] for step in self._steps(user) if step["done"]}

    def assert_screen(self, step):
        action = self.env["ir.actions.actions"].browse(step["action"])
        self.assertEqual(action.type, "ir.actions.act_window", step["code"])

    def assert_closed_by(self, user, others):
        self.assertTrue(user.res_users_settings_id[self.CLOSED])
        self.assertFalse(others.res_users_settings_id[self.CLOSED])
