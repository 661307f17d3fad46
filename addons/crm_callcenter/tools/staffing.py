"""How many agents an interval needs (CC-8): Erlang B, Erlang C and Erlang A.

Calls arrive at random (Poisson), handling times are exponential, agents are alike, and the
interval is in its steady state. Erlang B: who finds all busy is lost. Erlang C: everybody waits as
long as it takes. Erlang A: who waits hangs up after an exponential patience.

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges", Post Office Electrical Engineers' Journal 10 (1917); C. Palm,
"Research on telephone traffic carried by full availability groups", Tele 1 (1957); A. Mandelbaum
and S. Zeltyn, "The Palm/Erlang-A Queue, with Applications to Call Centers" (Technion, 2005).

Shares are between 0 and 1, times are seconds. A figure that does not exist (nobody is answered, the
queue has no end) is ``None``, never 0.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

#: more would be a wrong unit (calls a year, hours for seconds) rather than a call centre
MOST_AGENTS = 100_000
MOST_ERLANGS = 50_000.0
#: states of the queue that are added up for Erlang A
MOST_WAITING = 5_000_000
#: cover more than this beyond a whole number of people needs one more; less is rounding of floats
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Load:
    """What an interval brings.

    :param calls: calls offered in the interval
    :param handling: average handling time: talk, hold and wrap-up
    :param interval: length of the interval
    :param patience: how long callers wait on average before they hang up (Erlang A); ``None``:
        nobody does (Erlang C)
    :raises ValueError: negative, infinite or absurd figures
    """

    calls: float
    handling: float
    interval: float = 1800.0
    patience: float | None = None

    def __post_init__(self):
        _refuse(_finite(self.calls) and self.calls >= 0, "Calls", self.calls, "0 or more")
        for name in ("handling", "interval", "patience"):
            value = getattr(self, name)
            known = value is not None or name != "patience"
            _refuse(not known or (_finite(value) and value > 0), name.title(), value, "above 0")
        _refuse_erlangs(self.erlangs)

    @property
    def erlangs(self) -> float:
        """Offered load: agents that would be busy on average if nobody waited or hung up."""
        return self.calls * self.handling / self.interval


@dataclass(frozen=True)
class Target:
    """What the centre promises; at least one of the four.

    :param service_level: share of offered calls answered within *threshold*, at least
    :param threshold: seconds
    :param asa: average speed of answer, at most
    :param occupancy: share of their time for which agents are on calls, at most
    :param abandonment: share of offered calls that hang up waiting, at most (needs a patience)
    :raises ValueError: no target, or one that no number of agents reaches
    """

    service_level: float | None = None
    threshold: float = 20.0
    asa: float | None = None
    occupancy: float | None = None
    abandonment: float | None = None

    def __post_init__(self):
        _refuse_threshold(self.threshold)
        for name in ("service_level", "occupancy", "abandonment"):
            share = getattr(self, name)
            fits = share is None or (_finite(share) and 0 < share < 1)
            _refuse(fits, name.replace("_", " ").capitalize(), share, "between 0 and 1, both out")
        fits = self.asa is None or (_finite(self.asa) and self.asa > 0)
        _refuse(fits, "Average speed of answer", self.asa, "above 0 seconds")
        if {self.service_level, self.asa, self.occupancy, self.abandonment} == {None}:
            raise ValueError("A target needs a service level, an ASA, an occupancy or abandonment.")

    def met_by(self, found: "Performance") -> bool:
        """Whether *found* keeps the whole target; without calls there is nothing to keep."""
        if not found.erlangs:
            return True
        floors = ((self.service_level, found.service_level),)
        ceilings = (
            (self.asa, found.asa),
            (self.occupancy, found.occupancy),
            (self.abandonment, found.abandonment),
        )
        return (
            found.stable
            and all(goal is None or share >= goal for goal, share in floors)
            and all(goal is None or _within(goal, share) for goal, share in ceilings)
        )


def _within(ceiling, value):
    return value is not None and value <= ceiling


@dataclass(frozen=True)
class Performance:
    """What so many agents do with a load.

    :param agents: agents signed in and ready for calls
    :param erlangs: offered load
    :param stable: ``False``: more is offered than can be answered and nobody hangs up; the queue
        grows without end
    :param waiting: probability that a call waits
    :param service_level: answered within the threshold ÷ offered
    :param service_level_answered: answered within the threshold ÷ answered
    :param asa: average speed of answer, of the answered calls
    :param mean_wait: of all calls, answered or not
    :param abandonment: hung up waiting ÷ offered
    :param occupancy: share of their time for which agents handle calls
    :param queue: calls that wait at a moment, on average
    """

    agents: int
    erlangs: float
    stable: bool
    waiting: float | None
    service_level: float | None
    service_level_answered: float | None
    asa: float | None
    mean_wait: float | None
    abandonment: float | None
    occupancy: float | None
    queue: float | None


# --- the formulas ---------------------------------------------------------------------------------


def erlang_b(agents: int, erlangs: float) -> float:
    """Probability that a call finds all lines (or agents) busy and is lost.

    Recursion over the lines on 1/B, ``1/B(n) = 1 + n/a · 1/B(n − 1)``: neither powers nor
    factorials, so nothing overflows that matters (1/B = ∞ is B = 0).

    :raises ValueError: agents not a whole number from 0, or a load that is negative or absurd
    """
    _refuse_agents(agents)
    _refuse_erlangs(erlangs)
    if erlangs == 0:
        return 0.0 if agents else 1.0
    inverse = 1.0
    for busy in range(1, agents + 1):
        inverse = 1.0 + inverse * busy / erlangs
    return 1.0 / inverse


def erlang_c(agents: int, erlangs: float) -> float:
    """Probability that a call waits when nobody hangs up: ``B / (1 − ρ (1 − B))``, ρ = a / n.

    1 when the load is not below the number of agents: then every call waits in the end.

    :raises ValueError: as :func:`erlang_b`
    """
    blocked = erlang_b(agents, erlangs)
    if erlangs >= agents:
        return 1.0 if erlangs or not agents else 0.0
    return blocked / (1.0 - erlangs / agents * (1.0 - blocked))


def lines_needed(erlangs: float, blocking: float) -> int:
    """Fewest lines (trunks) for which at most the share *blocking* of calls is met by busy.

    :param erlangs: load of the lines: talking, waiting and IVR time all occupy one
    :raises ValueError: blocking not between 0 and 1
    """
    _refuse_erlangs(erlangs)
    _refuse(_finite(blocking) and 0 < blocking < 1, "Blocking", blocking, "between 0 and 1")
    lines, inverse = 0, 1.0
    while erlangs and 1.0 / inverse > blocking:
        lines += 1
        inverse = 1.0 + inverse * lines / erlangs
    return lines


def performance(load: Load, agents: int, threshold: float = 20.0) -> Performance:
    """What *agents* do with *load*: by Erlang A if callers have a patience, else by Erlang C.

    :param threshold: seconds within which a call counts as answered in time
    :raises ValueError: agents not a whole number from 0, threshold negative
    """
    _refuse_agents(agents)
    _refuse_threshold(threshold)
    if not load.calls:
        return _idle(agents)
    if load.patience is not None:
        return _impatient(load, agents, threshold)
    if load.erlangs >= agents:
        return _endless(load, agents)
    return _patient(load, agents, threshold)


def _idle(agents):
    """Without calls only the agents' time has a denominator."""
    occupancy = 0.0 if agents else None
    return Performance(agents, 0.0, True, None, None, None, None, None, None, occupancy, 0.0)


