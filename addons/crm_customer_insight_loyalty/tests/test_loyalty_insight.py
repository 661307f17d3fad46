"""Cards and points on the 360 view, in the ledger and as facts (C360-1, C360-8)."""

from odoo.tests import tagged

from odoo.addons.crm_customer_insight.tests import touchpoint_common


@tagged("post_install", "-at_install")
class TestLoyaltyInsight(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program, cls.gift = cls.env["loyalty.program"].create(
            [
                {"name": "Regulars", "program_type": "loyalty", "company_id": cls.env.company.id},
                {"name": "Gift", "program_type": "gift_card", "company_id": cls.env.company.id},
            ]
        )
        cards = cls.env["loyalty.card"].with_context(loyalty_no_mail=True)
        cls.card = cards.create(
            {"program_id": cls.program.id, "partner_id": cls.anna.id, "points": 70}
        )
        cards.create({"program_id": cls.gift.id, "partner_id": cls.bert.id, "points": 500})
        cls.line = cls.env["loyalty.history"].create(
            {"card_id": cls.card.id, "description": "Order S1", "issued": 100, "used": 30}
        )

    def test_points_issued_and_used(self):
        self.fill("loyalty_history")
        self.assertEqual(
            self.rows(self.line, "event", "kind", "direction", "name", "commercial_partner_id"),
            [
                ("issued", "loyalty", "none", "100 · Order S1", self.customer),
                ("used", "loyalty", "in", "30 · Order S1", self.customer),
            ],
        )
        self.assertEqual(self.rows(self.line, "amount", "cost"), [(0, 0), (0, 0)])

    def test_read_again_writes_nothing_twice(self):
        self.fill("loyalty_history")
        self.fill("loyalty_history")
        self.assertEqual(len(self.rows(self.line, "event")), 2)

    def test_gift_cards_and_lines_without_points_are_no_touches(self):
        card = self.env["loyalty.card"].search([("program_id", "=", self.gift.id)])
        lines = self.env["loyalty.history"].create(
            [
                {"card_id": card.id, "description": "Gift", "issued": 500},
                {"card_id": self.card.id, "description": "Nothing", "issued": 0},
            ]
        )
        self.fill("loyalty_history")
        self.assertEqual(self.rows(lines, "event"), [])

    def test_a_row_opens_the_card(self):
        self.fill("loyalty_history")
        timeline = self.Ledger.with_user(self.seller).get_timeline(self.customer.id)
        row = next(row for row in timeline["rows"] if row["kind"] == "loyalty")
        self.assertEqual((row["res_model"], row["res_id"]), ("loyalty.card", self.card.id))

    def test_facts(self):
        values = (
            self.env["crm.customer.fact"]
            .sudo()
            ._values(
                ["loyalty_member", "loyalty_points", "loyalty_joined"],
                [self.customer.id, self.other.id],
            )
        )
        self.assertEqual(values["loyalty_member"], {self.customer.id: True, self.other.id: False})
        self.assertEqual(values["loyalty_points"], {self.customer.id: 70})
        self.assertEqual(values["loyalty_joined"], {self.customer.id: self.card.create_date.date()})

    def test_on_the_360_view(self):
        data = self.customer.with_user(self.seller)._customer_360_loyalty_cards()
        [item] = data["items"]
        self.assertEqual((item["name"], item["res_id"]), ("Regulars", self.card.id))
        self.assertIn("70", item["note"])
        self.assertIsNone(self.other.with_user(self.seller)._customer_360_loyalty_cards())
