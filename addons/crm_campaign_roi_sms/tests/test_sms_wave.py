"""Waves by text message (ROI-1, ROI-5): Odoo's own sending, a gateway that is not there."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_campaign_roi.tests.common_waves import DAY, NOW, WaveCase
from odoo.addons.sms.tools.sms_api import SmsApi

NUMBERS = {
    "Anna": "+49 170 1000001",
    "Bert": "+49 170 1000002",
    "Carl": "+49 170 1000003",
    "Dora": "+49 170 1000004",
    "Emil": "no number",
}


@tagged("post_install", "-at_install")
class TestSmsWave(WaveCase):
    """Anna, Bert, Carl and Dora have a number, Emil something else, Fritz none. All six granted
    messages. A part costs 0.08.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iap.account"].get("sms")
        cls.campaign.date_published = "2026-03-01"
        cls.sms = cls.env.ref("crm_customer_insight.crm_contact_channel_sms")
        cls.env["crm.contact.channel.rate"].create(
            {"channel_id": cls.sms.id, "company_id": cls.company.id, "cost": 0.08}
        )
        for person in cls.people - cls.fritz:
            person.phone = NUMBERS[person.name]
        cls._permit(cls.people, cls.sms)
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.wave = cls._message()

    @classmethod
    def _message(cls, **values):
        return cls._wave(
            "Message",
            **{
                "method": "sms",
                "subject": False,
                "body_html": False,
                "body_sms": "Hello {{ object.name }}",
                **values,
            },
        )

    @contextmanager
    def _gateway(self, states=None, kill_at=None):
        """A gateway that answers *states* ``{number: state}``, else success; it notes what it got.

        :param kill_at: number of the call at which the process is killed before it is asked
        """
        self.sent = getattr(self, "sent", [])
        calls = []

        def contact(api, endpoint, params, timeout=15):
            calls.append(endpoint)
            if len(calls) == kill_at:
                raise KeyboardInterrupt
            answer = []
            for message in params["messages"]:
                for number in message["numbers"]:
                    state = (states or {}).get(number["number"], "success")
                    answer.append({"uuid": number["uuid"], "state": state, "credit": 1})
                    if state == "success":
                        self.sent.append((number["number"], message["content"]))
            return answer

        with patch.object(SmsApi, "_contact_iap", contact):
            yield

    def _queue(self, wave=None):
        """What Odoo's job does for the mailings in the queue."""
        for mailing in (wave or self.wave).mailing_ids.filtered(lambda m: m.state == "in_queue"):
            if mailing._get_remaining_recipients():
                mailing._action_send_mail()
            mailing.state = "done"

    def _hand_over(self, **gateway):
        """What Odoo's job does for the messages in the queue."""
        cron = type(self.env["ir.cron"])
        with self._gateway(**gateway), patch.object(cron, "_commit_progress", lambda *a, **k: 1):
            while self.env["sms.sms"].search_count([("state", "=", "outgoing")]):
                self.env["sms.sms"]._process_queue()

    def _go(self, wave=None, now=NOW, **gateway):
        wave = wave or self.wave
        self._start(wave)
        self._run(wave, now)
        self._queue(wave)
        self._hand_over(**gateway)
        self._run(wave, now)
        return dict(self.sent)

    def test_one_mailing_goes_to_whoever_has_a_number(self):
        sent = self._go()
        mailing = self.wave.mailing_ids.ensure_one()
        self.assertEqual((mailing.mailing_type, mailing.campaign_id), ("sms", self.campaign))
        self.assertEqual(
            {number: text.splitlines()[0] for number, text in sent.items()},
            {
                "+491701000001": "Hello Anna",
                "+491701000002": "Hello Bert",
                "+491701000003": "Hello Carl",
                "+491701000004": "Hello Dora",
            },
        )
        self.assertEqual(len(self.sent), 4)
        self.assertEqual((self.wave.sent_count, self.wave.state), (4, "done"))

    def test_reasons_tell_a_missing_number_from_a_wrong_one(self):
        self.env["phone.blacklist"].add("+491701000002")
        self._permit(self.carl, self.sms, state="denied")
        self._go()
        reasons = {row.partner_id.name: row.reason for row in self._rows(self.wave, "left_out")}
        self.assertEqual(
            reasons,
            {
                "Bert": "blacklisted",
                "Carl": "denied",
                "Emil": "wrong_number",
                "Fritz": "no_address",
            },
        )
        self.assertEqual(sorted(number for number, _text in self.sent), [
            "+491701000001", "+491701000004",
        ])  # fmt: skip

    def test_what_odoo_refuses_afterwards_is_a_reason(self):
        """Bert's number gets on the blacklist between the plan and the mailing."""
        self._start(self.wave)
        self._run(self.wave)
        self.env["phone.blacklist"].add("+491701000002")
        self._queue()
        self._hand_over()
        self._run(self.wave)
        row = self._row(self.wave, self.bert)
        self.assertEqual((row.state, row.reason, row.reasons), (
            "left_out", "blacklisted", "sms_blacklist",
        ))  # fmt: skip

    def test_what_the_gateway_says_is_kept(self):
        self._go(states={"+491701000001": "insufficient_credit"})
        row = self._row(self.wave, self.anna)
        self.assertEqual((row.state, row.reason, row.reasons), ("failed", "error", "sms_credit"))
        self.assertEqual((self.wave.sent_count, self.wave.failed_count), (3, 1))

    def test_a_report_of_failure_comes_later(self):
        self._go()
        trace = self.wave.mailing_ids.mailing_trace_ids.filtered(
            lambda trace: trace.res_id == self.anna.id
        )
        trace.sms_tracker_ids._action_update_from_provider_error("not_delivered")
        self.wave._take_traces()
        row = self._row(self.wave, self.anna)
        self.assertEqual((row.state, row.reasons), ("failed", "sms_not_delivered"))

    # -- nobody twice --------------------------------------------------------------------------

    def test_repeated_runs_send_nobody_twice(self):
        self._go()
        self.wave.mailing_ids.action_put_in_queue()
        self._queue()
        self._hand_over()
        self._run(self.wave, NOW + DAY)
        self.assertEqual(len(self.sent), 4)

    @mute_logger("odoo.addons.mass_mailing_sms.models.mailing_mailing")
    def test_killed_between_two_batches_nobody_gets_it_twice(self):
        """Batches of two; the second call kills the process. The next job sends the other two."""
        self.env["ir.config_parameter"].sudo().set_param("sms.session.batch.size", 2)
        self._start(self.wave)
        self._run(self.wave)
        self._queue()
        self.assertTrue(self._killed(kill_at=2))
        self.assertEqual(len(self.sent), 2)
        self._run(self.wave)
        self.assertEqual((self.wave.sent_count, self.wave.planned_count), (2, 2))
        self._hand_over()
        self._run(self.wave)
        self.assertEqual(len({number for number, _text in self.sent}), 4)
        self.assertEqual(len(self.sent), 4)
        self.assertEqual((self.wave.sent_count, self.wave.state), (4, "done"))

    def _killed(self, **gateway):
        """Whether the job was killed; what it had committed stays."""
        try:
            self._hand_over(**gateway)
        except KeyboardInterrupt:
            return True
        return False

    def test_killed_while_the_messages_are_made(self):
        """All messages are made in one transaction: the next job makes them all."""
        self._start(self.wave)
        self._run(self.wave)
        composer = type(self.env["sms.composer"])

        def kill(wizard, records, values):
            raise KeyboardInterrupt

        with patch.object(composer, "_prepare_mass_sms", kill), self.cr.savepoint() as savepoint:
            try:
                self.wave.mailing_ids._action_send_mail()
            except KeyboardInterrupt:
                savepoint.rollback()
        self.env.invalidate_all()
        self._queue()
        self._hand_over()
        self.assertEqual(len(self.sent), 4)

    def test_cancelling_takes_back_what_waits(self):
        self._start(self.wave)
        self._run(self.wave)
        self._queue()
        self.wave.with_user(self.mara).action_cancel()
        self._hand_over()
        self.assertEqual(self.sent, [])
        self.assertEqual(self.wave.sent_count, 0)

    # -- parts and cost ------------------------------------------------------------------------

    def _simulate(self, wave):
        self.campaign._fill_targets()
        with self._at(NOW):
            wave.with_user(self.mara).action_simulate()

    def test_the_simulation_counts_parts_and_cost(self):
        """Without the link: 161 letters are two parts, 0.16; with a Chinese character of 71
        characters two as well; Anna's short name saves her none.
        """
        wave = self._message(body_sms="x" * 161, sms_stop_link=False)
        self._simulate(wave)
        rows = self._rows(wave, "planned")
        self.assertEqual(rows.mapped("sms_parts"), [2] * 4)
        self.assertEqual([round(cost, 2) for cost in rows.mapped("cost")], [0.16] * 4)
        self.assertEqual((wave.sms_parts, round(wave.planned_cost, 2)), (8, 0.64))

    def test_a_message_is_counted_for_its_recipient(self):
        """155 letters and the name: Anna's 4 letters make 159, one part; a name of six makes 161,
        two parts.
        """
        self.bert.name = "Bertha"
        wave = self._message(body_sms="x" * 155 + "{{ object.name }}", sms_stop_link=False)
        self._simulate(wave)
        self.assertEqual(self._row(wave, self.anna).sms_parts, 1)
        self.assertEqual(self._row(wave, self.bert).sms_parts, 2)

    def test_the_opt_out_link_counts_and_works(self):
        sent = self._go()
        link = re.search(r"/sms/(\d+)/(\w+)", sent["+491701000001"])
        trace = self.wave.mailing_ids.mailing_trace_ids.filtered(
            lambda trace: trace.res_id == self.anna.id
        )
        self.assertEqual((int(link[1]), link[2]), (self.wave.mailing_ids.id, trace.sms_code))

    def test_what_was_sent_costs_by_its_parts_in_the_ledger(self):
        wave = self._message(body_sms="y" * 200, sms_stop_link=False)
        self._go(wave)
        self.assertEqual(set(wave.mailing_ids.mailing_trace_ids.mapped("sms_parts")), {2})
        self.env["crm.touchpoint"]._fill()
        touches = self.env["crm.touchpoint"].search(
            [
                ("campaign_id", "=", self.campaign.id),
                ("event", "=", "sent"),
                ("channel_id", "=", self.sms.id),
            ]
        )
        self.assertEqual(len(touches), 4)
        self.assertEqual({round(cost, 2) for cost in touches.mapped("cost")}, {0.16})

    def test_parts_as_sent_replace_those_of_the_plan(self):
        self._start(self.wave)
        self._run(self.wave)
        self._queue()
        self._hand_over()
        self.wave.mailing_ids.mailing_trace_ids.sms_parts = 3
        self._run(self.wave)
        self.assertEqual(self._rows(self.wave, "sent").mapped("sms_parts"), [3] * 4)
        cost = sum(self._rows(self.wave, "sent").mapped("cost"))
        self.assertEqual(round(cost, 2), round(4 * 3 * 0.08, 2))

    # -- texts ---------------------------------------------------------------------------------

    def test_variants_and_personal_blocks(self):
        germany = self.env.ref("base.de")
        self.anna.country_id = germany
        condition = {"fact": "country", "operator": "in", "value": germany.ids}
        wave = self._message(
            body_sms="Hello {{ object.name }}. [[offer]]",
            sms_stop_link=False,
            block_ids=[
                Command.create(
                    {
                        "name": "offer",
                        "body_sms": "Beer & more",
                        "conditions": {"operator": "and", "conditions": [condition]},
                    }
                ),
                Command.create(
                    {"name": "offer", "sequence": 20, "body_sms": "Tea for {{ object.name }}"}
                ),
            ],
            content_ids=[Command.create({"variant": "B", "body_sms": "Bye [[offer]]"})],
        )
        self.campaign._fill_targets()
        for target in self.campaign.target_ids:
            target.variant = "B" if target.partner_id == self.dora else "A"
        sent = self._go(wave)
        self.assertEqual(
            sent,
            {
                "+491701000001": "Hello Anna. Beer & more",
                "+491701000002": "Hello Bert. Tea for Bert",
                "+491701000003": "Hello Carl. Tea for Carl",
                "+491701000004": "Bye Tea for Dora",
            },
        )

    def test_a_preview_shows_the_message_of_one_person(self):
        """Lines as they are, without a subject; what looks like a tag is text."""
        wave = self._message(
            body_sms="Hello {{ object.name }}\n<[[offer]]>",
            block_ids=[Command.create({"name": "offer", "body_sms": "Tea for {{ object.name }}"})],
        )
        self._simulate(wave)
        shown = self._row(wave, self.bert).with_user(self.mara)
        self.assertEqual(
            (shown.preview_to, shown.preview_subject, str(shown.preview_text)),
            ("+491701000002", False, "<p>Hello Bert<br/>&lt;Tea for Bert&gt;</p>"),
        )

    def test_only_template_editors_compute(self):
        with self.assertRaises(AccessError):
            self.wave.with_user(self.mara).body_sms = "{{ object.sudo().env.cr }}"
        self.wave.with_user(self.mara).body_sms = "Hello {{ object.name }}"
        self.assertEqual(self.wave.body_sms, "Hello {{ object.name }}")

    def test_what_is_missing_is_said(self):
        empty = self._message(body_sms=" ")
        self.assertIn("It has no message.", empty._missing())
        self.assertIn(
            "There is no block for [[offer]].", self._message(body_sms="[[offer]]")._missing()
        )

    # -- number of queries ---------------------------------------------------------------------

    def test_the_plan_of_many_costs_no_more_queries(self):
        def queries(number):
            people = self._people([f"P{number}-{n}" for n in range(number)])
            for place, person in enumerate(people):
                person.phone = f"+49 171 {number:02}{place:05}"
            self._permit(people, self.sms)
            campaign = self._campaign(f"Plan {number}")
            campaign.audience_ids = self._members(f"Plan {number}", people)
            self._run_campaign(campaign)
            wave = self._message(campaign=campaign)
            self._start(wave)
            count = self._queries_of_plan(wave)
            self.assertEqual(wave.planned_count, number)
            return count

        queries(3)
        self.assertEqual(queries(4), queries(40))

    # -- people --------------------------------------------------------------------------------

    def test_messages_to_an_erased_person_tell_nothing(self):
        """Anna's waits, Bert's too: hers is taken back; number and words of it are gone."""
        self._start(self.wave)
        self._run(self.wave)
        self._queue()
        self.env.flush_all()

        def of(person):
            trace = self.env["mailing.trace"].search(
                [("model", "=", "res.partner"), ("res_id", "=", person.id)]
            )
            return trace, self.env["sms.sms"].browse(trace.sms_id_int).exists().ensure_one()

        hers, his = of(self.anna), of(self.bert)
        self.assertEqual((hers[0].sms_number, hers[1].number), ("+491701000001",) * 2)
        self.anna._erase_person()
        self.assertEqual((hers[0].sms_number, hers[0].trace_status), (False, "cancel"))
        self.assertEqual((hers[1].number, hers[1].body, hers[1].state), (False, False, "canceled"))
        self.assertEqual((his[0].sms_number, his[1].number), ("+491701000002",) * 2)
        self.assertEqual(his[1].state, "outgoing")
        self.assertIn("Hello Bert", his[1].body)

    def test_a_message_that_just_went_out_is_noted_before_a_merge(self):
        """Bert's message went out, Anna's did not; Anna is Bert: she is not written to again."""
        self._start(self.wave)
        self._run(self.wave)
        mailing = self.wave.mailing_ids
        self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.bert.id,
                "trace_type": "sms",
                "trace_status": "sent",
                "sms_number": "+491701000002",
            }
        )
        row = self._row(self.wave, self.bert)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.anna | self.bert).ids, dst_partner=self.anna
        )
        self.env.invalidate_all()
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual(row.state, "sent")
        self.assertNotIn(self.anna.id, mailing._get_remaining_recipients())
