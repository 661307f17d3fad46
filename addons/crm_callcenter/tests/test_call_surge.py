"""Surges: told with significance and examples, closed when over (CC-11)."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .measure_common import MeasureCase, T

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestCallSurge(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for week in range(1, 11):
            for topic in (cls.topic, cls.other):
                for minute in (5, 20):
                    cls._call(T - timedelta(days=7 * week, minutes=-minute), topic_id=topic.id)

    def _detect(self, end=T + HOUR):
        found = self.env["crm.call.surge"]._detect(self.company, end)
        return found.filtered(lambda one: one.topic_id in self.topic | self.other)

    def _many(self, count, at=T):
        for one in range(count):
            self._call(at + timedelta(minutes=one), topic_id=self.topic.id)

    def test_usual_is_no_surge(self):
        """Two calls of each topic, as in every week."""
        for topic in (self.topic, self.other):
            self._call(topic_id=topic.id)
            self._call(topic_id=topic.id)
        self.assertFalse(self._detect())

    def test_surge_is_told_and_ends(self):
        """Twelve instead of two: P(X ≥ 12 | 2) is 1.4 · 10⁻⁶ by Poisson."""
        self._many(12)
        surge = self._detect()
        self.assertEqual((surge.topic_id, surge.queue_id), (self.topic, self.support))
        self.assertEqual((surge.count, surge.usual, surge.weeks), (12, 2, 10))
        self.assertAlmostEqual(surge.probability, 1.4e-6, delta=1e-7)
        self.assertIn("12 calls about", surge.explanation)
        self.assertEqual(len(surge.call_ids), 10)
        self.assertEqual(self.env["crm.call"].search_count(surge.action_calls()["domain"]), 12)
        self.assertTrue(surge.user_id)
        self.assertEqual(surge.activity_ids.user_id, surge.user_id)
        self.assertEqual(self._detect(), surge)  # once, not twice
        self.assertEqual(len(surge.activity_ids), 1)
        self.assertFalse(self._detect(T + timedelta(hours=3)))
        self.assertEqual(surge.state, "over")
        self.assertFalse(surge.activity_ids)

    def test_without_history_nothing_is_said(self):
        self.env["crm.call"].search([("start", "<", T - timedelta(days=40))]).unlink()
        self._many(12)
        self.assertFalse(self._detect())

    def test_same_number_of_queries(self):
        def queries():
            before = self.env.cr.sql_log_count
            self._detect()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for topic in self.env["crm.call.topic"].create([{"name": f"t{n}"} for n in range(20)]):
            self._call(topic_id=topic.id)
        self.assertEqual(queries(), few)

    def test_rights(self):
        self._many(12)
        surge = self._detect()
        surge.with_user(self.eve).check_access("read")
        for user in (self.eve, self.ada.user_id):
            with self.assertRaises(AccessError):
                surge.with_user(user).check_access("write")
        with self.assertRaises(AccessError):
            surge.with_user(self.ada.user_id).check_access("read")
        found = self.env["crm.call.supervisor"].with_user(self.eve).get_supervisor()
        self.assertIn(surge.id, [one["id"] for one in found["surges"]])
