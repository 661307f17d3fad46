"""Facts about customers that campaigns know (ROI-1): target, reached, responded, silent."""

from odoo.tools import SQL


def targets(context):
    """Campaigns that the contact was chosen for, the control group included."""
    return _rows(context, SQL("crm_campaign_target r"), SQL("r.state IN ('in', 'left')"))


def reached(context):
    """Campaigns of which the contact got a wave."""
    return _rows(context, SQL("crm_campaign_delivery r"), SQL("r.state = 'sent'"))


def responded(context):
    """Campaigns that the contact responded to, with the kind asked for."""
    return _rows(
        context,
        SQL("crm_campaign_response r JOIN crm_campaign_response_kind k ON k.id = r.kind_id"),
        _kind(context),
    )


def silent(context):
    """Campaigns of which the contact got a wave without a response of the kind asked for."""
    return _rows(
        context,
        SQL("crm_campaign_delivery r"),
        SQL(
            """r.state = 'sent' AND NOT EXISTS (
                SELECT FROM crm_campaign_response a
                JOIN crm_campaign_response_kind k ON k.id = a.kind_id
                WHERE a.target_id = r.target_id AND a.campaign_id = r.campaign_id AND %s)""",
            _kind(context),
        ),
    )


def _kind(context):
    """Any response of the person's own, unless a kind is asked for."""
    if kind := context.params.get("kind"):
        return SQL("k.code = %s", kind)
    return SQL("k.code NOT IN ('delivered', 'bounced')")


def _rows(context, source, where):
    """Rows of a campaign are those of the ones merged into it, too: conditions that name them
    find the same persons."""
    merged = SQL("%s JOIN utm_campaign merged ON merged.merged_into_id = r.campaign_id", source)
    return SQL(" UNION ").join(
        SQL(
            """
            SELECT DISTINCT r.partner_id, %s AS value FROM %s
            WHERE r.partner_id IS NOT NULL AND (r.company_id IS NULL OR r.company_id = %s)
                AND %s%s
            """,
            value,
            rows,
            context.company.id,
            where,
            context.only(SQL("r.partner_id")),
        )
        for value, rows in ((SQL("r.campaign_id"), source), (SQL("merged.id"), merged))
    )
