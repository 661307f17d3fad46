"""Facts about members of loyalty programs, of the company asked for (C360-8)."""

from odoo.tools import SQL


def _cards(context, value):
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, %s AS value
             FROM loyalty_card c
             JOIN loyalty_program g ON g.id = c.program_id AND g.program_type = 'loyalty'
             JOIN res_partner p ON p.id = c.partner_id
            WHERE c.active AND (g.company_id IS NULL OR g.company_id = %s)%s
            GROUP BY p.commercial_partner_id""",
        value,
        context.company.id,
        context.only(SQL("p.commercial_partner_id")),
    )


def balance(context):
    """Points on all cards of the customer and his people."""
    return _cards(context, SQL("SUM(c.points)"))


def joined(context):
    """The day of the first card."""
    return _cards(context, SQL("MIN(c.create_date)::date"))


def member(context):
    """Whether the customer has a card today."""
    return SQL(
        "SELECT p.id AS partner_id, m.partner_id IS NOT NULL AS value FROM res_partner p"
        " LEFT JOIN (%s) m ON m.partner_id = p.id WHERE p.commercial_partner_id = p.id%s",
        _cards(context, SQL("1")),
        context.only(SQL("p.id")),
    )
