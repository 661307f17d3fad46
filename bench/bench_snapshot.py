"""Customer value (ROI-3): what a refresh costs, against bare SQL and against pandas.

``python -m bench.bench_snapshot [CUSTOMERS …] [--real] [--full]`` with ODOO_RC set (bin/bench
does). Generated databases have five invoiced lines per customer; 10,000 and 100,000 customers
unless told otherwise, with ``--full`` also a million and ``--real``: a copy of the Complete Journey
year that ``bin/demo --real`` has loaded, dropped afterwards. What each side does:

- *sums*: one statement that sums revenue and recorded cost of the same lines per customer, company
  and month; nothing else, nothing is written;
- *figures*: one statement for the figures of the snapshot: cost by source, credit notes, window and
  window before, first and last purchase, silences, R/F/M fifths, tier, pyramid, life-cycle stage,
  rank and cumulative profit; orders and contact costs are left out; nothing is written;
- *pandas*: reads the lines with their cost sources and the documents by COPY and computes the same
  figures, and delivers them: COPY into a table that is empty and gets its key afterwards;
- *ours*: computes months (with orders and contact costs) and snapshots, and writes both with all
  their indexes; the first refresh begins with empty tables, a full one compares with the rows that
  are there, an incremental one follows 1 % of the customers with a new invoice of five lines each.

All sides read the product lines of the same documents, posted ones to customers, and are checked
to agree in customers, revenue, profit, scores and tiers; contacts cost nothing meanwhile. Given are
CPU milliseconds of this process and the database's together, parallel plans off, and those by the
clock, which say little on a machine shared with others. SQL and pandas run twice below two million
lines, the better run counts. COPY goes through files, so that a million customers fit into memory.
A data set that cannot be measured does not stop the others.
"""

import argparse
import importlib
import os
import re
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import value_data
from bench.table import Row
from bench.table import show as show_table
from suite import databases, demo, odoo, postgres
from suite.console import SetupError

SIZES = (10_000, 100_000)
FULL = (*SIZES, 1_000_000)
LOADED = demo.REAL["complete-journey"]
REAL = f"{databases.BENCH_PREFIX}value_real"
#: Emptied before the first refresh.
OURS_FILLED = ("crm_customer_snapshot", "crm_customer_month", "crm_customer_dirty")
SUMS = """
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
# All sides read the lines of these documents alone; the names are those of ``DOCUMENTS``.
LINES = """
SELECT l.move_id, -l.balance AS revenue,
    l.quantity * COALESCE(NULLIF(s.purchase_price, 0),
        (SELECT NULLIF((i.standard_price ->> l.company_id::text)::numeric, 0)
        FROM product_product i WHERE i.id = l.product_id)) AS cost,
    COALESCE(s.purchase_price <> 0, FALSE) AS known
FROM {documents} d
JOIN account_move_line l ON l.move_id = d.move_id
LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
LEFT JOIN sale_order_line s ON s.id = r.order_line_id
WHERE l.display_type = 'product'
"""
MOVES = """
SELECT m.id AS move_id, p.commercial_partner_id AS partner, m.company_id AS company,
    m.invoice_date AS day, m.move_type = 'out_refund' AS refund, m.amount_untaxed_signed > 0 AS due
FROM account_move m JOIN res_partner p ON p.id = m.partner_id
WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
"""
FIGURES = """
documents AS (
    SELECT move_id, sum(revenue) AS revenue, sum(cost) AS cost,
        sum(revenue) FILTER (WHERE known) AS known,
        sum(revenue) FILTER (WHERE NOT known AND cost IS NOT NULL) AS estimated
    FROM lines GROUP BY 1),
cells AS (
    SELECT partner, company, date_trunc('month', day)::date AS month, sum(revenue) AS revenue,
        round(sum(CASE WHEN refund THEN -cost ELSE cost END), 2) AS cost, sum(known) AS known,
        sum(estimated) AS estimated, count(*) FILTER (WHERE due AND NOT refund) AS purchases,
        min(day) FILTER (WHERE due AND NOT refund) AS first,
        max(day) FILTER (WHERE due AND NOT refund) AS last
    FROM documents JOIN moves USING (move_id) GROUP BY 1, 2, 3),
