"""Menus as a state machine (CC-4): what a caller presses and where it leads, step by step."""

import random

import pytest

from odoo.addons.crm_callcenter.tools.ivr import (
    Ask,
    CallBack,
    Digits,
    Done,
    Flaw,
    Hours,
    HungUp,
    Leave,
    LookUp,
    Menu,
    Node,
    Outcome,
    Play,
    Prompt,
    Record,
    State,
    Tell,
    begin,
    flaws,
    from_dict,
    is_open,
    step,
)

BEEP = (Prompt("sound", "beep"),)
SORRY = (Prompt("sound", "invalid"),)
BYE = Node("b", "hangup")
SENT = (Prompt("sound", "sent"), Prompt("variable", "number"))


def menu(*nodes, **values):
    return Menu("main", {node.key: node for node in nodes}, nodes[0].key, **values)


HOME = Node("home", "menu", BEEP, {"1": "order", "2": "people", "3": "hours"}, "", 2, 4.0, SORRY)
ORDER = Node("order", "collect", BEEP, next="find", tries=2, least=4, most=6, variable="number")
FIND = Node("find", "lookup", ways={"sent": "sent", "unknown": "people", "silent": "later"},
            next="other", target="order")  # fmt: skip
REST = (
    Node("sent", "message", SENT, next="bye", answers=True),
    Node("other", "message", BEEP, next="people"),
    Node("later", "message", BEEP, next="home"),
    Node("people", "queue", BEEP, target="support"),
    Node("hours", "hours", ways={"open": "people", "closed": "night"}, opening=((100.0, 200.0),),
         known_until=900.0),
    Node("night", "voicemail", BEEP, next="bye", seconds=60),
    Node("bye", "hangup", BEEP),
)  # fmt: skip
MAIN = menu(HOME, ORDER, FIND, *REST)


def play(design, *inputs, state=None):
    """The state and the actions of the last step."""
    state, actions = step(design, state or begin("+4940", "7000"))
    for given in inputs:
        state, actions = step(design, state, given)
    return state, actions


def test_it_begins_by_asking():
    state, actions = play(MAIN)
    assert actions == (Tell("ivr", "home"), Ask(BEEP, 1, 4.0))
    assert state == State("home", 0, 1, {"caller": "+4940", "called": "7000"})


def test_a_key_leads_to_a_queue():
    state, actions = play(MAIN, Digits("2"))
    assert actions == (
        Tell("ivr", "home", "2"),
        Tell("ivr", "people"),
        Play(BEEP),
        Tell("ivr_queue", "people", outcome="support"),
        Leave("queue", "support"),
    )
    assert (state.exit, state.node) == ("queue", "people")


@pytest.mark.parametrize("wrong", ["9", "", "*", "12"])
def test_a_wrong_key_or_silence_gets_another_try(wrong):
    state, actions = play(MAIN, Digits(wrong))
    told = wrong if wrong in ("9", "*") else ""
    assert actions == (Tell("ivr_wrong", "home", told), Ask(SORRY + BEEP, 1, 4.0))
    assert (state.tries, state.exit) == (1, "")
    assert play(MAIN, Digits(wrong), Digits("2"))[0].exit == "queue"


def test_after_the_last_try_he_is_let_go_or_helped():
    state, actions = play(MAIN, Digits("9"), Digits(""))
    assert (state.exit, actions[-1]) == ("given_up", Leave("given_up"))
    assert Tell("ivr_given_up", "home") in actions
    helped = menu(Node("home", "menu", BEEP, {"1": "bye"}, "people", 1), *REST)
    assert play(helped, Digits("7"))[0].exit == "queue"


def test_a_look_up_that_answers_is_contained():
    state, actions = play(MAIN, Digits("1"), Digits("4711"))
    assert actions == (
        Tell("ivr", "find"),
        LookUp("order", {"caller": "+4940", "called": "7000", "number": "4711"}),
    )
    state, actions = step(MAIN, state, Outcome("sent", {"day": "24"}))
    assert actions == (Tell("ivr", "find", outcome="sent"), Tell("ivr", "sent"), Play(SENT))
    assert state.values["day"] == "24"
    state, actions = step(MAIN, state, Done())
    assert actions == (
        Tell("ivr", "bye"), Play(BEEP), Tell("ivr_contained", "bye"), Leave("contained"),
    )  # fmt: skip
    assert step(MAIN, state, Digits("1")) == (state, ())  # there is nothing more


