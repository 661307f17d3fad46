"""Segments (ROI-5): what refreshing all members costs, against bare SQL with the same indexes.

``python -m bench.bench_segments [CUSTOMERS] [--database NAME]`` with ODOO_RC set (bin/bench does).
Customers and their figures are written by SQL into a copy of the prepared database (or into NAME),
in one transaction that is rolled back. Eight segments: pyramid, RFM, life cycle and silence.

- *bare SQL*: one INSERT … SELECT per segment from the snapshots by a condition on their columns,
  into an empty table with the same columns and indexes: no rights, no history, nothing compared;
- *ours, first*: conditions of the facts registry, all customers new; *ours, again*: the same when
  nothing changed; *sizes, values and overlaps* of the month stand in a row of their own.

Both are checked to find the same members. Times are CPU seconds of this process and its PostgreSQL
process together, parallel plans off; those by the clock are told beside them.
"""

import argparse
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench.bench_numbers import connect, environment
from bench.one_transaction import own_database, partner_columns, timed
from bench.table import Row, show

CUSTOMERS = 1_000_000
ADDON = "crm_customer_insight"
#: (name, conditions of the registry, condition in bare SQL)
SEGMENTS = (
    ("top", [("pyramid_level", "in", ["top"])], "pyramid_level = 'top'"),
    ("small", [("pyramid_level", "in", ["small"])], "pyramid_level = 'small'"),
    (
        "champions",
        [("r_score", ">=", 4), ("f_score", ">=", 4), ("m_score", ">=", 4)],
        "r_score >= 4 AND f_score >= 4 AND m_score >= 4",
    ),
    ("loyal", [("f_score", ">=", 4), ("r_score", ">=", 3)], "f_score >= 4 AND r_score >= 3"),
    ("at risk", [("r_score", "<=", 2), ("f_score", ">=", 3)], "r_score <= 2 AND f_score >= 3"),
    ("mature", [("lifecycle_stage", "in", ["mature"])], "lifecycle_stage = 'mature'"),
    ("lost", [("lifecycle_stage", "in", ["lost"])], "lifecycle_stage = 'lost'"),
    (
        "silent",
        [("tier", "in", ["A"]), ("days_since_purchase", ">", 90)],
        "tier = 'A' AND last_purchase < DATE '2026-01-31' - 90",
    ),
)
GENERATE = """
    INSERT INTO res_partner (%(names)s)
    SELECT %(values)s FROM res_partner t, generate_series(1, %(count)s) g
    WHERE t.id = %(template)s;
    INSERT INTO crm_customer_snapshot (
        partner_id, company_id, currency_id, month, date, is_current, revenue, profit,
        last_purchase, r_score, f_score, m_score, tier, pyramid_level, lifecycle_stage)
    SELECT %(base)s + g, %(company)s, %(currency)s, '2026-01-01', '2026-01-31', TRUE,
        g %% 997, g %% 331, DATE '2026-01-31' - (g * 7 %% 400), 1 + g %% 5, 1 + g * 3 / 7 %% 5,
        1 + g / 11 %% 5, (ARRAY['A', 'B', 'C', 'D'])[1 + g / 3 %% 4],
        (ARRAY['top', 'large', 'medium', 'small', 'small', 'small'])[1 + g / 13 %% 6],
        (ARRAY['new', 'growing', 'mature', 'mature', 'lost'])[1 + g / 17 %% 5]
    FROM generate_series(1, %(count)s) g;
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("customers", type=int, nargs="?", default=CUSTOMERS)
    arguments.add_argument("--full", action="store_true", help="the same; the rule of bin/bench")
    arguments.add_argument("--database", help="a database with the addon, which stays as it is")
    given = arguments.parse_args()
    name = given.database or own_database("segments", ADDON)
    with closing(connect(name)) as cr:
        rows = measure(environment(cr), given.customers)
        cr.rollback()
    print(f"{given.customers:,} customers, {len(SEGMENTS)} segments")
    show(rows)


def measure(env, count):
    """Rows of the table; the sides are compared before."""
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '256MB'")
    _generate(env, count)
    segments = _segments(env)
    bare = timed(env, lambda: _bare(env, segments))
    first = timed(env, lambda: _ours(env, segments))
    again = timed(env, lambda: _ours(env, segments))
    _compare(env)
    month = timed(env, lambda: _month(env))
    for what, (spent, clock) in {
        "bare SQL": bare, "ours, first": first, "ours, again": again, "month": month,
    }.items():  # fmt: skip
        print(f"{what}: {spent:.1f} s CPU, {clock:.1f} s by the clock", flush=True)
    return [
        Row("members, all new", first[0], bare[0], "bare INSERT, same indexes", "≤ 2", "s"),
        Row("members, nothing changed", again[0], bare[0], "bare INSERT, same indexes", "≤ 2", "s"),
        Row("sizes, values and overlaps", month[0], unit="s"),
    ]


def _generate(env, count):
    """Customers with figures; indexes that serve speed alone are away while they are written."""
    template = env["res.partner"].create({"name": "Template"})
    env["crm.customer.snapshot"].search([]).unlink()
    env.flush_all()
    cr = env.cr
    names = partner_columns(cr)
    own = {"id": "t.id + g", "commercial_partner_id": "t.id + g", "name": "'Customer ' || g"}
    own["complete_name"] = own["name"]
    values = {
        "names": ", ".join(f'"{name}"' for name in names),
        "values": ", ".join(own.get(name, f't."{name}"') for name in names),
        "count": count,
        "template": template.id,
        "base": template.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
    }
    cr.execute(
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " WHERE i.indrelid = 'res_partner'::regclass AND NOT i.indisprimary AND NOT EXISTS"
        " (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
    )
    for (index,) in cr.fetchall():
        cr.execute(f"DROP INDEX {index}")
    cr.execute(GENERATE % values)
    cr.execute("ANALYZE res_partner; ANALYZE crm_customer_snapshot")
    parameters = env["ir.config_parameter"]
    parameters.set_param("crm_customer_insight.data_date", "2026-01-31")


def _segments(env):
    env["crm.customer.segment"].search([("active", "=", True)]).active = False
    made = env["crm.customer.segment"]
    for name, conditions, _where in SEGMENTS:
        leaves = [dict(zip(("fact", "operator", "value"), c, strict=True)) for c in conditions]
        made |= made.create({"name": name, "conditions": {"operator": "and", "conditions": leaves}})
    env.flush_all()
    return made


def _bare(env, segments):
    env.cr.execute("CREATE TABLE bench_member (LIKE crm_customer_segment_member INCLUDING ALL)")
    for segment, (_name, _conditions, where) in zip(segments, SEGMENTS, strict=True):
        env.cr.execute(
            "INSERT INTO bench_member (segment_id, company_id, partner_id, date_from)"  # noqa: S608 - constants
            " SELECT %s, company_id, partner_id, date FROM crm_customer_snapshot"
            f" WHERE is_current AND company_id = %s AND {where}",
            [segment.id, env.company.id],
        )


def _ours(env, segments):
    from odoo.addons.crm_customer_insight.report import segments as sql

    date = env["crm.customer.snapshot"]._data_date()
    for segment in segments:
        segment._refresh_members(env.company, date)
    sql.tell_planner(env)


def _month(env):
    from odoo.addons.crm_customer_insight.report import segments as sql

    date = env["crm.customer.snapshot"]._data_date()
    sql.fill_month(env, env.company, date)
    sql.write_overlaps(env, env.company.id, date)


def _compare(env):
    """Stop unless both sides have the same members."""
    columns = "segment_id, company_id, partner_id, date_from"
    for one, other in (
        ("bench_member", "crm_customer_segment_member"),
        ("crm_customer_segment_member", "bench_member"),
    ):
        env.cr.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {one} WHERE date_to IS NULL EXCEPT"  # noqa: S608 - constants
            f" SELECT {columns} FROM {other} WHERE date_to IS NULL) x"
        )
        [different] = env.cr.fetchone()
        if different:
            raise SystemExit(f"{different} members of {one} are not in {other}")


if __name__ == "__main__":
    main()
