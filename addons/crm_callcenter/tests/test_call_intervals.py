"""Facts of calls by interval, on calls made by hand (CC-4, CC-8)."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..report import call_intervals as sql
from ..tools.call_measures import first_contact_resolution
from .measure_common import NOW, MeasureCase, T


@tagged("post_install", "-at_install")
class TestCallIntervals(MeasureCase):
    def test_counts_of_an_interval(self):
        """One of each kind, in one quarter of an hour of one queue."""
        self._call(wait=10, ring_seconds=5, talk_seconds=100, hold_seconds=30, transfer_count=1)
        self._call(T + timedelta(minutes=14, seconds=59), wait=40, talk_seconds=60)
        self._call(result="abandoned", wait=15)
        self._call(result="abandoned", wait=50)
        self._call(result="short_abandoned", wait=3)
        for result in ("busy", "no_answer", "rejected", "failed", "voicemail"):
            self._call(result=result, in_time=False)
        self._call(result="callback_requested", wait=70)
        self._call(result="ivr_contained", path=[{"at": 1, "kind": "ivr", "menu": "main"}])
        self._call(state="running", result=False)
        fact = self._facts()
        self.assertEqual(len(fact), 1)
        self.assertEqual(fact.start, T)
        self.assertEqual((fact.queue_id, fact.skill_id), (self.support, self.pumps))
        counts = fact.read(
            ["calls", "offered", "answered", "in_time", "abandoned", "abandoned_in_time",
             "short_abandoned", "busy", "no_answer", "rejected", "failed", "voicemail",
             "callback_requested", "ivr_contained", "ivr_entered", "transferred"]
        )[0]  # fmt: skip
        counts.pop("id")
        # 12 calls are over; 11 of them wanted an agent
        self.assertEqual(list(counts.values()), [12, 11, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        waits = (fact.waited_answered, fact.waited_abandoned, fact.waited_short)
        self.assertEqual((*waits, fact.longest_wait), (50, 65, 3, 70))
        # talk without hold: 100 − 30 + 60
        self.assertEqual((fact.ring_seconds, fact.talk_seconds, fact.hold_seconds), (5, 130, 30))

    def test_dimensions(self):
        """Another quarter, agent, topic, direction or queue is another row."""
        self._call()
        self._call(T + timedelta(minutes=15))
        self._call(agent_id=self.ada.id)
        self._call(topic_id=self.topic.id)
        self._call(direction="outbound")
        self._call(queue_id=False)
        facts = self._facts()
        self.assertEqual(facts.mapped("calls"), [1] * 6)
        self.assertEqual(facts.filtered(lambda fact: not fact.queue_id).skill_id.ids, [])

    def test_after_call_work(self):
        call = self._call(agent_id=self.ada.id)
        self._facts()
        self.env["crm.call.agent.state"].create(
            {
                "agent_id": self.ada.id,
                "state": "wrap_up",
                "call_id": call.id,
                "date_from": NOW - timedelta(seconds=100),
                "date_to": NOW - timedelta(seconds=58),
            }
        )
        self.assertEqual(self._facts().wrap_seconds, 42)

    def test_only_changed_intervals(self):
        one, _two = self._call(), self._call(T + timedelta(hours=1))
        before = self._facts()
        one.topic_id = self.topic
        after = self._facts()
        self.assertEqual(after[0].topic_id, self.topic)
        self.assertEqual(before[1], after[1])  # the very same row
        self.assertFalse(before[0].exists())
        self.assertFalse(self.env["crm.call.interval"]._drain(NOW))

    def test_closed_months_stay(self):
        """April is closed on the 11th of May; a month without facts is computed anyway."""
        call = self._call(datetime(2026, 4, 30, 10))
        self.assertFalse(self._facts(datetime(2026, 5, 10)).topic_id)
        call.topic_id = self.topic
        self.assertEqual(self._facts(datetime(2026, 5, 10)).topic_id, self.topic)
        call.topic_id = self.other
        self.assertEqual(self._facts(datetime(2026, 5, 11)).topic_id, self.topic)
        self._call(datetime(2026, 2, 1, 10))
        self.assertEqual(len(self._facts(datetime(2026, 5, 11))), 2)

    def test_first_contact_resolution(self):
        """The statement and the published definition in tools agree, case by case."""
        ann, bob = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        day = timedelta(days=1)
        stories = [(ann, 0), (ann, 3), (ann, 12), (bob, 1), (bob, 8), (bob, 8.5), (ann, 15.5)]
        for partner, days in stories:
            self._call(T - 20 * day + days * day, partner_id=partner.id, topic_id=self.topic.id)
        self._call(T - 19 * day, partner_id=ann.id, topic_id=self.other.id)
        self._call(T - 19 * day)  # nobody knows who and what: not judged
        facts = self._facts()
        rows = [((p, "seal"), days * 86400) for p, days in stories] + [((ann, "bill"), 86400)]
        until = (NOW - (T - 20 * day)).total_seconds()
        expected = first_contact_resolution(rows, 7 * 86400, until)
        # Ann's seal on day 0 came back, hers on day 12 did; Bob's on day 1 did (7 days later)
        self.assertEqual((expected.judged, expected.resolved), (4, 1))
        found = sum(facts.mapped("first_judged")), sum(facts.mapped("first_resolved"))
        self.assertEqual(found, (expected.judged, expected.resolved))

    def test_satisfaction_if_asked(self):
        call = self._call()
        self.assertEqual((self._facts().rated, self._facts().rating_sum), (0, 0))
        score = sql.SQL("SELECT %s AS call_id, 0.75 AS score", call.id)
        self.patch(type(call), "_satisfaction", lambda self: score)
        sql.mark_calls(self.env, call.ids)
        self.assertEqual((self._facts().rated, self._facts().rating_sum), (1, 0.75))

    def test_same_number_of_queries(self):
        self._call()
        self._facts()

        def queries(count):
            for _one in range(count):
                self._call(T + timedelta(minutes=15 * _one))
            before = self.env.cr.sql_log_count
            self.env["crm.call.interval"]._drain(NOW)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(3), queries(30))

    def test_limits_of_the_queue_at_that_time(self):
        """Short and in time are by the limits when the exchange told of the call."""
        from ..report.calls import _measured
        from ..tools.call_fold import Call

        call = Call(linked="x", exchange="hamburg")
        call.result, call.wait, call.waits = "short_abandoned", 4.0, [object()]
        self.assertEqual(_measured(call, (3, 2)), ("abandoned", False))
        self.assertEqual(_measured(call, (4, 5)), ("short_abandoned", True))
        self.assertEqual(_measured(call, None), ("short_abandoned", False))


@tagged("post_install", "-at_install")
class TestAgentTime(MeasureCase):
    def _time(self, agent, until):
        rows = self.env["crm.call.agent.interval"]
        self.env.flush_all()
        from ..report import call_agent_time

        call_agent_time.compute(self.env, T - timedelta(hours=1), until)
        rows.invalidate_model()
        return rows.search([("agent_id", "=", agent.id)], order="start")

    def test_states_are_cut_at_the_quarters(self):
        """Ready 08:05–08:20, on a call 08:20–08:40, pause from then on."""
        at = [T + timedelta(minutes=minutes) for minutes in (5, 20, 40)]
        self._state(self.ada, "ready", at[0], at[1])
        self._state(self.ada, "on_call", at[1], at[2])
        self._state(self.ada, "paused", at[2])
        rows = self._time(self.ada, T + timedelta(minutes=50))
        found = [(row.ready, row.on_call, row.paused) for row in rows]
        self.assertEqual(found, [(600, 0, 0), (300, 600, 0), (0, 600, 300), (0, 0, 300)])
        again = self._time(self.ada, T + timedelta(minutes=50))
        self.assertEqual(len(again), 4)

    def test_adherence(self):
        """Planned 08:00–09:00; ready 08:10–08:30, then a pause: 20 of 60 minutes kept."""
        self.env["crm.call.shift"].create(
            {"agent_id": self.ada.id, "date_from": T, "date_to": T + timedelta(hours=1)}
        )
        at = [T + timedelta(minutes=minutes) for minutes in (10, 30)]
        self._state(self.ada, "ready", at[0], at[1])
        self._state(self.ada, "paused", at[1])
        rows = self._time(self.ada, T + timedelta(hours=2))
        self.assertEqual((sum(rows.mapped("scheduled")), sum(rows.mapped("kept"))), (3600, 1200))

    def test_who_reads_facts(self):
        """Agents their own, supervisors all; nobody writes them (CC-8)."""
        self._call(agent_id=self.ada.id)
        self._call(agent_id=self.ben.id)
        facts = self._facts()
        own = facts.with_user(self.ada.user_id).search([("id", "in", facts.ids)])
        self.assertEqual(own.agent_id, self.ada)
        seen = facts.with_user(self.eve).search([("id", "in", facts.ids)])
        self.assertEqual(seen, facts)
        for operation in ("write", "create", "unlink"):
            with self.assertRaises(AccessError):
                facts.with_user(self.eve).check_access(operation)
