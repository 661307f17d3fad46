"""What agents do, from streams that an exchange sent and from what they say (CC-1)."""

import time
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from odoo.addons.crm_callcenter.tools.ami import AmiReader

from .call_common import CallCase

#: A minute before the streams were recorded (their own time stamps; 1795293180 is 20:33:00 UTC).
BEFORE = "2026-11-21 20:30:00"


class AgentStateCase(CallCase):
    def stream(self, name, until=None):
        """The messages of a recorded stream as a listener delivers them."""
        with open(file_path(f"crm_callcenter/tests/data/{name}.txt"), "rb") as stream:
            messages = AmiReader().feed(stream.read())
        if until:
            place = next(n for n, one in enumerate(messages) if until(one))
            messages = messages[: place + 1]
        return [{"at": time.time(), "message": one} for one in messages]

    def deliver(self, rows):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        return exchanges.listener_events("hamburg", rows)

    def say(self, agent, *args):
        return self.env["crm.call.agent"].with_user(agent.user_id).set_bar_state(*args)

    def bar(self, agent):
        return self.env["crm.call.agent"].with_user(agent.user_id).get_bar()

    def intervals(self, agent):
        rows = self.env["crm.call.agent.state"].search([("agent_id", "=", agent.id)], order="id")
        return [
            (row.state, row.date_to and (row.date_to - row.date_from).total_seconds())
            for row in rows
        ]

    def command(self, agent, action, values=None):
        return self.env["crm.call.agent"].with_user(agent.user_id).bar_command(action, values)

    def asked(self, *actions):
        domain = [("exchange_id", "=", self.exchange.id), ("action", "in", actions)]
        return self.env["crm.call.command"].search(domain, order="id")

    def on_a_call(self):
        """Ada talks: the stream of an incoming call until she is connected."""
        self._state(self.ada, "ready", BEFORE)
        self.deliver(self.stream("inbound", lambda one: one.get("Event") == "AgentConnect"))
        return self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])


