"""SQL of the facts about complaints: rows ``(partner_id, value)`` (SVC-C, C360-6)."""

from odoo.tools import SQL


def _complaints(context, more):
    return SQL(
        "SELECT r.commercial_partner_id AS partner_id, %s AS value FROM crm_service_complaint c"
        " JOIN crm_service_request r ON r.id = c.request_id WHERE c.state <> 'withdrawn'"
        " AND c.company_id = %s AND r.commercial_partner_id IS NOT NULL%s%s%s"
        " GROUP BY r.commercial_partner_id",
        SQL("COUNT(*)"),
        context.company.id,
        more,
        context.since(SQL("c.date_start")),
        context.only(SQL("r.commercial_partner_id")),
    )


def count(context):
    """How many complaints he had in the last days."""
    return _complaints(context, SQL())


def valid(context):
    """How many of them were valid, at least partly."""
    return _complaints(context, SQL(" AND c.validity IN ('valid', 'partly')"))
