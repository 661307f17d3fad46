"""Facts about events: rows ``(partner_id, value)`` from the touch ledger (ROI-1, C360-6)."""

from odoo.tools import SQL


def events(event):
    """Builder of the events that contacts registered for, attended or missed."""

    def build(context):
        return SQL(
            """
            SELECT DISTINCT t.partner_id, r.event_id AS value FROM crm_touchpoint t
            JOIN event_registration r ON r.id = t.res_id
            WHERE t.res_model = 'event.registration' AND t.event = %s AND t.voided IS NOT TRUE
                AND t.partner_id IS NOT NULL
                AND (t.company_id IS NULL OR t.company_id = %s)%s
            """,
            event,
            context.company.id,
            context.only(SQL("t.partner_id")),
        )

    return build
