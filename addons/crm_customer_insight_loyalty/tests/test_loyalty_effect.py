"""Effect of loyalty programs on repeat purchases (C360-8), worked out by hand."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_customer_insight.tests import value_common

from ..models import crm_loyalty_effect

JOINED = "2025-03-10 10:00:00"


@tagged("post_install", "-at_install")
class TestLoyaltyEffect(value_common.ValueCommon):
    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Effect = cls.env["crm.loyalty.effect"]
        cls.program = cls.env["loyalty.program"].create(
            {"name": "Regulars", "program_type": "loyalty", "company_id": cls.company.id}
        )

    def setUp(self):
        super().setUp()
        day = value_common.TODAY
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: day)

    def join(self, partner, moment=JOINED):
        card = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": partner.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_card SET create_date = %s WHERE id = %s", (moment, card.id)
        )
        card.invalidate_recordset(["create_date"])
        return card

    def buy(self, partner, amount, *days):
        for day in days:
            self.invoice(partner, day, (1, amount))

    def compute(self):
        found = self.env["crm.insight.run"]._run_now(["loyalty_effect"])["loyalty_effect"]
        self.env.invalidate_all()
        return found

    def row(self, partner):
        return self.Effect.search(
            [
                ("partner_id", "=", partner.id),
                ("is_current", "=", True),
                ("company_id", "=", self.company.id),
            ]
        )

    def story(self):
        """Alma joined in March; September to February is before, April to September after."""
        self.join(self.alma)
        # 90 days between two purchases before; 30 and 30 between three after; March is left out
        self.buy(self.alma, 100, "2024-10-01", "2024-12-30", "2025-03-10")
        self.buy(self.alma, 100, "2025-04-10", "2025-05-10", "2025-06-09")
        self.buy(self.bert, 100, "2024-10-01", "2024-11-30", "2025-04-10")
        self.buy(self.cora, 50, "2024-10-01", "2024-12-20", "2025-05-01", "2025-06-30")

    def test_members_beside_comparable_customers(self):
        self.story()
        self.assertGreaterEqual(self.compute(), 1)
        row = self.row(self.alma)
        self.assertEqual((str(row.cohort), row.frequency), ("2025-03-01", "few"))
        self.assertEqual(row.other_count, 2)
        self.assertEqual((row.repeat_before, row.repeat_after), (1, 1))
        self.assertEqual((row.gap_before, row.gap_after), (90, 30))
        self.assertEqual((row.revenue_before, row.revenue_after), (200, 300))
        # Bert bought once after, Cora twice
        self.assertEqual((row.other_repeat_before, row.other_repeat_after), (1, 0.5))
        # only Cora has gaps on both sides: 80 and 60 days
        self.assertEqual((row.other_gap_before, row.other_gap_after), (80, 60))
        # (200 + 100) ÷ 2 before, (100 + 100) ÷ 2 after
        self.assertEqual((row.other_revenue_before, row.other_revenue_after), (150, 100))
        # (1 − 1) − (0.5 − 1); (30 − 90) − (60 − 80); (300 − 200) − (100 − 150)
        self.assertEqual((row.repeat_effect, row.gap_effect, row.revenue_effect), (0.5, -40, 150))

    def test_who_bought_otherwise_before_is_not_compared(self):
        """Once before is another class; another tier is another customer."""
        self.join(self.alma)
        self.buy(self.alma, 100, "2024-10-01", "2024-12-30")
        self.buy(self.bert, 100, "2024-10-01")
        self.buy(self.cora, 100, "2024-10-01", "2024-12-30")
        self.env["crm.customer.snapshot"].create(
            {
                "partner_id": self.cora.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2025-02-01",
                "date": "2025-02-28",
                "tier": "A",
            }
        )
        self.compute()
        row = self.row(self.alma)
        self.assertEqual(row.other_count, 0)
        self.assertIs(row.repeat_effect, False)
        self.assertEqual(row.revenue_after, 0)
        self.assertIs(row.gap_after, False)

    def test_too_early_and_without_a_purchase_before(self):
        """The half year after is not over; and who never bought before cannot be compared."""
        self.join(self.alma, "2025-06-10 10:00:00")
        self.buy(self.alma, 100, "2025-02-01")
        self.join(self.bert)
        self.buy(self.bert, 100, "2025-05-01")
        self.compute()
        self.assertFalse(self.row(self.alma) | self.row(self.bert))

    def test_other_members_are_no_comparison(self):
        self.story()
        self.join(self.bert, "2025-11-01 10:00:00")
        self.compute()
        self.assertEqual(self.row(self.alma).other_count, 1)

    def test_the_page_waits_for_enough_members(self):
        self.story()
        self.compute()
        page = self.Effect.with_company(self.company)
        figures = page.get_loyalty_effect()["figures"]
        self.assertEqual([figure["count"] for figure in figures], [1, 1, 1])
        self.assertEqual([figure["effect"] for figure in figures], [None] * 3)
        with patch.object(crm_loyalty_effect, "LEAST", 1):
            figures = page.get_loyalty_effect()["figures"]
        self.assertEqual([figure["effect"] for figure in figures], [0.5, -40, 150])
        self.assertEqual([figure["other_after"] for figure in figures], [0.5, 60, 100])
        self.assertEqual(self.Effect.search([*figures[0]["domain"]]), self.row(self.alma))

    def test_a_second_run_replaces(self):
        self.story()
        self.compute()
        self.compute()
        self.assertEqual(len(self.row(self.alma)), 1)

    def test_rights(self):
        self.story()
        self.compute()
        sam = self.make_user("sam_effect", "sales_team.group_sale_salesman")
        ann = self.make_user("ann_effect", "crm_customer_insight.group_insight_analyst")
        employee = self.make_user("emp_effect", "base.group_user")
        row = self.row(self.alma)
        self.assertFalse(self.Effect.with_user(sam).search([("id", "=", row.id)]))
        self.assertTrue(self.Effect.with_user(ann).search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            self.Effect.with_user(employee).get_loyalty_effect()
        with self.assertRaises(AccessError):
            row.with_user(sam).action_open_customer()

    def test_as_many_queries_for_ten_members(self):
        def count():
            self.env.flush_all()
            before = self.cr.sql_log_count
            crm_loyalty_effect.loyalty_effect.fill(
                self.env, tuple(self.company.ids), value_common.TODAY
            )
            return self.cr.sql_log_count - before

        self.story()
        few = count()
        for partner in self.env["res.partner"].create([{"name": f"P{n}"} for n in range(10)]):
            self.join(partner)
            self.buy(partner, 10, "2025-01-01")
        self.assertEqual(count(), few)
