"""CC-1: what an agent does, from what he says and what his telephone does."""

import itertools

import pytest

from odoo.addons.crm_callcenter.tools.agent_state import (
    DECISIONS,
    MISSED,
    RESTS,
    STATES,
    Happening,
    State,
    intervals,
    next_state,
)


def day(*happenings, start=None, now=0):
    """(name, since) of the intervals."""
    rows = [Happening(**{"kind": kind, "at": at, **more}) for kind, at, more in happenings]
    return [(state.name, state.since) for state in intervals(start or State(), rows, now)]


READY = State("ready", "ready", since=10)
CALL = {"call": 7}


def test_a_call_and_its_after_call_work():
    found = day(
        ("ready", 10, {}),
        ("rings", 20, CALL),
        ("answered", 25, CALL),
        ("hung_up", 85, {**CALL, "seconds": 30}),
        now=120,
    )
    # 85 + 30 = 115, though it was noticed at 120
    assert found == [
        ("offline", 0), ("ready", 10), ("ringing", 20),
        ("on_call", 25), ("wrap_up", 85), ("ready", 115),
    ]  # fmt: skip


def test_after_call_work_is_over_when_the_next_call_rings_later():
    """A delivery of an hour ago: 85 + 30 = 115 < 130, so he was ready from 115 to 130."""
    writing = State("wrap_up", "ready", call=7, since=85, until=115)
    found = day(("rings", 130, {"call": 8}), ("rings", 114, {"call": 9}), start=writing)
    assert found == [("wrap_up", 85), ("ringing", 114)]
    found = day(("rings", 130, {"call": 8}), start=writing)
    assert found == [("wrap_up", 85), ("ready", 115), ("ringing", 130)]
    assert day(start=writing, now=114.9) == [("wrap_up", 85)]


def test_nothing_happened():
    assert intervals(READY, [Happening("ready", 20), Happening("done", 21)], 30) == [READY]


def test_after_call_work_ends_when_he_says_so():
    writing = State("wrap_up", "ready", call=7, since=85, until=115)
    assert next_state(writing, Happening("done", 90)) == State("ready", "ready", since=90)
    assert next_state(READY, Happening("done", 90)) is READY


def test_without_a_limit_of_after_call_work_there_is_none():
    talking = State("on_call", "ready", call=7, since=25)
    after = next_state(talking, Happening("hung_up", 85, 7, seconds=0))
    assert after == State("ready", "ready", since=85)


def test_a_break_asked_for_during_a_call_begins_after_it():
    found = day(
        ("answered", 25, CALL),
        ("pause", 40, {"reason": "lunch"}),
        ("hung_up", 85, {**CALL, "seconds": 30}),
        start=READY,
        now=115,
    )
    assert found == [("ready", 10), ("on_call", 25), ("wrap_up", 85), ("paused", 115)]
    talking = State("on_call", "ready", call=7, since=25)
    assert next_state(talking, Happening("pause", 40, reason="lunch")).reason == "lunch"


def test_a_wish_can_be_taken_back():
    talking = State("on_call", "paused", "lunch", call=7, since=25)
    after = next_state(talking, Happening("ready", 50))
    assert (after.name, after.rest, after.reason, after.since) == ("on_call", "ready", "", 25)


@pytest.mark.parametrize("rest", RESTS)
def test_who_is_called_goes_back_to_what_he_did(rest):
    start = State(rest, rest, "lunch" if rest == "paused" else "", since=10)
    ringing = next_state(start, Happening("rings", 20, 7))
    assert (ringing.name, ringing.call) == ("ringing", 7)
    after = next_state(ringing, Happening("hung_up", 30, 7, seconds=30))
    assert (after.name, after.reason, after.since) == (rest, start.reason, 30)


def test_who_does_not_answer_is_paused():
    ringing = State("ringing", "ready", call=7, since=20)
    after = next_state(ringing, Happening("missed", 40, 7))
    assert (after.name, after.rest, after.reason) == ("paused", "paused", MISSED)
    away = State("ringing", "offline", call=7, since=20)
    assert next_state(away, Happening("missed", 40, 7)).name == "offline"
    assert next_state(ringing, Happening("missed", 40, 8)) is ringing


