"""What text messages tell of erased people (ROI-1, GDPR article 17)."""

from odoo.tools import SQL


def messages_of(partner_ids, lead_ids):
    """Ids of the messages to these people, in mailings or not."""
    return SQL(
        """
        SELECT id FROM sms_sms WHERE partner_id = ANY(%s)
        UNION SELECT t.sms_id_int FROM mailing_trace t JOIN sms_sms s ON s.id = t.sms_id_int
        WHERE %s
        """,
        partner_ids,
        _theirs(partner_ids, lead_ids),
    )


def erase_messages(ids, partner_ids, lead_ids):
    """Messages and traces stay as figures, without number and words."""
    yield SQL("UPDATE sms_sms SET number = NULL, body = NULL WHERE id = ANY(%s)", ids)
    yield SQL(
        "UPDATE mailing_trace t SET sms_number = NULL WHERE %s", _theirs(partner_ids, lead_ids)
    )


def _theirs(partner_ids, lead_ids):
    return SQL(
        "((t.model = 'res.partner' AND t.res_id = ANY(%s)) "
        "OR (t.model = 'crm.lead' AND t.res_id = ANY(%s)))",
        partner_ids,
        lead_ids,
    )
