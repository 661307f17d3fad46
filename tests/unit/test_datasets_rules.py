"""Rules of the data set loaders: amounts, costs, days, document numbers, comparisons."""

import io
from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest

from datasets import margins
from datasets.amounts import Priced, amount_cents, priced, unit_prices
from datasets.checks.result import Results, same
from datasets.dates import noon, shop_day
from datasets.numbering import YearCounter
from datasets.progress import Progress

EASTERN = "America/New_York"


@pytest.mark.parametrize(
    ("quantity", "net", "reduction", "line"),
    [
        (1, 50, 0, Priced(1, 0.5, 0.0)),
        # 2.00 / 3
        (3, 200, 0, Priced(3, 0.66666667, 0.0)),
        # 42.93 / 17151 thousandths of a gallon = 0.002503061
        (17151, 4293, 0, Priced(17151, 0.00250306, 0.0)),
        # shelf price 2.00, 0.50 off: a quarter
        (1, 150, 50, Priced(1, 2.0, 25.0)),
        # shelf price 1.58: 15 / 158 = 9.4936708 %; 1.43 / (1 - 0.09493671) = 1.58
        (1, 143, 15, Priced(1, 1.58, 9.493671)),
        # given away: the shelf price of 3.00 for two stays visible
        (2, 0, 300, Priced(2, 1.5, 100.0)),
        # no quantity but an amount: one piece
        (0, 79, 0, Priced(1, 0.79, 0.0)),
        (0, 0, 25, Priced(1, 0.25, 100.0)),
        # neither quantity nor amount: an empty line
        (0, 0, 0, Priced(0, 0.0, 0.0)),
        (4, 0, 0, Priced(4, 0.0, 0.0)),
    ],
)
def test_order_line_of_a_receipt_line(quantity, net, reduction, line):
    assert priced(quantity, net, reduction) == line
    assert amount_cents(line) == net


def test_amounts_come_back_to_the_cent_for_every_small_receipt_line():
    pieces, nets, reductions = (0, 1, 3, 7, 89638), range(0, 2000, 13), range(0, 900, 17)
    wrong = [
        case for case in product(pieces, nets, reductions) if amount_cents(priced(*case)) != case[1]
    ]
    assert wrong == []


def test_discounts_come_back_to_the_cent_too():
    for net, reduction in product(range(0, 3000, 31), range(0, 900, 17)):
        line = priced(3, net, reduction)
        taken_off = line.price_unit * line.quantity * line.discount / 100
        assert round(taken_off * 100) == reduction


def test_cost_leaves_the_margin_over_the_sales_of_the_product():
    # 4 pieces for 10.00 instead of 12.00: listed at 3.00; 7.50 of cost leave 25 % of 10.00
    assert unit_prices(4, 1000, 1200, 0.25) == (3.0, 1.875)
    # a thousandth of a gallon for 0.25 cents, 6 % margin
    assert unit_prices(1000, 250, 250, 0.06) == (0.0025, 0.00235)


def test_product_never_sold_has_no_price_and_no_cost():
    assert unit_prices(0, 0, 0, 0.25) == (0.0, 0.0)


def test_margins_are_shares_with_a_reason():
    assert margins.margin("FUEL") == 0.06
    assert margins.margin("A DEPARTMENT OF NEXT YEAR") == margins.DEFAULT_MARGIN == 0.25
    assert all(0 <= share < 1 and reason for share, reason in margins.MARGINS.values())


def test_margins_are_told_highest_first():
    assert margins.table({"FUEL", "DELI", "PRODUCE"}) == "DELI: 40%\nPRODUCE: 35%\nFUEL: 6%"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2018, 1, 1, 4, 1, 20), date(2017, 12, 31)),  # 23:01 Eastern standard time
        (datetime(2017, 1, 1, 11, 53, 26), date(2017, 1, 1)),
        (datetime(2017, 7, 1, 3, 59, 59), date(2017, 6, 30)),  # 23:59 daylight saving time
        (datetime(2017, 7, 1, 4, 0, 0), date(2017, 7, 1)),
    ],
)
def test_day_of_a_moment_is_that_of_the_shop(moment, day):
    assert shop_day(moment, EASTERN) == day


def test_noon_follows_daylight_saving_time():
    assert noon(date(1997, 1, 1), EASTERN) == datetime(1997, 1, 1, 17)
    assert noon(date(1998, 6, 30), EASTERN) == datetime(1998, 6, 30, 16)


def test_document_numbers_begin_anew_each_year():
    numbers = YearCounter("INV")
    assert numbers.next(date(2017, 12, 31)) == ("INV/2017/", 1, "INV/2017/00001")
    assert numbers.next(date(2017, 12, 31)) == ("INV/2017/", 2, "INV/2017/00002")
    assert numbers.next(date(2018, 1, 1)) == ("INV/2018/", 1, "INV/2018/00001")


def test_document_numbers_grow_beyond_their_padding():
    numbers = YearCounter("INV")
    last = [numbers.next(date(2017, 5, 1)) for _document in range(100_000)][-1]
    assert last == ("INV/2017/", 100_000, "INV/2017/100000")


def test_progress_counts_phases_by_their_expected_time():
    stream = io.StringIO()
    progress = Progress({"read": 30, "write": 10}, stream)
    with progress.phase("read") as report:
        report(0.5)
        assert progress.share("read", 0.5) == 0.375  # 15 of 40 seconds
    assert progress.share("write", 0.0) == 0.75
    assert stream.getvalue().startswith("  ✓ read (")


def test_progress_draws_a_bar_on_a_terminal():
    stream = io.StringIO()
    stream.isatty = lambda: True
    with Progress({"read": 1}, stream).phase("read") as report:
        report(0.5)
    assert "█" * 15 + "░" * 15 + "  50%  read" in stream.getvalue()


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (Decimal("0.10"), 0.1, True),
        (1.00, 1.01, False),
        (1_000_000.00, 1_000_000.01, False),
        (4_596_039.58, 4_596_039.57999999, True),
        (None, 0, False),
        ("INV/2017/00001", "INV/2017/00001", True),
    ],
)
def test_same_to_the_cent(left, right, equal):
    assert same(left, right) is equal


def test_results_count_values_missing_on_either_side():
    results = Results()
    results.compare("net by month", {"2017-01": 5, "2017-02": 7}, {"2017-01": 5, "2017-03": 7})
    results.none("debits equal credits", 4, ["entry 9"])
    assert results.differences == 3
    assert results.rows == [("net by month", 3, 2), ("debits equal credits", 4, 1)]
    assert "net by month: 2017-02: expected 7, found None" in results.text()
    assert results.text().endswith("\n3 differences")


def test_results_without_differences_say_so():
    results = Results()
    results.compare("net by month", {"2017-01": 5}, {"2017-01": Decimal("5.00")})
    assert results.text().splitlines()[-1] == "0 differences"
