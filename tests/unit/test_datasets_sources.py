"""The sources as they are read, before anything of Odoo."""

from datetime import date, datetime
from itertools import pairwise

import pyarrow.compute as pc
import pytest

from datasets import notes
from datasets.checks import truth
from datasets.sources import SOURCES, Cdnow, CompleteJourney
from datasets.sources.base import Line, Slice
from datasets.sources.cdnow import _purchase
from datasets.sources.complete_journey import product_name

#: Published with the data: households, receipts, lines; customers and purchases of CDNOW.
SIZES = {"complete-journey": (2469, 155_848, 1_469_307), "cdnow": (23_570, 69_659, 69_659)}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_size_of_the_source(name):
    table = SOURCES[name]().table()
    counted = [pc.count_distinct(table[key]).as_py() for key in ("customer", "basket")]
    assert (*counted, table.num_rows) == SIZES[name]


def test_amounts_of_the_retail_year():
    table = CompleteJourney().table()
    sums = {key: pc.sum(table[key]).as_py() for key in ("net", "retail", "coupon", "match")}
    assert sums == {"net": 459_603_958, "retail": 79_165_064, "coupon": 2_635_990, "match": 454_265}


def test_lines_come_receipt_by_receipt_in_the_order_of_time():
    lines = list(CompleteJourney(Slice(weeks=2, households=50)).lines())
    assert len(lines) > 100
    assert all((a.moment, a.basket, a.product) < (b.moment, b.basket, b.product)
               for a, b in pairwise(lines))  # fmt: skip


def test_slice_takes_the_first_weeks_and_households():
    part = CompleteJourney(Slice(weeks=1, households=10))
    households = {line.customer for line in part.lines()}
    assert len(households) == 10
    assert {customer.code for customer in part.customers()} == households
    assert {line.product for line in part.lines()} == {product.code for product in part.products()}
    assert {household for _campaign, household in part.targets()} <= households
    whole = {household for _campaign, household in CompleteJourney().targets()}
    assert len(whole) == 1559


def test_campaigns_targets_and_redemptions_are_complete():
    source = CompleteJourney()
    assert len(source.campaigns()) == 27
    assert len(source.targets()) == 6589
    assert len(source.redemptions()) == 2102
    assert source.campaigns()[12][:3] == (13, "Type A", date(2017, 8, 8))


def test_profile_of_a_household():
    customers = {customer.code: customer for customer in CompleteJourney().customers()}
    assert dict(customers[1003].profile) == {
        "Age": "35-44",
        "Income": "25-34K",
        "Marital status": "Unmarried",
        "Household size": "1",
        "Household composition": "1 Adult No Kids",
        "Kids": "0",
    }  # whether he owns his home is not known
    assert sum(bool(customer.profile) for customer in customers.values()) == 801


def test_catalogue_includes_products_that_only_receipts_know():
    products = {product.code: product for product in CompleteJourney().products()}
    assert len(products) == 92_331 + 17
    assert sum(product.department == "Unknown" for product in products.values()) == 17
    ice = products[25671]
    assert ice.name == "Ice - crushed/cubed, 22 LB"
    assert (ice.department, ice.brand, ice.manufacturer) == ("GROCERY", "National brand", "2")


def test_name_of_a_product_without_a_type_is_its_department():
    assert product_name(("MISCELLANEOUS", None, None), "") == "Miscellaneous"


def test_row_of_the_purchase_file():
    row = _purchase(7, " 00002 19970112  5   77.00")
    assert Line(*row) == Line(7, 2, None, 1, 5, 7700, 0, 0, 0, datetime(1997, 1, 12, 17))


def test_slice_of_purchases():
    part = Cdnow(Slice(weeks=1, households=5))
    days = {line.moment.date() for line in part.lines()}
    assert (min(days), max(days) <= date(1997, 1, 7)) == (date(1997, 1, 1), True)
    assert len(part.customers()) == 5


def test_truth_is_grouped_by_the_month_of_the_shop():
    # the last receipts are of New Year's Eve, though it is the first of January in UTC
    totals = truth.totals(CompleteJourney())
    assert sorted(totals["month"]["net"])[-1] == "2017-12"
    assert sum(totals["month"]["net"].values()) == 459_603_958


def test_notes_tell_the_period_and_the_assumed_margins():
    summary = {
        "customers": 5, "orders": 9, "lines": 9,
        "first": date(1997, 1, 1), "last": date(1997, 1, 7),
    }  # fmt: skip
    text = notes.compose(Cdnow(Slice(households=5)), summary)
    assert "CDNOW, 1997-01-01 to 1997-01-07: 5 customers, 9 receipts, 9 lines." in text
    assert "MUSIC: 20%" in text
