"""Open or closed, and what becomes of a caller (CC-3)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.crm_callcenter.tools.opening import (
    Hours,
    Limits,
    expected_wait,
    overflows,
    state_of_caller,
)

DAY = Hours(((100.0, 200.0), (300.0, 400.0)))


@pytest.mark.parametrize(
    ("moment", "is_open", "opens", "closes"),
    [
        (99.9, False, 100, None),
        (100, True, 100, 100),
        (199.9, True, 199.9, pytest.approx(0.1)),
        (200, False, 300, None),
        (350, True, 350, 50),
        (400, False, None, None),
    ],
)
def test_hours(moment, is_open, opens, closes):
    assert DAY.is_open(moment) is is_open
    assert DAY.next_opening(moment) == opens
    assert DAY.closes_in(moment) == closes


def test_always_open_and_never():
    assert (Hours().is_open(5), Hours().next_opening(5), Hours().closes_in(5)) == (True, 5, None)
    assert (Hours(()).is_open(5), Hours(()).next_opening(5)) == (False, None)


@pytest.mark.parametrize("intervals", [((1, 1),), ((2, 1),), ((1, 3), (2, 4)), ((1, 2), (2, 3))])
def test_intervals_that_cannot_be(intervals):
    with pytest.raises(ValueError, match="in order"):
        Hours(intervals)


def test_the_night_the_clock_changes():
    """Berlin, 2026-10-25: from 1 to 4 o'clock are four hours, as 2 to 3 comes twice."""
    berlin = ZoneInfo("Europe/Berlin")
    begin, end = (datetime(2026, 10, 25, hour, tzinfo=berlin).timestamp() for hour in (1, 4))
    assert end - begin == 4 * 3600
    hours = Hours(((begin, end),))
    # the second half past two: 01:30 UTC
    again = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()
    assert hours.is_open(again)
    assert hours.closes_in(again) == 1.5 * 3600


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"now": 150, "since": 150}, "wait"),
        ({"now": 250, "since": 250}, "closed"),
        ({"now": 210, "since": 195}, "wait"),  # came in time: is answered after closing
        ({"now": 150, "since": 150, "before": 3}, "full"),
        ({"now": 150, "since": 140, "before": 3}, "wait"),  # was there before it was full
        ({"now": 150, "since": 140, "agents": 0}, "nobody"),
        ({"now": 150, "since": 120}, "late"),
        ({"now": 150, "since": 120.1}, "wait"),
    ],
)
def test_what_becomes_of_a_caller(values, state):
    limits = Limits(longest=30, most=3, needs_agent=True)
    given = {"before": 0, "agents": 2} | values
    assert state_of_caller(limits, DAY, **given) == state


def test_without_limits_he_waits():
    assert state_of_caller(Limits(), Hours(), 9e9, since=0, before=99, agents=0) == "wait"
    with pytest.raises(ValueError, match="not negative"):
        Limits(longest=-1)


def test_expected_wait():
    # two before him and he, five minutes each, three agents: 3 × 300 ÷ 3
    assert expected_wait(2, 300, 3) == 300
    assert expected_wait(2, 300, 0) is None
    assert expected_wait(2, 0, 3) is None


def test_overflow_in_a_circle_ends():
    assert overflows([(1, 2), (2, 3), (3, 1)], 1) == [1, 2, 3]
    assert overflows([(1, 0)], 1) == [1]
    assert overflows([(1, 1)], 1) == [1]
