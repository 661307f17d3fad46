"""Requests and calls: pop-up, one click, call-backs, escalation calls (SVC-L5, SVC-L6, CC-2)."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_service_levels.tests.common_service import ServiceCase

GROUPS = "crm_callcenter.group_call_agent,crm_service_levels.group_service_user"


@tagged("post_install", "-at_install")
class TestCallRequests(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env["crm.call.exchange"].create({"name": "Hamburg", "code": "hamburg"})
        # cara answers the telephone and is a representative, tom only answers
        cls.cara = new_test_user(cls.env, "cc_cara", GROUPS)
        cls.tom = new_test_user(cls.env, "cc_tom", "crm_callcenter.group_call_agent")
        cls.team.member_ids = [Command.create({"user_id": cls.cara.id})]
        cls.agent, cls.other = cls.env["crm.call.agent"].create(
            [
                {"user_id": user.id, "exchange_id": cls.exchange.id, "extension": number}
                for user, number in ((cls.cara, "1001"), (cls.tom, "1002"))
            ]
        )
        cls.anna.phone = "+4940111111"

    def call(self, agent=None, partner=None, **values):
        return self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": f"c.{self.env['crm.call'].search_count([])}",
                "direction": "inbound",
                "state": "done",
                "start": datetime(2026, 3, 2, 9),
                "number": "+4940111111",
                "result": "answered",
                "agent_id": (agent or self.agent).id,
                "partner_id": (self.anna if partner is None else partner).id,
                **values,
            }
        )

    def request(self, **values):
        return self.env["crm.service.request"].create(
            {
                "name": "Pump leaks",
                "partner_id": self.anna.id,
                "team_id": self.team.id,
                "type_id": self.fault.id,
                **values,
            }
        )

    def calls(self, user):
        return self.env["crm.call"].with_user(user)

    def test_open_requests_in_the_popup(self):
        """Of the whole customer, not of him alone, and nothing that is over."""
        mine = self.request()
        acme = self.request(name="Another", partner_id=self.acme.id)
        self.request(name="Over").action_cancel()
        found = self.calls(self.cara).get_popup(self.call().id)
        self.assertEqual({row["id"] for row in found["requests"]}, {mine.id, acme.id})
        self.assertEqual((found["request_id"], found["may"]["request"]), (False, True))
        self.assertEqual(self.calls(self.cara).get_popup(
            self.call(partner=self.env["res.partner"]).id)["requests"], [])  # fmt: skip

    def test_an_agent_without_service_rights_sees_none(self):
        self.request()
        found = self.calls(self.tom).get_popup(self.call(self.other).id)
        self.assertEqual(found["requests"], [])
        self.assertEqual((found["may"]["request"], found["may"]["complaint"]), (False, False))
        with self.assertRaises(AccessError):
            self.calls(self.tom).open_request(self.call(self.other).id)

    def test_one_click(self):
        call = self.call(note="It leaks")
        action = self.calls(self.cara).open_request(call.id)
        request = call.request_id
        self.assertEqual((action["res_model"], action["res_id"]), (request._name, request.id))
        self.assertEqual(
            (request.partner_id, request.user_id, request.channel_id.code, request.phone),
            (self.anna, self.cara, "phone", "+4940111111"),
        )
        self.assertIn("It leaks", request.description)
        # a second click opens the same one
        again = self.calls(self.cara).open_request(call.id)
        self.assertEqual(again["res_id"], request.id)
        self.assertEqual(request.with_user(self.cara).call_count, 1)

    def test_one_click_to_a_complaint(self):
        call = self.call()
        self.calls(self.cara).open_request(call.id, complaint=True)
        self.assertEqual(call.request_id.nature, "complaint")

    def test_the_call_of_somebody_else(self):
        call = self.call(self.other)
        for method, args in (("open_request", ()), ("link_request", (self.request().id,))):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.calls(self.cara), method)(call.id, *args)

    def test_link(self):
        request = self.request()
        unknown = self.call(partner=self.env["res.partner"])
        self.calls(self.cara).link_request(unknown.id, request.id)
        self.assertEqual((unknown.request_id, unknown.partner_id), (request, self.anna))
        stranger = self.call(partner=self.env["res.partner"].create({"name": "Else"}))
        with self.assertRaises(UserError):
            self.calls(self.cara).link_request(stranger.id, request.id)

    # -- measures

    def test_an_answer_rates_the_last_call(self):
        """75 of 100 % for the second of two calls; a call after the answer is not rated (CC-8)."""
        request = self.request()
        early, last, after = (
            self.call(request_id=request.id, linked=f"r.{day}", start=datetime(2026, 3, day, 9))
            for day in (2, 3, 5)
        )
        facts = self.env["crm.call.interval"]
        scheme = self.env["crm.feedback.scheme"].search([("audience", "!=", "employee")], limit=1)
        answer = self.env["crm.feedback.answer"].create(
            {
                "scheme_id": scheme.id,
                "source": "mail",
                "request_id": request.id,
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "date": datetime(2026, 3, 4),
            }
        )
        facts._drain()
        calls = self.env["crm.call"].search([("id", "in", (early | last | after).ids)])
        self.assertFalse(calls.filtered("is_rated"))
        answer.write({"score": 75, "has_score": True})
        facts._drain()
        calls.invalidate_recordset()
        self.assertEqual(calls.filtered("is_rated"), last)
        [fact] = facts.search([("exchange_id", "=", self.exchange.id), ("rated", ">", 0)])
        self.assertEqual((fact.start, fact.rated, fact.rating_sum),
                         (datetime(2026, 3, 3, 9), 1, 0.75))  # fmt: skip

    def test_sales_in_service(self):
        """An order from a request that somebody called about before; not one without a call."""
        called, silent = self.request(), self.request(name="By mail")
        self.call(request_id=called.id, start=datetime(2026, 3, 2, 9))
        product = self.env["product.product"].create({"name": "Seal", "type": "service"})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.anna.id,
                    "company_id": self.company.id,
                    "state": "sale",
                    "service_request_id": request.id,
                    "date_order": date,
                    "order_line": [Command.create({"product_id": product.id, "price_unit": 70})],
                }
                for request, date in (
                    (called, datetime(2026, 3, 2, 8)),  # before anybody called
                    (called, datetime(2026, 3, 2, 10)),
                    (silent, datetime(2026, 3, 2, 10)),
                )
            ]
        )
        page = self.env["crm.call.cost.page"].with_company(self.company)
        rows = page._income(datetime(2026, 3, 1).date(), datetime(2026, 3, 31).date())
        row = next(one for one in rows if one["label"] == "Sales in service")
        found = self.env[row["model"]].search(row["domain"])
        self.assertEqual((found, row["count"]), (orders[1], 1))
        self.assertEqual(row["amount"], orders[1].amount_untaxed)

    # -- lists

    def list(self, **values):
        return self.env["crm.call.list"].create(
            {
                "name": "Calls",
                "purpose": "service",
                "exchange_id": self.exchange.id,
                "agent_ids": [Command.set(self.agent.ids)],
                "hour_from": 0,
                "hour_to": 24,
                "saturday_to": 24,
                "sunday_to": 24,
                "on_holidays": True,
                **values,
            }
        )

    def invitation(self, **values):
        scheme = self.env["crm.feedback.scheme"].search([("audience", "!=", "employee")], limit=1)
        return self.env["crm.feedback.invitation"].create(
            {
                "scheme_id": scheme.id,
                "partner_id": self.anna.id,
                "source": "officer",
                "company_id": self.company.id,
                **values,
            }
        )

    def add(self, one, source):
        wizard = self.env["crm.call.list.add"].create({"list_id": one.id, "source": source})
        wizard.action_add()
        return wizard.summary

    def test_satisfaction_call_backs(self):
        invitation = self.invitation(request_id=self.request().id)
        self.invitation(source="mail", partner_id=self.acme.id)
        one = self.list()
        self.assertIn("1 will be called", self.add(one, "feedback"))
        self.assertEqual(one.entry_ids.invitation_id, invitation)
        one.action_start()
        lists = self.env["crm.call.list"].with_user(self.cara)
        card = lists.get_card()["card"]
        self.assertEqual([row["code"] for row in card["documents"]], ["invitation"])
        action = lists.open_document(card["id"], "invitation")
        self.assertEqual(action["type"], "ir.actions.act_url")
        with self.assertRaises(UserError):
            lists.open_document(card["id"], "salary")
        call = self.call(direction="outbound", linked="x", talk_seconds=40.0)
        entry = one.entry_ids
        entry.write({"state": "dialing", "command_uid": "x"})
        call.leg_ids = [Command.create({"uid": "x", "kind": "customer"})]
        self.env["crm.call.list.entry"]._follow(self.exchange, ["x"])
        self.assertEqual((entry.state, call.request_id), ("done", invitation.request_id))

    def test_who_does_not_want_to_be_asked(self):
        self.anna.feedback_opt_out = True
        self.invitation()
        one = self.list()
        self.add(one, "feedback")
        self.assertFalse(one.entry_ids)

    def test_escalation_calls(self):
        one = self.list()
        policy = self.env["crm.service.sla.policy"].search([], limit=1)
        step = self.env["crm.service.escalation.step"].create(
            {"policy_id": policy.id, "name": "Call him", "call_list_id": one.id}
        )
        request, closed = self.request(), self.request(name="Closed", partner_id=self.acme.id)
        closed.action_cancel()
        (request | closed)._sla_escalate(step)
        self.assertEqual((one.entry_ids.partner_id, one.entry_ids.request_id), (self.anna, request))
        (request | closed)._sla_escalate(step)
        self.assertEqual(len(one.entry_ids), 1)

    def test_a_rule_has_customers_called(self):
        one = self.list()
        rule = self.env["crm.service.escalation.rule"].create(
            {"name": "Critical", "severity": "3", "call_list_id": one.id}
        )
        request = self.request(severity="3")
        minor = self.request(partner_id=self.acme.id, severity="0")
        rule._cron_check()
        self.assertIn(request, rule.log_ids.request_id)
        self.assertNotIn(minor, rule.log_ids.request_id)
        self.assertEqual(one.entry_ids.request_id, request)

    def test_late_requests(self):
        request, calm = self.request(), self.request(name="Calm", partner_id=self.acme.id)
        timers = request.sla_timer_ids | calm.sla_timer_ids
        self.assertTrue(timers, "A policy of service levels fits.")
        timers.state = "running"
        request.sla_timer_ids[:1].state = "breached"
        one = self.list()
        self.add(one, "late")
        self.assertEqual(one.entry_ids.request_id, request)
