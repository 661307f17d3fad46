"""SQL of what the facts registry knows about requests (SVC-L1, C360-6), see ``crm.customer.fact``.

``date_open`` and the other moments are UTC; days are those of the registry.
"""

from odoo.tools import SQL


def _requests(context, value, where):
    return SQL(
        "SELECT r.commercial_partner_id AS partner_id, %s AS value FROM crm_service_request r"
        " WHERE r.active AND r.company_id = %s AND r.commercial_partner_id IS NOT NULL"
        " AND r.merged_into_id IS NULL AND %s%s GROUP BY r.commercial_partner_id",
        value,
        context.company.id,
        where,
        context.only(SQL("r.commercial_partner_id")),
    )


def open_count(context):
    """Requests that are not solved yet."""
    return _requests(context, SQL("COUNT(*)"), SQL("r.is_closed IS NOT TRUE"))


def count(context):
    """Requests received in the last days, of all time without a number of days."""
    where = SQL("r.proactive IS NOT TRUE%s", context.since(SQL("r.date_open")))
    return _requests(context, SQL("COUNT(*)"), where)


def last_complaint(context):
    """Day of the latest complaint."""
    return _requests(context, SQL("MAX(r.date_open)::date"), SQL("r.nature = 'complaint'"))


def first_contact_share(context):
    """Per cent of the solved requests that one answer on level 1 solved; no data without any.

    That is: never reopened, no other level but the first, and the customer did not write again
    after our first reply.
    """
    once = SQL(
        """COUNT(*) FILTER (WHERE COALESCE(r.reopen_count, 0) = 0
             AND COALESCE(r.level_highest, '1') = '1'
             AND (r.date_first_reply IS NULL OR r.date_last_customer_message IS NULL
                  OR r.date_last_customer_message <= r.date_first_reply))"""
    )
    where = SQL(
        "r.state IN ('solved', 'closed') AND r.proactive IS NOT TRUE%s",
        context.since(SQL("r.date_solved")),
    )
    return _requests(context, SQL("100.0 * %s / COUNT(*)", once), where)
