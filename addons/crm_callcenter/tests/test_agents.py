"""Agents, their skills and states; queues and whom they call (CC-1, CC-3)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestAgents(CallCase):
    def test_who_answers_a_queue(self):
        """All skills asked for, on the least level at least."""
        self.assertEqual(self.support._agents(), self.ada | self.ben)
        self.assertEqual(self.sales_fr._agents(), self.ada)
        self.assertEqual((self.support.agent_count, self.sales_fr.agent_count), (2, 1))
        self.assertEqual(self.sales_fr.agent_skill_user_ids, self.ada.user_id)

    def test_in_training_no_call_comes(self):
        """Not released for a skill: not called for it (CC-10)."""
        self.ben.skill_ids.released = False
        self.assertEqual(self.support._agents(), self.ada)

    def test_queues_of_a_person(self):
        queues = self.env["crm.call.queue"]
        found = queues.search([("agent_skill_user_ids", "in", self.ben.user_id.ids)])
        self.assertEqual(found, self.support)
        found = queues.search([("agent_skill_user_ids", "in", self.cyd.user_id.ids)])
        self.assertFalse(found)

    def test_state_is_the_one_that_runs(self):
        self._state(self.ada, "ready", "2026-05-04 08:00:00", "2026-05-04 08:10:00")
        self._state(self.ada, "on_call", "2026-05-04 08:10:00")
        self.assertEqual(self.ada.state, "on_call")
        self.assertEqual(str(self.ada.state_since), "2026-05-04 08:10:00")
        self.assertEqual((self.ben.state, self.ben.state_since), ("offline", False))
        agents = self.env["crm.call.agent"]
        own = [("exchange_id", "=", self.exchange.id)]
        self.assertEqual(agents.search([*own, ("state", "in", ["on_call"])]), self.ada)
        self.assertEqual(agents.search([*own, ("state", "=", "offline")]), self.ben | self.cyd)
        both = agents.search([*own, ("state", "in", ["offline", "on_call"])])
        self.assertEqual(both, self.ada | self.ben | self.cyd)

    def test_one_state_runs_at_a_time(self):
        self._state(self.ada, "ready", "2026-05-04 08:00:00")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._state(self.ada, "paused", "2026-05-04 08:10:00")

    def test_bad_input(self):
        wrong = (
            (self.support, "code", "a b"),
            (self.support, "answer_share", 1.5),
            (self.support, "priority", 101),
            (self.support, "overflow_queue_id", self.support.id),
            (self.ada, "extension", "10x"),
            (self.ben, "extension", "1001"),
            (self.ada, "voice_capacity", 2),
            (self.exchange, "code", ""),
            (self.exchange, "event_days", 0),
        )
        for record, name, value in wrong:
            with (
                self.subTest(field=name, value=value),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                record[name] = value
                self.env.flush_all()
            self.env.invalidate_all()

    def test_agents_change_no_set_up(self):
        for record in (self.exchange, self.support, self.pumps, self.ada):
            own = record.with_user(self.ada.user_id)
            own.check_access("read")
            with self.assertRaises(AccessError):
                own.check_access("write")
