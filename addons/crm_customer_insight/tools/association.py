"""Measures of product association: what is bought together more often than by chance (ROI-5).

A basket is the set of distinct products of one purchase. Of *total* baskets *first* hold the
product asked about, *second* the product on offer, *both* the two. The names are those of
Agrawal, Imieliński, Swami, "Mining association rules between sets of items in large databases",
SIGMOD 1993 (support, confidence), and Brin, Motwani, Ullman, Tsur, "Dynamic itemset counting and
implication rules for market basket data", SIGMOD 1997 (lift as "interest", conviction).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

#: Terms of a tail below this share of its sum change no digit of it.
NEGLIGIBLE = 1e-17


@dataclass(frozen=True)
class Measures:
    """Figures of one rule "who buys the first buys the second".

    :param support: share of all baskets that hold both
    :param confidence: share of the baskets with the first that hold the second too
    :param lift: confidence ÷ share of all baskets with the second; 1: no connection
    :param conviction: how many times as often the rule would be wrong by chance; ``None`` when it
        is never wrong
    """

    support: float
    confidence: float
    lift: float
    conviction: float | None


def measures(both, first, second, total):
    """The measures, or ``None`` when there is nothing to divide by.

    :raises ValueError: for counts that contradict one another
    """
    if not (0 <= both <= min(first, second) and max(first, second) <= total):
        raise ValueError(f"Not counts of baskets: {both}, {first}, {second}, {total}")
    if first + second - both > total:
        raise ValueError("More baskets with one of the products than baskets")
    if not first or not second:
        return None
    confidence, share = both / first, second / total
    wrong = 1 - confidence
    conviction = (1 - share) / wrong if wrong else None
    return Measures(both / total, confidence, confidence / share, conviction)


def chance(both, first, second, total):
    """Probability of so many common baskets or more if the products had nothing to do with one
    another: Fisher's exact test, one-sided (Fisher, "The Design of Experiments", 1935, ch. II).

    All arguments are arrays of counts. The tail is summed from its largest term on, each term from
    the one before; below the expected number the other tail is, which is the shorter one.
    """
    both, first, second, total = (
        np.atleast_1d(np.asarray(values, dtype=float)) for values in (both, first, second, total)
    )
    above = both * total > first * second
    result = np.empty(len(both))
    if above.any():
        rows = (values[above] for values in (both, first, second, total))
        result[above] = _tail(*rows, up=True)
    if not above.all():
        rows = (values[~above] for values in (both - 1, first, second, total))
        result[~above] = 1.0 - _tail(*rows, up=False)
    return np.clip(result, 0.0, 1.0)


def _tail(count, first, second, total, up):
    """Sum of the hypergeometric probabilities from *count* upward or downward."""
    neither = total - first - second
    possible = (count >= 0) & (count >= -neither) & (count <= np.minimum(first, second))
    start = np.where(possible, _log_probability(count, first, second, total), -np.inf)
    term, summed, place = np.ones(len(count)), np.ones(len(count)), count.copy()
    going = np.flatnonzero(possible)
    while len(going):
        k, a, b, rest = place[going], first[going], second[going], neither[going]
        ratio = (
            (a - k) * (b - k) / ((k + 1) * (rest + k + 1))
            if up
            else k * (rest + k) / ((a - k + 1) * (b - k + 1))
        )
        term[going] *= ratio
        summed[going] += term[going]
        place[going] += 1 if up else -1
        going = going[term[going] > NEGLIGIBLE * summed[going]]
    return np.exp(start) * summed


def _log_probability(count, first, second, total):
    return (
        _log_choose(first, count)
        + _log_choose(total - first, second - count)
        - _log_choose(total, second)
    )


def _log_choose(n, k):
    with np.errstate(invalid="ignore"):
        return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def false_discovery(chances, tests):
    """For each chance, the share of chance finds among the rules at least as sure as it.

    Many pairs are looked at, so some would seem connected by chance alone. Benjamini, Hochberg,
    "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995):
    adjusted value = least of ``tests × chance ÷ rank`` over this rank and all later ones.

    :param chances: chances of the rules that were found
    :param tests: how many pairs were looked at, those that were not found included
    """
    chances = np.asarray(chances, dtype=float)
    if not len(chances):
        return chances
    order = np.argsort(chances, kind="stable")
    scaled = chances[order] * max(tests, len(chances)) / np.arange(1, len(chances) + 1)
    adjusted = np.empty(len(chances))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
