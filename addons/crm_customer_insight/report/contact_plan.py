"""When every customer is to be contacted next, in one statement (C360-4).

The same rule as ``tools/contact_plan.plan``; a test compares both over a crowd.
"""

import json
from datetime import timedelta

from odoo.tools import SQL

from .next_actions import HISTORY_DAYS, SPOKEN


def fill(env, rules, today):
    """Write the plan of all customers with a current snapshot; how many rows changed.

    :param rules: dicts with company, a, b, c, d (days, 0: no rule) and factor
    """
    rows = env.execute_query(
        SQL(
            STATEMENT,
            rules=json.dumps(rules),
            today=today,
            since=today - timedelta(days=HISTORY_DAYS),
            until=today + timedelta(days=1),
            kinds=SPOKEN,
        )
    )
    return len(rows)


STATEMENT = """
WITH rule AS (
    SELECT * FROM jsonb_to_recordset(%(rules)s::jsonb)
        AS r(company int, a int, b int, c int, d int, factor numeric)
), day AS (
    SELECT DISTINCT t.commercial_partner_id AS partner_id, t.company_id, t.date::date AS day
      FROM crm_touchpoint t
     WHERE t.kind IN %(kinds)s AND t.direction IN ('in', 'out') AND t.voided IS NOT TRUE
       AND t.date >= %(since)s AND t.date < %(until)s
), contact AS (
    SELECT s.partner_id, s.company_id, COUNT(DISTINCT d.day) AS days,
           MIN(d.day) AS first, MAX(d.day) AS last
      FROM crm_customer_snapshot s
      JOIN day d ON d.partner_id = s.partner_id
                AND COALESCE(d.company_id, s.company_id) = s.company_id
     WHERE s.is_current AND s.company_id IS NOT NULL
     GROUP BY 1, 2
), known AS (
    SELECT s.partner_id, s.company_id, s.tier, c.last, COALESCE(c.days, 0) AS days,
           CASE WHEN c.days >= 4 THEN (c.last - c.first)::numeric / (c.days - 1) END AS rhythm,
           NULLIF(CASE s.tier WHEN 'A' THEN r.a WHEN 'B' THEN r.b WHEN 'C' THEN r.c
                              WHEN 'D' THEN r.d END, 0) AS tier_days,
           NULLIF(r.factor, 0) AS factor
      FROM crm_customer_snapshot s
      JOIN rule r ON r.company = s.company_id
      JOIN res_partner p ON p.id = s.partner_id AND p.active
      LEFT JOIN contact c ON c.partner_id = s.partner_id AND c.company_id = s.company_id
     WHERE s.is_current
), decided AS (
    SELECT known.*, factor * rhythm AS own,
           CASE WHEN last IS NULL AND tier_days IS NOT NULL THEN 'never'
                WHEN last IS NULL THEN 'none'
                WHEN tier_days IS NULL AND factor * rhythm IS NULL THEN 'none'
                WHEN factor * rhythm IS NULL OR tier_days <= factor * rhythm THEN 'tier'
                ELSE 'rhythm' END AS basis
      FROM known
), gone AS (
    DELETE FROM crm_contact_plan p
     WHERE NOT EXISTS (SELECT FROM known k WHERE k.partner_id = p.partner_id
                          AND k.company_id = p.company_id)
    RETURNING p.id
), kept AS (
    INSERT INTO crm_contact_plan (partner_id, company_id, tier, date, last_contact, contact_days,
                                  rhythm_days, tier_days, next_date, basis)
    SELECT partner_id, company_id, tier, %(today)s, last, days, rhythm, tier_days,
           CASE basis WHEN 'never' THEN %(today)s
                      WHEN 'tier' THEN last + tier_days
                      WHEN 'rhythm' THEN last + GREATEST(round(own), 1)::int END,
           basis
      FROM decided
        ON CONFLICT (partner_id, company_id) DO UPDATE
       SET tier = EXCLUDED.tier, date = EXCLUDED.date, last_contact = EXCLUDED.last_contact,
           contact_days = EXCLUDED.contact_days, rhythm_days = EXCLUDED.rhythm_days,
           tier_days = EXCLUDED.tier_days, next_date = EXCLUDED.next_date, basis = EXCLUDED.basis
    RETURNING id
)
SELECT id FROM gone UNION ALL SELECT id FROM kept
"""
