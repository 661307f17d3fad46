"""Who answers whom: waiting callers and ready agents, ranked (CC-3).

Two questions, answered one after the other. *Which caller first?* Urgency in points: those of his
queue, those of his value tier, and points for every minute he has waited. Waiting has no upper
bound and all else has, so nobody starves: a caller with ``p`` points is before everybody who comes
after he has waited ``(P - p) / aging`` minutes, where ``P`` is the most that a newcomer can have.
*Which agent for him?* Among those who are able: the owner of his open request, then who talked to
him last, then who has the least in work, then who can help the fewest others who wait (a
generalist is kept for whom only he can help), then the one with the least skill to spare, then who
talked least in the period of the figures, then who has been ready longest.

The level of skill that is asked for falls the longer a caller waits, step by step, if the rules say
so, and single skills are not asked for any more; language never falls. Who let a caller's call ring
out gets him again only after all others who are able. Everything is decided by what is given: the
same input, the same output.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MINUTE = 60.0
#: Why an agent does not get a caller, in the order in which it is asked; see :func:`explain`.
REFUSALS = ("queue", "language", "skill", "again", "not_ready", "taken")


@dataclass(frozen=True)
class Rules:
    """What the ranking weighs.

    :param aging: points for each minute of waiting; more than 0
    :param tiers: points by value tier
    :param widen_seconds: after so many seconds of waiting each level asked for falls by one, after
        twice as many by two; 0: never
    :param hold_seconds: so long a caller waits for the owner of his request, or who talked to him
        last, when that agent works but is not ready
    :param again_seconds: so long nobody gets a caller again whose call he let ring out
    """

    aging: float = 1.0
    tiers: Mapping[str, float] = field(default_factory=dict)
    widen_seconds: float = 0.0
    hold_seconds: float = 0.0
    again_seconds: float = 10.0

    def __post_init__(self):
        if not self.aging > 0:
            raise ValueError("Without points for waiting somebody may wait forever.")
        if min(self.widen_seconds, self.hold_seconds, self.again_seconds) < 0:
            raise ValueError("Seconds are not negative.")


@dataclass(frozen=True)
class Waiting:
    """A caller who waits, or who is to be called back and keeps his place.

    :param since: seconds since 1970
    :param needs: skill → least level
    :param until: skill → seconds of waiting after which it is not asked for any more
    :param widen, hold: as ``widen_seconds`` and ``hold_seconds`` of the rules, which they replace
    :param tried: agent → when he let it ring out (seconds since 1970)
    :param only: the one agent who may have him (a promise), 0: everybody
    """

    call: int
    queue: int
    since: float
    needs: Mapping[int, int] = field(default_factory=dict)
    languages: frozenset[int] = frozenset()
    points: float = 0.0
    tier: str = ""
    owner: int = 0
    last_agent: int = 0
    until: Mapping[int, float] = field(default_factory=dict)
    widen: float | None = None
    hold: float | None = None
    tried: Mapping[int, float] = field(default_factory=dict)
    only: int = 0


@dataclass(frozen=True)
class Agent:
    """An agent on shift.

    :param skills: skill → level; languages are skills, too
    :param queues: those he serves
    :param ready_since: seconds since 1970, ``None`` while he is not ready
    :param talked: seconds he has talked in the period of the figures, e.g. today
    :param load: what else he works on now (mails, chats); of calls nobody has two
    """

    agent: int
    skills: Mapping[int, int] = field(default_factory=dict)
    queues: frozenset[int] = frozenset()
    ready_since: float | None = None
    talked: float = 0.0
    load: int = 0


@dataclass(frozen=True)
class Choice:
    """*agent* answers *call*; ``reasons`` says why, in the order in which it was decided.

    A reason is a code with its figure: ``urgency`` (points), ``waited`` (seconds), ``owner``,
    ``last_agent``, ``tried`` (he let it ring out before), ``widened`` (levels), ``given_up``
    (skills not asked for any more), ``others`` (how many others he could help), ``spare``
    (levels), ``talked`` and ``idle`` (seconds).
    """

    call: int
    agent: int
    reasons: tuple[tuple[str, float], ...]


def urgency(call: Waiting, now: float, rules: Rules) -> float:
    """Points of a caller at *now* (seconds since 1970); a clock that went back counts nothing."""
    minutes = max(now - call.since, 0.0) / MINUTE
    return call.points + rules.tiers.get(call.tier, 0.0) + rules.aging * minutes


def waited(call: Waiting, now: float) -> float:
    """Seconds; never negative, whatever the exchange's clock says."""
    return max(now - call.since, 0.0)


