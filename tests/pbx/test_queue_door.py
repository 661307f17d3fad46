"""What Odoo says at the door of a queue takes effect on a real exchange (CC-3)."""

import unittest
from pathlib import Path

from chain import Office
from exchange_case import ExchangeMixin, until

SETUP = Path(__file__).with_name("menu_setup.py")
FIRST, SECOND, THIRD, PLAIN, DEAR = (f"+1415555018{digit}" for digit in range(5))
PEOPLE = f"""
from datetime import timedelta
from odoo import fields
exchange = env["crm.call.exchange"].search([])
agents = {{one.extension: one for one in env["crm.call.agent"].search([])}}
env["crm.call.queue"].search([]).own_agent_seconds = 4
start = fields.Datetime.now() - timedelta(days=1)
for number, extension in (("{FIRST}", "1001"), ("{SECOND}", "1002"), ("{THIRD}", "1002")):
    env["crm.call"].create({{
        "exchange_id": exchange.id, "company_id": exchange.company_id.id, "linked": number,
        "direction": "inbound", "state": "done", "result": "answered", "start": start,
        "number": number, "e164": number, "agent_id": agents[extension].id,
    }})
for name, number, tier in (("Plain", "{PLAIN}", "D"), ("Dear", "{DEAR}", "A")):
    partner = env["res.partner"].create({{"name": name, "phone": number}})
    env["crm.customer.snapshot"].create({{
        "partner_id": partner.id, "company_id": env.company.id, "tier": tier, "is_current": True,
        "currency_id": env.company.currency_id.id, "date": fields.Date.today(),
        "month": fields.Date.today().replace(day=1),
    }})
env["crm.contact.number"]._drain()
env.cr.commit()
"""
READY = """
for agent in env["crm.call.agent"].search([("extension", "in", ["1001", "1002"])]):
    agent._set_state("ready")
env.cr.commit()
"""
CLOSE = """
night = env["resource.calendar"].create({{"name": "Never", "tz": "UTC", "attendance_ids": []}})
night.attendance_ids.unlink()
menu = env["crm.call.menu"].search([("code", "=", "main")])
env["crm.call.queue"].search([("code", "=", "support")]).write(
    {{"calendar_id": night.id, "closed_menu_id": {menu}}}
)
env.cr.commit()
"""
OPEN = """
env["crm.call.queue"].search([]).write({"calendar_id": False, "closed_menu_id": False})
env.cr.commit()
"""
OVERFLOW = """
queues = {one.code: one for one in env["crm.call.queue"].search([])}
queues["sales"].write({"longest_wait": 3, "overflow_queue_id": queues["support"].id})
env.cr.commit()
"""
CALL = """
    SELECT json_agg(json_build_object(
        'result', c.result, 'queue', q.code, 'agent', a.extension, 'waited', c.wait_seconds,
        'steps', (SELECT json_agg(concat_ws(' ', s->>'step', s->>'queue', s->>'how') ORDER BY ord)
                    FROM jsonb_array_elements(c.path) WITH ORDINALITY AS p (s, ord))))
      FROM crm_call c LEFT JOIN crm_call_queue q ON q.id = c.queue_id
      LEFT JOIN crm_call_agent a ON a.id = c.agent_id
     WHERE c.number = :'number' AND c.state = 'done' AND c.linked <> c.number
"""
STATES = """
    SELECT json_agg(s.state) FROM crm_call_agent_state s JOIN crm_call_agent a ON a.id = s.agent_id
     WHERE a.extension IN ('1001', '1002') AND s.date_to IS NULL
"""


