"""Feedback on service as rows of the touch ledger (C360-1, SVC-F, ROI-1)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    Provider,
    outsider,
    subject,
)


def feedback():
    """Answers that are settled, and whether the customer is satisfied.

    He is by his recommendation (9 and 10; not 0 to 6) and, without that question, by the score.
    Whoever scores below the form's threshold is not, whatever he recommends: he is called.
    """
    return Provider(
        code="service_feedback",
        res_model="crm.feedback.answer",
        source="crm_feedback_answer",
        joins=SQL(
            """
            JOIN crm_feedback_scheme scheme ON scheme.id = s.scheme_id
            CROSS JOIN LATERAL (SELECT s.settled IS NOT TRUE AS unsettled,
                COALESCE(s.nps_group = 'detractor', FALSE)
                    OR (s.has_score IS TRUE AND s.score < scheme.loop_threshold) AS low
            ) x
            CROSS JOIN LATERAL (VALUES
                ('rated', x.unsettled),
                ('rated_low', x.unsettled OR NOT x.low),
                ('rated_high', x.unsettled OR x.low OR NOT CASE WHEN s.nps_group IS NULL
                    THEN s.has_score IS TRUE AND s.score >= scheme.satisfied_from
                    ELSE s.nps_group = 'promoter' END)
            ) AS v(event, untrue)
            """
        ),
        where=SQL("s.partner_id IS NOT NULL AND %s", outsider(SQL("s.partner_id"))),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("v.event"),
            "kind": SQL("'feedback'"),
            "direction": SQL("'in'"),
            "date": SQL("s.date"),
            "voided": SQL("v.untrue"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "costed": SQL("FALSE"),
            "name": subject(SQL("scheme.name->>'en_US'")),
            "user_id": SQL("s.user_id"),
        },
    )
