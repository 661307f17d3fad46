"""The day's list (C360-4) of a salesperson with 5,000 customers, against bare SQL.

``python -m bench.bench_my_day [--database NAME] [--customers N] [--rounds N]`` with ODOO_RC set
(bin/bench does). The customers are made in one transaction that is rolled back; half as many
belong to a colleague. Of those of the salesperson a third is silent, a tenth declining, a fifth
has an activity, and there are quotations, visits, birthdays, facts to confirm and contacts due.

- *ours*: ``get_my_day()`` as the salesperson: rights, words, ranking, the first page; empty record
  caches;
- *floor*: the same sources read by bare SQL without rights, aggregated per customer and fetched;
  nothing is decided, worded or sorted.

Both see the same customers and as many lines per source, which is checked. Given are medians of
the CPU milliseconds of this process and the database's together.
"""

import argparse
import statistics

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

from bench.bench_snapshot import timed
from bench.service_database import add_option, opened
from bench.table import Row, show

CUSTOMERS = 5_000
ROUNDS = 7
#: Queries of the measuring itself, before and after.
MEASURING = 2
FLOOR = "bare SQL of the same rows"
AIM = "≤ 10"

MAKE = {
    "customers": """
        INSERT INTO res_partner (name, complete_name, is_company, active, user_id, type, lang,
                                 partner_share, commercial_partner_id, autopost_bills, phone)
        SELECT 'Customer ' || n, 'Customer ' || n, TRUE, TRUE,
               CASE WHEN n <= %(n)s THEN %(user)s ELSE %(other)s END, 'contact', 'en_US', TRUE,
               NULL, 'ask', '+49 40 ' || n
          FROM generate_series(1, %(n)s + %(n)s / 2) n""",
    "commercial": """
        UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL""",
    "mine": """
        CREATE TEMP TABLE bench_mine ON COMMIT DROP AS
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner
         WHERE user_id = %(user)s""",
    "snapshots": """
        INSERT INTO crm_customer_snapshot (partner_id, company_id, currency_id, month, date,
               is_current, tier, revenue, revenue_previous, lifecycle_stage)
        SELECT id, %(company)s, %(currency)s, date_trunc('month', %(today)s::date), %(today)s, TRUE,
               chr(65 + (n %% 4)::int), 100 + n, 200 + n,
               CASE WHEN n %% 10 = 0 THEN 'declining' ELSE 'mature' END
          FROM bench_mine""",
    "touches": """
        INSERT INTO crm_touchpoint (partner_id, commercial_partner_id, company_id, date, direction,
               kind, event, res_model, res_id, user_id)
        SELECT id, id, %(company)s,
               %(today)s::timestamp - interval '1 day' * (CASE WHEN n %% 3 = 0 THEN 60 ELSE 2 END
                   + 10 * k), 'out', 'call', 'bench', 'bench.call', n * 10 + k, %(user)s
          FROM bench_mine CROSS JOIN generate_series(1, 8) k""",
    "activities": """
        INSERT INTO mail_activity (res_model, res_model_id, res_id, res_name, activity_type_id,
               user_id, date_deadline, summary, active)
        SELECT 'res.partner', %(model)s, id, 'x', %(type)s, %(user)s,
               %(today)s::date + (n %% 12)::int - 4, 'Call', TRUE
          FROM bench_mine WHERE n %% 5 = 0""",
    "orders": """
        INSERT INTO sale_order (name, partner_id, partner_invoice_id, partner_shipping_id, user_id,
               company_id, currency_id, currency_rate, state, date_order, amount_untaxed)
        SELECT 'B' || n, id, id, id, %(user)s, %(company)s, %(currency)s, 1, 'sent',
               %(today)s::timestamp - interval '1 day' * (7 + n %% 40), 10 * n
          FROM bench_mine WHERE n %% 8 = 0""",
    "visits": """
        INSERT INTO crm_visit (partner_id, company_id, user_id, date, state, kind, active, area)
        SELECT id, %(company)s, %(user)s, %(today)s::date + (n %% 9)::int - 2, 'planned', 'visit',
               TRUE, 'DE ' || n
          FROM bench_mine WHERE n %% 20 = 0""",
    "plans": """
        INSERT INTO crm_contact_plan (partner_id, company_id, tier, date, last_contact, next_date,
               tier_days, basis)
        SELECT id, %(company)s, chr(65 + (n %% 4)::int), %(today)s, %(today)s::date - 40,
               %(today)s::date + (n %% 10)::int - 3, 30, 'tier'
          FROM bench_mine""",
    "facts": """
        INSERT INTO crm_profile_value (partner_id, attribute_id, type, value_date, source, date,
               confirm_due, active)
        SELECT id, %(birthday)s, 'date', '1980-01-01'::date + (n %% 365)::int, 'told',
               '2020-01-01', CASE WHEN n %% 2 = 0 THEN '2021-01-01'::date END, TRUE
          FROM bench_mine WHERE n %% 3 = 0""",
    "permissions": """
        INSERT INTO crm_contact_permission (partner_id, channel_id, state, origin, date, user_id,
               active)
        SELECT id, %(channel)s, 'granted', 'spoken', %(today)s, %(user)s, TRUE
          FROM bench_mine WHERE n %% 10 <> 0""",
}
READ = {
    "customers": """
        SELECT id FROM res_partner WHERE user_id = %(user)s AND commercial_partner_id = id
           AND active""",
    "tiers": """
        SELECT s.partner_id, s.tier FROM crm_customer_snapshot s JOIN res_partner p
            ON p.id = s.partner_id WHERE p.user_id = %(user)s AND s.is_current
           AND s.company_id = %(company)s""",
    "activity": """
        SELECT a.id, a.summary, a.date_deadline, p.id, p.phone FROM mail_activity a
          JOIN res_partner p ON p.id = a.res_id WHERE a.user_id = %(user)s AND a.active
           AND a.res_model = 'res.partner' AND a.date_deadline <= %(today)s::date + 7""",
    "visit": """
        SELECT v.id, v.partner_id, v.date, v.area, p.phone FROM crm_visit v
          JOIN res_partner p ON p.id = v.partner_id WHERE v.user_id = %(user)s
           AND v.state = 'planned' AND v.active AND v.date <= %(today)s::date + 7""",
    "quotation": """
        SELECT p.commercial_partner_id, SUM(o.amount_untaxed), COUNT(*), MIN(o.date_order)
          FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
         WHERE o.user_id = %(user)s AND o.state IN ('draft', 'sent')
           AND o.date_order <= %(today)s::date - 7 AND o.company_id = %(company)s GROUP BY 1""",
    "decline": """
        SELECT s.partner_id, s.revenue, s.revenue_previous, s.tier FROM crm_customer_snapshot s
          JOIN res_partner p ON p.id = s.partner_id WHERE p.user_id = %(user)s AND s.is_current
           AND s.company_id = %(company)s AND s.lifecycle_stage = 'declining'""",
    "silence": """
        SELECT * FROM (
            SELECT t.commercial_partner_id, COUNT(DISTINCT t.date::date) AS days,
                   MIN(t.date)::date AS first, MAX(t.date)::date AS last
              FROM crm_touchpoint t JOIN res_partner p ON p.id = t.commercial_partner_id
             WHERE p.user_id = %(user)s AND t.kind IN ('mail', 'meeting', 'activity', 'call',
                   'visit') AND t.direction IN ('in', 'out') AND t.voided IS NOT TRUE
               AND t.date >= %(today)s::date - 730 GROUP BY 1) c
         WHERE days >= 4
           AND %(today)s::date - last > GREATEST(1.5 * (last - first) / (days - 1), 7)""",
    "contact_plan": """
        SELECT c.partner_id, c.next_date, c.last_contact, c.tier FROM crm_contact_plan c
          JOIN res_partner p ON p.id = c.partner_id WHERE p.user_id = %(user)s
           AND c.company_id = %(company)s AND c.next_date <= %(today)s""",
    "confirm": """
        SELECT v.partner_id, COUNT(*), MIN(v.confirm_due) FROM crm_profile_value v
          JOIN res_partner p ON p.id = v.partner_id WHERE p.user_id = %(user)s AND v.active
           AND v.confirm_due <= %(today)s GROUP BY 1""",
    "birthdays": """
        SELECT v.partner_id, v.value_date, p.name FROM crm_profile_value v
          JOIN res_partner p ON p.id = v.partner_id WHERE p.user_id = %(user)s AND v.active
           AND v.attribute_id = %(birthday)s""",
    "permission": """
        SELECT p.id FROM res_partner p WHERE p.user_id = %(user)s AND p.active
           AND NOT EXISTS (SELECT FROM crm_contact_permission c WHERE c.partner_id = p.id)""",
}
#: Sources whose rows are lines one by one on both sides.
COMPARED = (
    "activity", "visit", "quotation", "decline", "silence", "contact_plan", "confirm", "permission",
)  # fmt: skip


