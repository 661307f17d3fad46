"""The visits of a round that are missing, planned by one statement (C360-4)."""

from odoo.tools import SQL


def by_hand(round_id):
    """Customers named in the round."""
    return SQL("SELECT partner_id FROM crm_visit_round_partner_rel WHERE round_id = %s", round_id)


def either(one, other):
    """Customers of both, each once."""
    return SQL("(%s) UNION (%s)", one, other)


def interval_of(visit_round):
    """SQL of the days between visits of a customer ``p`` with the current snapshot ``s``."""
    if visit_round.interval_kind == "fixed":
        return SQL("%s", visit_round.interval_days)
    return SQL(
        "CASE s.tier WHEN 'A' THEN %s WHEN 'B' THEN %s WHEN 'C' THEN %s WHEN 'D' THEN %s END",
        *(visit_round[name] for name in ("days_a", "days_b", "days_c", "days_d")),
    )


def plan(env, visit_round, customers, today):
    """Insert a visit for each customer and period that has none; how many were inserted.

    Within a period the customers of a salesperson are spread over its days in the order of their
    addresses, so that neighbors come on the same or on following days; a day at the weekend moves
    to the Friday before, but never before the period and never into the past.
    """
    values = {
        "round": visit_round.id,
        "customers": customers,
        "interval": interval_of(visit_round),
        "company": visit_round.company_id.id,
        "user": visit_round.user_id.id or None,
        "start": visit_round.date_start,
        "today": today,
        "last": visit_round.horizon_days,
        "uid": env.uid,
    }
    rows = env.execute_query(SQL(STATEMENT, **values))
    return len(rows)


STATEMENT = """
WITH customer AS (
    SELECT p.id, COALESCE(%(user)s, p.user_id) AS user_id, (%(interval)s)::int AS days,
           c.code AS country, NULLIF(p.zip, '') AS zip, NULLIF(p.city, '') AS city
      FROM res_partner p
      LEFT JOIN res_country c ON c.id = p.country_id
      LEFT JOIN crm_customer_snapshot s
             ON s.partner_id = p.id AND s.company_id = %(company)s AND s.is_current
     WHERE p.id IN (%(customers)s) AND p.active AND p.commercial_partner_id = p.id
       AND COALESCE(p.company_id, %(company)s) = %(company)s
), staffed AS (
    -- whom an archived user was to see is seen by nobody until somebody else takes over
    SELECT customer.*, CASE WHEN u.active THEN u.id END AS owner_id
      FROM customer LEFT JOIN res_users u ON u.id = customer.user_id
     WHERE customer.days > 0
), period AS (
    SELECT staffed.*, (%(start)s::date + n * days)::date AS first,
           (%(start)s::date + (n + 1) * days - 1)::date AS last
      FROM staffed
     CROSS JOIN LATERAL generate_series(
               GREATEST(floor((%(today)s::date - %(start)s::date) / days::numeric), 0)::int,
               floor((%(today)s::date + %(last)s - %(start)s::date) / days::numeric)::int) AS n
), spread AS (
    SELECT period.*, GREATEST(first, %(today)s::date) AS free_from,
           ROW_NUMBER() OVER place - 1 AS place,
           COUNT(*) OVER (PARTITION BY owner_id, first, days) AS many
      FROM period
     WHERE NOT EXISTS (SELECT FROM crm_visit v WHERE v.round_id = %(round)s
                          AND v.partner_id = period.id AND v.period_start = period.first)
    WINDOW place AS (PARTITION BY owner_id, first, days
                     ORDER BY country NULLS LAST, zip NULLS LAST, city NULLS LAST, id)
), dated AS (
    SELECT spread.*, free_from + (place * (last - free_from + 1) / many)::int AS day FROM spread
)
INSERT INTO crm_visit (round_id, partner_id, company_id, user_id, date, period_start, date_due,
                       state, kind, purpose, active, area, create_uid, create_date, write_uid,
                       write_date)
SELECT r.id, d.id, r.company_id, d.owner_id,
       GREATEST(d.free_from, d.day - GREATEST(extract(isodow FROM d.day)::int - 5, 0)),
       d.first, d.last, 'planned', r.kind, r.purpose, TRUE,
       CASE WHEN d.zip IS NOT NULL OR d.city IS NOT NULL
            THEN concat_ws(' ', d.country, d.zip, d.city) END,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM dated d JOIN crm_visit_round r ON r.id = %(round)s
    ON CONFLICT DO NOTHING
RETURNING id
"""
