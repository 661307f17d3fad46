"""Statements about text messages of waves (ROI-1), whatever their number."""

from odoo.tools import SQL


def note_parts(found):
    """Write ``{row: parts}``."""
    return SQL(
        """
        UPDATE crm_campaign_delivery d SET sms_parts = r.parts
        FROM unnest(%s::int[], %s::int[]) AS r(id, parts) WHERE d.id = r.id
        """,
        list(found),
        list(found.values()),
    )


def with_number(row_ids):
    """Ids of those rows whose person has something written as his number."""
    return SQL(
        """
        SELECT d.id FROM crm_campaign_delivery d
        LEFT JOIN res_partner p ON p.id = d.partner_id
        LEFT JOIN crm_lead l ON l.id = d.lead_id AND d.partner_id IS NULL
        WHERE d.id = ANY(%s) AND COALESCE(NULLIF(p.phone, ''), NULLIF(l.phone, '')) IS NOT NULL
        """,
        row_ids,
    )


def take_parts(wave_ids):
    """Parts of what was sent, and the cost of a contact for each of them."""
    return SQL(
        """
        UPDATE crm_campaign_delivery d SET sms_parts = t.sms_parts,
            cost = d.cost / NULLIF(d.sms_parts, 0) * t.sms_parts
        FROM mailing_trace t
        WHERE d.wave_id = ANY(%s) AND d.res_model = 'mailing.trace' AND t.id = d.res_id
            AND t.sms_parts > 0 AND d.sms_parts IS DISTINCT FROM t.sms_parts
        """,
        wave_ids,
    )