def widened(call: Waiting, now: float, rules: Rules) -> int:
    """By how many levels what is asked for has fallen."""
    step = rules.widen_seconds if call.widen is None else call.widen
    return int(waited(call, now) // step) if step else 0


def asked(call: Waiting, now: float, rules: Rules) -> dict[int, int]:
    """What is asked for now: skill → least level, 1 at least, without what is not asked any more.

    Who asks for a skill gets nobody without it, unless the queue gives the skill itself up.
    """
    levels, seconds = widened(call, now, rules), waited(call, now)
    return {
        skill: max(level - levels, 1)
        for skill, level in call.needs.items()
        if not call.until.get(skill) or seconds < call.until[skill]
    }


def able(agent: Agent, call: Waiting, levels: int = 0) -> bool:
    """Whether *agent* serves the queue, speaks the languages and has the skills less *levels*."""
    needs = {skill: max(level - levels, 1) for skill, level in call.needs.items()}
    return not _unable(agent, call, needs)


def _unable(agent, call, needs):
    """The first reason why not, or ``""``."""
    if call.queue not in agent.queues or (call.only and call.only != agent.agent):
        return "queue"
    if any(language not in agent.skills for language in call.languages):
        return "language"
    if any(agent.skills.get(skill, 0) < level for skill, level in needs.items()):
        return "skill"
    return ""


def _again(agent, call, now, rules):
    """Whether he has let it ring out just now."""
    tried = call.tried.get(agent.agent)
    return tried is not None and now - tried < rules.again_seconds


def rank(
    calls: Sequence[Waiting], agents: Sequence[Agent], now: float, rules: Rules
) -> list[Choice]:
    """Pairs of callers and ready agents, the most urgent first; each of both at most once.

    Who has to go on waiting is not in the list.
    """
    waiting = in_order(calls, now, rules)
    free = {agent.agent: agent for agent in agents if agent.ready_since is not None}
    busy = {agent.agent for agent in agents} - set(free)
    rest, choices = Counter(_demand(call, now, rules) for call in waiting), []
    for call in waiting:
        needs = asked(call, now, rules)
        found = [] if _holds(call, free, busy, now, rules) else _able(free, call, needs, now, rules)
        if found:
            rest[_demand(call, now, rules)] -= 1
            orders = {one.agent: _order(one, call, _others(one, rest), now) for one in found}
            best = min(found, key=lambda one: orders[one.agent])
            reasons = _reasons(best, call, _others(best, rest), now, rules)
            choices.append(Choice(call.call, best.agent, reasons))
            del free[best.agent]
    return choices


def in_order(calls: Sequence[Waiting], now: float, rules: Rules) -> list[Waiting]:
    """The most urgent first; of equals who came first: a caller's place is his place here."""
    return sorted(calls, key=lambda call: (-urgency(call, now, rules), call.since, call.call))


def explain(
    call: Waiting, agents: Sequence[Agent], now: float, rules: Rules, taken: Sequence[int] = ()
) -> list[tuple[int, str, tuple[tuple[str, float], ...]]]:
    """What speaks for and against each agent for one caller, the best first.

    :param taken: agents who get somebody more urgent
    :return: (agent, refusal, reasons); the refusal is one of :data:`REFUSALS`, or ``""`` for who
        could have him now
    """
    needs = asked(call, now, rules)
    rows = []
    for agent in agents:
        refusal = _refusal(agent, call, needs, now, rules, taken)
        place = (refusal != "", -REFUSALS.index(refusal) if refusal else 0)
        rows.append((place, _order(agent, call, 0, now), agent, refusal))
    rows.sort(key=lambda row: row[:2])
    return [(agent.agent, refusal, _for(agent, call, now)) for _p, _o, agent, refusal in rows]


def _refusal(agent, call, needs, now, rules, taken):
    if why := _unable(agent, call, needs):
        return why
    if _again(agent, call, now, rules):
        return "again"
    if agent.ready_since is None:
        return "not_ready"
    return "taken" if agent.agent in taken else ""


def _able(free, call, needs, now, rules):
    return [
        agent
        for agent in free.values()
        if not _unable(agent, call, needs) and not _again(agent, call, now, rules)
    ]


def _holds(call, free, busy, now, rules):
    """Whether the caller still waits for an agent of his own who works but is not ready."""
    own = {call.owner, call.last_agent} - {0}
    hold = rules.hold_seconds if call.hold is None else call.hold
    return bool(own & busy) and not own & free.keys() and waited(call, now) < hold


def _demand(call, now, rules):
    """What callers have in common whom the same agents can help."""
    needs = frozenset(asked(call, now, rules).items())
    return call.queue, call.only, frozenset(call.languages), needs


def _others(agent, rest):
    """How many others who wait without an agent he could help."""
    return sum(
        count
        for (queue, only, languages, needs), count in rest.items()
        if count
        and queue in agent.queues
        and (not only or only == agent.agent)
        and all(language in agent.skills for language in languages)
        and all(agent.skills.get(skill, 0) >= level for skill, level in needs)
    )


def _order(agent, call, others, now):
    """What makes an agent the better one, the smaller the better; the number decides a tie."""
    ready = now if agent.ready_since is None else agent.ready_since
    return (
        agent.agent in call.tried,
        agent.agent != call.owner,
        agent.agent != call.last_agent,
        agent.load,
        others,
        _spare(agent, call),
        agent.talked,
        ready - now,
        agent.agent,
    )


def _spare(agent, call):
    """Levels of skill that the caller does not need."""
    return sum(agent.skills.get(skill, 0) - level for skill, level in call.needs.items())


def _reasons(agent, call, others, now, rules):
    found = [
        ("urgency", round(urgency(call, now, rules), 2)),
        ("waited", round(waited(call, now), 1)),
    ]
    found += [(name, 1) for name, one in _own(call) if one == agent.agent]
    found += [("tried", 1)] if agent.agent in call.tried else []
    if not able(agent, call):
        found += [("widened", widened(call, now, rules)), ("given_up", _given_up(call, now, rules))]
    return (*found, ("others", others), *_for(agent, call, now)[-3:])


def _given_up(call, now, rules):
    """How many skills are not asked for any more."""
    return len(call.needs) - len(asked(call, now, rules))


def _own(call):
    return (("owner", call.owner), ("last_agent", call.last_agent))


def _for(agent, call, now):
    """What is known of an agent for a caller, ready or not."""
    idle = 0.0 if agent.ready_since is None else max(now - agent.ready_since, 0.0)
    return (
        *((name, 1) for name, one in _own(call) if one == agent.agent),
        *((("tried", 1),) if agent.agent in call.tried else ()),
        ("spare", _spare(agent, call)),
        ("talked", round(agent.talked, 1)),
        ("idle", round(idle, 1)),
    )


def starves_not_after(points: float, most: float, rules: Rules) -> float:
    """Minutes after which a caller with *points* is before every newcomer with at most *most*."""
    return max(most - points, 0.0) / rules.aging
