"""Product association (ROI-5): pairs of products in PostgreSQL, against FP-growth of mlxtend.

``python -m bench.bench_association [--database NAME] [--support S] [--no-peer]`` with ODOO_RC set
(bin/bench does). Data: the receipts of Complete Journey, 155,848 baskets of 68,509 products, as
confirmed orders of a database of its own (or of NAME, which holds them already). Both sides run in
processes of their own, get the same orders and the same least support, and must find the same
pairs with the same counts.

- *ours, whole*: read the orders of all companies, leave out rare products, count, judge by
  Fisher's test, make the rules of both directions; *pairs*: counting alone, after rare products
  were left out;
- *peer, whole*: read distinct (order, product) by COPY, leave out rare products, a sparse table of
  booleans, ``fpgrowth`` with sets of two at most; *pairs*: the last alone.

Time is that of the processor (this process and PostgreSQL's together), because the clock says
little on a machine shared with others. Memory is what a side needed beyond its start: of ours the
anonymous memory of PostgreSQL's process (sampled) and of Python together, of the peer that of
Python (its greatest ever, less that after the imports). PostgreSQL's parallel plans are off. What
ours spills to disk is told.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import table
from suite import databases, odoo, paths, postgres

ADDON = "crm_customer_insight"
NAME = f"{databases.BENCH_PREFIX}association"
SUPPORTS = (0.001, 0.0005)
PEER = "mlxtend"
#: Least support, aims of whole time, pairs alone, memory.
AIMS = {"whole": "≤ 1", "pairs": "≤ 1", "memory": "≤ 1"}
ITEMS = """
SELECT DISTINCT o.id, l.product_id FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
WHERE o.state = 'sale' AND l.display_type IS NULL AND l.product_id IS NOT NULL
    AND l.product_uom_qty > 0
"""
#: Foreign keys would only slow the loading down.
UNCHECKED = """
DO $$DECLARE k record; BEGIN
    FOR k IN SELECT conrelid::regclass AS place, conname FROM pg_constraint WHERE contype = 'f'
        AND conrelid::regclass::text IN
            ('product_template', 'product_product', 'sale_order', 'sale_order_line')
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.place, k.conname); END LOOP;
END$$
"""
LOAD = """
CREATE TEMPORARY TABLE place AS
    SELECT product, row_number() OVER (ORDER BY product) + 1000000 AS id
    FROM raw GROUP BY product;
INSERT INTO product_template (id, name, type, service_tracking, uom_id, active, sale_ok)
SELECT id, jsonb_build_object('en_US', 'Product ' || product), 'consu', 'no',
    (SELECT min(id) FROM uom_uom), TRUE, TRUE FROM place;
INSERT INTO product_product (id, product_tmpl_id, default_code, active, combination_indices)
SELECT id, id, product::text, TRUE, '' FROM place;
INSERT INTO sale_order (id, name, partner_id, partner_invoice_id, partner_shipping_id, company_id,
    currency_id, currency_rate, state, date_order, create_date, write_date)
SELECT 1000000 + row_number() OVER (ORDER BY basket), 'R' || basket, c.partner_id, c.partner_id,
    c.partner_id, c.id, c.currency_id, 1, 'sale', min(moment), now(), now()
FROM raw, (SELECT * FROM res_company ORDER BY id LIMIT 1) c
GROUP BY basket, c.partner_id, c.id, c.currency_id;
INSERT INTO sale_order_line (id, order_id, company_id, currency_id, order_partner_id, product_id,
    product_uom_id, name, state, product_uom_qty, price_unit, price_subtotal, customer_lead,
    create_date, write_date)
SELECT 1000000 + row_number() OVER (), o.id, o.company_id, o.currency_id, o.partner_id, p.id,
    (SELECT min(id) FROM uom_uom), 'x', 'sale', r.quantity, 1, 1, 0, now(), now()
