"""ROI-1: chain of approval by amount, budget check, settlement."""

import pytest

from odoo.addons.crm_campaign_roi.tools.approval import (
    Rule,
    beyond,
    current,
    differences,
    outcome,
    overruns,
    revision,
    room,
    rule_for,
)

SMALL = Rule(1, 0)
LARGE = Rule(2, 10_000)
FAIRS = Rule(3, 10_000, frozenset({7}))


@pytest.mark.parametrize(
    ("amount", "kind", "key"), [(0, 7, 1), (9_999.99, 7, 1), (10_000, 5, 2), (10_000, 7, 3)]
)
def test_the_highest_limit_reached_and_the_kind_decide(amount, kind, key):
    assert rule_for([SMALL, LARGE, FAIRS], amount, kind).key == key


def test_no_rule_fits():
    assert rule_for([LARGE], 500, 7) is None
    assert rule_for([FAIRS], 20_000, None) is None


@pytest.mark.parametrize(
    ("decisions", "state", "step"),
    [
        (["waiting", "waiting"], "waiting", 0),
        (["approved", "waiting"], "waiting", 1),
        (["approved", "approved"], "approved", None),
        (["approved", "refused"], "refused", None),
        (["refused", "waiting"], "refused", None),
    ],
)
def test_one_refusal_refuses_and_all_have_to_approve(decisions, state, step):
    assert outcome(decisions) == state
    assert current(decisions) == step


def test_what_is_beyond_the_budget():
    assert beyond(1_000, 700, 300) == 0
    assert beyond(1_000, 700, 300.01) == 0.01
    assert beyond(None, 0, 5) == 5


def test_a_settlement_asks_for_reasons_where_it_is_far_off():
    """10 %: print 1,000 to 1,100 is within, media 1,000 to 850 is not, nor what was not planned."""
    plan = {"print": 1_000.0, "media": 1_000.0, "venue": 500.0}
    actual = {"print": 1_100.0, "media": 850.0, "gifts": 20.0}
    assert differences(plan, actual, 0.1) == {
        "print": (1_000.0, 1_100.0, 100.0, False),
        "media": (1_000.0, 850.0, -150.0, True),
        "venue": (500.0, 0.0, -500.0, True),
        "gifts": (0.0, 20.0, 20.0, True),
    }


def test_revision_shows_what_was_and_what_shall_be():
    assert revision({1: 10.0, 2: 5.0}, {1: 12.0, 3: 4.0}) == [
        (1, 10.0, 12.0),
        (3, 0.0, 4.0),
        (2, 5.0, 0.0),
    ]
    assert revision(None, {1: 12.0}) == [(1, 0.0, 12.0)]


def test_what_is_beyond_by_cost_kind():
    """Print 600 of 500, fees 100 of 400: the whole fits, print is 100 beyond; nothing for gifts."""
    budget, spent = {"print": 500, "fees": 400}, {"print": 600, "fees": 100, "gifts": 20}
    assert overruns(budget, spent) == (0, {})
    assert overruns(budget, spent, ["print", "fees", "gifts"]) == (0, {"print": 100, "gifts": 20})
    assert overruns(budget, {"print": 950}, ["print"]) == (50, {"print": 450})
    assert overruns({}, {False: 1}, [False]) == (1, {False: 1})


def test_the_change_that_makes_room():
    """Kinds first; what is beyond the whole besides goes to the first kind that was committed."""
    budget = {"print": 500, "fees": 400}
    assert room(budget, 0, {"print": 100}, ["print"]) == {"print": 600}
    assert room(budget, 150, {"print": 100}, ["print"]) == {"print": 650}
    assert room(budget, 50, {}, [False, "fees"]) == {"fees": 450}
    assert room(budget, 50, {}, []) == {}
