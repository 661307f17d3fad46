"""The facts registry: sets, rights, companies, values, bad questions (C360-2, ROI-1)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.crm_customer_fact import CrmCustomerFact
from ..tools.facts import Fact
from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestCustomerFacts(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = cls.acme | cls.bolt | cls.corn
        cls._order(cls.acme, cls.widget, days_ago=10)
        cls._order(cls.bob, cls.widget, days_ago=40)
        cls._order(cls.acme, cls.gadget, days_ago=400)
        cls._order(cls.bolt, cls.gadget, quantity=3, days_ago=20)
        cls._order(cls.corn, cls.widget, days_ago=5, confirm=False)
        cls._snapshot(cls.acme, tier="A", revenue=1000, last_purchase=cls._days_ago(10))
        cls._snapshot(cls.bolt, tier="B", revenue=300, last_purchase=cls._days_ago(20))

    def find(self, condition, user=None, **options):
        registry = self.env["crm.customer.fact"].with_user(user or self.env.user)
        rows = self.env.execute_query(registry._select(condition, **options))
        return self.env["res.partner"].browse(row[0] for row in rows)

    def among(self, condition, **options):
        return self.find(condition, **options) & self.world

    def leaf(self, fact, operator, value=None, **params):
        return {"fact": fact, "operator": operator, "value": value, "params": params}

    def both(self, *conditions, operator="and", negate=False):
        return {"operator": operator, "negate": negate, "conditions": list(conditions)}

    def test_orders_of_contacts_count_for_their_company(self):
        # Acme: 10 days ago itself, 40 days ago through Bob; 400 days ago is outside the year
        values = self.env["crm.customer.fact"]._values(
            [("order_count", {"days": 365})], self.world.ids
        )
        expected = {self.acme.id: 2, self.bolt.id: 1, self.corn.id: 0}
        self.assertEqual(values["order_count"], expected)

    def test_customers_without_orders_have_zero_of_them(self):
        self.assertEqual(self.among(self.leaf("order_count", "<", 1)), self.corn)
        self.assertEqual(self.among(self.leaf("order_count", ">=", 2)), self.acme)
        self.assertEqual(self.among(self.leaf("order_count", "between", [1, 2])), self.bolt)

    def test_amount_of_orders_in_company_currency(self):
        # Acme 100 + 100 within 90 days; Bolt 3 × 10
        values = self.env["crm.customer.fact"]._values(
            [("order_amount", {"days": 90})], self.world.ids
        )
        expected = {self.acme.id: 200.0, self.bolt.id: 30.0, self.corn.id: 0}
        self.assertEqual(values["order_amount"], expected)

    def test_bought_widget_but_not_gadget_in_the_last_year(self):
        condition = self.both(
            self.leaf("product_bought", "in", [self.widget.id], days=365),
            self.leaf("product_bought", "not_in", [self.gadget.id], days=365),
        )
        self.assertEqual(self.among(condition), self.acme)

    def test_not_bought_includes_who_never_bought(self):
        condition = self.leaf("product_bought", "not_in", [self.widget.id])
        self.assertEqual(self.among(condition), self.bolt | self.corn)

    def test_categories_include_those_below(self):
        parent = self.env["product.category"].create({"name": "Tools"})
        child = self.env["product.category"].create({"name": "Hand tools", "parent_id": parent.id})
        self.gadget.categ_id = child
        self.assertEqual(
            self.among(self.leaf("category_bought", "in", [parent.id])), self.acme | self.bolt
        )

    def test_no_value_is_not_a_value_of_zero(self):
        self.assertFalse(self.among(self.leaf("revenue", "<", 100)))
        self.assertEqual(self.among(self.leaf("revenue", "not_set")), self.corn)
        self.assertEqual(
            self.env["crm.customer.fact"]._values(["revenue"], self.world.ids)["revenue"],
            {self.acme.id: 1000.0, self.bolt.id: 300.0},
        )

    def test_or_and_negated_groups_follow_logic(self):
        tier_a = self.leaf("tier", "in", ["A"])
        silent = self.leaf("days_since_purchase", ">", 15)
        self.assertEqual(
            self.among(self.both(tier_a, silent, operator="or")), self.acme | self.bolt
        )
        self.assertEqual(
            self.among(self.both(tier_a, silent, operator="or", negate=True)), self.corn
        )
        # not A, or silent: Bolt and Corn are not A
        mixed = self.both(self.leaf("tier", "not_in", ["A"]), silent, operator="or")
        self.assertEqual(self.among(mixed), self.bolt | self.corn)
        # neither "not A" nor "not silent" applied: A and silent turned around twice
        nested = self.both(
            self.both(tier_a, negate=True), self.both(silent, negate=True), negate=True
        )
        self.assertEqual(self.among(nested), self.acme | self.bolt)

    def test_nothing_asked_is_everybody_and_an_empty_or_too(self):
        self.assertEqual(self.among({}), self.world)
        self.assertEqual(self.among(self.both(operator="or")), self.world)

    def test_our_own_people_and_companies_are_no_customers(self):
        everybody = self.find({})
        self.assertFalse(everybody & (self.sam.partner_id | self.company.partner_id))

    def test_a_contact_with_mail_counts_for_the_company_but_contacts_can_be_asked_too(self):
        has_mail = self.leaf("has_email", "=", True)
        self.assertEqual(self.among(has_mail), self.acme)
        contacts = self.find(has_mail, level="contact")
        self.assertEqual(contacts & (self.world | self.bob), self.bob)
        tier_a = self.find(self.leaf("tier", "in", ["A"]), level="contact")
        self.assertEqual(tier_a & (self.world | self.bob), self.acme | self.bob)

    def test_days_since_contact_and_touches_by_kind(self):
        self._touch(self.acme, 30, kind="call")
        self._touch(self.bob, 12, kind="meeting")
        self._touch(self.bolt, 3, kind="call", voided=True)
        facts = self.env["crm.customer.fact"]
        values = facts._values(
            ["days_since_contact", ("touch_count", {"kind": "call"})], self.world.ids
        )
        self.assertEqual(values["days_since_contact"], {self.acme.id: 12})
        self.assertEqual(values["touch_count"], {self.acme.id: 1, self.bolt.id: 0, self.corn.id: 0})

    def test_profile_attributes_can_be_asked(self):
        attribute = self.env["crm.profile.attribute"].create(
            {
                "name": "Drive",
                "code": "test_drive",
                "type": "selection",
                "option_ids": [(0, 0, {"name": "Electric", "code": "electric"})],
            }
        )
        self.env["crm.profile.value"].create(
            {"partner_id": self.bob.id, "attribute_id": attribute.id, "value": "electric"}
        )
        condition = self.leaf("profile.test_drive", "in", ["electric"])
        self.assertEqual(self.among(condition), self.acme)

    def test_tags_of_many_values(self):
        tag = self.env["res.partner.category"].create({"name": "Trade fair"})
        (self.acme | self.corn).category_id = tag
        self.assertEqual(self.among(self.leaf("tags", "in", [tag.id])), self.acme | self.corn)
        values = self.env["crm.customer.fact"]._values(["tags"], self.world.ids)["tags"]
        self.assertEqual(values, {self.acme.id: [tag.id], self.corn.id: [tag.id]})

    def test_a_salesperson_finds_his_own_customers_by_figures(self):
        self.assertEqual(self.among(self.leaf("revenue", ">", 0), user=self.sam), self.acme)
        # the complement must not tell him about the customers of others
        self.assertFalse(self.among(self.leaf("revenue", "not_set"), user=self.sam))
        self.assertEqual(
            self.among(self.leaf("revenue", ">", 0), user=self.ann), self.acme | self.bolt
        )

    def test_a_salesperson_gets_no_values_of_others_customers(self):
        facts = self.env["crm.customer.fact"].with_user(self.sam)
        values = facts._values(["revenue", "order_count"], self.world.ids)
        self.assertEqual(values["revenue"], {self.acme.id: 1000.0})
        self.assertEqual(values["order_count"], {self.acme.id: 3})

    def test_the_account_team_finds_its_account(self):
        self.env["crm.key.account"].create(
            {"partner_id": self.bolt.id, "member_ids": [(0, 0, {"user_id": self.sam.id})]}
        )
        found = self.among(self.leaf("revenue", ">", 0), user=self.sam)
        self.assertEqual(found, self.acme | self.bolt)

    def test_figures_of_the_company_asked_for(self):
        self._snapshot(self.corn, tier="A", company_id=self.other_company.id)
        tier_a = self.leaf("tier", "in", ["A"])
        self.assertEqual(self.among(tier_a), self.acme)
        self.assertEqual(self.among(tier_a, company=self.other_company), self.corn)

    def test_bad_questions_name_what_is_wrong(self):
        cases = [
            (self.leaf("shoe_size", "=", 1), "shoe_size"),
            (self.leaf("tier", ">", "A"), "Tier"),
            (self.leaf("tier", "in", ["E"]), "Tier"),
            (self.leaf("revenue", ">", "1; DROP TABLE res_partner"), "Revenue"),
            (self.leaf("order_count", ">", 1, weeks=3), "weeks"),
            (self.leaf("order_count", ">", 1, days=-3), "In the last days"),
            ({"operator": "xor", "conditions": []}, "xor"),
        ]
        for condition, named in cases:
            with self.subTest(condition), self.assertRaisesRegex(UserError, named):
                self.find(condition)

    def test_text_values_are_parameters_and_wildcards_are_letters(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Motto", "code": "test_motto"}
        )
        self.env["crm.profile.value"].create(
            [
                {
                    "partner_id": self.acme.id,
                    "attribute_id": attribute.id,
                    "value": "100 % ' or 1=1",
                },
                {"partner_id": self.bolt.id, "attribute_id": attribute.id, "value": "100 reasons"},
            ]
        )
        self.assertEqual(
            self.among(self.leaf("profile.test_motto", "contains", "100 %")), self.acme
        )
        self.assertEqual(
            self.among(self.leaf("profile.test_motto", "contains", "' OR 1=1")), self.acme
        )

    def test_a_sibling_adds_a_fact_by_super(self):
        def facts(registry):
            def build(context):
                return SQL(
                    "SELECT id AS partner_id, 7 AS value FROM res_partner WHERE id = %s", acme_id
                )

            return [*original(registry), Fact("lucky", "Lucky number", "Test", "number", build)]

        original, acme_id = CrmCustomerFact._facts, self.acme.id
        with patch.object(CrmCustomerFact, "_facts", facts):
            self.assertEqual(self.among(self.leaf("lucky", "=", 7)), self.acme)
            self.assertIn(
                "lucky", {fact["code"] for fact in self.env["crm.customer.fact"].get_facts()}
            )

    def test_values_of_many_partners_cost_as_many_queries_as_of_one(self):
        facts = self.env["crm.customer.fact"]
        codes = ["tier", "revenue", "order_count", "country", "days_since_contact"]
        many = self.env["res.partner"].create([{"name": f"Customer {i}"} for i in range(50)])
        self.env.flush_all()

        def queries(partners):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            facts._values(codes, partners.ids)
            return self.cr.sql_log_count - before

        queries(many)
        self.assertEqual(queries(many[:5]), queries(many))

    def test_a_selection_is_one_query_whatever_it_finds(self):
        condition = self.both(
            self.leaf("tier", "in", ["A"]), self.leaf("order_count", ">", 0, days=90)
        )
        facts = self.env["crm.customer.fact"]
        facts._count(condition)
        before = self.cr.sql_log_count
        facts._count(condition)
        # the attributes on offer with their choices, and the count itself
        self.assertLessEqual(self.cr.sql_log_count - before, 4)

    def test_a_saved_selection_opens_whom_it_finds(self):
        tag = self.env["res.partner.category"].create({"name": "Trade fair"})
        self.acme.category_id = tag
        selection = self.env["crm.customer.selection"].create(
            {"name": "Trade fair", "conditions": self.leaf("tags", "in", [tag.id])}
        )
        self.assertEqual(selection.customer_count, 1)
        action = selection.action_open_customers()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.acme)
        with self.assertRaisesRegex(UserError, "shoe_size"):
            selection.conditions = self.leaf("shoe_size", "=", 1)

    def test_a_selection_of_a_fact_that_is_gone_says_so(self):
        selection = self.env["crm.customer.selection"].create({"name": "Old"})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_customer_selection SET conditions = %s WHERE id = %s",
            ('{"fact": "gone", "operator": "=", "value": 1}', selection.id),
        )
        selection.invalidate_recordset()
        self.assertIn("gone", selection.problem)
