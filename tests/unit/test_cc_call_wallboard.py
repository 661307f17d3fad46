"""What a wallboard shows and when it is alarmed (CC-8)."""

import pytest

from odoo.addons.crm_callcenter.tools.call_wallboard import Limits, alarms, service_level, total

LIMITS = Limits(waiting=5, wait=60, level=0.8)
CALM = {"waiting": 0, "longest": 0, "level": None, "at_work": 1}


def queue(waiting=0, longest=0, answered=0, in_time=0, abandoned=0):
    return {
        "waiting": waiting,
        "longest": longest,
        "answered": answered,
        "in_time": in_time,
        "abandoned": abandoned,
    }


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ((8, 9, 1), 0.8),  # 8 of 9 + 1
        ((0, 0, 4), 0),  # all gave up: nothing was reached, which is known
        ((0, 0, 0), None),  # no calls are no share
        ((3, 3, 0), 1),
    ],
)
def test_service_level_of_offered(counts, level):
    assert service_level(*counts) == level


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({}, []),
        ({"waiting": 4}, []),
        ({"waiting": 5}, ["waiting"]),  # from five on
        ({"waiting": 1, "longest": 59.9}, []),
        ({"waiting": 1, "longest": 60}, ["wait"]),  # from a minute on
        ({"longest": 600}, []),  # nobody waits: a wait that is left over is no alarm
        ({"level": 0.8}, []),
        ({"level": 0.79}, ["level"]),
        ({"at_work": 0}, []),  # nobody is there, nobody waits: the night
        ({"waiting": 1, "at_work": 0}, ["nobody"]),
        (
            {"waiting": 9, "longest": 90, "level": 0, "at_work": 0},
            ["nobody", "wait", "waiting", "level"],  # the worst first
        ),
    ],
)
def test_alarms_of_a_queue(state, found):
    assert alarms(**CALM | state, limits=LIMITS) == found


def test_without_limits_only_nobody_alarms():
    assert alarms(99, 9999, 0.0, 1, Limits()) == []
    assert alarms(1, 0, None, 0, Limits()) == ["nobody"]


def test_total_weighs_calls_not_queues():
    """(1 + 9) of (1 + 1 + 9 + 1) calls in time = 10/12; the mean of 1/2 and 9/10 would be 0.7."""
    found = total([queue(2, 30, 2, 1, 0), queue(1, 80, 9, 9, 1)])
    assert (found["waiting"], found["longest"], found["abandoned"]) == (3, 80, 1)
    assert found["level"] == pytest.approx(10 / 12)


def test_total_of_no_queues_is_unknown():
    assert total([]) == {
        "waiting": 0, "answered": 0, "in_time": 0, "abandoned": 0, "longest": 0, "level": None,
    }  # fmt: skip
