"""SVC-T: what customers see of a request, guest tokens, slots of collections."""

from datetime import datetime, timedelta

import pytest

from odoo.addons.crm_service_levels.tools import collection, portal

NINE = datetime(2026, 3, 2, 9)  # a Monday
ORDER = ("record", "judge", "department", "cause", "solution", "approve", "reply", "compensate")


def line(**values):
    return [
        (one["code"], one["status"], one["date"])
        for one in portal.stations(portal.Progress(received=NINE, **values))
    ]


def test_a_new_request_is_received_and_the_rest_lies_ahead():
    assert line(state="new") == [
        ("received", "current", NINE),
        ("work", "ahead", None),
        ("solved", "ahead", None),
        ("closed", "ahead", None),
    ]


@pytest.mark.parametrize("state", ["open", "customer", "third_party"])
def test_work_and_waiting_are_one_station(state):
    ten = NINE + timedelta(hours=1)
    assert line(state=state, begun=ten)[:3] == [
        ("received", "done", NINE),
        ("work", "current", ten),
        ("solved", "ahead", None),
    ]


def test_dates_of_stations_ahead_are_not_told():
    """A reopened request was solved once; it is not solved now."""
    assert line(state="open", begun=NINE, solved=NINE)[2] == ("solved", "ahead", None)


def test_the_last_station_is_done_when_it_is_reached():
    row = line(state="closed", begun=NINE, solved=NINE, closed=NINE)
    assert [status for _code, status, _date in row] == ["done"] * 4


def test_a_cancelled_request_ends_with_that():
    assert line(state="cancelled", closed=NINE) == [
        ("received", "done", NINE),
        ("cancelled", "done", NINE),
    ]


@pytest.mark.parametrize(
    ("step", "finished", "station"),
    [
        ("record", False, "received"),
        ("judge", False, "examined"),
        ("cause", False, "examined"),
        ("approve", False, "decided"),
        ("reply", False, "answered"),
        ("compensate", False, "finished"),
        ("", False, "received"),
        ("judge", True, "finished"),
    ],
)
def test_a_complaint_is_told_in_the_customers_words(step, finished, station):
    assert portal.complaint_station(step, finished, ORDER) == station


def test_neighbors_of_the_same_name_are_one():
    spans = [("New", 1), ("In progress", 2), ("In progress", 3), ("New", 4)]
    assert [(row["name"], row["date"]) for row in portal.course(spans)] == [
        ("New", 1),
        ("In progress", 2),
        ("New", 4),
    ]


RULES = collection.Rules(minutes=120, capacity=2, lead_hours=24, days=3)


def offered(now, taken=None, intervals=None):
    work = intervals or [
        (NINE + timedelta(days=day), NINE + timedelta(days=day, hours=8)) for day in range(5)
    ]
    return collection.slots(work, RULES, now, taken or {})


def test_slots_are_cut_from_working_hours():
    """Monday 9:00, a day ahead, three days long: four slots on Tuesday and Wednesday, and on
    Thursday the one at 9:00."""
    found = offered(NINE)
    assert [(slot.start.day, slot.start.hour) for slot in found] == [
        *[(3, hour) for hour in (9, 11, 13, 15)],
        *[(4, hour) for hour in (9, 11, 13, 15)],
        (5, 9),
    ]
    assert {slot.left for slot in found} == {2}


def test_full_slots_are_not_offered():
    tuesday = NINE + timedelta(days=1)
    found = offered(NINE, {tuesday: 2, tuesday + timedelta(hours=2): 1})
    assert (found[0].start.hour, found[0].left) == (11, 1)


def test_what_is_left_of_a_day_is_no_slot():
    tuesday = NINE + timedelta(days=1)
    assert len(offered(NINE, intervals=[(tuesday, tuesday + timedelta(hours=3, minutes=59))])) == 1


def test_a_team_without_capacity_or_length_offers_nothing():
    work = [(NINE, NINE + timedelta(days=2))]
    for minutes, capacity in ((0, 1), (60, 0), (-5, 1)):
        rules = collection.Rules(minutes, capacity, 0, 5)
        assert collection.slots(work, rules, NINE, {}) == []


def test_places_of_a_slot():
    assert collection.free_places(3, {2}) == [1, 3]
    assert collection.free_places(2, {1, 2, 3}) == []


def test_what_may_follow_what():
    assert ("booked", "collected") in collection.TRANSITIONS
    assert ("returned", "booked") not in collection.TRANSITIONS
    assert ("collected", "cancelled") not in collection.TRANSITIONS