def test_a_second_call_does_not_take_the_first_away():
    """Consulting a colleague: the call he has is the one he is asked about."""
    talking = State("on_call", "ready", call=7, since=25)
    for kind in ("rings", "answered", "hung_up", "missed"):
        assert next_state(talking, Happening(kind, 30, 8)) is talking


def test_the_same_again_changes_nothing():
    ringing = State("ringing", "ready", call=7, since=20)
    assert next_state(ringing, Happening("rings", 21, 7)) is ringing
    writing = State("wrap_up", "ready", call=7, since=85, until=115)
    assert next_state(writing, Happening("hung_up", 86, 7, seconds=30)) is writing
    assert next_state(READY, Happening("ready", 30)) is READY


def test_a_call_while_he_writes_up_the_last():
    writing = State("wrap_up", "ready", call=7, since=85, until=115)
    after = next_state(writing, Happening("rings", 90, 8))
    assert after == State("ringing", "ready", call=8, since=90)


def test_ready_needs_a_telephone():
    gone = next_state(READY, Happening("unreachable", 30))
    assert (gone.name, gone.rest) == ("unreachable", "ready")
    back = next_state(gone, Happening("reachable", 60))
    assert back == State("ready", "ready", since=60)
    logged_off = State(reachable=False)
    assert next_state(logged_off, Happening("ready", 5)).name == "unreachable"


def test_a_telephone_that_is_lost_leaves_calls_and_breaks_alone():
    for start in (
        State("on_call", "ready", call=7, since=25),
        State("paused", "paused", "lunch", since=25),
        State("offline", "offline"),
    ):
        after = next_state(start, Happening("unreachable", 30))
        assert (after.name, after.since, after.reachable) == (start.name, start.since, False)
    talking = State("on_call", "ready", call=7, since=25, reachable=False)
    assert next_state(talking, Happening("hung_up", 60, 7)).name == "unreachable"


def test_a_telephone_that_rings_is_reached():
    gone = State("unreachable", "ready", since=30, reachable=False)
    after = next_state(gone, Happening("rings", 40, 7))
    assert (after.name, after.reachable) == ("ringing", True)


def test_paused_by_the_exchange():
    after = next_state(READY, Happening("paused", 30, reason="supervisor"))
    assert (after.name, after.reason) == ("paused", "supervisor")
    assert next_state(after, Happening("unpaused", 40)) == State("ready", "ready", since=40)
    # the echo of his own break does not rename it, and nobody is logged on by it
    assert next_state(after, Happening("paused", 41, reason="x")) is after
    assert next_state(State(), Happening("unpaused", 40)) == State()
    talking = State("on_call", "ready", call=7, since=25)
    assert next_state(talking, Happening("paused", 30)).name == "on_call"


def test_clocks_that_differ_make_no_negative_times():
    after = next_state(READY, Happening("rings", 4, 7))
    assert (after.name, after.since) == ("ringing", 10)


def test_whatever_happens_the_state_is_one_of_them():
    """All sequences of three happenings: 13³ = 2,197, the fourth checked by its invariants."""
    for kinds in itertools.product(DECISIONS, repeat=3):
        state = READY
        for place, kind in enumerate(kinds):
            state = next_state(state, Happening(kind, 20 + place, 7, "why", 30))
            assert state.name in STATES
            assert state.rest in RESTS
            if state.name in RESTS:
                assert (state.rest, state.call, state.until) == (state.name, None, None)
            if state.name in ("ringing", "on_call", "wrap_up"):
                assert state.call == 7
            assert (state.until is not None) == (state.name == "wrap_up")
        assert len(DECISIONS) == 13


def test_an_unknown_happening_is_an_error():
    with pytest.raises(ValueError, match="No happening 'sneezes'"):
        next_state(READY, Happening("sneezes", 1))
