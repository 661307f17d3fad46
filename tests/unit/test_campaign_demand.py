"""ROI-4: expected demand of campaigns, worked out by hand."""

from datetime import date
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
    """30 units of 10 buyers expected, 90 of 10 counted: 6 a buyer."""
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
    """200 of 900 more respond: 210 of 1,000; 100 of 200 buy; 200 units of 100 buyers more, all
    filters: mix 3 pumps to 201 filters; 90 in week 1: timing 2 to 91."""
    learned = PRIOR.learned(Seen(900, 200, 100, {"filter": 200}, {1: 90}))
    assert learned.response.mean == pytest.approx(0.21)
    assert learned.conversion.mean == pytest.approx(0.5)
    assert learned.quantity.mean == pytest.approx(2)
    assert demand.shares(learned.mix) == pytest.approx({"pump": 3 / 204, "filter": 201 / 204})
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


def test_what_a_running_campaign_has_shown():
    """Half of the timing is over: 1,000 persons weigh 500. Response (10 + 30) of (100 + 500),
    conversion (5 + 15) of (10 + 30), quantity (20 + 60) units of (10 + 15) buyers."""
    seen = Seen(1_000, 30, 15, {"pump": 60}, {0: 60})
    prior = PRIOR.so_far(seen, 0.5)
    assert prior.response.mean == pytest.approx(40 / 600)
    assert prior.conversion.mean == pytest.approx(20 / 40)
    assert prior.quantity.mean == pytest.approx(80 / 25)
    assert (prior.mix, prior.timing) == (PRIOR.mix, PRIOR.timing)


def test_a_campaign_that_has_not_begun_shows_nothing():
    assert PRIOR.so_far(Seen(1_000, 0, 0, {}, {}), 0.0) == PRIOR


def test_more_responses_than_the_time_would_allow():
    """90 respond of 1,000 when 5 % of the time is over: they weigh 90 persons, not 50."""
    prior = PRIOR.so_far(Seen(1_000, 90, 0, {}, {}), 0.05)
    assert prior.response == Share(100, 90)


def test_a_prior_is_no_surer_than_campaigns_differ():
    """1 % and 3 % of 10,000 each: mean 2 %, variance (0.01² + 0.01²) / 2 · 2 / 1 = 0.0002;
    0.02 · 0.98 / 0.0002 - 1 = 97 persons instead of 20,000."""
    results = [Seen(10_000, 100, 50, {}, {}), Seen(10_000, 300, 150, {}, {})]
    prior = Prior(Share(400, 19_600), Share(200, 200), Quantity(1, 1)).as_unsure_as(results)
    assert prior.response.yes + prior.response.no == pytest.approx(97)
    assert prior.response.mean == pytest.approx(0.02)
    # both convert one half: no difference that would make it less sure
    assert prior.conversion == Share(200, 200)


def test_one_campaign_says_nothing_of_differences():
    assert PRIOR.as_unsure_as([Seen(10, 5, 1, {}, {})]) == PRIOR


def test_what_results_alone_say():
    """20 of 100 respond, 10 buy 30 units: (0.5 + 20) / 101, (0.5 + 10) / 21, 3 a buyer."""
    prior = demand.jeffreys([Seen(100, 20, 10, {"pump": 30}, {0: 30})])
    assert prior.response.mean == pytest.approx(20.5 / 101)
    assert prior.conversion.mean == pytest.approx(10.5 / 21)
    assert prior.quantity.mean == pytest.approx(3)
    assert demand.jeffreys([Seen(100, 20, 0, {}, {})]) is None
    assert demand.jeffreys([]) is None


def test_what_somebody_says():
    """5 % of 200 persons respond: 10; 40 % buy: 4; 3 units each: 12."""
    prior = demand.by_hand(0.05, 0.4, 3, 200)
    assert (prior.response, prior.conversion) == (Share(10, 190), Share(4, 6))
    assert (prior.quantity.units, prior.quantity.buyers) == (pytest.approx(12), 4)


def test_weeks_of_the_calendar():
    """Published on Thursday 5 March 2026: four days of each week lie in its calendar week."""
    found = demand.calendar_weeks(date(2026, 3, 5), {0: 3, 1: 1})
    assert found == pytest.approx(
        {
            date(2026, 3, 2): 0.75 * 4 / 7,
            date(2026, 3, 9): 0.75 * 3 / 7 + 0.25 * 4 / 7,
            date(2026, 3, 16): 0.25 * 3 / 7,
        }
    )
    monday = demand.calendar_weeks(date(2026, 3, 2), demand.even(2))
    assert monday == {date(2026, 3, 2): 0.5, date(2026, 3, 9): 0.5}


def test_how_much_of_the_timing_is_over():
    """Week 0 weighs 3/4, week 1 one quarter; after ten days 3/4 and 3/7 of the quarter."""
    start, timing = date(2026, 3, 2), {0: 3, 1: 1}
    assert demand.elapsed(start, timing, date(2026, 2, 1)) == 0
    assert demand.elapsed(start, timing, date(2026, 3, 12)) == pytest.approx(0.75 + 0.25 * 3 / 7)
    assert demand.elapsed(start, timing, date(2026, 5, 1)) == pytest.approx(1)


def test_the_mix():
    """Entered shares hold. Else promoted products as they sold before; one that never sold
    weighs as much as those that did on average: (30 + 10) / 2. Else all that sold at least 1 %."""
    learned = {"pump": 30, "filter": 10, "bolt": 0.2}
    assert demand.mix_of({"belt": 2}, ["pump"], learned) == {"belt": 2}
    mix = demand.mix_of({}, ["pump", "filter", "valve"], learned)
    assert mix == {"pump": 30, "filter": 10, "valve": 20}
    assert demand.mix_of({}, ["valve", "belt"], learned) == {"valve": 1.0, "belt": 1.0}
    assert demand.mix_of({}, [], learned) == {"pump": 30, "filter": 10}
    assert demand.mix_of({}, [], {}) == {}
