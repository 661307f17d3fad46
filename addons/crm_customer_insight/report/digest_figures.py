"""Customer figures of the digest, each for several companies in one statement.

``start`` and ``end`` are date-times (end excluded); the answer is ``{company id: figure}``.
"""

from odoo.tools import SQL


def _by_company(env, statement):
    env.flush_all()
    return {company: float(figure or 0) for company, figure in env.execute_query(statement)}


def new_customers(env, start, end, companies):
    """Customers whose first purchase is in the period."""
    return _by_company(
        env,
        SQL(
            "SELECT company_id, COUNT(*) FROM crm_customer_snapshot WHERE is_current"
            " AND company_id IN %s AND first_purchase >= %s::date AND first_purchase < %s::date"
            " GROUP BY company_id",
            tuple(companies.ids),
            start,
            end,
        ),
    )


def tier_a_revenue(env, start, end, companies):
    """Invoiced net of credit notes, untaxed, in company currency, to today's tier A."""
    return _by_company(
        env,
        SQL(
            "SELECT m.company_id, SUM(m.amount_untaxed_signed) FROM account_move m"
            " JOIN crm_customer_snapshot s ON s.partner_id = m.commercial_partner_id"
            " AND s.company_id = m.company_id AND s.is_current AND s.tier = 'A'"
            " WHERE m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'"
            " AND m.company_id IN %s AND m.invoice_date >= %s::date AND m.invoice_date < %s::date"
            " GROUP BY m.company_id",
            tuple(companies.ids),
            start,
            end,
        ),
    )


def lost_customers(env, start, end, companies):
    """Lost in the month in which the period ends, and not lost the month before."""
    return _by_company(
        env,
        SQL(
            "SELECT s.company_id, COUNT(*) FROM crm_customer_snapshot s"
            " JOIN crm_customer_snapshot b ON b.partner_id = s.partner_id"
            " AND b.company_id = s.company_id AND b.month = s.month - interval '1 month'"
            " WHERE s.lifecycle_stage = 'lost' AND b.lifecycle_stage != 'lost'"
            " AND s.company_id IN %s AND s.month = date_trunc('month', %s::timestamp)::date"
            " GROUP BY s.company_id",
            tuple(companies.ids),
            end,
        ),
    )


def permission_share(env, start, end, companies):
    """Of the customers who ever bought, the share with a permission recorded before the end."""
    return _by_company(
        env,
        SQL(
            "SELECT s.company_id, 100.0 * COUNT(k.partner_id) / COUNT(*)"
            " FROM crm_customer_snapshot s LEFT JOIN ("
            "   SELECT DISTINCT p.commercial_partner_id AS partner_id"
            "     FROM crm_contact_permission m JOIN res_partner p ON p.id = m.partner_id"
            "    WHERE m.date < %s"
            " ) k ON k.partner_id = s.partner_id"
            " WHERE s.is_current AND s.first_purchase IS NOT NULL AND s.company_id IN %s"
            " GROUP BY s.company_id",
            end,
            tuple(companies.ids),
        ),
    )
