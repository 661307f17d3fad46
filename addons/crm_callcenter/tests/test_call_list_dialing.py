"""A machine that dials, and what comes of its calls (CC-6)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_callcenter.tools import dialer

from .dialer_common import NOON, DialerCase


@tagged("post_install", "-at_install")
class TestCallListDialing(DialerCase):
    def commands(self, action="originate"):
        return self.env["crm.call.command"].search([("action", "=", action)], order="id")

    def tick(self, now=None):
        return self.lists._tick(self.exchange, now)

    def test_progressive_starts_one_call_per_ready_agent(self):
        one = self.filled(count=5)
        self.assertFalse(self.tick(), "Nobody is ready.")
        self.ready(self.ada, self.ben, self.cyd)  # Cyd does not answer this queue
        started = self.tick()
        self.assertEqual(len(started), 2)
        self.assertEqual(set(started.mapped("state")), {"dialing"})
        self.assertFalse(self.tick(), "The calls that ring are for these agents.")
        command = self.commands()[0]
        self.assertEqual(command.uid, started[0].command_uid)
        self.assertEqual(command.values["channel"], f"PJSIP/{started[0].e164}@trunk")
        self.assertEqual(
            (command.values["context"], command.values["exten"]), ("crm-dialer", "connect")
        )
        self.assertEqual(command.values["variables"]["DIALER_QUEUE"], "support")
        self.assertEqual(one.waiting_count, 5)

    def test_the_listener_gets_the_commands(self):
        """Asking for commands is what starts calls: nothing else has to run."""
        self.filled()
        self.ready(self.ada)
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        [row] = exchanges.listener_commands("hamburg")
        self.assertEqual(row["action"], "originate")
        exchanges.listener_results(
            "hamburg", [{"id": row["id"], "state": "failed", "text": "busy"}]
        )
        entry = self.entries.search([("command_uid", "=", row["id"])])
        self.assertEqual((entry.state, entry.result, entry.attempt_count), ("waiting", "busy", 1))

    def test_callers_go_first(self):
        """Blended agents: somebody waits in a queue, so one call less goes out."""
        self.filled()
        self.ready(self.ada, self.ben)
        self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": "in.1",
                "direction": "inbound",
                "start": fields.Datetime.now(),
                "queue_id": self.support.id,
            }
        )
        self.assertEqual(len(self.tick()), 1)

    def test_lists_share_their_agents(self):
        self.filled(name="First", sequence=1)
        other = self._list(name="Second", sequence=2)
        other._add_partners([("id", "in", self._people("+4940999999").ids)])
        other.action_start()
        self.ready(self.ada)
        started = self.tick()
        self.assertEqual(started.list_id.mapped("name"), ["First"])
        self.assertFalse(self.tick())

    def test_power_starts_more_when_many_do_not_answer(self):
        one = self.filled(count=40, mode="power", lines=20)
        self.ready(self.ada, self.ben)
        self.assertEqual(len(self.tick()), 2, "Nothing is known yet: one per agent.")
        self.entries.search([("state", "=", "dialing")]).write({"state": "skipped"})
        self.attempts(one, answered=40, no_answer=160)
        with self.subTest("40 of 200 answered; nobody was abandoned"):
            expected = dialer.how_many(2, 0, 0, 0.2, None, dialer.Tally(40, 0), 0.03, "power")
            self.assertEqual(expected, 3)  # (0.03 · 40 + 2) ÷ 0.97 = 3.3
            self.assertEqual(len(self.tick()), 3)
        self.entries.search([("state", "=", "dialing")]).write({"state": "skipped"})
        self.attempts(one, abandoned=2)
        self.assertEqual(len(self.tick()), 2, "2 of 42 are above the limit: one per agent again.")

    def attempts(self, one, **counts):
        entry = one.entry_ids[0]
        self.env["crm.call.list.attempt"].create(
            [
                {
                    "entry_id": entry.id,
                    "date": fields.Datetime.now(),
                    "result": result,
                    "person": result != "no_answer",
                }
                for result, count in counts.items()
                for _number in range(count)
            ]
        )

    def test_lines_are_limited(self):
        self.filled(lines=1)
        self.ready(self.ada, self.ben)
        self.assertEqual(len(self.tick()), 1)

    def test_results(self):
        """What the exchange tells decides what follows."""
        one = self.filled(count=6, lines=10)
        agents = self.ada | self.ben
        cases = [
            ({"result": "busy"}, "busy", "waiting"),
            ({"result": "no_answer"}, "no_answer", "waiting"),
            ({"result": "voicemail", "steps": ["dialer_machine"]}, "machine", "waiting"),
            ({"result": "answered", "talk": 42.0, "agent": agents[0]}, "answered", "done"),
            ({"steps": ["dialer_person", "dialer_abandoned"]}, "abandoned", "waiting"),
            ({"result": "rejected"}, "rejected", "waiting"),
        ]
        self.ready(*agents)
        for values, result, state in cases:
            entry = self.tick()[:1]
            call = self.exchange_says(entry, **values)
            with self.subTest(result=result):
                self.assertEqual((entry.result, entry.state), (result, state))
                self.assertEqual(entry.attempt_ids.call_id, call)
                self.assertEqual(call.partner_id, entry.partner_id)
            self.entries.search([("state", "=", "dialing")]).write(
                {"state": "waiting", "command_uid": False}
            )
        self.assertEqual(one.tried_count, 6)
        self.assertEqual(one._tally(fields.Datetime.now()), dialer.Tally(2, 1))
        self.assertEqual(one.abandoned_text, "50.0 % of 3.0 %")

    def test_abandoned_waits_three_days(self):
        self.filled(count=1)
        self.ready(self.ada)
        entry = self.tick()
        self.exchange_says(entry, steps=["dialer_person", "dialer_abandoned"])
        self.assertAlmostEqual(
            entry.next_at, fields.Datetime.now() + timedelta(hours=72), delta=timedelta(seconds=5)
        )

    def test_a_conversation_that_runs(self):
        self.filled(count=2)
        self.ready(self.ada)
        entry = self.tick()
        call = self.exchange_says(
            entry, state="running", result=False, end=False, answer=fields.Datetime.now(),
            agent=self.ada,
        )  # fmt: skip
        self.assertEqual((entry.state, entry.agent_id), ("talking", self.ada))
        call.write({"state": "done", "result": "answered", "talk_seconds": 12})
        self.entries._follow(self.exchange, [entry.command_uid])
        self.assertEqual((entry.state, entry.attempt_ids.talk_seconds), ("done", 12))
        # told again, nothing is counted twice
        self.entries._follow(self.exchange, [entry.command_uid])
        self.assertEqual(entry.attempt_count, 1)

    def test_the_result_of_the_command_may_come_first(self):
        self.filled(count=1)
        self.ready(self.ada)
        entry = self.tick()
        self.commands()._close("failed", "no_answer")
        self.assertEqual((entry.state, entry.result), ("waiting", "no_answer"))
        call = self.exchange_says(entry, result="no_answer")
        self.assertEqual((entry.attempt_count, entry.attempt_ids.call_id), (1, call))

    def test_a_command_that_expired_is_a_failed_call(self):
        self.filled(count=1)
        self.ready(self.ada)
        entry = self.tick()
        self.commands()._close("expired")
        self.assertEqual((entry.state, entry.result), ("waiting", "failed"))

    def test_a_call_nothing_is_heard_of(self):
        self.filled(count=2)
        self.ready(self.ada)
        entry = self.tick()
        self.tick(fields.Datetime.now() + timedelta(minutes=2))
        self.assertEqual(entry.state, "dialing")
        self.tick(fields.Datetime.now() + timedelta(minutes=4))
        self.assertEqual(entry.result, "failed")

    def test_permission_is_asked_again_before_the_call(self):
        one = self.filled(count=2)
        first = one.entry_ids[0]
        self.env["crm.contact.permission"].search(
            [("partner_id", "=", first.partner_id.id)]
        ).state = "denied"
        register = self.env["crm.call.list.register"].create(
            {"name": "R", "country_id": self.germany.id}
        )
        register._import(one.entry_ids[1].e164)
        self.ready(self.ada, self.ben)
        self.assertFalse(self.tick())
        self.assertEqual(one.entry_ids.mapped("left_out"), ["denied", "register"])

    def test_of_two_lists_one_calls(self):
        """Both were filled in the same moment, so neither knew of the other."""
        [person] = self._people("+4940111111")
        lists = self._list(name="1") | self._list(name="2")
        for one in lists:
            one._add_partners([("id", "=", person.id)])
            one.action_start()
        lists[1].entry_ids.write({"state": "waiting", "left_out": False})
        self.ready(self.ada, self.ben)
        self.assertEqual(len(self.tick()), 1)
        self.assertEqual(lists[1].entry_ids.left_out, "elsewhere")

    def test_hours_of_the_customer(self):
        """At noon in Berlin it is six in the morning in New York."""
        usa = self.env.ref("base.us")
        german, american = self._people("+4940111111")[0], self._people("+12125550123")[0]
        american.country_id = usa
        with freeze_time(NOON):
            one = self._list(hour_from=9, hour_to=20)
            one._add_partners([("id", "in", [german.id, american.id])])
            one.action_start()
            self.ready(self.ada, self.ben)
            self.assertEqual(self.tick(NOON).partner_id, german)
            entry = one.entry_ids.filtered(lambda entry: entry.partner_id == american)
            self.assertEqual(entry.next_at, NOON.replace(hour=14))  # 9:00 in New York

    def test_holidays_of_the_customer(self):
        self.env["crm.call.list.holiday"].create(
            {"name": "A day off", "date": NOON.date(), "country_id": self.germany.id}
        )
        with freeze_time(NOON):
            one = self.filled(count=1, hour_from=9, hour_to=20, on_holidays=False)
            self.ready(self.ada)
            self.assertFalse(self.tick(NOON))
            self.assertEqual(one.entry_ids.next_at, NOON.replace(day=14, hour=8))

    def test_a_promise_comes_first(self):
        one = self.filled(count=3)
        last = one.entry_ids.sorted("id")[-1]
        past = fields.Datetime.now() - timedelta(minutes=1)
        last.write({"promised_at": past, "next_at": past})
        one.entry_ids.sorted("id")[0].priority = 9
        self.ready(self.ada)
        self.assertEqual(self.tick(), last)

    def test_the_order_is_that_of_the_tool(self):
        one = self.filled(count=6)
        now = fields.Datetime.now()
        rows = one.entry_ids.sorted("id")
        minute = timedelta(minutes=1)
        rows[0].write({"value": 5, "next_at": now - minute})
        rows[1].write({"priority": 2})
        rows[2].write({"promised_at": now, "promised_agent_id": self.ben.id})
        rows[3].write({"promised_at": now - minute, "promised_agent_id": self.ada.id})
        rows[4].write({"promised_at": now - 20 * minute, "promised_agent_id": self.ben.id})
        (rows - rows[0]).next_at = now
        candidates = [
            dialer.Candidate(
                entry.id, entry.next_at, entry.priority, entry.value, entry.promised_at or None,
                entry.promised_agent_id.id or 0,
            )
            for entry in rows
        ]  # fmt: skip
        expected = [found.id for found in dialer.for_agent(candidates, self.ada.id, now)]
        self.assertEqual(expected[:2], [rows[3].id, rows[4].id])
        self.assertNotIn(rows[2].id, expected)
        self.assertEqual(self.lists._claim(one, self.ada, 9, now).ids, expected)

    def test_a_list_ends_by_itself(self):
        one = self.filled(count=1)
        self.ready(self.ada)
        entry = self.tick()
        self.exchange_says(entry, talk=5.0, agent=self.ada)
        self.tick()
        self.assertEqual(one.state, "done")

    def test_notices_need_no_agent(self):
        one = self.filled(
            count=3, mode="notice", queue_id=False, notice_sound="tide", notice_digit="1", lines=2
        )
        started = self.tick()
        self.assertEqual(len(started), 2)
        values = self.commands()[0].values
        self.assertEqual((values["exten"], values["variables"]["DIALER_DIGIT"]), ("notice", "1"))
        self.exchange_says(
            started[0], "ivr_contained", ["dialer_person", "dialer_heard", "dialer_confirmed"]
        )
        self.exchange_says(started[1], "ivr_contained", ["dialer_person", "dialer_heard"])
        self.assertEqual(started.mapped("result"), ["confirmed", "heard"])
        self.assertEqual(started.mapped("state"), ["done", "done"])
        self.assertEqual(one.reached_count, 2)

    def test_what_is_missing_is_said(self):
        for values in (
            {"exchange_id": False},
            {"queue_id": False},
            {"abandon_sound": False},
            {"mode": "notice"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self._list(**values).action_start()

    def test_the_window_begins_at_midnight_of_the_company(self):
        one = self._list(window_days=7)
        one.date_start = NOON  # Tuesday, 2026-01-13
        midnight = NOON.replace(day=12, hour=23)  # 0:00 of the 13th in Berlin
        self.assertEqual(one._window_start(NOON), midnight)
        self.assertEqual(one._window_start(NOON + timedelta(days=6)), midnight)
        self.assertEqual(one._window_start(NOON + timedelta(days=7)), midnight.replace(day=19))
        # across the change to summer time: 0:00 of April 7th is 22:00 UTC
        later = NOON.replace(month=4, day=8)
        self.assertEqual(one._window_start(later), NOON.replace(month=4, day=6, hour=22))

    def test_progress(self):
        one = self.filled(count=4)
        found = self.lists.get_progress(one.id)
        self.assertEqual((found["share"], found["end"]), (False, False), "No calls is not 0 %.")
        self.assertEqual(one.abandoned_text, "Nobody answered yet")
        figures = {row["code"]: row for row in found["figures"]}
        self.assertEqual(figures["all"]["value"], 4)
        for row in found["figures"]:
            self.assertEqual(
                self.env[row["model"]].search_count(row["domain"]), row["value"], row["code"]
            )
        entries = one.entry_ids.sorted("id")
        entries[:2].write({"state": "done", "attempt_count": 1})
        self.attempts(one, answered=20)
        with freeze_time(fields.Datetime.now()):
            # 20 attempts for 2 people, 2 people left: 20 attempts, at 20 an hour
            end = fields.Datetime.now() + timedelta(hours=1)
            self.assertEqual(self.lists.get_progress(one.id)["end"], end.isoformat())

    def test_as_many_queries_for_many_lists_of_entries(self):
        self.filled(count=2, name="A")
        self.ready(self.ada)
        self.tick()
        for number in (10, 100):
            people = self._people(*(f"+4940{number}{400_000 + n}" for n in range(number)))
            self.lists.search([])[:1]._add_partners([("id", "in", people.ids)])
            self.lists.search([]).invalidate_recordset()
            start = self.env.cr.sql_log_count
            self.lists.search([]).mapped("progress")
            count = self.env.cr.sql_log_count - start
            if number == 10:
                first = count
        self.assertEqual(count, first)