def _endless(load, agents):
    """More comes in than can be answered: all wait, for longer and longer."""
    occupancy = 1.0 if agents else None
    return Performance(
        agents, load.erlangs, False, 1.0, 0.0, None, None, None, 0.0, occupancy, None
    )


def _patient(load, agents, threshold):
    """Erlang C: P(W > t) = C · e^(−(n − a) t / handling), E(W) = C · handling / (n − a)."""
    waiting = erlang_c(agents, load.erlangs)
    free = (agents - load.erlangs) / load.handling
    level = 1.0 - waiting * math.exp(-free * threshold)
    wait = waiting / free
    queue = wait * load.calls / load.interval
    occupancy = load.erlangs / agents
    return Performance(
        agents, load.erlangs, True, waiting, level, level, wait, wait, 0.0, occupancy, queue
    )


@dataclass(frozen=True)
class _Tail:
    """States with all agents busy and k = 0, 1, 2 … calls waiting, relative to k = 0.

    ``weight[k] = yᵏ / ((x + 1) … (x + k))`` divided by e^scale, so that none overflows;
    x = n · patience / handling, y = calls a patience. The sum of the weights is Palm's A(x, y).
    """

    x: float
    y: float
    scale: float
    weight: np.ndarray

    @property
    def total(self):
        return float(self.weight.sum())


