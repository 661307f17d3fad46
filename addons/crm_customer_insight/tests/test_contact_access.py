"""Who may do what with channels, permissions and pressure rules."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .contact_common import ContactCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

# model: role -> allowed operations
MODELS = {
    "crm.contact.channel": {"sam": "r", "ana": "r", "mia": "r", "ada": "rwcu", "bob": "r"},
    "crm.contact.channel.rate": {"sam": "", "ana": "r", "mia": "r", "ada": "rwcu", "bob": ""},
    "crm.contact.permission": {"sam": "rwc", "ana": "rwc", "mia": "rwcu", "ada": "rwcu", "bob": ""},
    "crm.contact.pressure.rule": {"sam": "r", "ana": "r", "mia": "r", "ada": "rwcu", "bob": ""},
}
# the permission of a customer of sam, by record rule
PERMISSION = {"sam": "rw", "sue": "", "ana": "r", "mia": "rwu", "ada": "rwu", "bob": ""}


@tagged("post_install", "-at_install")
class TestContactAccess(ContactCase):
    def allowed(self, records, user):
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if records.with_user(user).has_access(operation)
        )

    def test_models_by_role(self):
        for model, roles in MODELS.items():
            for login, expected in roles.items():
                with self.subTest(model=model, user=login):
                    user = getattr(self, login)
                    self.assertEqual(self.allowed(self.env[model], user), expected)

    def test_permission_of_a_customer_of_a_colleague(self):
        permission = self.permit(self.anna, self.email)
        for login, expected in PERMISSION.items():
            with self.subTest(user=login):
                found = self.allowed(permission, getattr(self, login)).replace("c", "")
                self.assertEqual(found, expected)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_creating_for_a_customer_of_a_colleague(self):
        values = {"channel_id": self.phone.id, "state": "granted", "origin": "spoken"}
        current = self.permit(self.anna, self.phone)
        for user in (self.sue, self.ana):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["crm.contact.permission"].with_user(user).create(
                    {**values, "partner_id": self.anna.id}
                )
        self.env.invalidate_all()
        self.assertTrue(current.active)
        self.assertEqual(current.user_id, self.env.user)

    def test_the_account_team_records_permissions_too(self):
        account = self.env["crm.key.account"].create(
            {"partner_id": self.acme.id, "user_id": self.sue.id}
        )
        account.state = "active"
        permission = (
            self.env["crm.contact.permission"]
            .with_user(self.sue)
            .create(
                {
                    "partner_id": self.anna.id,
                    "channel_id": self.phone.id,
                    "state": "granted",
                    "origin": "spoken",
                }
            )
        )
        self.assertEqual(permission.user_id, self.sue)
        self.assertTrue(self.anna.with_user(self.sue).contact_permissions_editable)

    def test_contacts_of_another_company_stay_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.carl.company_id = other
        permission = self.permit(self.carl, self.email)
        rate = self.env["crm.contact.channel.rate"].create(
            {"channel_id": self.email.id, "cost": 1, "company_id": other.id}
        )
        rule = self.pressure(1, 7, company_id=other.id)
        for record in (permission, rate, rule):
            self.assertFalse(record.with_user(self.ada).has_access("read"), record)
        self.ada.company_ids += other
        for record in (permission, rate, rule):
            there = record.with_user(self.ada).with_context(allowed_company_ids=other.ids)
            self.assertTrue(there.has_access("read"), record)

    def test_what_channels_cost_is_for_analysts(self):
        self.assertNotIn("cost", self.phone.with_user(self.sam).fields_get())
        self.assertIn("cost", self.phone.with_user(self.ana).fields_get())
