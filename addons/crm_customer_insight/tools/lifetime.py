"""Life-time value of customers (ROI-3): how often they will still buy, and what that is worth.

*Purchases without a contract*: the BG/NBD model of P. S. Fader, B. G. S. Hardie and K. L. Lee,
"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science
24 (2), 2005, 275-284. While he is a customer he buys at random with his own rate (over customers:
gamma with shape ``r`` and rate ``alpha``); after each purchase he is gone with his own probability
(over customers: beta with ``a`` and ``b``). A history is ``x`` repeat purchases, the last of them
``t_x`` weeks after the first purchase, seen for ``age`` weeks.

*Amount per purchase*: the gamma-gamma model of P. S. Fader and B. G. S. Hardie, The Gamma-Gamma
Model of Monetary Value, 2013, http://www.brucehardie.com/notes/025/ with ``p``, ``q``, ``gamma``.

*Contracts*: margin × retention. Times are weeks unless said otherwise; arrays are NumPy's.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaincinv, expit, gammaln, hyp2f1, psi

DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = 365.25 / 12 / DAYS_PER_WEEK
#: Logarithms of parameters stay in these limits; at a limit the data do not tell the parameter.
LOG_LIMITS = (-10.0, 10.0)
AT_LIMIT = 1e-3
#: Rows from which the start of the search is taken.
COARSE_ROWS = 20_000
#: Largest slope of the mean log-likelihood that counts as its top.
FLAT = 1e-5
#: Points at which a mean over customers is taken.
NODES = 128
#: Beyond so many repeat purchases customers share a bar of the chart.
LAST_BIN = 7


@dataclass(frozen=True)
class Histories:
    """Different purchase histories and how many customers have each (sufficient statistics)."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    weight: np.ndarray

    @cached_property
    def customers(self):
        return float(self.weight.sum())

    @cached_property
    def repeaters(self):
        """How many customers bought again."""
        return float(self.weight[self.x > 0].sum())

    def part(self, limit):
        """At most about *limit* of the histories, evenly spread."""
        step = max(1, -(-len(self.x) // limit))
        chosen = slice(None, None, step)
        return Histories(self.x[chosen], self.t_x[chosen], self.age[chosen], self.weight[chosen])


def group(x, last, days):
    """Histories of customers by whole days, with weights.

    :param x: repeat purchases
    :param last: days from the first to the last purchase
    :param days: days from the first purchase to the data date
    :return: :class:`Histories` in weeks, and for each customer the place of his
    """
    x, last, days = (np.asarray(column, dtype=np.int64) for column in (x, last, days))
    if not len(x):
        empty = np.zeros(0)
        return Histories(empty, empty, empty, empty), np.zeros(0, dtype=np.int64)
    width = int(max(last.max(), days.max())) + 1
    keys, first, place, weight = np.unique(
        (x * width + last) * width + days,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    del keys
    histories = Histories(
        x[first].astype(float),
        last[first] / DAYS_PER_WEEK,
        days[first] / DAYS_PER_WEEK,
        weight.astype(float),
    )
    return histories, place


@dataclass(frozen=True)
class Fit:
    """Parameters that make the data most likely, or what is wrong.

    ``problem``: empty, ``few`` (too few customers), ``no_repeats``, ``not_converged``,
    ``no_mean`` (amounts so scattered that they have no mean). ``edge`` names parameters that the
    data leave open: they stand at a limit, forecasts hold nevertheless.
    """

    params: tuple = ()
    log_likelihood: float = None
    problem: str = ""
    edge: tuple = ()
    evaluations: int = 0

    @property
    def converged(self):
        return not self.problem


# BG/NBD -------------------------------------------------------------------------------------


class _Purchases:
    """Mean negative log-likelihood of the BG/NBD model and its slope, in log parameters.

    What depends on the number of purchases alone, or on the age of those without a repeat
    purchase, is added up over different values; only the rest is computed by history.
    """

    def __init__(self, histories):
        again = histories.x > 0
        self.total = histories.customers
        self.counts, place = np.unique(histories.x, return_inverse=True)
        self.at_count = np.bincount(place, histories.weight)
        self.ages, place = np.unique(histories.age[~again], return_inverse=True)
        self.at_age = np.bincount(place, histories.weight[~again], minlength=len(self.ages))
        self.x, self.weight = histories.x[again], histories.weight[again]
        self.t_x, self.age = histories.t_x[again], histories.age[again]
        _counts, self.place = np.unique(self.x, return_inverse=True)
        self.repeats = _counts

    def __call__(self, logs):
        with np.errstate(all="ignore"):
            r, alpha, a, b = np.exp(logs)
            value, slope = self._by_count(r, alpha, a, b)
            for part in (self._once(r, alpha), self._again(r, alpha, a, b)):
                value, slope = value + part[0], slope + part[1]
            slope = -slope * np.exp(logs) / self.total
        if not np.isfinite(value) or not np.isfinite(slope).all():
            return 1e10, np.zeros(4)
        return -value / self.total, slope

    def _by_count(self, r, alpha, a, b):
        x, weight = self.counts, self.at_count
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        value += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        both = psi(a + b) - psi(a + b + x)
        slope = (
            psi(r + x) - psi(r) + np.log(alpha),
            np.full_like(x, r / alpha),
            both,
            both + psi(b + x) - psi(b),
        )
        return weight @ value, np.array([weight @ part for part in slope])

    def _once(self, r, alpha):
        ends = np.log(alpha + self.ages)
        value = -r * (self.at_age @ ends)
        return value, np.array(
            [-(self.at_age @ ends), -r * (self.at_age @ (1 / (alpha + self.ages))), 0.0, 0.0]
        )

    def _again(self, r, alpha, a, b):
        """``gone``: the share of the likelihood of having left after the last purchase."""
        rate = r + self.x
        end, last = alpha + self.age, alpha + self.t_x
        log_end, log_last = np.log(end), np.log(last)
        odds = (np.log(a) - np.log(b + self.repeats - 1))[self.place]
        odds += rate * (log_end - log_last)
        gone = expit(odds)
        weight, left = self.weight, self.weight * gone
        value = weight @ (np.logaddexp(0, odds) - rate * log_end)
        slope = [
            -(weight @ log_end) + left @ (log_end - log_last),
            -((weight - left) @ (rate / end)) - left @ (rate / last),
            left.sum() / a,
            -(np.bincount(self.place, left) @ (1 / (b + self.repeats - 1))) if len(left) else 0.0,
        ]
        return value, np.array(slope)


def fit_purchases(histories, minimum=1, evaluations=500):
    """Fit the BG/NBD model.

    :param minimum: customers below which nothing is estimated
    :param evaluations: how often the likelihood may be computed in each search
    :return: :class:`Fit` with ``(r, alpha, a, b)``
    """
    if histories.customers < max(minimum, 1):
        return Fit(problem="few")
    if not histories.repeaters:
        return Fit(problem="no_repeats")
    age = max(float(np.average(histories.age, weights=histories.weight)), 1e-3)
    starts = [
        np.log([r, age * share, a, b])
        for r, share, a, b in (
            (0.5, 0.25, 0.8, 2.5),
            (1.0, 1.0, 1.0, 1.0),
            (2.0, 0.5, 0.1, 10.0),
            (0.2, 0.1, 2.0, 2.0),
        )
    ]
    coarse = histories.part(COARSE_ROWS)
    return _search(_Purchases, histories, coarse, starts, ["r", "alpha", "a", "b"], evaluations)


def _search(model, data, coarse, starts, names, evaluations):
    """The best of several searches, begun on a part of the data and finished on all."""
    objective = model(coarse)
    found = [_descend(objective, start, evaluations) for start in starts]
    best = min(found, key=lambda result: result.fun)
    if coarse is not data and len(coarse.x) != len(data.x):
        objective = model(data)
        best = _descend(objective, best.x, evaluations)
    return _result(objective, best, names, sum(result.nfev for result in found) + best.nfev)


def _descend(objective, start, evaluations):
    limits = [LOG_LIMITS] * len(start)
    options = {"maxfun": evaluations, "maxiter": evaluations, "ftol": 1e-15, "gtol": 1e-8}
    start = np.clip(start, *LOG_LIMITS)
    return minimize(objective, start, jac=True, method="L-BFGS-B", bounds=limits, options=options)


def _result(objective, best, names, evaluations):
    value, slope = objective(best.x)
    low, high = best.x < LOG_LIMITS[0] + AT_LIMIT, best.x > LOG_LIMITS[1] - AT_LIMIT
    # at a limit only a slope that leads back inside counts
    inward = np.where(low, np.minimum(slope, 0), np.where(high, np.maximum(slope, 0), slope))
    failed = value >= 1e10 or np.abs(inward).max() > FLAT
    return Fit(
        params=tuple(float(value) for value in np.exp(best.x)),
        log_likelihood=float(-value * objective.total),
        problem="not_converged" if failed else "",
        edge=tuple(name for name, at in zip(names, low | high, strict=True) if at),
        evaluations=evaluations,
    )


def log_likelihood(params, histories):
    """Log-likelihood of the BG/NBD model at given parameters."""
    objective = _Purchases(histories)
    return -objective(np.log(params))[0] * objective.total


def alive_probability(params, x, t_x, age):
    """Probability that he is still a customer (equation 7 of Fader and Hardie's note 021).

    Customers without a repeat purchase have had no occasion to leave: 1.
    """
    r, alpha, a, b = params
    x, t_x, age = (np.asarray(column, dtype=float) for column in (x, t_x, age))
    odds = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
    odds = odds + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
    return np.where(x > 0, expit(-odds), 1.0)


def purchases_if_alive(params, x, age, weeks):
    """Purchases expected in the next *weeks* of somebody who is a customer for certain.

    Equation 10 of the paper without its denominator. By Euler's transformation of the
    hypergeometric function its parameters stay small however often he bought.
    """
    r, alpha, a, b = params
    if abs(a - 1) < 1e-6:  # a removable singularity: the mean of both sides
        sides = [(r, alpha, 1 + side, b) for side in (-1e-5, 1e-5)]
        return sum(purchases_if_alive(side, x, age, weeks) for side in sides) / 2
    x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
    end = alpha + age + weeks
    with np.errstate(all="ignore"):
        gone = np.exp((a - 1) * np.log((alpha + age) / end))
        gone = gone * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, weeks / end)
        expected = (a + b + x - 1) / (a - 1) * (1 - gone)
    if not np.isfinite(expected).all():
        expected = np.where(
            np.isfinite(expected), expected, _purchases_by_nodes(params, x, age, weeks)
        )
    return np.maximum(expected, 0)


def _purchases_by_nodes(params, x, age, weeks):
    """:func:`purchases_if_alive` as mean over the customer's probability to leave, where the
    hypergeometric function overflows: nearly equal customers make its parameters huge."""
    r, alpha, a, b = params
    nodes, weight = np.polynomial.legendre.leggauss(NODES)
    leave = betaincinv(a, b + x[..., None], (nodes + 1) / 2)
    rate = (r + x)[..., None]
    time = np.broadcast_to(np.asarray(weeks / (alpha + age)), x.shape)[..., None]
    with np.errstate(all="ignore"):
        share = -np.expm1(-rate * np.log1p(leave * time)) / leave
    return np.where(leave > 1e-12, share, rate * time) @ weight / 2


def expected_purchases(params, x, t_x, age, weeks):
    """Purchases expected in the next *weeks* of a customer with this history (equation 10)."""
    return alive_probability(params, x, t_x, age) * purchases_if_alive(params, x, age, weeks)


def new_customer_purchases(params, weeks):
    """Repeat purchases expected of a new customer in his first *weeks* (equation 9)."""
    weeks = np.asarray(weeks, dtype=float)
    return purchases_if_alive(params, np.zeros_like(weeks), np.zeros_like(weeks), weeks)


def purchases_ahead(params, x, t_x, age, months, rate):
    """Purchases expected over a horizon, and the same discounted.

    :param months: horizon
    :param rate: discount rate a year; each month's purchases stand in its middle
    :return: two arrays
    """
    x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
    pairs, place = np.unique(np.stack([x, age]), axis=1, return_inverse=True)
    total, discounted = np.zeros(pairs.shape[1]), np.zeros(pairs.shape[1])
    for month in range(1, months + 1):
        reached = purchases_if_alive(params, *pairs, month * WEEKS_PER_MONTH)
        discounted += (reached - total) / (1 + rate) ** ((month - 0.5) / 12)
        total = reached
    alive, place = alive_probability(params, x, t_x, age), place.ravel()
    return alive * total[place], alive * discounted[place]


# Gamma-gamma --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spend:
    """Mean amounts of customers over ``x`` repeat purchases, with weights."""

    x: np.ndarray
    mean: np.ndarray
    weight: np.ndarray

    def part(self, limit):
        """At most about *limit* of the customers, evenly spread."""
        chosen = slice(None, None, max(1, -(-len(self.x) // limit)))
        return Spend(self.x[chosen], self.mean[chosen], self.weight[chosen])


class _Amounts:
    """Mean negative log-likelihood of the gamma-gamma model and its slope, in log parameters."""

    def __init__(self, spend):
        self.total = float(spend.weight.sum())
        self.counts, self.place = np.unique(spend.x, return_inverse=True)
        self.at_count = np.bincount(self.place, spend.weight)
        self.x, self.weight = spend.x, spend.weight
        self.sum = spend.x * spend.mean
        self.log_sum, self.log_mean = np.log(self.sum), np.log(spend.mean)
        self.by_count = np.bincount(self.place, spend.weight * self.log_sum)

    def __call__(self, logs):
        with np.errstate(all="ignore"):
            p, q, gamma = np.exp(logs)
            x, weight = self.counts, self.at_count
            value = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
            value = weight @ value + p * (x @ self.by_count) - self.weight @ self.log_mean
            rate, scale = p * self.x + q, gamma + self.sum
            log_scale = np.log(scale)
            value -= self.weight @ (rate * log_scale)
            both = psi(p * x + q)
            slope = np.array(
                [
                    (weight * x) @ (both - psi(p * x))
                    + x @ self.by_count
                    - self.weight @ (self.x * log_scale),
                    weight @ (both - psi(q) + np.log(gamma)) - self.weight @ log_scale,
                    self.total * q / gamma - self.weight @ (rate / scale),
                ]
            )
            slope = -slope * np.exp(logs) / self.total
        if not np.isfinite(value) or not np.isfinite(slope).all():
            return 1e10, np.zeros(3)
        return -value / self.total, slope


def fit_spend(x, mean, weight=None, minimum=1, evaluations=500):
    """Fit the gamma-gamma model to customers who bought again, with amounts above zero.

    :return: :class:`Fit` with ``(p, q, gamma)``; without a mean (``q`` of at most 1) its problem
        is ``no_mean``
    """
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    weight = np.ones_like(x) if weight is None else np.asarray(weight, dtype=float)
    known = (x > 0) & (mean > 0) & np.isfinite(mean)
    data = Spend(x[known], mean[known], weight[known])
    if data.weight.sum() < max(minimum, 1):
        return Fit(problem="few" if (x > 0).any() else "no_repeats")
    usual = float(np.average(data.mean, weights=data.weight))
    unit = Spend(data.x, data.mean / usual, data.weight)
    starts = [np.log(start) for start in ((6, 4, 0.5), (1, 2, 1), (20, 20, 1))]
    fit = _search(_Amounts, unit, unit.part(COARSE_ROWS), starts, ["p", "q", "gamma"], evaluations)
    p, q, gamma = fit.params
    # amounts were measured in usual ones; their density changes with the unit
    change = data.weight.sum() * np.log(usual)
    problem = fit.problem or ("" if q > 1 else "no_mean")
    likelihood = float(fit.log_likelihood - change)
    return Fit((p, q, gamma * usual), likelihood, problem, fit.edge, fit.evaluations)


def usual_spend(params):
    """Mean amount of a purchase over all customers."""
    p, q, gamma = params
    return p * gamma / (q - 1)


def expected_spend(params, x, mean):
    """Amount expected per purchase: between the customer's own mean and that of all, the nearer
    to his own the more often he bought again; that of all without a repeat purchase."""
    p, q, gamma = params
    x, mean = np.asarray(x, dtype=float), np.nan_to_num(np.asarray(mean, dtype=float))
    return p * (gamma + x * mean) / (p * x + q - 1)


def correlation(x, mean, weight=None):
    """Correlation of frequency and amount among those who bought again; ``None`` if undefined.

    The gamma-gamma model takes both as independent.
    """
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    weight = np.ones_like(x) if weight is None else np.asarray(weight, dtype=float)
    known = (x > 0) & (mean > 0)
    if known.sum() < 3 or np.ptp(x[known]) == 0 or np.ptp(mean[known]) == 0:
        return None
    matrix = np.cov(x[known], mean[known], aweights=weight[known])
    return float(matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1]))


# Contracts ----------------------------------------------------------------------------------


def retention_value(margin, retention, rate, months):
    """Value of a contract over a horizon: Σ margin · retention^t / (1 + rate)^t.

    :param margin: a month, the first one is paid for certain
    :param retention: probability a year that the contract goes on
    :param rate: discount rate a year
    """
    if not 0 <= retention <= 1:
        raise ValueError("Retention is a probability.")
    step = (retention / (1 + rate)) ** (1 / 12)
    return margin * sum(step**month for month in range(months))


def yearly_retention(ended, years):
    """Probability a year that a contract goes on; ``None`` with less than a year seen.

    :param ended: contracts that ended
    :param years: years that contracts ran, all together
    """
    return None if years < 1 else float(np.exp(-ended / years))


# How good it is -----------------------------------------------------------------------------


def naive_purchases(x, age, weeks):
    """Purchases in the next *weeks* if everybody went on at the rate at which he bought."""
    x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
    return np.divide(x, age, out=np.zeros_like(x), where=age > 0) * weeks


def errors(actual, expected):
    """Mean absolute error and root of the mean square error per customer, and error in all."""
    difference = np.asarray(expected, dtype=float) - np.asarray(actual, dtype=float)
    bought = float(np.sum(actual))
    return {
        "mae": float(np.abs(difference).mean()),
        "rmse": float(np.sqrt((difference**2).mean())),
        "total": float(difference.sum() / bought) if bought else None,
    }


def holdout_bins(x, actual, expected, naive):
    """Mean purchases in the hold-out by earlier repeat purchases (0, 1, … 7 and more)."""
    place = np.minimum(np.asarray(x, dtype=np.int64), LAST_BIN)
    customers = np.bincount(place, minlength=LAST_BIN + 1)
    sums = [np.bincount(place, values, LAST_BIN + 1) for values in (actual, expected, naive)]
    return [
        {
            "x": number,
            "customers": int(count),
            **{
                name: float(column[number] / count)
                for name, column in zip(("actual", "expected", "naive"), sums, strict=True)
            },
        }
        for number, count in enumerate(customers)
        if count
    ]


def tracking(params, first_days, customers, days):
    """Repeat purchases expected of all customers together up to each of some days.

    :param first_days: days on which customers first bought, *customers* how many on each
    """
    first_days, customers = np.asarray(first_days, float), np.asarray(customers, float)
    found = []
    for day in days:
        weeks = np.maximum(day - first_days, 0) / DAYS_PER_WEEK
        found.append(float(customers @ new_customer_purchases(params, weeks)))
    return found
