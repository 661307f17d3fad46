"""Events are kept as long as their exchange says; calls stay (CC-8)."""

from datetime import timedelta

from odoo.tests import tagged

from .ingest_common import IngestCase


@tagged("post_install", "-at_install")
class TestEventRetention(IngestCase):
    def test_events_of_old_calls_go_and_the_call_stays(self):
        self.deliver(self.rows)
        call = self.calls()
        before = call.read()[0]
        self._ended(call, days=29)
        self.assertEqual(self._delete(), 0, "they are kept for 30 days")
        self._ended(call, days=31)
        self.assertEqual(self._delete(), 1)
        self.assertFalse(self._events(call))
        self.assertTrue(call.is_sealed)
        after = call.read()[0]
        self.assertEqual(before["talk_seconds"], after["talk_seconds"])
        self.assertEqual(before["leg_ids"], after["leg_ids"])

    def test_what_comes_late_changes_nothing(self):
        self.deliver(self.rows)
        call = self.calls()
        self._ended(call, days=31)
        self._delete()
        ended = [row for row in self.rows if row["message"].get("Event") == "Hangup"]
        self.deliver(ended)
        self.assertEqual((call.result, call.agent_id), ("answered", self.ada))
        self.assertTrue(call.answer)

    def test_a_running_call_keeps_its_events(self):
        self.deliver(self.rows[:10])
        call = self.calls()
        self.assertEqual(call.state, "running")
        call.start = call.start - timedelta(days=60)
        self.assertEqual(self._delete(), 0)
        self.assertTrue(self._events(call))

    def _ended(self, call, days):
        call.write({"end": self.env.cr.now() - timedelta(days=days)})

    def _delete(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM crm_call WHERE is_sealed")
        [before] = self.env.cr.fetchone()
        self.env["crm.call.event"]._delete_old()
        self.env.cr.execute("SELECT count(*) FROM crm_call WHERE is_sealed")
        return self.env.cr.fetchone()[0] - before

    def _events(self, call):
        return self.env["crm.call.event"].search([("linked", "=", call.linked)])
