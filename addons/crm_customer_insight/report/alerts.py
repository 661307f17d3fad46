"""SQL of alerts: what is raised of a signal, and how often rules were right."""

from odoo.tools import SQL

from ..tools.alert import SLOTS


def _by_tier(rule, prefix):
    """The rule's figure for the tier of ``s``; customers without a tier have one of their own."""
    values = {slot: rule[f"{prefix}_{slot}"] or 0.0 for slot in SLOTS}
    return SQL(
        "CASE s.tier WHEN 'A' THEN %s WHEN 'B' THEN %s WHEN 'C' THEN %s WHEN 'D' THEN %s"
        " ELSE %s END::float",
        *(values[slot] for slot in SLOTS),
    )


def _reached(rule, signal):
    by_measure = SQL(
        "r.threshold > 0 AND r.measure %s r.threshold AND COALESCE(r.size, 0) >= %s",
        SQL("<=") if signal.below else SQL(">="),
        rule.minimum or 0.0,
    )
    if not signal.money:
        return by_measure
    return SQL("(%s OR (r.limit_amount > 0 AND r.amount >= r.limit_amount))", by_measure)


def raise_alerts(rule, signal, context):
    """Insert what the rule finds and nobody was told yet, the best customers first.

    The unique index on the cause makes sure that two workers tell nothing twice.
    """
    return SQL(
        """WITH found AS (%(found)s),
        rated AS (
            SELECT f.*, s.tier, %(threshold)s AS threshold, %(limit_amount)s AS limit_amount
              FROM found f
              JOIN res_partner p ON p.id = f.partner_id AND p.active AND p.partner_share
              LEFT JOIN crm_customer_snapshot s ON s.partner_id = f.partner_id
               AND s.company_id = f.company_id AND s.is_current
             WHERE f.company_id IS NOT NULL AND %(companies)s
               AND NOT EXISTS (SELECT 1 FROM res_company o WHERE o.partner_id = p.id)
        )
        INSERT INTO crm_customer_alert (rule_id, kind, partner_id, contact_id, company_id, cause,
               date, raised_on, figure, usual, measure, threshold, amount, uom, subject, tier,
               state, create_uid, create_date, write_uid, write_date)
        SELECT %(rule)s, %(kind)s, r.partner_id, r.contact_id, r.company_id, r.cause, r.date,
               %(today)s, r.figure, r.usual, r.measure, r.threshold, r.amount, r.uom, r.subject,
               r.tier, 'new', %(uid)s, %(now)s, %(uid)s, %(now)s
          FROM rated r
         WHERE %(reached)s AND NOT EXISTS (
               SELECT 1 FROM crm_customer_alert a
                WHERE a.rule_id = %(rule)s AND a.partner_id = r.partner_id
                  AND a.company_id = r.company_id
                  AND split_part(a.cause, '@', 1) = split_part(r.cause, '@', 1)
                  AND (a.cause = r.cause OR a.state <> 'done'
                       OR a.raised_on + %(rest)s > %(today)s))
         ORDER BY r.tier NULLS LAST, COALESCE(r.amount, 0) DESC, r.measure DESC, r.partner_id
         LIMIT %(limit)s
            ON CONFLICT (rule_id, company_id, partner_id, cause) DO NOTHING
        RETURNING id""",
        found=signal.build(context),
        threshold=_by_tier(rule, "threshold"),
        limit_amount=_by_tier(rule, "amount"),
        companies=SQL("f.company_id = %s", rule.company_id.id) if rule.company_id else SQL("TRUE"),
        reached=_reached(rule, signal),
        rule=rule.id,
        kind=rule.kind,
        today=context.today,
        rest=rule.rest_days,
        limit=rule.most_a_night,
        uid=rule.env.uid,
        now=rule.env.cr.now(),
    )


TRUE_ALARM = SQL("outcome IN ('kept', 'lost')")
JUDGED = SQL("outcome IN ('kept', 'lost', 'false_alarm')")


def precision_rows():
    """Alerts, judged ones and true alarms by rule, company, tier and month."""
    return SQL(
        """SELECT MIN(a.id) AS id, a.rule_id, a.kind, a.company_id, a.tier,
                  date_trunc('month', a.raised_on)::date AS month, COUNT(*) AS alerts,
                  COUNT(*) FILTER (WHERE a.%(judged)s) AS judged,
                  COUNT(*) FILTER (WHERE a.%(hit)s) AS hits,
                  COUNT(*) FILTER (WHERE a.outcome = 'kept') AS kept
             FROM crm_customer_alert a
            GROUP BY a.rule_id, a.kind, a.company_id, a.tier, date_trunc('month', a.raised_on)""",
        judged=JUDGED,
        hit=TRUE_ALARM,
    )
