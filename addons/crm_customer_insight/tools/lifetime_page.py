"""Ranges and scales of the page of the life-time value (ROI-3)."""

#: Repeat purchases, from and below.
FREQUENCIES = ((0, 1), (1, 2), (2, 3), (3, 5), (5, 8), (8, 13), (13, None))
#: Weeks since the last purchase, from and below.
SILENCES = ((0, 4), (4, 8), (8, 13), (13, 26), (26, 52), (52, 104), (104, None))
#: Ranges of the value beside "nothing or less".
MOST_STEPS = 8


def lower_limits(ranges):
    """The lower limits of ranges that follow each other.

    >>> lower_limits(((0, 1), (1, None)))
    [0, 1]
    """
    return [low for low, _high in ranges]


def steps(largest):
    """Limits 1, 2, 5, 10 … of ranges that end around *largest*, the first of them 0.

    >>> steps(700)
    [0, 5, 10, 20, 50, 100, 200, 500]
    >>> steps(0)
    [0]
    """
    found, unit = [], 1e-2
    while unit < largest and unit < 1e15:
        found += [factor * unit for factor in (1, 2, 5) if factor * unit < largest]
        unit *= 10
    kept = [round(limit, 2) for limit in found[-(MOST_STEPS - 1) :]]
    return [0, *(int(limit) if limit == int(limit) else limit for limit in kept)]
