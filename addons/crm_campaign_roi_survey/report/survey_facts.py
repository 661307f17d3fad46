"""Facts about surveys: rows ``(partner_id, value)`` from the touch ledger (ROI-1, C360-6)."""

from odoo.tools import SQL


def answered(context):
    """Surveys that the contact answered, with the rating asked for."""
    return SQL(
        """
        SELECT DISTINCT t.partner_id, i.survey_id AS value FROM crm_touchpoint t
        JOIN survey_user_input i ON i.id = t.res_id
        WHERE t.res_model = 'survey.user_input' AND t.event = %s AND t.voided IS NOT TRUE
            AND t.partner_id IS NOT NULL AND (t.company_id IS NULL OR t.company_id = %s)%s
        """,
        context.params.get("rating") or "answered",
        context.company.id,
        context.only(SQL("t.partner_id")),
    )
