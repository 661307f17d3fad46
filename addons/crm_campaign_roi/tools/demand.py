"""What a campaign will sell: response × conversion × quantity × mix × timing, with a range (ROI-4).

Each factor has a prior of the campaign's kind and learns from what is counted: shares of persons
are Beta-binomial, quantities per deal Gamma, product mix and timing Dirichlet (A. Gelman et al.,
"Bayesian Data Analysis", 3rd edition 2013, chapters 2 and 3). The range is that of a log-normal
distribution with the mean and variance of the product: what is not known of the factors, and
that deals come one by one even if all were known.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from math import exp, log, prod, sqrt
from statistics import NormalDist

#: The range leaves one tenth out at either end.
CONFIDENCE = 0.8


@dataclass(frozen=True)
class Share:
    """A share of persons that is not known for sure: Beta(*yes*, *no*).

    ``Share(2, 98)`` expects 2 % and weighs as much as a hundred persons who were counted.
    """

    yes: float
    no: float

    @property
    def mean(self):
        """The share that is expected."""
        return self.yes / (self.yes + self.no)

    @property
    def square(self):
        """Expected square: (yes + 1) yes / ((n + 1) n)."""
        whole = self.yes + self.no
        return self.yes * (self.yes + 1) / (whole * (whole + 1))

    def learned(self, yes, persons):
        """The share after *yes* of *persons* were counted."""
        if not 0 <= yes <= persons:
            raise ValueError(f"{yes} of {persons} persons")
        return Share(self.yes + yes, self.no + persons - yes)


@dataclass(frozen=True)
class Quantity:
    """Units per deal that are not known for sure: Gamma(*units*, *deals*).

    ``Quantity(30, 10)`` expects three and weighs as much as ten deals that were counted.
    """

    units: float
    deals: float

    @property
    def mean(self):
        """Units per deal that are expected."""
        return self.units / self.deals

    @property
    def square(self):
        """Expected square: mean² + variance (units / deals²)."""
        return self.mean**2 + self.units / self.deals**2

    def learned(self, units, deals):
        """The quantity after *deals* of *units* in all were counted."""
        if units < 0 or deals < 0:
            raise ValueError(f"{units} units in {deals} deals")
        return Quantity(self.units + units, self.deals + deals)


@dataclass(frozen=True)
class Prior:
    """What campaigns of a kind do.

    :param response: share of targets who respond
    :param conversion: share of those who respond that buy
    :param quantity: units per deal
    :param mix: ``{product: weight}``; a deal counted weighs 1
    :param timing: ``{week: weight}``; week 0 begins with the publication
    """

    response: Share
    conversion: Share
    quantity: Quantity
    mix: dict = field(default_factory=dict)
    timing: dict = field(default_factory=dict)

    def learned(self, seen):
        """The prior after a campaign was :class:`Seen`; it weighs by its numbers."""
        return replace(
            self,
            response=self.response.learned(seen.responses, seen.targets),
            conversion=self.conversion.learned(seen.buyers, seen.responses),
            quantity=self.quantity.learned(sum(seen.units.values()), sum(seen.weeks.values())),
            mix=dict(Counter(self.mix) + Counter(seen.units)),
            timing=dict(Counter(self.timing) + Counter(seen.weeks)),
        )


@dataclass(frozen=True)
class Seen:
    """What a campaign did: persons, units by product, deals by week."""

    targets: int
    responses: int
    buyers: int
    units: dict
    weeks: dict


@dataclass(frozen=True)
class Expected:
    """Units that are expected, and the range."""

    low: float
    expected: float
    high: float


def shares(weights):
    """*weights* as parts of one; what weighs nothing has no part."""
    whole = sum(weights.values())
    return {key: weight / whole for key, weight in weights.items() if weight > 0} if whole else {}


def forecast(prior, targets, weeks=None, confidence=CONFIDENCE):
    """``{(product, week): Expected}`` for *targets* persons.

    :param weeks: only these, e.g. those still to come; the others are over and not made up for
    """
    mix, timing = shares(prior.mix), shares(prior.timing)
    wanted = [week for week in timing if weeks is None or week in weeks]
    return {
        (product, week): expected(prior, targets * mix[product] * timing[week], confidence)
        for product in mix
        for week in sorted(wanted)
    }


def expected(prior, persons, confidence=CONFIDENCE):
    """:class:`Expected` units of *persons* (a part of the targets where mix and week are given).

    Deals come as a Poisson process: variance given the factors is expected units × units a deal.
    """
    factors = (prior.response, prior.conversion, prior.quantity)
    mean = persons * prod(factor.mean for factor in factors)
    if mean <= 0:
        return Expected(0.0, 0.0, 0.0)
    unsure = prod(factor.square / factor.mean**2 for factor in factors) - 1
    return _range(mean, mean * prior.quantity.mean + mean**2 * unsure, confidence)


def _range(mean, variance, confidence):
    """Log-normal with this mean and variance: its median lies below the mean."""
    spread = log(1 + variance / mean**2)
    middle, reach = log(mean) - spread / 2, NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = (exp(middle + side * reach * sqrt(spread)) for side in (-1, 1))
    return Expected(low, mean, high)


def calibration(pairs):
    """(share of weeks within the range, mean absolute error ÷ units sold) of (expected, actual).

    The second is None when nothing was sold. A range of 80 % is good when four of five are within.

    :param pairs: ``[(Expected, actual units)]``, at least one
    """
    within = sum(found.low <= actual <= found.high for found, actual in pairs)
    sold = sum(actual for _found, actual in pairs)
    error = sum(abs(found.expected - actual) for found, actual in pairs)
    return within / len(pairs), error / sold if sold else None
