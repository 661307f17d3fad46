"""The six levels of service handling (SVC-L1 … SVC-L6), which interleave and coexist.

A request uses a level from the moment somebody begins work of that kind until it is done; several
may be open at once, and a level may be used again. Level 1 is open as long as the request is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Key and label of each level, lowest first (labels are translated where they are shown). A list:
#: Odoo translates the labels of no selection that is a tuple.
LEVELS = [
    ("1", "L1 Representative"),
    ("2", "L2 Team"),
    ("3", "L3 Assets"),
    ("4", "L4 Selling in service"),
    ("5", "L5 Satisfaction"),
    ("6", "L6 Call centre"),
]
LOWEST = LEVELS[0][0]
#: Where the call was taken. The team that takes calls uses it while it has the request (SVC-L6).
CALL_CENTER = "6"
#: Levels beside the handling: one asks afterwards, the other takes the call. They say nothing about
#: how high a request climbed.
BESIDE = ("5", CALL_CENTER)


@dataclass(frozen=True)
class Span:
    """Use of one level; *end* is None while it goes on."""

    level: str
    start: datetime
    end: datetime | None = None


def current(spans):
    """Highest level in use, the lowest when none is: the level "now" of a request."""
    return max((span.level for span in spans if span.end is None), default=LOWEST)


def highest(spans):
    """Highest level that was ever reached."""
    return max((span.level for span in spans), default=LOWEST)


def time_by_level(spans, now):
    """Time on each level in calendar time, counted once where spans of one level overlap.

    :returns: ``{level: timedelta}`` of the levels used
    """
    found = {}
    for level in sorted({span.level for span in spans}):
        own = sorted((s.start, s.end or now) for s in spans if s.level == level)
        found[level] = _covered(own)
    return found


def _covered(intervals):
    """Length of the union of intervals that are sorted by their start."""
    total, reached = timedelta(), None
    for start, end in intervals:
        start = start if reached is None else max(start, reached)
        if end > start:
            total += end - start
            reached = end
    return total
