"""ROI-1 and ROI-2: drawing a control group, and what differs from it."""

import hashlib
from collections import Counter

import pytest

from odoo.addons.crm_campaign_roi.tools import draw, uplift
from odoo.addons.crm_campaign_roi.tools.uplift import Group


def test_a_lot_is_the_beginning_of_the_hash():
    """md5 of "7:42"; eight hexadecimal digits are 32 bits."""
    digits = hashlib.md5(b"7:42").hexdigest()
    assert draw.lot(7, 42) == int(digits[:8], 16) / 2**32
    assert draw.lot(7, 42, draw.VARIANT_DIGITS) == int(digits[8:16], 16) / 2**32


def test_the_control_group_has_exactly_its_share():
    """Of 24, 10 % are 2.4: two; the lowest lots."""
    drawn = draw.arms(5, range(24), 0.1)
    control = [person for person in drawn if drawn[person] == draw.CONTROL]
    assert control == sorted(sorted(range(24), key=lambda person: draw.lot(5, person))[:2])
    assert drawn == draw.arms(5, range(24), 0.1)
    assert drawn != draw.arms(6, range(24), 0.1)


def test_who_joins_later_fills_up_what_the_share_lacks():
    """24 of whom 2 are control; 16 join: 10 % of 40 are 4, so two more. Too many stay."""
    assert draw.quota(40, 2, 0.1) == 2
    assert list(draw.arms(5, range(16), 0.1, before=24, drawn=2).values()).count(draw.CONTROL) == 2
    assert draw.quota(10, 9, 0.1) == 0


def test_nobody_and_everybody():
    assert set(draw.arms(1, range(100), 0).values()) == {draw.TREATED}
    assert set(draw.arms(1, range(100), 1).values()) == {draw.CONTROL}
    assert draw.arms(1, [], 0.5) == {}


def test_variants_have_their_shares_whatever_the_arm():
    shares = [("A", 1), ("B", 1), ("C", 2)]
    drawn = draw.variants(9, range(8_000), shares)
    assert Counter(drawn.values()) == {"A": 2_000, "B": 2_000, "C": 4_000}
    arms = draw.arms(9, range(8_000), 0.5)
    control = Counter(drawn[person] for person in arms if arms[person] == draw.CONTROL)
    # 4,000 draws of one half: standard deviation 32
    assert abs(control["C"] - 2_000) < 130
    assert draw.ends_of_variants(shares) == [("A", 0.25), ("B", 0.5), ("C", 1.0)]


def test_uplift_of_buyers():
    """120 of 1,000 against 80 of 1,000: 4 points; error sqrt(.12*.88/1000 + .08*.92/1000) =
    0.013387; interval 0.04 ± 1.959964 * 0.013387; pooled share 0.1, z = 0.04 / sqrt(.09 * .002)
    = 2.98142, p = 0.002869."""
    found = uplift.of_shares(120, 1_000, 80, 1_000)
    assert found.per_person == pytest.approx(0.04)
    assert (found.low, found.high) == pytest.approx((0.013762, 0.066238), abs=1e-6)
    assert found.p_value == pytest.approx(0.002869, abs=1e-6)
    assert found.lift == pytest.approx(0.5)
    assert found.total == pytest.approx(40)
    assert found.significant


def test_uplift_of_revenue():
    """Treated: 50 persons with 10 and 50 with 30: mean 20, variance 100 * 100/99. Control: 40 times
    15 and 40 times 25: mean 20 - 0. Difference 0: chance explains it wholly."""
    treated = Group(100, 2_000.0, 50 * 100 + 50 * 900)
    control = Group(80, 1_600.0, 40 * 225 + 40 * 625)
    assert treated.variance == pytest.approx(10_000 / 99)
    assert control.variance == pytest.approx(2_000 / 79)
    found = uplift.of_means(treated, control)
    assert (found.per_person, found.p_value, found.significant) == (0.0, 1.0, False)
    # error: sqrt(1.010101 + 0.316456) = 1.151762; times 1.959964
    assert found.high == pytest.approx(2.257412, abs=1e-5)
    assert found.interval == pytest.approx((-225.7412, 225.7412), abs=1e-3)


def test_small_groups_say_nothing():
    assert uplift.of_shares(10, 29, 5, 1_000) is None
    assert uplift.of_means(Group(1_000, 1.0, 1.0), Group(29, 1.0, 1.0)) is None


def test_groups_without_spread():
    same = uplift.of_means(Group(40, 400.0, 4_000.0), Group(40, 400.0, 4_000.0))
    assert (same.p_value, same.low, same.high) == (1.0, 0.0, 0.0)
    other = uplift.of_means(Group(40, 800.0, 16_000.0), Group(40, 400.0, 4_000.0))
    assert (other.p_value, other.lift) == (0.0, 1.0)
