"""SQL of segments: membership with history, sizes and values by month, overlaps (ROI-3, ROI-5).

A segment is refreshed by one statement: it compares whom the conditions find with the current
members, ends the membership of who left and adds who is new. Run twice, the second writes nothing.
"""

import json

from odoo.tools import SQL

#: What becomes of members that are no longer found: whoever joined today never was a member.
REFRESH = """
WITH found AS MATERIALIZED (%(found)s),
gone AS (
    SELECT m.id, m.date_from FROM crm_customer_segment_member m
    WHERE m.segment_id = %(segment)s AND m.company_id = %(company)s AND m.date_to IS NULL
      AND NOT EXISTS (SELECT 1 FROM found f WHERE f.partner_id = m.partner_id)
),
ended AS (
    UPDATE crm_customer_segment_member m SET date_to = %(date)s
    FROM gone WHERE gone.id = m.id AND gone.date_from < %(date)s RETURNING m.id
),
never AS (
    DELETE FROM crm_customer_segment_member m
    USING gone WHERE gone.id = m.id AND gone.date_from >= %(date)s RETURNING m.id
),
joined AS (
    INSERT INTO crm_customer_segment_member (segment_id, company_id, partner_id, date_from)
    SELECT %(segment)s, %(company)s, f.partner_id, %(date)s FROM found f
    WHERE NOT EXISTS (
        SELECT 1 FROM crm_customer_segment_member m
        WHERE m.segment_id = %(segment)s AND m.company_id = %(company)s
          AND m.partner_id = f.partner_id AND m.date_to IS NULL
    )
    RETURNING id
)
SELECT (SELECT count(*) FROM joined) + (SELECT count(*) FROM ended) + (SELECT count(*) FROM never)
"""

#: Who belongs to a segment that is archived or was given to another company.
CLOSE = """
WITH gone AS (
    SELECT m.id, m.date_from FROM crm_customer_segment_member m
    LEFT JOIN crm_customer_segment s ON s.id = m.segment_id AND s.active
      AND COALESCE(s.company_id, m.company_id) = m.company_id
    WHERE m.date_to IS NULL AND s.id IS NULL
),
never AS (
    DELETE FROM crm_customer_segment_member m
    USING gone WHERE gone.id = m.id AND gone.date_from >= %(date)s RETURNING m.id
),
ended AS (
    UPDATE crm_customer_segment_member m SET date_to = %(date)s
    FROM gone WHERE gone.id = m.id AND gone.date_from < %(date)s RETURNING m.id
)
SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM never)
"""

#: Size and value of every segment today; closed months stay as they were.
MONTH = """
INSERT INTO crm_customer_segment_month (
    segment_id, company_id, currency_id, month, date, is_current,
    member_count, buyer_count, revenue, profit, mean_value, joined_count, left_count
)
SELECT s.id, %(company)s, %(currency)s, %(month)s, %(date)s, TRUE,
    COALESCE(now.members, 0), COALESCE(now.buyers, 0), COALESCE(now.revenue, 0),
    COALESCE(now.profit, 0), now.profit / NULLIF(now.members, 0),
    COALESCE(moved.joined, 0), COALESCE(moved.lost, 0)
FROM crm_customer_segment s
LEFT JOIN (
    SELECT m.segment_id, count(*) AS members, count(*) FILTER (WHERE v.revenue <> 0) AS buyers,
        sum(v.revenue) AS revenue, sum(v.profit) AS profit
    FROM crm_customer_segment_member m
    LEFT JOIN crm_customer_snapshot v ON v.partner_id = m.partner_id
        AND v.company_id = m.company_id AND v.is_current
    WHERE m.company_id = %(company)s AND m.date_to IS NULL
    GROUP BY m.segment_id
) now ON now.segment_id = s.id
LEFT JOIN (
    SELECT m.segment_id, count(*) FILTER (WHERE m.date_from >= %(month)s) AS joined,
        count(*) FILTER (WHERE m.date_to >= %(month)s) AS lost
    FROM crm_customer_segment_member m
    WHERE m.company_id = %(company)s AND (m.date_from >= %(month)s OR m.date_to >= %(month)s)
    GROUP BY m.segment_id
) moved ON moved.segment_id = s.id
WHERE s.active AND COALESCE(s.company_id, %(company)s) = %(company)s
ON CONFLICT (segment_id, company_id, month) DO UPDATE SET
    date = excluded.date, is_current = TRUE, currency_id = excluded.currency_id,
    member_count = excluded.member_count, buyer_count = excluded.buyer_count,
    revenue = excluded.revenue, profit = excluded.profit, mean_value = excluded.mean_value,
    joined_count = excluded.joined_count, left_count = excluded.left_count
"""

