"""Data quality (C360-6): duplicates and gaps of all contacts, against naive grouping in bare SQL.

``python -m bench.bench_data_quality [CONTACTS] [--database NAME]`` with ODOO_RC set (bin/bench
does). Contacts with numbers, figures and permissions are written by SQL into a copy of the prepared
database (or into NAME), in one transaction that is rolled back. Every twentieth has the e-mail
address, the postal code and, but for the legal form, the name of the one before; there are
contacts without country, salesperson, address, contact person and permission.

- *naive*: what merging by equal values does: groups of equal e-mail, number, VAT number, and name
  with postal code, and one INSERT … SELECT per gap, into an empty table with the columns and
  indexes of the worklist. Nothing is scored, compared with yesterday, or told with its effect.
- *ours, first*: blocks, points, similar names, gaps, contradictions, effects; all issues new;
  *ours, again*: the same when nothing changed. Both with the completeness by tier.
- *growth*: *ours, first* per contact for ten times the contacts ÷ the same for a tenth.

Both sides are checked to find the same duplicates and gaps; ours finds contradictions as well. CPU
seconds of this process and its PostgreSQL process together, parallel plans off; those by the clock
are told beside them.
"""

import argparse
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench.bench_numbers import connect, environment
from bench.one_transaction import own_database, partner_columns, timed
from bench.table import Row, show

