"""When a customer of a round is visited next, and in which order somebody drives (C360-4).

Pure functions on plain values; days are dates, intervals are days.
"""

import datetime
import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """A visit to be ordered: when it is due at the latest, and where it is."""

    id: int
    due: datetime.date
    country: str = ""
    zip: str = ""
    city: str = ""

    @property
    def located(self):
        return bool(self.zip or self.city)


def period_start(start, interval, day):
    """First day of the period of *interval* days, counted from *start*, that holds *day*.

    :raises ValueError: the interval is not positive
    """
    if interval < 1:
        raise ValueError("An interval has one day at least.")
    return start + datetime.timedelta(days=(day - start).days // interval * interval)


def nearness(one, other):
    """How near two places are, from their addresses alone: greater is nearer.

    In the same country each common leading character of the postal code counts one, the same city
    five; places in two countries, or without an address, are not near.
    """
    if not (one.located and other.located) or one.country != other.country:
        return -1
    pairs = zip(one.zip, other.zip, strict=False)
    common = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
    same_city = bool(one.city) and one.city.casefold() == other.city.casefold()
    return common + 5 * same_city


def route(stops):
    """Stops in the order to drive: from the one due first always to the nearest of those left.

    Of equally near ones the earlier due comes first; stops without an address come last.
    """
    left = sorted(stops, key=lambda stop: (not stop.located, stop.due, stop.id))
    ordered = []
    while left:
        if ordered and left[0].located:
            here = ordered[-1]
            best = min(left, key=lambda s: (not s.located, -nearness(here, s), s.due, s.id))
        else:
            best = left[0]
        left.remove(best)
        ordered.append(best)
    return ordered
