"""SQL of the signals of alerts: who changed against himself, for all customers and companies.

Each SELECT answers ``partner_id, company_id, cause, date, figure, usual, measure, size, amount,
uom, subject, contact_id``. Thresholds, tiers and companies are compared in ``report/alerts``.
"""

import datetime
from dataclasses import dataclass

from odoo.tools import SQL

from .customer_month import main_company

#: Readings from which on a straight line is drawn through them, and how well it has to fit.
TREND_READINGS = 6
TREND_FIT = 0.5


@dataclass(frozen=True)
class Context:
    """What a signal's SELECT may depend on."""

    env: object
    today: datetime.date
    window_days: int
    history_days: int
    observations: int

    @property
    def since(self):
        """First day of the window."""
        return self.today - datetime.timedelta(days=self.window_days)

    @property
    def history(self):
        """First day of the time before, with which the window is compared."""
        return self.since - datetime.timedelta(days=self.history_days)


def usage_fall(context):
    """Mean of a running contract's readings in the window against those before, including those
    of the contract that it renewed.

    Usual is the mean before or, when it rises, what the line through the earlier readings leads to
    (never more than the highest of them). A fall within the usual ups and downs (twice the
    deviation by successive differences, which a trend does not blow up) is none.
    """
    return SQL(
        """SELECT c.partner_id, c.company_id,
                  'crm.customer.contract:' || c.id || '@' || b.last_date AS cause,
                  n.date, n.figure, b.usual,
                  100 * (1 - n.figure / b.usual) AS measure, b.usual AS size,
                  NULL::numeric AS amount, c.usage_unit AS uom, c.name AS subject,
                  NULL::integer AS contact_id
             FROM crm_customer_contract c
             JOIN LATERAL (
                 SELECT MAX(r.date) AS date, AVG(r.quantity)::float AS figure
                   FROM crm_usage_reading r
                  WHERE r.contract_id IN (c.id, c.renewed_from_id)
                    AND r.date > %(since)s AND r.date <= %(today)s
                 HAVING COUNT(*) > 0) n ON TRUE
             JOIN LATERAL (
                 SELECT COUNT(*) AS readings, MAX(d.date) AS last_date,
                        2 * SQRT(AVG(d.step * d.step) / 2) AS band,
                        GREATEST(AVG(d.quantity), CASE
                            WHEN COUNT(*) >= %(trend)s
                             AND REGR_R2(d.quantity, d.day) >= %(fit)s
                            THEN LEAST(MAX(d.quantity), REGR_INTERCEPT(d.quantity, d.day)
                                 + REGR_SLOPE(d.quantity, d.day) * (n.date - %(history)s)) END
                        )::float AS usual
                   FROM (SELECT r.date, r.quantity::float AS quantity,
                                (r.date - %(history)s)::float AS day,
                                (r.quantity - LAG(r.quantity) OVER (ORDER BY r.date))::float AS step
                           FROM crm_usage_reading r
                          WHERE r.contract_id IN (c.id, c.renewed_from_id)
                            AND r.date > %(history)s
                            AND r.date <= %(since)s) d) b ON TRUE
            WHERE c.state = 'running' AND b.readings >= %(least)s AND b.usual > 0
              AND n.figure < b.usual - COALESCE(b.band, 0)""",
        since=context.since,
        history=context.history,
        today=context.today,
        least=max(context.observations, 2),
        trend=TREND_READINGS,
        fit=TREND_FIT,
    )


