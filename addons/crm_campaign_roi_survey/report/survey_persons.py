"""What answers to surveys tell of erased people (ROI-1, GDPR article 17)."""

from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report.campaign_persons import deliveries_of


def answers_of(partner_ids, lead_ids, addresses):
    """Ids of the answers of these people: by contact, invitation or address."""
    return SQL(
        """
        SELECT id FROM survey_user_input
        WHERE partner_id = ANY(%s) OR campaign_delivery_id IN (%s)
            OR lower(substring(email FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+')) = ANY(%s)
        """,
        partner_ids,
        deliveries_of(partner_ids, lead_ids),
        list(addresses),
    )


def erase_answers(ids):
    """Answers stay as figures of their survey; their words count as not given."""
    yield SQL("UPDATE survey_user_input SET nickname = NULL, email = NULL WHERE id = ANY(%s)", ids)
    yield SQL(
        """
        UPDATE survey_user_input_line SET value_char_box = NULL, value_text_box = NULL,
            answer_type = NULL, skipped = TRUE
        WHERE user_input_id = ANY(%s) AND answer_type IN ('char_box', 'text_box')
        """,
        ids,
    )