CONTACTS = 200_000
TENTH = 10
ADDON = "crm_customer_insight"
PEER = "groups of equal values, bare SQL"
WORD = "left(md5('w' || %s), 12)"
#: Column: what contact *g* has; pairs are 20, 40 … and the one before each.
OWN = {
    "id": "t.id + g",
    "commercial_partner_id": "t.id + g",
    "is_company": "g %% 4 IN (0, 3)",
    "partner_share": "TRUE",
    "active": "TRUE",
    "name": f"{WORD % 'twin'} || CASE WHEN g %% 20 = 0 THEN ' Ltd.' ELSE '' END",
    "email_normalized": f"CASE WHEN g %% 9 > 0 OR g %% 20 IN (0, 19) THEN {WORD % 'twin'}"
    " || '@example.com' END",
    "zip": "lpad((twin %% 89999)::text, 5, '0')",
    "street": "'Street ' || g %% 500",
    "country_id": "CASE WHEN g %% 10 > 0 THEN %(country)s END",
    "user_id": "CASE WHEN g %% 8 > 0 THEN %(user)s END",
    "phone_sanitized": "NULL",
    "vat": "NULL",
}
GENERATE = """
    INSERT INTO res_partner (%(names)s)
    SELECT %(values)s FROM res_partner t, (SELECT g, g - (g %% 20 = 0)::int AS twin
        FROM generate_series(1, %(count)s) g) n WHERE t.id = %(base)s;
    INSERT INTO crm_contact_number (partner_id, kind, raw, e164, origin)
    SELECT %(base)s + g, 'work', g::text, '+49' || 3000000000 + g, 'manual'
    FROM generate_series(1, %(count)s) g WHERE g %% 3 > 0;
    INSERT INTO crm_customer_snapshot (partner_id, company_id, currency_id, month, date,
        is_current, tier, revenue)
    SELECT %(base)s + g, %(company)s, %(currency)s, '2026-01-01', '2026-01-31', TRUE,
        chr(65 + g %% 4), g %% 997 FROM generate_series(1, %(count)s) g;
    INSERT INTO crm_contact_permission (partner_id, channel_id, state, origin, date, user_id,
        active, preferred)
    SELECT %(base)s + g, %(channel)s, 'granted', 'spoken', '2026-01-01', %(user)s, TRUE, g %% 2 = 0
    FROM generate_series(1, %(count)s) g WHERE g %% 5 > 0;
"""
PEOPLE = "p.active AND p.partner_share AND p.id > %(base)s"
REACHED = "EXISTS (SELECT FROM crm_contact_number n WHERE n.partner_id = p.id)"
GRANTED = "EXISTS (SELECT FROM crm_contact_permission r WHERE r.partner_id = p.id AND r.active%s)"
GROUPS = {
    "email": "SELECT email_normalized AS value, p.id FROM res_partner p WHERE {people}",
    "number": "SELECT n.e164, p.id FROM crm_contact_number n"
    " JOIN res_partner p ON p.id = n.partner_id WHERE {people}",
    "vat": "SELECT p.vat, p.id FROM res_partner p WHERE {people}",
    "place": "SELECT lower(p.name) || p.zip, p.id FROM res_partner p WHERE {people}",
}
GAPS = {
    "no_country": "p.country_id IS NULL",
    "no_salesperson": "p.user_id IS NULL",
    "no_address": f"p.email_normalized IS NULL AND NOT {REACHED}",
    "no_contact": "p.is_company AND NOT EXISTS"
    " (SELECT FROM res_partner c WHERE c.commercial_partner_id = p.id AND c.id <> p.id)",
    "no_permission": f"s.tier <= 'B' AND NOT {GRANTED % ''}",
    "no_preferred": f"s.tier = 'A' AND NOT {GRANTED % ' AND r.preferred'}",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("contacts", type=int, nargs="?", default=CONTACTS)
    arguments.add_argument("--full", action="store_true", help="the same; the rule of bin/bench")
    arguments.add_argument("--database", help="a database with the addon, which stays as it is")
    given = arguments.parse_args()
    name = given.database or own_database("data_quality", ADDON)
    few = measure(name, given.contacts // TENTH)
    many = measure(name, given.contacts)
    growth = many["ours, first"] / few["ours, first"] / TENTH
    print(f"{given.contacts:,} contacts, {many['issues']:,} issues")
    show(
        [
            Row("all issues new", many["ours, first"], many["naive"], PEER, unit="s"),
            Row("nothing changed", many["ours, again"], many["naive"], PEER, unit="s"),
            Row("growth per contact, tenfold", growth, 1, "linear", "≤ 1.2"),
        ]
    )


def measure(name, count):
    """CPU seconds by side; the sides are compared before."""
    with closing(connect(name)) as cr:
        env = environment(cr)
        cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        base = _generate(env, count)
        seconds = {
            "naive": timed(env, lambda: _naive(env, base)),
            "ours, first": timed(env, lambda: _ours(env)),
            "ours, again": timed(env, lambda: _ours(env)),
        }
        issues = _compare(env, base, count)
        cr.rollback()
    for what, (spent, clock) in seconds.items():
        print(f"{count:,} {what}: {spent:.1f} s CPU, {clock:.1f} s by the clock", flush=True)
    return {"issues": issues, **{what: spent for what, (spent, _clock) in seconds.items()}}


def _generate(env, count):
    """Write the contacts; return the id before their first."""
    template = env["res.partner"].create({"name": "Template"})
    env["crm.data.issue"].search([]).unlink()
    env["ir.config_parameter"].set_param("crm_customer_insight.data_date", "2026-01-31")
    channel = env.ref("crm_customer_insight.crm_contact_channel_email")
    env.flush_all()
    cr = env.cr
    names = partner_columns(cr)
    values = {
        "base": template.id,
        "count": count,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "country": env.company.country_id.id,
        "user": env.uid,
        "channel": channel.id,
    }
    columns = {"complete_name": OWN["name"], "email": OWN["email_normalized"], **OWN}
    values["names"] = ", ".join(f'"{name}"' for name in names)
    values["values"] = ", ".join(columns.get(name, f't."{name}"') for name in names) % values
    cr.execute(GENERATE % values)
    cr.execute("ANALYZE res_partner; ANALYZE crm_contact_number; ANALYZE crm_customer_snapshot")
    return template.id


def _naive(env, base):
    cr = env.cr
    cr.execute("CREATE TEMP TABLE bench_issue (LIKE crm_data_issue INCLUDING ALL) ON COMMIT DROP")
    people = PEOPLE % {"base": base}
    groups = " UNION ALL ".join(query.format(people=people) for query in GROUPS.values())
    cr.execute(
        "INSERT INTO bench_issue (code, kind, state, found_date, partner_id, customer_id, other_id)"  # noqa: S608 - constants
        " SELECT DISTINCT 'duplicate', 'duplicate', 'open', '2026-01-31'::date, a, a, b"
        " FROM (SELECT value, min(id) AS a, max(id) AS b FROM"
        f" ({groups}) v WHERE value <> '' GROUP BY value HAVING count(*) > 1) x"
    )
    for code, condition in GAPS.items():
        cr.execute(
            "INSERT INTO bench_issue (code, kind, state, found_date, partner_id, customer_id)"  # noqa: S608 - constants
            f" SELECT '{code}', 'missing', 'open', '2026-01-31'::date, p.id, p.id"
            " FROM res_partner p JOIN crm_customer_snapshot s ON s.partner_id = p.id"
            f" AND s.is_current WHERE {people} AND {condition}"
        )


def _ours(env):
    env["crm.data.issue"]._recalculate(env["crm.insight.run"])


def _compare(env, base, count):
    """Stop unless both sides found the same; return the number of issues."""
    found = []
    for table in ("bench_issue", "crm_data_issue"):
        env.cr.execute(
            f"SELECT code, count(*) FROM {table} WHERE partner_id > %s GROUP BY code",  # noqa: S608 - constants
            [base],
        )
        found.append(dict(env.cr.fetchall()))
    naive, ours = found
    same = {code: ours.get(code) for code in naive}
    if naive != same or naive["duplicate"] != count // 20:
        raise SystemExit(f"The sides do not agree: {found}")
    return sum(ours.values())


if __name__ == "__main__":
    main()
