"""Loyalty indicators of all customers in one statement; the rules of :mod:`..tools` in SQL (ROI-3).

A test compares both.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ..tools.loyalty_indicators import MIN_AMOUNTS, MIN_GAPS, MONTHS
from .customer_month import DOCUMENT_TYPES

#: Code of the profile attribute that holds what a customer needs in a year, in company currency.
DEMAND = "total_demand"
PURCHASES = ("out_invoice", "out_receipt")


def fill(env, companies, date):
    """Replace the figures of the month of *date*; those of earlier months stay as they were.

    :return: rows written
    """
    env.flush_all()
    month = date.replace(day=1)
    env.cr.execute(
        SQL(
            "DELETE FROM crm_loyalty_indicator WHERE month >= %s AND company_id IN %s",
            month,
            companies,
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE crm_loyalty_indicator SET is_current = FALSE"
            " WHERE is_current AND company_id IN %s",
            companies,
        )
    )
    env.cr.execute(_insert(companies, month, date))
    return env.cr.rowcount


def _insert(companies, month, date):
    return SQL(
        """INSERT INTO crm_loyalty_indicator (
               company_id, partner_id, currency_id, month, date, is_current, purchases,
               usual_days, gap_steadiness, amount_steadiness, mean_amount, revenue_year, demand,
               share_of_wallet, referral_count)
           SELECT s.company_id, s.partner_id, c.currency_id, %(month)s, %(date)s, TRUE,
               s.purchases, s.usual_days, s.gap_steadiness, s.amount_steadiness, s.mean_amount,
               y.revenue, d.demand,
               CASE WHEN y.revenue >= 0 AND d.demand > 0 THEN y.revenue / d.demand END,
               COALESCE(r.referrals, 0)
             FROM (%(rhythm)s) s
             JOIN res_company c ON c.id = s.company_id
             LEFT JOIN (%(demand)s) d ON d.partner_id = s.partner_id
             LEFT JOIN (%(year)s) y ON y.partner_id = s.partner_id AND y.company_id = s.company_id
             LEFT JOIN (%(referrals)s) r ON r.partner_id = s.partner_id""",
        month=month,
        date=date,
        rhythm=_rhythm(companies, date),
        demand=demand(),
        year=_year(companies, date),
        referrals=referrals(),
    )


def _rhythm(companies, date):
    return SQL(
        """SELECT g.company_id, g.partner_id, count(*) AS purchases,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY g.gap) AS usual_days,
               CASE WHEN count(g.gap) >= %(gaps)s
                    THEN GREATEST(0, 1 - stddev_samp(g.gap) / avg(g.gap)) END AS gap_steadiness,
               CASE WHEN count(*) >= %(amounts)s
                    THEN GREATEST(0, 1 - stddev_samp(g.amount) / avg(g.amount)) END
                   AS amount_steadiness,
               avg(g.amount) AS mean_amount
             FROM (SELECT d.*, d.day - lag(d.day) OVER (
                       PARTITION BY d.company_id, d.partner_id ORDER BY d.day) AS gap
                     FROM (%(days)s) d) g
            GROUP BY 1, 2""",
        gaps=MIN_GAPS,
        amounts=MIN_AMOUNTS,
        days=purchase_days(companies, date - relativedelta(months=MONTHS), date),
    )


def purchase_days(companies, since, until):
    """Untaxed amount (company currency) of each customer's days of purchase after *since*.

    A purchase is a posted invoice or receipt of more than zero; credit notes are none.
    """
    return SQL(
        """SELECT m.company_id, m.commercial_partner_id AS partner_id, m.invoice_date AS day,
               SUM(m.amount_untaxed_signed) AS amount
             FROM account_move m
            WHERE m.state = 'posted' AND m.move_type IN %s AND m.amount_untaxed_signed > 0
              AND m.company_id IN %s AND m.invoice_date > %s AND m.invoice_date <= %s
              AND m.commercial_partner_id IS NOT NULL
            GROUP BY 1, 2, 3""",
        PURCHASES,
        companies,
        since,
        until,
    )


def _year(companies, date):
    """Net revenue of the last 365 days of the customers whose demand is known."""
    return SQL(
        """SELECT m.company_id, m.commercial_partner_id AS partner_id,
               SUM(m.amount_untaxed_signed) AS revenue
             FROM account_move m
            WHERE m.state = 'posted' AND m.move_type IN %s AND m.company_id IN %s
              AND m.invoice_date > %s AND m.invoice_date <= %s
              AND m.commercial_partner_id IN (SELECT known.partner_id FROM (%s) known)
            GROUP BY 1, 2""",
        DOCUMENT_TYPES,
        companies,
        date - timedelta(days=365),
        date,
        demand(),
    )


def demand():
    """What customers need in a year, as noted last for the company or one of its people."""
    return SQL(
        """SELECT DISTINCT ON (p.commercial_partner_id)
               p.commercial_partner_id AS partner_id, v.value_number::numeric AS demand
             FROM crm_profile_value v
             JOIN crm_profile_attribute a ON a.id = v.attribute_id AND a.code = %s
             JOIN res_partner p ON p.id = v.partner_id
            WHERE v.active AND v.value_number > 0
            ORDER BY p.commercial_partner_id, v.date DESC NULLS LAST, v.id DESC""",
        DEMAND,
    )


def referrals():
    """How often a customer or one of his people recommended us."""
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, count(*) AS referrals
             FROM crm_referral r JOIN res_partner p ON p.id = r.referrer_id GROUP BY 1"""
    )


# -- facts -------------------------------------------------------------------------------------


def figure(column):
    """A builder for a figure of the current row in the company asked for."""
    expression = SQL.identifier("l", column)

    def build(context):
        return SQL(
            "SELECT l.partner_id, %s AS value FROM crm_loyalty_indicator l"
            " WHERE l.is_current AND l.company_id = %s AND %s IS NOT NULL%s",
            expression,
            context.company.id,
            expression,
            context.only(SQL("l.partner_id")),
        )

    return build


def referral_count(context):
    """Referrals made, today."""
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, count(*) AS value
             FROM crm_referral r JOIN res_partner p ON p.id = r.referrer_id
            WHERE TRUE%s GROUP BY 1""",
        context.only(SQL("p.commercial_partner_id")),
    )
