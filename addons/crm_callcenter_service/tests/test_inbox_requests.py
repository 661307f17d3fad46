"""Requests by mail and web form in the agents' inbox (CC-7, SVC-L1)."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_service_levels.tests.common_service import ServiceCase

GROUPS = "crm_callcenter.group_call_agent,crm_service_levels.group_service_user"


@tagged("post_install", "-at_install")
class TestInboxRequests(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        exchange = cls.env["crm.call.exchange"].create({"name": "Hamburg", "code": "hamburg"})
        # cara answers mail and is a representative, tom only answers the telephone
        cara = new_test_user(cls.env, "cc_cara", GROUPS)
        tom = new_test_user(cls.env, "cc_tom", "crm_callcenter.group_call_agent")
        cls.team.member_ids = [Command.create({"user_id": cara.id})]
        cls.team.assign_method = False
        cls.cara, cls.tom = cls.env["crm.call.agent"].create(
            [
                {"user_id": user.id, "exchange_id": exchange.id, "extension": number}
                for user, number in ((cara, "1001"), (tom, "1002"))
            ]
        )
        cls.queue = cls.env["crm.call.queue"].create({"name": "Mail", "code": "mail"})
        cls.contacts = cls.env["crm.call.contact"]
        cls.rule = cls.env["crm.call.inbox.rule"].create(
            {"channel": "mail", "queue_id": cls.queue.id}
        )

    def request(self, code="email", **values):
        return self.env["crm.service.request"].create(
            {
                "name": "Pump leaks",
                "partner_id": self.anna.id,
                "team_id": self.team.id,
                "type_id": self.fault.id,
                "channel_id": self.env["crm.contact.channel"]._of_code(code).id,
                **values,
            }
        )

    def contact(self, request):
        found = self.contacts.search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)], order="id desc"
        )
        return found[:1]

    def test_cc_7_a_mail_goes_to_who_is_ready_and_may_answer_it(self):
        request = self.request()
        one = self.contact(request)
        self.assertEqual((one.channel, one.state), ("mail", "waiting"))
        self.assertIn("Pump leaks", one.subject)
        self.tom._set_state("ready")
        self.contacts._cron_offer()
        self.assertEqual(one.state, "waiting")  # tom has no right to requests
        self.cara._set_state("ready")
        self.contacts._cron_offer()
        self.assertEqual((one.state, one.agent_id), ("offered", self.cara))
        action = one.with_user(self.cara.user_id).action_accept()
        self.assertEqual((action["res_model"], action["res_id"]), (request._name, request.id))
        self.assertEqual(request.user_id, self.cara.user_id)

    def test_a_web_form_needs_a_rule_of_its_own(self):
        self.assertFalse(self.contact(self.request("web")))
        self.rule.copy({"channel": "web"})
        self.assertEqual(self.contact(self.request("web")).channel, "web")

    def test_a_letter_does_not_come_in(self):
        self.assertFalse(self.contact(self.request("letter")))

    def test_what_somebody_has_already_does_not_come_in(self):
        self.assertFalse(self.contact(self.request(user_id=self.cara.user_id.id)))

    def test_a_rule_for_one_team(self):
        other = self.team.copy({"name": "Other"})
        self.rule.service_team_id = other
        self.assertFalse(self.contact(self.request()))
        self.assertTrue(self.contact(self.request(team_id=other.id)))

    def test_taken_on_the_board_it_is_in_work_with_him(self):
        request = self.request()
        request.with_user(self.cara.user_id).action_take()
        one = self.contact(request)
        self.assertEqual((one.state, one.agent_id), ("in_work", self.cara))

    def test_solved_it_leaves_the_inbox(self):
        request = self.request()
        request.action_solve()
        self.assertEqual(self.contact(request).state, "left")

    def test_given_back_it_waits_without_an_owner(self):
        request = self.request()
        one = self.contact(request)
        one.with_user(self.cara.user_id).action_take()
        one.with_user(self.cara.user_id).action_return()
        self.assertEqual((one.state, request.user_id.id), ("waiting", False))
        self.assertEqual(self.contacts.search_count([("res_id", "=", request.id)]), 1)

    def test_done_the_request_stays_with_him(self):
        request = self.request()
        one = self.contact(request)
        one.with_user(self.cara.user_id).action_take()
        one.with_user(self.cara.user_id).action_done()
        self.assertEqual((one.state, request.is_closed), ("done", False))
        self.assertEqual(request.user_id, self.cara.user_id)

    def test_as_many_queries_for_many_mails(self):
        def count(number):
            code = self.env["crm.contact.channel"]._of_code("email")
            rows = [
                {"name": f"Mail {place}", "partner_id": self.anna.id, "team_id": self.team.id,
                 "type_id": self.fault.id, "channel_id": code.id}
                for place in range(number)
            ]  # fmt: skip
            self.env.flush_all()
            requests = self.env["crm.service.request"].create(rows)
            self.env.flush_all()
            self.contacts._of(requests).unlink()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            requests._enter_inbox()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(2), count(20))
