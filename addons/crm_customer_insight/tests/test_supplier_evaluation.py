"""Simple evaluation of suppliers: judged by weighted criteria, with what was measured (C360-9)."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .value_common import ValueCommon

DAY = date(2025, 12, 15)


@tagged("post_install", "-at_install")
class TestSupplierEvaluation(ValueCommon):
    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Evaluation = cls.env["crm.supplier.evaluation"]
        cls.mia = cls.make_user("mia_supplier", "crm_customer_insight.group_insight_manager")
        cls.acc = cls.make_user("acc_supplier", "account.group_account_invoice")

    def evaluate(self, partner=None, day=DAY, **scores):
        evaluation = self.Evaluation.create(
            {
                "partner_id": (partner or self.alma).id,
                "company_id": self.company.id,
                "date": day,
                "user_id": self.mia.id,
            }
        )
        for line in evaluation.line_ids:
            code = line.criterion_id.name.lower()
            line.score = str(scores[code]) if code in scores else False
        return evaluation

    def test_weighted_score_and_grade(self):
        # quality 40, delivery 25, price 20, service 15
        # (5 × 40 + 3 × 25 + 4 × 20) ÷ 85 = 355 ÷ 85 = 4.1765: service was not judged
        evaluation = self.evaluate(quality=5, delivery=3, price=4)
        self.assertAlmostEqual(evaluation.score, 355 / 85, 2)
        self.assertEqual(evaluation.grade, "B")

    def test_nothing_judged_has_no_score(self):
        evaluation = self.evaluate()
        self.assertIs(evaluation.score, False)
        self.assertFalse(evaluation.grade)
        with self.assertRaises(UserError):
            evaluation.action_finish()

    def test_weights_stay_as_they_were(self):
        evaluation = self.evaluate(quality=5, price=2)
        before = evaluation.score
        self.env.ref("crm_customer_insight.supplier_criterion_price").weight = 900
        evaluation.invalidate_recordset()
        self.assertEqual(evaluation.score, before)

    def test_measured_beside(self):
        """200 + 100 billed, 30 credited in twelve months; what is older or a draft is not there."""
        self.invoice(self.alma, "2025-03-01", (1, 200), move_type="in_invoice")
        self.invoice(self.contact, "2025-12-15", (1, 100), move_type="in_invoice")
        self.invoice(self.alma, "2024-12-15", (1, 999), move_type="in_invoice")
        self.invoice(self.alma, "2025-05-01", (1, 77), move_type="in_invoice", post=False)
        self.invoice(self.alma, "2025-06-01", (1, 30), move_type="in_refund")
        evaluation = self.evaluate(quality=4)
        self.assertEqual(
            (evaluation.bill_count, evaluation.bill_amount, evaluation.refund_amount), (2, 300, 30)
        )
        self.assertAlmostEqual(evaluation.refund_rate, 0.1)
        action = evaluation.action_open_bills()
        self.assertEqual(self.env["account.move"].search_count(action["domain"]), 3)

    def test_without_bills_nothing_is_measured(self):
        evaluation = self.evaluate(quality=4)
        self.assertEqual(evaluation.bill_count, 0)
        self.assertIs(evaluation.bill_amount, False)
        self.assertIs(evaluation.refund_rate, False)

    def test_the_next_one_is_an_activity_once(self):
        first = self.evaluate(day=date(2024, 12, 1), quality=3)
        first.action_finish()
        first.action_finish()
        self.assertEqual(first.next_date, date(2025, 12, 1))
        self.assertEqual(
            (first.activity_ids.date_deadline, first.activity_ids.user_id),
            (date(2025, 12, 1), self.mia),
        )
        second = self.evaluate(quality=4)
        second.action_finish()
        self.assertFalse(first.activity_ids)
        self.assertEqual(second.activity_ids.date_deadline, date(2026, 12, 15))
        self.assertFalse(first.next_date, "it was made and is not due any more")

    def test_one_of_the_past_entered_late_ends_nothing(self):
        now = self.evaluate(quality=4)
        now.action_finish()
        self.evaluate(day=date(2024, 12, 1), quality=3).action_finish()
        self.assertEqual(now.next_date, date(2026, 12, 15))
        self.assertEqual(len(now.activity_ids), 1)

    def test_history_stays(self):
        evaluation = self.evaluate(quality=4)
        evaluation.action_finish()
        with self.assertRaises(UserError):
            evaluation.unlink()
        evaluation.action_reopen()
        evaluation.unlink()

    def test_a_contact_supplies_for_his_company(self):
        self.assertEqual(self.evaluate(self.contact).partner_id, self.alma)

    def test_entered_in_the_form_by_an_accountant(self):
        with Form(self.Evaluation.with_user(self.acc)) as form:
            form.partner_id = self.alma
            with form.line_ids.edit(0) as line:
                line.score = "5"
        evaluation = form.record
        self.assertEqual((evaluation.score, evaluation.grade), (5, "A"))
        self.assertEqual(len(evaluation.line_ids), 4)
        evaluation.action_finish()
        self.assertEqual(evaluation.state, "done")

    def test_salespeople_do_not_see_suppliers(self):
        evaluation = self.evaluate(quality=4)
        sam = self.make_user("sam_supplier", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            evaluation.with_user(sam).read(["score"])
        ann = self.make_user("ann_supplier", "crm_customer_insight.group_insight_analyst")
        self.assertTrue(evaluation.with_user(ann).read(["score"]))
        with self.assertRaises(AccessError):
            evaluation.with_user(ann).action_finish()

    @mute_logger("odoo.sql_db")
    def test_a_criterion_weighs_something(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["crm.supplier.criterion"].create({"name": "Colour", "weight": 0})

    def test_measured_in_as_many_queries_for_ten(self):
        evaluations = self.Evaluation.union(*(self.evaluate(quality=4) for _n in range(10)))
        self.invoice(self.alma, "2025-03-01", (1, 200), move_type="in_invoice")

        def count(rows):
            self.env.flush_all()
            rows.invalidate_recordset()
            rows.mapped("partner_id")
            before = self.cr.sql_log_count
            rows.mapped("bill_count")
            return self.cr.sql_log_count - before

        self.assertEqual(count(evaluations), count(evaluations[:1]))
