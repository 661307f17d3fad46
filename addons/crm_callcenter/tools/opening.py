"""Whether a queue is open, and what happens to a caller whom nobody answers (CC-3).

Opening hours come as intervals in time (the calendar's, holidays taken out), so that time zones and
the change of the clock are the calendar's affair: an interval is what it is in seconds.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: What may be done with a caller, in the order in which it is asked.
CLOSED, FULL, NOBODY, LATE, WAIT = "closed", "full", "nobody", "late", "wait"


@dataclass(frozen=True)
class Hours:
    """Intervals ``(from, to)`` in seconds since 1970, in order and without overlap.

    ``None`` as intervals: always open.
    """

    intervals: tuple[tuple[float, float], ...] | None = None

    def __post_init__(self):
        edges = [edge for pair in self.intervals or () for edge in pair]
        if any(first >= second for first, second in pairwise(edges)):
            raise ValueError("Opening hours are intervals in order that do not touch.")

    def is_open(self, moment: float) -> bool:
        """Open from the first second of an interval until before its last."""
        if self.intervals is None:
            return True
        place = bisect_right([begin for begin, _end in self.intervals], moment) - 1
        return place >= 0 and moment < self.intervals[place][1]

    def next_opening(self, moment: float) -> float | None:
        """When it opens next, *moment* while it is open; ``None``: not in these intervals."""
        if self.is_open(moment):
            return moment
        return next((begin for begin, _end in self.intervals if begin > moment), None)

    def closes_in(self, moment: float) -> float | None:
        """Seconds until it closes; ``None`` when it is closed, or never closes."""
        if self.intervals is None or not self.is_open(moment):
            return None
        return next(end - moment for begin, end in self.intervals if begin <= moment < end)


@dataclass(frozen=True)
class Limits:
    """What a queue takes: 0 as limit is none.

    :param longest: seconds after which a caller overflows
    :param most: callers who may wait
    :param needs_agent: whether nobody may wait while no agent is on shift
    """

    longest: float = 0.0
    most: int = 0
    needs_agent: bool = False

    def __post_init__(self):
        if self.longest < 0 or self.most < 0:
            raise ValueError("Limits of a queue are not negative.")


def state_of_caller(
    limits: Limits, hours: Hours, now: float, *, since: float, before: int, agents: int
) -> str:
    """What becomes of a caller who waits since *since*, *before* others having come before him.

    ``closed`` goes for newcomers alone: who came in time is answered after closing. Likewise
    ``full``: nobody is thrown out because others came.
    """
    newcomer = since >= now
    if newcomer and not hours.is_open(now):
        return CLOSED
    if newcomer and limits.most and before >= limits.most:
        return FULL
    if limits.needs_agent and not agents:
        return NOBODY
    if limits.longest and now - since >= limits.longest:
        return LATE
    return WAIT


def expected_wait(before: int, handling: float, agents: int) -> float | None:
    """Seconds until a caller's turn: who is before him, and he, shared among the agents.

    A plain estimate for an announcement: ``(before + 1) × handling ÷ agents``; ``None`` without
    agents or without a known handling time.

    :param handling: usual seconds of a call, after-call work included
    """
    if agents <= 0 or handling <= 0:
        return None
    return (before + 1) * handling / agents


def overflows(limits_of: Sequence[tuple[int, int]], start: int) -> list[int]:
    """Queues that a caller of *start* passes through, each once: a circle ends where it began.

    :param limits_of: pairs of a queue and where it overflows to (0: nowhere)
    """
    following = dict(limits_of)
    path = [start]
    while (nxt := following.get(path[-1])) and nxt not in path:
        path.append(nxt)
    return path