class TestQueueDoor(ExchangeMixin, unittest.TestCase):
    """Own agent, closed, overflow, valuable customers, and nobody to ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.run(SETUP.read_text())
        cls.office.run(PEOPLE)
        cls.office.start_odoo()

    def setUp(self):
        super().setUp()
        self.office.start_listener()
        self.addCleanup(self.office.stop_listener)
        self.ask_at(f"127.0.0.1:{self.office.agi_port()}")

    def ask_at(self, place):
        self.console.command("Setvar", Variable="MENU_SERVER", Value=place)

    def number(self):
        return f"+1415{abs(hash(self.id())) % 10_000_000:07d}"

    def both_ready(self):
        """Both take calls again (whoever let one ring out is paused), and Odoo knows it."""
        self.office.run(READY)
        until(
            lambda: self.office.rows(STATES) == ["ready", "ready"],
            lambda: f"both agents are ready: {self.office.rows(STATES)}",
            60,
        )

    def call(self, number):
        """The call of *number* when it is over."""
        until(lambda: self.office.rows(CALL, number=number), f"the call of {number} is in Odoo", 60)
        [found] = self.office.rows(CALL, number=number)
        return found

    def test_who_talked_to_him_last_answers(self):
        """Both could; the queue itself would ring the one who had least to do."""
        for number, extension in ((FIRST, "1001"), (SECOND, "1002")):
            phones = [self.telephone(one, "phone_talks", seconds=1) for one in ("1001", "1002")]
            self.both_ready()
            self.caller("caller_stays", "8100", caller=number, seconds=20).finish(60)
            found = self.call(number)
            self.assertEqual((found["agent"], found["queue"]), (extension, "support"))
            self.assertEqual(found["result"], "answered")
            for phone in phones:
                phone.end()

    def test_when_he_does_not_pick_up_the_others_do(self):
        """Four seconds of his telephone belong to the wait, as those in the queue do."""
        number = THIRD
        self.telephone("1002", "phone_rings")
        self.telephone("1001", "phone_talks", seconds=1)
        self.both_ready()
        self.caller("caller_stays", "8100", caller=number, seconds=30).finish(60)
        found = self.call(number)
        self.assertEqual((found["agent"], found["result"]), ("1001", "answered"))
        self.assertGreaterEqual(found["waited"], 4)

    def test_closed_it_is_the_menu_of_the_queue(self):
        number = self.number()
        self.office.run(CLOSE.format(menu="menu.id"))
        self.addCleanup(self.office.run, OPEN)
        self.caller("caller_leaves", "8100", caller=number, seconds=3).finish(60)
        found = self.call(number)
        self.assertIn("ivr", found["steps"])
        self.assertFalse(self.listener.all("QueueCallerJoin", CallerIDNum=number))

    def test_closed_without_a_menu_he_hears_so(self):
        number = self.number()
        self.office.run(CLOSE.format(menu="False"))
        self.addCleanup(self.office.run, OPEN)
        self.caller("caller_stays", "8100", caller=number, seconds=30).finish(60)
        found = self.call(number)
        self.assertEqual((found["result"], found["queue"]), ("abandoned", None))
        self.assertIn("closed", found["steps"])
        self.assertFalse(self.listener.all("QueueCallerJoin", CallerIDNum=number))

    def test_who_waited_longest_goes_to_the_next_queue(self):
        number = self.number()
        self.office.run(OVERFLOW)
        self.telephone("1001", "phone_talks", seconds=1)
        self.caller("caller_stays", "8101", caller=number, seconds=30).finish(60)
        found = self.call(number)
        self.assertEqual((found["result"], found["queue"]), ("answered", "support"))
        self.assertGreaterEqual(found["waited"], 3)
        joined = self.listener.all("QueueCallerJoin", CallerIDNum=number)
        self.assertEqual([one["Queue"] for one in joined], ["sales", "support"])

    def test_a_valuable_customer_is_answered_before_who_came_earlier(self):
        """Three steps of tier above D are more than the order of coming."""
        callers = []
        for place, number in enumerate((PLAIN, DEAR), 1):
            callers.append(self.caller("caller_stays", "8100", caller=number, seconds=60))
            self.listener.wait("QueueCallerJoin", Queue="support", CallerIDNum=number)
            self.assertEqual(len(callers), place)
        self.telephone("1001", "phone_talks", seconds=1, calls=2)
        for caller in callers:
            caller.finish(90)
        connected = self.listener.all("AgentConnect", Queue="support")
        order = [one["CallerIDNum"] for one in connected if one["CallerIDNum"] in (PLAIN, DEAR)]
        self.assertEqual(order, [DEAR, PLAIN])

    def test_while_odoo_is_silent_the_queue_takes_him(self):
        number = self.number()
        self.office.stop_odoo()
        try:
            self.telephone("1001", "phone_talks", seconds=1)
            self.caller("caller_stays", "8100", caller=number, seconds=30).finish(60)
        finally:
            self.office.start_odoo()
        found = self.call(number)
        self.assertEqual((found["result"], found["queue"]), ("answered", "support"))

    def test_without_the_listener_the_queue_takes_him(self):
        number = self.number()
        self.ask_at("127.0.0.1:9")
        self.telephone("1001", "phone_talks", seconds=1)
        self.caller("caller_stays", "8100", caller=number, seconds=30).finish(60)
        found = self.call(number)
        self.assertEqual((found["result"], found["queue"]), ("answered", "support"))
