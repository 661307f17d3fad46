"""What the assignment of requests goes by, each in one query whatever the number (SVC-L2)."""

from odoo.tools import SQL

#: How far back a customer's usual representative is looked for, in days.
USUAL_DAYS = 365
MATTERS = """
SELECT r.id, r.team_id, r.commercial_partner_id, COALESCE(v.tier, ''), r.priority, r.date_open,
    COALESCE(array_agg(k.crm_service_skill_id) FILTER (WHERE k.crm_service_skill_id IS NOT NULL),
        '{}')
FROM crm_service_request r
LEFT JOIN crm_customer_snapshot v ON v.partner_id = r.commercial_partner_id
    AND v.company_id = r.company_id AND v.is_current
LEFT JOIN crm_service_skill_crm_service_type_rel k ON k.crm_service_type_id = r.type_id
WHERE r.id = ANY(%s)
GROUP BY r.id, v.tier
"""
USUAL = """
SELECT DISTINCT ON (commercial_partner_id, company_id) commercial_partner_id, company_id, user_id
FROM (
    SELECT commercial_partner_id, company_id, user_id, count(*) AS n, max(date_open) AS last
    FROM crm_service_request
    WHERE commercial_partner_id = ANY(%s) AND user_id IS NOT NULL
        AND date_open > (now() AT TIME ZONE 'UTC') - make_interval(days => %s)
    GROUP BY commercial_partner_id, company_id, user_id
) AS owned
ORDER BY commercial_partner_id, company_id, n DESC, last DESC, user_id
"""
FIELDS = ("team_id", "commercial_partner_id", "priority", "date_open", "type_id", "user_id")


def matters(env, ids):
    """Rows ``(request, team, customer, tier, priority, opened, skills)``."""
    env["crm.service.request"].flush_model(FIELDS)
    env["crm.service.type"].flush_model(["skill_ids"])
    return env.execute_query(SQL(MATTERS, list(ids)))


def usual(env, customers):
    """``{(customer, company): user who had most of the customer's requests of a year}``."""
    if not customers:
        return {}
    rows = env.execute_query(SQL(USUAL, list(customers), USUAL_DAYS))
    return {(customer, company): user for customer, company, user in rows}
