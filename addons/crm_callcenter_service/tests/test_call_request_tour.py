"""The card of a caller in the browser: requests and complaints by one click (SVC-L6, CC-2)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_service_levels.tests.common_service import ServiceCase

AGENT = "crm_callcenter.group_call_agent"


@tagged("post_install", "-at_install")
class TestCallRequestTour(ServiceCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env["crm.call.exchange"].create({"name": "Hamburg", "code": "hamburg"})
        groups = f"{AGENT},crm_service_levels.group_service_user"
        cls.cara = new_test_user(cls.env, "cc_cara", groups)
        cls.tom = new_test_user(cls.env, "cc_tom", AGENT)
        cls.team.member_ids = [Command.create({"user_id": cls.cara.id})]
        cls.agents = {
            user: cls.env["crm.call.agent"].create(
                {"user_id": user.id, "exchange_id": cls.exchange.id, "extension": number}
            )
            for user, number in ((cls.cara, "1001"), (cls.tom, "1002"))
        }
        cls.anna.phone = "+4940111111"

    def call(self, user, state="on_call"):
        """A call of Anna that the agent has, or writes up."""
        now = fields.Datetime.now()
        call = self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": "t.1",
                "direction": "inbound",
                "state": "running" if state == "on_call" else "done",
                "start": now,
                "number": "+4940111111",
                "e164": "+4940111111",
                "agent_id": self.agents[user].id,
                "partner_id": self.anna.id,
            }
        )
        self.env["crm.call.agent.state"].create(
            {
                "agent_id": self.agents[user].id,
                "state": state,
                "rest": "ready",
                "call_id": call.id,
                "date_from": now,
                "until": state == "wrap_up" and now + timedelta(minutes=10),
            }
        )
        return call

    def play(self, tour, user):
        self.start_tour("/odoo/contacts", tour, login=user.login)

    def test_the_call_is_about_an_open_request(self):
        request = self.env["crm.service.request"].create(
            {
                "name": "Pump leaks",
                "partner_id": self.anna.id,
                "team_id": self.team.id,
                "type_id": self.fault.id,
            }
        )
        call = self.call(self.cara)
        self.play("crm_call_request_link", self.cara)
        self.assertEqual(call.request_id, request)

    def test_one_click_to_a_request_with_what_was_written(self):
        call = self.call(self.cara)
        self.play("crm_call_request_new", self.cara)
        self.assertEqual(call.request_id.partner_id, self.anna)
        self.assertIn("It drips", call.request_id.description)

    def test_one_click_to_a_complaint_in_the_browser(self):
        call = self.call(self.cara)
        self.play("crm_call_request_complaint", self.cara)
        self.assertEqual(call.request_id.nature, "complaint")

    def test_the_result_opens_a_request(self):
        call = self.call(self.cara, "wrap_up")
        self.play("crm_call_request_follows", self.cara)
        self.assertEqual((call.request_id.user_id, call.disposition_id.name),
                         (self.cara, "To be followed up"))  # fmt: skip

    def test_without_rights_in_service(self):
        call = self.call(self.tom, "wrap_up")
        self.play("crm_call_request_refused", self.tom)
        self.assertFalse(call.request_id)
        self.assertEqual(call.disposition_id.name, "To be followed up")
