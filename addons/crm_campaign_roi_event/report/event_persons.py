"""What registrations tell of erased people (ROI-1, GDPR article 17)."""

from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report.campaign_persons import deliveries_of


def registrations_of(partner_ids, lead_ids, addresses):
    """Ids of the registrations of these people: by their invitation or with their address.

    Of what they booked the ones under their own name: others may come on their tickets.
    """
    return SQL(
        """
        SELECT r.id FROM event_registration r
        LEFT JOIN res_partner p ON p.id = r.partner_id AND p.id = ANY(%(partners)s)
        WHERE r.campaign_delivery_id IN (%(deliveries)s)
            OR lower(substring(r.email FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+'))
                = ANY(%(addresses)s)
            OR (p.id IS NOT NULL AND (r.name = p.name OR COALESCE(r.name, '') = ''))
        """,
        partners=partner_ids,
        deliveries=deliveries_of(partner_ids, lead_ids),
        addresses=list(addresses),
    )


def erase_registrations(ids):
    """Registrations stay as figures of their event; what was typed in answer to questions goes."""
    yield SQL(
        "UPDATE event_registration SET name = NULL, email = NULL, phone = NULL, "
        "company_name = NULL WHERE id = ANY(%s)",
        ids,
    )
    yield SQL(
        "DELETE FROM event_registration_answer "
        "WHERE registration_id = ANY(%s) AND value_answer_id IS NULL",
        ids,
    )
