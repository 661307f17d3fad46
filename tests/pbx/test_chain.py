"""From the exchange to Odoo (CC-1, CC-8): nothing is lost, nothing is doubled, whatever breaks.

sipp knows what it has called: each call has a number of its own, and Odoo must have exactly one
row for each, with the result that the caller has had.
"""

import time
import unittest

from chain import Office
from exchange_case import ExchangeMixin, until


class ChainCase(ExchangeMixin, unittest.TestCase):
    """Tests with an exchange, Odoo and listeners."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.start_odoo()

    def setUp(self):
        super().setUp()
        self._number = 0
        self.addCleanup(self._no_listener)

    def _no_listener(self):
        for name in list(self.office.listeners):
            self.office.stop_listener(name)

    def numbers(self, count):
        """Numbers of customers that nobody has called from before."""
        own = f"{abs(hash(self.id())) % 10_000:04d}"
        self._number += count
        return [f"+1415{own}{n:03d}" for n in range(self._number - count, self._number)]

    def leave(self, numbers, seconds=1.5):
        """As many callers at once as there are numbers; nobody answers, and they hang up."""
        return [
            self.caller("caller_leaves", "8001", caller=number, seconds=seconds)
            for number in numbers
        ]

    def finish(self, callers):
        for caller in callers:
            caller.finish()

    def check(self, numbers, result="abandoned"):
        """One row for each caller, over, with its result and the one leg that he had."""
        found = self.office.wait_for(len(numbers), *numbers)
        self.assertEqual(sorted(call["number"] for call in found), sorted(numbers))
        self.assertEqual({call["result"] for call in found}, {result})
        self.assertEqual({call["state"] for call in found}, {"done"})
        self.assertEqual({call["legs"] for call in found}, {1})


class TestChain(ChainCase):
    def test_calls_become_rows(self):
        self.office.start_listener()
        numbers = self.numbers(8)
        self.finish(self.leave(numbers, seconds=6))
        self.check(numbers)

    def test_an_answered_call_has_its_agent_and_its_times(self):
        self.office.start_listener()
        [number] = self.numbers(1)
        telephone = self.telephone("1001", "phone_talks", seconds=2)
        caller = self.caller("caller_stays", "8000", caller=number)
        self.finish([caller, telephone])
        self.office.wait_for(1, number)
        [call] = self.office.rows(
            "SELECT json_agg(t) FROM (SELECT a.extension, q.code, c.result, c.hung_up_by, "
            "c.talk_seconds FROM crm_call c JOIN crm_call_agent a ON a.id = c.agent_id "
            "JOIN crm_call_queue q ON q.id = c.queue_id WHERE c.number = :'number') t",
            number=number,
        )
        self.assertEqual((call["extension"], call["code"]), ("1001", "support"))
        self.assertEqual((call["result"], call["hung_up_by"]), ("answered", "agent"))
        self.assertTrue(1.5 <= call["talk_seconds"] <= 4, call)


class TestFaults(ChainCase):
    """A part of the chain breaks while people call."""

    def test_two_listeners_on_one_exchange(self):
        self.office.start_listener("one")
        self.office.start_listener("two")
        numbers = self.numbers(8)
        self.finish(self.leave(numbers, seconds=6))
        self.office.settle()
        self.check(numbers)

    def test_a_listener_is_killed_while_people_call(self):
        """The other one hears what it misses."""
        self.office.start_listener("one")
        self.office.start_listener("two")
        numbers = self.numbers(8)
        callers = self.leave(numbers, seconds=6)
        time.sleep(2)
        self.office.kill_listener("one")
        self.finish(callers)
        self.office.start_listener("one")
        self.office.settle()
        self.check(numbers)

    def test_a_killed_listener_delivers_what_it_had_spooled(self):
        """Odoo is away, so that all is on disk; killed with it, the listener comes back later."""
        self.office.start_listener()
        self.office.stop_odoo()
        numbers = self.numbers(8)
        self.finish(self.leave(numbers, seconds=6))
        until(lambda: self.office.health().get("spool_records", 0) > 0, "events are on disk")
        time.sleep(1)
        self.office.kill_listener()
        self.office.start_odoo()
        self.assertEqual(self.office.calls(*numbers), [])
        self.office.start_listener()
        self.office.settle()
        self.check(numbers)

    def test_the_database_is_away(self):
        self.office.start_listener()
        first, during, after = self.numbers(2), self.numbers(6), self.numbers(2)
        self.finish(self.leave(first, seconds=6))
        self.check(first)
        self.office.lock_out()
        self.finish(self.leave(during, seconds=6))
        until(lambda: self.office.health().get("spool_records", 0) > 0, "events are on disk")
        self.office.let_in()
        self.finish(self.leave(after, seconds=6))
        self.office.settle()
        self.check([*first, *during, *after])

    def test_an_account_that_is_refused_keeps_everything_until_it_is_let_in(self):
        """A key that has expired: an alarm on the health page, and nothing lost."""
        self.office.start_listener(key="0" * 40)
        numbers = self.numbers(4)
        self.finish(self.leave(numbers, seconds=6))
        until(lambda: self.office.health().get("status") == "alarm", "the listener gives alarm")
        self.assertGreater(self.office.health()["spool_records"], 0)
        self.assertEqual(self.office.calls(*numbers), [])
        self.office.give_key(self.office.key)
        self.office.settle()
        self.check(numbers)
        self.assertEqual(self.office.health()["status"], "ok")

    def test_the_exchange_restarts_during_calls(self):
        """Whoever spoke is cut off: one row each, over, and said to be incomplete."""
        self.office.start_listener()
        before, during, after = self.numbers(2), self.numbers(4), self.numbers(2)
        self.finish(self.leave(before, seconds=6))
        self.leave(during, seconds=60)
        until(lambda: len(self.office.calls(*during)) == len(during), "the calls are in Odoo")
        self.restart_exchange()
        until(lambda: self.office.health().get("connected"), "the listener is back", 60)
        self.finish(self.leave(after, seconds=6))
        self.check([*before, *after])
        found = self.office.wait_for(len(during), *during)
        self.assertEqual(sorted(call["number"] for call in found), sorted(during))
        self.assertEqual({call["state"] for call in found}, {"done"})
        self.assertEqual({call["incomplete"] for call in found}, {True})
