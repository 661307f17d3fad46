"""A telephone menu as a state machine (CC-4): ``step(menu, state, input) -> (state, actions)``.

A menu is a design of nodes; a call goes from node to node. Every node asks the telephone for one
thing (play, ask for digits, look something up, record) and goes on with the answer. Nothing here
waits, counts time or speaks to anybody: that is the server's part (``pbx/agi.py``), and the same
machine plays the simulator on the screen.

*Contained* is a call that ended in the menu after an answer to the caller's matter: he has come
past a node that answers, or hung up there having heard it for :attr:`Menu.heard_seconds`. Somebody
who hangs up in the first seconds, after a wrong key, or in a queue is not contained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

#: Kinds of node, and the outcomes by which each goes on beside ``next``.
OUTCOMES = {
    "menu": (),  # its keys
    "collect": (),
    "lookup": ("unknown", "silent"),  # and the states of what was found
    "message": (),
    "hours": ("open", "closed"),
    "queue": (),
    "voicemail": (),
    "callback": (),
    "hangup": (),
}
KINDS = tuple(OUTCOMES)
#: Where the menu is left.
ENDS = frozenset({"queue", "hangup"})
KEYS = frozenset("0123456789*#")
#: How a call left the menu.
EXITS = ("contained", "queue", "voicemail", "callback", "given_up", "left", "loop", "fault")
SPOKEN = ("file", "sound", "digits", "number", "variable")
#: Longest run through nodes of one call; more is a loop in the design or a machine that plays.
MOST_STEPS = 100


@dataclass(frozen=True)
class Prompt:
    """Something to hear.

    :param kind: file (an uploaded recording), sound (of the exchange), digits (one by one), number
        (as a whole), variable (digits of what was collected or looked up)
    """

    kind: str
    value: str


@dataclass(frozen=True)
class Node:
    """One place of a menu.

    :param ways: ``{key pressed or outcome: node}``
    :param next: node that follows; of a menu or collection, after the last wrong try
    :param tries: how often the caller may be wrong or silent
    :param timeout: seconds of silence that count as a try
    :param answers: whether this message answers the caller's matter (containment)
    :param variable: name under which digits are kept, or which is looked up
    :param target: queue; what is looked up; code of the calendar
    :param opening: spans ``(from, to)`` in seconds since 1970 in which it is open, and until when
        these are known
    """

    key: str
    kind: str
    prompts: tuple[Prompt, ...] = ()
    ways: Mapping[str, str] = field(default_factory=dict)
    next: str = ""
    tries: int = 3
    timeout: float = 5.0
    wrong: tuple[Prompt, ...] = ()
    least: int = 1
    most: int = 20
    variable: str = ""
    target: str = ""
    answers: bool = False
    seconds: int = 120
    opening: tuple[tuple[float, float], ...] = ()
    known_until: float = 0.0


@dataclass(frozen=True)
class Menu:
    """A design. ``heard_seconds``: so long an answer has to be heard to count as one."""

    code: str
    nodes: Mapping[str, Node]
    start: str
    heard_seconds: float = 3.0
    most_steps: int = MOST_STEPS
    language: str = ""


# -- what comes in ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Digits:
    """What the caller pressed; empty: nothing within the time."""

    text: str = ""


@dataclass(frozen=True)
class Done:
    """The telephone has done what it was asked to."""


@dataclass(frozen=True)
class Outcome:
    """What a look-up or a question for the hour found, and what may be said of it."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HungUp:
    """The caller is gone, so many seconds after the node began."""

    seconds: float = 0.0


# -- what goes out ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Play:
    prompts: tuple[Prompt, ...]
    #: keys that end it at once
    keys: str = ""


@dataclass(frozen=True)
class Ask:
    """Play, and collect digits; ``#`` ends a number of more than one digit."""

    prompts: tuple[Prompt, ...]
    most: int
    timeout: float


@dataclass(frozen=True)
class LookUp:
    subject: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Hours:
    """Whether a moment lies in spans; the answer is an outcome open or closed."""

    opening: tuple[tuple[float, float], ...]
    known_until: float


