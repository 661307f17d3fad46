"""What a campaign caused: treated against control (ROI-2).

Mean per person with Welch's interval and test for unequal variances (B. L. Welch, Biometrika 34,
1947), shares with the pooled two-proportion test; the normal distribution stands for Student's,
which is why groups below :data:`FEWEST` persons get no answer.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

#: Persons in each group below which nothing is said.
FEWEST = 30
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Group:
    """Persons of one arm: how many, the sum of a figure and the sum of its squares."""

    persons: int
    total: float
    squares: float

    @property
    def mean(self):
        """Figure per person."""
        return self.total / self.persons

    @property
    def variance(self):
        """Variance of the figure among the persons (n - 1 in the denominator)."""
        spread = self.squares - self.total * self.total / self.persons
        return max(spread, 0.0) / (self.persons - 1)


@dataclass(frozen=True)
class Uplift:
    """The difference per treated person, its interval, and how likely chance alone explains it.

    ``total`` and its interval are for all treated persons.
    """

    per_person: float
    low: float
    high: float
    p_value: float
    persons: int
    lift: float | None

    @property
    def total(self):
        """Difference times treated persons."""
        return self.per_person * self.persons

    @property
    def interval(self):
        """(low, high) of :attr:`total`."""
        return self.low * self.persons, self.high * self.persons

    @property
    def significant(self):
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def of_means(treated, control, confidence=CONFIDENCE):
    """Uplift of a figure per person, e.g. revenue; None when a group is too small."""
    if min(treated.persons, control.persons) < FEWEST:
        return None
    difference = treated.mean - control.mean
    error = sqrt(treated.variance / treated.persons + control.variance / control.persons)
    return _uplift(difference, error, error, treated.persons, control.mean, confidence)


def of_shares(treated_yes, treated, control_yes, control, confidence=CONFIDENCE):
    """Uplift of a share of persons, e.g. buyers; None when a group is too small."""
    if min(treated, control) < FEWEST:
        return None
    share, other = treated_yes / treated, control_yes / control
    error = sqrt(share * (1 - share) / treated + other * (1 - other) / control)
    pooled = (treated_yes + control_yes) / (treated + control)
    under_chance = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    return _uplift(share - other, error, under_chance, treated, other, confidence)


def _uplift(difference, error, under_chance, persons, base, confidence):
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    if under_chance:
        p_value = 2 * (1 - NormalDist().cdf(abs(difference) / under_chance))
    else:
        p_value = 0.0 if difference else 1.0
    lift = difference / base if base else None
    return Uplift(difference, difference - reach, difference + reach, p_value, persons, lift)
