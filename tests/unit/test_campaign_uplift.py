"""ROI-2: what a campaign caused, worked out by hand."""

import pytest

from odoo.addons.crm_campaign_roi.tools import uplift
from odoo.addons.crm_campaign_roi.tools.uplift import Group


def group(*values):
    return Group(len(values), sum(values), sum(value * value for value in values))


def test_the_variance_of_a_group():
    """1, 2, 3, 4: mean 2.5, squares of the distances 5, over 3."""
    assert group(1, 2, 3, 4).variance == pytest.approx(5 / 3)


def test_a_difference_of_means():
    """50 persons each, half 0 and half 20 against half 0 and half 10: means 10 and 5, variances
    100 · 50/49 and 25 · 50/49. Error = sqrt((100 + 25) / 49) = 1.59719."""
    treated, control = group(*[0, 20] * 25), group(*[0, 10] * 25)
    found = uplift.of_means(treated, control)
    assert found.per_person == pytest.approx(5)
    assert (found.low, found.high) == pytest.approx((5 - 1.959964 * 1.597191, 8.130437), abs=1e-4)
    assert found.total == pytest.approx(250)
    assert found.lift == pytest.approx(1)
    assert found.significant
    # 5 / 1.597191 = 3.1305 standard errors
    assert found.p_value == pytest.approx(0.001745, abs=1e-5)


def test_before_and_after():
    """40 persons bought 3 more, 10 more for half of them: differences -4 and 10, mean 3."""
    found = uplift.of_differences(group(*[-4, 10] * 20), base=6.0)
    assert found.per_person == pytest.approx(3)
    # variance 49 · 40/39, error sqrt(49/39) = 1.120897
    assert found.low == pytest.approx(3 - 1.959964 * 1.120897, abs=1e-5)
    assert found.lift == pytest.approx(0.5)
    assert found.total == pytest.approx(120)


def test_like_customers():
    """Stratum 1: 30 treated (mean 10) against 60 (mean 6); stratum 2: 10 treated (mean 4) against
    20 (mean 4): (30 · 4 + 10 · 0) / 40 = 3 a person, base (30 · 6 + 10 · 4) / 40 = 5.5."""
    strata = [
        (group(*[9, 11] * 15), group(*[4, 8] * 30)),
        (group(*[3, 5] * 5), group(*[3, 5] * 10)),
    ]
    found = uplift.of_strata(strata)
    assert found.per_person == pytest.approx(3)
    assert found.persons == 40
    assert found.lift == pytest.approx(3 / 5.5)
    # 0.75² (1/29 + 4/59) + 0.25² (1/9 + 1/19)
    variance = 0.5625 * (1 / 29 + 4 / 59) + 0.0625 * (1 / 9 + 1 / 19)
    assert found.high - found.per_person == pytest.approx(1.959964 * variance**0.5, abs=1e-5)


def test_strata_without_a_pair_say_nothing():
    lonely = (group(*[5] * 40), group(1))
    assert uplift.of_strata([lonely]) is None
    assert uplift.of_strata([]) is None
    both = (group(*[5, 7] * 20), group(*[5] * 40))
    assert uplift.of_strata([lonely, both]).persons == 40


def test_too_few_persons_get_no_answer():
    few, many = group(*[1, 2] * 14), group(*[1, 2] * 30)
    assert uplift.of_means(few, many) is None
    assert uplift.of_differences(few, 1.0) is None
    assert uplift.of_shares(3, 29, 30, 60) is None