@dataclass(frozen=True)
class Record:
    seconds: int
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True)
class CallBack:
    queue: str
    number: str


@dataclass(frozen=True)
class Leave:
    """The last: how it left, and the queue where it goes."""

    exit: str
    queue: str = ""


@dataclass(frozen=True)
class Tell:
    """For the stream of events; of digits only the key of a menu, never a number or PIN."""

    step: str
    node: str
    digit: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class State:
    """Where a call is. ``exit`` is set when it has left the menu."""

    node: str = ""
    tries: int = 0
    steps: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    answered: bool = False
    exit: str = ""
    taken: str = ""  # voicemail or callback, which outlast the way to the end


def begin(caller="", called=""):
    """The state before the first step."""
    return State(values={"caller": caller, "called": called})


def step(menu, state, given=None):
    """One step of a call.

    :param given: ``None`` at the beginning, else the answer to the last action
    :return: ``(state, actions)``; the actions are done in order, and the last one is answered.
        After :class:`Leave` there is nothing more.
    """
    if isinstance(given, HungUp):
        return _hung_up(menu, state, given)
    if state.exit:
        return state, ()
    if given is None or not state.node:
        return _enter(menu, state, menu.start)
    node = menu.nodes[state.node]
    return _AFTER[node.kind](menu, state, node, given)


def _hung_up(menu, state, given):
    """He may have what he wanted, or may have given up; in what is said before a queue as well."""
    if state.exit not in ("", "queue"):
        return state, (Tell(_step(state.exit), state.node), Leave(state.exit))
    node = menu.nodes.get(state.node)
    heard = node is not None and _answers(node) and given.seconds >= menu.heard_seconds
    out = state.taken or ("contained" if state.answered or heard else "left")
    return replace(state, exit=out), (Tell(_step(out), state.node), Leave(out))


def _answers(node):
    return node.answers and node.kind == "message"


def _step(out):
    """The step as events name it: the three results that calls have, else ours."""
    return {"contained": "ivr_contained", "voicemail": "voicemail", "callback": "callback"}.get(
        out, f"ivr_{out}"
    )


def _enter(menu, state, key):
    """Go to a node; without one the menu has nothing more to say."""
    node = menu.nodes.get(key)
    if node is None:
        return _leave(state, _own_end(state))
    state = replace(state, node=key, tries=0, steps=state.steps + 1)
    if state.steps > menu.most_steps:
        return _leave(state, "loop")
    told = Tell("ivr", key)
    if node.kind == "queue":
        return _leave(state, "queue", (told, *_play(node)), node.target)
    if node.kind == "hangup":
        return _leave(state, _own_end(state), (told, *_play(node)))
    return state, (told, *_ASKED[node.kind](node, state))


def _own_end(state):
    return state.taken or ("contained" if state.answered else "given_up")


def _leave(state, out, before=(), queue=""):
    actions = (*before, Tell(_step(out), state.node, outcome=queue), Leave(out, queue))
    return replace(state, exit=out), actions


def _play(node):
    return (Play(node.prompts),) if node.prompts else ()


# -- what a node asks for -----------------------------------------------------------------------


def _ask_menu(node, _state):
    return (Ask(node.prompts, 1, node.timeout),)


def _ask_collect(node, _state):
    return (Ask(node.prompts, node.most, node.timeout),)


def _ask_lookup(node, state):
    return (*_play(node), LookUp(node.target, dict(state.values)))


def _ask_message(node, _state):
    return (Play(node.prompts),)


def _ask_hours(node, _state):
    return (Hours(node.opening, node.known_until),)


def _ask_voicemail(node, _state):
    return (Record(node.seconds, node.prompts),)


def _ask_callback(node, state):
    return (*_play(node), CallBack(node.target, state.values.get(node.variable or "caller", "")))


_ASKED = {
    "menu": _ask_menu,
    "collect": _ask_collect,
    "lookup": _ask_lookup,
    "message": _ask_message,
    "hours": _ask_hours,
    "voicemail": _ask_voicemail,
    "callback": _ask_callback,
}


# -- what follows -------------------------------------------------------------------------------


