"""SQL of the facts about satisfaction: rows ``(partner_id, value)`` (ROI-3, SVC-L5)."""

from odoo.tools import SQL


def mean_score(context):
    """Mean score in percent of the rated answers of a customer's people; no data without any."""
    return _answers(context, SQL("AVG(a.score)::float8"))


def answers(context):
    """How many rated answers that are."""
    return _answers(context, SQL("COUNT(*)"))


def _answers(context, value):
    return SQL(
        "SELECT a.commercial_partner_id AS partner_id, %s AS value FROM crm_feedback_answer a"
        " WHERE a.has_score AND a.source <> 'employee' AND a.company_id = %s"
        " AND a.commercial_partner_id IS NOT NULL%s%s GROUP BY a.commercial_partner_id",
        value,
        context.company.id,
        context.since(SQL("a.date")),
        context.only(SQL("a.commercial_partner_id")),
    )
