"""An accountant evaluates a supplier in the browser (C360-9)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common_users import new_users


@tagged("post_install", "-at_install")
class TestSupplierTour(HttpCase):
    def setUp(self):
        super().setUp()
        [self.fin] = new_users(self.env, {"fin": "account.group_account_invoice"})
        values = {"name": "Tour Foundry", "is_company": True, "supplier_rank": 1}
        self.foundry = self.env["res.partner"].create(values)
        journal = self.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", self.env.company.id)], limit=1
        )
        self.assertTrue(journal, "The tests' database has a chart of accounts")

    def _document(self, kind, amount):
        day = fields.Date.context_today(self.env["res.partner"]) - timedelta(days=30)
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.foundry.id,
                "invoice_date": day,
                "date": day,
                "ref": kind,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Castings", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()

    def test_from_the_list_to_the_finished_evaluation(self):
        """(5 × 40 + 2 × 25) ÷ 65 = 3.85: B; 50 of 200 were credited."""
        self._document("in_invoice", 200)
        self._document("in_refund", 50)
        self.start_tour("/odoo/supplier-evaluations", "crm_customer_insight_supplier", login="fin")
        evaluation = self.env["crm.supplier.evaluation"].search(
            [("partner_id", "=", self.foundry.id)]
        )
        self.assertEqual((evaluation.state, evaluation.grade), ("done", "B"))
        self.assertAlmostEqual(evaluation.score, 250 / 65, 2)
        self.assertEqual(evaluation.activity_ids.user_id, self.fin)
