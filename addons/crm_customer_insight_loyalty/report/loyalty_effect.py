"""What a loyalty program changed for its members, beside comparable customers (C360-8).

For each member: the six months before the month in which he joined, and the six months after it.
The month itself counts for neither, because the purchase that brought the card would count as its
effect. Comparable are customers without a card who, at the same time, were in the same tier and
bought as often (1, 2 to 3, 4 to 6, 7 or more days of purchase). The effect is the change of the
member less the mean change of those: what the season does to all is not taken for the program.
"""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.loyalty_indicators import purchase_days

#: Months compared before and after the month of joining.
SPAN = 6
MEASURES = ("repeat", "gap", "revenue")


def fill(env, companies, date):
    """Replace the rows of the month of *date*; those of earlier months stay. Return rows written.

    Temporary tables, one statement each; nothing is read customer by customer.
    """
    env.flush_all()
    month = date.replace(day=1)
    for table in ("days", "member", "side"):
        env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(f"crm_loyalty_{table}")))
    env.cr.execute(
        SQL("CREATE TEMP TABLE crm_loyalty_member ON COMMIT DROP AS %s", _members(companies, month))
    )
    [[first]] = env.execute_query(SQL("SELECT min(cohort) FROM crm_loyalty_member"))
    _forget(env, companies, month)
    if not first:
        return 0
    days = purchase_days(companies, first - relativedelta(months=SPAN, days=1), date)
    env.cr.execute(SQL("CREATE TEMP TABLE crm_loyalty_days ON COMMIT DROP AS %s", days))
    env.cr.execute(SQL("CREATE TEMP TABLE crm_loyalty_side ON COMMIT DROP AS %s", _sides()))
    env.cr.execute(_insert(month, date))
    return env.cr.rowcount


def _forget(env, companies, month):
    env.cr.execute(
        SQL(
            "DELETE FROM crm_loyalty_effect WHERE month >= %s AND company_id IN %s",
            month,
            companies,
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE crm_loyalty_effect SET is_current = FALSE"
            " WHERE is_current AND company_id IN %s",
            companies,
        )
    )


def _members(companies, month):
    """When each customer got his first card; a program without a company is one of each."""
    return SQL(
        """SELECT company.id AS company_id, p.commercial_partner_id AS partner_id,
               MIN(COALESCE(h.first, c.create_date))::date AS joined,
               date_trunc('month', MIN(COALESCE(h.first, c.create_date)))::date AS cohort,
               date_trunc('month', MIN(COALESCE(h.first, c.create_date)))
                   + interval '%(after)s months' <= %(month)s AS over
             FROM loyalty_card c
             JOIN loyalty_program g ON g.id = c.program_id AND g.program_type = 'loyalty'
             JOIN res_partner p ON p.id = c.partner_id
             JOIN res_company company ON company.id IN %(companies)s
                  AND company.id = COALESCE(g.company_id, company.id)
             LEFT JOIN LATERAL (SELECT LEAST(MIN(create_date), c.create_date) AS first
                                  FROM loyalty_history WHERE card_id = c.id) h ON TRUE
            GROUP BY 1, 2""",
        after=SPAN + 1,
        companies=companies,
        month=month,
    )


