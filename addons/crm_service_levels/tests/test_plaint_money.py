from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.crm_customer_insight.tests.value_common import ready_company

from .common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestPlaintMoney(AccountTestInvoicingCommon, PlaintCase):
    """SVC-C: compensation and penalty; an invoice of 100 and 15 % tax, 115 in all."""

    @classmethod
    def setup_independent_company(cls, **kwargs):
        return ready_company(cls.env, "usd") or super().setup_independent_company(**kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=SUPERUSER_ID)
        cls.company = cls.env.company
        (cls.team | cls.department).with_env(cls.env).company_id = cls.company
        cls.tax = cls.env["account.tax"].create({"name": "Fifteen", "amount": 15.0})
        cls.invoice = cls._invoice()
        for user in (cls.rita, cls.leo):
            user.with_env(cls.env).write(
                {"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id}
            )

    @classmethod
    def _invoice(cls, partner=None, **values):
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.acme).id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Pump",
                            "quantity": 2,
                            "price_unit": 50.0,
                            "tax_ids": [Command.set(cls.tax.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _to_compensate(self, amount, **values):
        complaint = self._complaint(**{"invoice_id": self.invoice.id, **values})
        return self._until(complaint, "compensate", kind="credit_note", amount=amount)

    def test_a_credit_note_is_drafted_once(self):
        complaint = self._to_compensate(23.0)
        with self.assertRaisesRegex(UserError, "Credit note"):
            self._done(complaint, "compensate")
        complaint.action_credit_note()
        note = complaint.sudo().credit_note_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.reversed_entry_id, self.invoice)
        # 23 with 15 % tax is 20 and 3.
        self.assertEqual((note.amount_untaxed, note.amount_tax), (20.0, 3.0))
        with self.assertRaisesRegex(UserError, "already"):
            complaint.action_credit_note()
        self._done(complaint, "compensate")
        self.assertEqual(complaint.step_code, "learn")

    def test_not_more_than_is_left_of_the_invoice(self):
        with self.assertRaisesRegex(UserError, "left of the invoice"):
            self._to_compensate(115.01)
        self._to_compensate(100.0).action_credit_note()
        with self.assertRaisesRegex(UserError, "left of the invoice"):
            self._to_compensate(15.01)
        self.assertEqual(self._to_compensate(15.0).step_code, "compensate")

    def test_not_in_another_currency(self):
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", self.company.currency_id.id)], limit=1)
        other.active = True
        complaint = self._until(self._complaint(invoice_id=self.invoice.id), "solution")
        complaint.write(
            {
                "solution": "Money back",
                "compensation_kind": "credit_note",
                "compensation_amount": 10.0,
                "currency_id": other.id,
            }
        )
        with self.assertRaisesRegex(UserError, "currency of the invoice"):
            self._done(complaint, "solution")

    @mute_logger("odoo.sql_db")
    def test_never_negative(self):
        complaint = self._until(self._complaint(), "solution")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            complaint.compensation_amount = -1.0
            complaint.flush_recordset()

    def test_above_the_limit_a_team_leader_makes_it(self):
        self.env.ref("crm_service_levels.complaint_procedure_standard").credit_limit = 22.0
        complaint = self._to_compensate(23.0)
        with self.assertRaisesRegex(UserError, "team leader"):
            complaint.action_credit_note()
        complaint.with_user(self.leo).action_credit_note()
        self.assertTrue(complaint.credit_note_id)

    def test_not_on_the_invoice_of_another_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        complaint = self._to_compensate(23.0, invoice_id=self._invoice(stranger).id)
        with self.assertRaisesRegex(UserError, "another customer"):
            complaint.action_credit_note()

    def test_not_without_approval_of_a_credit_note(self):
        complaint = self._until(self._complaint(invoice_id=self.invoice.id), "compensate")
        with self.assertRaisesRegex(UserError, "No credit note was approved"):
            complaint.action_credit_note()
        early = self._until(self._complaint(), "judge")
        with self.assertRaises(UserError):
            early.action_credit_note()
