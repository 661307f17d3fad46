"""Steadiness, share of wallet and grades of suppliers, worked out by hand (ROI-3, C360-9)."""

from datetime import date

import pytest

from odoo.addons.crm_customer_insight.tools import loyalty_indicators as loyalty
from odoo.addons.crm_customer_insight.tools import supplier_evaluation as supplier


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([30, 30, 30], 1.0),  # a clock
        ([10, 20, 30], 0.5),  # mean 20, standard deviation 10
        ([1, 1, 100], 0.0),  # 57.2 ÷ 34 is more than 1
        ([10, 20], None),  # two gaps say nothing
        ([], None),
        ([0, 0, 0], None),  # no mean to compare with
    ],
)
def test_steadiness(values, expected):
    assert loyalty.steadiness(values) == (expected if expected is None else pytest.approx(expected))


def test_gaps_count_days_of_purchase_once():
    days = [date(2025, 1, 31), date(2025, 1, 1), date(2025, 1, 1)]
    assert loyalty.gaps(days) == [30]
    assert loyalty.rhythm(days) == 30
    assert loyalty.rhythm(days[1:]) is None


@pytest.mark.parametrize(
    ("revenue", "demand", "expected"),
    [
        (250, 1000, 0.25),
        (0, 1000, 0),  # known: he bought nothing
        (1500, 1000, 1.5),  # the demand noted is too low
        (250, None, None),
        (250, 0, None),
        (-10, 1000, None),
        (None, 1000, None),
    ],
)
def test_share_of_wallet(revenue, demand, expected):
    assert loyalty.share_of_wallet(revenue, demand) == expected


def test_score_of_a_supplier():
    # (5 × 40 + 3 × 20) ÷ 60 = 4.3333: what was not judged does not count
    lines = [(5, 40), (None, 25), (3, 20), (4, 0)]
    assert supplier.weighted_score(lines) == pytest.approx(13 / 3)
    assert supplier.weighted_score([(None, 40)]) is None
    assert supplier.weighted_score([]) is None


@pytest.mark.parametrize(
    ("score", "expected"),
    [(5, "A"), (4.25, "A"), (4.2499, "B"), (3.5, "B"), (2.5, "C"), (2.49, "D"), (1, "D")],
)
def test_grade(score, expected):
    assert supplier.grade(score) == expected


def test_no_grade_without_a_score():
    assert supplier.grade(None) is None
