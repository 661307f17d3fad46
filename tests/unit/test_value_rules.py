"""Scores, tiers, life cycle and allocation, with figures worked out by hand (ROI-3, ROI-5)."""

from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.crm_customer_insight.tools import allocation, lifecycle, pareto, rfm


class TestQuintiles:
    def test_ten_different_values_fill_each_fifth_with_two(self):
        values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
        assert rfm.quintile_scores(values) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]

    def test_ties_share_a_score(self):
        # 6 of 10 bought once: nobody is worse, score 1. Two bought twice: 6/10 are worse,
        # 1 + floor(3.0) = 4. One bought 3 times: 8/10 worse, 5. One 9 times: 9/10, 5.
        values = [1, 1, 1, 1, 1, 1, 2, 2, 3, 9]
        assert rfm.quintile_scores(values) == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]

    def test_all_equal_score_one(self):
        assert rfm.quintile_scores([7, 7, 7]) == [1, 1, 1]

    def test_recency_fewer_days_are_better(self):
        assert rfm.quintile_scores([5, 10, 20, 40, 80], higher_is_better=False) == [5, 4, 3, 2, 1]

    def test_no_data_gets_no_score_and_does_not_count(self):
        assert rfm.quintile_scores([None, 1, 2]) == [None, 1, 3]

    def test_nobody(self):
        assert rfm.quintile_scores([]) == []


@pytest.mark.parametrize(
    ("days", "score"),
    [(0, 5), (30, 5), (31, 4), (60, 4), (120, 3), (240, 2), (241, 1), (None, None)],
)
def test_recency_bands(days, score):
    assert rfm.band_score(days, (30, 60, 120, 240), higher_is_better=False) == score


@pytest.mark.parametrize(("count", "score"), [(12, 5), (11, 4), (6, 4), (3, 3), (2, 2), (1, 1)])
def test_frequency_bands(count, score):
    assert rfm.band_score(count, (12, 6, 3, 2)) == score


class TestTiers:
    def test_shares_of_the_total(self):
        # Total 100. 50: nobody better, A. 30: 50 better, not < 50, so B. 10: 80 better, C.
        # 5 and 5: 90 better, still < 95: C. 0: D.
        assert pareto.tiers([50, 30, 10, 5, 5, 0]) == ["A", "B", "C", "C", "C", "D"]

    def test_who_crosses_a_limit_is_inside(self):
        # Total 100: 40 then 40 more cross 50 %: both start below it.
        assert pareto.tiers([40, 39, 21]) == ["A", "A", "B"]

    def test_ties_share_a_tier_and_losses_are_d(self):
        # Total 90. Strictly better than each 30: nothing.
        assert pareto.tiers([30, 30, 30, -20, None]) == ["A", "A", "A", "D", None]

    def test_own_shares(self):
        assert pareto.tiers([70, 20, 10], (0.7, 0.9, 1.0)) == ["A", "B", "C"]

    def test_only_losses(self):
        assert pareto.tiers([-1, 0]) == ["D", "D"]


class TestPyramid:
    def test_hundred_customers(self):
        levels = pareto.pyramid_levels(list(range(1, 101)))
        assert [levels.count(name) for name in ("top", "large", "medium", "small")] == [
            1,
            4,
            15,
            80,
        ]
        assert levels[-1] == "top"
        assert levels[-2] == "large"

    def test_a_single_customer_is_at_the_top(self):
        assert pareto.pyramid_levels([5]) == ["top"]

    def test_equals_share_a_level(self):
        assert pareto.pyramid_levels([9, 9, 1, 1]) == ["top", "top", "small", "small"]


TODAY = date(2026, 11, 21)
# Twelve months up to November.
WINDOW_START = date(2025, 12, 1)


@pytest.mark.parametrize(
    ("first", "last", "returned", "revenue", "previous", "expected"),
    [
        (None, None, None, 0, 0, "prospect"),
        (date(2020, 1, 1), date(2025, 11, 20), None, 0, 500, "lost"),  # 366 days
        (date(2020, 1, 1), date(2025, 11, 21), None, 100, 500, "declining"),  # 365 days
        (date(2026, 8, 23), date(2026, 11, 1), None, 100, 0, "new"),  # 90 days
        (date(2026, 8, 22), date(2026, 11, 1), None, 100, 0, "mature"),  # 91 days
        # Bought first on the first day of the window: nothing to compare with; a day before: is.
        (date(2025, 12, 1), date(2026, 11, 1), None, 100, 0, "mature"),
        (date(2025, 11, 30), date(2026, 11, 1), None, 100, 0, "growing"),
        (date(2025, 11, 30), date(2026, 11, 1), None, 80, 100, "declining"),
        (date(2020, 1, 1), date(2026, 6, 1), date(2026, 5, 25), 100, 0, "won_back"),  # 180 days
        (date(2020, 1, 1), date(2026, 6, 1), date(2026, 5, 24), 100, 0, "growing"),
        (date(2020, 1, 1), date(2026, 11, 1), None, 120, 100, "growing"),
        (date(2020, 1, 1), date(2026, 11, 1), None, 119, 100, "mature"),
        (date(2020, 1, 1), date(2026, 11, 1), None, 80, 100, "declining"),
        (date(2020, 1, 1), date(2026, 11, 1), None, 81, 100, "mature"),
        (date(2020, 1, 1), date(2026, 11, 1), None, 0, 0, "mature"),
    ],
)
def test_lifecycle_stage(first, last, returned, revenue, previous, expected):
    stage = lifecycle.stage(TODAY, WINDOW_START, first, last, returned, revenue, previous)
    assert stage == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, "never"),
        (date(2026, 8, 23), "active"),
        (date(2026, 8, 22), "dormant"),
        (date(2025, 11, 21), "dormant"),
        (date(2025, 11, 20), "ended"),
    ],
)
def test_cooperation(last, expected):
    assert lifecycle.cooperation(TODAY, last) == expected


def test_last_return_is_the_latest_purchase_after_a_long_silence():
    days = [
        date(2022, 1, 1),
        date(2023, 6, 1),
        date(2023, 7, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]
    assert lifecycle.last_return(days, 365) == date(2025, 1, 1)
    assert lifecycle.last_return(days[1:3], 365) is None


class TestAllocation:
    def test_a_hundred_in_three_equal_parts(self):
        parts = allocation.allocate(100, [1, 1, 1])
        assert parts == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]

    def test_largest_remainders_get_the_cents_left_over(self):
        # 1.00 by 1:2:4 = 14.2857, 28.571, 57.142 cents: the cent goes to the second.
        assert allocation.allocate(1, [1, 2, 4]) == [
            Decimal("0.14"),
            Decimal("0.29"),
            Decimal("0.57"),
        ]

    def test_nobody_can_carry_it(self):
        assert allocation.allocate(10, [0, -5]) == [0, 0]
        assert allocation.allocate(10, []) == []

    def test_negative_weights_carry_nothing(self):
        assert allocation.allocate(10, [-3, 1]) == [0, Decimal("10.00")]

    def test_currency_without_decimals(self):
        assert allocation.allocate(100, [1, 1, 1], digits=0) == [34, 33, 33]

    @pytest.mark.parametrize("amount", ["0.01", "9999.99", "123456.78"])
    def test_parts_add_up_exactly(self, amount):
        parts = allocation.allocate(amount, [3.7, 0.01, 12, 5, 5, 5, 1 / 3])
        assert sum(parts) == Decimal(amount)
