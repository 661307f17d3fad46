"""A caller at the door of a queue: where he goes, how urgent he is, who is called first (CC-3)."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .call_common import CallCase

NUMBER = "+14155550123"


@tagged("post_install", "-at_install")
class TestEntry(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jane = cls.env["res.partner"].create({"name": "Jane", "phone": NUMBER})
        cls.env["crm.contact.number"]._drain()
        cls._state(cls.ada, "ready", fields.Datetime.now() - timedelta(minutes=5))
        cls.night = cls.env["resource.calendar"].create(
            {"name": "Never", "tz": "UTC", "attendance_ids": [(5, 0, 0)]}
        )

    def enter(self, queue="support", number=NUMBER):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        return exchanges.listener_enter("hamburg", queue, number)

    def talked(self, agent, ago=timedelta(days=1), **values):
        start = fields.Datetime.now() - ago
        return self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": f"x{agent.id}{ago}",
                "direction": "inbound",
                "state": "done",
                "result": "answered",
                "start": start,
                "agent_id": agent.id,
                "partner_id": self.jane.id,
                **values,
            }
        )

    def test_an_open_queue(self):
        self.support.write({"priority": 7, "longest_wait": 90})
        found = self.enter()
        self.assertEqual((found["state"], found["queue"]), ("open", "support"))
        self.assertEqual((found["priority"], found["seconds"], found["overflow"]), (7, 90, ""))
        self.assertEqual(found["agent"], "")

    def test_the_code_in_any_writing_and_a_queue_that_is_none(self):
        self.assertEqual(self.enter("SUPPORT")["queue"], "support")
        self.assertEqual(self.enter("nobody"), {"state": ""})

    def test_a_valuable_customer_is_more_urgent(self):
        """Tier A is three steps above D: 7 + 3 × 10 = 37."""
        self.support.priority = 7
        with patch.object(type(self.jane), "insight_tier", "A"):
            self.assertEqual(self.enter()["priority"], 37)
        self.support.tier_points = 0
        with patch.object(type(self.jane), "insight_tier", "A"):
            self.assertEqual(self.enter()["priority"], 7)

    def test_who_talked_to_him_last_is_called_first(self):
        self.talked(self.ben, timedelta(days=3))
        self.talked(self.ada, timedelta(days=1))
        found = self.enter()
        self.assertEqual((found["agent"], found["agent_seconds"]), ("PJSIP/1001", 10))

    def test_by_his_number_when_nobody_knows_him(self):
        self.jane.phone = False
        self.env["crm.contact.number"]._drain()
        self.talked(self.ada, partner_id=False, number=NUMBER, e164=NUMBER)
        self.assertEqual(self.enter()["agent"], "PJSIP/1001")
        self.assertEqual(self.enter(number="")["agent"], "")

    def test_nobody_is_preferred_who_is_away_or_not_able_or_long_ago(self):
        self.talked(self.ada)
        self.ada.skill_ids.filtered(lambda row: row.skill_id == self.pumps).released = False
        self.assertEqual(self.enter()["agent"], "")
        self.ada.skill_ids.released = True
        self.assertEqual(self.enter()["agent"], "PJSIP/1001")
        self.ada._set_state("paused")
        self.assertEqual(self.enter()["agent"], "")
        self.ada._set_state("ready")
        self.env["crm.call"].search([]).start -= timedelta(days=31)
        self.assertEqual(self.enter()["agent"], "")

    def test_the_queue_may_prefer_nobody(self):
        self.talked(self.ada)
        self.support.own_agent_seconds = 0
        self.assertEqual(self.enter()["agent"], "")

    def test_closed(self):
        self.support.calendar_id = self.night
        self.assertEqual(self.enter(), {"state": "closed", "menu": ""})
        menu = self.env["crm.call.menu"].create({"name": "Night", "code": "night"})
        self.support.closed_menu_id = menu
        self.assertEqual(self.enter()["menu"], "night")

    def test_hours_are_those_of_the_calendar(self):
        """Monday to Friday 8 to 12 and 13 to 17, UTC; November 23, 2026 is a Monday."""
        hours = self.env["resource.calendar"].create({"name": "Work", "tz": "UTC"})
        self.support.calendar_id = hours
        for hour, state in ((9, "open"), (20, "closed")):
            at = datetime(2026, 11, 23, hour).timestamp()
            with (
                patch("odoo.addons.crm_callcenter.models.crm_call_entry_exchange_mixin.time.time",
                      lambda at=at: at),
                patch("odoo.addons.crm_callcenter.models.crm_call_menu_exchange.datetime",
                      _frozen(at)),
            ):  # fmt: skip
                self.assertEqual(self.enter()["state"], state, hour)

    def test_a_closed_queue_overflows_to_an_open_one(self):
        self.support.write({"calendar_id": self.night.id, "overflow_queue_id": self.sales_fr.id})
        found = self.enter()
        self.assertEqual((found["state"], found["queue"]), ("open", "sales_fr"))
        self.sales_fr.write({"calendar_id": self.night.id, "overflow_queue_id": self.support.id})
        self.assertEqual(self.enter()["state"], "closed")

    def test_in_his_language_while_somebody_is_there_who_speaks_it(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.french.lang_id = french
        self.assertEqual(self.enter()["queue"], "support")  # Jane speaks English
        self.jane.lang = "fr_FR"
        found = self.enter()
        self.assertEqual((found["queue"], found["overflow"]), ("sales_fr", "support"))
        self.assertEqual(self.enter("sales_fr")["overflow"], "")
        self.sales_fr.calendar_id = self.night
        self.assertEqual(self.enter()["queue"], "support")
        self.sales_fr.calendar_id = False
        self.ada._set_state("offline")  # nobody else speaks French well enough
        self.assertEqual(self.enter()["queue"], "support")

    def test_another_subject_in_his_language_is_not_meant(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.french.lang_id = french
        self.jane.lang = "fr_FR"
        billing = self.env["crm.call.skill"].create({"name": "Billing"})
        self.support.skill_ids = [(0, 0, {"skill_id": billing.id})]
        self.assertEqual(self.enter()["queue"], "support")

    def test_whether_he_is_told_that_he_is_recorded(self):
        """CC-5: by the first rule that fits; nobody is told of what is not done."""
        rules = self.env["crm.call.recording.rule"]
        rules.search([]).active = False
        self.assertEqual(self.enter()["record"], "")
        rule = rules.create({"name": "All", "consent": "assumed", "sound": "custom/told"})
        found = self.enter()
        self.assertEqual((found["record"], found["record_sound"]), ("announce", "custom/told"))
        rule.consent = "digit"
        self.assertEqual(self.enter()["record"], "ask")
        rule.consent = "none"
        self.assertEqual((self.enter()["record"], self.enter()["record_sound"]), ("", ""))
        rule.write({"consent": "digit", "queue_ids": self.sales_fr.ids})
        self.assertEqual(self.enter()["record"], "")

    def test_only_its_own_listener(self):
        for user in (self.eve, self.ada.user_id):
            with self.assertRaises(AccessError):
                self.env["crm.call.exchange"].with_user(user).listener_enter("hamburg", "support")

    def test_queues_of_another_company_are_not_entered(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.support.company_id = other
        self.assertEqual(self.enter(), {"state": ""})

    def test_as_many_queries_for_many_queues_and_calls(self):
        self.enter()

        self.talked(self.ben, timedelta(days=1, hours=1))

        def queries():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.enter()
            return self.cr.sql_log_count - before

        few = queries()
        self.env["crm.call.queue"].create(
            [{"name": f"q{n}", "code": f"q{n}", "calendar_id": self.night.id} for n in range(10)]
        )
        for days in range(2, 12):
            self.talked(self.ben, timedelta(days=days))
        self.env.flush_all()
        self.assertEqual(queries(), few)


def _frozen(at):
    class Frozen(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(at, tz)

    return Frozen
