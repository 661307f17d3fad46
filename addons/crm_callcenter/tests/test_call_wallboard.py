"""What happens now: figures, pace of the updates, rights (CC-8)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import crm_call_wallboard as wallboard
from .measure_common import MeasureCase


@tagged("post_install", "-at_install")
class TestCallWallboard(MeasureCase):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.board = self.env["crm.call.wallboard"]

    def _snapshot(self):
        data = self.board._snapshot(self.company, self.now)
        return data, next(one for one in data["queues"] if one["id"] == self.support.id)

    def _waits(self, seconds, **values):
        at = self.now - timedelta(seconds=seconds)
        path = [{"at": at.timestamp(), "kind": "queue", "queue": "support"}]
        self._call(at, result=False, state="running", path=path, **values)

    def test_who_waits(self):
        self._waits(70)
        self._waits(20)
        self._waits(300, answer=self.now)  # talks already
        self._waits(90, direction="outbound")
        data, queue = self._snapshot()
        self.assertEqual(queue["waiting"], 2)
        self.assertAlmostEqual(queue["longest"], 70, delta=1)
        self.assertEqual(data["total"]["waiting"], 2)
        # nobody is at work, and the first waits more than a minute
        self.assertEqual(queue["alarms"], ["nobody", "wait"])

    def test_service_level_of_the_interval(self):
        """Three of five within 20 seconds; who hung up at once does not count."""
        for wait in (1, 20, 5, 21):
            self._call(self.now, wait=wait)
        self._call(self.now, "abandoned", wait=30)
        self._call(self.now, "short_abandoned", wait=1)
        _data, queue = self._snapshot()
        self.assertEqual(queue["level"], 0.6)
        self.assertEqual((queue["answered"], queue["abandoned"]), (4, 1))
        self.assertEqual(queue["alarms"], ["level"])

    def test_no_calls_are_not_zero(self):
        _data, queue = self._snapshot()
        self.assertIsNone(queue["level"])
        self.assertFalse(queue["alarms"])

    def test_agents(self):
        self._state(self.ada, "ready", self.now)
        self._state(self.ben, "paused", self.now)
        data, queue = self._snapshot()
        self.assertEqual(queue["agents"], 2)
        self.assertEqual((data["agents"]["ready"], data["agents"]["paused"]), (1, 1))
        self.assertGreaterEqual(data["agents"]["offline"], 1)

    def test_once_a_second(self):
        """Two hundred pieces of news within a second are one update."""
        self.board.with_user(self.ada.user_id).get_wallboard()
        at = self.now.timestamp()
        with patch.object(type(self.env["bus.bus"]), "_sendone") as send:
            sent = [self.board._send(self.company, at + n / 200) for n in range(200)]
            self.assertEqual(sum(sent), 1)
            self.assertTrue(self.board._send(self.company, at + 1))
        self.assertEqual(send.call_count, 2)
        first, second = (call.args[2]["version"] for call in send.call_args_list)
        self.assertEqual(second, first + 1)

    def test_looked_at_again_after_a_while(self):
        """A wallboard that nobody watched any more is told again once somebody does."""
        past = self.now - timedelta(days=1)
        self.board.search([("company_id", "=", self.company.id)]).unlink()
        board = self.board.create(
            {"company_id": self.company.id, "channel": "old", "watched_until": past}
        )
        self.assertFalse(self.board._send(self.company))
        self.board.with_user(self.ada.user_id).get_wallboard()
        with patch.object(type(self.env["bus.bus"]), "_sendone") as send:
            self.assertTrue(self.board._send(self.company))
        self.assertEqual(send.call_args.args[0], board.channel)
        self.assertNotEqual(board.channel, "old")

    def test_nobody_looks(self):
        self.assertFalse(self.board._send(self.company))
        self.board.with_user(self.ada.user_id).get_wallboard()
        later = self.now.timestamp() + wallboard.WATCHED + 2
        self.assertFalse(self.board._send(self.company, later))

    def test_another_channel_after_a_while(self):
        """Who may not look any more has an old name at most."""
        first = self.board.with_user(self.ada.user_id).get_wallboard()["channel"]
        self.assertEqual(self.board.with_user(self.eve).get_wallboard()["channel"], first)
        board = self.board.search([("company_id", "=", self.company.id)])
        board.watched_until = self.now - timedelta(seconds=1)
        self.assertNotEqual(self.board.with_user(self.eve).get_wallboard()["channel"], first)

    def test_told_after_the_commit_once(self):
        wallboard._SENT.clear()
        self.env.cr.postcommit.clear()
        self.env.cr.postcommit.data.pop("crm_call_wallboard", None)
        with patch.object(wallboard, "_send_after") as send:
            for _one in range(50):
                self.board._tick(self.company)
            send.assert_not_called()
            self.env.cr.postcommit.run()
        send.assert_called_once_with(self.env.cr.dbname, self.company.id)

    def test_same_number_of_queries(self):
        def queries(count):
            for _one in range(count):
                self._waits(30)
                self._call(self.now)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.board._snapshot(self.company, self.now)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(3), queries(30))

    def test_rights(self):
        stranger = new_test_user(self.env, "cc_out", "base.group_user")
        with self.assertRaises(AccessError):
            self.board.with_user(stranger).get_wallboard()
        for user in (self.ada.user_id, self.eve):
            with self.assertRaises(AccessError):
                self.board.with_user(user).check_access("read")
        page = self.env["crm.call.supervisor"]
        with self.assertRaises(AccessError):
            page.with_user(self.ada.user_id).get_supervisor()
        with self.assertRaises(AccessError):
            page.with_user(self.ada.user_id).set_agent_state(self.ben.id, "paused")
        with self.assertRaises(UserError):
            page.with_user(self.eve).set_agent_state(self.ben.id, "on_call")

    def test_supervisor_page(self):
        self._state(self.ada, "paused", self.now)
        found = self.env["crm.call.supervisor"].with_user(self.eve).get_supervisor()
        states = {row["id"]: row["state"] for row in found["agents"]}
        self.assertEqual((states[self.ada.id], states[self.ben.id]), ("paused", "offline"))
