"""SQL of the signals that the service adds to alerts: satisfaction and complaints (C360-3)."""

from odoo.tools import SQL


def satisfaction_drop(context):
    """Mean score of the answers in the window against the mean of those before, in points."""
    return SQL(
        """WITH answers AS (
               SELECT commercial_partner_id AS partner_id, company_id, score, date::date AS date,
                      date >= %(since)s::date + 1 AS fresh
                 FROM crm_feedback_answer
                WHERE has_score AND commercial_partner_id IS NOT NULL
                  AND date >= %(history)s AND date < %(today)s::date + 1
           ), means AS (
               SELECT partner_id, company_id, AVG(score) FILTER (WHERE fresh) AS now,
                      AVG(score) FILTER (WHERE NOT fresh) AS before,
                      COUNT(*) FILTER (WHERE fresh) AS answers,
                      COUNT(*) FILTER (WHERE NOT fresh) AS answers_before,
                      MIN(date) FILTER (WHERE fresh) AS first, MAX(date) AS last
                 FROM answers GROUP BY 1, 2)
           SELECT partner_id, company_id, 'satisfaction@' || first AS cause, last AS date,
                  now::float AS figure, before::float AS usual, (before - now)::float AS measure,
                  answers AS size, NULL::numeric AS amount, NULL AS uom,
                  answers::varchar AS subject, NULL::integer AS contact_id
             FROM means
            WHERE answers > 0 AND answers_before >= %(least)s AND now < before""",
        since=context.since,
        history=context.history,
        today=context.today,
        least=max(context.observations, 1),
    )


def complaints(context):
    """Number of complaints in the window; usual is the mean number of such a window before."""
    return SQL(
        """WITH told AS (
               SELECT r.commercial_partner_id AS partner_id, c.company_id,
                      c.date_start::date AS date, c.date_start >= %(since)s::date + 1 AS fresh
                 FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
                WHERE c.state <> 'withdrawn' AND r.commercial_partner_id IS NOT NULL
                  AND c.date_start >= %(history)s AND c.date_start < %(today)s::date + 1
           ), counts AS (
               SELECT partner_id, company_id, COUNT(*) FILTER (WHERE fresh) AS now,
                      COUNT(*) FILTER (WHERE NOT fresh) AS before,
                      MIN(date) FILTER (WHERE fresh) AS first, MAX(date) AS last
                 FROM told GROUP BY 1, 2)
           SELECT partner_id, company_id, 'complaints@' || first AS cause, last AS date,
                  now::float AS figure, (before * %(window)s / %(days)s::float) AS usual,
                  now AS measure, now AS size, NULL::numeric AS amount, NULL AS uom,
                  %(window)s::varchar AS subject, NULL::integer AS contact_id
             FROM counts WHERE now > 0""",
        since=context.since,
        history=context.history,
        today=context.today,
        window=context.window_days,
        days=context.history_days,
    )
