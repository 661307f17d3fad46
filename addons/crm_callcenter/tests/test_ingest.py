"""What an exchange said becomes calls, once, whoever tells it and in whatever order (CC-8)."""

import random
import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .ingest_common import IngestCase


@tagged("post_install", "-at_install")
class TestIngest(IngestCase):
    def test_a_call_through_a_queue(self):
        found = self.deliver(self.rows)
        self.assertEqual(found["accepted"] + found["known"], len(self.rows))
        self.assertGreater(found["accepted"], 20)
        call = self.calls()
        self.assertEqual((call.direction, call.number), ("inbound", "+14155550123"))
        self.assertEqual((call.queue_id, call.agent_id), (self.support, self.ada))
        self.assertEqual((call.state, call.result, call.hung_up_by), ("done", "answered", "agent"))
        # as in tests/unit/test_cc_call_fold.py
        self.assertAlmostEqual(call.wait_seconds, 0.804, 2)
        self.assertAlmostEqual(call.talk_seconds, 3.003, 2)
        self.assertEqual(call.leg_ids.mapped("kind"), ["customer", "agent"])
        self.assertEqual(call.leg_ids[1].agent_id, self.ada)
        self.assertEqual(call.company_id, self.exchange.company_id)

    def test_lines_have_names_of_their_own(self):
        self.exchange.trunks = "SIP/carrier, PJSIP/1001"
        self.deliver(self.rows)
        legs = self.calls().leg_ids
        self.assertEqual(legs.mapped("kind"), ["agent", "customer"])

    def test_told_twice_it_is_one(self):
        self.deliver(self.rows)
        call = self.calls()
        before = call.read()
        found = self.deliver(self.rows)
        self.assertEqual(found, {"accepted": 0, "known": len(self.rows)})
        self.assertEqual(self.calls(), call)
        self.assertEqual(call.read(), before)

    def test_in_any_order_and_in_parts(self):
        self.deliver(self.rows)
        names = ["state", "result", "wait_seconds", "talk_seconds", "queue_id", "agent_id", "end"]
        [expected] = self.calls().read(names)
        self.env["crm.call.event"].search([]).unlink()
        self.calls().unlink()
        rows = list(self.rows)
        random.Random(5).shuffle(rows)
        for place in range(0, len(rows), 7):
            self.deliver(rows[place : place + 7])
        [found] = self.calls().read(names)
        self.assertEqual({**found, "id": 0}, {**expected, "id": 0})

    def test_calls_that_ended_while_nobody_listened(self):
        """The list of channels after a reconnect ends what is not on it (CC-1)."""
        self.deliver([row for row in self.rows if row["message"].get("Event") != "Hangup"])
        call = self.calls()
        self.assertEqual((call.state, call.end), ("running", False))
        now = time.time() + 1
        uids = "\n".join(call.leg_ids.mapped("uid"))
        snapshot = {"Event": "ListenerSnapshot", "Uniqueids": uids}
        self.deliver([{"at": now, "message": snapshot}])
        self.assertEqual(call.state, "running")
        self.deliver([{"at": now, "message": {**snapshot, "Uniqueids": ""}}])
        self.assertEqual((call.state, call.result), ("done", "answered"))
        self.assertTrue(call.end)
        self.assertAlmostEqual(call.talk_seconds, 3.003, 2)

    def test_what_people_add_stays(self):
        """Told of again, the call keeps customer, topic and note."""
        self.deliver(self.rows[:-5])
        call = self.calls()
        topic = self.env["crm.call.topic"].create({"name": "Seals"})
        call.write(
            {"topic_id": topic.id, "note": "Wants two", "partner_id": self.eve.partner_id.id}
        )
        self.deliver(self.rows)
        self.assertEqual((call.topic_id, call.note), (topic, "Wants two"))
        self.assertEqual((call.partner_id, call.state), (self.eve.partner_id, "done"))

    def test_whose_number_it_is(self):
        """One contact: he; several of one company: the company; of several: nobody is guessed."""
        partners = self.env["res.partner"]
        number = {"phone": "+1 (415) 555-0123"}
        jane = partners.create({"name": "Jane", **number})
        self.deliver(self.rows)
        call = self.calls()
        self.assertEqual((call.e164, call.partner_id), ("+14155550123", jane))
        self.assertEqual(call.candidate_count, 1)
        company = partners.create({"name": "Works", "is_company": True})
        jane.parent_id = company
        partners.create({"name": "Joe", "parent_id": company.id, **number})
        self.again(call)
        self.assertEqual((call.partner_id, call.candidate_count), (company, 2))
        partners.create({"name": "Neighbor", **number})
        self.again(call)
        self.assertEqual((call.partner_id, call.candidate_count), (partners, 3))

    def again(self, call):
        """Nobody chose a customer, and the exchange tells of the call again."""
        call.partner_id = False
        self.env.flush_all()
        self.exchange._fold_calls({call.linked})

    def test_bad_deliveries_write_nothing(self):
        good = self.rows[0]
        for rows in (
            None,
            "x",
            [good] * 1001,
            [good, 4],
            [{"at": "soon", "message": {}}],
            [{"at": -5, "message": {}}],
            [{"at": float("nan"), "message": {}}],
            [{"at": time.time(), "message": []}],
        ):
            with self.subTest(rows=str(rows)[:40]), self.assertRaises(UserError):
                self.deliver(rows)
        self.assertFalse(self.calls())

    def test_strange_messages_do_no_harm(self):
        now = time.time()
        strange = [
            {"Event": "Hangup"},
            {"Event": "Hangup", "Uniqueid": "u", "Linkedid": "l" * 900, "Cause": "-5"},
            {"Event": "Newchannel", "Uniqueid": "1", "Linkedid": "1", "CallerIDName": "\ufffd" * 9},
            {"Event": "DialEnd", "Linkedid": "1", "DestUniqueid": "2", "DialStatus": "WHAT"},
            {"Event": 5, "Linkedid": None},
            {"Event": "Newchannel", "Uniqueid": "3", "Linkedid": "3", "Timestamp": "9e99"},
        ]
        found = self.deliver([{"at": now, "message": message} for message in strange])
        self.assertEqual(found["accepted"] + found["known"], 6)
        self.assertEqual({call.number for call in self.calls()}, {False})

    def test_as_many_queries_for_many_calls(self):
        def copies(number):
            rows = []
            for place in range(number):
                for row in self.rows:
                    message = {
                        name: value.replace("ast1-", f"n{number}-{place}-")
                        for name, value in row["message"].items()
                    }
                    rows.append({"at": row["at"], "message": message})
            return rows

        few, many = copies(2), copies(20)
        self.deliver(self.rows)
        before = self.env.cr.sql_log_count
        self.deliver(few[:1000])
        spent = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        self.deliver(many[:1000])
        self.assertEqual(self.env.cr.sql_log_count - before, spent)

    def test_the_agent_is_told_that_his_telephone_rings(self):
        """Once, when it rings; not again when the call is told of twice, nor after it (CC-2)."""
        place = next(
            number
            for number, row in enumerate(self.rows)
            if row["message"].get("Event") == "AgentCalled"
        )
        ringing = [("message", "like", "crm_call/ringing")]
        told = self.env["bus.bus"].search_count(ringing)
        self.deliver(self.rows[: place + 1])
        self.env.cr.precommit.run()
        self.assertEqual(self.env["bus.bus"].search_count(ringing), told + 1)
        call = self.calls()
        self.assertIn(f'"call_id":{call.id}', self.env["bus.bus"].search(ringing)[-1].message)
        self.deliver(self.rows)
        self.env.cr.precommit.run()
        self.assertEqual(self.env["bus.bus"].search_count(ringing), told + 1)

    def test_what_the_agent_sees(self):
        jane = self.env["res.partner"].create(
            {"name": "Jane", "phone": "+14155550123", "user_id": self.ada.user_id.id}
        )
        self.deliver(self.rows)
        call = self.calls()
        popup = self.env["crm.call"].with_user(self.ada.user_id).get_popup(call.id)
        self.assertEqual((popup["number"], popup["queue"]), ("+14155550123", "support"))
        self.assertEqual((popup["partner"]["id"], popup["partner"]["name"]), (jane.id, "Jane"))
        self.assertEqual(popup["last_calls"], [])
        with self.assertRaises(AccessError):
            self.env["crm.call"].with_user(self.cyd.user_id).get_popup(call.id)
