"""What channels cost and whom they served, from facts and recorded costs (CC-9).

A recorded cost counts by the share of its days that lie in the period.
"""

from odoo.tools import SQL


def spent(env, company, first, last):
    """``{channel code: (amount, contacts recorded by hand)}`` of a period."""
    env["crm.call.cost"].flush_model()
    rows = env.execute_query(
        SQL(
            """WITH hours AS (
                SELECT start::date AS day, sum(ready + ringing + on_call + wrap_up + paused
                       + unreachable) / 3600 AS hours
                  FROM crm_call_agent_interval WHERE company_id = %(company)s
                   AND start >= %(first)s AND start < %(last)s::date + 1 GROUP BY 1),
            costs AS (SELECT x.*, (LEAST(x.date_to, %(last)s::date)
                    - GREATEST(x.date_from, %(first)s::date) + 1)::numeric
                    / (x.date_to - x.date_from + 1) AS share
                FROM crm_call_cost x WHERE x.company_id = %(company)s
                 AND x.date_from <= %(last)s AND x.date_to >= %(first)s)
            SELECT n.code, sum(CASE c.kind WHEN 'hour' THEN c.amount * COALESCE((
                       SELECT sum(h.hours)::numeric FROM hours h
                        WHERE h.day BETWEEN c.date_from AND c.date_to), 0)
                   ELSE c.amount * c.share END)::float8, sum(c.contacts * c.share)::float8
              FROM costs c JOIN crm_contact_channel n ON n.id = c.channel_id GROUP BY n.code""",
            company=company.id,
            first=first,
            last=last,
        )
    )
    return {code: (amount, contacts) for code, amount, contacts in rows}


def served(env, company, first, last):
    """``{channel code: contacts}`` of what the call center counts itself."""
    env["crm.call.interval"].flush_model()
    answered, contained = env.execute_query(
        SQL(
            """SELECT COALESCE(sum(answered) FILTER (WHERE direction <> 'internal'), 0),
                      COALESCE(sum(ivr_contained), 0)
                 FROM crm_call_interval WHERE company_id = %s
                  AND start >= %s AND start < %s::date + 1""",
            company.id,
            first,
            last,
        )
    )[0]
    return {"phone": answered, "ivr": contained}


def contacts(env, company, first, last):
    """(customer, topic, calls) of the answered calls of known customers."""
    return env.execute_query(
        SQL(
            """SELECT c.partner_id, c.topic_id, count(*) FROM crm_call c
                WHERE c.company_id = %s AND c.start >= %s AND c.start < %s::date + 1
                  AND c.direction = 'inbound' AND c.result = 'answered'
                  AND c.partner_id IS NOT NULL AND c.topic_id IS NOT NULL
                GROUP BY 1, 2 ORDER BY 1, 2""",
            company.id,
            first,
            last,
        )
    )


def orders(env, company, ids, first, last):
    """``{id: untaxed amount}`` of confirmed orders of these days, in the company's currency."""
    env["sale.order"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT o.id, (o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8
                 FROM sale_order o
                WHERE o.id = ANY(%s) AND o.company_id = %s AND o.state = 'sale'
                  AND o.date_order >= %s AND o.date_order < %s::date + 1""",
            list(ids),
            company.id,
            first,
            last,
        )
    )
    return dict(rows)


def kept(env, company, first, last):
    """``{alert: amount at stake}`` of customers kept after somebody spoke with them on a list.

    Of several alerts of a customer that ended in these days the one with the largest amount: the
    customer is kept once.
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT ON (a.partner_id) a.id, COALESCE(a.amount, 0)::float8
                 FROM crm_customer_alert a
                WHERE a.company_id = %(company)s AND a.outcome = 'kept'
                  AND a.judged_on BETWEEN %(first)s AND %(last)s
                  AND EXISTS (SELECT FROM crm_call_list_attempt t
                        JOIN crm_call_list_entry e ON e.id = t.entry_id
                       WHERE e.partner_id IN (a.partner_id, a.contact_id) AND t.person
                         AND e.company_id = a.company_id AND t.date >= a.raised_on
                         AND t.date < a.judged_on + 1)
                ORDER BY a.partner_id, a.amount DESC NULLS LAST, a.id""",
            company=company.id,
            first=first,
            last=last,
        )
    )
    return dict(rows)