def test_a_number_is_never_told():
    told = []
    state, actions = step(MAIN, begin())
    for given in (Digits("1"), Digits("4"), Digits("471147114711"), Digits("4711")):
        told += [action for action in actions if isinstance(action, Tell)]
        state, actions = step(MAIN, state, given)
    assert {tell.digit for tell in told} == {"", "1"}


@pytest.mark.parametrize(
    ("outcome", "node"),
    [("sent", "sent"), ("new", "other"), ("unknown", "people"), ("silent", "later")],
)
def test_outcomes_of_a_look_up(outcome, node):
    _state, actions = play(MAIN, Digits("1"), Digits("4711"), Outcome(outcome))
    assert actions[:2] == (Tell("ivr", "find", outcome=outcome), Tell("ivr", node))


def test_digits_too_few_too_many_or_none():
    for wrong in ("", "471", "4711471"):
        state, actions = play(MAIN, Digits("1"), Digits(wrong))
        assert actions == (Tell("ivr_wrong", "order"), Ask(BEEP, 6, 5.0))
        # the second and last try: it must not be looked up as if there were a number
        assert step(MAIN, state, Digits(wrong))[0].exit == "given_up"


@pytest.mark.parametrize(
    ("seconds", "node", "out"),
    [(3.0, "sent", "contained"), (2.9, "sent", "left"), (60.0, "home", "left")],
)
def test_hanging_up_counts_as_contained_when_the_answer_was_heard(seconds, node, out):
    given = () if node == "home" else (Digits("1"), Digits("4711"), Outcome("sent"))
    state, actions = play(MAIN, *given, HungUp(seconds))
    assert state.exit == out
    step_name = "ivr_contained" if out == "contained" else "ivr_left"
    assert actions == (Tell(step_name, node), Leave(out))


def test_hanging_up_later_in_the_menu_keeps_the_answer():
    again = menu(
        Node("home", "menu", BEEP, {"1": "say"}),
        Node("say", "message", BEEP, next="home", answers=True),
    )
    assert play(again, Digits("1"), HungUp(1))[0].exit == "left"
    assert play(again, Digits("1"), Done(), HungUp(0))[0].exit == "contained"
    # who asks for a person after all is not contained
    asks = menu(
        Node("home", "menu", BEEP, {"1": "say", "2": "people"}),
        Node("say", "message", BEEP, next="home", answers=True),
        Node("people", "queue", target="support"),
    )
    assert play(asks, Digits("1"), Done(), Digits("2"))[0].exit == "queue"


def test_hanging_up_in_the_last_words():
    """Before the queue has him he is not in it; a goodbye changes nothing."""
    state, _actions = play(MAIN, Digits("2"))
    assert step(MAIN, state, HungUp(1))[1] == (Tell("ivr_left", "people"), Leave("left"))
    state, _actions = play(MAIN, Digits("1"), Digits("4711"), Outcome("sent"), Done())
    assert step(MAIN, state, HungUp(0))[1] == (Tell("ivr_contained", "bye"), Leave("contained"))


def test_opening_hours():
    _state, actions = play(MAIN, Digits("3"))
    assert actions[-1] == Hours(((100.0, 200.0),), 900.0)
    assert play(MAIN, Digits("3"), Outcome("open"))[0].exit == "queue"
    assert play(MAIN, Digits("3"), Outcome("closed"))[0].node == "night"


@pytest.mark.parametrize(
    ("now", "found"),
    [(99.9, False), (100, True), (199.9, True), (200, False), (899, False), (900, None)],
)
def test_whether_it_is_open(now, found):
    assert is_open(((100.0, 200.0), (300.0, 310.0)), 900.0, now) is found


def test_a_voice_message():
    closed = (Digits("3"), Outcome("closed"))
    state, actions = play(MAIN, *closed)
    assert actions[-1] == Record(60, BEEP)
    assert step(MAIN, state, Done())[0].exit == "voicemail"
    assert step(MAIN, state, Outcome("empty"))[0].exit == "given_up"


def test_a_call_back():
    design = menu(
        Node("back", "callback", BEEP, {"failed": "people"}, "bye", target="support"), *REST
    )
    state, actions = play(design)
    assert actions[-1] == CallBack("support", "+4940")
    done = step(design, state, Done())
    assert (done[0].exit, done[1][-2]) == ("callback", Tell("callback", "bye"))
    assert step(design, state, Outcome("failed"))[0].exit == "queue"


