"""What an agent does now, from what he says and what his telephone does (CC-1).

:func:`next_state` is pure: one happening after the other, in the order of their moments, gives the
same state on every machine. A state has two parts: what runs (``name``) and what he wants when
the telephone is silent again (``rest``: ready, paused or offline). So who asks for a break during
a call has it after the call, and who is called while he is away is away again afterwards.

States and happenings that do not fit together (the end of a call he does not have, an answer
heard twice) change nothing: exchanges repeat themselves.
"""

from dataclasses import dataclass, replace

STATES = ("offline", "ready", "ringing", "on_call", "wrap_up", "paused", "unreachable")
#: What an agent can want, and goes back to.
RESTS = ("offline", "ready", "paused")
#: With a call; the telephone decides how it ends.
BUSY = ("ringing", "on_call")
#: Why somebody is paused whose telephone rang and who did not answer.
MISSED = "missed"


@dataclass(frozen=True)
class State:
    """What an agent does.

    :param name: one of :data:`STATES`
    :param rest: one of :data:`RESTS`: what follows; of the states at rest the same as ``name``
    :param reason: why he is (or will be) paused
    :param call: key of the call that rings, runs, or is written up; any hashable, or ``None``
    :param since: seconds since 1970
    :param until: when after-call work ends by itself (seconds since 1970), ``None``: it does not
    :param reachable: whether the exchange reaches his telephone
    """

    name: str = "offline"
    rest: str = "offline"
    reason: str = ""
    call: object = None
    since: float = 0.0
    until: float | None = None
    reachable: bool = True


@dataclass(frozen=True)
class Happening:
    """Something that may change the state.

    :param kind: by the agent: ready, pause, offline, done. By the exchange: rings, missed,
        answered, hung_up (of a call), paused, unpaused (as a member of queues), reachable,
        unreachable. By the clock: tick
    :param at: seconds since 1970
    :param call: key of the call, for those of a call
    :param reason: of a pause
    :param seconds: of ``hung_up``: limit of after-call work, 0: none
    """

    kind: str
    at: float
    call: object = None
    reason: str = ""
    seconds: float = 0.0


def next_state(state, happening):
    """The state after a happening; the same object where nothing changes.

    :raises ValueError: no such happening
    """
    decide = DECISIONS.get(happening.kind)
    if decide is None:
        raise ValueError(f"No happening {happening.kind!r}")
    found = decide(state, happening)
    same = replace(found, since=state.since) == state
    return state if same else found


def intervals(state, happenings, now):
    """The states one after the other, first the present one, with what was wished meanwhile.

    After-call work whose time is over by the next happening, or by now, has ended by itself.

    :param now: seconds since 1970
    :return: list of :class:`State`, one for each interval; ``[state]`` when nothing changed
    """
    stays = [state]
    for happening in [*sorted(happenings, key=lambda one: one.at), Happening("tick", now)]:
        for step in (Happening("tick", happening.at), happening):
            after = next_state(stays[-1], step)
            same = (after.name, after.call, after.since)
            if same == (stays[-1].name, stays[-1].call, stays[-1].since):
                stays[-1] = after
            else:
                stays.append(after)
    return stays


def _moment(state, at):
    """A state does not begin before the one it follows, whatever the clocks say."""
    return max(at, state.since)


def _at_rest(state, at):
    """What he wants now that nothing rings: not ready where his telephone cannot be reached."""
    away = state.rest == "ready" and not state.reachable
    return replace(
        state,
        name="unreachable" if away else state.rest,
        reason=state.reason if state.rest == "paused" else "",
        call=None,
        since=_moment(state, at),
        until=None,
    )


def _wants(rest):
    def decide(state, happening):
        reason = happening.reason if rest == "paused" else ""
        wish = replace(state, rest=rest, reason=reason)
        return wish if state.name in BUSY else _at_rest(wish, happening.at)

    return decide


def _done(state, happening):
    return _at_rest(state, happening.at) if state.name == "wrap_up" else state


def _tick(state, happening):
    """After-call work ended when it was to end, however late that is noticed."""
    over = state.name == "wrap_up" and state.until is not None and happening.at >= state.until
    return _at_rest(state, state.until) if over else state


def _rings(state, happening):
    if state.name in BUSY:
        return state
    return _with_call(state, "ringing", happening)


def _with_call(state, name, happening):
    moment = _moment(state, happening.at)
    return replace(state, name=name, call=happening.call, since=moment, until=None, reachable=True)


def _answered(state, happening):
    """He talks. A second call while he does (consulting a colleague) leaves him with the first."""
    return state if state.name == "on_call" else _with_call(state, "on_call", happening)


def _missed(state, happening):
    """He was ready and did not answer: paused, so that the next caller does not wait in vain."""
    if state.name != "ringing" or state.call != happening.call:
        return state
    if state.rest == "ready":
        state = replace(state, rest="paused", reason=MISSED)
    return _at_rest(state, happening.at)


def _hung_up(state, happening):
    if state.name not in BUSY or state.call != happening.call:
        return state
    if state.name == "ringing" or happening.seconds <= 0:
        return _at_rest(state, happening.at)
    moment = _moment(state, happening.at)
    return replace(state, name="wrap_up", since=moment, until=moment + happening.seconds)


def _member(rest):
    """The exchange, or somebody there, paused him or ended it; of nobody who is not there."""

    def decide(state, happening):
        if state.rest in ("offline", rest):
            return state
        reason = happening.reason if rest == "paused" else ""
        wish = replace(state, rest=rest, reason=reason)
        settled = state.name in RESTS or state.name == "unreachable"
        return _at_rest(wish, happening.at) if settled else wish

    return decide


def _unreachable(state, happening):
    """A call that runs is not ended by a telephone that stops registering: it says so itself."""
    state = replace(state, reachable=False)
    return _at_rest(state, happening.at) if state.name == "ready" else state


def _reachable(state, happening):
    state = replace(state, reachable=True)
    return _at_rest(state, happening.at) if state.name == "unreachable" else state


DECISIONS = {
    "ready": _wants("ready"),
    "pause": _wants("paused"),
    "offline": _wants("offline"),
    "done": _done,
    "tick": _tick,
    "rings": _rings,
    "missed": _missed,
    "answered": _answered,
    "hung_up": _hung_up,
    "paused": _member("paused"),
    "unpaused": _member("ready"),
    "reachable": _reachable,
    "unreachable": _unreachable,
}