@tagged("post_install", "-at_install")
class TestRecordedStreams(AgentStateCase):
    def test_a_call_through_a_queue(self):
        """Ringing 0.8 s, 3.0 s of talk, 30 s of after-call work that ended by itself."""
        self._state(self.ada, "ready", BEFORE)
        self.deliver(self.stream("inbound"))
        states, seconds = zip(*self.intervals(self.ada), strict=True)
        self.assertEqual(states, ("ready", "ringing", "on_call", "wrap_up", "ready"))
        self.assertAlmostEqual(seconds[1], 0.8, 1)
        self.assertAlmostEqual(seconds[2], 3.0, 1)
        self.assertEqual(seconds[3], 30)
        self.assertIs(seconds[4], False)
        self.assertEqual(self.ada.state, "ready")
        self.assertEqual(self.ben.state, "offline")

    def test_told_in_parts_and_twice_it_is_the_same(self):
        self._state(self.ada, "ready", BEFORE)
        rows = self.stream("inbound")
        for place in range(0, len(rows), 5):
            self.deliver(rows[place : place + 5])
            self.deliver(rows[max(place - 7, 0) : place + 2])
        states = [state for state, _seconds in self.intervals(self.ada)]
        self.assertEqual(states, ["ready", "ringing", "on_call", "wrap_up", "ready"])

    def test_what_is_told_after_the_end_does_not_bring_the_call_back(self):
        self._state(self.ada, "ready", BEFORE)
        rows = self.stream("inbound")
        late = [row for row in rows if row["message"].get("Event") in ("AgentCalled", "DialBegin")]
        self.deliver([row for row in rows if row not in late])
        self.deliver(late)
        self.assertEqual(self.ada.state, "ready")

    def test_an_attended_transfer(self):
        """Ada consults Ben and leaves; Ben, who had paused, talks on, and is paused again.

        In the stream he is unpaused at the end, which is left out.
        """
        self._state(self.ada, "ready", BEFORE)
        self._state(self.ben, "paused", BEFORE)
        rows = self.stream("attended")
        last = max(
            place for place, row in enumerate(rows) if row["message"].get("Event") == "Hangup"
        )
        self.deliver(rows[: last + 1])
        for agent, rest in ((self.ada, "ready"), (self.ben, "paused")):
            states = [state for state, _seconds in self.intervals(agent)]
            self.assertEqual(states[-4:], ["ringing", "on_call", "wrap_up", rest], agent.name)

    def test_a_blind_transfer(self):
        self._state(self.ada, "ready", BEFORE)
        self._state(self.ben, "ready", BEFORE)
        self.deliver(self.stream("blind"))
        for agent in (self.ada, self.ben):
            states = [state for state, _seconds in self.intervals(agent)]
            self.assertEqual(states[-4:], ["ringing", "on_call", "wrap_up", "ready"], agent.name)

    def test_who_does_not_answer_is_paused(self):
        """Then the exchange is asked to call him no more; called again he stays paused (CC-3)."""
        self._state(self.ben, "ready", BEFORE)
        self.deliver(self.stream("missed"))
        found = self.intervals(self.ben)
        self.assertEqual(
            [state for state, _seconds in found],
            ["ready", "ringing", "paused", "ringing", "paused"],
        )
        self.assertAlmostEqual(found[1][1], 10.0, 1)
        self.assertEqual(self.bar(self.ben)["reason"], "Call not answered")
        self.assertEqual(
            self.asked("queue_pause").values, {"interface": "PJSIP/1002", "reason": "missed"}
        )

    def test_dialed_by_a_click(self):
        """His own telephone rings first; then he is on a call, and writes it up (CC-6)."""
        self._state(self.ada, "ready", BEFORE)
        self.deliver(self.stream("click"))
        states, seconds = zip(*self.intervals(self.ada), strict=True)
        self.assertEqual(states, ("ready", "ringing", "on_call", "wrap_up", "ready"))
        self.assertEqual(seconds[3], 30)

    def test_the_customer_is_busy(self):
        self._state(self.ada, "ready", BEFORE)
        self.deliver(self.stream("outbound_busy"))
        call = self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])
        self.assertEqual(call.result, "busy")
        # the telephone of Ben was taken off meanwhile
        self.assertFalse(self.ben.is_reachable)

    def test_telephones_that_cannot_be_reached(self):
        self._state(self.ada, "ready", BEFORE)

        def contact(state, at):
            message = {"Event": "ContactStatus", "AOR": "1001", "ContactStatus": state}
            self.deliver([{"at": at, "message": message}])

        now = time.time()
        contact("Unreachable", now - 60)
        self.assertEqual(self.ada.state, "unreachable")
        contact("Updated", now - 50)
        self.assertEqual(self.ada.state, "unreachable")
        contact("Reachable", now - 40)
        self.assertEqual(self.ada.state, "ready")
        device = {"Event": "DeviceStateChange", "Device": "PJSIP/1001", "State": "UNAVAILABLE"}
        self.deliver([{"at": now - 30, "message": device}])
        self.assertEqual(self.ada.state, "unreachable")

    def test_paused_at_the_exchange(self):
        self._state(self.ada, "ready", BEFORE)
        message = {
            "Event": "QueueMemberPause", "Queue": "support", "Interface": "PJSIP/1001",
            "Paused": "1", "PausedReason": "Fire drill",
        }  # fmt: skip
        self.deliver([{"at": time.time() - 20, "message": message}])
        self.assertEqual((self.ada.state, self.bar(self.ada)["reason"]), ("paused", "Fire drill"))
        self.deliver([{"at": time.time() - 10, "message": {**message, "Paused": "0"}}])
        self.assertEqual(self.ada.state, "ready")

    def test_an_agent_deleted_while_talking(self):
        self.on_a_call()
        self.ada.active = False
        self.deliver(self.stream("inbound"))
        call = self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])
        self.assertEqual(call.state, "done")

    def test_many_calls_cost_the_queries_of_one(self):
        self._state(self.ada, "ready", BEFORE)
        rows = self.stream("inbound")

        def copies(count):
            return [
                {
                    "at": row["at"],
                    "message": {
                        name: value.replace("ast1-", f"n{count}-{place}-")
                        for name, value in row["message"].items()
                    },
                }
                for place in range(count)
                for row in rows
            ][:1000]

        self.deliver(rows)
        spent = []
        for count in (2, 20):
            batch = copies(count)
            before = self.env.cr.sql_log_count
            self.deliver(batch)
            self.env.flush_all()
            spent.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(spent[1], spent[0] + 2)


