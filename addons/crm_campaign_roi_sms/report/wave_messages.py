"""Statements about text messages of waves (ROI-1), whatever their number."""

from odoo.tools import SQL


def planned():
    """SQL of the rows of the batch that are to go out."""
    return SQL(
        """
        SELECT d.id FROM crm_wave_row r JOIN crm_campaign_delivery d ON d.id = r.id
        WHERE d.state = 'planned'
        """
    )


def note_parts(found):
    """Write ``{row: parts}`` of rows whose cost is that of one part."""
    return SQL(
        """
        UPDATE crm_campaign_delivery d SET sms_parts = r.parts, cost = d.cost * r.parts
        FROM unnest(%s::int[], %s::int[]) AS r(id, parts) WHERE d.id = r.id
        """,
        list(found),
        list(found.values()),
    )


def name_wrong_numbers():
    """Whoever has something written as his number, but none that can be used, in the batch."""
    return SQL(
        """
        UPDATE crm_wave_answer a SET reasons = regexp_replace(
            a.reasons, '(^|,)no_address(,|$)', '\\1wrong_number\\2')
        FROM crm_wave_row r
        LEFT JOIN res_partner p ON p.id = r.partner_id
        LEFT JOIN crm_lead l ON l.id = r.lead_id AND r.partner_id IS NULL
        WHERE r.id = a.id AND a.earliest IS NULL
            AND COALESCE(NULLIF(p.phone, ''), NULLIF(l.phone, '')) IS NOT NULL
        """
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