def _tail(x, y):
    """Weights up to the state after which e⁻⁴⁰ and less follows.

    Beyond the largest weight (at k = y − x, or 0) the logarithm falls by at least i² / 2 max(x, y)
    to first order within i steps, hence the roots.
    """
    states = max(0.0, y - x) + 10.0 * math.sqrt(max(x, y)) + 100.0
    if states > MOST_WAITING:
        raise ValueError(
            "So many calls and so much patience cannot be computed: leave the patience out."
        )
    steps = np.log(y) - np.log(x + np.arange(1.0, states))
    logarithms = np.concatenate(([0.0], np.cumsum(steps)))
    scale = float(logarithms.max())
    return _Tail(x, y, scale, np.exp(logarithms - scale))


def _impatient(load, agents, threshold):
    """Erlang A from the probabilities of its states (Mandelbaum and Zeltyn 2005, section 3).

    A call that finds k waiting ahead of it is answered with probability x / (x + k + 1).
    """
    tail = _tail(agents * load.patience / load.handling, load.calls * load.patience / load.interval)
    waiting = _all_busy(erlang_b(agents, load.erlangs), tail)
    place = np.arange(len(tail.weight), dtype=float)
    chance = waiting * tail.weight / tail.total
    queue = float(chance @ place)
    later = float(chance @ (tail.x / (tail.x + place + 1.0)))
    late = waiting * _answered_after(tail, threshold / load.patience)
    served = min(1.0, 1.0 - waiting + later)
    in_time = min(served, max(0.0, 1.0 - waiting + later - late))
    rate = load.calls / load.interval
    waited = _will_be_answered(tail, chance) / rate
    lost = min(1.0, queue / tail.y)
    of_answered = (in_time / served, waited / served) if agents else (None, None)
    busy = min(1.0, load.erlangs * served / agents) if agents else None
    level = (waiting, in_time, *of_answered)
    return Performance(agents, load.erlangs, True, *level, queue / rate, lost, busy, queue)


def _will_be_answered(tail, chance):
    """Mean number of those in the queue who will be answered; by Little, rate · time they wait.

    The call at place j of the queue will be with probability x / (x + j).
    """
    place = np.arange(1.0, len(chance))
    return float(chance[1:] @ np.cumsum(tail.x / (tail.x + place)))


def _all_busy(blocked, tail):
    """P(W > 0) = A · B / (1 + (A − 1) · B), with A = total · e^scale."""
    weight = tail.total * blocked
    return weight / (weight + (1.0 - blocked) * math.exp(-tail.scale))


def _answered_after(tail, patiences):
    """Share of those who wait that are answered, but only after so many *patiences*.

    The time that an endlessly patient caller would wait has, above t, a density of form
    e^(y (1 − e^(−t)) − x t); its part with callers who are still there integrates to
    e^(…) · (A(x, y e^(−t)) − 1), compared with A(x, y) · y / x over all.
    """
    left = tail.y * math.exp(-patiences)
    if not tail.x or not left:
        return 0.0
    then = _tail(tail.x, left)
    more = float(then.weight[1:].sum())
    exponent = (tail.y - left) - tail.x * patiences + then.scale - tail.scale
    return tail.x / tail.y * math.exp(exponent) * more / tail.total


# --- what is needed -------------------------------------------------------------------------------


