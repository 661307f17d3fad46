"""Touch ledger (C360-1): what a fill costs beside the bare INSERT … SELECT of the same rows.

``python -m bench.bench_ledger [ORDERS] [--full]`` with ODOO_RC set (bin/bench does). Orders are
generated in a database of their own, which is dropped at the end. The floor writes the same columns
of the same rows with the same indexes in one statement, without looking for what is there already.
"""

import argparse
import json
import os
import re
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import table
from suite import bulk, databases, odoo, suites

DATABASE = f"{databases.RUN_PREFIX}bench_ledger_{os.getpid()}"
ORDERS = 100_000
FULL = 500_000
#: Every so manieth order is changed for the incremental fill: one in a hundred.
CHANGED = 100
APPENDED = 10_000
CREATED = 1000

#: Runs in ``odoo shell``; times of the best of two rounds in seconds.
MEASURE = """
import json, time
from datetime import datetime, timedelta

Ledger, cr = env["crm.touchpoint"], env.cr

def timed(function):
    cr.commit()
    began = time.perf_counter()
    rows = function()
    cr.commit()
    return time.perf_counter() - began, rows

def fill():
    return Ledger._fill(["sale_order"], commit=True)[0]

def floor():
    cr.execute('''
        INSERT INTO crm_touchpoint (res_model, res_id, event, kind, direction, date, voided,
            adopted, company_id, partner_id, commercial_partner_id, currency_id, name, amount,
            user_id)
        SELECT 'sale.order', s.id, e.event, e.kind, e.direction, e.date, FALSE, FALSE,
            s.company_id, s.partner_id, p.commercial_partner_id, c.currency_id, s.name,
            s.amount_untaxed, s.user_id
          FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
          JOIN res_company c ON c.id = s.company_id
         CROSS JOIN LATERAL (VALUES
            ('created', 'quotation', 'out', s.create_date,
                s.date_order >= s.create_date + interval '1 hour'),
            ('confirmed', 'order', 'in', s.date_order, TRUE)
         ) AS e(event, kind, direction, date, happened) WHERE e.happened''')
    return cr.rowcount

def floor_changed():
    cr.execute('''
        UPDATE crm_touchpoint t SET amount = s.amount_untaxed + 1 FROM sale_order s
         WHERE t.res_model = 'sale.order' AND t.res_id = s.id AND s.id %% %(changed)s = 0''')
    return cr.rowcount

def change():
    cr.execute('''UPDATE sale_order SET amount_untaxed = amount_untaxed + 1,
        write_date = clock_timestamp() AT TIME ZONE 'UTC' WHERE id %% %(changed)s = 0''')

def empty():
    cr.execute("TRUNCATE crm_touchpoint")
    cr.execute("DELETE FROM crm_touchpoint_fill")

def events(count, start):
    return [
        {"res_model": "bench", "res_id": start + n, "event": "called", "kind": "call",
         "date": datetime(2026, 5, 1) + timedelta(minutes=n), "partner_id": %(partner)s + n %% 10}
        for n in range(count)
    ]

best = {}
def keep(name, result):
    best[name] = min(best.get(name, result), result)

for _round in range(2):
    empty()
    keep("floor", timed(floor))
    empty()
    keep("fill", timed(fill))
    keep("again", timed(fill))
    change()
    keep("floor changed", timed(floor_changed))
    keep("changed", timed(fill))
    start = 1 + _round * 1000000
    keep("append", timed(lambda: Ledger._append(events(%(appended)s, start))))
    keep("append again", timed(lambda: Ledger._append(events(%(appended)s, start))))
    rows = events(%(created)s, start + 500000)
    keep("create", timed(lambda: len(Ledger.create(rows))))
cr.execute("SELECT pg_total_relation_size('crm_touchpoint') / count(*) FROM crm_touchpoint")
best["bytes"] = cr.fetchone()
print("RESULT", json.dumps(best))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", nargs="?", type=int)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} orders")
    arguments = parser.parse_args()
    orders = arguments.orders or (FULL if arguments.full else ORDERS)
    try:
        partner = prepare(orders)
        found = measure(partner)
    finally:
        databases.drop(DATABASE)
    show(orders, found)


def prepare(orders):
    """The database with *orders* orders; id of the first of their ten customers."""
    databases.copy(suites.full(), DATABASE)
    order, partner = bulk.first_order(DATABASE)
    with closing(bulk.connect(DATABASE)) as connection:
        bulk.copy_orders(connection, order, partner, 1, orders)
        bulk.query(connection, "VACUUM ANALYZE sale_order")
    return partner


def measure(partner):
    script = MEASURE % {
        "partner": partner,
        "changed": CHANGED,
        "appended": APPENDED,
        "created": CREATED,
    }
    output = odoo.shell(DATABASE, script)
    return json.loads(re.search(r"RESULT (.*)", output)[1])


def show(orders, found):
    def micro(name):
        seconds, rows = found[name]
        return seconds / rows * 1e6

    def row(what, ours, theirs, peer, aim):
        """Microseconds a ledger row."""
        return table.Row(what, micro(ours), micro(theirs), peer, aim, "µs")

    print(
        f"Touch ledger, {orders:,} orders, {found['fill'][1]:,} rows,"
        f" {found['bytes'][0]} bytes a row; times a row"
    )
    table.show(
        [
            row("fill, all rows", "fill", "floor", "bare INSERT … SELECT", "≤ 2"),
            row("fill, 1 % changed", "changed", "floor changed", "bare UPDATE … FROM", "≤ 2"),
            row(f"append of {APPENDED:,}", "append", "create", "ORM create", "≤ 1"),
            table.Row("fill, nothing changed (all)", found["again"][0] * 1000, unit="ms"),
            table.Row("append again (all)", found["append again"][0] * 1000, unit="ms"),
        ]
    )


if __name__ == "__main__":
    main()