def _sides():
    """What each customer bought before and after the months in which somebody joined.

    Only who bought before is compared.
    """
    figures = [
        SQL(
            """COUNT(*) FILTER (WHERE %(when)s) AS %(days)s,
               CASE WHEN COUNT(*) FILTER (WHERE %(when)s) >= 2
                    THEN (MAX(d.day) FILTER (WHERE %(when)s)
                          - MIN(d.day) FILTER (WHERE %(when)s))::float8
                         / (COUNT(*) FILTER (WHERE %(when)s) - 1) END AS %(gap)s,
               COALESCE(SUM(d.amount) FILTER (WHERE %(when)s), 0) AS %(revenue)s""",
            when=when,
            days=SQL.identifier(f"days_{side}"),
            gap=SQL.identifier(f"gap_{side}"),
            revenue=SQL.identifier(f"revenue_{side}"),
        )
        for side, when in (("before", SQL("d.day < k.cohort")), ("after", SQL("d.day >= k.next")))
    ]
    return SQL(
        """SELECT b.*, COALESCE(s.tier, '-') AS tier,
               CASE WHEN b.days_before = 1 THEN 'once' WHEN b.days_before <= 3 THEN 'few'
                    WHEN b.days_before <= 6 THEN 'several' ELSE 'often' END AS frequency,
               (b.days_before >= 2)::int::float8 AS repeat_before,
               (b.days_after >= 2)::int::float8 AS repeat_after
             FROM (SELECT k.company_id, k.cohort, d.partner_id, %(before)s, %(after)s
                     FROM (SELECT DISTINCT company_id, cohort,
                               (cohort + interval '1 month')::date AS next
                             FROM crm_loyalty_member WHERE over) k
                     JOIN crm_loyalty_days d ON d.company_id = k.company_id
                          AND d.day >= k.cohort - interval '%(span)s months'
                          AND d.day < k.next + interval '%(span)s months'
                    GROUP BY 1, 2, 3
                   HAVING COUNT(*) FILTER (WHERE d.day < k.cohort) > 0) b
             LEFT JOIN crm_customer_snapshot s ON s.partner_id = b.partner_id
                  AND s.company_id = b.company_id
                  AND s.month = (b.cohort - interval '1 month')::date""",
        before=figures[0],
        after=figures[1],
        span=SPAN,
    )


def _insert(month, date):
    own, others, effects, means = [], [], [], []
    for measure in MEASURES:
        before, after = (SQL.identifier(f"{measure}_{side}") for side in ("before", "after"))
        own.append(SQL("s.%s, s.%s", before, after))
        others.append(SQL("o.%s, o.%s", before, after))
        effects.append(SQL("(s.%s - s.%s) - (o.%s - o.%s)", after, before, after, before))
        # who has both sides is compared, so that the change is that of the same customers
        means.append(
            SQL(
                """AVG(c.%(before)s) FILTER (WHERE c.%(after)s IS NOT NULL) AS %(before)s,
                   AVG(c.%(after)s) FILTER (WHERE c.%(before)s IS NOT NULL) AS %(after)s""",
                before=before,
                after=after,
            )
        )
    columns = [
        SQL.identifier(f"{prefix}{measure}{suffix}")
        for prefix, suffixes in (("", ("_before", "_after")), ("other_", ("_before", "_after")))
        for measure in MEASURES
        for suffix in suffixes
    ] + [SQL.identifier(f"{measure}_effect") for measure in MEASURES]
    return SQL(
        """INSERT INTO crm_loyalty_effect (company_id, partner_id, currency_id, month, date,
               is_current, joined, cohort, tier, frequency, other_count, %(columns)s)
           SELECT m.company_id, m.partner_id, company.currency_id, %(month)s, %(date)s, TRUE,
               m.joined, m.cohort, NULLIF(s.tier, '-'), s.frequency, COALESCE(o.others, 0),
               %(own)s, %(others)s, %(effects)s
             FROM crm_loyalty_member m
             JOIN res_company company ON company.id = m.company_id
             JOIN crm_loyalty_side s ON s.company_id = m.company_id AND s.cohort = m.cohort
                  AND s.partner_id = m.partner_id
             LEFT JOIN (SELECT c.company_id, c.cohort, c.tier, c.frequency, COUNT(*) AS others,
                            %(means)s
                          FROM crm_loyalty_side c
                         WHERE NOT EXISTS (SELECT FROM crm_loyalty_member x
                                            WHERE x.partner_id = c.partner_id
                                              AND x.company_id = c.company_id)
                         GROUP BY 1, 2, 3, 4) o
                  ON (o.company_id, o.cohort, o.tier, o.frequency)
                   = (m.company_id, m.cohort, s.tier, s.frequency)
            WHERE m.over""",
        columns=SQL(", ").join(columns),
        month=month,
        date=date,
        own=SQL(", ").join(own),
        others=SQL(", ").join(others),
        effects=SQL(", ").join(effects),
        means=SQL(", ").join(means),
    )
