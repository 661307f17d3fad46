"""What becomes of a caller at the door of a queue (CC-3)."""

import pytest

from odoo.addons.crm_callcenter.tools.entry import (
    MOST_POINTS,
    Door,
    in_language,
    open_door,
    points,
)
from odoo.addons.crm_callcenter.tools.opening import Hours

MORNING, ALWAYS = Hours(((8.0, 12.0),)), Hours()


def test_an_open_queue_is_its_own_door():
    doors = {1: Door(1, ALWAYS, 2), 2: Door(2)}
    assert open_door(doors, 1, 9).queue == 1


def test_a_closed_queue_hands_over_to_the_first_open_one():
    doors = {1: Door(1, MORNING, 2), 2: Door(2, MORNING, 3), 3: Door(3)}
    assert open_door(doors, 1, 9).queue == 1
    assert open_door(doors, 1, 13).queue == 3


def test_all_closed_is_no_door_and_a_circle_ends():
    doors = {1: Door(1, MORNING, 2), 2: Door(2, MORNING, 1)}
    assert open_door(doors, 1, 13) is None


def test_an_overflow_that_is_not_there_is_none():
    assert open_door({1: Door(1, MORNING, 7)}, 1, 13) is None


@pytest.mark.parametrize(
    ("priority", "tier", "step", "expected"),
    [(0, "D", 10, 0), (0, "C", 10, 10), (5, "A", 10, 35), (5, False, 10, 5), (5, "A", 0, 5)],
)
def test_points_of_a_caller(priority, tier, step, expected):
    assert points(priority, tier, step) == expected


def test_points_have_bounds():
    assert points(2000, "A", 100) == MOST_POINTS
    assert points(-3, "D", 0) == 0


def test_in_the_callers_language_the_queue_that_asks_for_the_least_else():
    needs = {1: {7}, 2: {7, 8, 9}, 3: {7, 9}, 4: {9}, 5: {7, 8}}
    assert in_language(needs, 1, 9) == [3, 2]
    assert in_language(needs, 5, 9) == [2]
    assert in_language(needs, 3, 9) == []  # it asks for the language itself
    assert in_language(needs, 1, 6) == []