FROM raw r JOIN place p USING (product) JOIN sale_order o ON o.name = 'R' || r.basket;
"""


def main():
    """Measure both sides for each support and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="holds the receipts as orders already")
    parser.add_argument("--support", type=float, nargs="*", default=SUPPORTS)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--full", action="store_true", help="nothing more; it is one data set")
    parser.add_argument("--side", choices=("ours", "peer"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    name = arguments.database or NAME
    if arguments.side:
        print(json.dumps(SIDES[arguments.side](name, arguments.support[0])))
        return
    if not arguments.database:
        prepare(name)
    for support in arguments.support:
        ours = _run("ours", name, support)
        peer = {} if arguments.no_peer else _run("peer", name, support)
        show(support, ours, peer)


def _run(side, name, support):
    """Measure one side in a process of its own."""
    command = [
        sys.executable, "-m", "bench.bench_association", "--side", side,
        "--database", name, "--support", str(support),
    ]  # fmt: skip
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT)
    return json.loads(found.stdout.strip().splitlines()[-1])


# -- data --------------------------------------------------------------------------------------


def prepare(name):
    """The receipts as orders, in a database that is made once."""
    if databases.exists(name):
        odoo.update(name, [ADDON])
        return
    databases.copy(databases.core(), name)
    odoo.install(name, [ADDON], log=paths.LOGS / "bench_association.log")
    load(name)


def load(name):
    """Write the receipts of Complete Journey by SQL: only what the rules read."""
    import pyarrow as pa
    from pyarrow import csv

    from datasets.sources import SOURCES
    from datasets.sources.base import Slice

    receipts = SOURCES["complete-journey"](Slice()).table()
    file = paths.ROOT / ".local" / "bench_association.csv"
    wanted = receipts.select(["basket", "product", "quantity", "moment"])
    csv.write_csv(pa.table(wanted), file, csv.WriteOptions(include_header=False))
    with closing(_connect(name)) as connection, connection, connection.cursor() as cr:
        cr.execute(
            "CREATE TEMPORARY TABLE raw (basket bigint, product bigint, quantity integer,"
            " moment timestamp)"
        )
        with file.open() as rows:
            cr.copy_expert("COPY raw FROM STDIN CSV", rows)
        cr.execute(UNCHECKED)
        cr.execute(LOAD)
        cr.execute(
            "INSERT INTO ir_config_parameter (key, value)"
            " VALUES ('crm_customer_insight.data_date', '2017-12-31')"
        )
        cr.execute("ANALYZE")
    file.unlink()


def _connect(name):
    return psycopg2.connect(**postgres.connection(), dbname=name)


# -- ours --------------------------------------------------------------------------------------


def ours(name, support):
    """Seconds, memory and the pairs of our side."""
    from datasets.environment import opened

    with opened(name) as env:
        from odoo.addons.crm_customer_insight.report import product_rules

        env.cr.execute("SET max_parallel_workers_per_gather = 0")
        options = _options(env, product_rules, support)
        found = _measure_ours(env, product_rules, options)
        env.cr.rollback()
    return found


def _options(env, product_rules, support):
    model = env["crm.product.rule"]
    company = env["res.company"].search([], order="id", limit=1)
    [option] = model._options(company, model._date())
    limits = {"min_support": support, "min_baskets": 1, "min_lift": 1.0}
    window = {"since": date(1900, 1, 1), "until": date(2100, 1, 1)}
    return [product_rules.Options(**{**vars(option), **limits, **window})]


def _measure_ours(env, product_rules, options):
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spilled = _spilled(env)
    pid = env.cr._cnx.info.backend_pid
    with _watched(pid) as memory:
        began = _seconds(pid)
        baskets = product_rules.begin(env, options)
        counting = _timed(product_rules, "_count_together", pid)
        product_rules.count_pairs(env, ("none",))
        product_rules.judge(env)
        product_rules.make_rules(env)
        done = _seconds(pid)
    python = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024
    env.cr.execute("SELECT first, second, baskets FROM insight_rules_pair ORDER BY 1, 2")
    pairs = env.cr.fetchall()
    return {
        "baskets": baskets,
        "whole": done - began,
        "pairs": sum(counting),
        "memory": memory["most"] - memory["first"] + python,
        "postgres": memory["most"] - memory["first"],
        "spilled": (_spilled(env) - spilled) / 2**20,
        "found": pairs,
    }


def _timed(module, name, pid):
    """Let a function of a module tell the seconds of its calls; the list they are added to."""
    inner, seconds = getattr(module, name), []

    def timed(*arguments):
        began = _seconds(pid)
        inner(*arguments)
        seconds.append(_seconds(pid) - began)

    setattr(module, name, timed)
    return seconds


def _seconds(pid=None):
    """Seconds of the processor so far: of this process and of PostgreSQL's *pid*."""
    own = time.process_time()
    if not pid:
        return own
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return own + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _spilled(env):
    env.cr.execute("SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()")
    return env.cr.fetchone()[0]


@contextmanager
def _watched(pid):
    """Greatest anonymous memory (MB) of a process meanwhile, looked at every 10 ms."""
    seen = {"first": _anonymous(pid), "most": 0}
    stop = threading.Event()

    def look():
        while not stop.wait(0.01):
            seen["most"] = max(seen["most"], _anonymous(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _anonymous(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0


# -- peer --------------------------------------------------------------------------------------


def peer(name, support):
    """Seconds, memory and the pairs of mlxtend."""
    import numpy as np
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth

    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = _seconds()
    items, read = _items(name, pd)
    frame, products, baskets, least = _frame(items, support, np, pd)
    made = _seconds()
    sets = fpgrowth(frame, min_support=(least - 0.5) / baskets, max_len=2)
    done = _seconds()
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024
    pairs = sorted(
        (*sorted(int(products[place]) for place in pair), round(share * baskets))
        for share, pair in zip(sets["support"], sets["itemsets"], strict=True)
        if len(pair) == 2
    )
    return {
        "baskets": baskets, "products": len(products), "whole": done - began + read,
        "pairs": done - made, "memory": memory, "found": pairs,
    }  # fmt: skip


def _items(name, pd):
    file = paths.ROOT / ".local" / "bench_association_peer.csv"
    with closing(_connect(name)) as connection, connection.cursor() as cr, file.open("w") as out:
        cr.execute("SET max_parallel_workers_per_gather = 0")
        cr.copy_expert(f"COPY ({ITEMS}) TO STDOUT CSV", out)
        read = _seconds(connection.info.backend_pid) - _seconds()
    items = pd.read_csv(file, header=None, names=["basket", "product"])
    file.unlink()
    return items, read


def _frame(items, support, np, pd):
    """The sparse table of booleans of the frequent products."""
    from scipy.sparse import csr_matrix

    baskets = items["basket"].nunique()
    least = max(1, int(np.ceil(support * baskets)))
    counts = items["product"].value_counts()
    chosen = items[items["product"].isin(counts.index[counts >= least])]
    rows, _baskets = pd.factorize(chosen["basket"])
    columns, products = pd.factorize(chosen["product"])
    matrix = csr_matrix(
        (np.ones(len(rows), dtype=bool), (rows, columns)), shape=(baskets, len(products))
    )
    frame = pd.DataFrame.sparse.from_spmatrix(matrix, columns=range(len(products)))
    return frame, products, baskets, least


SIDES = {"ours": ours, "peer": peer}


# -- table -------------------------------------------------------------------------------------


def show(support, mine, theirs):
    """The table of one support; stops when the sides disagree."""
    pairs = len(mine["found"])
    least = f"support from {100 * support:g} % on"
    print(f"\n{mine['baskets']:,} baskets, {least}: {pairs:,} pairs")
    print(f"spilled to disk by PostgreSQL: {mine['spilled']:.0f} MB")
    if theirs:
        same = [tuple(row) for row in mine["found"]] == [tuple(row) for row in theirs["found"]]
        print(f"same pairs and counts: {'yes' if same else 'NO'}; products: {theirs['products']:,}")
        if not same:
            raise SystemExit("The two sides found different pairs.")
    table.show(
        [
            table.Row(
                f"{what}, {least}", mine[key], theirs.get(key), PEER if theirs else "",
                AIMS[key], unit,
            )
            for key, what, unit in (
                ("whole", "orders to rules", "s"),
                ("pairs", "pairs alone", "s"),
                ("memory", "memory", "MB"),
            )
        ]
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
