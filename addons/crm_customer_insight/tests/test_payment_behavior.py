"""How customers pay, from reconciled invoices (C360-5)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..tools import payment_behavior as rules
from .common_users import new_users


@tagged("post_install", "-at_install")
class TestPaymentBehavior(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.company = cls.env.company
        cls.partner_a.name = "Slow payer"
        cls.sam, cls.tom, cls.fin = new_users(
            cls.env,
            {
                "sam": "sales_team.group_sale_salesman",
                "tom": "sales_team.group_sale_salesman",
                "fin": "account.group_account_invoice",
            },
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.partner_a.user_id = cls.sam
        cls.partner_b.user_id = cls.tom

    def day(self, days_ago):
        return self.today - timedelta(days=days_ago)

    def invoice(self, amount, due, kind="out_invoice", partner=None, currency=None):
        """A posted document without tax, due *due* days ago."""
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.partner_a).id,
                "invoice_date": self.day(due + 10),
                "invoice_date_due": self.day(due),
                "invoice_payment_term_id": False,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def pay(self, move, days_ago, amount=None):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        values = {"payment_date": self.day(days_ago)}
        if amount:
            values["amount"] = amount
        return wizard.create(values)._create_payments()

    def compute(self):
        return self.env["crm.insight.run"]._run_now(["payment_behavior"])["payment_behavior"]

    def row(self, partner=None):
        return self.env["crm.payment.behavior"].search(
            [("partner_id", "=", (partner or self.partner_a).id), ("is_current", "=", True)]
        )

    def test_mean_days_late_is_weighted_by_amount(self):
        """100 paid 10 days late, 300 in time (day of due), 100 20 days early:
        (100 × 10 + 300 × 0 − 100 × 20) ÷ 500 = −2 days; late 100 ÷ 500 = 0.2."""
        for amount, due, paid in ((100, 100, 90), (300, 80, 80), (100, 60, 80)):
            self.pay(self.invoice(amount, due), paid)
        self.compute()
        row = self.row()
        self.assertEqual(row.paid_count, 3)
        self.assertAlmostEqual(row.paid_amount, 500)
        self.assertAlmostEqual(row.days_late, -2)
        self.assertAlmostEqual(row.late_share, 0.2)
        self.assertEqual(row.risk, "low")
        self.assertAlmostEqual(rules.summary([(10, 100), (0, 300), (-20, 100)])[0], -2)

    def test_two_payments_are_not_enough(self):
        for due in (50, 40):
            self.pay(self.invoice(100, due), due)
        self.compute()
        self.assertIs(self.row().days_late, False)
        self.assertIs(self.row().late_share, False)
        self.assertEqual(self.row().risk, "unknown")

    def test_open_and_overdue_after_a_partial_payment(self):
        """1,000 due 70 days ago, 400 of it paid: 600 overdue for 70 days, risky (> 60).
        200 more are due in five days: open 800."""
        self.pay(self.invoice(1000, 70), 69, amount=400)
        self.invoice(200, -5)
        self.compute()
        row = self.row()
        self.assertAlmostEqual(row.open_amount, 800)
        self.assertAlmostEqual(row.overdue_amount, 600)
        self.assertEqual((row.overdue_days, row.oldest_due), (70, self.day(70)))
        self.assertEqual(row.risk, "high")

    def test_a_credit_note_settles_but_is_no_payment(self):
        invoice = self.invoice(500, 30)
        note = self.invoice(500, 20, kind="out_refund")
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.invoice(10, 5)
        self.compute()
        self.assertEqual((self.row().paid_count, self.row().overdue_amount), (0, 10))

    def test_negative_documents_alone_give_no_figures(self):
        self.invoice(500, 20, kind="out_refund", partner=self.partner_b)
        self.invoice(10, 5)
        self.compute()
        self.assertFalse(self.row(self.partner_b))

    def test_amounts_are_in_company_currency(self):
        """The other currency stands at 2 (2017 on): 300 of it are 150 of ours."""
        self.invoice(300, 20, currency=self.setup_other_currency("HRK"))
        self.compute()
        self.assertAlmostEqual(self.row().overdue_amount, 150)
        self.assertEqual(self.row().currency_id, self.company.currency_id)

    def test_trend_compares_half_years(self):
        """Half a year ago and before: in time; since then 12 days late: trend +12."""
        for due in (300, 280, 260):
            self.pay(self.invoice(100, due), due)
        for due in (100, 80, 60):
            self.pay(self.invoice(100, due), due - 12)
        self.compute()
        self.assertAlmostEqual(self.row().trend_days, 12)
        self.assertAlmostEqual(self.row().days_late, 6)

    def test_risk_of_sql_is_that_of_the_rules(self):
        self.test_trend_compares_half_years()
        rows = self.env["crm.payment.behavior"].search([])
        for row in rows:
            late = None if row.days_late is False else row.days_late
            share = None if row.late_share is False else row.late_share
            self.assertEqual(row.risk, rules.risk(late, share, row.overdue_days))

    def test_closed_months_stay(self):
        """Overdue at the end of the month before last; paid since: that month keeps it."""
        invoice = self.invoice(100, 100)
        self.compute()
        months = self.env["crm.payment.behavior"].search(
            [("partner_id", "=", self.partner_a.id), ("is_current", "=", False)]
        )
        self.assertGreaterEqual(len(months), 2)
        self.assertEqual(set(months.mapped("overdue_amount")) - {0}, {100})
        self.pay(invoice, 0)
        self.compute()
        self.assertEqual(set(months.exists().mapped("overdue_amount")) - {0}, {100})
        self.assertEqual(self.row().overdue_amount, 0)

    def test_without_invoices_it_says_so(self):
        self.env["account.move"].search([("state", "=", "posted")]).button_draft()
        found = self.compute()
        if isinstance(found, str):
            self.assertEqual(found, "There is no customer invoice yet.")

    def test_who_reads_whom(self):
        for partner in (self.partner_a, self.partner_b):
            self.invoice(100, 30, partner=partner)
        self.compute()
        behavior = self.env["crm.payment.behavior"]
        domain = [
            ("partner_id", "in", (self.partner_a | self.partner_b).ids),
            ("is_current", "=", True),
        ]
        self.assertEqual(behavior.with_user(self.sam).search(domain).partner_id, self.partner_a)
        self.assertEqual(len(behavior.with_user(self.fin).search(domain)), 2)
        text = self.partner_a.with_user(self.fin).payment_text
        self.assertIn("overdue since", text)
        self.assertFalse(self.partner_b.with_user(self.sam).payment_text)

    def test_facts(self):
        self.invoice(100, 30)
        self.compute()
        facts = self.env["crm.customer.fact"].with_user(self.sam)
        values = facts._values(["overdue_amount", "payment_risk"], self.partner_a.ids)
        self.assertEqual(values["overdue_amount"], {self.partner_a.id: 100})
        self.assertEqual(values["payment_risk"], {self.partner_a.id: "medium"})


@tagged("post_install", "-at_install")
class TestDunning(AccountTestInvoicingCommon):
    """What finance is told before it asks for money (C360-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        [cls.fin] = new_users(
            cls.env,
            {"fin": "account.group_account_invoice"},
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
        )
        cls.invoice = cls.init_invoice("out_invoice", cls.partner_a, post=True, amounts=[100])

    def hold(self, days, **values):
        return (
            self.env["crm.dunning.hold"]
            .with_user(self.fin)
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "date_until": self.today + timedelta(days=days),
                    "reason": "CR-0042",
                    **values,
                }
            )
        )

    def test_a_hold_is_told_on_invoice_and_contact_and_in_the_chatter(self):
        hold = self.hold(10)
        invoice = self.invoice.with_user(self.fin)
        self.assertEqual(invoice.dunning_hold_until, hold.date_until)
        self.assertIn("CR-0042", invoice.finance_notice)
        self.assertIn("CR-0042", self.partner_a.with_user(self.fin).finance_notice)
        self.assertIn("CR-0042", self.partner_a.message_ids[0].body)

    def test_a_hold_ends_by_itself_or_earlier(self):
        hold = self.hold(10)
        moves = self.env["account.move"].with_user(self.fin)
        domain = [("dunning_hold_until", "!=", False), ("id", "=", self.invoice.id)]
        self.assertEqual(moves.search(domain), self.invoice)
        hold.action_lift()
        self.env.invalidate_all()
        self.assertFalse(moves.search(domain))
        self.assertFalse(self.invoice.with_user(self.fin).finance_notice)
        other = self.hold(0)
        self.assertTrue(other.is_active)
        self.env.cr.execute(
            "UPDATE crm_dunning_hold SET date_until = %s WHERE id = %s",
            [self.today - timedelta(days=1), other.id],
        )
        self.env.invalidate_all()
        self.assertFalse(other.is_active)
        self.assertFalse(moves.search(domain))

    def test_bills_of_vendors_say_nothing(self):
        self.hold(10)
        bill = self.init_invoice("in_invoice", self.partner_a, amounts=[100])
        self.assertFalse(bill.with_user(self.fin).finance_notice)
        self.assertFalse(bill.with_user(self.fin).dunning_hold_until)

    def test_without_complaints_nobody_has_one(self):
        """Alone, insight knows no complaints: the filter finds nothing, the column shows 0."""
        moves = self.env["account.move"].with_user(self.fin)
        if self.env["res.partner"]._finance_complaints_sql() is None:
            self.assertFalse(moves.search([("open_complaint_count", ">", 0)]))
        self.assertEqual(self.invoice.with_user(self.fin).open_complaint_count, 0)
