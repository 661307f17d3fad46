"""Customers of whom a complaint is open (SVC-C), for a batch of a wave (ROI-1)."""

from odoo.tools import SQL


def leave_out(company_id):
    """Statement that leaves out the contacts whose customer waits for an answer to a complaint.

    A complaint counts from when it was received until it was closed, seen from the moment that the
    wave asks about: who complains afterwards was rightly written to. What stands against somebody
    anyhow is named first; what would pass by itself is not.

    :param company_id: whose complaints count; none: everybody's
    """
    return SQL(
        """
        UPDATE crm_wave_answer a SET earliest = NULL, reasons = concat_ws(',',
            CASE WHEN a.earliest IS NULL THEN NULLIF(a.reasons, '') END, 'open_complaint')
        FROM res_partner p
        WHERE p.id = a.partner_id AND EXISTS (
            SELECT FROM crm_service_request r
            JOIN crm_service_complaint c ON c.request_id = r.id AND c.date_start <= a.asked
                AND (c.state = 'open' OR c.date_closed > a.asked)
            WHERE r.commercial_partner_id = p.commercial_partner_id AND r.active AND %s)
        """,
        SQL("r.company_id = %s", company_id) if company_id else SQL("TRUE"),
    )
