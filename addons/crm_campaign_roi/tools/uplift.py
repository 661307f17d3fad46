"""What a campaign caused: treated against control; estimates without a control group (ROI-2).

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


def of_differences(group, base, confidence=CONFIDENCE):
    """Estimate from the same persons before and after; None when they are too few.

    :param group: a person's figure after less the same figure before
    :param base: mean figure before

    Everything else that changed meanwhile is in it, too.
    """
    if group.persons < FEWEST:
        return None
    error = sqrt(group.variance / group.persons)
    return _uplift(group.mean, error, error, group.persons, base, confidence)


def of_strata(strata, confidence=CONFIDENCE):
    """Estimate from treated persons and like ones who were not treated; None when too few.

    The differences within strata (persons alike in what was known before) are weighted by treated
    persons: the effect on the treated (P. R. Rosenbaum, D. B. Rubin, Journal of the American
    Statistical Association 79, 1984, on subclassification). Strata with fewer than two persons on
    either side tell nothing and are left out; ``persons`` says how many treated were compared.

    :param strata: pairs (treated, others) of :class:`Group`
    """
    used = [(one, other) for one, other in strata if min(one.persons, other.persons) > 1]
    persons = sum(one.persons for one, _other in used)
    if min(persons, sum(other.persons for _one, other in used)) < FEWEST:
        return None
    shares = [one.persons / persons for one, _other in used]
    difference, base, variance = 0.0, 0.0, 0.0
    for share, (one, other) in zip(shares, used, strict=True):
        difference += share * (one.mean - other.mean)
        base += share * other.mean
        variance += share**2 * (one.variance / one.persons + other.variance / other.persons)
    error = sqrt(variance)
    return _uplift(difference, error, error, persons, base, confidence)


def _uplift(difference, error, under_chance, persons, base, confidence):
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    if under_chance:
        p_value = 2 * (1 - NormalDist().cdf(abs(difference) / under_chance))
    else:
        p_value = 0.0 if difference else 1.0
    lift = difference / base if base else None
    return Uplift(difference, difference - reach, difference + reach, p_value, persons, lift)
