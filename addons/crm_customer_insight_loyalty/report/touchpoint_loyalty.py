"""Points of loyalty cards as rows of the touch ledger (C360-1, C360-8)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import Provider, subject


def points():
    """Points issued to and used by a customer, one row each; points are no amount of money.

    Cards of nobody, and lines without points, are no touches. Odoo deletes the lines of an order
    that is cancelled; the nightly sweep voids their rows then.
    """
    return Provider(
        code="loyalty_history",
        res_model="loyalty.history",
        source="loyalty_history",
        joins=SQL(
            """
            JOIN loyalty_card card ON card.id = s.card_id
            JOIN loyalty_program program ON program.id = card.program_id
            CROSS JOIN LATERAL (VALUES
                ('issued', 'none', s.issued), ('used', 'in', s.used)
            ) AS e(event, direction, points)
            """
        ),
        where=SQL("card.partner_id IS NOT NULL AND program.program_type = 'loyalty'"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'loyalty'"),
            "direction": SQL("e.direction"),
            "date": SQL("s.create_date"),
            "voided": SQL("COALESCE(e.points, 0) <= 0"),
            "company_id": SQL("program.company_id"),
            "partner_id": SQL("card.partner_id"),
            "name": subject(SQL("round(e.points::numeric, 2)::float8 || ' · ' || s.description")),
            "user_id": SQL("s.create_uid"),
        },
    )
