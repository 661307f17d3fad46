"""Who may do what with key accounts, facts, deals, referrals and selections."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_accounts import AccountsCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

# model: role -> operations (sam and tom sell, ann analyses, mia manages, ada administers)
MODELS = {
    "crm.profile.attribute": {"sam": "r", "ann": "r", "mia": "r", "ada": "rwcu"},
    "crm.profile.attribute.option": {"sam": "r", "ann": "r", "mia": "r", "ada": "rwcu"},
    "crm.profile.value": {"sam": "rwc", "ann": "rwc", "mia": "rwcu", "ada": "rwcu"},
    "crm.key.account": {"sam": "r", "ann": "r", "mia": "rwcu", "ada": "rwcu"},
    "crm.key.account.member": {"sam": "r", "ann": "r", "mia": "rwcu", "ada": "rwcu"},
    "crm.key.account.goal": {"sam": "rw", "ann": "rw", "mia": "rwcu", "ada": "rwcu"},
    "crm.lead.stakeholder": {"sam": "rwcu", "ann": "", "mia": "rwcu", "ada": ""},
    "crm.referral": {"sam": "rwc", "ann": "rwc", "mia": "rwcu", "ada": "rwcu"},
    "crm.referral.report": {"sam": "r", "ann": "r", "mia": "r", "ada": "r"},
    "crm.customer.selection": {"sam": "rwcu", "ann": "rwcu", "mia": "rwcu", "ada": "rwcu"},
    "crm.next.action.snooze": {"sam": "rwcu", "ann": "rwcu", "mia": "rwcu", "ada": "rwcu"},
}
# records about Acme, a customer of sam: what each role may do with them
RECORDS = {
    "account": {"sam": "r", "tom": "", "ann": "r", "mia": "rwu"},
    "member": {"sam": "r", "tom": "", "ann": "r", "mia": "rwu"},
    "goal": {"sam": "rw", "tom": "", "ann": "r", "mia": "rwu"},
    "fact": {"sam": "rw", "tom": "", "ann": "r", "mia": "rwu"},
    # of a customer nobody is responsible for: everybody who works with customers may record it
    "free_fact": {"sam": "rw", "tom": "rw", "ann": "rw", "mia": "rwu"},
    "stakeholder": {"sam": "rwu", "tom": "", "ann": "", "mia": "rwu"},
    "referral": {"sam": "rw", "tom": "", "ann": "r", "mia": "rwu"},
    "shared": {"sam": "rwu", "tom": "r", "ann": "r", "mia": "rwu"},
    "private": {"sam": "rwu", "tom": "", "ann": "", "mia": "rwu"},
    "snooze": {"sam": "rwu", "tom": "", "ann": "", "mia": ""},
}


@tagged("post_install", "-at_install")
class TestAccountAccess(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attribute = cls.env["crm.profile.attribute"].create({"name": "Motto", "code": "test_motto"})
        selections = cls.env["crm.customer.selection"]
        cls.account = cls.env["crm.key.account"].create(
            {
                "partner_id": cls.acme.id,
                "user_id": cls.ada.id,
                "member_ids": [(0, 0, {"user_id": cls.ada.id})],
                "goal_ids": [(0, 0, {"name": "Grow", "target": 1})],
            }
        )
        cls.member, cls.goal = cls.account.member_ids, cls.account.goal_ids
        cls.fact, cls.free_fact = cls.env["crm.profile.value"].create(
            [
                {"partner_id": partner.id, "attribute_id": attribute.id, "value": "Onward"}
                for partner in (cls.acme, cls.corn)
            ]
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Deal", "user_id": cls.sam.id, "partner_id": cls.acme.id}
        )
        cls.stakeholder = cls.env["crm.lead.stakeholder"].create(
            {"lead_id": cls.lead.id, "partner_id": cls.bob.id}
        )
        cls.lead.referrer_id = cls.corn
        cls.referral = cls.env["crm.referral"].search([("lead_id", "=", cls.lead.id)])
        cls.shared, cls.private = selections.create(
            [{"name": str(i), "user_id": cls.sam.id, "shared": i == 0} for i in range(2)]
        )
        cls.snooze = cls.env["crm.next.action.snooze"].create(
            {
                "partner_id": cls.acme.id,
                "user_id": cls.sam.id,
                "code": "silence",
                "until": cls.today,
            }
        )

    def allowed(self, records, user, letters="rwcu"):
        return "".join(
            letter for letter in letters if records.with_user(user).has_access(OPERATIONS[letter])
        )

    def test_models_by_role(self):
        for model, roles in MODELS.items():
            for login, expected in roles.items():
                with self.subTest(model=model, user=login):
                    self.assertEqual(self.allowed(self.env[model], getattr(self, login)), expected)

    def test_records_by_role(self):
        for name, roles in RECORDS.items():
            for login, expected in roles.items():
                with self.subTest(record=name, user=login):
                    found = self.allowed(getattr(self, name), getattr(self, login), "rwu")
                    self.assertEqual(found, expected)

    def test_nobody_designates_himself_into_figures(self):
        with self.assertRaises(AccessError):
            self.env["crm.key.account.member"].with_user(self.tom).create(
                {"account_id": self.account.id, "user_id": self.tom.id}
            )
        with self.assertRaises(AccessError):
            self.account.with_user(self.tom).user_id = self.tom

    def test_another_company_sees_none_of_it(self):
        self.mia.company_ids |= self.other_company
        elsewhere = self.mia.with_company(self.other_company)
        self.acme.company_id = self.company
        self.lead.company_id = self.company
        self.referral.company_id = self.company
        env = self.env(
            user=self.mia,
            context={**self.env.context, "allowed_company_ids": elsewhere.env.company.ids},
        )
        for name in ("account", "member", "goal", "fact", "stakeholder", "referral", "shared"):
            with self.subTest(record=name):
                record = getattr(self, name).with_env(env)
                self.assertFalse(record.search([("id", "=", record.id)]))

    def test_the_plain_employee_sees_no_figures_but_opens_a_partner(self):
        plain = self._user("pat", "base.group_user")
        self.assertTrue(self.acme.with_user(plain).is_key_account)
        for name in ("account", "fact", "referral", "shared"):
            with self.subTest(record=name):
                self.assertFalse(getattr(self, name).with_user(plain).has_access("read"))
        self.assertEqual(self.env["crm.next.action"].with_user(plain)._readable_providers(), [])
