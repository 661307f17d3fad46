"""Return of campaigns (ROI-2): 500 campaigns over a million leads and a million invoices.

``python -m bench.bench_campaign_return [--invoices N] [--full]`` with ODOO_RC set (bin/bench does).
The database of ``campaign_data`` has two invoices per customer of two and three lines each, from
orders of campaigns, and as many leads; 20,000 invoices unless told otherwise, with ``--full`` a
million. What each side does:

- *return*: revenue, product cost, profit, cost and both returns of all campaigns, as their list
  shows them, against one statement that sums revenue and recorded cost per campaign;
- *comparison*: the same with leads and deals won, as the comparison shows them, against that
  statement and one that counts leads;
- *one campaign*: revenue of one of them, against the same statement for that campaign alone;
- *return page*: everything that the page of that campaign shows, without a peer;
- *invoiced_amount*: Odoo's own field of the same campaigns, for time only: it knows no cost, no
  window, and counts vendor bills too.

Revenue, product cost, deals, leads and deals won of both sides are checked to agree. Given are
milliseconds of CPU of this process and the database's together, parallel plans off; the better of
two runs counts.
"""

import argparse
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import campaign_data, table, value_data
from bench.bench_snapshot import DisagreementError, _costs_count_as_recorded, timed

ROUNDS = 2
SUMS = """
SELECT o.campaign_id, sum(-l.balance) AS revenue,
    sum(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
        * l.quantity * s.purchase_price) AS cost, count(DISTINCT o.id) AS deals
FROM account_move_line l
JOIN account_move m ON m.id = l.move_id
JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
JOIN sale_order_line s ON s.id = r.order_line_id
JOIN sale_order o ON o.id = s.order_id
JOIN utm_campaign c ON c.id = o.campaign_id
WHERE m.state = 'posted' AND l.display_type = 'product'
    AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
    AND m.invoice_date BETWEEN c.window_start AND c.window_end
GROUP BY 1
"""
LEADS = """
SELECT campaign_id, count(*), count(*) FILTER (WHERE won_status = 'won')
FROM crm_lead WHERE campaign_id IS NOT NULL GROUP BY 1
"""


def main():
    """Make the database, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=20_000)
    parser.add_argument("--full", action="store_true", help="a million invoices and leads")
    arguments = parser.parse_args()
    invoices = 1_000_000 if arguments.full else arguments.invoices
    with closing(value_data.connect(campaign_data.prepare(invoices))) as cr:
        table.show(measure(cr))
        cr.rollback()


def measure(cr):
    """Rows of the table; both sides agree."""
    env = value_data.environment(cr)
    cr.execute("SELECT current_date")
    _costs_count_as_recorded(env, cr.fetchone()[0])
    cr.execute("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'")
    campaigns = env["utm.campaign"].search([("name", "=like", "bench %")])
    _agree(cr, campaigns)
    _compared_agree(cr, env)
    sums = _best(cr, lambda: _fetch(cr, SUMS))
    leads = _best(cr, lambda: _fetch(cr, LEADS))
    ours = _best(cr, lambda: _read(campaigns, "campaign_return"))
    compared = _best(cr, lambda: _compare(env))
    one = campaigns[7]
    alone = SUMS.replace("GROUP BY", "AND o.campaign_id = %s GROUP BY")
    single = _best(cr, lambda: _read(one, "revenue"))
    bare = _best(cr, lambda: cr.execute(alone, [one.id]))
    page = _best(cr, lambda: (env.invalidate_all(), one.get_return_page()))
    stock = _best(cr, lambda: _read(campaigns, "invoiced_amount"))
    return [
        table.Row("return of campaigns", ours, sums, "bare SQL sums", "≤ 2", "ms"),
        table.Row("comparison with leads", compared, sums + leads, "bare SQL", "≤ 2", "ms"),
        table.Row("return of one campaign", single, bare, "bare SQL sums", "", "ms"),
        table.Row("return page of one campaign", page, unit="ms"),
        table.Row("return of campaigns", ours, stock, "Odoo's invoiced_amount", "", "ms"),
    ]


def _agree(cr, campaigns):
    """Stop when revenue, profit or deals of a campaign differ by more than floats lose."""
    expected = {row[0]: tuple(map(float, row[1:])) for row in _fetch(cr, SUMS)}
    for campaign in campaigns:
        revenue, cost, deals = expected.get(campaign.id, (0.0, 0.0, 0.0))
        wrong = (
            abs(campaign.revenue - revenue),
            abs(campaign.gross_profit - revenue + cost),
            abs(campaign.deal_count - deals),
        )
        if max(wrong) > 0.05:
            raise DisagreementError(f"{campaign.title}: {wrong} off")


def _compared_agree(cr, env):
    """Stop when the comparison tells another revenue, profit, number of leads or of deals won."""
    sums = {row[0]: (float(row[1]), float(row[1] - row[2])) for row in _fetch(cr, SUMS)}
    expected = {row[0]: (*sums[row[0]], *row[1:]) for row in _fetch(cr, LEADS)}
    for row in _compare(env):
        told = row["revenue"], row["profit"], row["leads"], row["won"]
        pairs = zip(told, expected[row["campaign_id"][0]], strict=True)
        if max(abs(a - b) for a, b in pairs) > 0.05:
            raise DisagreementError(f"{row['campaign_id'][1]}: {told} compared")


def _best(cr, function):
    return min(timed(cr, function) for _run in range(ROUNDS)).cpu * 1000


def _fetch(cr, statement):
    cr.execute(statement)
    return cr.fetchall()


def _read(campaigns, name):
    campaigns.env.invalidate_all()
    return campaigns.mapped(name)


def _compare(env):
    env.invalidate_all()
    return env["crm.campaign.return.report"].search_read(
        [], ["campaign_id", "cost", "revenue", "profit", "leads", "won", "campaign_return"]
    )


if __name__ == "__main__":
    main()
