"""Satisfaction and complaints raise alerts (C360-3, SVC-L5, SVC-C)."""

import datetime

from odoo import fields
from odoo.tests import tagged

from .common_plaint import PlaintCase

ALERT, RULE = "crm.customer.alert", "crm.customer.alert.rule"


@tagged("post_install", "-at_install")
class TestAlertSignals(PlaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env[RULE].search([]).active = False
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.acme = cls.env["res.partner"].create({"name": "Acme Pumps", "is_company": True})
        cls.bob = cls.env["res.partner"].create({"name": "Bob", "parent_id": cls.acme.id})
        cls.scheme = cls.env["crm.feedback.scheme"].search([], limit=1)

    def _rule(self, kind, **values):
        return self.env[RULE].create({"name": kind, "kind": kind, **values})

    def _raised(self):
        before = self.env[ALERT].search([])
        self.env["crm.insight.run"]._run_now(["alerts"])
        return self.env[ALERT].search([]) - before

    def _ago(self, days):
        return fields.Datetime.to_datetime(self.today) - datetime.timedelta(days=days - 0.5)

    def _answers(self, *given):
        self.env["crm.feedback.answer"].create(
            [
                {
                    "scheme_id": self.scheme.id,
                    "source": "mail",
                    "partner_id": self.bob.id,
                    "company_id": self.env.company.id,
                    "date": self._ago(days),
                    "score": score,
                    "has_score": score is not None,
                }
                for days, score in given
            ]
        )

    def _satisfaction_rule(self, **values):
        return self._rule(
            "satisfaction_drop",
            **{"threshold_none": 15, "window_days": 90, "observations": 3, **values},
        )

    def test_satisfaction_below_the_own_earlier_mean(self):
        # (90 + 80 + 85) / 3 = 85 before, (60 + 70) / 2 = 65 now: 20 points
        self._answers((300, 90), (200, 80), (100, 85), (40, 60), (10, 70))
        self._satisfaction_rule(threshold_none=20)
        alert = self._raised()
        self.assertEqual(alert.partner_id, self.acme)
        self.assertEqual((alert.figure, alert.usual, alert.measure), (65, 85, 20))
        self.assertEqual(alert.reason, "Satisfaction 65 instead of 85 %, from 2 answers.")
        self.assertFalse(self._raised())

    def test_too_few_answers_say_nothing(self):
        self._answers((300, 90), (200, 90), (100, None), (40, 10), (10, 10))
        rule = self._satisfaction_rule()
        self.assertFalse(self._raised(), "two before")
        self._answers((150, 90))
        rule.minimum = 3
        self.assertFalse(self._raised(), "two now")
        rule.minimum = 2
        self.assertEqual(self._raised().measure, 80)

    def _complain(self, days, state="open"):
        complaint = self._complaint(partner_id=self.bob.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_service_complaint SET date_start = %s, state = %s WHERE id = %s",
            [self._ago(days), state, complaint.id],
        )
        self.env.invalidate_all()

    def test_several_complaints_in_the_window(self):
        # 2 in 60 days; 1 in the 365 days before is 60 / 365 = 0.2 of such a window
        for days in (20, 10, 100):
            self._complain(days)
        self._complain(5, "withdrawn")
        rule = self._rule("complaints", threshold_none=3, window_days=60)
        self.assertFalse(self._raised())
        rule.threshold_none = 2
        alert = self._raised()
        self.assertEqual((alert.partner_id, alert.figure), (self.acme, 2))
        self.assertAlmostEqual(alert.usual, 60 / 365)
        self.assertEqual(alert.reason, "2 complaints in 60 days instead of 0.2.")
        self._complain(1)
        self.assertFalse(self._raised(), "the same matter")

    def test_ready_rules(self):
        rules = self.env[RULE].with_context(active_test=False)
        for kind in ("satisfaction_drop", "complaints"):
            found = rules.search([("kind", "=", kind)])
            self.assertTrue(found.threshold_meaning)
            self.assertTrue(0 < found.threshold_a <= found.threshold_d)
