"""Who sees which figures, on snapshots and through the partner's columns (ROI-3)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .value_common import TODAY, ValueCommon

MODELS = {
    # model: (read, write, create, delete) of seller, analyst, manager, administrator
    "crm.customer.month": ("r", "r", "r", "r"),
    "crm.customer.snapshot": ("r", "r", "r", "r"),
    "crm.tier.migration": ("r", "r", "r", "r"),
    "crm.overhead.pool": ("", "r", "r", "rwcd"),
    "crm.value.setting": ("", "r", "r", "rwcd"),
    "crm.value.state": ("r", "r", "r", "r"),
    "crm.customer.dirty": ("", "", "", "r"),
}


@tagged("post_install", "-at_install")
class TestValueAccess(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "crm_customer_insight.group_insight_"
        cls.seller = cls.make_user("value_seller", "sales_team.group_sale_salesman")
        cls.analyst = cls.make_user("value_analyst", f"{prefix}analyst,base.group_user")
        cls.manager = cls.make_user("value_manager", f"{prefix}manager,base.group_user")
        cls.admin = cls.make_user("value_admin", f"{prefix}admin,base.group_user")
        cls.clerk = cls.make_user("value_clerk", "base.group_user")
        cls.alma.user_id = cls.seller
        cls.invoice(cls.alma, "2025-10-05", (1, 70))
        cls.invoice(cls.bert, "2025-10-05", (1, 500))
        cls.invoice(cls.cora, "2025-10-05", (1, 10))
        cls.invoice(cls.alma, "2025-10-05", (1, 100), company=cls.company_eur)
        cls.env["crm.customer.snapshot"]._refresh(date=TODAY)

    def test_operations_per_role(self):
        operations = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
        users = (self.seller, self.analyst, self.manager, self.admin)
        for model, rights in MODELS.items():
            for user, letters in zip(users, rights, strict=True):
                for letter, operation in operations.items():
                    with self.subTest(model=model, user=user.login, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in letters,
                        )

    def test_salespeople_see_their_own_customers(self):
        domain = [("is_current", "=", True)]
        for model in ("crm.customer.snapshot", "crm.tier.migration"):
            rows = self.env[model].with_user(self.seller).search(domain)
            self.assertEqual(rows.partner_id, self.alma, model)
        months = self.Month.with_user(self.seller).search([])
        self.assertEqual(months.partner_id, self.alma)
        rows = self.Snapshot.with_user(self.analyst).search(domain)
        self.assertLessEqual(self.alma + self.bert + self.cora, rows.partner_id)
        with self.assertRaises(AccessError):
            self.Snapshot.with_user(self.clerk).search(domain)

    def test_the_dashboard_holds_what_the_viewer_may_read(self):
        data = self.env["crm.value.dashboard"].with_user(self.seller).get_value_dashboard()
        self.assertEqual(data["curve"]["customers"], 1)
        self.assertEqual(sum(cell["count"] for cell in data["rfm"]), 1)
        self.assertEqual(sum(level["count"] for level in data["pyramid"]), 1)

    def test_partner_columns(self):
        alma, bert, contact = (
            partner.with_user(self.analyst) for partner in (self.alma, self.bert, self.contact)
        )
        # 580 in all: Bert brings 500; Alma's 70 come after 86 %.
        self.assertEqual((bert.insight_tier, alma.insight_tier), ("A", "C"))
        self.assertEqual((alma.insight_revenue, contact.insight_revenue), (70, 70))
        self.assertEqual(alma.insight_currency_id, self.company.currency_id)
        self.assertEqual(str(alma.insight_last_purchase), "2025-10-05")
        partners = self.env["res.partner"].with_user(self.analyst)
        ours = [("id", "in", (self.alma + self.bert + self.cora).ids)]
        ordered = partners.search(ours, order="insight_revenue desc")
        self.assertEqual(ordered.mapped("name"), ["Bert Ltd", "Alma Ltd", "Cora Ltd"])
        self.assertEqual(
            partners._read_group(ours, ["insight_tier"], ["__count"], order="insight_tier"),
            [("A", 1), ("C", 1), ("D", 1)],
        )
        rich = partners.search([*ours, ("insight_revenue", ">=", 70)], order="id")
        self.assertEqual(rich.ids, (self.alma + self.bert).ids)
        self.assertEqual(
            partners.search([*ours, ("insight_tier", "!=", "A")]).ids, (self.alma + self.cora).ids
        )
        self.assertEqual(partners.search([*ours, ("insight_rfm", "=", False)]), partners)

    def test_partner_columns_are_described_as_usable(self):
        description = (
            self.env["res.partner"]
            .with_user(self.analyst)
            .fields_get(["insight_tier", "insight_last_purchase", "insight_revenue"])
        )
        for name, attributes in description.items():
            self.assertTrue(attributes["sortable"], name)
            self.assertTrue(attributes["groupable"], name)
            self.assertTrue(attributes["searchable"], name)

    def test_partner_columns_do_not_leak_by_order_group_or_search(self):
        """Bert is the best customer, but not the seller's: to him he is like one without data."""
        partners = self.env["res.partner"].with_user(self.seller)
        ours = [("id", "in", (self.alma + self.bert + self.cora).ids)]
        self.assertFalse(self.bert.with_user(self.seller).insight_revenue)
        self.assertEqual(self.alma.with_user(self.seller).insight_revenue, 70)
        descending = partners.search(ours, order="insight_revenue desc nulls last, id")
        self.assertEqual(descending.ids, [self.alma.id, self.bert.id, self.cora.id])
        ascending = partners.search(ours, order="insight_revenue asc nulls last, id")
        self.assertEqual(ascending.ids, [self.alma.id, self.bert.id, self.cora.id])
        self.assertEqual(
            partners._read_group(ours, ["insight_tier"], ["__count"]), [("C", 1), (False, 2)]
        )
        self.assertEqual(partners.search([*ours, ("insight_tier", "in", ["A", "C"])]), self.alma)
        self.assertFalse(partners.search([*ours, ("insight_profit", ">", 400)]))

    def test_other_employees_have_no_such_columns(self):
        clerk = self.env["res.partner"].with_user(self.clerk)
        self.assertNotIn("insight_revenue", clerk.fields_get())
        with self.assertRaises(AccessError):
            self.alma.with_user(self.clerk).read(["insight_revenue"])
        for keywords in (
            {"domain": [("insight_tier", "=", "A")]},
            {"domain": [], "order": "insight_revenue"},
        ):
            with self.subTest(keywords=keywords), self.assertRaises(AccessError):
                clerk.search(**keywords)
        with self.assertRaises(AccessError):
            clerk._read_group([], ["insight_tier"], ["__count"])

    # Companies

    def test_figures_follow_the_selected_company(self):
        self.analyst.company_ids = [Command.link(self.company_eur.id)]
        alma = self.alma.with_user(self.analyst)
        self.assertEqual(alma.with_company(self.company).insight_revenue, 70)
        euro = alma.with_context(allowed_company_ids=self.company_eur.ids)
        self.assertEqual(euro.insight_revenue, 100)
        self.assertEqual(euro.insight_currency_id, self.euro)

    def test_consolidated_for_those_who_may_enter_all_companies(self):
        both = (self.company + self.company_eur).ids
        self.analyst.company_ids = [Command.set(both)]
        self.assertFalse(self.analyst.insight_sees_group)
        snapshots = self.Snapshot.with_user(self.analyst).with_context(allowed_company_ids=both)
        self.assertEqual(snapshots._current_company_id(), self.company.id)
        self.assertFalse(snapshots.search([("company_id", "=", False)]))
        self.analyst.company_ids = self.env["res.company"].search([])
        self.analyst.invalidate_recordset(["insight_sees_group"])
        self.assertTrue(self.analyst.insight_sees_group)
        self.assertIs(snapshots._current_company_id(), False)
        rows = snapshots.search([("company_id", "=", False), ("is_current", "=", True)])
        self.assertIn(self.alma, rows.partner_id)
        together = self.alma.with_user(self.analyst).with_context(allowed_company_ids=both)
        expected = self.row(self.alma, None).revenue
        self.assertEqual(together.insight_revenue, expected)
        self.assertGreater(expected, 70)

    def test_the_columns_need_one_query_for_many(self):
        partners = (self.alma + self.bert + self.cora).with_user(self.analyst)
        partners.mapped("commercial_partner_id.name")
        self.assertEqual(partners[0].insight_tier, "C")
        self.env.invalidate_all()
        counts = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            some.mapped("commercial_partner_id")
            before = self.env.cr.sql_log_count
            some.mapped("insight_revenue")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # Actions

    def test_actions_open_the_rows_of_the_selection(self):
        action = self.Snapshot.with_user(self.seller)._action_customers()
        self.assertEqual(action["context"], {"search_default_mine": 1})
        rows = self.Snapshot.with_user(self.seller).search(action["domain"])
        self.assertEqual((rows.partner_id, rows.company_id), (self.alma, self.company))
        analyst = self.Snapshot.with_user(self.analyst)
        self.assertNotIn("search_default_mine", analyst._action_customers()["context"])
        invoices = self.row(self.alma).action_open_invoices()
        self.assertEqual(len(self.env["account.move"].search(invoices["domain"])), 1)
        months = self.row(self.alma).action_open_months()
        self.assertEqual(self.Month.search(months["domain"]).mapped("revenue"), [70])
        customer = self.row(self.alma).action_open_customer()
        self.assertEqual(customer["context"], {"partner_id": self.alma.id})

    def test_menu_actions_run_as_a_salesperson(self):
        for name in ("customers", "analysis", "history", "consumers"):
            xml_id = f"crm_customer_snapshot_action{'' if name == 'customers' else '_' + name}"
            server_action = self.env.ref(f"crm_customer_insight.{xml_id}")
            action = server_action.with_user(self.seller).run()
            self.assertEqual(action["res_model"], "crm.customer.snapshot")
            self.env[action["res_model"]].with_user(self.seller).search(action["domain"])
        action = self.env.ref("crm_customer_insight.crm_tier_migration_action")
        self.assertEqual(action.with_user(self.seller).run()["res_model"], "crm.tier.migration")
