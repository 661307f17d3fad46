"""How steady a customer buys, and how much of what he needs he buys from us (ROI-3, C360-2).

Steadiness is 1 − coefficient of variation (standard deviation of a sample ÷ mean), not less than 0.
Purchases that come at random are as far from each other as an exponential distribution says, whose
coefficient is 1: steadiness 0 is chance, 1 is a clock.
"""

from itertools import pairwise
from statistics import mean, median, stdev

#: Fewer values say nothing about how they vary.
MIN_GAPS = 3
MIN_AMOUNTS = 4
#: Months of purchases that are looked at.
MONTHS = 24


def steadiness(values, least=MIN_GAPS):
    """1 − coefficient of variation of *values*, between 0 and 1; None below *least* values."""
    if len(values) < least or mean(values) <= 0:
        return None
    return max(0.0, 1 - stdev(values) / mean(values))


def gaps(days):
    """Days between purchases; several purchases on a day are one.

    :param days: dates in any order
    """
    ordered = sorted(set(days))
    return [(after - before).days for before, after in pairwise(ordered)]


def rhythm(days):
    """Median of the days between purchases; None with one day of purchase."""
    found = gaps(days)
    return median(found) if found else None


def share_of_wallet(revenue, demand):
    """Revenue of a year ÷ what the customer needs in a year; None where either is not known.

    More than 1 says that the demand noted is too low. A year in which more was credited than sold
    has no share.
    """
    if revenue is None or not demand or demand < 0 or revenue < 0:
        return None
    return revenue / demand
