"""SVC-C: the nine steps as a state machine, deadlines and amounts, worked out by hand."""

from datetime import datetime, timedelta

import pytest

from odoo.addons.crm_service_levels.tools import complaint as nine
from odoo.addons.crm_service_levels.tools.complaint import Step, TransitionError
from odoo.addons.crm_service_levels.tools.working_time import NEVER, WorkCalendar, to_moment

#: Monday 2 to Friday 13 March 2026, nine to five.
DAYS = [datetime(2026, 3, 2) + timedelta(days=day) for day in range(12) if day % 7 < 5]
WEEKS = WorkCalendar(
    (to_moment(day + timedelta(hours=9)), to_moment(day + timedelta(hours=17))) for day in DAYS
)
STATES = ("waiting", "current", "done", "skipped")


def at(text):
    return to_moment(datetime.fromisoformat(text))


def procedure(now, skipped=()):
    """The nine steps with *now* as the current one."""
    index = nine.STEPS.index(now)
    return [
        Step(code, "skipped" if code in skipped else "done" if i < index else "waiting")
        if code != now
        else Step(code, "current")
        for i, code in enumerate(nine.STEPS)
    ]


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_only_known_transitions(before, after):
    known = {
        "waiting": {"current", "skipped"},
        "current": {"done", "skipped", "waiting"},
        "done": {"current", "waiting"},
        "skipped": {"current", "waiting"},
    }
    if after in known[before]:
        assert nine.check(before, after) is None
    else:
        with pytest.raises(TransitionError):
            nine.check(before, after)


def test_each_step_hands_over_to_the_next():
    for now, following in zip(nine.STEPS, nine.STEPS[1:], strict=False):
        assert nine.ended(procedure(now), "done") == {now: "done", following: "current"}
    assert nine.ended(procedure("learn"), "done") == {"learn": "done"}


def test_an_invalid_complaint_goes_straight_to_the_reply():
    assert nine.ended(procedure("judge"), "done", "invalid") == {
        "judge": "done",
        "department": "skipped",
        "cause": "skipped",
        "solution": "skipped",
        "approve": "skipped",
        "reply": "current",
    }
    left_out = ("department", "cause", "solution", "approve")
    assert nine.ended(procedure("reply", left_out), "done", "invalid") == {
        "reply": "done",
        "compensate": "skipped",
        "learn": "current",
    }


def test_nothing_ends_without_a_current_step():
    with pytest.raises(TransitionError):
        nine.ended([Step("record", "done")], "done")
    with pytest.raises(TransitionError):
        nine.ended(procedure("record"), "waiting and hoping")


def test_back_undoes_what_came_after():
    assert nine.back(procedure("solution"), "judge") == {
        "judge": "current",
        "department": "waiting",
        "cause": "waiting",
        "solution": "waiting",
    }
    with pytest.raises(TransitionError):
        nine.back(procedure("solution"), "reply")  # not done yet
    with pytest.raises(TransitionError):
        nine.back(procedure("solution"), "solution")  # now
    with pytest.raises(TransitionError):
        nine.back(procedure("solution"), "lunch")


@pytest.mark.parametrize(
    ("step", "values", "expected"),
    [
        (Step("judge", required=("validity",)), {}, ["validity"]),
        (Step("judge", required=("validity",)), {"validity": "valid"}, []),
        (Step("judge"), {"validity": "invalid"}, ["validity_reason"]),
        (Step("judge"), {"validity": "partly", "validity_reason": "Worn"}, []),
        (Step("record"), {"oral": True}, ["oral_by_id", "oral_read_back"]),
        (Step("record"), {"oral": True, "oral_by_id": 7, "oral_read_back": True}, []),
        (Step("solution"), {"compensation_kind": "goods"}, ["compensation_amount"]),
        (Step("solution"), {"compensation_kind": "apology"}, []),
        (Step("reply", required=("replied_on",)), {}, ["replied_on"]),
        (Step("reply", required=("replied_on",)), {"anonymous": True}, []),
        (Step("compensate"), {"compensation_kind": "credit_note"}, ["credit_note_id"]),
        (Step("compensate"), {"compensation_kind": "voucher", "voucher_code": "A1"}, []),
    ],
)
def test_what_is_missing(step, values, expected):
    assert nine.missing(step, values) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "start", "due"),
    [
        (1, "days", "2026-03-02 10:05", "2026-03-03 10:05"),
        (1, "days", "2026-03-06 16:30", "2026-03-09 16:30"),  # Friday to Monday
        (1, "hours", "2026-03-06 16:30", "2026-03-09 09:30"),
        (2, "days", "2026-03-07 12:00", "2026-03-10 17:00"),  # Saturday: Monday and Tuesday
        (0.5, "hours", "2026-03-02 09:00", "2026-03-02 09:30"),
    ],
)
def test_deadlines_in_working_time(amount, unit, start, due):
    assert nine.deadline(amount, unit, at(start), WEEKS, 8) == at(due)


def test_no_deadline_rather_than_a_guess():
    assert nine.deadline(0, "days", at("2026-03-02 09:00"), WEEKS, 8) is None
    assert nine.deadline(1, "days", at("2026-03-02 09:00"), NEVER, 8) is None
    assert nine.deadline(99, "days", at("2026-03-02 09:00"), WEEKS, 8) is None


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("credit_note", -1, 100), "negative"),
        (("credit_note", 100.01, 100), "above_invoice"),
        (("credit_note", 100, 100), None),
        (("credit_note", 50, 100, False), "currency"),
        (("goods", 500, 100, False), None),
        (("apology", 5), "not_money"),
        (("apology", 0), None),
    ],
)
def test_compensations_that_cannot_be_given(arguments, problem):
    assert nine.compensation_problem(*arguments) == problem


@pytest.mark.parametrize(
    ("amount", "weights", "digits", "expected"),
    [
        (23, [115], 2, [23.0]),
        (10, [1, 1, 1], 2, [3.34, 3.33, 3.33]),  # the first of the greatest takes the cent
        (100, [30, 70], 0, [30.0, 70.0]),
        (10, [120, -20], 2, [12.0, -2.0]),
        (10, [], 2, []),
    ],
)
def test_shares_add_up(amount, weights, digits, expected):
    assert nine.shares(amount, weights, digits) == expected


def test_pareto():
    assert nine.pareto({"seal": 5, "box": 2, "cable": 3}) == [
        ("seal", 5, 0.5),
        ("cable", 3, 0.8),
        ("box", 2, 1.0),
    ]
    assert nine.pareto({}) == []


def test_every_entry_belongs_to_one_step():
    names = [name for fields in nine.FIELDS.values() for name in fields]
    assert len(names) == len(set(names))
    assert tuple(nine.FIELDS) == nine.STEPS
