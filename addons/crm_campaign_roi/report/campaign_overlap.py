"""Persons who are in several audiences (ROI-1)."""

from odoo.tools import SQL


def overlap(audiences):
    """Rows (audience, audience, contacts, leads) of each two that share somebody, and of each
    with itself. :param audiences: ``[(id, SQL of its members)]``"""
    rows = SQL(" UNION ALL ").join(
        SQL("SELECT %s AS audience, partner_id, lead_id FROM (%s) x", key, members)
        for key, members in audiences
    )
    return SQL(
        """
        WITH member AS MATERIALIZED (
            SELECT DISTINCT audience, COALESCE(partner_id, -lead_id) AS person FROM (%s) m
        )
        SELECT a.audience, b.audience, COUNT(*) FILTER (WHERE person > 0),
            COUNT(*) FILTER (WHERE person < 0)
        FROM member a JOIN member b USING (person)
        GROUP BY a.audience, b.audience
        """,
        rows,
    )
