"""Waves that answer by themselves whoever replied (ROI-1, ROI-5)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common_waves import DAY, NOW, WaveCase

HOUR = timedelta(hours=1)
MAIL = """Return-Path: <{sender}>
To: catchall@waves.test
From: {sender}
Subject: {subject}
Message-ID: <{sender}-{number}@example.com>
In-Reply-To: {reference}
References: {reference}
Date: Mon, 02 Mar 2026 13:00:00 +0000
MIME-Version: 1.0
{headers}Content-Type: text/plain; charset="utf-8"

{text}
"""


@tagged("post_install", "-at_install")
class TestWavesAnswers(WaveCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.env["mail.alias"].create(
            {
                "alias_name": "spring",
                "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "alias_domain_id": cls.env["mail.alias.domain"]
                .create({"name": "waves.test", "company_ids": cls.company.ids})
                .id,
            }
        )
        cls.invitation = cls._wave()
        cls.answer = cls._wave(
            "Thanks",
            subject="Thank you",
            body_html="<p>Thanks! [[ps]]</p>",
            after_wave_id=cls.invitation.id,
            auto_reply=True,
            wait_days=0,
            block_ids=[
                fields.Command.create(
                    {
                        "name": "ps",
                        "body_html": "<i>Prost</i>",
                        "conditions": {
                            "operator": "and",
                            "conditions": [
                                {
                                    "fact": "country",
                                    "operator": "in",
                                    "value": [cls.env.ref("base.de").id],
                                }
                            ],
                        },
                    }
                )
            ],
        )
        cls.anna.country_id = cls.env.ref("base.de")

    def setUp(self):
        super().setUp()
        self._start(self.invitation, self.answer)
        self._jobs(NOW)
        self.numbers = iter(range(1, 100))

    def _jobs(self, now):
        """Once the job of the waves, then that of the mailings, then the waves' again."""
        waves = (self.invitation | self.answer).filtered(lambda wave: wave.state == "running")
        for wave in waves:
            self._run(wave, now)
        with self._at(now), self.mock_mail_gateway():
            queued = waves.mailing_ids.filtered(lambda m: m.state in ("in_queue", "sending"))
            for mailing in queued:
                if mailing._get_remaining_recipients():
                    mailing._action_send_mail()
                mailing.state = "done"
        mails = self._mails
        for wave in waves.filtered(lambda wave: wave.state == "running"):
            self._run(wave, now)
        return mails

    def _trace(self, person, wave=None):
        traces = (wave or self.invitation).mailing_ids.mailing_trace_ids
        return traces.filtered(lambda trace: trace.res_id == person.id)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def _reply(self, person, subject="Re: Spring", headers="", wave=None, sender=None, now=NOW):
        mail = MAIL.format(
            sender=sender or person.email,
            subject=subject,
            number=next(self.numbers),
            reference=self._trace(person, wave).message_id,
            headers=headers,
            text="Yes, please",
        ).replace("catchall@", "spring@")
        with self._at(now), self.mock_mail_gateway():
            self.env["mail.thread"].message_process("crm.lead", mail)

    def _answered(self, mails):
        return sorted(address for mail in mails for address in mail["email_to"])

    def test_a_reply_gets_one_answer_in_one_run_of_the_job(self):
        self._reply(self.anna)
        self.assertEqual(self._trace(self.anna).trace_status, "reply")
        mails = self._jobs(NOW + HOUR)
        self.assertEqual(self._answered(mails), ['"Anna" <anna@waves.example.com>'])
        self.assertEqual(mails[0]["subject"], "Thank you")
        self.assertEqual(self._row(self.answer, self.anna).state, "sent")
        self.assertEqual(len(self.answer.delivery_ids), 1)

    def test_nobody_is_answered_twice(self):
        """Not after a second reply, not after a reply to the answer, not by later runs."""
        self._reply(self.anna)
        self._jobs(NOW + HOUR)
        self._reply(self.anna)
        self._reply(self.anna, wave=self.answer)
        self._reply(self.bert)
        self.assertEqual(
            self._answered(self._jobs(NOW + 2 * HOUR)), ['"Bert" <bert@waves.example.com>']
        )
        self.assertFalse(self._jobs(NOW + DAY))
        self.assertEqual(self.answer.sent_count, 2)
        self.assertEqual(self.answer.state, "running")

    def test_machines_get_no_answer(self):
        """Out of office by header, by subject, by an empty return path's kin, and a list."""
        self._reply(self.anna, headers="Auto-Submitted: auto-replied\n")
        self._reply(self.bert, subject="Out of office: Re: Spring")
        self._reply(self.carl, headers="Precedence: bulk\n")
        self._reply(self.dora, sender="no-reply@waves.example.com")
        self.assertFalse(self._jobs(NOW + HOUR))
        self.assertFalse(self.answer.delivery_ids)
        statuses = set(self.invitation.mailing_ids.mailing_trace_ids.mapped("trace_status"))
        self.assertEqual(statuses, {"sent"})

    def test_a_mail_that_came_back_gets_no_answer(self):
        self._trace(self.anna).set_bounced()
        self.assertFalse(self._jobs(NOW + HOUR))

    def test_a_machine_first_and_then_the_person(self):
        self._reply(self.anna, headers="Auto-Submitted: auto-generated\n")
        self.assertFalse(self._jobs(NOW + HOUR))
        self._reply(self.anna)
        self.assertEqual(len(self._jobs(NOW + 2 * HOUR)), 1)

    def test_personal_blocks_work_in_answers(self):
        self._reply(self.anna)
        self._reply(self.bert)
        self._jobs(NOW + HOUR)
        mails = self.env["mail.mail"].search([("mailing_id", "in", self.answer.mailing_ids.ids)])
        bodies = {mail.res_id: str(mail.body_html) for mail in mails}
        self.assertIn("Prost", bodies[self.anna.id])
        self.assertNotIn("Prost", bodies[self.bert.id])
        self.assertNotIn("[[", bodies[self.bert.id])

    def test_an_answer_says_that_a_machine_wrote_it(self):
        """RFC 3834: no other machine answers it."""
        self._reply(self.anna)
        self._jobs(NOW + HOUR)
        mail = self.env["mail.mail"].search([("mailing_id", "in", self.answer.mailing_ids.ids)])
        self.assertIn("'Auto-Submitted': 'auto-replied'", mail.headers)
        first = self.env["mail.mail"].search(
            [("mailing_id", "in", self.invitation.mailing_ids.ids)], limit=1
        )
        self.assertNotIn("Auto-Submitted", first.headers or "")

    def test_pressure_does_not_hold_an_answer_back_and_the_blacklist_does(self):
        self.env["crm.contact.pressure.rule"].create(
            {"name": "One a week", "max_contacts": 1, "window_days": 7, "active": True}
        )
        self._reply(self.anna)
        self._reply(self.bert)
        self.env["mail.blacklist"]._add("bert@waves.example.com")
        self.assertEqual(len(self._jobs(NOW + HOUR)), 1)
        self.assertEqual(self._row(self.answer, self.bert).reason, "blacklisted")

    def test_the_reply_wakes_the_job(self):
        trigger = self.env["ir.cron.trigger"]
        job = self.env.ref("crm_campaign_roi.ir_cron_campaign_waves")
        before = trigger.search_count([("cron_id", "=", job.id)])
        self._reply(self.anna)
        self.assertEqual(trigger.search_count([("cron_id", "=", job.id)]), before + 1)

    def test_what_is_no_answer_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "comes after a mail"):
            self._wave("Alone", auto_reply=True, wait_days=0)
        with self.assertRaisesRegex(ValidationError, "at once"):
            self._wave("Late", auto_reply=True, wait_days=3, after_wave_id=self.invitation.id)
