"""Tiers and value pyramid (ROI-3); the same rules as the SQL fill."""

from bisect import bisect_right

TIERS = ("A", "B", "C", "D")
PYRAMID = ((0.01, "top"), (0.05, "large"), (0.20, "medium"), (1.0, "small"))


def tiers(values, shares=(0.5, 0.8, 0.95)):
    """Return the tier of each value by cumulative share of the positive total, best first.

    Somebody belongs to A while those strictly better bring less than ``shares[0]`` of the total,
    to B while they bring less than ``shares[1]``, and so on: who crosses a limit is still inside,
    equal values share a tier. Values of zero or less are D; ``None`` has no tier.
    """
    positive = sorted((value for value in values if value and value > 0), reverse=True)
    total = sum(positive)
    before = _strictly_better_sums(positive)
    return [None if value is None else _tier(before.get(value), total, shares) for value in values]


def _strictly_better_sums(descending):
    sums, running = {}, 0
    for value in descending:
        sums.setdefault(value, running)
        running += value
    return sums


def _tier(before, total, shares):
    if before is None:
        return "D"
    for tier, share in zip(TIERS, shares, strict=False):
        if before < share * total:
            return tier
    return "D"


def pyramid_levels(values):
    """Return the level of each active customer by the share of customers strictly above him.

    The top 1 %, the next 4 %, the next 15 %, then the small ones; equal values share a level.
    """
    ascending = sorted(values)
    count = len(ascending)
    levels = []
    for value in values:
        above = (count - bisect_right(ascending, value)) / count
        levels.append(next(level for limit, level in PYRAMID if above < limit))
    return levels
