"""A caller with an open request comes to who works on it (CC-3)."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_service_levels.tests.common_service import ServiceCase

GROUPS = "crm_callcenter.group_call_agent,crm_service_levels.group_service_user"
NUMBER = "+4940111111"


@tagged("post_install", "-at_install")
class TestEntryOwner(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        listener = new_test_user(cls.env, "cc_listener", "crm_callcenter.group_call_listener")
        exchange = cls.env["crm.call.exchange"].create(
            {"name": "Hamburg", "code": "hamburg", "listener_user_id": listener.id}
        )
        cls.env["crm.call.queue"].create(
            {"name": "Support", "code": "support", "own_agent_seconds": 12}
        )
        cls.exchange, cls.listener = exchange, listener
        users = [new_test_user(cls.env, f"cc_{name}", GROUPS) for name in ("ada", "ben", "dora")]
        cls.team.member_ids = [Command.create({"user_id": user.id}) for user in users]
        cls.ada, cls.ben, cls.dora = agents = cls.env["crm.call.agent"].create(
            [
                {"user_id": user.id, "exchange_id": exchange.id, "extension": f"100{number}"}
                for number, user in enumerate(users, 1)
            ]
        )
        for agent in agents:
            agent._set_state("ready")
        cls.anna.phone = NUMBER
        cls.env["crm.contact.number"]._drain()

    def first(self):
        self.env.flush_all()
        exchange = self.env["crm.call.exchange"].with_user(self.listener)
        return exchange.listener_enter("hamburg", "support", NUMBER)["agent"]

    def request(self, agent, **values):
        return self.env["crm.service.request"].create(
            {
                "name": "Pump leaks",
                "partner_id": self.anna.id,
                "team_id": self.team.id,
                "type_id": self.fault.id,
                "user_id": agent.user_id.id,
                **values,
            }
        )

    def test_who_works_on_his_request_before_who_talked_last(self):
        self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": "c.1",
                "direction": "inbound",
                "state": "done",
                "start": datetime.now() - timedelta(days=1),
                "result": "answered",
                "agent_id": self.ben.id,
                "partner_id": self.anna.id,
            }
        )
        self.assertEqual(self.first(), "PJSIP/1002")
        self.request(self.ada)
        self.assertEqual(self.first(), "PJSIP/1001")

    def test_of_several_requests_the_latest(self):
        self.request(self.ada)
        self.request(self.dora)
        self.assertEqual(self.first(), "PJSIP/1003")
        self.dora._set_state("paused")
        self.assertEqual(self.first(), "PJSIP/1001")

    def test_a_request_that_is_done_binds_nobody(self):
        request = self.request(self.ada)
        done = self.env["crm.service.stage"].search([("is_closed", "=", True)], limit=1)
        request.stage_id = done
        self.assertTrue(request.is_closed)
        self.assertEqual(self.first(), "")

    def test_a_request_of_somebody_else(self):
        stranger = self.env["res.partner"].create({"name": "Somebody else"})
        self.request(self.ada, partner_id=stranger.id)
        self.assertEqual(self.first(), "")
