from odoo.fields import Command
from odoo.tests import tagged

from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSellInvoice(SellCase):
    """SVC-L4: order, delivery and invoice follow in Odoo, and the card beside the request tells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = ("asset_receivable", "income", "asset_cash")
        cls.owed, cls.income, cls.cash = cls.env["account.account"].create(
            [
                {"name": kind, "code": f"98{place}", "account_type": kind}
                for place, kind in enumerate(kinds)
            ]
        )
        cls.anna.property_account_receivable_id = cls.owed
        cls.acme.property_account_receivable_id = cls.owed
        cls.kit.property_account_income_id = cls.income
        journals = {"sale": cls.income, "bank": cls.cash}
        cls.sales, cls.bank = cls.env["account.journal"].create(
            [
                {"name": kind, "code": f"X{kind}", "type": kind, "default_account_id": account.id}
                for kind, account in journals.items()
            ]
        )

    def _steps(self):
        [row] = self._as(self.sal).get_sale_card()["orders"]
        return {step["code"]: step["state"] for step in row["steps"]}

    def test_from_the_quotation_to_the_payment(self):
        self.kit.invoice_policy = "delivery"
        order = self._sell(self._want(self.kit, "add_on", 2))
        order.journal_id = self.sales
        self._as(self.sal).confirm_by_phone(order.id)
        self.assertEqual((self._steps()["confirmed"], self._steps()["delivered"]), ("done", "now"))
        order.order_line.qty_delivered = 2.0
        self.assertEqual((self._steps()["delivered"], self._steps()["invoiced"]), ("done", "now"))
        invoice = order._create_invoices()
        invoice.action_post()
        # 2 × 100
        self.assertEqual((invoice.partner_id, invoice.amount_untaxed), (self.anna, 200.0))
        self.assertEqual((self._steps()["invoiced"], self._steps()["paid"]), ("done", "now"))
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "line_ids": [
                    Command.create({"account_id": self.cash.id, "debit": 200.0}),
                    Command.create(
                        {"account_id": self.owed.id, "credit": 200.0, "partner_id": self.anna.id}
                    ),
                ],
            }
        )
        entry.action_post()
        owed = (invoice | entry).line_ids.filtered(lambda line: line.account_id == self.owed)
        owed.reconcile()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(set(self._steps().values()), {"done"})
