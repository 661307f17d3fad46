"""Working-time arithmetic by prefix sums and bisection (SVC-S).

Moments are whole seconds since 1970-01-01 00:00 UTC, durations are whole seconds; a calendar is a
sorted sequence of working intervals in UTC, fetched once. With n intervals every question costs
O(log n), however long the time it spans, and none can loop for ever.

Where a moment could be the end of one interval or the beginning of the next, a deadline is the
end: an hour from Friday 16:00 in 9–17 is Friday 17:00, not Monday 09:00.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timezone
from itertools import accumulate

EPOCH = datetime(1970, 1, 1)
#: End of time for a calendar that never closes: 9999-12-31 23:59:59.
FOREVER = int((datetime(9999, 12, 31, 23, 59, 59) - EPOCH).total_seconds())


class NoWorkingTimeError(ValueError):
    """The calendar has not enough working time between the start and its horizon."""


def to_moment(when):
    """Seconds since 1970 of a datetime, naive in UTC or with a time zone."""
    if when.tzinfo:
        when = when.astimezone(timezone.utc).replace(tzinfo=None)
    return round((when - EPOCH).total_seconds())


def to_datetime(moment):
    """Naive UTC datetime of *moment*; None stays None."""
    return (
        None
        if moment is None
        else datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None)
    )


def merged(intervals):
    """Sorted list of disjoint, non-empty intervals that cover the same moments."""
    result = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


class WorkCalendar:
    """Working intervals with prefix sums.

    :param intervals: pairs (from, to) of moments, in any order; overlaps count once
    """

    __slots__ = ("ends", "starts", "sums")

    def __init__(self, intervals):
        pairs = merged(intervals)
        self.starts = [start for start, _end in pairs]
        self.ends = [end for _start, end in pairs]
        #: sums[i] is the working time before interval i; the last one is all there is.
        self.sums = [0, *accumulate(end - start for start, end in pairs)]

    def __bool__(self):
        return bool(self.starts)

    def before(self, moment):
        """Working seconds from the calendar's beginning until *moment*."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.sums[index] + min(moment, self.ends[index]) - self.starts[index]

    def elapsed(self, start, end, pauses=()):
        """Working seconds between two moments, without those in *pauses*; never negative."""
        if end <= start:
            return 0
        worked = self.before(end) - self.before(start)
        for begin, finish in merged(pauses):
            worked -= self.elapsed(max(begin, start), min(finish, end))
        return worked

    def deadline(self, start, duration):
        """Moment at which *duration* working seconds have passed since *start*.

        :raise NoWorkingTimeError: when the calendar ends before
        """
        if duration <= 0:
            return start
        wanted = self.before(start) + duration
        if wanted > self.sums[-1]:
            raise NoWorkingTimeError(f"{duration} working seconds from {to_datetime(start)}")
        index = bisect_left(self.sums, wanted) - 1
        return self.starts[index] + wanted - self.sums[index]

    def is_open(self, moment):
        """Whether *moment* is working time; the end of an interval is not."""
        index = bisect_right(self.starts, moment) - 1
        return index >= 0 and moment < self.ends[index]

    def next_open(self, moment):
        """First working moment from *moment* on.

        :raise NoWorkingTimeError: when there is none
        """
        index = bisect_right(self.ends, moment)
        if index == len(self.ends):
            raise NoWorkingTimeError(f"no working time from {to_datetime(moment)}")
        return max(moment, self.starts[index])


#: Around the clock, every day.
ALWAYS = WorkCalendar([(0, FOREVER)])
#: No working time at all: the clock never moves and nothing is ever due.
NEVER = WorkCalendar([])
