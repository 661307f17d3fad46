"""What clusters, decision trees and look-alikes are computed from, for all customers at once."""

import json
from decimal import Decimal

from odoo.tools import SQL

from .customer_facts import Context

#: Features of clusters: column of the query below, and whether its logarithm counts.
FEATURES = {
    "recency": ("recency", True),
    "frequency": ("frequency", True),
    "monetary": ("revenue", True),
    "margin": ("margin_rate", False),
    "tenure": ("tenure", True),
    "trend": ("trend", True),
    "categories": ("categories", True),
}
CUSTOMERS = """
SELECT s.partner_id, s.profit, %(date)s - s.last_purchase AS recency,
    s.frequency, s.revenue, s.margin_rate, %(date)s - s.first_purchase AS tenure,
    s.revenue - s.revenue_previous AS trend, %(categories)s AS categories
FROM crm_customer_snapshot s %(join)s
WHERE s.is_current AND s.company_id = %(company)s AND s.last_purchase IS NOT NULL
ORDER BY s.partner_id
"""
CATEGORIES = """
LEFT JOIN (
    SELECT p.commercial_partner_id AS partner_id, count(DISTINCT t.categ_id) AS categories
    FROM sale_order o
    JOIN res_partner p ON p.id = o.partner_id
    JOIN sale_order_line l ON l.order_id = o.id AND l.product_uom_qty > 0
    JOIN product_product v ON v.id = l.product_id
    JOIN product_template t ON t.id = v.product_tmpl_id
    WHERE o.state = 'sale' AND o.company_id = %s
    GROUP BY p.commercial_partner_id
) c ON c.partner_id = s.partner_id
"""
LEADS = """
SELECT l.id, l.partner_id, l.country_id, l.state_id, g.code
FROM crm_lead l LEFT JOIN res_lang g ON g.id = l.lang_id
WHERE l.active AND l.won_status = 'pending' AND (l.company_id IS NULL OR l.company_id = %s)
"""


def customers(env, company_id, date, categories=False):
    """``{column: values}`` of all customers who ever bought; amounts in company currency.

    :param categories: count the product categories of their orders too, which reads all lines
    """
    query = SQL(
        CUSTOMERS,
        date=date,
        company=company_id,
        categories=SQL("COALESCE(c.categories, 0)") if categories else SQL("0"),
        join=SQL(CATEGORIES, company_id) if categories else SQL(),
    )
    env.cr.execute(query)
    names = [column.name for column in env.cr.description]
    columns = zip(*env.cr.fetchall(), strict=True)
    return dict(zip(names, columns, strict=False))


def people(env, query, limit):
    """Ids of at most *limit* partners of a query, the same ones every time, and how many it has."""
    chosen = query.select(SQL("res_partner.id AS id"))
    rows = env.execute_query(
        SQL(
            "SELECT id, count(*) OVER () FROM (%s) q ORDER BY hashint4(id), id LIMIT %s",
            chosen,
            limit,
        )
    )
    return sorted(row[0] for row in rows), rows[0][1] if rows else 0


def values(env, fact, company, partner_ids):
    """``{partner: [values]}`` of a fact without parameters, for some customers."""
    today = env["crm.customer.snapshot"]._data_date()
    params = {param.name: param.default for param in fact.params}
    context = Context(env, company, today, params, tuple(partner_ids))
    found = {}
    for partner_id, value in env.execute_query(fact.build(context)):
        if value is not None:
            plain = float(value) if isinstance(value, Decimal) else value
            found.setdefault(partner_id, []).append(plain)
    return _with_parents(env, fact, found) if fact.hierarchy else found


def _with_parents(env, fact, found):
    """Whoever bought of a category bought of those above it."""
    ids = {value for several in found.values() for value in several}
    rows = env[fact.comodel].browse(ids).exists()
    above = {row.id: [int(part) for part in row.parent_path.split("/") if part] for row in rows}
    return {
        partner: sorted({up for value in several for up in above.get(value, (value,))})
        for partner, several in found.items()
    }


def leads(env, company_id):
    """Rows ``(lead, partner, country, state, language)`` of the open leads of a company."""
    return env.execute_query(SQL(LEADS, company_id))


def write_scores(env, lookalike_id, company_id, rows):
    """Replace the scores of a look-alike.

    :param rows: ``(partner or None, lead or None, score, number of known attributes, reasons)``
    """
    env.cr.execute(SQL("DELETE FROM crm_lookalike_score WHERE lookalike_id = %s", lookalike_id))
    if not rows:
        return
    partners, of_leads, scores, known, reasons = (list(part) for part in zip(*rows, strict=True))
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lookalike_score
                (lookalike_id, company_id, partner_id, lead_id, score, known_count, reasons)
            SELECT %s, %s, r.partner_id, r.lead_id, r.score, r.known, r.reasons::jsonb
            FROM unnest(%s::int[], %s::int[], %s::float[], %s::int[], %s::text[])
                AS r(partner_id, lead_id, score, known, reasons)
            """,
            lookalike_id,
            company_id,
            partners,
            of_leads,
            scores,
            known,
            [json.dumps(reason) for reason in reasons],
        )
    )


def write_lead_scores(env):
    """Carry the best score of each lead to its column; 0 stands for none."""
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead l SET insight_lookalike_score = best.score
            FROM (
                SELECT o.id, COALESCE(round(max(s.score)), 0)::int AS score
                FROM crm_lead o LEFT JOIN (
                    SELECT s.lead_id, s.score FROM crm_lookalike_score s
                    JOIN crm_customer_lookalike k ON k.id = s.lookalike_id AND k.active
                ) s ON s.lead_id = o.id
                GROUP BY o.id
            ) best
            WHERE best.id = l.id AND COALESCE(l.insight_lookalike_score, 0) <> best.score
            """
        )
    )
    env["crm.lead"].invalidate_model(["insight_lookalike_score"])
