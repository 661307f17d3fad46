"""Customer 360 (C360-1): opening it for the longest history, against Odoo's own contact form.

``python -m bench.bench_360 [--database NAME] [--user LOGIN] [--rounds N]`` with ODOO_RC set
(bin/bench does). The database has the addon installed and its ledger filled; without a name it is
that of ``bin/demo --real``, when there is one, else a copy of the demo company, which is made and
filled if need be. Nothing is written. The peer is what the web client reads to open Odoo's contact
form: ``web_read`` with the form's own fields, those of this suite left out. Both start with empty
record caches; times are medians.
"""

import argparse
import os
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench.table import Row, show
from suite import databases, demo

ADDON = "crm_customer_insight"
ROUNDS = 7
PEER = "Odoo's contact form"
#: Whoever opens the page waits no longer than for Odoo's own form.
AIMS = {"360: all three": "≤ 1"}
X2MANY_LIMIT = 40
LONGEST = """
    SELECT commercial_partner_id, count(*) FROM crm_touchpoint
     WHERE commercial_partner_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1
"""


def main():
    arguments = _arguments()
    with _database(arguments.database) as name, _opened(name) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute(LONGEST)
        found = cr.fetchone() or _filled(env)
        user = env["res.users"].search([("login", "=", arguments.user)])
        measure(env(user=user.id), *found, rounds=arguments.rounds)
        cr.rollback()


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="with the addon; the real year or the demo by default")
    parser.add_argument("--full", action="store_true", help="no difference: it is one customer")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


@contextmanager
def _database(name):
    """The database to measure: *name*, else the real year, else a copy of the demo company."""
    real = demo.REAL["complete-journey"]
    if name:
        yield name
    elif databases.exists(real):
        demo.bring_up_to_date(real)
        print(f"Measured on the real year, database {real}.", flush=True)
        yield real
    else:
        copy = f"{databases.RUN_PREFIX}bench_360_{os.getpid()}"
        databases.copy(demo.template(), copy)
        print("Measured on a copy of the demo company (bin/demo --real loads a real year).")
        try:
            yield copy
        finally:
            databases.drop(copy)


@contextmanager
def _opened(name):
    root = str(Path(__file__).resolve().parents[1] / "addons")
    config.parse_config(["-c", os.environ["ODOO_RC"], "-d", name, "--log-level", "error"])
    if root not in config["addons_path"]:
        config["addons_path"].append(root)
    with Registry(name).cursor() as cr:
        yield cr
    close_all()


def _filled(env):
    """The customer with the longest history, after the ledger has been filled."""
    env["crm.touchpoint"]._fill()
    env.cr.execute(LONGEST)
    return env.cr.fetchone()


def measure(env, partner_id, touches, rounds):
    """Print the table for one customer."""
    partner, ledger = env["res.partner"].browse(partner_id), env["crm.touchpoint"]
    contacts = partner.search_count([("commercial_partner_id", "=", partner_id)])
    print(f"{partner.display_name}: {touches} touches, {contacts} contacts; {rounds} rounds")
    specification = stock_form(env)
    form = timed(env, lambda: partner.web_read(specification), rounds)
    parts = {
        "360: all sections": lambda: partner.get_customer_360(partner_id),
        "360: first page of the time line": lambda: ledger.get_timeline(partner_id),
        "360: numbers on the chips": lambda: ledger.get_timeline_counts(partner_id),
    }
    results = {name: timed(env, function, rounds) for name, function in parts.items()}
    results["360: all three"] = tuple(map(sum, zip(*results.values(), strict=True)))
    rows = [
        Row(name, seconds * 1000, form[0] * 1000, PEER, AIMS.get(name, ""), "ms")
        for name, (seconds, _queries) in results.items()
    ]
    queries = [
        Row(f"{name}, queries", count, form[1], PEER) for name, (_seconds, count) in results.items()
    ]
    show([*rows, *queries])


def timed(env, function, rounds):
    """Median seconds and number of queries of a call on empty record caches."""
    function()
    seconds = []
    for _round in range(rounds):
        env.invalidate_all()
        queries, began = env.cr.sql_log_count, time.perf_counter()
        function()
        seconds.append(time.perf_counter() - began)
        queries = env.cr.sql_log_count - queries
    return statistics.median(seconds), queries


def stock_form(env):
    """The ``web_read`` specification of Odoo's contact form, without what this suite adds."""
    view = env["res.partner"].get_views([(False, "form")])["views"]["form"]
    return _fields_of(env, "res.partner", etree.fromstring(view["arch"]))


def _fields_of(env, model, arch):
    specification = {}
    for node in arch.iter("field"):
        if next(node.iterancestors("field"), arch) is not arch:
            continue
        field = env[model]._fields.get(node.get("name"))
        if field is not None and ADDON not in (field._modules or ()):
            specification[field.name] = _field(env, field, node)
    return specification


def _field(env, field, node):
    if field.type == "many2one":
        return {"fields": {"display_name": {}}}
    if field.type not in ("one2many", "many2many"):
        return {}
    inner = next((child for child in node if child.tag in ("list", "kanban")), None)
    fields = {"display_name": {}}
    if inner is not None:
        fields |= _fields_of(env, field.comodel_name, inner)
    return {"fields": fields, "limit": X2MANY_LIMIT}


if __name__ == "__main__":
    main()
