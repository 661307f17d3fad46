"""Customer value (ROI-3): what a refresh costs, against bare SQL and against pandas.

``python -m bench.bench_snapshot [CUSTOMERS …] [--real]`` with ODOO_RC set (bin/bench does).
Generated databases have five invoiced lines per customer; ``--real`` measures a copy of the full
Complete Journey year. Peers:

- *bare SQL*: one statement that sums revenue and recorded cost of the same lines per customer and
  month, and writes nothing;
- *pandas*: reads the same lines and documents by COPY, sums, rates and ranks; writes nothing.

Ours computes months, sums, scores, tiers and stages and writes them with their indexes.
"""

import argparse
import io
import os
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import value_data
from suite import databases, odoo, postgres

SIZES = (10_000, 100_000, 1_000_000)
REAL = "bench_value_real"
BARE = """
SELECT count(*), sum(revenue), sum(cost) FROM (
    SELECT p.commercial_partner_id, m.company_id, date_trunc('month', m.invoice_date) AS month,
        sum(-l.balance) AS revenue,
        sum(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
            * l.quantity * s.purchase_price) AS cost
    FROM account_move_line l
    JOIN account_move m ON m.id = l.move_id
    JOIN res_partner p ON p.id = m.partner_id
    LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
    LEFT JOIN sale_order_line s ON s.id = r.order_line_id
    WHERE m.state = 'posted' AND l.display_type = 'product'
        AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
    GROUP BY 1, 2, 3) cells
"""
LINES = """
SELECT l.move_id, -l.balance AS revenue, l.quantity * s.purchase_price AS cost
FROM account_move_line l
LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
LEFT JOIN sale_order_line s ON s.id = r.order_line_id
WHERE l.display_type = 'product' AND l.parent_state = 'posted'
"""
MOVES = """
SELECT m.id AS move_id, p.commercial_partner_id AS partner, m.invoice_date AS day, m.move_type
FROM account_move m JOIN res_partner p ON p.id = m.partner_id
WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
"""
# New invoices of one customer in a hundred: copies of his first one, dated today.
NEW_MOVES = """
INSERT INTO account_move (name, journal_id, company_id, partner_id, commercial_partner_id,
    currency_id, state, move_type, auto_post, date, invoice_date, amount_untaxed_signed,
    create_date, write_date)
SELECT DISTINCT ON (partner_id) 'NEW/' || id, journal_id, company_id, partner_id,
    commercial_partner_id, currency_id, 'posted', 'out_invoice', 'no', %(day)s, %(day)s,
    abs(amount_untaxed_signed), now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted' AND partner_id %% 100 = 7
RETURNING id, partner_id
"""
NEW_LINES = """
INSERT INTO account_move_line (move_id, journal_id, company_id, company_currency_id, account_id,
    currency_id, partner_id, product_id, product_uom_id, name, parent_state, display_type, date,
    invoice_date, balance, quantity, price_unit, price_subtotal, debit, credit, amount_currency)
SELECT m.id, m.journal_id, m.company_id, m.currency_id, l.account_id, m.currency_id, m.partner_id,
    l.product_id, l.product_uom_id, l.name, 'posted', 'product', m.date, m.date, -100, 2, 50, 100,
    0, 100, -100
FROM account_move m, (SELECT * FROM account_move_line WHERE display_type = 'product' LIMIT 1) l,
    generate_series(1, 5) WHERE m.name LIKE 'NEW/%%'
"""


def main():
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--real", action="store_true", help="also the full Complete Journey year")
    arguments = parser.parse_args()
    tables = []
    if arguments.real:
        tables.append(("Complete Journey", measure(_prepare_real())))
    tables += [
        (f"{count:,} customers", measure(value_data.prepare(count)))
        for count in arguments.customers
    ]
    show(tables)


def _prepare_real():
    if databases.exists(REAL):
        databases.drop(REAL)
    databases.copy("crm_real_base", REAL)
    odoo.install(REAL, [value_data.ADDON.name])
    postgres.psql(REAL, "VACUUM ANALYZE")
    return REAL


def measure(database):
    """Return ``{what: CPU seconds}`` and counts; the database is left as it was."""
    with closing(value_data.connect(database)) as cr:
        env = value_data.environment(cr)
        cr.execute("SELECT max(invoice_date) FROM account_move WHERE move_type = 'out_invoice'")
        today = cr.fetchone()[0]
        _costs_count_as_recorded(env, today)
        figures = _counts(cr)
        cr.execute("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'")
        figures["bare SQL"] = min(timed(cr, lambda: cr.execute(BARE)) for _run in range(2))
        figures["pandas"] = timed(cr, lambda: with_pandas(cr, today))
        figures |= _ours(env, today)
        cr.rollback()
    return figures


def _costs_count_as_recorded(env, today):
    env["crm.value.setting"].search([]).unlink()
    env["crm.value.setting"].create({"costs_recorded_since": today.replace(year=2000, day=1)})
    env.flush_all()


def _counts(cr):
    cr.execute("SELECT count(*) FROM account_move_line WHERE display_type = 'product'")
    return {"lines": cr.fetchone()[0]}


