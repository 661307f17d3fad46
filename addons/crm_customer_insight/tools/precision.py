"""How far a share of few cases can be trusted."""

from math import sqrt
from typing import NamedTuple

#: 97.5 % of the standard normal distribution lies below: both sides leave 95 %.
Z = 1.959964
#: A share of fewer cases than these is not shown.
ENOUGH = 10
#: Below this share of true alarms a higher threshold is proposed.
LOW = 0.5


class Precision(NamedTuple):
    """Share of true alarms among the judged ones, and its 95 % interval; ``None``: not enough."""

    hits: int
    judged: int
    share: float | None
    low: float | None
    high: float | None


def wilson(hits, cases, z=Z):
    """Score interval of a share, without continuity correction: ``(low, high)``.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    J. Am. Stat. Assoc. 22, 209-212. Unlike share ± error it stays within 0 and 1 and is right for
    few cases.

    :raises ValueError: when there are no cases, or more hits than cases
    """
    if not 0 <= hits <= cases or not cases:
        raise ValueError(f"{hits} of {cases}")
    share, square = hits / cases, z * z
    middle = share + square / (2 * cases)
    spread = z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    whole = 1 + square / cases
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def precision(hits, judged, enough=ENOUGH):
    """:class:`Precision` of *hits* true alarms among *judged*; no share of fewer than *enough*."""
    if judged < enough:
        return Precision(hits, judged, None, None, None)
    return Precision(hits, judged, hits / judged, *wilson(hits, judged))


def too_loose(found, low=LOW):
    """Whether the rule raises more false alarms than true ones, beyond chance.

    Only when the whole interval lies below *low*: a few bad cases prove nothing.
    """
    return found.high is not None and found.high < low
