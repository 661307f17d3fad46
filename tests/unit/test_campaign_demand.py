"""ROI-4: expected demand of campaigns, worked out by hand."""

from math import exp, log, sqrt

import pytest

from odoo.addons.crm_campaign_roi.tools import demand
from odoo.addons.crm_campaign_roi.tools.demand import Expected, Prior, Quantity, Seen, Share

#: 10 % respond, half of them buy, two units each; pumps sell three times as often as filters, two
#: thirds in the first week.
PRIOR = Prior(Share(10, 90), Share(5, 5), Quantity(20, 10), {"pump": 3, "filter": 1}, {0: 2, 1: 1})


def test_a_share_learns_from_what_is_counted():
    """2 of 100 expected, 18 of 100 counted: 20 of 200."""
    share = Share(2, 98).learned(18, 100)
    assert (share.yes, share.no, share.mean) == (20, 180, pytest.approx(0.1))
    # mean² + variance = 0.01 + 0.1 · 0.9 / 201
    assert share.square == pytest.approx(0.01 + 0.09 / 201)


def test_a_quantity_learns_from_what_is_counted():
    """30 units in 10 deals expected, 90 in 10 counted: 6 a deal."""
    quantity = Quantity(30, 10).learned(90, 10)
    assert quantity.mean == pytest.approx(6)
    # 6² + 120 / 20²
    assert quantity.square == pytest.approx(36.3)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        Share(1, 1).learned(5, 4)
    with pytest.raises(ValueError, match="-1 units"):
        Quantity(1, 1).learned(-1, 1)


def test_expected_units_of_a_thousand_targets():
    """1,000 · 10 % · 50 % · 2 = 100 units, of which pumps 3/4 and week 0 two thirds: 50."""
    found = demand.forecast(PRIOR, 1_000)
    assert {key: value.expected for key, value in found.items()} == pytest.approx(
        {("pump", 0): 50, ("pump", 1): 25, ("filter", 0): 50 / 3, ("filter", 1): 25 / 3}
    )
    assert all(value.low < value.expected < value.high for value in found.values())


def test_the_range():
    """Squares over means: response (10 · 11 / (100 · 101)) / 0.01 = 110/101, conversion
    (5 · 6 / (10 · 11)) / 0.25 = 12/11, quantity (4 + 20/100) / 4 = 1.05. Variance of 100 units
    = 100 · 2 + 10,000 · (product - 1)."""
    unsure = 110 / 101 * 12 / 11 * 1.05 - 1
    spread = log(1 + (200 + 10_000 * unsure) / 10_000)
    found = demand.expected(PRIOR, 1_000)
    assert found.expected == pytest.approx(100)
    assert found.low == pytest.approx(100 * exp(-spread / 2 - 1.2815516 * sqrt(spread)))
    assert found.high == pytest.approx(100 * exp(-spread / 2 + 1.2815516 * sqrt(spread)))


def test_only_the_weeks_to_come():
    found = demand.forecast(PRIOR, 1_000, weeks={1})
    assert set(found) == {("pump", 1), ("filter", 1)}


def test_nobody_and_nothing():
    assert demand.expected(PRIOR, 0) == Expected(0.0, 0.0, 0.0)
    assert demand.forecast(Prior(Share(1, 1), Share(1, 1), Quantity(1, 1)), 10) == {}


def test_a_prior_learns_from_a_campaign():
    """200 of 900 more respond: 210 of 1,000; 100 of 200 buy; 180 units in 90 deals, all filters
    of week 1: mix 3 pumps to 181 filters, timing 2 to 91."""
    learned = PRIOR.learned(Seen(900, 200, 100, {"filter": 180}, {1: 90}))
    assert learned.response.mean == pytest.approx(0.21)
    assert learned.conversion.mean == pytest.approx(0.5)
    assert learned.quantity.mean == pytest.approx(2)
    assert demand.shares(learned.mix) == pytest.approx({"pump": 3 / 184, "filter": 181 / 184})
    assert demand.shares(learned.timing) == pytest.approx({0: 2 / 93, 1: 91 / 93})


def test_a_learned_range_is_narrower():
    wide = demand.expected(PRIOR, 1_000)
    learned = PRIOR.learned(Seen(9_000, 900, 450, {"pump": 900}, {0: 450}))
    narrow = demand.expected(learned, 1_000)
    assert narrow.high / narrow.low < wide.high / wide.low


def test_forecast_against_actual():
    """Within for two of three; off by 0, 5 and 10 of 45 sold."""
    pairs = [(Expected(5, 10, 15), 10), (Expected(5, 10, 15), 15), (Expected(5, 10, 15), 20)]
    within, error = demand.calibration(pairs)
    assert (within, error) == (pytest.approx(2 / 3), pytest.approx(15 / 45))
    assert demand.calibration([(Expected(0, 1, 2), 0)]) == (1.0, None)