def _ours(env, today):
    snapshots, figures = env["crm.customer.snapshot"], {}
    env.cr.execute("DELETE FROM crm_customer_snapshot")
    env.cr.execute("DELETE FROM crm_customer_month")
    env["crm.value.state"]._get().date = False
    figures["first refresh"] = timed(env.cr, lambda: snapshots._refresh(date=today))
    env.cr.execute("SELECT count(*) FROM crm_customer_month")
    figures["months"] = env.cr.fetchone()[0]
    env.cr.execute("SELECT count(*) FROM crm_customer_snapshot")
    figures["snapshots"] = env.cr.fetchone()[0]
    figures["full again"] = timed(env.cr, lambda: snapshots._refresh(full=True, date=today))
    env["crm.value.state"]._get().watermark = env.cr.now()
    figures["nothing new"] = timed(env.cr, lambda: snapshots._refresh(date=today))
    env.cr.execute(NEW_MOVES, {"day": today})
    figures["new invoices"] = env.cr.rowcount
    env.cr.execute(NEW_LINES)
    figures["after 1 % new"] = timed(env.cr, lambda: snapshots._refresh(date=today))
    figures["cells after 1 %"] = timed(
        env.cr, lambda: env["crm.customer.month"]._fill("crm_value_cell")
    )
    figures["columns grouped"] = timed(
        env.cr, lambda: env["res.partner"]._read_group([], ["insight_tier"], ["__count"])
    )
    return figures


def with_pandas(cr, today):
    """The same figures by a pandas pipeline: months, window sums, scores, tiers, stages."""
    import numpy as np
    import pandas as pd

    lines, moves = _read(cr, LINES), _read(cr, MOVES)
    documents = lines.groupby("move_id", sort=False)[["revenue", "cost"]].sum()
    moves = moves.join(documents, on="move_id")
    refund = moves["move_type"] == "out_refund"
    moves["cost"] = moves["cost"].where(~refund, -moves["cost"])
    moves["day"] = pd.to_datetime(moves["day"])
    moves["purchase_day"] = moves["day"].where(~refund & (moves["revenue"] > 0))
    moves["purchase"] = moves["purchase_day"].notna().astype(int)
    moves["month"] = moves["day"].values.astype("datetime64[M]")
    months = moves.groupby(["partner", "month"], sort=False).agg(
        revenue=("revenue", "sum"),
        cost=("cost", "sum"),
        purchases=("purchase", "sum"),
        first=("purchase_day", "min"),
        last=("purchase_day", "max"),
    )
    months = months.reset_index()
    now = np.datetime64(today, "M")
    inside = months[months["month"] > now - 12]
    before = months[(months["month"] <= now - 12) & (months["month"] > now - 24)]
    customers = months.groupby("partner").agg(first=("first", "min"), last=("last", "max"))
    customers = customers.join(inside.groupby("partner")[["revenue", "cost", "purchases"]].sum())
    customers["previous"] = before.groupby("partner")["revenue"].sum()
    customers = customers.fillna({"revenue": 0, "cost": 0, "purchases": 0, "previous": 0})
    return _rate(customers, pd.Timestamp(today), np)


def _read(cr, query):
    import pandas as pd

    buffer = io.StringIO()
    cr._obj.copy_expert(f"COPY ({query}) TO STDOUT WITH CSV HEADER", buffer)
    buffer.seek(0)
    return pd.read_csv(buffer)


def _rate(customers, today, np):
    customers["profit"] = customers["revenue"] - customers["cost"]
    active = customers["purchases"] > 0
    for score, column in (("r", "last"), ("f", "purchases"), ("m", "revenue")):
        worse = customers.loc[active, column].rank(method="min") - 1
        customers[score] = (1 + 5 * worse // active.sum()).reindex(customers.index)
    customers = customers.sort_values("profit", ascending=False)
    positive = customers["profit"].clip(lower=0)
    share = (positive.cumsum() - positive) / positive.sum()
    customers["tier"] = np.select(
        [customers["profit"] <= 0, share < 0.5, share < 0.8, share < 0.95], list("DABC"), "D"
    )
    customers["cumulative"] = customers["profit"].cumsum()
    silence = (today - customers["last"]).dt.days
    age = (today - customers["first"]).dt.days
    customers["stage"] = np.select(
        [
            customers["first"].isna(),
            silence > 365,
            age <= 90,
            customers["revenue"] >= 1.2 * customers["previous"],
            customers["revenue"] <= 0.8 * customers["previous"],
        ],
        ["prospect", "lost", "new", "growing", "declining"],
        "mature",
    )
    return customers


def timed(cr, function):
    """Return the CPU seconds a call takes, ours and those of the database's process together.

    On a machine shared with others wall clock says little; all runs use one database process.
    """
    before = _cpu(cr)
    function()
    return _cpu(cr) - before


def _cpu(cr):
    cr.execute("SELECT pg_backend_pid()")
    status = Path(f"/proc/{cr.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    ticks = int(status[11]) + int(status[12])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def show(tables):
    """Print one row per data set; CPU seconds, and ratios to the peers."""
    columns = ("bare SQL", "pandas", "first refresh", "full again", "nothing new", "after 1 % new")
    columns += ("cells after 1 %", "columns grouped")
    print(f"\n{'CPU seconds':20} {'lines':>10} " + " ".join(f"{name:>15}" for name in columns))
    for name, figures in tables:
        values = " ".join(f"{figures[column]:15.2f}" for column in columns)
        print(f"{name:20} {figures['lines']:>10,} {values}")
    print(
        f"\n{'ratios':20} {'first ÷ bare':>15} {'again ÷ bare':>15} {'pandas ÷ first':>15}"
        f" {'1 % ÷ full':>15} {'months':>12} {'snapshots':>12}"
    )
    for name, figures in tables:
        first, full = figures["first refresh"], figures["full again"]
        print(
            f"{name:20} {first / figures['bare SQL']:14.2f}x {full / figures['bare SQL']:14.2f}x"
            f" {figures['pandas'] / first:14.2f}x {figures['after 1 % new'] / full:14.2f}x"
            f" {figures['months']:12,} {figures['snapshots']:12,}"
        )


if __name__ == "__main__":
    main()
