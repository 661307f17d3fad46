"""Call-backs: asked for by callers, promised by agents, done by a click (CC-3, CC-6)."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .ingest_common import IngestCase

NUMBER = "+14155550123"


@tagged("post_install", "-at_install")
class TestCallback(IngestCase):
    def _callback(self, **values):
        return self.env["crm.call.callback"].create({"number": NUMBER, **values})

    def _asks(self, call="1790000000.1", number="4155550123", step="callback"):
        """A caller of support presses the key, then hangs up."""
        same = {"Uniqueid": call, "Linkedid": call, "Channel": "PJSIP/trunk-0001"}
        caller = {"CallerIDNum": "+14155550123", "Exten": "8000", "Context": "from-trunk"}
        told = {"Event": "UserEvent", "UserEvent": "CallCenter", "Step": step}
        messages = [
            {"Event": "Newchannel", "ChannelState": "4", **same, **caller},
            {**told, "Queue": "Support", "Extension": number, **same},
            {**told, "Step": "callback", **same},
            {"Event": "Hangup", "Cause": "16", **same, **caller},
        ]
        rows = [
            {"at": 1790000000.0 + place, "message": {**one, "Timestamp": f"{1790000000 + place}.5"}}
            for place, one in enumerate(messages)
        ]
        self.exchange.country_id = self.env.ref("base.us")
        self.deliver(rows)
        return rows

    def _told(self):
        calls = self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])
        return self.env["crm.call.callback"].search([("call_id", "in", calls.ids)])

    def test_a_caller_asks_in_the_queue(self):
        rows = self._asks()
        found = self._told()
        self.assertEqual((found.number, found.queue_id), (NUMBER, self.support))
        self.assertEqual((found.state, found.user_id), ("waiting", self.env["res.users"]))
        self.assertEqual(found.call_id.result, "callback_requested")
        self.deliver(rows)
        self.assertEqual(self._told(), found, "told twice, called back once")

    def test_in_a_menu_as_well(self):
        self._asks(step="ivr_callback")
        self.assertEqual(self._told().number, NUMBER)

    def test_who_asks_twice_is_called_once(self):
        self._asks()
        self._asks(call="1790000100.1")
        self.assertEqual(len(self._told()), 1)
        self._told().action_done()
        self._asks(call="1790000200.1")
        self.assertEqual(len(self._told()), 2, "what is done does not count")

    def test_promised_to_a_person_and_a_time(self):
        one = self._callback(queue_id=self.support.id)
        self.assertEqual(one.deadline, one.due_at + timedelta(hours=4))
        mine = one.with_user(self.ada.user_id)
        mine.action_take()
        self.assertEqual((one.state, one.user_id), ("assigned", self.ada.user_id))
        with self.assertRaises(UserError):
            one.with_user(self.eve).action_take()
        one.user_id = False
        self.assertEqual(one.state, "waiting")

    def test_a_click_dials(self):
        one = self._callback(queue_id=self.support.id).with_user(self.ada.user_id)
        agents = type(self.env["crm.call.agent"])
        with patch.object(agents, "dial", autospec=True) as dial:
            one.action_call()
        self.assertEqual(dial.call_args.args[1:], (NUMBER, False))
        self.assertEqual((one.attempts, one.state), (1, "assigned"))
        one.action_done()
        with self.assertRaises(UserError):
            one.action_call()
        with self.assertRaises(UserError):
            one.action_cancel()

    def test_a_click_asks_the_exchange(self):
        """His own telephone rings first, then the customer's."""
        one = self._callback().with_user(self.ada.user_id)
        one.action_call()
        command = self.env["crm.call.command"].search([("agent_id", "=", self.ada.id)], limit=1)
        self.assertEqual(command.action, "originate")
        self.assertEqual(
            (command.values["channel"], command.values["exten"]), ("PJSIP/1001", NUMBER)
        )

    def test_who_is_no_agent_does_not_dial(self):
        """The supervisor has no telephone: nothing is promised, no attempt counted."""
        one = self._callback()
        with self.assertRaises(AccessError):
            one.with_user(self.eve).action_call()
        one.invalidate_recordset()
        self.assertEqual((one.attempts, one.state), (0, "waiting"))

    def test_not_reached_three_times(self):
        one = self._callback(user_id=self.ada.user_id.id)
        for attempts in (1, 2):
            one.attempts = attempts
            one.action_not_reached()
            self.assertEqual(one.state, "assigned")
            self.assertGreater(one.due_at, fields.Datetime.now())
        one.attempts = 3
        one.action_not_reached()
        self.assertEqual(one.state, "failed")

    def test_late(self):
        early = fields.Datetime.now() - timedelta(days=1)
        late, due = self._callback(due_at=early), self._callback()
        callbacks = self.env["crm.call.callback"]
        own = [("id", "in", (late | due).ids)]
        self.assertEqual(callbacks.search([*own, ("is_late", "=", True)]), late)
        self.assertEqual(callbacks.search([*own, ("is_late", "=", False)]), due)
        self.assertEqual((late.is_late, due.is_late), (True, False))
        late.action_done()
        self.assertFalse(late.is_late)

    def test_bad_input(self):
        with self.assertRaises(UserError):
            self.env["crm.call.callback"].create({"queue_id": self.support.id})
        one = self._callback()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            one.deadline = one.due_at - timedelta(hours=1)
            one.flush_recordset()

    def test_number_of_the_customer(self):
        customer = self.env["res.partner"].create({"name": "Mia", "phone": NUMBER})
        one = self.env["crm.call.callback"].create({"partner_id": customer.id})
        self.assertEqual((one.number, one.display_name), (NUMBER, "Mia"))

    def test_after_a_call_the_agent_promises_it(self):
        self._asks()
        call = self._told().call_id
        found = call.with_user(self.ada.user_id)._ask_callback("2027-01-08 10:00:00")
        self.assertEqual((found.user_id, found.state), (self.ada.user_id, "assigned"))
        self.assertEqual(found, self._told(), "the one that the caller asked for is hers now")
        self.assertEqual(found.company_id, self.company)

    def test_roles(self):
        """Agents: own ones and free ones of their queues; only administrators delete."""
        of_ada = self._callback(user_id=self.ada.user_id.id)
        free = self._callback(queue_id=self.sales_fr.id)
        everybody = self.env["crm.call.callback"].browse((of_ada | free).ids)
        admin = self.env.ref("base.user_admin")
        seen = (
            (self.ada.user_id, of_ada | free, False),
            (self.ben.user_id, everybody.browse(), False),  # he answers no sales in French
            (self.eve, everybody, False),
            (admin, everybody, True),
        )
        for user, expected, deletes in seen:
            with self.subTest(user=user.login):
                own = self.env["crm.call.callback"].with_user(user)
                found = own.search([("id", "in", everybody.ids)])
                self.assertEqual(found.ids, expected.sorted().ids)
                self.assertTrue(own.has_access("create") and own.has_access("write"))
                self.assertEqual(own.has_access("unlink"), deletes)
        with self.assertRaises(AccessError):
            of_ada.with_user(self.ben.user_id).action_done()
        with self.assertRaises(AccessError):
            self.env["crm.call.callback"].with_user(self.listener).search([])

    def test_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        there = self._callback(company_id=other.id)
        found = self.env["crm.call.callback"].with_user(self.eve).search([("id", "=", there.id)])
        self.assertFalse(found)
