"""CDNOW: every purchase, until June 1998, of the customers who first bought in early 1997.

Fader and Hardie's master file: customer, day, number of compact discs, dollars. A row is a
purchase. There is no time of day (noon is used), no store, no product: all are compact discs.
"""

from datetime import datetime, timedelta
from functools import cache

import pyarrow as pa

from ..dates import noon
from .base import Customer, Product, Source, data_file

PRODUCT = 1


class Cdnow(Source):
    name = "cdnow"
    title = "CDNOW"
    company = "CDNOW"
    timezone = "America/New_York"
    product_unit = "compact discs"

    def table(self):
        columns = zip(*_purchases(self.part), strict=True)
        return pa.table([pa.array(column) for column in columns], names=_COLUMNS)

    def customers(self):
        codes = sorted({row[1] for row in _purchases(self.part)})
        return [Customer(code, f"Customer {code:05d}") for code in codes]

    def products(self):
        return [Product(PRODUCT, "Compact disc", ("MUSIC",))]

    def basket_name(self, basket):
        return f"CDNOW{basket:05d}"


_COLUMNS = (
    "basket", "customer", "store", "product", "quantity",
    "net", "retail", "coupon", "match", "moment",
)  # fmt: skip


@cache
def _purchases(part):
    lines = data_file("lifetimes", "datasets", "CDNOW_master.txt").read_text().splitlines()[1:]
    found = [_purchase(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if part.weeks:
        limit = min(row[-1] for row in found) + timedelta(weeks=part.weeks)
        found = [row for row in found if row[-1] < limit]
    if part.households:
        codes = set(sorted({row[1] for row in found})[: part.households])
        found = [row for row in found if row[1] in codes]
    return found


def _purchase(number, text):
    """A row of the file, e.g. ``00001 19970101  1   11.77``, as a receipt with one line."""
    customer, day, pieces, dollars = text.split()
    moment = noon(datetime.strptime(day, "%Y%m%d").date(), Cdnow.timezone)
    cents = round(float(dollars) * 100)
    return (number, int(customer), None, PRODUCT, int(pieces), cents, 0, 0, 0, moment)
