"""Measures of product association against tables worked out by hand and published ones (ROI-5)."""

from math import comb

import pytest

from odoo.addons.crm_customer_insight.tools.association import chance, false_discovery, measures


def exact(both, first, second, total):
    """Fisher's tail by whole numbers."""
    ways = sum(
        comb(first, k) * comb(total - first, second - k)
        for k in range(both, min(first, second) + 1)
    )
    return ways / comb(total, second)


def test_tea_and_coffee():
    """Tan, Steinbach, Kumar, "Introduction to Data Mining": of 1,000 people 200 drink tea, 800
    coffee, 150 both. Support 15 %, confidence 75 %, lift 0.75 / 0.8 = 0.9375: tea drinkers drink
    less coffee. Conviction (1 - 0.8) / (1 - 0.75) = 0.8."""
    found = measures(150, 200, 800, 1000)
    assert found.support == 0.15
    assert found.confidence == 0.75
    assert found.lift == pytest.approx(0.9375, abs=1e-12)
    assert found.conviction == pytest.approx(0.8, abs=1e-12)


def test_never_wrong_has_no_conviction():
    found = measures(5, 5, 10, 20)
    assert (found.confidence, found.lift, found.conviction) == (1.0, 2.0, None)


@pytest.mark.parametrize("counts", [(3, 2, 5, 10), (1, 5, 20, 10), (-1, 2, 2, 9), (0, 6, 6, 10)])
def test_counts_that_contradict_one_another(counts):
    with pytest.raises(ValueError):
        measures(*counts)


def test_a_product_nobody_bought():
    assert measures(0, 0, 4, 10) is None


def test_the_lady_tasting_tea():
    """Fisher 1935: of eight cups four are right; all four by chance in 1 of 70, three or more in
    17 of 70, one or more in 69 of 70."""
    found = chance([4, 3, 1, 0], [4] * 4, [4] * 4, [8] * 4)
    assert found == pytest.approx([1 / 70, 17 / 70, 69 / 70, 1.0], abs=1e-12)


@pytest.mark.parametrize(
    "counts",
    [(7, 20, 30, 100), (2, 20, 30, 100), (30, 40, 60, 75), (25, 40, 60, 75), (60, 300, 250, 2000)],
)
def test_exact_on_both_sides_of_what_is_expected(counts):
    assert chance(*([value] for value in counts))[0] == pytest.approx(exact(*counts), rel=1e-10)


def test_large_counts_neither_overflow_nor_vanish_into_nothing():
    """Expected are 7,742 common baskets; 8,000 are three deviations above: about 1 in 1,000."""
    found = chance([8000, 5, 7742], [40_000] * 3, [30_000] * 3, [155_000] * 3)
    assert 1e-6 < found[0] < 1e-2
    assert found[1] == 1.0
    assert found[2] == pytest.approx(0.5, abs=0.01)


def test_many_tests_by_benjamini_and_hochberg():
    """Their example of 1995: fifteen tests, four of which stand at 5 %. The fourth:
    15 × 0.0095 / 4 = 0.035625."""
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    adjusted = false_discovery(chances, 15)
    assert sum(adjusted <= 0.05) == 4
    assert adjusted[3] == pytest.approx(0.035625)
    assert adjusted[4] == pytest.approx(15 * 0.0201 / 5)


def test_tests_without_a_find_count_too():
    assert false_discovery([0.01], 10)[0] == pytest.approx(0.1)
    assert len(false_discovery([], 10)) == 0
