from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_service_levels.tests.common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestPlaintVoucher(PlaintCase):
    """SVC-C: compensation by voucher, from a gift card program worth one per point."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls._program()
        cls.procedure = cls.env.ref("crm_service_levels.complaint_procedure_standard")
        cls.cards = cls.env["loyalty.card"]

    @classmethod
    def _program(cls, **values):
        reward = {"discount_mode": "per_point", "discount": 1.0, "required_points": 1}
        return cls.env["loyalty.program"].create(
            {
                "name": "Vouchers",
                "program_type": "gift_card",
                "company_id": cls.company.id,
                "reward_ids": [Command.create(reward)],
                **values,
            }
        )

    def _to_compensate(self, amount=40.0, kind="voucher", **values):
        request = {"partner_id": self.anna.id, **values}
        return self._until(self._complaint(**request), "compensate", kind=kind, amount=amount)

    def test_a_voucher_over_the_approved_amount_once(self):
        complaint = self._to_compensate()
        with self.assertRaisesRegex(UserError, "Voucher code"):
            self._done(complaint, "compensate")
        complaint.action_voucher()
        card = complaint.sudo().voucher_card_id
        self.assertEqual((card.points, card.partner_id), (40.0, self.anna))
        self.assertEqual((card.program_id, card.history_ids.issued), (self.program, 40.0))
        self.assertEqual(complaint.voucher_code, card.code)
        self.assertEqual(complaint.voucher_left, 40.0)
        line = complaint.log_ids.filtered(lambda one: one.field == "voucher_code")
        self.assertEqual((line.after, line.user_id), (card.code, self.rita))
        with self.assertRaisesRegex(UserError, "already"):
            complaint.action_voucher()
        self.assertEqual(self.cards.search_count([("partner_id", "=", self.anna.id)]), 1)
        self._done(complaint, "compensate")
        self.assertEqual(complaint.step_code, "learn")

    def test_the_code_is_not_for_typing_over(self):
        complaint = self._to_compensate()
        complaint.voucher_code = "PAPER-7"
        complaint.action_voucher()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            complaint.voucher_code = "MINE"
        self.assertNotEqual(complaint.voucher_code, "PAPER-7")

    def test_what_is_left_follows_the_card(self):
        complaint = self._to_compensate()
        complaint.action_voucher()
        complaint.sudo().voucher_card_id.points = 15.0  # 25 of 40 were spent
        self.assertEqual(complaint.voucher_left, 15.0)

    def test_only_what_was_approved(self):
        with self.assertRaisesRegex(UserError, "No voucher was approved"):
            self._to_compensate(kind="goods").action_voucher()
        early = self._until(self._complaint(), "judge")
        with self.assertRaises(UserError):
            early.action_voucher()

    def test_above_the_limit_a_team_leader_makes_it(self):
        self.procedure.credit_limit = 39.99
        complaint = self._to_compensate()
        with self.assertRaisesRegex(UserError, "team leader"):
            complaint.action_voucher()
        complaint.with_user(self.leo).action_voucher()
        self.assertTrue(complaint.voucher_code)

    def test_not_without_a_customer(self):
        complaint = self._to_compensate(partner_id=False, email_from="who@example.com")
        complaint.sudo().request_id.partner_id = False
        with self.assertRaisesRegex(UserError, "customer"):
            complaint.action_voucher()

    def test_not_from_a_program_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.program.active = False
        strange = self._program(company_id=other.id)
        complaint = self._to_compensate()
        with self.assertRaisesRegex(UserError, "no gift card program"):
            complaint.action_voucher()
        self.procedure.voucher_program_id = strange
        with self.assertRaisesRegex(UserError, "no gift card program"):
            complaint.action_voucher()
        self.procedure.voucher_program_id = False
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.procedure.write({"company_id": self.company.id, "voucher_program_id": strange.id})

    def test_not_in_another_currency(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        foreign = currencies.search([("id", "!=", self.company.currency_id.id)], limit=1)
        foreign.active = True
        complaint = self._until(self._complaint(), "solution")
        complaint.write(
            {
                "solution": "A voucher",
                "compensation_kind": "voucher",
                "compensation_amount": 10.0,
                "currency_id": foreign.id,
            }
        )
        self._done(complaint, "solution")
        self._done(complaint.with_user(self.leo), "approve")
        self._words(complaint, "replied", "Called her")
        self._done(complaint, "reply")
        with self.assertRaisesRegex(UserError, foreign.name):
            complaint.action_voucher()

    def test_not_from_one_whose_point_is_not_worth_one(self):
        self.program.reward_ids.discount = 2.0
        with self.assertRaisesRegex(UserError, "worth one"):
            self._to_compensate().action_voucher()

    def test_it_is_mailed_to_the_customer_when_asked(self):
        complaint = self._to_compensate()
        with self.assertRaisesRegex(UserError, "Make the voucher first"):
            complaint.action_send_voucher()
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        complaint.action_voucher()
        self.assertEqual(mails.search_count([]), before)
        complaint.action_send_voucher()
        mail = mails.search([], order="id desc", limit=1)
        self.assertEqual(mail.recipient_ids, self.anna)
        self.assertIn(complaint.voucher_code, mail.body_html)
        # the paper bears the code in letters, too: it can be read without its bars
        self.assertIn(complaint.voucher_code.encode(), mail.attachment_ids.raw)
        self.assertIn("Voucher sent", complaint.log_ids.mapped("what"))

    def test_nobody_else_makes_or_reads_it(self):
        complaint = self._to_compensate()
        with self.assertRaises(AccessError):
            complaint.with_user(self.emma).action_voucher()
        with self.assertRaises(AccessError):
            complaint.with_user(self.audrey).action_voucher()
        complaint.action_voucher()
        with self.assertRaises(AccessError):
            self.cards.with_user(self.rita).search([])
