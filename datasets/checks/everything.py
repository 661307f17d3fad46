"""Recompute all documents, in several processes, and compare the totals with the source again.

Each process takes a share of the customers, recomputes their documents in its own transaction, sums
up what Odoo's tables hold after that, and rolls back.
"""

import os
import time
from collections import namedtuple
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from . import recompute, stored

#: Seconds between two lines of progress of a process.
EVERY = 30

#: What a process found: Findings by model, totals and receipts of its customers.
Part = namedtuple("Part", "findings totals receipts")


def check(env, results, truth, receipts, timezone, jobs):
    """Recompute all orders in *jobs* processes; *truth* and *receipts* are those of the source."""
    arguments = [(env.cr.dbname, (part, jobs), timezone) for part in range(jobs)]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        parts = list(pool.map(_part, arguments))
    findings = {
        model: _sum([part.findings[model] for part in parts], recompute.added)
        for model in recompute.MODELS
    }
    recompute.tell(results, findings)
    totals = stored.added([part.totals for part in parts])
    stored.compare(results, truth, totals, "recomputed")
    orders, invoices = (
        {name: cents for part in parts for name, cents in part.receipts[side].items()}
        for side in (0, 1)
    )
    stored.compare_receipts(env.cr, results, receipts, orders, invoices, "recomputed")


def _sum(values, add):
    first, *rest = values
    for value in rest:
        first = add(first, value)
    return first


def _part(arguments):
    """Recompute one share; runs in a process of its own."""
    from ..environment import opened

    database, share, timezone = arguments
    with opened(database) as env:
        report = _Report(share)
        orders = _ids(env.cr, "SELECT id FROM sale_order WHERE partner_id %% %s = %s", share)
        entries = _ids(
            env.cr,
            "SELECT id FROM account_move WHERE move_type = 'entry' AND id %% %s = %s",
            share,
        )
        findings = recompute.recomputed(env, orders, entries, report)
        totals = stored.totals(env.cr, timezone, share)
        receipts = stored.receipts(env.cr, share)
        env.cr.rollback()
    return Part(findings, totals, receipts)


def _ids(cr, statement, share):
    part, parts = share
    cr.execute(f"{statement} ORDER BY id", [parts, part])
    return [row[0] for row in cr.fetchall()]


class _Report:
    """Prints how far a process is and how long it will take."""

    def __init__(self, share):
        self.title = f"recompute, process {share[0] + 1} of {share[1]}, pid {os.getpid()}"
        self.started = self.told = time.monotonic()

    def __call__(self, done):
        now = time.monotonic()
        if now - self.told < EVERY and done < 1:
            return
        self.told = now
        left = (now - self.started) * (1 / done - 1)
        print(f"    {self.title}: {done:.0%}, {left / 60:.0f} min left", flush=True)
