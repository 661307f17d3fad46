"""SQL of what the service knows of customers who may go: complaints, satisfaction (ROI-3)."""

import datetime

from odoo.tools import SQL

#: Risk of one open complaint; two of them make 1 − 0.7² and so on.
COMPLAINT_WEIGHT = 0.3
#: Answers so old say nothing any more.
ANSWER_DAYS = 180
#: Scores (0 to 100 %) below this are low: the missing share is the risk, 0 % is 0.5.
LOW_SCORE = 50


def open_complaints(env, day):
    """Complaints that were open at the end of a day."""
    return SQL(
        """SELECT r.commercial_partner_id, c.company_id, 1 - power(%(rest)s::float8, count(*)),
            count(*)
        FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
        WHERE c.state <> 'withdrawn' AND r.commercial_partner_id IS NOT NULL
            AND c.date_start < %(day)s::date + 1
            AND (c.date_closed IS NULL OR c.date_closed >= %(day)s::date + 1)
        GROUP BY r.commercial_partner_id, c.company_id""",
        rest=1 - COMPLAINT_WEIGHT,
        day=day,
    )


def low_satisfaction(env, day):
    """Latest answer of the half year before a day, where its score is low."""
    return SQL(
        """SELECT partner_id, company_id, (%(low)s - score)::float8 / 100, score
        FROM (SELECT DISTINCT ON (commercial_partner_id, company_id)
                commercial_partner_id AS partner_id, company_id, score
            FROM crm_feedback_answer
            WHERE has_score AND commercial_partner_id IS NOT NULL
                AND date >= %(since)s AND date < %(day)s::date + 1
            ORDER BY commercial_partner_id, company_id, date DESC, id DESC) a
        WHERE score < %(low)s""",
        low=LOW_SCORE,
        since=day - datetime.timedelta(days=ANSWER_DAYS),
        day=day,
    )


def complaints(env, day):
    """Complaints by the day on which they came in."""
    return SQL(
        """SELECT r.commercial_partner_id, c.company_id, c.date_start::date, NULL::int
        FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
        WHERE c.state <> 'withdrawn' AND r.commercial_partner_id IS NOT NULL"""
    )


def dissatisfaction(env, day):
    """Answers with a low score by their day."""
    return SQL(
        """SELECT commercial_partner_id, company_id, date::date, NULL::int
        FROM crm_feedback_answer
        WHERE has_score AND score < %s AND commercial_partner_id IS NOT NULL""",
        LOW_SCORE,
    )