def sum_leaving(context):
    """Money that leaves in the window: credit notes, refunds paid without one, contracts ended.

    Measured against what was invoiced to the customer in the twelve months before.
    """
    parts = [_credit_notes(context), _refunds(context), _cancelled_contracts(context)]
    return SQL(
        """WITH leaving AS (%(parts)s)
           SELECT l.partner_id, l.company_id, l.cause, l.date, l.amount::float AS figure,
                  y.revenue::float AS usual,
                  CASE WHEN y.revenue > 0 THEN 100 * l.amount / y.revenue END AS measure,
                  l.amount AS size, l.amount, NULL AS uom, l.subject, NULL::integer AS contact_id
             FROM leaving l
             LEFT JOIN LATERAL (
                 SELECT SUM(m.amount_untaxed_signed) AS revenue FROM account_move m
                  WHERE m.commercial_partner_id = l.partner_id AND m.company_id = l.company_id
                    AND m.move_type = 'out_invoice' AND m.state = 'posted'
                    AND m.invoice_date > l.date - 365 AND m.invoice_date <= l.date) y ON TRUE
            WHERE l.amount > 0""",
        parts=SQL(" UNION ALL ").join(parts),
    )


def _credit_notes(context):
    return SQL(
        """SELECT m.commercial_partner_id AS partner_id, m.company_id,
                  'account.move:' || m.id AS cause, m.invoice_date AS date,
                  -m.amount_untaxed_signed AS amount, m.name AS subject
             FROM account_move m
            WHERE m.move_type = 'out_refund' AND m.state = 'posted'
              AND m.invoice_date > %s AND m.invoice_date <= %s""",
        context.since,
        context.today,
    )


