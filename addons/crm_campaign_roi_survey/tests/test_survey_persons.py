"""Asked people who are merged or erased (ROI-1, C360-6, GDPR article 17)."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_persons import PersonsMixin

from .common_survey import SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyPersons(PersonsMixin, SurveyCase):
    def setUp(self):
        super().setUp()
        self._go()
        self.before = self._dangling()

    def test_the_answer_that_was_given_is_the_persons(self):
        """Bert is satisfied, Anna did not answer: merged, she is, by his link, with one row."""
        answers = self._answers()
        row = self._row(self.wave, self.bert)
        self._answer(answers["Bert"], 10, 2)
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual(answers["Bert"].campaign_delivery_id, row)
        self.assertFalse(answers["Anna"].campaign_delivery_id)
        self._fill()
        self.assertEqual(self._responses(), [("Anna", "answered"), ("Anna", "answered_high")])
        self.assertEqual(self._dangling(), self.before)

    def test_an_answer_given_after_the_merge_is_rated(self):
        """Neither had answered: the row that stays has one answer, and it is rated."""
        self._merge(self.bert, self.anna)
        answer = self.env["survey.user_input"].search(
            [("campaign_delivery_id", "=", self._row(self.wave, self.anna).id)]
        )
        self._answer(answer.ensure_one(), 0, 0)
        self._fill()
        self.assertEqual(self._responses(), [("Anna", "answered"), ("Anna", "answered_low")])
        self.assertEqual(self._dangling(), self.before)

    def test_answers_of_an_erased_person_tell_nothing(self):
        """Name, address and words go; what was chosen and its score stay. Bert's stay."""
        question = self.env["survey.question"].create(
            {
                "title": "Who are you?",
                "survey_id": self.survey.id,
                "question_type": "char_box",
                "sequence": 3,
            }
        )
        hers, his = (self._answers()[name] for name in ("Anna", "Bert"))
        for answer in (hers, his):
            answer.predefined_question_ids = [Command.link(question.id)]
            answer._save_lines(question, "My own name")
            self._answer(answer, 10, 2)
        open_answer = self.env["survey.user_input"].create(
            {"survey_id": self.survey.id, "email": "Anna@waves.example.com", "nickname": "Anna"}
        )
        hers.message_post(body="Anna called")
        self.env.flush_all()
        self.anna._erase_person()
        for answer in hers | open_answer:
            self.assertEqual((answer.nickname, answer.email), (False, False))
            self.assertFalse(answer.message_ids)
        words = {
            answer: answer.user_input_line_ids.filtered(lambda one: one.question_id == question)
            for answer in (hers, his)
        }
        self.assertEqual((words[hers].value_char_box, words[hers].skipped), (False, True))
        self.assertEqual((words[his].value_char_box, words[his].skipped), ("My own name", False))
        self.assertEqual((his.nickname, his.email), ("Bert", "bert@waves.example.com"))
        self.assertEqual((hers.state, hers.scoring_percentage), ("done", 100.0))
