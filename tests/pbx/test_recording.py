"""From what is said on a real exchange to a recording that can be played in Odoo (CC-5)."""

import unittest

from chain import Office
from exchange_case import ExchangeMixin, until

RULE = """
env["crm.call.agent"].search([("extension", "=", "1001")])._set_state("ready")
env["crm.call.recording.rule"].search([]).active = False
env["crm.call.recording.rule"].create(
    {{"name": "Asked", "consent": "{consent}", "digit": "1", "sound": "beep"}}
)
env.cr.commit()
"""
AT_ONCE = """
env["crm.call.queue"].search([]).wrap_up_seconds = 0  # the next caller comes at once
env.cr.commit()
"""
RECORDING = """
    SELECT json_agg(json_build_object(
        'state', r.state, 'consent', r.consent, 'seconds', r.seconds, 'size', r.size,
        'file', r.file, 'bars', json_array_length(r.bars::json), 'call', c.result))
      FROM crm_call_recording r JOIN crm_call c ON c.id = r.call_id WHERE c.number = :'number'
"""
DONE = "SELECT json_agg(linked) FROM crm_call WHERE number = :'number' AND state = 'done'"


class TestRecording(ExchangeMixin, unittest.TestCase):
    """Told, asked, refused; the file reaches Odoo and leaves the exchange."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.run(AT_ONCE)
        cls.office.start_odoo()

    def setUp(self):
        super().setUp()
        self.office.start_listener()
        self.addCleanup(lambda: self.office.listeners and self.office.stop_listener())
        place = f"127.0.0.1:{self.office.agi_port()}"
        self.console.command("Setvar", Variable="MENU_SERVER", Value=place)

    def number(self):
        return f"+1415{abs(hash(self.id())) % 10_000_000:07d}"

    def recording(self, number, *states, seconds=90):
        """The one recording of that caller when it is in one of the states."""
        until(
            lambda: [
                one["state"] for one in self.office.rows(RECORDING, number=number)
            ] in [[state] for state in states],
            lambda: f"it is {states}: {self.office.rows(RECORDING, number=number)}",
            seconds,
        )  # fmt: skip
        return self.office.rows(RECORDING, number=number)[0]

    def talk(self, number, digit, seconds=5, to="8100"):
        """A caller who presses a digit and talks until the agent hangs up.

        However long it takes until he is answered, they talk for that long.
        """
        self.telephone("1001", "phone_talks", seconds=seconds)
        return self.caller("caller_presses", to, caller=number, digit=digit)

    def over(self, number):
        until(lambda: self.office.rows(DONE, number=number), "the call is over", 60)

    def test_who_agrees_is_recorded_and_the_file_reaches_odoo(self):
        number = self.number()
        self.office.run(RULE.format(consent="digit"))
        self.talk(number, "1").finish(60)
        found = self.recording(number, "stored")
        self.assertEqual((found["consent"], found["call"]), ("given", "answered"))
        self.assertTrue(2 <= found["seconds"] <= 9, found)
        self.assertGreater(found["size"], 16_000 * found["seconds"] * 0.9)  # 8 kHz, 16 bits
        self.assertGreater(found["bars"], 0)
        file = self.office.recordings / found["file"]
        until(lambda: not file.exists(), "the file has left the exchange")

    def test_who_refuses_is_not_recorded(self):
        number = self.number()
        self.office.run(RULE.format(consent="digit"))
        before = set(self.office.recordings.glob("crm-*"))
        self.talk(number, "2", seconds=3).finish(60)
        self.over(number)
        found = self.recording(number, "refused")
        self.assertEqual((found["consent"], found["file"]), ("refused", None))
        self.assertEqual(set(self.office.recordings.glob("crm-*")), before)

    def test_who_was_told_is_recorded(self):
        number = self.number()
        self.office.run(RULE.format(consent="assumed"))
        self.talk(number, "5").finish(60)
        self.assertEqual(self.recording(number, "stored")["consent"], "assumed")

    def test_while_odoo_is_silent_nobody_is_told_and_nobody_recorded(self):
        """It learns of the call later, when the talk is over or nobody was told."""
        number = self.number()
        self.office.run(RULE.format(consent="assumed"))
        self.office.stop_odoo()
        try:
            self.talk(number, "5", seconds=3).finish(60)
        finally:
            self.office.start_odoo()
        self.over(number)
        self.assertFalse([row for row in self.office.rows(RECORDING, number=number) if row["size"]])

    def test_a_listener_that_is_killed_leaves_the_file_and_the_next_one_sends_it(self):
        number = self.number()
        self.office.run(RULE.format(consent="assumed"))
        caller = self.talk(number, "5")
        self.listener.wait("MixMonitorStart")
        caller.finish(60)
        self.recording(number, "ended", "stored")
        self.office.kill_listener()
        self.office.start_listener()
        self.assertGreater(self.recording(number, "stored")["seconds"], 2)
