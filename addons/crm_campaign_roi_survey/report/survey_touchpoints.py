"""Answers to surveys as rows of the touch ledger (C360-1, ROI-1)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    Provider,
    outsider,
    subject,
)

#: Percent of the best: of the chosen question, else of the score of the whole survey.
RATE = SQL(
    """CASE WHEN wave.rate_by = 'question' THEN (
            SELECT CASE q.question_type
                WHEN 'scale' THEN 100.0 * (l.value_scale - q.scale_min)
                    / NULLIF(q.scale_max - q.scale_min, 0)
                ELSE 100.0 * l.answer_score / NULLIF((SELECT MAX(a.answer_score)
                    FROM survey_question_answer a WHERE a.question_id = q.id), 0) END
              FROM survey_user_input_line l JOIN survey_question q ON q.id = l.question_id
             WHERE l.user_input_id = s.id AND q.id = wave.rate_question_id
               AND l.skipped IS NOT TRUE
               AND (l.answer_type = 'scale' OR l.suggested_answer_id IS NOT NULL) LIMIT 1)
        WHEN wave.rate_by = 'score' AND survey.scoring_type <> 'no_scoring'
            THEN s.scoring_percentage END"""
)


def answers():
    """Completed answers, and how they were rated by the limits of the wave that asked.

    The person is whoever was asked, else whoever answered, else whoever has the address.
    """
    return Provider(
        code="survey_answer",
        res_model="survey.user_input",
        source="survey_user_input",
        joins=SQL(
            """
            JOIN survey_survey survey ON survey.id = s.survey_id
            LEFT JOIN crm_campaign_delivery row ON row.id = s.campaign_delivery_id
            LEFT JOIN crm_campaign_wave wave ON wave.id = row.wave_id
            CROSS JOIN LATERAL (SELECT COALESCE(row.partner_id, s.partner_id) AS partner_id,
                s.state <> 'done' OR s.test_entry IS TRUE AS undone, %s AS rate) d
            CROSS JOIN LATERAL (VALUES
                ('answered', d.undone),
                ('rated_high', d.undone OR (d.rate >= wave.rate_high) IS NOT TRUE),
                ('rated_low', d.undone OR (d.rate <= wave.rate_low) IS NOT TRUE)
            ) AS v(event, untrue)
            """,
            RATE,
        ),
        where=SQL("d.partner_id IS NULL OR (%s)", outsider(SQL("d.partner_id"))),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("v.event"),
            "kind": SQL("'survey'"),
            "direction": SQL("'in'"),
            "date": SQL("COALESCE(s.end_datetime, s.write_date)"),
            "voided": SQL("v.untrue"),
            "company_id": SQL("row.company_id"),
            "partner_id": SQL("d.partner_id"),
            "lead_id": SQL("row.lead_id"),
            "email_normalized": SQL(
                """lower(substring(s.email FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+'))"""
            ),
            "costed": SQL("FALSE"),
            "name": subject(SQL("survey.title->>'en_US'")),
            "campaign_id": SQL("row.campaign_id"),
        },
    )
