"""Surveys as waves (ROI-1): one answer for each who is asked, made in batches."""

import re

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_survey import DAY, NOW, SurveyCase

LINK = re.compile(r"/survey/start/[\w-]+\?answer_token=([\w-]+)")


@tagged("post_install", "-at_install")
class TestSurveyWave(SurveyCase):
    def _links(self):
        """``{name: token}`` of the mails of the wave."""
        mails = self.env["mail.mail"].search([("mailing_id", "in", self.wave.mailing_ids.ids)])
        people = self.env["res.partner"]
        return {
            people.browse(mail.res_id).name: LINK.findall(str(mail.body_html)) for mail in mails
        }

    def test_everybody_gets_the_link_to_his_own_answer(self):
        self.assertEqual(len(self._go()), 5)
        answers = self._answers()
        self.assertEqual(sorted(answers), ["Anna", "Bert", "Carl", "Dora", "Emil"])
        self.assertEqual(
            self._links(), {name: [answer.access_token] for name, answer in answers.items()}
        )
        answer = answers["Anna"]
        self.assertEqual(answer.email, "anna@waves.example.com")
        self.assertEqual(answer.deadline, NOW + 30 * DAY)
        self.assertEqual(answer.predefined_question_ids, self.scale | self.choice)
        self.assertEqual(answer.state, "new")

    def test_a_preview_makes_no_answer(self):
        """Its button leads to the survey of everybody, not to an answer of Anna's."""
        self.campaign._fill_targets()
        with self._at(NOW):
            self.wave.with_user(self.mara).action_simulate()
        shown = str(self._row(self.wave, self.anna).with_user(self.mara).preview_text)
        address = f"{self.wave.get_base_url()}{self.survey.get_start_url()}"
        self.assertEqual(re.findall(r'href="([^"]+)"', shown), [address])
        self.assertIn(">Start the survey</a>", shown)
        self.assertFalse(self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)]))

    def test_a_lead_without_a_contact_is_asked_by_its_address(self):
        self.campaign.audience_ids.member_ids = [Command.create({"lead_id": self.lead.id})]
        self._go()
        row = self._row(self.wave, self.lead)
        answer = self.env["survey.user_input"].search([("campaign_delivery_id", "=", row.id)])
        self.assertEqual((answer.email, answer.nickname), ("gustav@waves.example.com", "Gustav"))

    @mute_logger("odoo.addons.mass_mailing.models.mailing")
    def test_killed_half_way_nobody_is_asked_twice(self):
        """Batches of two; the third kills the process: four are asked, then the fifth."""
        mailing = self._go_killed()
        self.assertEqual((len(mailing.mailing_trace_ids), len(self._answers())), (4, 4))
        with self._at(NOW), self.mock_mail_gateway():
            mailing._action_send_mail()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual((len(mailing.mailing_trace_ids), len(self._answers())), (5, 5))

    def test_answers_are_made_once(self):
        self._go()
        rows = self.wave.delivery_ids.filtered(lambda row: row.state == "sent")
        before = self._answers()
        again = self.wave._survey_answers(rows)
        self.assertEqual({row.id for row in rows}, set(again))
        self.assertEqual(before, self._answers())

    def test_answers_of_many_cost_no_more_queries(self):
        many = self._people([f"Many{number}" for number in range(88)])
        self._permit(many)
        self.campaign.audience_ids.member_ids = [
            Command.create({"partner_id": person.id}) for person in many
        ]
        self._start(self.wave)
        self._run(self.wave)

        def queries(people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            texts = self.wave._places("res.partner", people.ids)
            self.env.flush_all()
            self.assertTrue(all("survey" in text for text in texts.values()))
            return self.env.cr.sql_log_count - before

        queries(many[:4])
        self.assertEqual(queries(many[4:8]), queries(many[8:48]))
        self.assertEqual(queries(many[4:8]), queries(many[8:48]))

    def test_what_is_missing_is_said(self):
        empty = self._wave("Empty", method="survey", body_html="<p>Hello</p>")
        missing = " ".join(empty._missing())
        self.assertIn("names no survey", missing)
        self.assertIn("[[survey]]", missing)
        self.survey.active = False
        with self.assertRaisesRegex(UserError, "closed"):
            self.wave.with_user(self.mara).action_start()

    def test_the_question_is_one_of_the_survey(self):
        other = self.env["survey.survey"].create({"title": "Other"})
        question = self.env["survey.question"].create(
            {"title": "Scale", "survey_id": other.id, "question_type": "scale"}
        )
        with self.assertRaisesRegex(ValidationError, "question of the survey"):
            self.wave.rate_question_id = question

    def test_the_survey_stays_once_the_wave_has_begun(self):
        self._go()
        with self.assertRaisesRegex(UserError, "has begun"):
            self.wave.survey_id = self.env["survey.survey"].create({"title": "Other"})

    def test_marketers_read_surveys_that_are_not_restricted(self):
        survey = self.survey.with_user(self.mara)
        self.assertEqual(survey.campaign_count, 1)
        self.assertEqual(survey.question_ids[:1], self.scale)
        action = survey.action_open_campaigns()
        found = self.env["utm.campaign"].with_user(self.mara).search(action["domain"])
        self.assertEqual(found, self.campaign)
        self.survey.restrict_user_ids = self.mona
        self.assertFalse(self.survey.with_user(self.mara).has_access("read"))
        self.assertFalse(survey.with_user(self.mona).has_access("write"))
        self.assertFalse(survey.with_user(self.emma).has_access("read"))
        self.assertFalse(self.env["survey.user_input"].with_user(self.mara).has_access("read"))

    def test_a_survey_without_a_limit_of_days(self):
        wave = self._asking(survey_days=0)
        self.assertFalse(wave._survey_deadline())
        self.assertEqual(fields.Datetime.to_datetime("2026-03-02 12:00:00"), NOW)
