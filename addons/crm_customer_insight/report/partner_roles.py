"""Roles of business partners, read from what was done with them (C360-9).

Nothing is stored: a role is there as long as the facts are. Two roles, partner and competitor, are
given by hand.
"""

from odoo.tools import SQL


def rows(env, partner_ids=None):
    """SELECT of ``(partner_id, code)``: the roles of commercial entities.

    :param env: its companies are those whose documents count
    :param partner_ids: commercial entities, a tuple or a sub-select; None: all
    """
    companies = tuple(env.companies.ids)
    return SQL(" UNION ALL ").join(
        [
            _by_condition("customer", _invoiced("out", companies), partner_ids),
            _prospects(companies, partner_ids),
            _by_condition("supplier", _invoiced("in", companies), partner_ids),
            _by_hand(partner_ids),
        ]
    )


def _only(column, partner_ids):
    return SQL() if partner_ids is None else SQL(" AND %s IN %s", column, partner_ids or (0,))


def _invoiced(direction, companies):
    """Commercial entities with a posted document of more than zero."""
    return SQL(
        """SELECT m.commercial_partner_id FROM account_move m
            WHERE m.state = 'posted' AND m.move_type IN %s AND m.company_id IN %s
              AND m.amount_untaxed > 0""",
        (f"{direction}_invoice", f"{direction}_receipt"),
        companies,
    )


def _by_condition(code, found, partner_ids):
    return SQL(
        "SELECT p.id AS partner_id, %s AS code FROM res_partner p WHERE p.id IN (%s)%s",
        code,
        found if partner_ids is None else _narrowed(found, partner_ids),
        _only(SQL("p.id"), partner_ids),
    )


def _narrowed(found, partner_ids):
    """Of some entities only: their documents are found by their contacts, which are indexed."""
    return SQL(
        """%s AND m.partner_id IN (
               SELECT c.id FROM res_partner c WHERE c.commercial_partner_id IN %s)""",
        found,
        partner_ids or (0,),
    )


def _prospects(companies, partner_ids):
    """Never invoiced, and with an open lead, opportunity or quotation."""
    invoiced = _invoiced("out", companies)
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, 'prospect' AS code
             FROM (SELECT l.partner_id FROM crm_lead l
                    WHERE l.active AND l.won_status = 'pending' AND l.partner_id IS NOT NULL
                      AND (l.company_id IS NULL OR l.company_id IN %(companies)s)
                    UNION SELECT o.partner_id FROM sale_order o
                    WHERE o.state IN ('draft', 'sent') AND o.company_id IN %(companies)s) open
             JOIN res_partner p ON p.id = open.partner_id
            WHERE p.commercial_partner_id NOT IN (%(invoiced)s)%(only)s
            GROUP BY p.commercial_partner_id""",
        companies=companies,
        invoiced=SQL("%s AND m.commercial_partner_id IS NOT NULL", invoiced)
        if partner_ids is None
        else SQL("%s AND m.commercial_partner_id IS NOT NULL", _narrowed(invoiced, partner_ids)),
        only=_only(SQL("p.commercial_partner_id"), partner_ids),
    )


def _by_hand(partner_ids):
    return SQL(
        """SELECT DISTINCT p.commercial_partner_id AS partner_id, r.code
             FROM crm_partner_role_hand_rel h
             JOIN crm_partner_role r ON r.id = h.role_id
             JOIN res_partner p ON p.id = h.partner_id
            WHERE TRUE%s""",
        _only(SQL("p.commercial_partner_id"), partner_ids),
    )


def links(env, partner_ids=None):
    """SELECT of ``(partner_id, role_id)``."""
    return SQL(
        """SELECT f.partner_id, r.id AS role_id FROM (%s) f
             JOIN crm_partner_role r ON r.code = f.code""",
        rows(env, partner_ids),
    )


def fact(context):
    """The roles of customers in the company asked for."""
    env = context.env(context={**context.env.context, "allowed_company_ids": context.company.ids})
    return SQL("SELECT f.partner_id, f.code AS value FROM (%s) f", rows(env, context.partner_ids))
