"""Rules changed in Odoo take effect on a real exchange, without a restart (CC-3)."""

import unittest

from chain import Office
from exchange_case import ExchangeMixin, until

SET_UP = """
pumps = env["crm.call.skill"].create({"name": "Pumps"})
queue = env["crm.call.queue"].search([("code", "=", "sales")])
queue.write({"members_by": "odoo", "skill_ids": [(0, 0, {"skill_id": pumps.id, "level": "2"})]})
for extension, level in (("1001", "4"), ("1002", "3")):
    agent = env["crm.call.agent"].search([("extension", "=", extension)])
    agent.skill_ids = [(0, 0, {"skill_id": pumps.id, "level": level})]
    agent._set_state("ready")
env.cr.commit()
"""
LEVEL = """
agent = env["crm.call.agent"].search([("extension", "=", "1001")])
agent.skill_ids.level = "{level}"
env.cr.commit()
"""
TAKE_AWAY = """
env["crm.call.agent"].search([("extension", "=", "1001")]).skill_ids.released = False
env.cr.commit()
"""
MEMBERS = """
    SELECT json_agg(json_build_array(interface, penalty) ORDER BY interface)
      FROM crm_call_queue_member WHERE queue = 'sales'
"""
WHO = """
    SELECT json_agg(a.extension) FROM crm_call c JOIN crm_call_agent a ON a.id = c.agent_id
     WHERE c.number = :'number' AND c.result = 'answered'
"""
CALLBACK = """
    SELECT json_agg(json_build_array(q.code, b.state, c.result))
      FROM crm_call_callback b JOIN crm_call c ON c.id = b.call_id
      LEFT JOIN crm_call_queue q ON q.id = b.queue_id WHERE b.number = :'number'
"""


class TestRouting(ExchangeMixin, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.run(SET_UP)
        cls.office.start_odoo()

    def setUp(self):
        super().setUp()
        self.office.start_listener()
        self.addCleanup(self.office.stop_listener)

    def members(self, *expected):
        """Wait until the exchange has told Odoo that these are the members."""
        wanted = [list(one) for one in expected]
        until(
            lambda: self.office.rows(MEMBERS) == wanted,
            f"the members are {wanted}: {self.office.rows(MEMBERS)}",
            30,
        )

    def answers(self, number):
        """The telephone that answered a call of sales, when both could."""
        phones = [self.telephone(one, "phone_talks", seconds=2) for one in ("1001", "1002")]
        self.caller("caller_stays", "8001", caller=number, seconds=20).finish(60)
        self.office.wait_for(1, number)
        del phones  # one of them was not called, and is ended with the test
        return self.office.rows(WHO, number=number)

    def test_a_skill_that_is_taken_away_counts_for_the_next_call(self):
        self.office.run(LEVEL.format(level="4"))
        self.members(("PJSIP/1001", 0), ("PJSIP/1002", 1))
        self.assertEqual(self.answers("+14155550171"), ["1001"])
        self.office.run(TAKE_AWAY)
        self.members(("PJSIP/1002", 1))
        self.assertEqual(self.answers("+14155550172"), ["1002"])

    def test_a_restarted_exchange_gets_its_members_again(self):
        """app_queue forgets members that were added (persistentmembers = no)."""
        until(lambda: self.office.rows(MEMBERS), "there are members", 30)
        before = self.office.rows(MEMBERS)
        self.restart_exchange()
        until(
            lambda: len(self.console_members()) == len(before),
            "the exchange has its members again",
            60,
        )

    def test_a_key_asks_for_a_call_back(self):
        """Nobody is free; the caller presses 1 and hangs up: he is in the list once."""
        number = "+14155550173"
        self.caller("caller_dials", "8001", caller=number, digit="1", seconds=1).finish(60)
        self.office.wait_for(1, number)
        self.office.settle()
        found = self.office.rows(CALLBACK, number=number)
        self.assertEqual(found, [["sales", "waiting", "callback_requested"]])

    def console_members(self):
        """Telephones of sales by the exchange's own word."""
        self.console.ask("QueueStatus", Queue="sales")
        self.console.wait("QueueStatusComplete")
        return {one["Location"] for one in self.console.all("QueueMember", Queue="sales")}