silences AS (
    SELECT *, month > %(month)s::date - interval '12 months' AS inside,
        month > %(month)s::date - interval '24 months'
            AND month <= %(month)s::date - interval '12 months' AS before,
        max(last) OVER (PARTITION BY partner, company ORDER BY month
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous
    FROM cells),
customers AS (
    SELECT partner, company, COALESCE(sum(revenue) FILTER (WHERE inside), 0) AS revenue,
        COALESCE(sum(revenue) FILTER (WHERE before), 0) AS revenue_before,
        COALESCE(sum(revenue) FILTER (WHERE inside), 0)
            - COALESCE(sum(cost) FILTER (WHERE inside), 0) AS profit,
        sum(known) FILTER (WHERE inside) AS known, sum(estimated) FILTER (WHERE inside) AS guess,
        COALESCE(sum(purchases) FILTER (WHERE inside), 0) AS purchases,
        sum(revenue) AS all_revenue, sum(revenue - cost) AS all_profit, min(first) AS first,
        max(last) AS last, max(first) FILTER (WHERE first - previous > 365) AS returned
    FROM silences GROUP BY 1, 2),
places AS (
    SELECT *, count(*) OVER buyers AS n, rank() OVER (buyers ORDER BY last) - 1 AS r_worse,
        rank() OVER (buyers ORDER BY purchases) - 1 AS f_worse,
        rank() OVER (buyers ORDER BY revenue) - 1 AS m_worse,
        rank() OVER (buyers ORDER BY revenue DESC) - 1 AS m_better,
        row_number() OVER curve AS place, sum(profit) OVER curve AS cumulative,
        sum(GREATEST(profit, 0)) OVER tiers - GREATEST(profit, 0)
            * (count(*) OVER tiers - rank() OVER tiers + 1) AS better,
        sum(GREATEST(profit, 0)) OVER (PARTITION BY company) AS total
    FROM customers
    WINDOW buyers AS (PARTITION BY company, purchases > 0),
        tiers AS (PARTITION BY company ORDER BY profit DESC),
        curve AS (PARTITION BY company ORDER BY profit DESC, partner ROWS UNBOUNDED PRECEDING)),
figures AS MATERIALIZED (
    SELECT *, CASE WHEN purchases > 0 THEN 1 + 5 * r_worse / n END AS r,
        CASE WHEN purchases > 0 THEN 1 + 5 * f_worse / n END AS f,
        CASE WHEN purchases > 0 THEN 1 + 5 * m_worse / n END AS m,
        CASE WHEN first IS NULL THEN NULL WHEN profit <= 0 THEN 'D'
            WHEN better < 0.5 * total THEN 'A' WHEN better < 0.8 * total THEN 'B'
            WHEN better < 0.95 * total THEN 'C' ELSE 'D' END AS tier,
        CASE WHEN first IS NULL THEN 'prospect' WHEN purchases = 0 THEN 'inactive'
            WHEN m_better * 100 < n THEN 'top' WHEN m_better * 100 < 5 * n THEN 'large'
            WHEN m_better * 100 < 20 * n THEN 'medium' ELSE 'small' END AS pyramid,
        CASE WHEN first IS NULL THEN 'prospect' WHEN %(today)s::date - last > 365 THEN 'lost'
            WHEN %(today)s::date - returned <= 180 THEN 'won_back'
            WHEN %(today)s::date - first <= 90 THEN 'new'
            WHEN first >= %(month)s::date - interval '11 months' THEN 'mature'
            WHEN revenue >= 1.2 * revenue_before THEN 'growing'
            WHEN revenue <= 0.8 * revenue_before THEN 'declining' ELSE 'mature' END AS stage,
        CASE WHEN revenue > 0 THEN profit / revenue END AS margin
    FROM places)
SELECT count(*), sum(revenue), sum(profit), sum(r), sum(f), sum(m),
    count(*) FILTER (WHERE tier = 'A') FROM figures
"""
FIGURES = "".join(
    (
        "WITH moves AS (",
        MOVES,
        "), lines AS (",
        LINES.format(documents="moves"),
        " OFFSET 0),",
        FIGURES,
    )
)
# What pandas reads: it has the other columns of the documents from ``MOVES``.
DOCUMENTS = """
(SELECT id AS move_id FROM account_move
    WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt'))
"""
READ_LINES = LINES.format(documents=DOCUMENTS)
OURS = """
SELECT count(*), sum(revenue), sum(profit), sum(r_score), sum(f_score), sum(m_score),
    count(*) FILTER (WHERE tier = 'A') FROM crm_customer_snapshot
WHERE is_current AND company_id IS NOT NULL AND (first_purchase IS NOT NULL OR profit <> 0)
"""
BACK = """
CREATE TEMP TABLE bench_back (partner int, company int, revenue numeric, revenue_before numeric,
    profit numeric, known numeric, guess numeric, purchases int, all_revenue numeric,
    all_profit numeric, first date, last date, returned date, r int, f int, m int, rfm text,
    place int, cumulative numeric, tier text, pyramid text, stage text, margin float) ON COMMIT DROP
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
    """Measure each data set and print its tables; the exit code is 1 when one has failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int, nargs="*")
    parser.add_argument("--real", action="store_true", help="also the full Complete Journey year")
    parser.add_argument("--full", action="store_true", help="also a million customers, and --real")
    arguments = parser.parse_args()
    sizes = arguments.customers or (FULL if arguments.full else SIZES)
    done = [_measured(f"{count:,} customers", partial(_generated, count)) for count in sizes]
    if arguments.real or arguments.full:
        done.append(_real_year())
    return 0 if all(done) else 1


def _measured(name, database):
    """Whether the data set that *database* provides was measured."""
    try:
        with database() as there:
            figures = measure(there)
    except (DisagreementError, SetupError, psycopg2.Error) as problem:
        print(f"{name}: not measured. {problem}", flush=True)
        return False
    show(name, figures)
    return True


@contextmanager
def _generated(count):
    yield value_data.prepare(count)


def _real_year():
    if not databases.exists(LOADED):
        print("Real year: not loaded, run bin/demo --real.", flush=True)
        return True
    return _measured("Complete Journey", _copy_of_real_year)


@contextmanager
def _copy_of_real_year():
    """A copy with our addon as it is now; the loaded year itself is left alone."""
    try:
        databases.copy(LOADED, REAL)
        odoo.update(REAL, [value_data.ADDON.name])
        postgres.psql(REAL, "VACUUM ANALYZE")
        yield REAL
    finally:
        databases.drop(REAL)


def measure(database):
    """Return ``{what: Seconds}`` and counts; the database is left as it was."""
    with closing(value_data.connect(database)) as cr:
        env = value_data.environment(cr)
        cr.execute("SELECT max(invoice_date) FROM account_move WHERE move_type = 'out_invoice'")
        today = cr.fetchone()[0]
        _costs_count_as_recorded(env, today)
        _contacts_cost_nothing(env)
        figures = _counts(cr)
        cr.execute("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'")
        figures |= _peers(cr, today, 1 if figures["lines"] > 2_000_000 else 2)
        figures |= _ours(env, today, figures.pop("agreed"))
        cr.rollback()
    return figures


def _peers(cr, today, rounds):
    days, computed = {"today": today, "month": today.replace(day=1)}, []

    def agreed():
        cr.execute(FIGURES, days)
        figures["agreed"] = cr.fetchone()

    figures = {"SQL sums": min(timed(cr, lambda: cr.execute(SUMS)) for _run in range(rounds))}
    figures["SQL figures"] = min(timed(cr, agreed) for _run in range(rounds))
    # Loading the libraries is not part of the work.
    importlib.import_module("pandas")
    runs = [timed(cr, lambda: computed.append(with_pandas(cr, today))) for _run in range(rounds)]
    figures["pandas"] = min(runs)
    figures["+ back"] = figures["pandas"].plus(timed(cr, lambda: deliver(cr, computed[0])))
    _agree("pandas", figures["agreed"], _essence(computed[0]))
    return figures


def _essence(customers):
    sums = customers[["revenue", "profit", "r", "f", "m"]].sum()
    return (len(customers), *sums, (customers["tier"] == "A").sum())


def _agree(name, expected, got):
    """Stop when two sides differ: a cent is lost to floats, at most."""
    pairs = [(float(a), float(b)) for a, b in zip(expected, got, strict=True)]
    if any(abs(a - b) > max(0.02, 1e-9 * a) for a, b in pairs):
        raise DisagreementError(f"{name} computes something else: {got} instead of {expected}")


def _costs_count_as_recorded(env, today):
    env["crm.value.setting"].search([]).unlink()
    env["crm.value.setting"].create({"costs_recorded_since": today.replace(year=2000, day=1)})
    env.flush_all()


def _contacts_cost_nothing(env):
    """The peers know neither contact costs nor overhead."""
    env["crm.overhead.pool"].search([]).unlink()
    env.flush_all()
    env.cr.execute("UPDATE crm_touchpoint SET cost = 0 WHERE cost <> 0")


def _counts(cr):
    """The lines that all sides read."""
    cr.execute("".join(("SELECT count(*) FROM (", READ_LINES, ") lines")))
    return {"lines": cr.fetchone()[0]}


def _ours(env, today, agreed):
    snapshots, figures = env["crm.customer.snapshot"], {}
    env.cr.execute(f"TRUNCATE {', '.join(OURS_FILLED)}")
    env["crm.value.state"]._get().date = False
    figures["first refresh"] = timed(env.cr, lambda: snapshots._refresh(date=today))
    env.cr.execute(OURS)
    _agree("The refresh", agreed, env.cr.fetchone())
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
    """The same figures by a pandas pipeline: one row per customer and company."""
    import numpy as np
    import pandas as pd

    lines, moves = _read(cr, READ_LINES), _read(cr, MOVES)
    for column in ("known", "refund", "due"):
        table = lines if column in lines else moves
        table[column] = table[column] == "t"
    lines["guess"] = lines["revenue"].where(~lines["known"] & lines["cost"].notna())
    lines["known"] = lines["revenue"].where(lines["known"])
    sums = lines.groupby("move_id", sort=False)[["revenue", "cost", "known", "guess"]].sum()
    months = _months(moves.join(sums, on="move_id", how="inner"), pd)
    return _rate(_customers(months, np.datetime64(today, "M"), pd), pd.Timestamp(today), np)


def _months(moves, pd):
    moves["cost"] = moves["cost"].where(~moves["refund"], -moves["cost"])
    moves["day"] = pd.to_datetime(moves["day"])
    moves["purchase"] = moves["day"].where(~moves["refund"] & moves["due"])
    moves["month"] = moves["day"].values.astype("datetime64[M]")
    months = moves.groupby(["partner", "company", "month"], sort=True).agg(
        revenue=("revenue", "sum"),
        cost=("cost", "sum"),
        known=("known", "sum"),
        guess=("guess", "sum"),
        purchases=("purchase", "count"),
        first=("purchase", "min"),
        last=("purchase", "max"),
    )
    months["cost"] = months["cost"].round(2)
    return months.reset_index()


def _customers(months, now, pd):
    key = ["partner", "company"]
    months["profit"] = months["revenue"] - months["cost"]
    # Dates are in order, so the last one before is the latest.
    last = months.groupby(key, sort=False)["last"]
    previous = last.ffill().groupby([months["partner"], months["company"]], sort=False).shift()
    months["returned"] = months["first"].where(months["first"] - previous > pd.Timedelta(days=365))
    customers = months.groupby(key, sort=False).agg(
        all_revenue=("revenue", "sum"),
        all_profit=("profit", "sum"),
        first=("first", "min"),
        last=("last", "max"),
        returned=("returned", "max"),
    )
    inside = months[(months["month"] > now - 12) & (months["month"] <= now)]
    before = months[(months["month"] <= now - 12) & (months["month"] > now - 24)]
    columns = ["revenue", "profit", "known", "guess", "purchases"]
    customers = customers.join(inside.groupby(key, sort=False)[columns].sum())
    customers["revenue_before"] = before.groupby(key, sort=False)["revenue"].sum()
    return customers.fillna(dict.fromkeys([*columns, "revenue_before"], 0))


def _read(cr, query):
    import pandas as pd

    with tempfile.TemporaryFile() as file:
        cr._obj.copy_expert(f"COPY ({query}) TO STDOUT WITH CSV HEADER", file)
        file.seek(0)
        return pd.read_csv(file)


def _rate(customers, today, np):
    for column in ("revenue", "revenue_before", "profit"):
        customers[column] = customers[column].round(2)
    buyers = customers[customers["purchases"] > 0]
    n = buyers.groupby("company")["revenue"].transform("size")
    for score, column in (("r", "last"), ("f", "purchases"), ("m", "revenue")):
        worse = buyers.groupby("company")[column].rank(method="min") - 1
        customers[score] = (1 + 5 * worse // n).reindex(customers.index)
    scores = customers[["r", "f", "m"]].fillna(0).astype(int).astype(str)
    customers["rfm"] = scores["r"] + scores["f"] + scores["m"]
    place = buyers.groupby("company")["revenue"].rank(method="min", ascending=False) - 1
    customers["better"] = (place * 100 / n).reindex(customers.index)
    customers = customers.reset_index().sort_values(
        ["company", "profit", "partner"], ascending=[True, False, True]
    )
    return _stages(_curve(customers, np), today, np)


def _curve(customers, np):
    company = customers["company"]
    positive = customers["profit"].clip(lower=0)
    so_far = (positive.groupby(company).cumsum() - positive).round(2)
    so_far = so_far.groupby([company, customers["profit"]], sort=False).transform("first")
    share = so_far / positive.groupby(company).transform("sum")
    customers["place"] = customers.groupby("company").cumcount() + 1
    customers["cumulative"] = customers.groupby("company")["profit"].cumsum()
    customers["tier"] = np.select(
        [customers["profit"] <= 0, share < 0.5, share < 0.8, share < 0.95], list("DABC"), "D"
    )
    better = customers["better"]
    customers["pyramid"] = np.select(
        [customers["first"].isna(), better.isna(), better < 1, better < 5, better < 20],
        ["prospect", "inactive", "top", "large", "medium"],
        "small",
    )
    return customers


def _stages(customers, today, np):
    window = (np.datetime64(today, "M") - 11).astype("datetime64[ns]")
    customers["stage"] = np.select(
        [
            customers["first"].isna(),
            (today - customers["last"]).dt.days > 365,
            (today - customers["returned"]).dt.days <= 180,
            (today - customers["first"]).dt.days <= 90,
            customers["first"] >= window,
            customers["revenue"] >= 1.2 * customers["revenue_before"],
            customers["revenue"] <= 0.8 * customers["revenue_before"],
        ],
        ["prospect", "lost", "won_back", "new", "mature", "growing", "declining"],
        "mature",
    )
    customers["margin"] = (customers["profit"] / customers["revenue"]).where(
        customers["revenue"] > 0
    )
    return customers


def deliver(cr, customers):
    """Write the figures into an empty table by COPY and index it by customer and by profit."""
    cr.execute(BACK)
    columns = re.findall(r"(\w+) (?:int|numeric|date|text|float)\b", BACK)
    whole = dict.fromkeys(("purchases", "r", "f", "m", "place"), "Int64")
    with tempfile.TemporaryFile() as file:
        customers[columns].astype(whole).to_csv(file, index=False, header=False)
        file.seek(0)
        cr._obj.copy_expert("COPY bench_back FROM STDIN WITH CSV", file)
    cr.execute("CREATE UNIQUE INDEX ON bench_back (partner, company)")
    cr.execute("CREATE INDEX ON bench_back (company, profit DESC)")


class DisagreementError(Exception):
    """Two sides compute different figures, so that their times cannot be compared."""


class Seconds(NamedTuple):
    """What a call takes: CPU of both processes, and the time by the clock."""

    cpu: float
    clock: float

    def plus(self, other):
        """Return both one after the other."""
        return Seconds(self.cpu + other.cpu, self.clock + other.clock)


def timed(cr, function):
    """Return the :class:`Seconds` of a call; all runs use one database process."""
    before, began = _cpu(cr), time.monotonic()
    function()
    return Seconds(_cpu(cr) - before, time.monotonic() - began)


def _cpu(cr):
    cr.execute("SELECT pg_backend_pid()")
    status = Path(f"/proc/{cr.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    ticks = int(status[11]) + int(status[12])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


#: Ours, what it is called, the peer (another key of the figures), what it is called, the aim.
COMPARED = (
    ("full again", "full refresh", "SQL figures", "same figures in bare SQL", "≤ 2"),
    ("full again", "full refresh", "SQL sums", "sums in bare SQL", "≤ 2"),
    ("full again", "full refresh", "+ back", "pandas, delivered", "≤ 0.33"),
    ("full again", "full refresh", "pandas", "pandas, not delivered", ""),
    ("first refresh", "first refresh", "SQL figures", "same figures in bare SQL", "≤ 2"),
    ("first refresh", "first refresh", "+ back", "pandas, delivered", "≤ 0.33"),
    ("after 1 % new", "refresh after 1 % new", "full again", "full refresh", "≤ 0.05"),
    ("cells after 1 %", "its months alone", "full again", "full refresh", ""),
    ("nothing new", "refresh, nothing new", "full again", "full refresh", ""),
    ("columns grouped", "customers grouped by tier", "", "", ""),
)


def show(name, figures):
    """Print the table of one data set: CPU time and time by the clock."""
    print(
        f"\n{name}: {figures['lines']:,} lines, {figures['months']:,} months,"
        f" {figures['snapshots']:,} snapshots, {figures['new invoices']:,} new invoices"
    )
    for kind, title in (("cpu", "CPU"), ("clock", "clock")):
        show_table([_row(figures, kind, title, *compared) for compared in COMPARED])


def _row(figures, kind, title, ours, what, peer, against, aim):
    def milliseconds(key):
        return getattr(figures[key], kind) * 1000 if key else None

    return Row(f"{title}: {what}", milliseconds(ours), milliseconds(peer), against, aim, "ms")


if __name__ == "__main__":
    sys.exit(main())