@tagged("post_install", "-at_install")
class TestOwnWord(AgentStateCase):
    def test_ready_paused_offline(self):
        found = self.say(self.ada, "ready")
        self.assertEqual((found["state"], self.ada.state), ("ready", "ready"))
        found = self.say(self.ada, "paused", "Lunch")
        self.assertEqual((found["state"], found["reason"]), ("paused", "Lunch"))
        self.assertEqual(self.say(self.ada, "offline")["state"], "offline")
        states = [state for state, seconds in self.intervals(self.ada)]
        self.assertEqual(states, ["ready", "paused"])
        self.assertFalse([1 for _state, seconds in self.intervals(self.ada) if seconds is False])

    def test_the_exchange_learns_it(self):
        self.say(self.ada, "ready")
        self.say(self.ada, "paused", "Lunch")
        self.say(self.ada, "ready")
        self.say(self.ada, "offline")
        rows = self.asked("queue_pause", "queue_unpause")
        self.assertEqual(
            [(row.action, row.values.get("reason")) for row in rows],
            [("queue_unpause", None), ("queue_pause", "Lunch"), ("queue_unpause", None),
             ("queue_pause", "offline")],
        )  # fmt: skip

    def test_a_break_asked_for_during_a_call(self):
        self.on_a_call()
        found = self.say(self.ada, "paused", "Lunch")
        self.assertEqual((found["state"], found["rest"]), ("on_call", "paused"))
        self.deliver(self.stream("inbound"))
        self.assertEqual((self.ada.state, self.bar(self.ada)["reason"]), ("paused", "Lunch"))

    def test_after_call_work_has_a_limit_of_the_queue(self):
        self.support.wrap_up_seconds = 45
        with freeze_time("2026-11-21 20:33:20"):
            self.on_a_call()
            self.deliver(self.stream("inbound"))
            found = self.bar(self.ada)
            self.assertEqual(found["state"], "wrap_up")
            limit = fields.Datetime.to_datetime(found["until"])
            since = fields.Datetime.to_datetime(found["since"])
            self.assertAlmostEqual((limit - since).total_seconds(), 45, delta=1)
        with freeze_time(limit - timedelta(seconds=1)):
            self.env["crm.call.agent"]._end_wrap_ups(self.exchange)
            self.assertEqual(self.ada.state, "wrap_up")
        with freeze_time(limit + timedelta(seconds=9)):
            exchanges = self.env["crm.call.exchange"].with_user(self.listener)
            exchanges.listener_commands("hamburg")
            self.ada.invalidate_recordset()
            self.assertEqual(self.ada.state, "ready")
            # it ended when it was to, though it was noticed nine seconds later
            self.assertLess(abs((self.ada.state_since - limit).total_seconds()), 1)

    def test_done_with_after_call_work(self):
        with freeze_time("2026-11-21 20:33:20"):
            self.on_a_call()
            self.deliver(self.stream("inbound"))
            self.assertEqual(self.say(self.ada, "done")["state"], "ready")

    def test_ready_without_a_telephone(self):
        self.ada.is_reachable = False
        found = self.say(self.ada, "ready")
        self.assertEqual((found["state"], found["reachable"]), ("unreachable", False))

    def test_one_message_per_change_with_the_whole_state(self):
        """So that two tabs and a reload show the same (CC-1)."""
        messages = [("message", "like", "crm_call/agent")]
        before = self.env["bus.bus"].search_count(messages)
        found = self.say(self.ada, "paused", "Lunch")
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search(messages, order="id")
        self.assertEqual(len(sent), before + 1)
        for part in ('"state":"paused"', '"reason":"Lunch"', f'"since":"{found["since"]}"'):
            self.assertIn(part, sent[-1].message)
        self.assertEqual({**self.bar(self.ada), **found}, self.bar(self.ada))
        self.say(self.ada, "paused", "Lunch")
        self.env.cr.precommit.run()
        self.assertEqual(self.env["bus.bus"].search_count(messages), before + 1)

    def test_bad_wishes(self):
        for wish in ("on_call", "wrap_up", "", None, "sneezing"):
            with self.subTest(wish=wish), self.assertRaises(UserError):
                self.say(self.ada, wish)
        with self.assertRaises(AccessError):
            self.env["crm.call.agent"].with_user(self.eve).set_bar_state("ready")
        self.assertIs(self.env["crm.call.agent"].with_user(self.eve).get_bar(), False)