#: How many customers two segments share: customers are first counted by what they belong to,
#: because there are few different combinations.
PAIRS = """
WITH sets AS (
    SELECT segments, count(*) AS customers
    FROM (
        SELECT array_agg(segment_id ORDER BY segment_id) AS segments
        FROM (%(members)s) m GROUP BY partner_id
    ) by_customer
    GROUP BY segments
)
SELECT a.segment, b.segment, sum(sets.customers)::bigint
FROM sets, unnest(sets.segments) AS a(segment), unnest(sets.segments) AS b(segment)
WHERE a.segment <= b.segment
GROUP BY a.segment, b.segment
ORDER BY a.segment, b.segment
"""


def refresh_members(env, segment_id, company_id, found, date):
    """Have the members of a segment in a company be those *found*; return how many rows changed.

    :param found: SELECT of ``partner_id``
    """
    query = SQL(REFRESH, found=found, segment=segment_id, company=company_id, date=date)
    return env.execute_query(query)[0][0]


def close_members(env, date):
    """End the memberships of archived segments and of companies that lost a segment."""
    return env.execute_query(SQL(CLOSE, date=date))[0][0]


def tell_planner(env):
    """Have the database know how many members there are.

    Without it the first run after a million joined takes them for none and compares everybody
    with everybody.
    """
    env.cr.execute("ANALYZE crm_customer_segment_member")


def fill_month(env, company, date):
    """Write size and value of the segments of a company for the month of *date*."""
    month = date.replace(day=1)
    env.cr.execute(
        SQL(
            "UPDATE crm_customer_segment_month SET is_current = FALSE"
            " WHERE company_id = %s AND is_current AND month <> %s",
            company.id,
            month,
        )
    )
    values = {"company": company.id, "currency": company.currency_id.id}
    env.cr.execute(SQL(MONTH, month=month, date=date, **values))
    return env.cr.rowcount


def pairs(env, members):
    """Rows ``(segment, segment, customers in both)``; a segment with itself gives its size.

    :param members: SELECT of ``segment_id, partner_id``
    """
    return env.execute_query(SQL(PAIRS, members=members))


def current_members(company_id):
    """SELECT of the members of all segments of a company today."""
    return SQL(
        "SELECT segment_id, partner_id FROM crm_customer_segment_member"
        " WHERE company_id = %s AND date_to IS NULL",
        company_id,
    )


def write_overlaps(env, company_id, date):
    """Keep with the month how many customers each segment shares with the others."""
    shared = {}
    for one, other, customers in pairs(env, current_members(company_id)):
        shared.setdefault(one, {})[other] = customers
        shared.setdefault(other, {})[one] = customers
    rows = [(segment, json.dumps(others)) for segment, others in shared.items()]
    env.cr.execute(
        SQL(
            """
            UPDATE crm_customer_segment_month t SET overlap = found.shared::jsonb
            FROM unnest(%s::int[], %s::text[]) AS found(segment, shared)
            WHERE found.segment = t.segment_id AND t.company_id = %s AND t.month = %s
            """,
            [segment for segment, _shared in rows],
            [shared_json for _segment, shared_json in rows],
            company_id,
            date.replace(day=1),
        )
    )


def lookalike_members(lookalike_id, company_id, least):
    """SELECT of the prospects with enough points."""
    return SQL(
        "SELECT partner_id FROM crm_lookalike_score WHERE lookalike_id = %s AND company_id = %s"
        " AND partner_id IS NOT NULL AND score >= %s",
        lookalike_id,
        company_id,
        least,
    )


def membership_fact(context):
    """The segments a customer belongs to today in the company asked for."""
    return SQL(
        "SELECT m.partner_id, m.segment_id AS value FROM crm_customer_segment_member m"
        " WHERE m.date_to IS NULL AND m.company_id = %s%s",
        context.company.id,
        context.only(SQL("m.partner_id")),
    )
