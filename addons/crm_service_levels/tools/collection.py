"""Collecting what is to be repaired: which times are offered, and what may follow what (SVC-T)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: States of a collection; a change of state that is not here is refused.
TRANSITIONS = frozenset(
    {
        ("booked", "collected"),
        ("booked", "received"),  # the driver's note came late: the goods are here
        ("booked", "cancelled"),
        ("collected", "received"),
        ("received", "returned"),
    }
)
#: States in which something is still to come.
OPEN = ("booked", "collected", "received")


@dataclass(frozen=True)
class Rules:
    """How a team collects.

    :param minutes: length of a slot
    :param capacity: bookings a slot takes; 0 when the team does not collect
    :param lead_hours: hours between booking and the beginning of the slot, at least
    :param days: how far ahead bookings are taken
    """

    minutes: int
    capacity: int
    lead_hours: int
    days: int

    def window(self, now):
        """``(first, last)`` moment at which a slot may begin."""
        return now + timedelta(hours=self.lead_hours), now + timedelta(days=self.days)


@dataclass(frozen=True)
class Slot:
    """A time offered; *left* is how many more bookings it takes."""

    start: datetime
    end: datetime
    left: int


def slots(intervals, rules, now, taken):
    """Slots that can be booked, in their order.

    Working intervals are cut from their beginning; what is left over is no slot, so that nobody
    waits for a driver after hours.

    :param intervals: ``(start, end)`` of working time
    :param taken: ``{start: bookings}``
    """
    if rules.minutes <= 0 or rules.capacity <= 0:
        return []
    first, last = rules.window(now)
    found = []
    for start, end in intervals:
        for begin, finish in cut(start, end, rules.minutes):
            left = rules.capacity - taken.get(begin, 0)
            if first <= begin <= last and left > 0:
                found.append(Slot(begin, finish, left))
    return found


def cut(start, end, minutes):
    """Whole slots of *minutes* in an interval."""
    length = timedelta(minutes=minutes)
    while start + length <= end:
        yield start, start + length
        start += length


def free_places(capacity, taken):
    """Numbers from 1 to *capacity* that are not in *taken*."""
    return [place for place in range(1, capacity + 1) if place not in taken]
