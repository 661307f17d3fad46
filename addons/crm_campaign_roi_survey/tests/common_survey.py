from odoo import Command

from odoo.addons.crm_campaign_roi.tests.common_wave_mails import WaveMailCase
from odoo.addons.crm_campaign_roi.tests.common_waves import DAY, NOW


class SurveyCase(WaveMailCase):
    """A survey of two questions: a scale from 0 to 10, and a choice with 0, 5 or 10 points.

    The score of the survey is that of the choice: 0, 50 or 100 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "How was the trial?",
                "access_mode": "token",
                "scoring_type": "scoring_without_answers",
            }
        )
        cls.scale, cls.choice = cls.env["survey.question"].create(
            [
                {
                    "title": "Would you recommend us?",
                    "survey_id": cls.survey.id,
                    "question_type": "scale",
                    "sequence": 1,
                },
                {
                    "title": "How was it?",
                    "survey_id": cls.survey.id,
                    "question_type": "simple_choice",
                    "sequence": 2,
                    "suggested_answer_ids": [
                        Command.create(
                            {"value": word, "answer_score": points, "is_correct": points > 0}
                        )
                        for word, points in (("Bad", 0), ("So so", 5), ("Good", 10))
                    ],
                },
            ]
        )
        cls.wave = cls._asking()

    @classmethod
    def _asking(cls, **values):
        return cls._wave(
            "Survey",
            **{
                "method": "survey",
                "survey_id": cls.survey.id,
                "body_html": "<p>Tell us: [[survey]]</p>",
                **values,
            },
        )

    def _answers(self, wave=None):
        """``{name: answer}`` of whom the wave asked."""
        rows = (wave or self.wave).delivery_ids
        answers = self.env["survey.user_input"].search([("campaign_delivery_id", "in", rows.ids)])
        return {answer.partner_id.name: answer for answer in answers}

    def _answer(self, answer, scale, place, now=NOW + DAY):
        """As the page of the survey does; *place* of the choice, or None to skip it."""
        with self._at(now):
            answer._mark_in_progress()
            answer._save_lines(self.scale, str(scale))
            choice = "" if place is None else self.choice.suggested_answer_ids[place].id
            answer._save_lines(self.choice, choice)
            answer._mark_done()
        return answer

    def _responses(self):
        """``[(name, kind)]`` of answers to the campaign."""
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        return sorted(
            (row.partner_id.name, row.kind_id.code)
            for row in rows
            if row.kind_id.code.startswith("answered")
        )
