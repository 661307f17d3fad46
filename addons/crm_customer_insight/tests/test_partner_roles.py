"""Roles of a business partner, several at once, read from what was done (C360-9)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .value_common import ValueCommon

USER = "sales_team.group_sale_salesman,base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestPartnerRoles(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.partners = (cls.alma | cls.bert | cls.cora | cls.contact).with_env(cls.env)

    def codes(self, partner):
        partner.invalidate_recordset(["insight_role_ids"])
        return set(partner.with_env(self.env).insight_role_ids.mapped("code"))

    def found(self, code):
        domain = [("insight_role_ids.code", "=", code), ("id", "in", self.partners.ids)]
        return self.env["res.partner"].search(domain)

    def role(self, code):
        return self.env.ref(f"crm_customer_insight.partner_role_{code}")

    def lead(self, partner, **values):
        return self.env["crm.lead"].create(
            {"name": "Asks", "partner_id": partner.id, "company_id": self.company.id, **values}
        )

    def test_several_roles_at_once(self):
        self.invoice(self.alma, "2025-05-01", (1, 10))
        self.invoice(self.alma, "2025-05-01", (1, 10), move_type="in_invoice")
        self.alma.hand_role_ids = self.role("competitor")
        self.assertEqual(self.codes(self.alma), {"customer", "supplier", "competitor"})
        self.assertEqual(self.codes(self.bert), set())

    def test_a_contact_has_the_roles_of_his_company(self):
        self.invoice(self.contact, "2025-05-01", (1, 10))
        self.assertEqual(self.codes(self.contact), {"customer"})
        self.assertEqual(self.found("customer"), self.alma | self.contact)

    def test_prospects_were_never_invoiced(self):
        """An open lead makes a prospect; the first invoice a customer; a lost lead nothing."""
        self.lead(self.alma)
        self.lead(self.bert).action_set_lost()
        self.assertEqual(self.codes(self.alma), {"prospect"})
        self.assertEqual(self.codes(self.bert), set())
        self.invoice(self.alma, "2025-05-01", (1, 10))
        self.assertEqual(self.codes(self.alma), {"customer"})
        self.assertFalse(self.found("prospect"))

    def test_drafts_and_credit_notes_make_no_role(self):
        self.invoice(self.alma, "2025-05-01", (1, 10), post=False)
        self.invoice(self.bert, "2025-05-01", (1, 10), move_type="out_refund")
        self.invoice(self.cora, "2025-05-01", (1, 10), move_type="in_refund")
        for partner in (self.alma, self.bert, self.cora):
            self.assertEqual(self.codes(partner), set())

    def test_documents_of_the_selected_companies_count(self):
        self.invoice(self.alma, "2025-05-01", (1, 10), company=self.company_eur)
        self.assertEqual(self.codes(self.alma), set())
        self.assertFalse(self.found("customer"))
        both = self.alma.with_context(allowed_company_ids=(self.company | self.company_eur).ids)
        self.assertEqual(both.insight_role_ids.mapped("code"), ["customer"])

    def test_searched_and_grouped(self):
        self.invoice(self.alma, "2025-05-01", (1, 10))
        self.invoice(self.alma, "2025-05-01", (1, 10), move_type="in_invoice")
        self.lead(self.bert)
        domain = [("id", "in", (self.alma | self.bert | self.cora).ids)]
        groups = self.env["res.partner"]._read_group(domain, ["insight_role_ids"], ["id:recordset"])
        self.assertEqual(
            {role.code: partners.ids for role, partners in groups},
            {
                "customer": self.alma.ids,
                "supplier": self.alma.ids,
                "prospect": self.bert.ids,
                False: self.cora.ids,
            },
        )
        partners = self.env["res.partner"]
        ids = (self.role("supplier") | self.role("prospect")).ids
        self.assertEqual(
            partners.search([*domain, ("insight_role_ids", "in", ids)]), self.alma | self.bert
        )
        self.assertEqual(partners.search([*domain, ("insight_role_ids", "not in", ids)]), self.cora)
        self.assertEqual(partners.search([*domain, ("insight_role_ids", "=", False)]), self.cora)
        self.assertTrue(partners.fields_get(["insight_role_ids"])["insight_role_ids"]["groupable"])

    def test_fact(self):
        self.invoice(self.alma, "2025-05-01", (1, 10), move_type="in_invoice")
        self.bert.hand_role_ids = self.role("partner")
        facts = self.env["crm.customer.fact"]
        values = facts._values(["partner_role"], self.partners.ids, company=self.company)
        self.assertEqual(
            values["partner_role"],
            {
                self.alma.id: ["supplier"],
                self.contact.id: ["supplier"],
                self.bert.id: ["partner"],
            },
        )
        rows = self.env.execute_query(
            facts._select({"fact": "partner_role", "operator": "in", "value": ["partner"]})
        )
        self.assertIn((self.bert.id,), rows)
        self.assertNotIn((self.alma.id,), rows)

    def test_shown_on_the_360_view(self):
        self.invoice(self.alma, "2025-05-01", (1, 10))
        roles = self.alma.with_env(self.env)._customer_360_identity()["roles"]
        self.assertEqual([role["name"] for role in roles], ["Customer"])

    def test_queries_do_not_grow_with_the_contacts(self):
        def count(partners):
            partners.invalidate_recordset(["insight_role_ids"])
            before = self.cr.sql_log_count
            partners.mapped("insight_role_ids.code")
            return self.cr.sql_log_count - before

        self.invoice(self.alma, "2025-05-01", (1, 10))
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(30)])
        partners.mapped("commercial_partner_id")
        count(self.alma.with_env(self.env))
        self.assertLessEqual(count(partners), count(self.alma.with_env(self.env)))

    def test_who_may_not_see_them_cannot_ask(self):
        employee = self.make_user("emp_roles", "base.group_user")
        partners = self.env["res.partner"].with_user(employee)
        for ask in (
            lambda: partners.search([("insight_role_ids", "in", [1])]),
            lambda: partners._read_group([], ["insight_role_ids"], ["__count"]),
            lambda: self.alma.with_user(employee).insight_role_ids,
        ):
            with self.assertRaises(AccessError):
                ask()
        sam = self.make_user("sam_roles", USER)
        self.assertFalse(self.alma.with_user(sam).insight_role_ids)
