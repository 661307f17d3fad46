"""Prove that a loaded database equals its source: ``python -m datasets.check --database NAME``.

Totals by month, customer and product are compared with the source to the cent, before and after
Odoo recomputes a sample of the documents (or all), in Odoo's tables and in Odoo's own reports; the
books must balance and the database must go on working. Nothing is changed. The last line says how
many differences there are; the exit code is 1 when there is one.
"""

import argparse
import json
import os
import sys
import time

from .environment import opened
from .load import MARK
from .sources import SOURCES
from .sources.base import Slice


def main(arguments=None):
    options = _options(arguments)
    with opened(options.database) as env:
        results = run(env, options.sample, options.everything and options.jobs)
        env.cr.rollback()
    print(results.text())
    return 1 if results.differences else 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="datasets.check", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--sample", type=int, default=2000, help="orders to recompute")
    parser.add_argument("--everything", action="store_true", help="recompute all orders")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="processes that recompute everything"
    )
    return parser.parse_args(arguments)


def run(env, sample, jobs=0):
    """All checks; returns their :class:`~datasets.checks.result.Results`.

    With *jobs* all orders are recomputed, by so many processes; otherwise a *sample* of so many.
    """
    from .checks import (
        association,
        campaigns,
        churn,
        everything,
        integrity,
        lifetime,
        marketing,
        recompute,
        reports,
        stored,
        truth,
        usable,
        value,
    )
    from .checks.result import Results

    source = loaded_source(env)
    results, cr = Results(), env.cr
    with _Step("source"):
        totals, receipts = truth.totals(source), truth.receipts(source)
    with _Step("tables"):
        stored.check(cr, results, totals, source.timezone, "as loaded")
        stored.check_receipts(cr, results, receipts, "as loaded")
        campaigns.check(cr, results, source)
    with _Step("integrity"):
        integrity.check(env, results)
    with _Step("reports"):
        reports.check(env, results, totals, source.timezone)
        reports.check_customer_ledger(env, results, totals)
    with _Step("campaigns by pandas"):
        marketing.check(env, results, source)
    with _Step("value and RFM by pandas"):
        value.check(env, results, source)
    with _Step("product association by SciPy"):
        association.check(env, results, source)
    with _Step("churn by pandas"):
        churn.check(env, results, source)
    with _Step("life-time values by pandas"):
        lifetime.check(env, results, source)
    if jobs:
        with _Step("recompute of everything"):
            everything.check(env, results, totals, receipts, source.timezone, jobs)
    else:
        with _Step("recompute"):
            recompute.check(env, results, recompute.sample(cr, sample))
        with _Step("tables again"):
            stored.check(cr, results, totals, source.timezone, "recomputed")
            stored.check_receipts(cr, results, receipts, "recomputed")
    with _Step("a new sale"):
        usable.check(env, results)
    return results


def loaded_source(env):
    """The data set, and the part of it, that the database says it holds."""
    mark = env["ir.config_parameter"].get_param(MARK)
    if not mark:
        raise SystemExit("No data set is loaded in this database.")
    values = json.loads(mark)
    return SOURCES[values.pop("dataset")](Slice(**values))


class _Step:
    """Says how long a step took."""

    def __init__(self, title):
        self.title = title

    def __enter__(self):
        self.started = time.monotonic()

    def __exit__(self, *_error):
        print(f"  {self.title}: {time.monotonic() - self.started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
