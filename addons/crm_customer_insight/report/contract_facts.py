"""Facts about contracts, of the company asked for (C360-7)."""

from odoo.tools import SQL


def running(context):
    """Whether a contract of the customer runs today."""
    return SQL(
        "SELECT p.id AS partner_id, EXISTS (SELECT 1 FROM crm_customer_contract c"
        " WHERE c.partner_id = p.id AND c.state = 'running' AND c.company_id = %s) AS value"
        " FROM res_partner p WHERE p.commercial_partner_id = p.id%s",
        context.company.id,
        context.only(SQL("p.id")),
    )


def _of_running(context, value):
    return SQL(
        "SELECT c.partner_id, %s AS value FROM crm_customer_contract c"
        " WHERE c.state = 'running' AND c.company_id = %s%s GROUP BY c.partner_id",
        value,
        context.company.id,
        context.only(SQL("c.partner_id")),
    )


def next_end(context):
    """Earliest last day of a running contract."""
    return _of_running(context, SQL("min(c.date_end)"))


def monthly_value(context):
    """Untaxed value a month of all running contracts."""
    return _of_running(context, SQL("sum(c.monthly_value)"))