def agents_needed(load: Load, target: Target) -> Performance:
    """The fewest agents that keep the whole target, with what they do; 0 agents for 0 calls.

    More agents never make a figure worse, so halving finds the least.

    :raises ValueError: more than :data:`MOST_AGENTS` were needed, or abandonment is a target and
        nobody hangs up
    """
    if target.abandonment is not None and load.patience is None:
        raise ValueError("A target of abandonment needs the callers' patience.")
    if not load.calls:
        return _idle(0)
    high = 1
    while not target.met_by(performance(load, high, target.threshold)):
        if high >= MOST_AGENTS:
            raise ValueError(f"Not even {MOST_AGENTS} agents reach the target.")
        high = min(2 * high, MOST_AGENTS)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        met = target.met_by(performance(load, middle, target.threshold))
        low, high = (low, middle) if met else (middle, high)
    return performance(load, high, target.threshold)


def scheduled(agents: int, shrinkage: float = 0.0) -> int:
    """People on the schedule so that *agents* are at their place: ``agents / (1 − shrinkage)``.

    :param shrinkage: share of paid time that is not spent ready for calls (leave, sickness,
        breaks, training)
    :raises ValueError: shrinkage not in [0, 1)
    """
    _refuse_agents(agents)
    _refuse(_finite(shrinkage) and 0 <= shrinkage < 1, "Shrinkage", shrinkage, "from 0 to under 1")
    return math.ceil(agents / (1.0 - shrinkage) - _ROUNDING)


@dataclass(frozen=True)
class Row:
    """One line of a staffing or what-if table; *scheduled* are people with shrinkage."""

    name: str
    load: Load
    found: Performance
    scheduled: int


@dataclass(frozen=True)
class Scenario:
    """A change to try: factors on calls and handling time, another patience or shrinkage."""

    name: str
    calls: float = 1.0
    handling: float = 1.0
    patience: float | None = None
    shrinkage: float | None = None

    def on(self, load: Load) -> Load:
        """*load* as it would be then."""
        return replace(
            load,
            calls=load.calls * self.calls,
            handling=load.handling * self.handling,
            patience=load.patience if self.patience is None else self.patience,
        )


def plan(loads: Iterable[Load], target: Target, shrinkage: float = 0.0) -> list[Row]:
    """Need of each interval, in order; names are ``""``."""
    return [_row("", load, agents_needed(load, target), shrinkage) for load in loads]


def what_if_agents(
    load: Load, agents: Iterable[int], threshold: float = 20.0, shrinkage: float = 0.0
) -> list[Row]:
    """The same load with other numbers of agents, in the order given."""
    return [
        _row(str(number), load, performance(load, number, threshold), shrinkage)
        for number in agents
    ]


def what_if(
    load: Load, target: Target, scenarios: Iterable[Scenario], shrinkage: float = 0.0
) -> list[Row]:
    """The need under each scenario; a scenario's own shrinkage goes before *shrinkage*."""
    rows = []
    for scenario in scenarios:
        changed = scenario.on(load)
        share = shrinkage if scenario.shrinkage is None else scenario.shrinkage
        rows.append(_row(scenario.name, changed, agents_needed(changed, target), share))
    return rows


def _row(name, load, found, shrinkage):
    return Row(name, load, found, scheduled(found.agents, shrinkage))


# --- what is refused ------------------------------------------------------------------------------


def _finite(value):
    """A real number; ``True`` and ``False`` are none."""
    return (
        isinstance(value, (int, float, np.integer, np.floating))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _refuse(fits, name, value, wanted):
    if not fits:
        raise ValueError(f"{name} must be {wanted}, not {value!r}.")


def _refuse_agents(agents):
    whole = isinstance(agents, (int, np.integer)) and not isinstance(agents, bool)
    fits = whole and 0 <= agents <= MOST_AGENTS
    _refuse(fits, "Agents", agents, f"a whole number from 0 to {MOST_AGENTS}")


def _refuse_erlangs(erlangs):
    fits = _finite(erlangs) and 0 <= erlangs <= MOST_ERLANGS
    _refuse(fits, "The offered load", erlangs, f"from 0 to {MOST_ERLANGS:.0f} erlangs")


def _refuse_threshold(threshold):
    _refuse(_finite(threshold) and threshold >= 0, "Threshold", threshold, "0 seconds or more")
