"""Early warning: is this month's rate outside the range that chance explains? (SVC-L5)

Control charts by W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931);
limits of u and p charts as in D. C. Montgomery, Introduction to Statistical Quality Control,
chapter 7.
"""

from dataclasses import dataclass
from math import sqrt

#: Points needed before a range can be called normal.
LEAST_PERIODS = 6
#: Events expected at least in the period that is judged; below, the normal limit is no limit.
LEAST_EXPECTED = 1.0
SIGMAS = 3.0


@dataclass(frozen=True)
class Limit:
    """Normal rate, its upper limit, and the rate that was seen."""

    center: float
    upper: float
    rate: float

    @property
    def warns(self):
        return self.rate > self.upper


def u_limit(history, events, exposure, sigmas=SIGMAS):
    """Limit of a u chart: events per unit of exposure (requests per asset-month).

    :param history: pairs (events, exposure) of earlier periods
    :return: ``Limit`` or ``None`` when there is not enough to go by

    upper = ū + k √(ū ÷ n). ū = 12 ÷ 600 = 0.02, n = 100: 0.02 + 3 √0.0002 = 0.0624.
    """
    center = _center(history)
    if center is None or exposure <= 0 or center * exposure < LEAST_EXPECTED:
        return None
    return Limit(center, center + sigmas * sqrt(center / exposure), events / exposure)


def p_limit(history, hits, count, sigmas=SIGMAS):
    """Limit of a p chart: share of *count* that were *hits* (reopened of solved).

    upper = p̄ + k √(p̄ (1 − p̄) ÷ n), at most 1. p̄ = 0.1, n = 100: 0.1 + 3 × 0.03 = 0.19.
    """
    center = _center(history)
    if center is None or count <= 0 or center * count < LEAST_EXPECTED:
        return None
    upper = min(center + sigmas * sqrt(center * (1 - center) / count), 1.0)
    return Limit(center, upper, hits / count)


def _center(history):
    exposure = sum(size for _events, size in history)
    if len(history) < LEAST_PERIODS or exposure <= 0:
        return None
    return sum(events for events, _size in history) / exposure


@dataclass(frozen=True)
class Effect:
    """New requests per 100 owners and month before and after, and the ratio with its interval."""

    before: float
    after: float
    ratio: float | None
    low: float | None
    high: float | None


def effect(before, owner_months_before, after, owner_months_after):
    """What an education measure changed (SVC-E).

    The ratio of two Poisson rates; its 95 % interval is exp(ln ratio ± 1.96 √(1/a + 1/b)).
    Source: K. J. Rothman, Epidemiology: An Introduction, 2nd edition (2012), chapter 9.
    ``None`` without exposure; no ratio if one side has no event.
    """
    if owner_months_before <= 0 or owner_months_after <= 0:
        return None
    first, second = before / owner_months_before, after / owner_months_after
    if not before or not after:
        return Effect(100 * first, 100 * second, None, None, None)
    ratio = second / first
    width = 2.718281828459045 ** (1.959963984540054 * sqrt(1 / before + 1 / after))
    return Effect(100 * first, 100 * second, ratio, ratio / width, ratio * width)
