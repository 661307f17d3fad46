"""What a wallboard shows and when it is alarmed (CC-8), from plain counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from .call_measures import share

WAITING, WAIT, LEVEL, NOBODY = "waiting", "wait", "level", "nobody"


@dataclass(frozen=True)
class Limits:
    """When a queue alarms; 0: not at all.

    :param waiting: callers who wait, from so many on
    :param wait: seconds of the longest wait, from so many on
    :param level: service level promised, 0 to 1; below it is an alarm
    """

    waiting: int = 0
    wait: float = 0
    level: float = 0


def service_level(answered_in_time: int, answered: int, abandoned: int) -> float | None:
    """Answered in time ÷ (answered + abandoned) (``call_measures.OF_OFFERED``); ``None``: no calls.

    >>> service_level(8, 9, 1), service_level(0, 0, 0)
    (0.8, None)
    """
    return share(answered_in_time, answered + abandoned)


def alarms(
    waiting: int, longest: float, level: float | None, at_work: int, limits: Limits
) -> list[str]:
    """What is wrong with a queue, the worst first.

    :param waiting: callers who wait now
    :param longest: seconds the first of them waits
    :param level: service level of the interval; ``None``: no calls, and no alarm
    :param at_work: agents of the queue who are not offline

    >>> alarms(6, 30, 0.5, 3, Limits(5, 60, 0.8))
    ['waiting', 'level']
    >>> alarms(1, 0, None, 0, Limits())
    ['nobody']
    """
    found = (
        (NOBODY, waiting and not at_work),
        (WAIT, limits.wait and waiting and longest >= limits.wait),
        (WAITING, limits.waiting and waiting >= limits.waiting),
        (LEVEL, limits.level and level is not None and level < limits.level),
    )
    return [name for name, wrong in found if wrong]


def total(queues: Sequence[dict]) -> dict:
    """Counts of all queues together; the longest wait is that of the first caller anywhere.

    :param queues: dicts with waiting, longest, answered, in_time, abandoned
    """
    sums = {
        name: sum(queue[name] for queue in queues)
        for name in ("waiting", "answered", "in_time", "abandoned")
    }
    longest = max((queue["longest"] for queue in queues), default=0)
    level = service_level(sums["in_time"], sums["answered"], sums["abandoned"])
    return {**sums, "longest": longest, "level": level}
