"""Quality signals per product for purchasing and production (C360-5)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..tools import quality_signal as rules
from .common_users import new_users


@tagged("post_install", "-at_install")
class TestProductQuality(TransactionCase):
    """Events and sales are given as rows, so that figures can be worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.buyer, cls.sam = new_users(
            cls.env,
            {
                "buyer": "crm_customer_insight.group_quality_reader",
                "sam": "sales_team.group_sale_salesman",
            },
        )
        cls.category = cls.env["product.category"].create(
            {"name": "Seals", "quality_user_id": cls.buyer.id}
        )
        child = cls.env["product.category"].create(
            {"name": "Rubber seals", "parent_id": cls.category.id}
        )
        cls.seal, cls.bolt = cls.env["product.product"].create(
            [{"name": "Seal", "categ_id": child.id}, {"name": "Bolt", "categ_id": child.id}]
        )
        cls.partner = cls.env["res.partner"].create({"name": "Buyer of seals"})
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", cls.env.company.id)], limit=1
        )

    def document(self, kind, product, quantity, days_ago):
        if not self.journal:
            self.skipTest("no chart of accounts")
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.partner.id,
                "invoice_date": self.today - timedelta(days=days_ago),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": 1,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def compute(self):
        return self.env["crm.insight.run"]._run_now(["product_quality"])["product_quality"]

    def row(self, product):
        return self.env["crm.product.quality"].search(
            [("product_id", "=", product.id), ("is_current", "=", True)]
        )

    def worsen(self):
        """8 credit notes for 1,000 units now, 2 for 4,000 in the year before."""
        self.document("out_invoice", self.seal, 1000, 30)
        self.document("out_invoice", self.seal, 4000, 200)
        for _number in range(8):
            self.document("out_refund", self.seal, 1, 20)
        for _number in range(2):
            self.document("out_refund", self.seal, 1, 200)

    def test_rates_and_signal(self):
        """8 and 0.5 per 1,000, sixteen times as often. One product: no adjustment.
        p = P(X >= 8), X ~ B(10, 0.2) = 0.0000779264."""
        self.worsen()
        self.compute()
        row = self.row(self.seal)
        self.assertEqual((row.event_count, row.event_count_before), (8, 2))
        self.assertEqual((row.sold, row.sold_before), (1000, 4000))
        self.assertAlmostEqual(row.rate, 8)
        self.assertAlmostEqual(row.rate_before, 0.5)
        self.assertAlmostEqual(row.ratio, 16)
        self.assertAlmostEqual(row.p_value, 0.0000779264, 9)
        self.assertEqual((row.verdict, row.state, row.is_signal), ("worse", "new", True))

    def test_the_responsible_person_gets_one_activity(self):
        """He stands on the category above; the second run and the next month add none."""
        self.worsen()
        self.compute()
        row = self.row(self.seal)
        self.assertEqual(row.user_id, self.buyer)
        self.assertEqual(row.activity_ids.user_id, self.buyer)
        self.compute()
        self.assertEqual(len(self.row(self.seal).activity_ids), 1)
        row.with_user(self.buyer).action_take_over()
        row.month = row.month - timedelta(days=28)
        row.month = row.month.replace(day=1)
        self.env.flush_all()
        self.compute()
        later = self.row(self.seal)
        self.assertNotEqual(later, row)
        self.assertEqual((later.state, later.user_id), ("taken", self.buyer))
        self.assertFalse(later.activity_ids)

    def test_what_was_dealt_with_stays_so(self):
        self.worsen()
        self.compute()
        row = self.row(self.seal).with_user(self.buyer)
        row.conclusion = "Batch 12 sent back"
        row.action_close()
        self.assertFalse(row.activity_ids)
        self.compute()
        self.assertEqual(self.row(self.seal).state, "closed")

    def test_few_events_are_not_enough_data(self):
        self.document("out_invoice", self.bolt, 1000, 30)
        self.document("out_invoice", self.bolt, 1000, 200)
        self.document("out_refund", self.bolt, 1, 20)
        self.compute()
        row = self.row(self.bolt)
        self.assertEqual((row.verdict, row.state), ("unknown", "none"))
        self.assertIs(row.p_value, False)

    def test_a_product_never_sold_before_is_not_enough_data(self):
        for _number in range(6):
            self.document("out_refund", self.bolt, 1, 20)
        self.compute()
        self.assertEqual(self.row(self.bolt).verdict, "unknown")
        self.assertIs(self.row(self.bolt).rate, False)

    def test_units_of_the_product(self):
        """Five dozen are sixty units."""
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self.document("out_invoice", self.bolt, 5, 30)
        invoice.button_draft()
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.action_post()
        self.document("out_refund", self.bolt, 1, 20)
        self.compute()
        self.assertEqual(self.row(self.bolt).sold, 60)

    def test_purchasing_reads_salespeople_do_not(self):
        self.worsen()
        self.compute()
        row = self.row(self.seal)
        self.assertEqual(row.with_user(self.buyer).verdict, "worse")
        with self.assertRaises(AccessError):
            row.with_user(self.sam).read(["verdict"])

    def test_verdicts_are_those_of_the_rules(self):
        [verdict], [p_value], _chance, [ratio] = rules.verdicts([8], [1000], [2], [4000])
        self.assertEqual(verdict, "worse")
        self.assertAlmostEqual(p_value, 0.0000779264, 9)
        self.assertAlmostEqual(ratio, 16)
