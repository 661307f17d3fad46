"""Load a public data set into an Odoo database: ``python -m datasets.load --database NAME``.

The database exists, has Sales, CRM and Invoicing installed, and has no sale yet. Everything is
loaded in one transaction: whatever happens in between, a second start begins anew; after the end it
does nothing but give the installed addons the chance to take the data in.
"""

import argparse
import json
import sys

from . import campaigns, catalogue, customers, hooks, notes, sales
from .environment import opened, vacuum
from .progress import Progress
from .sources import SOURCES
from .sources.base import Slice

#: Parameter that says which data set a database holds.
MARK = "datasets.loaded"
#: Phases and the seconds each takes for the full year, for the progress bar.
WEIGHTS = {
    "settings": 2,
    "receipts read and priced": 35,
    "customers and products": 6,
    "order lines": 25,
    "orders and invoices": 12,
    "journal items": 40,
    "payments": 10,
    "indexes and keys": 60,
    "campaigns": 2,
    "statistics": 10,
}
ROW_TABLES = (
    *(table for table in sales.BARE_TABLES if not table.endswith("_rel")),
    "res_partner",
    "product_category",
    "product_template",
    "product_product",
)


def main(arguments=None):
    options = _options(arguments)
    source = SOURCES[options.dataset](Slice(options.weeks, options.households))
    progress = Progress(WEIGHTS)
    with opened(options.database) as env:
        loaded = is_loaded(env, source)
        if not loaded:
            load(env, source, progress)
    if not loaded:
        with progress.phase("statistics"):
            vacuum(options.database)
    with opened(options.database) as env:
        hooks.run(env, source, progress)
    print(f"  {source.title} is in {options.database}: {sum(progress.seconds.values()):.0f} s.")


def _options(arguments):
    parser = argparse.ArgumentParser(prog="datasets.load", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--dataset", choices=sorted(SOURCES), default="complete-journey")
    parser.add_argument("--weeks", type=int, default=0, help="only the first weeks")
    parser.add_argument("--households", type=int, default=0, help="only that many customers")
    return parser.parse_args(arguments)


def is_loaded(env, source):
    """Whether the database holds *source* already; refuses one with other sales."""
    mark = env["ir.config_parameter"].get_param(MARK)
    if mark:
        if json.loads(mark) != identity(source):
            raise SystemExit(f"This database holds another data set: {mark}")
        return True
    if env["sale.order"].search_count([], limit=1) or env["account.move"].search_count([], limit=1):
        raise SystemExit("This database has sales or invoices already; take a fresh one.")
    return False


def identity(source):
    return {"dataset": source.name, **source.part._asdict()}


def load(env, source, progress):
    """Fill the database of *env* from *source*, within the transaction."""
    from . import patterns, staging, world
    from .bulk import advance_sequences, restore, strip

    cr = env.cr
    with progress.phase("settings"):
        place = world.prepare(env, source)
        pattern = patterns.observe(env, place)
    with progress.phase("receipts read and priced") as report:
        people, products = source.customers(), source.products()
        ids = _ids(cr, people, products)
        staged = staging.Staging(cr, source, *ids, place)
        staging.fill(cr, staged, products, report)
    with progress.phase("customers and products"):
        _load_masters(env, pattern, people, products, staged, ids)
    stripped = strip(cr, sales.BARE_TABLES)
    _load_sales(cr, pattern, progress)
    with progress.phase("indexes and keys") as report:
        restore(cr, stripped, report)
    with progress.phase("campaigns"):
        if source.has_campaigns:
            campaigns.load_campaigns(env, source, *ids)
            sales.keep_coupons(cr)
        advance_sequences(cr, ROW_TABLES)
        _finish(env, source)


def _ids(cr, people, products):
    """The ids that partners and products will have, by their numbers in the source."""
    from .bulk import first_id

    partner, product = first_id(cr, "res_partner"), first_id(cr, "product_product")
    return (
        {row.code: partner + position for position, row in enumerate(people)},
        {row.code: product + position for position, row in enumerate(products)},
    )


def _load_masters(env, pattern, people, products, staged, ids):
    partners, variants = ids
    customers.load_customers(env.cr, pattern, people, partners, staged.orders_of)
    customers.load_tags(env, people, partners)
    categories = catalogue.load_categories(env.cr, pattern, products)
    templates = catalogue.load_products(
        env.cr, pattern, products, variants, categories, staged.sales, env.company.id
    )
    catalogue.load_brands(env, products, templates)
    sales.stage_costs(env.cr, env.company.id)


def _load_sales(cr, pattern, progress):
    with progress.phase("order lines") as report:
        sales.load_order_lines(cr, pattern, report)
    with progress.phase("orders and invoices"):
        sales.load_orders(cr, pattern)
        sales.load_invoices(cr, pattern)
    with progress.phase("journal items") as report:
        sales.load_journal_items(cr, pattern, report)
    with progress.phase("payments"):
        sales.load_payments(cr, pattern)


def _finish(env, source):
    """Write the notes and the mark that says that all is there."""
    from .world import write_notes

    env.cr.execute(
        "SELECT COUNT(DISTINCT partner_id) AS customers, COUNT(*) AS orders, MIN(day) AS first,"
        " MAX(day) AS last, (SELECT COUNT(*) FROM stage_line) AS lines FROM stage_order"
    )
    write_notes(env, notes.compose(source, env.cr.dictfetchone()))
    env["ir.config_parameter"].set_param(MARK, json.dumps(identity(source)))


if __name__ == "__main__":
    sys.exit(main())
