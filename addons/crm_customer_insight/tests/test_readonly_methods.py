"""Methods that only read run on a read-only cursor, and the guard that notices a write is alive.

Odoo calls a method with ``@api.readonly`` on a read replica. When it writes, Odoo warns and calls
it again on the primary database: that is slow, and no user notices it.
"""

import psycopg2

from odoo import api
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_360 import Customer360Case
from .common_access import addon_of
from .matrix_parts import PARTS

MODULE = "crm_customer_insight"
FACT = {"fact": "revenue", "operator": ">", "value": 0}
# Every read-only method of the addon: (model, method): arguments; "customer" is one with figures.
METHODS = {
    ("crm.contact.number", "find_caller"): ["0100000037"],
    ("crm.customer.fact", "count_customers"): [FACT],
    ("crm.customer.fact", "get_facts"): [],
    ("crm.first.steps", "get_first_steps"): [],
    ("crm.next.action", "get_next_actions"): [["customer"]],
    ("crm.touchpoint", "get_timeline"): ["customer"],
    ("crm.touchpoint", "get_timeline_counts"): ["customer"],
    ("crm.value.dashboard", "get_value_dashboard"): [],
    ("res.partner", "find_customer_360"): ["Nord"],
    ("res.partner", "get_contact_decisions"): [["customer"]],
    ("res.partner", "get_customer_360"): ["customer"],
}
for part in PARTS:
    METHODS.update(getattr(part, "READONLY", {}))
RETRIED = "retrying with a read/write cursor"


class ReadOnlyCase(Customer360Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"phone": "0100000037", "email": "info@nordwind.example"})
        cls.env["crm.contact.number"]._drain()
        cls._new_snapshot(cls.customer)
        order = cls._new_order(cls.customer, cls.sandra)
        cls._new_touches(order, cls.customer)
        cls.env.flush_all()

    def arguments(self, values):
        partner_id = self.customer.id
        places = {"customer": partner_id}
        return [
            [partner_id] if value == ["customer"] else places.get(value, value)
            if isinstance(value, str)
            else value
            for value in values
        ]  # fmt: skip

    def plant(self):
        """Make the read-only dashboard write, as somebody would by mistake."""
        partner_id = self.customer.id

        @api.model
        @api.readonly
        def get_value_dashboard(model):
            partner = model.env["res.partner"].browse(partner_id)
            partner.comment = "Written by a method that only reads"
            partner.flush_recordset()
            return "written"

        cls = self.env.registry["crm.value.dashboard"]
        self.patch(cls, "get_value_dashboard", get_value_dashboard)


@tagged("post_install", "-at_install")
class TestReadOnlyCursor(ReadOnlyCase):
    def test_every_read_only_method_has_a_line(self):
        found = {
            (name, attribute)
            for name in self.env.registry
            if not name.endswith(".mixin")  # their methods are those of the contact
            for cls in self.env.registry[name].__mro__
            if addon_of(self.env.registry[name], cls) == MODULE
            for attribute, value in vars(cls).items()
            if getattr(value, "_readonly", False)
        }
        self.assertEqual(found, set(METHODS))

    def call(self, user, model, method):
        """Answer of a method on a cursor on which PostgreSQL refuses every write."""
        with self.enter_registry_test_mode(), self.registry.cursor(readonly=True) as cr:
            env = api.Environment(cr, user.id, {})
            self.assertTrue(cr.readonly)
            return call_kw(env[model], method, self.arguments(METHODS[model, method]), {})

    def test_each_answers_each_role(self):
        for user in (self.sandra, self.manager):
            for model, method in METHODS:
                with self.subTest(user=user.name, method=method):
                    self.assertIsNotNone(self.call(user, model, method))

    @mute_logger("odoo.sql_db")
    def test_write_is_refused(self):
        self.plant()
        with self.assertRaises(psycopg2.errors.ReadOnlySqlTransaction):
            self.call(self.manager, "crm.value.dashboard", "get_value_dashboard")


@tagged("post_install", "-at_install")
class TestReadOnlyRequests(ReadOnlyCase, HttpCase):
    """The same as the browser calls them."""

    def call(self, model, method):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": self.arguments(METHODS[model, method]),
                "kwargs": {},
            },
            timeout=60,
        )

    def test_none_is_called_twice(self):
        for login in ("sandra_360", "manager_360"):
            self.authenticate(login, login)
            for model, method in METHODS:
                with (
                    self.subTest(login=login, method=method),
                    self.assertNoLogs("odoo.http", "WARNING"),
                ):
                    self.assertIsNotNone(self.call(model, method))

    @mute_logger("odoo.sql_db")
    def test_planted_write_is_noticed(self):
        self.plant()
        self.authenticate("manager_360", "manager_360")
        with self.assertLogs("odoo.http", "WARNING") as logs:
            answer = self.call("crm.value.dashboard", "get_value_dashboard")
        self.assertEqual(answer, "written")  # called again, on the primary database
        [warning] = logs.output
        self.assertIn("cannot execute UPDATE in a read-only transaction", warning)
        self.assertIn(RETRIED, warning)
