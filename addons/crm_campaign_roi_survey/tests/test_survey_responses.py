"""Answers in the ledger, as responses by their rating, as facts and as groups (ROI-1)."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_survey import DAY, NOW, SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyResponses(SurveyCase):
    """By the choice: Anna 100 %, Bert 50 %, Carl 0 %. By the scale: Anna 0 %, Bert 70 %,
    Carl 100 %. Dora began only. Satisfied from 70 %, not satisfied up to 40 %.
    """

    def setUp(self):
        super().setUp()
        self._go()
        answers = self._answers()
        self._answer(answers["Anna"], 0, 2)
        self._answer(answers["Bert"], 7, 1)
        self._answer(answers["Carl"], 10, 0)
        answers["Dora"]._mark_in_progress()
        self.answers = answers

    def test_answers_are_rated_by_the_score(self):
        self.assertEqual(
            [self.answers[name].scoring_percentage for name in ("Anna", "Bert", "Carl")],
            [100.0, 50.0, 0.0],
        )
        self._fill()
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "answered"),
                ("Anna", "answered_high"),
                ("Bert", "answered"),
                ("Carl", "answered"),
                ("Carl", "answered_low"),
            ],
        )
        responses = self.env["crm.campaign.response"].search(
            [("kind_id.code", "=", "answered"), ("campaign_id", "=", self.campaign.id)]
        )
        self.assertEqual(responses.wave_id, self.wave)
        self.assertEqual(set(responses.mapped("date")), {NOW + DAY})

    def test_other_limits_rate_what_is_there_again(self):
        self._fill()
        self.wave.with_user(self.mara).write({"rate_high": 50.0, "rate_low": 10.0})
        self._fill()
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "answered"),
                ("Anna", "answered_high"),
                ("Bert", "answered"),
                ("Bert", "answered_high"),
                ("Carl", "answered"),
                ("Carl", "answered_low"),
            ],
        )

    def test_a_scale_rates_as_well(self):
        self.wave.write({"rate_by": "question", "rate_question_id": self.scale.id})
        self._fill()
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "answered"),
                ("Anna", "answered_low"),
                ("Bert", "answered"),
                ("Bert", "answered_high"),
                ("Carl", "answered"),
                ("Carl", "answered_high"),
            ],
        )

    def test_a_choice_rates_and_who_skips_it_is_not_rated(self):
        self.wave.write({"rate_by": "question", "rate_question_id": self.choice.id})
        self._answer(self.answers["Emil"], 5, None)
        self._fill()
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "answered"),
                ("Anna", "answered_high"),
                ("Bert", "answered"),
                ("Carl", "answered"),
                ("Carl", "answered_low"),
                ("Emil", "answered"),
            ],
        )

    def test_a_survey_without_scores_does_not_rate(self):
        self.survey.scoring_type = "no_scoring"
        self._fill()
        self.assertEqual([kind for _name, kind in self._responses()], ["answered"] * 3)

    def test_who_answers_without_an_invitation_is_recognized_but_not_rated(self):
        own = self.env["survey.user_input"].create(
            {"survey_id": self.survey.id, "email": "EMIL@waves.example.com"}
        )
        self._answer(own, 10, 2)
        self._fill()
        self.assertEqual([kind for name, kind in self._responses() if name == "Emil"], ["answered"])

    def test_answers_to_other_surveys_and_tests_are_no_responses(self):
        other = self.env["survey.survey"].create({"title": "Other"})
        values = {"email": "emil@waves.example.com", "state": "done"}
        self.env["survey.user_input"].create(
            [
                {**values, "survey_id": other.id, "end_datetime": NOW + DAY},
                {
                    **values,
                    "survey_id": self.survey.id,
                    "test_entry": True,
                    "end_datetime": NOW + DAY,
                },
            ]
        )
        self._fill()
        self.assertEqual([kind for name, kind in self._responses() if name == "Emil"], [])

    def test_facts_for_audiences(self):
        self._fill()
        facts = self.env["crm.customer.fact"]

        def count(**params):
            condition = {
                "fact": "survey_answered",
                "operator": "in",
                "value": [self.survey.id],
                "params": params,
            }
            return facts._count(condition, level="contact")

        self.assertEqual(
            (count(), count(rating="rated_high"), count(rating="rated_low")), (3, 1, 1)
        )

    def test_who_did_not_like_it_is_asked_why_in_a_sub_campaign(self):
        """Tried and disliked: a survey as sub-campaign for the group, by the dialog."""
        self._fill()
        groups = self.env["crm.campaign.response.group"]._make_usual(self.wave)
        counts = {group.name: group.member_count for group in groups}
        self.assertEqual(counts, {"No answer": 2, "Satisfied": 1, "Not satisfied": 1, "Bounced": 0})
        group = groups.filtered(lambda group: group.name == "Not satisfied")
        turn = self.env["crm.campaign.group.turn"].with_user(self.mara)
        action = turn.create(
            {"group_id": group.id, "measure": "survey", "survey_id": self.survey.id}
        ).action_turn()
        campaign = self.env["utm.campaign"].browse(action["res_id"])
        self.assertEqual(campaign.parent_id, self.campaign)
        self.assertEqual(campaign.kind_id, self.env.ref("crm_campaign_roi.kind_survey"))
        self.assertEqual(campaign.audience_ids.member_ids.partner_id, self.carl)
        wave = campaign.wave_ids
        self.assertEqual((wave.method, wave.survey_id), ("survey", self.survey))
        self._run_campaign(campaign)
        self._go(wave)
        self.assertEqual(list(self._answers(wave)), ["Carl"])

    def test_the_dialog_wants_a_survey(self):
        group = self.env["crm.campaign.response.group"]._make_usual(self.wave)[:1]
        turn = self.env["crm.campaign.group.turn"].create(
            {"group_id": group.id, "measure": "survey"}
        )
        with self.assertRaisesRegex(UserError, "Choose the survey"):
            turn.action_turn()

    def test_reading_costs_the_same_queries_for_many(self):
        def queries(number):
            answers = self.env["survey.user_input"].create(
                [
                    {
                        "survey_id": self.survey.id,
                        "email": f"p{number}-{n}@x.test",
                        "state": "done",
                        "end_datetime": NOW + DAY,
                    }
                    for n in range(number)
                ]
            )
            self.assertEqual(len(answers), number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.touchpoint"]._fill(["survey_answer"])
            self.env["crm.campaign.response"]._fill(self.campaign)
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(4), queries(40))

    @mute_logger("odoo.sql_db")
    def test_limits_do_not_cross(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.wave.write({"rate_high": 30.0})
            self.wave.flush_recordset()