def main():
    arguments = _arguments()
    with opened(arguments.database) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        values = make(env, arguments.customers)
        measure(env, values, arguments)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add_option(parser)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def make(env, customers):
    """Make the customers and what is going on with them; the values of all statements."""
    users = env["res.users"].with_context(no_reset_password=True)
    group = env.ref("sales_team.group_sale_salesman").id
    user, other = users.create(
        [
            {"name": name, "login": f"bench_{name}", "group_ids": [(6, 0, [group])]}
            for name in ("sam", "tom")
        ]
    )
    values = {
        "n": customers,
        "user": user.id,
        "other": other.id,
        "company": user.company_id.id,
        "currency": user.company_id.currency_id.id,
        "today": fields.Date.context_today(user),
        "model": env["ir.model"]._get_id("res.partner"),
        "type": env.ref("mail.mail_activity_data_call").id,
        "birthday": env.ref("crm_customer_insight.crm_profile_attribute_birthday").id,
        "channel": env.ref("crm_customer_insight.crm_contact_channel_phone").id,
    }
    env.flush_all()
    for statement in MAKE.values():
        env.cr.execute(SQL(statement, **values))
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    return values


def measure(env, values, arguments):
    """Print the table."""
    day = env["crm.my.day"].with_user(values["user"]).with_context(lang="en_US")
    floor = {name: SQL(statement, **values) for name, statement in READ.items()}
    expected = {name: len(_read(env, floor[name])) for name in COMPARED}
    answer = day.get_my_day()
    found = {kind["code"]: kind["count"] for kind in answer["kinds"]}
    _compare({name: found.get(name, 0) for name in COMPARED}, expected)
    ours, queries = _timed(env, day.get_my_day, arguments.rounds)
    bare, _queries = _timed(
        env, lambda: [_read(env, query) for query in floor.values()], arguments.rounds
    )
    print(
        f"{arguments.customers} customers, {sum(found.values())} lines, {arguments.rounds} rounds"
    )
    what = f"day of {arguments.customers:,} customers"
    show([Row(what, ours * 1000, bare * 1000, FLOOR, AIM, "ms"),
          Row(f"{what}, queries", queries, len(READ), FLOOR)])  # fmt: skip


def _read(env, query):
    env.cr.execute(query)
    return env.cr.fetchall()


def _compare(found, expected):
    different = {
        name: (found[name], count) for name, count in expected.items() if found[name] != count
    }
    if different:
        raise SystemExit(f"The sides do not agree: {different}")


def _timed(env, function, rounds):
    """Median CPU seconds and number of queries of a call on empty record caches."""
    function()
    seconds = []
    for _round in range(rounds):
        env.invalidate_all()
        queries = env.cr.sql_log_count
        seconds.append(timed(env.cr, function).cpu)
        queries = env.cr.sql_log_count - queries - MEASURING
    return statistics.median(seconds), queries


if __name__ == "__main__":
    main()
