"""Complaints and low satisfaction raise the risk of leaving and tell why somebody left (ROI-3)."""

import datetime

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..report import churn_signals as sql
from .common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestChurnSignals(PlaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.acme = cls.env["res.partner"].create({"name": "Acme Pumps", "is_company": True})
        cls.bob = cls.env["res.partner"].create({"name": "Bob", "parent_id": cls.acme.id})
        cls.scheme = cls.env["crm.feedback.scheme"].search([], limit=1)

    def _ago(self, days):
        return fields.Datetime.to_datetime(self.today) - datetime.timedelta(days=days - 0.5)

    def _came_in(self, days):
        """A complaint of Bob's that came in so long ago."""
        complaint = self._complaint(partner_id=self.bob.id)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_service_complaint SET date_start = %s WHERE id = %s",
                self._ago(days),
                complaint.id,
            )
        )

    def _answer(self, days, score):
        self.env["crm.feedback.answer"].create(
            {
                "scheme_id": self.scheme.id,
                "source": "mail",
                "partner_id": self.bob.id,
                "company_id": self.env.company.id,
                "date": self._ago(days),
                "score": score,
                "has_score": True,
            }
        )

    def _rows(self, build, day=None):
        self.env.flush_all()
        query = SQL(
            "SELECT weight, amount FROM (%s) s (partner_id, company_id, weight, amount)"
            " WHERE partner_id = %s",
            build(self.env, day or self.today),
            self.acme.id,
        )
        return self.env.execute_query(query)

    def test_open_complaints_of_all_contacts(self):
        self._came_in(10)
        self._came_in(10)
        # two open complaints: 1 − 0.7²
        [(weight, amount)] = self._rows(sql.open_complaints)
        self.assertAlmostEqual(weight, 0.51)
        self.assertEqual(amount, 2)
        # the day before they came in there was none
        self.assertEqual(self._rows(sql.open_complaints, self.today - self._days(11)), [])

    def _days(self, days):
        return datetime.timedelta(days=days)

    def test_the_latest_answer_counts_while_it_is_fresh(self):
        self._answer(30, 90)
        self._answer(10, 20)
        # 20 % is 30 below 50: 0.3
        [(weight, amount)] = self._rows(sql.low_satisfaction)
        self.assertAlmostEqual(weight, 0.3)
        self.assertEqual(amount, 20)
        self.assertEqual(self._rows(sql.low_satisfaction, self.today - self._days(20)), [])
        self.assertEqual(self._rows(sql.low_satisfaction, self.today + self._days(200)), [])

    def test_risk_and_reason_of_a_customer(self):
        churn = self.env["crm.customer.churn"]
        signs = {signal.code for signal in churn._churn_signals()}
        self.assertLessEqual({"complaint", "satisfaction"}, signs)
        labels = dict(churn._fields["reason_code"]._description_selection(self.env))
        self.assertEqual(labels["complaint"], "Complaint")
        self.env["crm.customer.contract"].create(
            {
                "partner_id": self.acme.id,
                "name": "Maintenance",
                "date_start": self.today - self._days(100),
                "renewal_kind": "automatic",
                "state": "running",
            }
        )
        self._came_in(10)
        self.env["crm.value.state"]._get().date = self.today
        self.env["crm.insight.run"]._run_now(["churn"])
        row = churn.search(
            [
                ("partner_id", "=", self.acme.id),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
            ]
        )
        self.assertAlmostEqual(row.risk, 0.3)
        self.assertEqual((row.state, row.reason_code), ("active", "complaint"))
        self.assertEqual(row.why, "Open complaints: 1")

    def test_lost_after_a_complaint(self):
        self.env["crm.customer.contract"].create(
            {
                "partner_id": self.acme.id,
                "name": "Maintenance",
                "date_start": self.today - self._days(400),
                "date_end": self.today - self._days(100),
                "renewal_kind": "none",
                "state": "running",
            }
        )
        self._came_in(120)
        self.env["crm.value.state"]._get().date = self.today
        self.env["crm.insight.run"]._run_now(["churn"])
        row = self.env["crm.customer.churn"].search(
            [
                ("partner_id", "=", self.acme.id),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
            ]
        )
        self.assertEqual((row.state, row.reason_code), ("lost", "complaint"))
