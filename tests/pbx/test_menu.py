"""Menus designed in Odoo on a real exchange, played by the listener (CC-4)."""

import unittest
from pathlib import Path

from chain import Office
from exchange_case import CUSTOMER, ExchangeMixin, until

SETUP = Path(__file__).with_name("menu_setup.py")
WAY = """
    SELECT json_agg(json_build_object('step', s->>'step', 'name', n.name, 'digit', s->>'digit',
                                      'outcome', s->>'outcome', 'version', s->>'menu_version')
                    ORDER BY ord)
      FROM crm_call c CROSS JOIN LATERAL jsonb_array_elements(c.path) WITH ORDINALITY AS p (s, ord)
      LEFT JOIN crm_call_menu_node n ON 'n' || n.id = s->>'node'
     WHERE c.number = :'number' AND s->>'kind' = 'ivr'
"""
MESSAGES = """
    SELECT json_agg(json_build_object('seconds', m.seconds, 'file', m.file, 'state', c.state))
      FROM crm_call_voice_message m
      JOIN crm_call_contact c ON c.res_model = 'crm.call.voice.message' AND c.res_id = m.id
     WHERE m.number = :'number'
"""
PUBLISH = """
menu = env["crm.call.menu"].search([("code", "=", "main")])
home = menu.node_ids.filtered(lambda node: node.name == "Welcome")
people = menu.node_ids.filtered(lambda node: node.name == "People")
home.option_ids = [(0, 0, {"key": "5", "target_id": people.id})]
menu.action_publish()
env.cr.commit()
"""


class TestMenu(ExchangeMixin, unittest.TestCase):
    """Menu, look-up, queue, wrong digits, hanging up inside, Odoo silent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.run(SETUP.read_text())
        cls.office.start_odoo()

    def setUp(self):
        super().setUp()
        self.office.start_listener()
        self.addCleanup(self.office.stop_listener)
        place = f"127.0.0.1:{self.office.agi_port()}"
        self.console.command("Setvar", Variable="MENU_SERVER", Value=place)

    def number(self):
        return f"+1415{abs(hash(self.id())) % 10_000_000:07d}"

    def way(self, number, result, seconds=60):
        """What the caller did, when his call is over with this result."""
        until(
            lambda: [one["result"] for one in self.office.calls(number)] == [result],
            lambda: f"the call of {number} is {result}: {self.office.calls(number)}",
            seconds,
        )
        rows = self.office.rows(WAY, number=number)
        return [(row["step"], row["name"], row["digit"] or row["outcome"]) for row in rows]

    def test_a_look_up_answers_and_the_call_is_contained(self):
        keys = {"one": "1", "two": "4", "three": "2", "four": "#"}
        self.caller("caller_enters", "7100", caller=CUSTOMER, **keys).finish(60)
        self.assertEqual(
            self.way(CUSTOMER, "ivr_contained"),
            [
                ("ivr", "Welcome", None),
                ("ivr", "Welcome", "1"),
                ("ivr", "Order number", None),
                ("ivr", "Look up", None),
                ("ivr", "Look up", "offer"),
                ("ivr", "Order is confirmed", None),
                ("ivr", "Goodbye", None),
                ("ivr_contained", "Goodbye", None),
            ],
        )

    def test_a_key_leads_to_the_queue(self):
        number = self.number()
        self.caller("caller_dials", "7100", caller=number, digit="2", seconds=15).finish(60)
        way = self.way(number, "abandoned")
        self.assertEqual(way[-1], ("ivr_queue", "People", "support"))
        self.assertTrue(self.listener.wait("QueueCallerJoin", Queue="support", CallerIDNum=number))

    def test_a_voice_message_comes_to_the_inbox_and_leaves_the_exchange(self):
        """He talks for some seconds and hangs up (CC-4, CC-7)."""
        number = self.number()
        self.caller("caller_dials", "7100", caller=number, digit="7", seconds=9).finish(60)
        self.assertEqual(self.way(number, "voicemail")[-1][0], "voicemail")
        until(lambda: self.office.rows(MESSAGES, number=number), "the message is in the inbox", 60)
        [message] = self.office.rows(MESSAGES, number=number)
        self.assertTrue(2 <= message["seconds"] <= 9, message)
        self.assertEqual(message["state"], "waiting")
        file = self.office.messages / message["file"]
        until(lambda: not file.exists(), "the file has left the exchange")

    def test_wrong_digits_get_another_try_and_then_the_end(self):
        number = self.number()
        keys = {"one": "9", "two": "9", "three": "9", "four": "9"}
        self.caller("caller_enters", "7100", caller=number, **keys)
        way = self.way(number, "abandoned")
        wrong = [step for step in way if step[0] == "ivr_wrong"]
        self.assertEqual(wrong, [("ivr_wrong", "Welcome", "9")] * 2)
        self.assertEqual(way[-1], ("ivr_given_up", "Welcome", None))

    def test_hanging_up_inside(self):
        number = self.number()
        self.caller("caller_leaves", "7100", caller=number, seconds=1).finish()
        way = self.way(number, "short_abandoned")
        self.assertEqual(way[-1], ("ivr_left", "Welcome", None))

    def test_while_odoo_is_silent_the_menu_goes_on(self):
        """From the disk; the look-up says that it cannot now; all is told when Odoo is back."""
        first = self.number()
        self.caller("caller_leaves", "7100", caller=first, seconds=1).finish()
        self.way(first, "short_abandoned")  # the menu is on the disk now
        self.office.stop_listener()
        self.office.stop_odoo()
        try:
            self.office.start_listener()
            number = f"{first[:-1]}{(int(first[-1]) + 1) % 10}"
            keys = {"one": "1", "two": "4", "three": "2", "four": "#"}
            self.caller("caller_enters", "7100", caller=number, **keys).finish(60)
        finally:
            self.office.start_odoo()
        way = self.way(number, "abandoned", 90)
        self.assertIn(("ivr", "Look up", "silent"), way)
        self.assertIn(("ivr", "Not now", None), way)
        self.assertEqual(way[-1], ("ivr_given_up", "Goodbye", None))

    def test_a_published_change_is_heard_by_the_next_caller(self):
        number = self.number()
        before = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        self.caller("caller_dials", "7100", caller=before, digit="5", seconds=1).finish()
        self.assertIn(("ivr_wrong", "Welcome", "5"), self.way(before, "short_abandoned"))
        self.office.run(PUBLISH)
        self.caller("caller_dials", "7100", caller=number, digit="5", seconds=15).finish(60)
        self.assertEqual(self.way(number, "abandoned")[-1], ("ivr_queue", "People", "support"))

    def test_without_the_listener_callers_come_to_people(self):
        self.console.command("Setvar", Variable="MENU_SERVER", Value="127.0.0.1:9")
        number = self.number()
        self.caller("caller_leaves", "7100", caller=number, seconds=2).finish()
        self.assertTrue(self.listener.wait("QueueCallerJoin", Queue="support", CallerIDNum=number))
