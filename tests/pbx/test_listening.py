"""A supervisor in a running call on a real exchange: listening, taking over (CC-5)."""

import unittest

from chain import Office
from exchange_case import ExchangeMixin, starts, until

SUPERVISOR = """
boss = env["crm.call.agent"].search([("extension", "=", "1003")]).user_id
boss.group_ids += env.ref("crm_callcenter.group_call_supervisor")
env["crm.call.queue"].search([]).wrap_up_seconds = 0
env.cr.commit()
"""
READY = """
env["crm.call.agent"].search([("extension", "in", ["1001", "1003"])])._set_state("ready")
env.cr.commit()
"""
LISTEN = """
agents = {{one.extension: one for one in env["crm.call.agent"].search([])}}
own = env["crm.call.listening"].with_user(agents["1003"].user_id)
own.listen_in(agents["1001"].id, "{kind}")
env.cr.commit()
"""
NOTED = """
    SELECT json_agg(json_build_array(l.kind, c.state) ORDER BY l.id)
      FROM crm_call_listening l JOIN crm_call_command c ON c.id = l.command_id
"""
STATE = """
    SELECT json_agg(s.state) FROM crm_call_agent_state s JOIN crm_call_agent a ON a.id = s.agent_id
     WHERE a.extension = '1001' AND s.date_to IS NULL
"""
WHO = """
    SELECT json_agg(json_build_array(a.extension, c.result, c.transfer_count))
      FROM crm_call c JOIN crm_call_agent a ON a.id = c.agent_id
     WHERE c.number = :'number' AND c.state = 'done'
"""


class TestListening(ExchangeMixin, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange)
        cls.addClassCleanup(cls.office.close)
        cls.office.run(SUPERVISOR)
        cls.office.start_odoo()
        cls.office.start_listener()

    def talk(self, number):
        """1001 talks with a customer, and Odoo knows it; 1003 has a telephone that answers."""
        self.telephone("1001", "phone_stays")
        self.office.run(READY)
        caller = self.caller("caller_stays", "8000", caller=number, seconds=40)
        self.listener.wait("AgentConnect", CallerIDNum=number)
        until(
            lambda: self.office.rows(STATE) == ["on_call"],
            lambda: f"Odoo knows that 1001 talks: {self.office.rows(STATE)}",
            30,
        )
        self.telephone("1003", "phone_stays")
        return caller

    def noted(self, *expected):
        wanted = [list(one) for one in expected]
        until(
            lambda: self.office.rows(NOTED)[-len(wanted):] == wanted,
            lambda: f"it is noted {wanted}: {self.office.rows(NOTED)}",
            30,
        )  # fmt: skip

    def test_listening_and_whispering(self):
        """The exchange confirms that the supervisor's telephone hears the agent's."""
        self.talk("+14155550191")
        for kind in ("listen", "whisper"):
            self.office.run(LISTEN.format(kind=kind))
            self.noted((kind, "done"))
            found = self.listener.all("ChanSpyStart", SpyerChannel=starts("PJSIP/1003-"))[-1]
            self.assertTrue(found["SpyeeChannel"].startswith("PJSIP/1001-"))
            self.console.command("Hangup", Channel=found["SpyerChannel"])
            self.listener.wait("Hangup", Channel=found["SpyerChannel"])
            self.telephone("1003", "phone_stays")

    def test_taking_over(self):
        """The customer talks to the supervisor; the agent is free, and the call is one."""
        number = "+14155550192"
        caller = self.talk(number)
        self.office.run(LISTEN.format(kind="transfer"))
        self.noted(("transfer", "done"))
        self.listener.wait("BridgeEnter", Channel=starts("PJSIP/1003-"))
        self.console.command("Hangup", Channel="/^PJSIP/1003-.*$/")
        caller.finish(60)
        until(lambda: self.office.rows(WHO, number=number), "the call is over", 60)
        self.assertEqual(self.office.rows(WHO, number=number), [["1003", "answered", 1]])