def _after_menu(menu, state, node, given):
    pressed = given.text if isinstance(given, Digits) else ""
    if pressed in node.ways:
        told = Tell("ivr", node.key, pressed)
        state, actions = _enter(menu, state, node.ways[pressed])
        return state, (told, *actions)
    return _wrong(menu, state, node, pressed)


def _after_collect(menu, state, node, given):
    digits = given.text if isinstance(given, Digits) else ""
    if node.least <= len(digits) <= node.most:
        values = {**state.values, node.variable or node.key: digits}
        return _enter(menu, replace(state, values=values), node.ways.get("done", node.next))
    return _wrong(menu, state, node, "")


def _wrong(menu, state, node, pressed):
    """Once more, or on to what follows the last try.

    Of a collection only that something was wrong is told: it may be the number of a card.
    """
    told = Tell("ivr_wrong", node.key, pressed if pressed in KEYS else "")
    if state.tries + 1 >= node.tries:
        state, actions = _enter(menu, state, node.ways.get("failed", _last(node)))
        return state, (told, *actions)
    state = replace(state, tries=state.tries + 1)
    most = 1 if node.kind == "menu" else node.most
    return state, (told, Ask((*node.wrong, *node.prompts), most, node.timeout))


def _last(node):
    """After the last wrong try a collection must not go on as if it had a number."""
    return node.next if node.kind == "menu" else ""


def _after_lookup(menu, state, node, given):
    outcome = given if isinstance(given, Outcome) else Outcome("silent")
    values = {**state.values, **{str(k): str(v) for k, v in outcome.values.items()}}
    state = replace(state, values=values)
    told = Tell("ivr", node.key, outcome=outcome.name)
    known = outcome.name in OUTCOMES["lookup"]
    follows = node.ways.get(outcome.name, "" if known else node.next)
    state, actions = _enter(menu, state, follows)
    return state, (told, *actions)


def _after_message(menu, state, node, _given):
    state = replace(state, answered=state.answered or _answers(node))
    return _enter(menu, state, node.next)


def _after_hours(menu, state, node, given):
    name = given.name if isinstance(given, Outcome) else "open"
    told = Tell("ivr", node.key, outcome=name)
    state, actions = _enter(menu, state, node.ways.get(name, node.next))
    return state, (told, *actions)


def _after_voicemail(menu, state, node, given):
    """Without a word there is no message."""
    taken = "voicemail" if isinstance(given, Done) else state.taken
    return _enter(menu, replace(state, taken=taken), node.next)


def _after_callback(menu, state, node, given):
    """A caller whose number nobody knows cannot be called back: he hears what is said then."""
    if isinstance(given, Done):
        return _enter(menu, replace(state, taken="callback"), node.next)
    return _enter(menu, state, node.ways.get("failed", node.next))


_AFTER = {
    "menu": _after_menu,
    "collect": _after_collect,
    "lookup": _after_lookup,
    "message": _after_message,
    "hours": _after_hours,
    "voicemail": _after_voicemail,
    "callback": _after_callback,
}


def is_open(opening, known_until, now):
    """Whether *now* lies in one of the spans; ``None`` when that is not known any more."""
    if now >= known_until:
        return None
    return any(began <= now < ended for began, ended in opening)


