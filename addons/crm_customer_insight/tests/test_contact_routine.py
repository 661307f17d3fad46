"""Routine contacts: once per period, within permissions, each with its result (C360-4)."""

import datetime

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestContactRoutine(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme.email = "info@acme.example.com"
        cls.email = cls.env.ref("crm_customer_insight.crm_contact_channel_email")
        cls.phone = cls.env.ref("crm_customer_insight.crm_contact_channel_phone")
        cls.audience = cls.env["crm.customer.selection"].create(
            {
                "name": "Customers of Sam and Tom",
                "conditions": {
                    "operator": "and",
                    "conditions": [
                        {
                            "fact": "salesperson",
                            "operator": "in",
                            "value": [cls.sam.id, cls.tom.id],
                        }
                    ],
                },
            }
        )
        cls.letter = cls.env["mail.template"].create(
            {
                "name": "Material",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "News for {{ object.name }}",
                "body_html": "<p>Dear <t t-out='object.name'/></p>",
            }
        )

    @classmethod
    def _routine(cls, **values):
        return cls.env["crm.contact.routine"].create(
            {
                "name": "Statements",
                "kind": "statement",
                "selection_id": cls.audience.id,
                "channel_id": cls.email.id,
                "date_start": cls._days_ago(3),
                **values,
            }
        )

    @classmethod
    def _material(cls, **values):
        return cls._routine(kind="material", template_id=cls.letter.id, **values)

    def _grant(self, partner, channel=None, state="granted"):
        self.env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": (channel or self.email).id,
                "state": state,
                "origin": "written",
            }
        )

    def _invoice(self, partner, amount, due_in=5):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": self._days_ago(20),
                "invoice_date_due": self.today + datetime.timedelta(days=due_in),
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        return move

    def results(self, routine):
        return {log.partner_id: (log.state, log.reason) for log in routine.log_ids}

    def test_statement_lists_the_open_invoices(self):
        first, second = self._invoice(self.acme, 150), self._invoice(self.acme, 50, due_in=-2)
        routine = self._routine()
        self.assertEqual(routine._contact(), 2)
        self.assertEqual(
            self.results(routine),
            {self.acme: ("done", "mail"), self.bolt: ("skipped", "no_address")},
        )
        message = self.acme.message_ids[0]
        self.assertIn("Statement of account", message.subject)
        for text in (first.name, second.name, "200.00", "(overdue)"):
            self.assertIn(text, message.body)
        self.assertEqual(message.partner_ids, self.acme)

    def test_nothing_open_nothing_sent(self):
        routine = self._routine()
        routine._contact()
        self.assertEqual(self.results(routine)[self.acme], ("skipped", "nothing"))
        self.assertFalse(self.acme.message_ids.filtered("subject"))

    def test_never_twice_in_a_period(self):
        self._invoice(self.acme, 150)
        routine = self._routine(interval_number=1, interval_unit="week")
        self.assertEqual([routine._contact() for _time in range(2)], [2, 0])
        soon = datetime.datetime.combine(self.today, datetime.time(12)) + datetime.timedelta(days=7)
        self.assertEqual(routine._contact(now=soon), 2)
        self.assertEqual(len(self.acme.message_ids.filtered("subject")), 2)
        self.assertEqual(routine.done_count, 2)

    def test_material_needs_permission(self):
        self._grant(self.acme)
        self.bolt.email = "info@bolt.example.com"
        routine = self._material()
        self.assertTrue(routine.is_marketing)
        routine._contact()
        self.assertEqual(
            self.results(routine),
            {self.acme: ("done", "mail"), self.bolt: ("skipped", "no_permission")},
        )
        message = self.acme.message_ids[0]
        self.assertEqual(message.subject, "News for Acme")
        self.assertIn("Dear Acme", message.body)

    def test_quiet_hours_are_waited_for_within_the_period(self):
        self._grant(self.acme)
        permission = self.acme.contact_permission_ids
        permission.write({"quiet_from": 8, "quiet_to": 12})
        self.acme.tz = "UTC"
        routine = self._material()
        nine = datetime.datetime.combine(self.today, datetime.time(9))
        routine._contact(now=nine)
        log = routine.log_ids.filtered(lambda log: log.partner_id == self.acme)
        self.assertEqual(
            (log.state, log.reason, log.earliest), ("waiting", "quiet_hours", nine.replace(hour=12))
        )
        self.assertEqual(routine._contact(now=nine.replace(hour=11)), 0)
        self.assertEqual(routine._contact(now=nine.replace(hour=12)), 1)
        self.assertEqual((log.state, log.reason), ("done", "mail"))
        self.assertEqual(routine._contact(now=nine.replace(hour=13)), 0)

    def test_denied_and_blacklisted(self):
        self._grant(self.acme, state="denied")
        self.bolt.email = "info@bolt.example.com"
        self._grant(self.bolt)
        self.env["mail.blacklist"]._add("info@bolt.example.com")
        routine = self._material()
        routine._contact()
        self.assertEqual(
            self.results(routine),
            {self.acme: ("skipped", "denied"), self.bolt: ("skipped", "blacklisted")},
        )

    def test_tasks_for_other_channels(self):
        self.acme.phone, self.bolt.phone = "+49 40 123456", "+49 40 123457"
        self.tom.active = False
        routine = self._routine(
            kind="other",
            is_marketing=False,
            channel_id=self.phone.id,
            task="Ask whether all is well",
        )
        routine._contact()
        self.assertEqual(
            self.results(routine),
            {self.acme: ("done", "task"), self.bolt: ("skipped", "nobody")},
        )
        self.assertEqual(
            (self.acme.activity_ids.summary, self.acme.activity_ids.user_id),
            ("Ask whether all is well", self.sam),
        )

    def test_before_the_first_day_nobody_is_contacted(self):
        tomorrow = self.today + datetime.timedelta(days=1)
        routine = self._routine(date_start=tomorrow)
        self.assertEqual((routine._contact(), routine.next_date), (0, tomorrow))

    def test_batches(self):
        self._invoice(self.acme, 10)
        routine = self._routine()
        self.assertEqual([routine._contact(limit=1) for _batch in range(3)], [1, 1, 0])

    def test_job(self):
        self._invoice(self.acme, 10)
        routine = self._routine()
        job = self.env.ref("crm_customer_insight.ir_cron_contact_routine")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(self.results(routine)[self.acme], ("done", "mail"))

    def test_customers_of_another_company(self):
        self.acme.company_id = self.other_company
        routine = self._routine()
        routine._contact()
        self.assertEqual(list(self.results(routine)), [self.bolt])

    def test_wrong_routines(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self._routine(interval_number=0).flush_recordset()
        with self.assertRaisesRegex(UserError, "letter"):
            self._routine(kind="greeting")

    def test_rights(self):
        routine = self._routine()
        routine._contact()
        with self.assertRaises(AccessError):
            routine.with_user(self.sam).action_contact_now()
        log = self.env["crm.contact.routine.log"]
        self.assertEqual(log.with_user(self.sam).search([]).partner_id, self.acme)
        self.assertEqual(log.with_user(self.ann).search([]).partner_id, self.acme | self.bolt)

    def test_merged_contacts_have_one_answer_per_period(self):
        self._invoice(self.bolt, 10)
        self.bolt.email = "info@bolt.example.com"
        routine = self._routine()
        routine._contact()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [self.acme.id, self.bolt.id], self.acme
        )
        # Acme had nothing open, Bolt got his mail: what was done stays
        self.assertEqual(self.results(routine), {self.acme: ("done", "mail")})
        self.assertEqual(routine._contact(), 0)
