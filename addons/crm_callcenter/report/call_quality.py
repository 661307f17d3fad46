"""Figures for quality: what samples are drawn from, and what agents reached (CC-5, CC-10)."""

from odoo.tools import SQL


def conversations(env, company, first, after, least_seconds):
    """``[(agent, call on the exchange, call)]`` of conversations of a month long enough."""
    return env.execute_query(
        SQL(
            """SELECT c.agent_id, e.code || ' ' || c.linked, c.id
                 FROM crm_call c JOIN crm_call_exchange e ON e.id = c.exchange_id
                WHERE c.company_id = %s AND c.start >= %s AND c.start < %s
                  AND c.state = 'done' AND c.agent_id IS NOT NULL
                  AND c.direction <> 'internal' AND c.talk_seconds >= %s""",
            company.id,
            first,
            after,
            least_seconds,
        )
    )


def customers(env, company, first, after, least_seconds):
    """``{customer: his last call}`` of those who were talked to in a month."""
    return dict(
        env.execute_query(
            SQL(
                """SELECT DISTINCT ON (c.partner_id) c.partner_id, c.id
                     FROM crm_call c JOIN res_partner p ON p.id = c.partner_id AND p.active
                    WHERE c.company_id = %s AND c.start >= %s AND c.start < %s
                      AND c.state = 'done' AND c.agent_id IS NOT NULL
                      AND c.direction <> 'internal' AND c.talk_seconds >= %s
                 ORDER BY c.partner_id, c.start DESC, c.id DESC""",
                company.id,
                first,
                after,
                least_seconds,
            )
        )
    )


def measures(env, company, first, after):
    """``{agent: {measure: value}}`` of a month; what was not measured is ``None``.

    Quality and correctness of released reviews of calls of the month, satisfaction by the call-back
    sample, resolution by the agents' results, handling by talked seconds of answered calls.
    """
    rows = env.execute_query_dict(
        SQL(
            """WITH calls AS (
                    SELECT c.id, c.agent_id, c.talk_seconds, c.result, d.id AS disposition, d.solved
                      FROM crm_call c
                 LEFT JOIN crm_call_disposition d ON d.id = c.disposition_id
                     WHERE c.company_id = %(company)s AND c.agent_id IS NOT NULL
                       AND c.start >= %(first)s AND c.start < %(after)s AND c.state = 'done'),
               reviews AS (
                    SELECT r.agent_id, avg(r.score) FILTER (WHERE r.has_score) AS quality,
                           100.0 * count(*) FILTER (WHERE r.correctness = 'correct')
                             / NULLIF(count(r.correctness), 0) AS correctness
                      FROM crm_call_review r JOIN crm_call c ON c.id = r.call_id
                     WHERE r.company_id = %(company)s AND r.state IN ('released', 'closed')
                       AND r.calibration_id IS NULL
                       AND c.start >= %(first)s AND c.start < %(after)s GROUP BY 1),
               asked AS (
                    SELECT calls.agent_id, avg(l.service::int) AS satisfaction
                      FROM crm_call_review_sample_line l JOIN calls ON calls.id = l.call_id
                     WHERE l.kind = 'customer' AND l.state = 'done' GROUP BY 1),
               handled AS (
                    SELECT agent_id,
                           100.0 * count(*) FILTER (WHERE solved) / NULLIF(count(disposition), 0)
                             AS resolution,
                           avg(talk_seconds) FILTER (WHERE result = 'answered') AS handling
                      FROM calls GROUP BY 1)
               SELECT a.id AS agent, quality, correctness, satisfaction, resolution, handling
                 FROM crm_call_agent a
            LEFT JOIN reviews ON reviews.agent_id = a.id
            LEFT JOIN asked ON asked.agent_id = a.id
            LEFT JOIN handled ON handled.agent_id = a.id
                WHERE a.company_id = %(company)s AND a.active""",
            company=company.id,
            first=first,
            after=after,
        )
    )
    return {
        row.pop("agent"): {
            name: None if value is None else float(value) for name, value in row.items()
        }
        for row in rows
    }
