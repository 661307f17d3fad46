"""Finance sees open complaints before it duns; complaints are quality signals (C360-5)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestFinanceNotice(PlaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fin = cls._user("finance_fin", "account.group_account_invoice")
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", cls.env.company.id)], limit=1
        )

    def invoice(self, partner, days=30):
        if not self.journal:
            self.skipTest("no chart of accounts")
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": self.today - timedelta(days=days + 10),
                "invoice_date_due": self.today - timedelta(days=days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "Pump", "price_unit": 100})],
            }
        )
        move.action_post()
        return move

    def test_an_accountant_without_service_rights_sees_number_and_day_only(self):
        complaint = self._complaint()
        partner = complaint.sudo().request_id.partner_id
        with self.assertRaises(AccessError):
            complaint.with_user(self.fin).check_access("read")
        notice = partner.with_user(self.fin).finance_notice
        self.assertIn("Open complaints: 1 since", notice)
        self.assertIn(complaint.number, notice)
        self.assertNotIn("leaks", notice)

    def test_invoices_are_filtered_and_counted(self):
        complaint = self._complaint()
        customer = complaint.sudo().request_id.commercial_partner_id
        other = self.env["res.partner"].create({"name": "Content"})
        concerned, unconcerned = self.invoice(customer), self.invoice(other)
        moves = self.env["account.move"].with_user(self.fin)
        found = moves.search(
            [
                ("id", "in", (concerned | unconcerned).ids),
                ("invoice_date_due", "<", "today"),
                ("open_complaint_count", ">", 0),
            ]
        )
        self.assertEqual(found, concerned)
        self.assertEqual(found.open_complaint_count, 1)
        self.assertIn(complaint.number, found.finance_notice)
        none = moves.search(
            [("id", "in", (concerned | unconcerned).ids), ("open_complaint_count", "=", 0)]
        )
        self.assertEqual(none, unconcerned)

    def test_a_closed_complaint_is_told_no_more(self):
        complaint = self._complaint()
        partner = complaint.sudo().request_id.partner_id
        self.assertTrue(partner.with_user(self.fin).finance_notice)
        self.env.cr.execute(
            "UPDATE crm_service_complaint SET state = 'closed' WHERE id = %s", [complaint.id]
        )
        self.env.cr.execute(
            "UPDATE crm_service_request SET is_closed = TRUE WHERE commercial_partner_id = %s",
            [partner.commercial_partner_id.id],
        )
        self.env.invalidate_all()
        self.assertFalse(partner.with_user(self.fin).finance_notice)

    def test_another_company_is_not_told(self):
        complaint = self._complaint()
        partner = complaint.sudo().request_id.partner_id
        branch = self.env["res.company"].create({"name": "Far branch"})
        self.fin.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        seen = partner.with_user(self.fin).with_company(branch)
        self.assertFalse(seen.finance_notice)

    def test_service_asks_not_to_dun(self):
        complaint = self._complaint()
        action = complaint.action_hold_dunning()
        hold = (
            self.env[action["res_model"]]
            .with_user(self.rita)
            .with_context(**action["context"])
            .create({"date_until": self.today + timedelta(days=14)})
        )
        self.assertEqual(hold.partner_id, complaint.sudo().request_id.commercial_partner_id)
        self.assertIn(complaint.number, hold.reason)
        self.assertIn("Do not dun until", hold.partner_id.with_user(self.fin).finance_notice)

    def test_complaints_are_quality_signals(self):
        """One event for the pump; invalid and withdrawn ones are none."""
        for values in ({}, {"validity": "invalid"}, {"state": "withdrawn"}):
            complaint = self._complaint(product_id=self.pump.id).sudo()
            self.env.flush_all()
            for name, value in values.items():
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_service_complaint SET %s = %s WHERE id = %s",
                        SQL.identifier(name), value, complaint.id,
                    )
                )  # fmt: skip
        self.env.invalidate_all()
        self.env["crm.insight.run"]._run_now(["product_quality"])
        row = self.env["crm.product.quality"].search(
            [("product_id", "=", self.pump.id), ("kind", "=", "complaint")]
        )
        self.assertEqual((row.event_count, row.verdict), (1, "unknown"))
        self.assertEqual(row.action_open_documents()["res_model"], "crm.service.complaint")

    def _answer(self, score, **values):
        return self.env["crm.feedback.answer"].create(
            {
                "scheme_id": self.env["crm.feedback.scheme"].search([], limit=1).id,
                "source": "mail",
                "company_id": self.env.company.id,
                "score": score,
                "has_score": True,
                **values,
            }
        )

    def test_low_satisfaction_is_a_quality_signal(self):
        """Below 50 % about the pump or a machine of its kind; an employee's word is none."""
        asset = self.env["crm.customer.asset"].create(
            {"product_id": self.pump.id, "partner_id": self.anna.id}
        )
        told = self._answer(49, product_id=self.pump.id) | self._answer(0, asset_id=asset.id)
        self._answer(50, product_id=self.pump.id)
        self._answer(10, product_id=self.pump.id, source="employee")
        self._answer(10)
        self.env["crm.insight.run"]._run_now(["product_quality"])
        row = self.env["crm.product.quality"].search(
            [("product_id", "=", self.pump.id), ("kind", "=", "dissatisfaction")]
        )
        self.assertEqual((row.event_count, row.verdict), (2, "unknown"))
        action = row.action_open_documents()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), told)