def test_a_loop_ends():
    loop = menu(
        Node("a", "message", BEEP, next="b"), Node("b", "message", BEEP, next="a"), most_steps=7
    )
    state, actions = step(loop, begin())
    for count in range(2, 8):
        state, actions = step(loop, state, Done())
        assert (state.steps, state.exit) == (count, "")
    state, actions = step(loop, state, Done())
    assert (state.exit, actions[-1]) == ("loop", Leave("loop"))


def test_whatever_comes_a_call_ends_and_says_how():
    """1,000 callers who press anything: every call leaves once, and no step fails."""
    chance = random.Random(4)
    pressed = [Digits(text) for text in ("", "1", "2", "3", "4711", "#")]
    found = [Outcome(name) for name in ("sent", "silent", "closed", "x")]
    answers = [*pressed, *found, Done()]
    for _caller in range(1000):
        state, actions = step(MAIN, begin())
        left = []
        for _step in range(200):
            left += [action for action in actions if isinstance(action, Leave)]
            if state.exit:
                break
            gone = chance.random() < 0.02
            state, actions = step(MAIN, state, HungUp(1) if gone else chance.choice(answers))
        assert [one.exit for one in left] == [state.exit]


# -- designs ------------------------------------------------------------------------------------


def test_a_sound_design_has_no_flaw():
    assert flaws(MAIN) == ()


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ([Node("a", "menu", (), {"1": "b"}), BYE], Flaw("no_prompt", "a")),
        ([Node("a", "menu", BEEP)], Flaw("no_way", "a")),
        ([Node("a", "menu", BEEP, {"x": "b"}), BYE], Flaw("bad_key", "a", "x")),
        ([Node("a", "menu", BEEP, {"1": "z"})], Flaw("unknown_node", "a", "z")),
        ([Node("a", "hangup"), BYE], Flaw("unreachable", "b")),
        ([Node("a", "queue")], Flaw("no_target", "a")),
        ([Node("a", "message", BEEP, next="a")], Flaw("no_exit", "a")),
        ([Node("a", "lookup", ways={"unknown": "b"}, next="b", target="order"), BYE],
         Flaw("no_way", "a", "silent")),
        ([Node("a", "hours", ways={"open": "b"}), BYE], Flaw("no_way", "a", "closed")),
        ([Node("a", "menu", BEEP, {"1": "b"}, tries=0), BYE], Flaw("bad_limit", "a")),
        ([Node("a", "collect", BEEP, next="b", least=9, most=4), BYE],
         Flaw("bad_limit", "a")),
    ],
)  # fmt: skip
def test_flaws_of_designs(nodes, found):
    assert flaws(menu(*nodes)) == (found,)


def test_a_design_without_its_start():
    assert flaws(Menu("m", {}, "home")) == (Flaw("no_start", about="home"),)


def test_a_menu_that_only_leads_back_to_itself_has_no_exit():
    round_about = menu(
        Node("a", "menu", BEEP, {"1": "b"}, "b"), Node("b", "message", BEEP, next="a"),
    )  # fmt: skip
    assert flaws(round_about) == (Flaw("no_exit", "a"), Flaw("no_exit", "b"))


def test_from_json():
    found = from_dict(
        {"code": "m", "start": "a", "nodes": [
            {"key": "a", "kind": "menu", "prompts": [["sound", "beep"]], "ways": {1: "b"},
             "tries": 2},
            {"key": "b", "kind": "hours", "opening": [[1, 2]], "known_until": 3, "next": None}]}
    )  # fmt: skip
    assert found.nodes["a"] == Node("a", "menu", BEEP, {"1": "b"}, tries=2)
    assert found.nodes["b"].opening == ((1.0, 2.0),)


@pytest.mark.parametrize(
    "data",
    [None, {}, [], {"code": "m", "start": "a", "nodes": [{"key": "a", "kind": "fly"}]},
     {"code": "m", "start": "a", "nodes": [{"key": "a", "kind": "menu", "prompts": [["x", "y"]]}]},
     {"code": "m", "start": "a", "nodes": [{"key": "a", "kind": "menu", "tries": "many"}]}],
)  # fmt: skip
def test_what_is_no_menu(data):
    with pytest.raises(ValueError, match="no menu"):
        from_dict(data)
