"""Scores and figures of what customers say (SVC-L5, SVC-F); plain values in, plain values out.

Scores are percent of a question's scale, so that questions of different kinds can be weighed
together. A figure never comes alone: it carries its interval and the number of answers behind it,
and is ``None`` below the least number of answers.
"""

import hashlib
from dataclasses import dataclass
from math import sqrt

#: Ends of the scales; a question of kind ``scale`` takes those of its options.
RANGES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
#: Quantile of the standard normal distribution for a two-sided interval of 95 %.
Z95 = 1.959963984540054
#: Quantiles 0.975 of Student's t with 1 … 30 degrees of freedom (Abramowitz & Stegun 1964, table
#: 26.10; exact to the digits shown).
T95 = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip
#: Fewer answers say nothing, unless the caller knows better.
LEAST = 5


@dataclass(frozen=True)
class Given:
    """One answered question: *points* on a scale from *low* to *high*, counted with *weight*."""

    points: float
    low: float
    high: float
    weight: float = 1.0
    expected: float | None = None


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval; ``value`` is None when *count* answers are too few."""

    value: float | None
    low: float | None
    high: float | None
    count: int


def in_range(kind, points, low=None, high=None):
    """Is *points* an answer that a question of *kind* offers?"""
    first, last = RANGES.get(kind, (low, high))
    return first is not None and first <= points <= last


def share(points, low, high):
    """Place of *points* on its scale, 0 … 1; ``None`` for a scale without length."""
    return (points - low) / (high - low) if high > low else None


def weighted_score(answers):
    """Weighted mean of the places on the scales, in percent; unanswered questions do not count.

    Fast 5 on 1 … 5 with weight 2 and 3 on 1 … 5 with weight 1: (2 × 1 + 1 × 0.5) ÷ 3 = 83.33 %.
    ``None`` if nothing with a weight was answered.
    """
    placed = [(a.weight, share(a.points, a.low, a.high)) for a in answers]
    placed = [(weight, place) for weight, place in placed if place is not None]
    total = sum(weight for weight, _place in placed)
    return 100 * sum(weight * place for weight, place in placed) / total if total else None


def perceived_to_expected(answers):
    """Satisfaction as perceived value ÷ expectation, over questions that have an expectation.

    The ratio of weighted sums of points: 1 means as expected, above 1 better. ``None`` without one.
    """
    known = [a for a in answers if a.expected]
    expected = sum(a.weight * a.expected for a in known)
    return sum(a.weight * a.points for a in known) / expected if expected else None


def nps_group(points):
    """``promoter`` (9, 10), ``passive`` (7, 8) or ``detractor`` (0 … 6).

    Source: F. Reichheld, The One Number You Need to Grow, Harvard Business Review, December 2003.
    """
    if points >= 9:
        return "promoter"
    return "passive" if points >= 7 else "detractor"


def is_detractor(nps, score, threshold):
    """Does somebody have to be called? NPS 0 … 6, or a score (percent) below *threshold*."""
    if nps is not None and nps_group(nps) == "detractor":
        return True
    return score is not None and score < threshold


# Intervals


def t_quantile(freedom):
    """Quantile 0.975 of Student's t; above 30 degrees by expansion around the normal quantile.

    Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.5 (three terms; the error
    at 31 degrees is below 0.0001).
    """
    if freedom <= len(T95):
        return T95[freedom - 1]
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom ** (i + 1) for i, term in enumerate(terms))


def share_figure(hits, count, least=LEAST):
    """Share in percent with Wilson's score interval.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    Journal of the American Statistical Association 22 (1927), 209–212.
    """
    if count < max(least, 1):
        return Figure(None, None, None, count)
    p, square = hits / count, Z95**2
    center = (p + square / (2 * count)) / (1 + square / count)
    half = Z95 * sqrt(p * (1 - p) / count + square / (4 * count**2)) / (1 + square / count)
    return Figure(100 * p, 100 * max(center - half, 0.0), 100 * min(center + half, 1.0), count)


def mean_figure(count, total, squares, least=LEAST):
    """Mean of *count* values from their sum and sum of squares, with Student's t interval.

    Source: Student, The Probable Error of a Mean, Biometrika 6 (1908), 1–25.
    """
    if count < max(least, 2):
        return Figure(None, None, None, count)
    mean = total / count
    variance = max(squares - count * mean**2, 0.0) / (count - 1)
    half = t_quantile(count - 1) * sqrt(variance / count)
    return Figure(mean, mean - half, mean + half, count)


def nps_figure(promoters, passives, detractors, least=LEAST):
    """Net promoter score, −100 … 100, with its normal interval.

    Each answer counts 1, 0 or −1; with shares *p* and *d* its variance is p + d − (p − d)².
    Source: B. Rocks, Interval Estimation for the Net Promoter Score, The American Statistician 70
    (2016), 365–372 (Wald interval).
    """
    count = promoters + passives + detractors
    if count < max(least, 1):
        return Figure(None, None, None, count)
    p, d = promoters / count, detractors / count
    half = Z95 * sqrt((p + d - (p - d) ** 2) / count)
    value = p - d
    return Figure(100 * value, 100 * max(value - half, -1), 100 * min(value + half, 1), count)


def calibrated(score, complaints, returns, closed):
    """Satisfaction calibrated by what customers do, not only by what they say (SVC-L5).

    score × (1 − valid complaints ÷ closed requests) × (1 − returns and repairs ÷ closed requests),
    in percent; ``None`` without a score or without closed requests. 80 % with 5 valid complaints
    and 10 repairs in 100 closed requests: 80 × 0.95 × 0.90 = 68.4 %.
    """
    if score is None or not closed:
        return None
    return score * (1 - min(complaints / closed, 1)) * (1 - min(returns / closed, 1))


# Who is asked


def drawn(seed, key, percent):
    """Is *key* among the *percent* that the draw named *seed* takes?

    SHA-256 of both, as a number in 0 … 1, is below the share: the same in every run, independent
    of order, and nobody can be drawn twice by asking again.
    """
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < percent / 100 * 2**64


def first_of_each(candidates):
    """First id per contact of pairs (id, contact): nobody is asked twice in one run."""
    chosen = {}
    for key, contact in candidates:
        chosen.setdefault(contact, key)
    return list(chosen.values())