def _refunds(context):
    """Payments to customers that settle no credit note: that one was told already."""
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, y.company_id,
                  'account.payment:' || y.id AS cause, y.date,
                  ABS(y.amount_company_currency_signed) AS amount, y.name AS subject
             FROM account_payment y JOIN res_partner p ON p.id = y.partner_id
            WHERE y.payment_type = 'outbound' AND y.partner_type = 'customer'
              AND y.state IN ('in_process', 'paid') AND y.date > %s AND y.date <= %s
              AND NOT EXISTS (
                  SELECT 1 FROM account_move_line own
                    JOIN account_partial_reconcile r
                      ON own.id IN (r.debit_move_id, r.credit_move_id)
                    JOIN account_move_line other
                      ON other.id IN (r.debit_move_id, r.credit_move_id) AND other.id <> own.id
                    JOIN account_move m ON m.id = other.move_id AND m.move_type = 'out_refund'
                   WHERE own.move_id = y.move_id)""",
        context.since,
        context.today,
    )


def _cancelled_contracts(context):
    """A contract that was cancelled takes twelve monthly values along."""
    return SQL(
        """SELECT c.partner_id, c.company_id, 'crm.customer.contract:' || c.id AS cause,
                  c.closed_on AS date, 12 * c.monthly_value AS amount, c.name AS subject
             FROM crm_customer_contract c
            WHERE c.state = 'cancelled' AND c.closed_on > %s AND c.closed_on <= %s""",
        context.since,
        context.today,
    )


def silence(context):
    """No purchase for longer than usual: days since the last one ÷ mean days between purchases.

    Purchases are days with a confirmed order or, without orders, an invoice, from the touch
    ledger. Who is silent for longer than the window is lost, which is no news.
    """
    return SQL(
        """WITH days AS (
               SELECT t.commercial_partner_id AS partner_id, t.company_id,
                      COUNT(DISTINCT t.date::date) FILTER (WHERE t.kind = 'order') AS orders,
                      t.date::date AS day
                 FROM crm_touchpoint t
                WHERE t.kind IN ('order', 'invoice') AND t.event IN ('confirmed', 'posted')
                  AND t.voided IS NOT TRUE AND t.amount > 0 AND t.company_id IS NOT NULL
                  AND t.date >= %(history)s AND t.date < %(today)s::date + 1
                GROUP BY 1, 2, 4
           ), rhythm AS (
               SELECT partner_id, company_id, MAX(day) AS last,
                      COUNT(*) AS purchases, (MAX(day) - MIN(day))::float AS span
                 FROM (SELECT d.*, SUM(orders) OVER (PARTITION BY partner_id, company_id) AS total
                         FROM days d) d
                WHERE total = 0 OR orders > 0
                GROUP BY 1, 2)
           SELECT partner_id, company_id, 'silence@' || last AS cause, last AS date,
                  (%(today)s::date - last)::float AS figure, span / (purchases - 1) AS usual,
                  (%(today)s::date - last) * (purchases - 1) / span AS measure,
                  (%(today)s::date - last) AS size, NULL::numeric AS amount, NULL AS uom,
                  NULL AS subject, NULL::integer AS contact_id
             FROM rhythm
            WHERE purchases >= %(least)s AND span > 0 AND last > %(since)s""",
        history=context.history,
        since=context.since,
        today=context.today,
        least=max(context.observations, 3),
    )


def key_contact_left(context):
    """A contact who mattered was archived, moved to another company, or his mail bounces.

    Measured by his share of the customer's contacts in the year before; whoever decides on a deal
    counts for all of them. A bounce is only a hint that he left.
    """
    return SQL(
        """WITH gone AS (
               SELECT d.partner_id, d.contact_id, d.date, d.reason FROM crm_contact_departure d
                WHERE d.date > %(since)s AND d.date <= %(today)s
               UNION ALL
               SELECT p.commercial_partner_id, p.id, MAX(m.date)::date, 'bounced'
                 FROM mail_notification n
                 JOIN mail_message m ON m.id = n.mail_message_id
                 JOIN res_partner p ON p.id = n.res_partner_id
                WHERE n.notification_status = 'bounce' AND p.message_bounce > 0 AND p.active
                  AND p.commercial_partner_id <> p.id
                  AND m.date > %(since)s AND m.date < %(today)s::date + 1
                GROUP BY p.id)
           SELECT g.partner_id, COALESCE(k.company_id, s.company_id, %(main)s) AS company_id,
                  'res.partner:' || g.contact_id || '@' || g.reason AS cause, g.date,
                  t.own::float AS figure, t.every::float AS usual,
                  CASE WHEN r.deciders > 0 THEN 100 WHEN t.every > 0 THEN 100.0 * t.own / t.every
                  END AS measure,
                  t.own AS size, NULL::numeric AS amount,
                  NULL AS uom, g.reason AS subject, g.contact_id
             FROM gone g
             JOIN res_partner k ON k.id = g.partner_id
             LEFT JOIN LATERAL (
                 SELECT company_id FROM crm_customer_snapshot
                  WHERE partner_id = g.partner_id AND is_current AND company_id IS NOT NULL
                  ORDER BY revenue DESC NULLS LAST, company_id LIMIT 1) s ON TRUE
             CROSS JOIN LATERAL (
                 SELECT COUNT(*) AS every, COUNT(*) FILTER (WHERE partner_id = g.contact_id) AS own
                   FROM crm_touchpoint
                  WHERE (commercial_partner_id = g.partner_id OR partner_id = g.contact_id)
                    AND voided IS NOT TRUE AND date > g.date - 365 AND date < g.date + 1) t
             CROSS JOIN LATERAL (
                 SELECT COUNT(*) AS deciders
                   FROM crm_lead_stakeholder h JOIN crm_lead l ON l.id = h.lead_id
                   JOIN res_partner c ON c.id = l.partner_id
                  WHERE h.partner_id = g.contact_id AND h.role IN ('decider', 'finance')
                    AND (c.commercial_partner_id = g.partner_id OR c.id = g.contact_id)) r""",
        since=context.since,
        today=context.today,
        main=main_company(context.env).id,
    )


def contract_end(context):
    """Days until a running contract ends that does not renew itself."""
    return SQL(
        """SELECT c.partner_id, c.company_id,
                  'crm.customer.contract:' || c.id || '@' || c.date_end AS cause,
                  c.date_end AS date, (c.date_end - %(today)s::date)::float AS figure,
                  NULL::float AS usual, (c.date_end - %(today)s::date) AS measure,
                  c.monthly_value AS size, c.monthly_value AS amount, NULL AS uom,
                  c.name AS subject, NULL::integer AS contact_id
             FROM crm_customer_contract c
            WHERE c.state = 'running' AND c.renewal_kind <> 'automatic'
              AND c.date_end >= %(today)s::date""",
        today=context.today,
    )
