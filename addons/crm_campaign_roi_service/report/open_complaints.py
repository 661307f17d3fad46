"""Customers of whom a complaint is open (SVC-C), for a batch of contacts."""

from odoo.tools import SQL


def complaining(partner_ids, company_id):
    """Those of the contacts whose customer waits for an answer to a complaint.

    :param company_id: whose complaints count; none: everybody's
    """
    return SQL(
        """
        SELECT p.id FROM res_partner p
        WHERE p.id = ANY(%(partners)s) AND EXISTS (
            SELECT FROM crm_service_request r
            JOIN crm_service_complaint c ON c.request_id = r.id AND c.state = 'open'
            WHERE r.commercial_partner_id = p.commercial_partner_id AND r.active AND %(company)s)
        """,
        partners=partner_ids,
        company=SQL("r.company_id = %s", company_id) if company_id else SQL("TRUE"),
    )
