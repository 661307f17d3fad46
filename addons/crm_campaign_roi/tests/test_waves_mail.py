"""Waves by mail through Odoo's mass mailing (ROI-1, ROI-5)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common_waves import DAY, NOW, WaveCase

WRITTEN = {"Anna", "Bert", "Carl", "Dora", "Emil"}


@tagged("post_install", "-at_install")
class TestWavesMail(WaveCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()

    def _queue(self, wave, now=NOW):
        """What Odoo's job does for the mailings in the queue."""
        with self._at(now), self.mock_mail_gateway():
            for mailing in wave.mailing_ids.filtered(lambda m: m.state in ("in_queue", "sending")):
                if mailing._get_remaining_recipients():
                    mailing._action_send_mail()
                else:
                    mailing.state = "done"
        return self._mails

    def _go(self, wave, now=NOW):
        """The job of the waves, the job of the mailings, and the job of the waves again."""
        self._run(wave, now)
        mails = self._queue(wave, now)
        self._run(wave, now)
        return mails

    def _traced(self, wave):
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "in", wave.mailing_ids.ids)])
        return sorted(self.env["res.partner"].browse(traces.mapped("res_id")).mapped("name"))

    def test_one_mailing_goes_to_whoever_may_get_it(self):
        wave = self._wave()
        self._start(wave)
        mails = self._go(wave)
        mailing = wave.mailing_ids.ensure_one()
        self.assertEqual(mailing.campaign_id, self.campaign)
        self.assertEqual(mailing.medium_id.name.lower(), "email")
        self.assertEqual(self._traced(wave), sorted(WRITTEN))
        self.assertEqual(len(mails), 5)
        self.assertEqual({mail["email_from"] for mail in mails}, {'"Mara" <mara@example.com>'})
        sent = self._rows(wave, "sent")
        self.assertEqual(set(sent.partner_id.mapped("name")), WRITTEN)
        self.assertEqual(set(sent.mapped("res_model")), {"mailing.trace"})
        self.assertEqual(set(sent.mapped("sent_at")), {NOW})
        self.assertEqual(wave.state, "done")

    def test_repeated_runs_send_nobody_twice(self):
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self._run(wave)
        self._queue(wave)
        wave.mailing_ids.action_put_in_queue()
        self.assertFalse(self._queue(wave))
        self._run(wave, NOW + DAY)
        self.assertEqual(self._traced(wave), sorted(WRITTEN))

    @mute_logger("odoo.addons.mass_mailing.models.mailing")
    def test_a_mailing_killed_half_way_sends_nobody_twice(self):
        """Batches of two; the third one kills the process. The next job sends the last one."""
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self.assertTrue(self._killed(lambda: self._queue(wave)))
        self.assertEqual(len(self._traced(wave)), 4)
        wave.mailing_ids.state = "sending"
        self._run(wave)
        self.assertEqual((wave.sent_count, wave.planned_count), (4, 1))
        self.assertEqual(wave.state, "running")
        mails = self._queue(wave)
        self.assertEqual(len(mails), 1)
        self._run(wave)
        self.assertEqual(self._traced(wave), sorted(WRITTEN))
        self.assertEqual((wave.sent_count, wave.state), (5, "done"))

    def test_the_mail_names_its_recipient(self):
        wave = self._wave(body_html="<p>Dear [[name]],</p>")
        self._start(wave)
        mails = self._go(wave)
        named = {name for name in WRITTEN if any(f"Dear {name}," in m["body"] for m in mails)}
        self.assertEqual(named, WRITTEN)

    def test_who_could_not_be_sent_to_tells_where_to_look(self):
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = wave.delivery_ids[:1]
        row.write({"state": "failed", "reason": "error"})
        self.assertIn("mailing", row.advice)

    def test_what_is_due_later_is_sent_by_the_same_mailing(self):
        wave = self._wave(throttle=3)
        self._start(wave)
        self.assertEqual(len(self._go(wave)), 3)
        self.assertEqual((wave.sent_count, wave.planned_count), (3, 2))
        self.assertFalse(self._go(wave, NOW + timedelta(minutes=30)))
        self.assertEqual(len(self._go(wave, NOW + timedelta(hours=1))), 2)
        self.assertEqual(len(wave.mailing_ids), 1)
        self.assertEqual(self._traced(wave), sorted(WRITTEN))

    def test_a_paused_wave_sends_nothing(self):
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        wave.with_user(self.mara).action_pause()
        self.assertFalse(self._queue(wave))
        wave.with_user(self.mara).action_resume()
        self.assertEqual(len(self._go(wave)), 5)

    def test_leads_without_a_contact_have_a_mailing_of_their_own(self):
        self.campaign.audience_ids.member_ids = [(0, 0, {"lead_id": self.lead.id})]
        wave = self._wave()
        self._start(wave)
        mails = self._go(wave)
        self.assertEqual(len(mails), 6)
        self.assertEqual(
            sorted(wave.mailing_ids.mapped("mailing_model_real")), ["crm.lead", "res.partner"]
        )
        self.assertEqual(self._row(wave, self.lead).state, "sent")

    def test_what_odoo_refuses_is_a_reason(self):
        """Bert's address is refused by the list of opt-outs between the plan and the mailing."""
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self.env["mail.blacklist"]._add("bert@waves.example.com")
        self._queue(wave)
        self._run(wave)
        row = self._row(wave, self.bert)
        self.assertEqual((row.state, row.reason), ("left_out", "blacklisted"))
        self.assertEqual(wave.sent_count, 4)

    def test_a_mail_that_bounces_was_sent_and_one_that_fails_was_not(self):
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self._queue(wave)
        traces = wave.mailing_ids.mailing_trace_ids
        traces.filtered(lambda t: t.res_id == self.anna.id).set_bounced()
        traces.filtered(lambda t: t.res_id == self.bert.id).set_failed(failure_type="mail_smtp")
        self._run(wave)
        self.assertEqual(self._row(wave, self.anna).state, "sent")
        row = self._row(wave, self.bert)
        self.assertEqual((row.state, row.reason, row.reasons), ("failed", "error", "mail_smtp"))

    # -- texts ---------------------------------------------------------------------------------

    def _bodies(self, wave):
        self._go(wave)
        mails = self.env["mail.mail"].search([("mailing_id", "in", wave.mailing_ids.ids)])
        return {mail.res_id: str(mail.body_html) for mail in mails}

    def test_variants_have_their_own_mailing_and_text(self):
        self.campaign._fill_targets()
        for target in self.campaign.target_ids:
            target.variant = "B" if target.partner_id == self.anna else "A"
        wave = self._wave(
            content_ids=[
                fields.Command.create(
                    {"variant": "B", "subject": "Summer", "body_html": "<p>Other</p>"}
                )
            ]
        )
        self._start(wave)
        bodies = self._bodies(wave)
        self.assertEqual(sorted(wave.mailing_ids.mapped("wave_variant")), ["A", "B"])
        self.assertEqual(sorted(wave.mailing_ids.mapped("subject")), ["Spring", "Summer"])
        self.assertIn("Other", bodies[self.anna.id])
        self.assertIn("Hello", bodies[self.bert.id])

    def _block_wave(self):
        """Germany and France have an offer of their own; the others get the general one."""
        countries = {code: self.env.ref(f"base.{code}").id for code in ("de", "fr")}
        self.anna.country_id, self.bert.country_id = countries["de"], countries["fr"]

        def of(code):
            return {
                "operator": "and",
                "conditions": [{"fact": "country", "operator": "in", "value": [countries[code]]}],
            }

        blocks = [
            {"name": "offer", "conditions": of("de"), "body_html": "<b>Beer</b>"},
            {"name": "offer", "conditions": of("fr"), "body_html": "<b>Wine</b>"},
            {
                "name": "offer",
                "sequence": 20,
                "body_html": '<b>Tea for <t t-out="object.name"/></b>',
            },
            {"name": "ps", "conditions": of("de"), "body_html": "<i>Prost</i>"},
        ]
        return self._wave(
            body_html="<p>Hello [[offer]] [[ ps ]]</p>",
            block_ids=[fields.Command.create(block) for block in blocks],
        )

    def test_personal_blocks_by_facts(self):
        wave = self._block_wave()
        self._start(wave)
        bodies = self._bodies(wave)
        self.assertIn("Beer", bodies[self.anna.id])
        self.assertIn("Prost", bodies[self.anna.id])
        self.assertIn("Wine", bodies[self.bert.id])
        self.assertIn("Tea for Carl", bodies[self.carl.id])
        self.assertIn("Tea for Dora", bodies[self.dora.id])
        for body in bodies.values():
            self.assertNotIn("[[", body)
            self.assertEqual(sum(word in body for word in ("Beer", "Wine", "Tea")), 1)

    def test_blocks_of_many_recipients_cost_no_more_queries(self):
        wave = self._block_wave()

        def queries(people):
            self.env.invalidate_all()
            self.env.flush_all()
            wave.block_ids.mapped("name")
            before = self.env.cr.sql_log_count
            texts = wave.block_ids._texts("res.partner", people.ids)
            self.assertEqual(len(texts), len(people))
            return self.env.cr.sql_log_count - before

        many = self._people([f"Many{number}" for number in range(45)])
        queries(self.people)
        few = queries(self.carl | self.dora | self.anna | self.bert)
        self.assertEqual(queries(many | self.people), few)

    def test_a_placeholder_is_a_plain_word(self):
        wave = self._wave()
        with self.assertRaisesRegex(ValidationError, "small letters"):
            self.env["crm.campaign.block"].create({"wave_id": wave.id, "name": "My offer"})

    # -- number of queries ---------------------------------------------------------------------

    def test_taking_over_is_one_statement(self):
        wave = self._wave()
        self._start(wave)
        self._go(wave)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        wave._take_traces()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
