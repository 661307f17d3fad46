"""Survival curves: which share is still there after so many months (Kaplan and Meier 1958).

S(t) = Π (1 − dᵢ / nᵢ) over all times tᵢ ≤ t with losses, dᵢ lost of the nᵢ who were at risk just
before. Who is watched for t and not lost is at risk at t (censored after the losses of that time).
The standard error is Greenwood's: S · √Σ dᵢ / (nᵢ (nᵢ − dᵢ)). The interval is of log(−log S), which
stays within 0 and 1 (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data).
"""

import math
from collections import Counter
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Point:
    """The curve from time *time* on; *at_risk* just before, *lost* at that time."""

    time: int
    at_risk: int
    lost: int
    censored: int
    share: float
    error: float | None
    low: float | None
    high: float | None


def curve(groups):
    """Points of the curve at each time that occurs, in order; empty without anybody.

    :param groups: ``(time, lost, number)``: so many were lost at, or watched until, that time
    """
    lost, censored = Counter(), Counter()
    for time, was_lost, number in groups:
        (lost if was_lost else censored)[time] += number
    at_risk = sum(lost.values()) + sum(censored.values())
    share, spread, points = 1.0, 0.0, []
    for time in sorted({*lost, *censored}):
        gone = lost[time]
        share *= 1.0 - gone / at_risk
        spread = _spread(spread, gone, at_risk)
        points.append(Point(time, at_risk, gone, censored[time], share, *_interval(share, spread)))
        at_risk -= gone + censored[time]
    return points


def _spread(spread, gone, at_risk):
    """Greenwood's sum; ``None`` once all are lost: the error is not defined then."""
    if spread is None or gone == at_risk:
        return None
    return spread + gone / (at_risk * (at_risk - gone))


def _interval(share, spread):
    """``(standard error, low, high)`` at 95 %; nothing lost yet: no error, no width."""
    if spread is None:
        return None, None, None
    error = share * math.sqrt(spread)
    if share == 1.0:
        return error, 1.0, 1.0
    width = Z95 * math.sqrt(spread) / abs(math.log(share))
    return error, share ** math.exp(width), share ** math.exp(-width)


def share_at(points, time):
    """Share still there after *time*; ``None`` after the last time anybody was watched."""
    if not points or time > points[-1].time:
        return None
    reached = [point for point in points if point.time <= time]
    return reached[-1].share if reached else 1.0


def median(points):
    """The time at which half are lost, or ``None``: more than half are still there."""
    return next((point.time for point in points if point.share <= 0.5), None)
