"""Customer 360 (C360-1): opening it for the longest history, against Odoo's own contact form.

``python -m bench.bench_360 [--database NAME] [--user LOGIN] [--rounds N]`` with ODOO_RC set. The
database has the addon installed and its ledger filled; without a name that of ``bin/demo --real``,
else that of ``bin/demo``; nothing is written. The peer is what the web client reads to open Odoo's
contact form: ``web_read`` with the form's own fields, those of this suite left out. Both start with
empty record caches; times are medians.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from suite import databases

ADDON = "crm_customer_insight"
ROUNDS = 7
X2MANY_LIMIT = 40
LONGEST = """
    SELECT commercial_partner_id, count(*) FROM crm_touchpoint
     WHERE commercial_partner_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1
"""


def main():
    arguments = _arguments()
    options = ["-c", os.environ["ODOO_RC"], "-d", arguments.database, "--log-level", "error"]
    root = str(Path(__file__).resolve().parents[1] / "addons")
    config.parse_config(options)
    if root not in config["addons_path"]:
        config["addons_path"].append(root)
    with Registry(arguments.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute(LONGEST)
        found = cr.fetchone()
        if not found:
            raise SystemExit("The touch ledger is empty: fill it first (scheduled action).")
        user = env["res.users"].search([("login", "=", arguments.user)])
        measure(env(user=user.id), *found, rounds=arguments.rounds)
        cr.rollback()


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="with a filled ledger; that of bin/demo by default")
    parser.add_argument("--full", action="store_true", help="no difference: it is one customer")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    arguments.database = arguments.database or _loaded()
    return arguments


def _loaded():
    for name in reversed(databases.DEMO[:2]):
        if databases.exists(name):
            return name
    raise SystemExit("There is no demo to measure: run bin/demo or bin/demo --real first.")


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
    print(f"{'what':34} {'ours':>9} {'peer':>9} {'ratio':>6} {'queries':>12}")
    for name, (seconds, queries) in results.items():
        print(
            f"{name:34} {seconds * 1000:6.0f} ms {form[0] * 1000:6.0f} ms"
            f" {seconds / form[0]:6.2f} {queries:5} / {form[1]}"
        )


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