# -- designs ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a design.

    :param code: no_start, unknown_node, unreachable, no_exit, no_prompt, no_way, bad_key,
        no_target, bad_limit
    :param about: the key or node it is about
    """

    code: str
    node: str = ""
    about: str = ""


def flaws(menu):
    """Everything wrong with a design, in the order of its nodes; empty: it can be used."""
    if menu.start not in menu.nodes:
        return (Flaw("no_start", about=menu.start),)
    found = [flaw for node in menu.nodes.values() for flaw in _node_flaws(menu, node)]
    reached = _reached(menu, menu.start)
    found += [Flaw("unreachable", key) for key in menu.nodes if key not in reached]
    known = {flaw.node for flaw in found}  # what is wrong already need not be told twice
    caught = [key for key in menu.nodes if key in reached - _leading_out(menu) - known]
    return tuple(found + [Flaw("no_exit", key) for key in caught])


def _node_flaws(menu, node):
    targets = [*node.ways.values(), *([node.next] if node.next else [])]
    found = [Flaw("unknown_node", node.key, one) for one in targets if one not in menu.nodes]
    if node.kind in ("menu", "message", "voicemail") and not node.prompts:
        found.append(Flaw("no_prompt", node.key))
    if node.kind == "collect" and not node.prompts:
        found.append(Flaw("no_prompt", node.key))
    if node.kind == "menu":
        found += _menu_flaws(node)
    if node.kind in ("collect", "lookup", "message", "hours") and not targets:
        found.append(Flaw("no_way", node.key))
    if node.kind in ("queue", "lookup", "callback") and not node.target:
        found.append(Flaw("no_target", node.key))
    if not (
        1 <= node.tries <= 9 and 1 <= node.timeout <= 60 and 1 <= node.least <= node.most <= 40
    ):
        found.append(Flaw("bad_limit", node.key))
    return found + _outcome_flaws(node)


def _menu_flaws(node):
    keys = [key for key in node.ways if key != "failed"]
    found = [] if keys else [Flaw("no_way", node.key)]
    return found + [Flaw("bad_key", node.key, key) for key in keys if key not in KEYS]


def _outcome_flaws(node):
    """A look-up has to say something when nothing is found, or Odoo is silent."""
    needed = {"lookup": ("unknown", "silent"), "hours": ("closed",)}.get(node.kind, ())
    return [Flaw("no_way", node.key, name) for name in needed if name not in node.ways]


def _targets(node):
    found = [] if node.kind in ENDS else [*node.ways.values(), node.next]
    return [one for one in found if one]


def _reached(menu, start):
    """Keys of the nodes a call can come to from there."""
    found, todo = set(), [start]
    while todo:
        key = todo.pop()
        if key in menu.nodes and key not in found:
            found.add(key)
            todo += _targets(menu.nodes[key])
    return found


def _leading_out(menu):
    """Nodes from which a call can leave the menu by itself, without the limit of steps."""
    out = {key for key, node in menu.nodes.items() if node.kind in ENDS or _may_end(node)}
    while True:
        more = {
            key
            for key, node in menu.nodes.items()
            if key not in out and out.intersection(_targets(node))
        }
        if not more:
            return out
        out |= more


def _may_end(node):
    """A message, voice message or call-back without a following node is the end of the call."""
    return node.kind in ("message", "voicemail", "callback") and not _targets(node)


# -- from and to JSON ---------------------------------------------------------------------------


def from_dict(data):
    """A :class:`Menu` from what Odoo sends and a file keeps.

    :raises ValueError: it is no menu
    """
    try:
        nodes = {str(one["key"]): _node(one) for one in data["nodes"]}
        return Menu(
            str(data["code"]),
            nodes,
            str(data["start"]),
            float(data.get("heard_seconds", 3.0)),
            int(data.get("most_steps", MOST_STEPS)),
            str(data.get("language") or ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"This is no menu: {error!r}") from error


def _node(data):
    if data["kind"] not in OUTCOMES:
        raise ValueError(f"unknown kind {data['kind']!r}")
    usual = Node("", "")
    texts = {
        name: str(data.get(name) or "") for name in ("key", "kind", "next", "variable", "target")
    }
    numbers = {
        name: type(getattr(usual, name))(data.get(name, getattr(usual, name)))
        for name in ("tries", "timeout", "least", "most", "seconds", "known_until")
    }
    return Node(
        **texts,
        **numbers,
        prompts=_prompts(data.get("prompts", ())),
        wrong=_prompts(data.get("wrong", ())),
        ways={str(key): str(value) for key, value in data.get("ways", {}).items()},
        answers=bool(data.get("answers")),
        opening=tuple((float(a), float(b)) for a, b in data.get("opening", ())),
    )


def _prompts(found: Sequence) -> tuple[Prompt, ...]:
    prompts = tuple(Prompt(str(kind), str(value)) for kind, value in found)
    wrong = [one.kind for one in prompts if one.kind not in SPOKEN]
    if wrong:
        raise ValueError(f"unknown kind of prompt {wrong[0]!r}")
    return prompts
