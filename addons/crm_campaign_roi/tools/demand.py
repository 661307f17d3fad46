"""What a campaign will sell: response × conversion × quantity × mix × timing, with a range (ROI-4).

Each factor has a prior of the campaign's kind and learns from what is counted: shares of persons
are Beta-binomial, quantities per buyer Gamma, product mix and timing Dirichlet (A. Gelman et al.,
"Bayesian Data Analysis", 3rd edition 2013, chapters 2 and 3). The range is that of a log-normal
distribution with the mean and variance of the product: what is not known of the factors, and
that buyers come one by one even if all were known.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
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
    """Units per buyer that are not known for sure: Gamma(*units*, *buyers*).

    ``Quantity(30, 10)`` expects three and weighs as much as ten buyers who were counted.
    """

    units: float
    buyers: float

    @property
    def mean(self):
        """Units per buyer that are expected."""
        return self.units / self.buyers

    @property
    def square(self):
        """Expected square: mean² + variance (units / buyers²)."""
        return self.mean**2 + self.units / self.buyers**2

    def learned(self, units, buyers):
        """The quantity after *buyers* of *units* in all were counted."""
        if units < 0 or buyers < 0:
            raise ValueError(f"{units} units of {buyers} buyers")
        return Quantity(self.units + units, self.buyers + buyers)


@dataclass(frozen=True)
class Prior:
    """What campaigns of a kind do.

    :param response: share of targets who respond
    :param conversion: share of those who respond that buy
    :param quantity: units per buyer, of all products, over the whole window
    :param mix: ``{product: weight}``; a unit counted weighs 1
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
            quantity=self.quantity.learned(sum(seen.units.values()), seen.buyers),
            mix=dict(Counter(self.mix) + Counter(seen.units)),
            timing=dict(Counter(self.timing) + Counter(seen.weeks)),
        )

    def so_far(self, seen, elapsed):
        """The prior after *seen* of a campaign that still runs.

        Of its buyers the part *elapsed* of the timing is to be seen by now, so its persons weigh
        only as much: 30 buyers of 1,000 persons at half time are as many as 60 at the end. The
        timing itself is not learned from a part of it.

        :param elapsed: share of the timing that is over, 0 to 1
        """
        if not elapsed:
            return self
        persons = max(seen.targets * elapsed, seen.responses)
        return replace(
            self,
            response=self.response.learned(seen.responses, persons),
            conversion=self.conversion.learned(seen.buyers, seen.responses),
            quantity=self.quantity.learned(sum(seen.units.values()), seen.buyers),
        )

    def as_unsure_as(self, results):
        """The prior, no surer than campaigns of its kind differ from each other.

        A share counted on 100,000 persons is known to a hair, but the next campaign does not do
        what the last ones did on average: the shares weigh as many persons as make their variance
        that of the campaigns' own shares (weighted by persons), when there are two at least.

        :param results: ``[Seen]`` of the campaigns it was learned from
        """
        responses = [(seen.responses, seen.targets) for seen in results]
        buyers = [(seen.buyers, seen.responses) for seen in results]
        return replace(
            self,
            response=_no_surer(self.response, responses),
            conversion=_no_surer(self.conversion, buyers),
        )


@dataclass(frozen=True)
class Seen:
    """What a campaign did: persons, units by product, units by week."""

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

    The weeks are the keys of the timing: numbers from the publication, or Mondays.

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

    Buyers come as a Poisson process: given the factors the variance is expected units × units
    per buyer.
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


def _no_surer(share, counted):
    """*share* with the weight that the spread of *counted* ``[(yes, persons)]`` allows."""
    counted = [(yes, persons) for yes, persons in counted if persons]
    whole = sum(persons for _yes, persons in counted)
    if len(counted) < 2:
        return share
    mean = sum(yes for yes, _persons in counted) / whole
    spread = sum(persons * (yes / persons - mean) ** 2 for yes, persons in counted) / whole
    variance = spread * len(counted) / (len(counted) - 1)
    weight = share.yes + share.no
    allowed = share.mean * (1 - share.mean) / variance - 1 if variance else weight
    weight = min(weight, max(allowed, 1.0))
    return Share(share.mean * weight, (1 - share.mean) * weight)


def jeffreys(results):
    """The :class:`Prior` that *results* ``[Seen]`` alone give; None when nobody bought.

    It begins with Jeffreys' prior, which says nothing: Beta(½, ½) for shares (Gelman, 2.8).
    """
    if not any(seen.buyers for seen in results):
        return None
    prior = Prior(Share(0.5, 0.5), Share(0.5, 0.5), Quantity(0.0, 0.0))
    for seen in results:
        prior = prior.learned(seen)
    return prior.as_unsure_as(results)


def by_hand(response, conversion, quantity, weight):
    """:class:`Prior` of shares and units per buyer that somebody says.

    :param weight: as many persons as what he says is worth; those who respond and buy follow
    """
    responses = response * weight
    return Prior(
        Share(responses, weight - responses),
        Share(conversion * responses, (1 - conversion) * responses),
        Quantity(quantity * conversion * responses, conversion * responses),
    )


def mix_of(entered, promoted, learned):
    """``{product: weight}`` of a campaign.

    :param entered: weights that somebody entered for it; they hold
    :param promoted: products it is about: as they sold before, one that never did as the others
        on average
    :param learned: units of each product that campaigns of the kind sold; alone without promoted
        products, less those that made no hundredth of it
    """
    if entered:
        return dict(entered)
    if not promoted:
        return {key: learned[key] for key, share in shares(learned).items() if share >= 0.01}
    known = [learned[key] for key in promoted if learned.get(key, 0) > 0]
    usual = sum(known) / len(known) if known else 1.0
    return {key: learned[key] if learned.get(key, 0) > 0 else usual for key in promoted}


def even(weeks):
    """``{week: weight}`` when nothing is known of the timing: the same in each week."""
    return dict.fromkeys(range(weeks), 1.0)


def calendar_weeks(start, timing):
    """``{Monday: share}`` of weeks that are counted from *start*, a day.

    A week that begins on a Thursday has four of its days in one calendar week, three in the next.
    """
    found = Counter()
    late = start.weekday()
    first = start - timedelta(days=late)
    for week, share in shares(timing).items():
        monday = first + timedelta(weeks=week)
        found[monday] += share * (7 - late) / 7
        if late:
            found[monday + timedelta(weeks=1)] += share * late / 7
    return dict(sorted(found.items()))


def elapsed(start, timing, today):
    """Share of *timing* that is over when *today* begins."""
    days = (today - start).days
    return sum(
        share * min(max((days - 7 * week) / 7, 0.0), 1.0) for week, share in shares(timing).items()
    )


def calibration(pairs):
    """(share of weeks within the range, mean absolute error ÷ units sold) of (expected, actual).

    The second is None when nothing was sold. A range of 80 % is good when four of five are within.

    :param pairs: ``[(Expected, actual units)]``, at least one
    """
    within = sum(found.low <= actual <= found.high for found, actual in pairs)
    sold = sum(actual for _found, actual in pairs)
    error = sum(abs(found.expected - actual) for found, actual in pairs)
    return within / len(pairs), error / sold if sold else None
