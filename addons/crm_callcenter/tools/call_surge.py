"""Surges (CC-11): topics that come up more often than the interval usually brings.

What is usual is taken from like intervals (the same hour of the same weekday, say). The count of a
topic is compared with a Poisson distribution of their mean; when they scatter more than Poisson
counts do, with a negative binomial of their mean and variance. The probability of so many or more
is exact, not an approximation by a normal curve. Many topics are looked at together, so the
probabilities are adjusted by Benjamini and Hochberg, "Controlling the false discovery rate",
J. R. Stat. Soc. B 57 (1995): of the surges reported at level 0.05, 5 % are expected to be none.

Over-dispersion is tested by R. A. Fisher's index, Σ (x − mean)² / mean against χ² with n − 1
degrees of freedom (Statistical Methods for Research Workers, 1925); size = mean² / (variance −
mean) is the method of moments.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from scipy import special

#: like intervals below which "usual" is not known
LEAST_HISTORY = 8
#: calls below which nobody is alarmed, however rare the topic
LEAST_COUNT = 3
#: what a topic that never came is taken to have brought in its whole history; with a mean of
#: 0 a single call would be impossible
_UNSEEN = 0.5
_OVERDISPERSED = 0.05

POISSON = "poisson"
NEGATIVE_BINOMIAL = "negative_binomial"


@dataclass(frozen=True)
class Usual:
    """What an interval usually brings.

    :param mean: calls an interval
    :param size: of the negative binomial (variance = mean + mean² / size); ``None``: Poisson
    :param intervals: how many it was learnt from
    """

    mean: float
    size: float | None
    intervals: int

    @property
    def model(self) -> str:
        """:data:`POISSON` or :data:`NEGATIVE_BINOMIAL`."""
        return POISSON if self.size is None else NEGATIVE_BINOMIAL


@dataclass(frozen=True)
class Topic:
    """One topic in the interval looked at.

    :param usual: ``None``: too few like intervals; then nothing is said of it
    :param probability: of so many calls or more when nothing is unusual
    :param adjusted: the same, adjusted for the number of topics
    :param surge: the count is above what is usual, by more than chance
    """

    topic: Hashable
    count: int
    usual: Usual | None
    probability: float | None
    adjusted: float | None = None
    surge: bool = False

    @property
    def ratio(self) -> float | None:
        """Count ÷ usual mean."""
        return self.count / self.usual.mean if self.usual else None

    @property
    def excess(self) -> float | None:
        """Calls above the usual mean; negative below it."""
        return self.count - self.usual.mean if self.usual else None


def usual(history: Sequence[int]) -> Usual | None:
    """What like intervals brought; ``None`` with fewer than :data:`LEAST_HISTORY` of them.

    :param history: counts of the topic, one an interval, zeros too
    :raises ValueError: a count that is not a whole number from 0
    """
    for count in history:
        _refuse_count(count)
    number = len(history)
    if number < LEAST_HISTORY:
        return None
    total = sum(history)
    if not total:
        return Usual(_UNSEEN / number, None, number)
    mean = total / number
    squares = math.fsum((count - mean) ** 2 for count in history)
    variance = squares / (number - 1)
    scattered = special.chdtrc(number - 1, squares / mean) < _OVERDISPERSED
    size = mean**2 / (variance - mean) if scattered else None
    return Usual(mean, size, number)


def tail(count: int, mean: float, size: float | None = None) -> float:
    """Probability of *count* or more: Poisson, or negative binomial with *size*.

    As incomplete gamma and beta functions (Abramowitz and Stegun 26.4.21, 26.5.26), which keep
    their digits far out where 1 − P(fewer) has none left.

    :raises ValueError: mean or size not above 0, count not a whole number from 0
    """
    _refuse_count(count)
    if not (math.isfinite(mean) and mean > 0):
        raise ValueError(f"The mean must be above 0, not {mean!r}.")
    if size is not None and not (math.isfinite(size) and size > 0):
        raise ValueError(f"The size must be above 0, not {size!r}.")
    if not count:
        return 1.0
    if size is None:
        return float(special.gammainc(count, mean))
    return float(special.betainc(count, size, mean / (size + mean)))


def adjusted(probabilities: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg: ``min over j ≥ i of p(j) · m / j``, at most 1, in the given order."""
    number = len(probabilities)
    order = sorted(range(number), key=lambda place: probabilities[place], reverse=True)
    least, found = 1.0, [1.0] * number
    for rank, place in zip(range(number, 0, -1), order, strict=True):
        least = min(least, probabilities[place] * number / rank)
        found[place] = least
    return found


def surges(
    counts: Mapping[Hashable, int],
    history: Mapping[Hashable, Sequence[int]],
    level: float = 0.05,
    least: int = LEAST_COUNT,
) -> list[Topic]:
    """Every topic of the interval, the least likely first; those with ``surge`` need somebody.

    Topics of *history* that did not come up count 0. A topic without enough history stands at
    the end, with ``usual`` empty.

    :param counts: calls by topic in the interval
    :param history: counts in like intervals by topic, zeros too
    :param level: share of false ones among those reported
    :param least: fewer calls are no surge
    :raises ValueError: a count that is not a whole number from 0, level not between 0 and 1
    """
    if not 0 < level < 1:
        raise ValueError(f"The level must be between 0 and 1, not {level!r}.")
    topics = [_looked_at(topic, counts, history) for topic in {**counts, **history}]
    judged = _judged([topic for topic in topics if topic.usual], level, least)
    unknown = [topic for topic in topics if not topic.usual]
    judged.sort(key=lambda topic: (topic.probability, -topic.excess, str(topic.topic)))
    return judged + sorted(unknown, key=lambda topic: (-topic.count, str(topic.topic)))


def _judged(topics, level, least):
    values = adjusted([topic.probability for topic in topics])
    return [
        replace(topic, adjusted=value, surge=_is_surge(topic, value, level, least))
        for topic, value in zip(topics, values, strict=True)
    ]


def _looked_at(topic, counts, history):
    count = counts.get(topic, 0)
    _refuse_count(count)
    before = usual(history.get(topic, ()))
    return Topic(topic, count, before, tail(count, before.mean, before.size) if before else None)


def _is_surge(topic, value, level, least):
    return value <= level and topic.count >= least and topic.excess > 0


def _refuse_count(count):
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"A count must be a whole number from 0, not {count!r}.")
