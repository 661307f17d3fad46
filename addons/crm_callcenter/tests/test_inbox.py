"""Call-backs and faxes in the agents' inbox: by skill, with room, one person each (CC-7)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import CallCase

MINUTE = timedelta(minutes=1)


class InboxCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = cls.env["crm.call.contact"]
        cls.rule = cls.env["crm.call.inbox.rule"].create(
            {"channel": "callback", "queue_id": cls.support.id}
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Azure", "phone": "+14155550123", "is_company": True}
        )

    def callback(self, **vals):
        due = fields.Datetime.now() - MINUTE
        row = {"number": "+14155550123", "due_at": due, "queue_id": self.support.id, **vals}
        return self.env["crm.call.callback"].create(row)

    def contact(self, record):
        return self.contacts.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)], order="id desc", limit=1
        )

    def ready(self, *agents):
        for agent in agents:
            agent._set_state("ready")

    def offer(self):
        self.contacts._cron_offer()

    def by(self, agent, contact):
        return contact.with_user(agent.user_id)


class TestInbox(InboxCase):
    def test_cc_7_what_waits_is_offered_to_who_is_ready_and_able(self):
        one = self.contact(self.callback(partner_id=self.customer.id))
        self.assertEqual((one.state, one.subject), ("waiting", "Azure"))
        self.ready(self.cyd)  # a beginner: the queue asks for more
        self.offer()
        self.assertEqual(one.state, "waiting")
        self.ready(self.ben)
        self.offer()
        self.assertEqual((one.state, one.agent_id), ("offered", self.ben))
        [shown] = self.ben._bar()["inbox"]
        self.assertEqual(
            (shown["id"], shown["label"], shown["subject"], shown["state"]),
            (one.id, "Call-back", "Azure", "offered"),
        )

    def test_without_a_rule_nothing_comes_in(self):
        self.rule.active = False
        self.assertFalse(self.contact(self.callback()))

    def test_a_rule_for_call_backs_of_one_queue(self):
        self.rule.from_queue_id = self.sales_fr
        self.assertFalse(self.contact(self.callback()))
        self.assertTrue(self.contact(self.callback(queue_id=self.sales_fr.id)))

    def test_the_first_rule_that_fits_decides(self):
        self.rule.sequence = 20
        first = {"channel": "callback", "queue_id": self.sales_fr.id, "sequence": 10}
        self.rule.create({**first, "from_queue_id": self.sales_fr.id})
        self.assertEqual(self.contact(self.callback()).queue_id, self.support)
        french = self.contact(self.callback(queue_id=self.sales_fr.id))
        self.assertEqual(french.queue_id, self.sales_fr)

    def test_a_rule_is_named_by_channel_and_queue(self):
        self.assertEqual(self.rule.display_name, "Call-back → support")

    def test_a_rule_of_another_company_is_not_for_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        queue = self.support.copy({"code": "other", "company_id": other.id})
        self.rule.write({"company_id": other.id, "queue_id": queue.id})
        self.assertFalse(self.contact(self.callback()))

    def test_nobody_has_more_than_his_room(self):
        self.ben.mail_capacity = 2
        for number in range(3):
            self.callback(number=f"+1415555012{number}")
        self.ready(self.ben)
        self.offer()
        self.offer()
        states = self.contacts.search([("queue_id", "=", self.support.id)]).mapped("state")
        self.assertEqual(sorted(states), ["offered", "offered", "waiting"])

    def test_shared_out_among_those_who_are_ready(self):
        for number in range(4):
            self.callback(number=f"+1415555012{number}")
        self.ready(self.ada, self.ben)
        self.offer()
        found = self.contacts.search([("state", "=", "offered")])
        self.assertEqual(len(found.filtered(lambda one: one.agent_id == self.ada)), 2)
        self.assertEqual(len(found.filtered(lambda one: one.agent_id == self.ben)), 2)

    def test_a_promise_for_later_is_offered_then(self):
        later = fields.Datetime.now() + timedelta(hours=2)
        one = self.contact(self.callback(due_at=later))
        self.ready(self.ben)
        self.offer()
        self.assertEqual(one.state, "waiting")
        with patch.object(fields.Datetime, "now", lambda *_: later + MINUTE):
            self.offer()
        self.assertEqual(one.state, "offered")

    def test_accepted_it_is_promised_by_him_and_opens(self):
        callback = self.callback()
        self.ready(self.ben)
        self.offer()
        found = (
            self.env["crm.call.agent"]
            .with_user(self.ben.user_id)
            .inbox_step(self.contact(callback).id, "accept")
        )
        self.assertEqual(found["action"]["res_id"], callback.id)
        self.assertEqual(found["action"]["res_model"], "crm.call.callback")
        self.assertEqual([row["state"] for row in found["bar"]["inbox"]], ["in_work"])
        self.assertEqual((callback.user_id, callback.state), (self.ben.user_id, "assigned"))

    def test_declined_it_goes_to_somebody_else(self):
        one = self.contact(self.callback())
        self.ready(self.ben)
        self.offer()
        self.by(self.ben, one).action_decline()
        self.offer()
        self.assertEqual(one.state, "waiting")  # he alone is ready, and has just declined
        self.ready(self.ada)
        self.offer()
        self.assertEqual((one.state, one.agent_id), ("offered", self.ada))

    def test_an_offer_that_is_not_answered_goes_on(self):
        one = self.contact(self.callback())
        self.ready(self.ben)
        self.offer()
        self.ready(self.ada)
        late = fields.Datetime.now() + timedelta(seconds=61)
        with patch.object(fields.Datetime, "now", lambda *_: late):
            self.offer()
        self.assertEqual((one.state, one.agent_id), ("offered", self.ada))
        self.assertEqual(self.ben._inbox_rows(), [])
        with self.assertRaisesRegex(UserError, "not with you any more"):
            self.by(self.ben, one).action_accept()

    def test_who_logs_off_keeps_no_offer(self):
        one = self.contact(self.callback())
        self.ready(self.ben)
        self.offer()
        self.ben._set_state("offline")
        self.offer()
        self.assertEqual((one.state, one.agent_id.id), ("waiting", False))

    def test_an_agent_who_is_gone_leaves_it_to_others(self):
        callback = self.callback()
        self.ready(self.ben)
        self.offer()
        one = self.contact(callback)
        self.by(self.ben, one).action_accept()
        self.ben.active = False
        self.offer()
        self.assertEqual((one.state, callback.state), ("waiting", "waiting"))
        self.assertFalse(callback.user_id)

    def test_done_in_the_inbox_is_done_in_the_record(self):
        callback = self.callback()
        self.ready(self.ben)
        self.offer()
        one = self.contact(callback)
        self.by(self.ben, one).action_accept()
        self.by(self.ben, one).action_done()
        self.assertEqual((one.state, callback.state), ("done", "done"))
        self.assertTrue(one.ended_at)
        self.assertEqual(self.ben._inbox_rows(), [])

    def test_handled_elsewhere_it_leaves_the_inbox(self):
        callback = self.callback()
        one = self.contact(callback)
        callback.action_cancel()
        self.assertEqual(one.state, "left")

    def test_promised_by_hand_it_is_in_work_with_him(self):
        callback = self.callback()
        callback.with_user(self.ada.user_id).action_take()
        one = self.contact(callback)
        self.assertEqual((one.state, one.agent_id), ("in_work", self.ada))
        callback.user_id = self.eve  # no agent: it is hers, and not in the inbox any more
        self.assertEqual(one.state, "left")

    def test_put_off_it_waits_for_its_new_time(self):
        callback = self.callback()
        later = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=1)
        callback.due_at = later
        one = self.contact(callback)
        self.assertEqual((one.state, one.not_before), ("waiting", later))
        self.assertEqual(self.contacts.search_count([("res_id", "=", callback.id)]), 2)

    def test_whoever_has_time_takes_what_waits(self):
        callback = self.callback()
        one = self.contact(callback)
        action = self.by(self.ben, one).action_take()
        self.assertEqual(action["res_id"], callback.id)
        self.assertEqual((one.state, one.agent_id), ("in_work", self.ben))
        with self.assertRaisesRegex(UserError, "has this already"):
            self.by(self.eve_as_agent(), one).action_take()

    def eve_as_agent(self):
        agent = self._agent("eve_too", "1009", (self.pumps, "4"))
        agent.user_id.group_ids += self.env.ref("crm_callcenter.group_call_supervisor")
        return agent

    def test_a_supervisor_gives_it_back_into_the_line(self):
        callback = self.callback()
        one = self.contact(callback)
        self.by(self.ben, one).action_take()
        with self.assertRaises(UserError):
            self.by(self.ada, one.sudo(False)).action_return()
        one.with_user(self.eve).action_return()
        self.assertEqual((one.state, callback.user_id.id), ("waiting", False))

    def test_what_waits_too_long_is_late_and_comes_first(self):
        self.rule.answer_minutes = 10
        long_ago = fields.Datetime.now() - timedelta(hours=1)
        self.support.priority = 100
        newer = self.contact(self.callback(number="+14155550124"))
        late = self.contact(self.callback(due_at=long_ago))
        late.answer_by = long_ago
        self.support.priority = 0
        newer.invalidate_recordset(["is_late"])
        self.assertTrue(late.is_late)
        self.assertEqual(self.contacts.search([("is_late", "=", True)]) & (late | newer), late)
        self.ben.mail_capacity = 1
        self.ready(self.ben)
        self.offer()
        self.assertEqual((late.state, newer.state), ("offered", "waiting"))

    def test_who_talked_to_the_customer_last_is_asked_first(self):
        now = fields.Datetime.now()
        self.env["crm.call"].create(
            {"exchange_id": self.exchange.id, "linked": "1.1", "start": now - timedelta(days=2),
             "partner_id": self.customer.id, "agent_id": self.ben.id, "direction": "inbound",
             "state": "done", "result": "answered", "company_id": self.company.id}
        )  # fmt: skip
        self.ready(self.ada, self.ben)
        one = self.contact(self.callback(partner_id=self.customer.id))
        self.offer()
        self.assertEqual(one.agent_id, self.ben)

    def test_a_fax_with_its_pages(self):
        self.env["crm.call.inbox.rule"].create({"channel": "fax", "queue_id": self.support.id})
        fax = self.env["crm.call.fax"]._new_received(self.exchange, "in-1.tif")
        fax.write({"number": "+493012345", "page_count": 2, "partner_id": self.customer.id})
        fax._inbox_enter("fax")
        fax._inbox_enter("fax")  # told twice
        one = self.contact(fax)
        self.assertEqual(one.subject, "Fax from +493012345 (2 pages)")
        self.assertEqual(self.contacts.search_count([("res_model", "=", "crm.call.fax")]), 1)
        self.ready(self.ben)
        self.offer()
        action = self.by(self.ben, one).action_accept()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.call.fax", fax.id))
        fax.unlink()
        self.assertFalse(one.exists())

    def test_one_who_may_not_read_it_is_not_asked(self):
        one = self.contact(self.callback())
        with patch.object(
            type(self.ben), "_readable", lambda one, found: found if one == self.ada else found[:0]
        ):
            self.ready(self.ben, self.ada)
            self.offer()
        self.assertEqual(one.agent_id, self.ada)

    def test_becoming_ready_wakes_the_offers(self):
        triggers = self.env["ir.cron.trigger"]
        cron = self.env.ref("crm_callcenter.ir_cron_inbox")
        self.ready(self.ben)
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]))  # nothing waits
        self.callback()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(before, 1)
        self.ben._set_state("paused", "Lunch")
        self.ready(self.ben)
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), 2)

    def test_a_step_that_does_not_exist(self):
        one = self.contact(self.callback())
        agents = self.env["crm.call.agent"].with_user(self.ben.user_id)
        with self.assertRaises(UserError):
            agents.inbox_step(one.id, "unlink")
        with self.assertRaises(AccessError):
            self.env["crm.call.agent"].with_user(self.eve).inbox_step(one.id, "accept")

    def test_a_person_who_is_erased_leaves_nothing_here(self):
        person = self.env["res.partner"].create({"name": "Jo Doe", "phone": "+14155550155"})
        one = self.contact(self.callback(partner_id=person.id))
        person._erase_person()
        self.assertFalse(one.exists())

    def test_as_many_queries_for_many(self):
        def count(number):
            self.contacts.search([]).unlink()
            for place in range(number):
                self.callback(number=f"+1415555{place:04d}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.contacts._waiting()._offer(self.company)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.ready(self.ada, self.ben)
        (self.ada | self.ben).mail_capacity = 20
        count(2)
        self.assertEqual(count(2), count(20))


@tagged("post_install", "-at_install")
class TestInboxRights(InboxCase):
    def test_who_sees_what(self):
        waits = self.contact(self.callback())
        french = self.contact(self.callback(queue_id=self.sales_fr.id, number="+14155550199"))
        french.queue_id = self.sales_fr
        seen = lambda user: self.contacts.with_user(user).search([]) & (waits | french)  # noqa: E731
        self.assertEqual(seen(self.ada.user_id), waits | french)
        self.assertEqual(seen(self.ben.user_id), waits)
        self.assertFalse(seen(self.cyd.user_id))
        self.assertEqual(seen(self.eve), waits | french)
        french._hold(self.cyd)
        self.assertEqual(seen(self.cyd.user_id), french)
        self.assertEqual(seen(self.ada.user_id), waits)  # somebody has it

    def test_nobody_writes_here(self):
        one = self.contact(self.callback())
        for user in (self.ben.user_id, self.eve):
            for write in (
                lambda user=user: one.with_user(user).write({"state": "done"}),
                lambda user=user: one.with_user(user).unlink(),
                lambda user=user: one.with_user(user).copy(),
            ):
                with self.assertRaises(AccessError):
                    write()

    def test_rules_are_the_administrators(self):
        vals = {"channel": "fax", "queue_id": self.support.id}
        for user in (self.ben.user_id, self.eve):
            with self.assertRaises(AccessError):
                self.rule.with_user(user).create(vals)
        admin = self.env.ref("base.user_admin")
        self.assertTrue(self.rule.with_user(admin).create(vals))

    def test_another_company_sees_nothing(self):
        one = self.contact(self.callback())
        other = self.env["res.company"].create({"name": "Other"})
        self.eve.write({"company_ids": [(4, other.id)]})
        seen = self.contacts.with_user(self.eve).with_context(allowed_company_ids=[other.id])
        self.assertNotIn(one, seen.search([]))
