"""Open complaints and requests of customers, as finance is told of them before dunning (C360-5)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.day_format import format_day
from odoo.addons.crm_customer_insight.tools.finance_notice import Notice

#: Numbers named in a notice; of more it says how many.
NAMED = 3


def complaints():
    """SQL of ``(partner_id, company_id, count)``: open complaints by customer and company."""
    return SQL(
        """SELECT r.commercial_partner_id AS partner_id, c.company_id, COUNT(*) AS count
        FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
        WHERE c.state = 'open' AND r.commercial_partner_id IS NOT NULL
        GROUP BY r.commercial_partner_id, c.company_id"""
    )


def open_matters(env, partners):
    """Yields ``(commercial partner id, Notice)``; one for complaints, one for other requests.

    Read without the rights to requests: a notice names numbers and days, no subject.
    """
    customers = partners.commercial_partner_id.ids
    if not customers:
        return
    for model in ("crm.service.complaint", "crm.service.request"):
        env[model].flush_model()
    for partner_id, complaint, count, since, numbers in env.execute_query(
        _matters(customers, env.companies.ids)
    ):
        yield partner_id, _notice(env, complaint, count, since, numbers)


def _matters(customers, companies):
    return SQL(
        """SELECT r.commercial_partner_id, c.id IS NOT NULL AS complaint, COUNT(*),
            MIN(r.date_open)::date, (array_agg(r.number ORDER BY r.date_open, r.id))[:%s]
        FROM crm_service_request r
        LEFT JOIN crm_service_complaint c ON c.request_id = r.id AND c.state = 'open'
        WHERE r.commercial_partner_id IN %s AND r.company_id IN %s AND r.active
            AND (r.is_closed IS NOT TRUE OR c.id IS NOT NULL)
        GROUP BY 1, 2 ORDER BY 1, 2""",
        NAMED,
        tuple(customers),
        tuple(companies),
    )


def _notice(env, complaint, count, since, numbers):
    words = {
        "count": count,
        "numbers": ", ".join(filter(None, numbers)),
        "day": format_day(env, since) if since else "–",
    }
    if complaint:
        text = env._("Open complaints: %(count)s since %(day)s (%(numbers)s)", **words)
        return Notice("complaint", text, since, count)
    text = env._("Open requests: %(count)s since %(day)s (%(numbers)s)", **words)
    return Notice("request", text, since, count)
