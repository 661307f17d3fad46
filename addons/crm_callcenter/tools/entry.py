"""What becomes of a caller who comes to a queue (CC-3): decided once, at the door.

Among those who wait the exchange itself counts the points and the time (``app_queue``: the higher
priority first, of equal ones who came first), so that nothing has to be asked while they wait.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from .opening import Hours, overflows

#: Value tiers from the lowest to the highest.
TIERS = ("D", "C", "B", "A")
#: A channel has no greater priority than that here, so that it stays a small number.
MOST_POINTS = 1000


@dataclass(frozen=True)
class Door:
    """A queue as a caller finds it.

    :param overflow: the queue that takes its callers when it is closed or too slow; 0: none
    """

    queue: int
    hours: Hours = field(default_factory=Hours)
    overflow: int = 0


def open_door(doors: Mapping[int, Door], start: int, now: float) -> Door | None:
    """The queue itself while it is open, else the first open one that it overflows to.

    ``None``: all of them are closed. A circle of overflows ends where it began.
    """
    following = [(door.queue, door.overflow) for door in doors.values() if door.overflow in doors]
    path = (doors[queue] for queue in overflows(following, start))
    return next((door for door in path if door.hours.is_open(now)), None)


def in_language(needs: Mapping[int, Set[int]], called: int, language: int) -> list[int]:
    """Queues that do the work of the one that was called, in the caller's language; best first.

    Such a queue asks for all that *called* asks for, and for the language; the fewer other skills
    it asks for, the more of its agents can help. None when *called* asks for the language itself.

    :param needs: queue → skills asked for, in the order of the queues
    :param language: skill that is the caller's language

    >>> in_language({1: {7}, 2: {7, 8, 9}, 3: {7, 9}, 4: {9}}, 1, 9)
    [3, 2]
    """
    if language in needs[called]:
        return []
    wanted = needs[called] | {language}
    found = [queue for queue, skills in needs.items() if wanted <= skills]
    return sorted(found, key=lambda queue: len(needs[queue]))


def points(priority: int, tier: str, step: int) -> int:
    """Priority of a caller: that of his queue, and *step* for each tier above the lowest.

    Somebody without a tier counts as the lowest.

    >>> points(10, "A", 5), points(10, "", 5)
    (25, 10)
    """
    above = TIERS.index(tier) if tier in TIERS else 0
    return min(max(priority + step * above, 0), MOST_POINTS)
