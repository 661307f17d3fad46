"""Life-time value (ROI-3): published results, edge cases, and the same figures computed otherwise.

CDNOW's one-tenth sample (2,357 customers), as the package Lifetimes ships it.
"""

from collections import defaultdict
from datetime import date, datetime
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import beta

from odoo.addons.crm_customer_insight.tools import lifetime

from datasets.sources.base import data_file

#: Fader, Hardie and Lee (2005), table 2: parameters and log-likelihood of the BG/NBD model.
PUBLISHED = {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426"}
#: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value.
PUBLISHED_SPEND = {"p": "6.25", "q": "3.74", "gamma": "15.44"}
#: End of the calibration, 39 weeks after the start of 1997.
END = date(1997, 9, 30)


@cache
def purchases():
    """``{customer: {day: cents}}`` of the sample."""
    found = defaultdict(lambda: defaultdict(int))
    for line in data_file("lifetimes", "datasets", "CDNOW_sample.txt").read_text().splitlines():
        if line.strip():
            _master, customer, day, _pieces, dollars = line.split()
            day = datetime.strptime(day, "%Y%m%d").date()
            found[customer][day] += round(float(dollars) * 100)
    return found


@cache
def sample():
    """x, days to the last purchase, days seen, and mean of repeat purchases until ``END``."""
    rows = []
    for days in purchases().values():
        until = sorted(day for day in days if day <= END)
        first, repeats = until[0], until[1:]
        mean = np.mean([days[day] / 100 for day in repeats]) if repeats else np.nan
        rows.append((len(repeats), (until[-1] - first).days, (END - first).days, mean))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@cache
def fitted():
    x, last, age, _mean = sample()
    return lifetime.fit_purchases(lifetime.group(x, last, age)[0])


def test_bg_nbd_of_cdnow_as_published():
    assert len(sample()[0]) == 2357
    fit = fitted()
    assert fit.converged and not fit.edge
    found = dict(zip(PUBLISHED, (f"{value:.3f}" for value in fit.params), strict=True))
    assert found == PUBLISHED
    assert f"{fit.log_likelihood:.1f}" == "-9582.4"


def test_gamma_gamma_of_cdnow_as_published():
    x, _last, _age, mean = sample()
    fit = lifetime.fit_spend(x, mean)
    assert fit.converged
    found = dict(zip(PUBLISHED_SPEND, (f"{value:.2f}" for value in fit.params), strict=True))
    assert found == PUBLISHED_SPEND
    # as the test suite of the R package CLVTools has it for these parameters
    assert f"{fit.log_likelihood:.4f}" == "-4055.9177"


def test_expected_purchases_of_a_published_customer():
    # Fader and Hardie's spreadsheet of the model: customer 1, x = 2, t_x = 30.43, T = 38.86,
    # next 39 weeks: 1.226
    found = lifetime.expected_purchases(fitted().params, 2, 30.43, 38.86, 39)
    assert f"{found:.3f}" == "1.226"


def test_hold_out_of_cdnow_as_published():
    # 1,411 customers without a repeat purchase made 334 in the next 39 weeks, 0.24 each;
    # the model of the paper expects 0.23
    x, last, age, _mean = sample()
    after = np.array([sum(day > END for day in days) for days in purchases().values()])
    expected = lifetime.expected_purchases(fitted().params, x, last / 7, age / 7, 39)
    naive = lifetime.naive_purchases(x, age / 7, 39)
    first = lifetime.holdout_bins(x, after, expected, naive)[0]
    assert (first["customers"], round(first["customers"] * first["actual"])) == (1411, 334)
    assert f"{first['expected']:.2f}" == "0.23"
    assert lifetime.errors(after, expected)["mae"] < lifetime.errors(after, naive)["mae"]


# Grouping ---------------------------------------------------------------------------------


def test_equal_histories_are_one_with_a_weight():
    histories, place = lifetime.group([1, 0, 1, 1], [7, 0, 7, 14], [21, 21, 21, 21])
    assert sorted(zip(histories.x, histories.t_x, histories.weight, strict=True)) == [
        (0, 0, 1), (1, 1, 2), (1, 2, 1),
    ]  # fmt: skip
    assert list(histories.t_x[place]) == [1, 0, 1, 2]
    assert (histories.customers, histories.repeaters) == (4, 3)


def test_weights_count_like_repeated_customers():
    once = lifetime.group([1, 2, 0], [30, 60, 0], [90, 120, 80])[0]
    twice = lifetime.group([1, 2, 0] * 2, [30, 60, 0] * 2, [90, 120, 80] * 2)[0]
    params = (0.5, 5, 0.8, 2)
    assert_allclose(
        lifetime.log_likelihood(params, twice), 2 * lifetime.log_likelihood(params, once)
    )


def test_likelihood_by_hand():
    # r = alpha = a = b = 1; x = 1, t_x = 1, T = 3. A1 = Γ(2)/Γ(1) = 1, A2 = Γ(2)Γ(2)/(Γ(1)Γ(3))
    # = 1/2; (1/4)² + a/(b+0) (1/2)² = 1/16 + 1/4 = 5/16. L = 5/32.
    histories, _place = lifetime.group([1], [7], [21])
    assert_allclose(lifetime.log_likelihood((1, 1, 1, 1), histories), np.log(5 / 32))
    # without a repeat purchase L = (alpha / (alpha + T))^r = 1/4
    histories, _place = lifetime.group([0], [0], [21])
    assert_allclose(lifetime.log_likelihood((1, 1, 1, 1), histories), np.log(1 / 4))


def test_slope_is_that_of_the_likelihood():
    x, last, age, mean = sample()
    again = x > 0
    spend = lifetime.Spend(x[again].astype(float), mean[again], np.ones(again.sum()))
    for objective, logs in (
        (lifetime._Purchases(lifetime.group(x, last, age)[0]), np.log([0.3, 5, 0.9, 2])),
        (lifetime._Amounts(spend), np.log([5, 3, 20])),
    ):
        steps = np.eye(len(logs)) * 1e-6
        slope = [(objective(logs + s)[0] - objective(logs - s)[0]) / 2e-6 for s in steps]
        assert_allclose(objective(logs)[1], slope, rtol=1e-5)


# Forecasts --------------------------------------------------------------------------------


def by_integral(params, x, age, weeks):
    """Purchases of somebody who stays, as a mean over his probability to leave."""
    r, alpha, a, b = params
    chances = beta(a, b + x)

    def purchases(place):
        leave = chances.ppf(place)
        share = -np.expm1(-(r + x) * np.log1p(leave * weeks / (alpha + age)))
        return share / leave if leave > 0 else (r + x) * weeks / (alpha + age)

    return quad(purchases, 0, 1, limit=500, epsabs=1e-12, epsrel=1e-9)[0]


@pytest.mark.parametrize(
    ("params", "exact"),
    [
        ((0.243, 4.414, 0.793, 2.426), 1e-7),
        ((0.5, 2, 1.0, 3), 1e-7),  # a = 1: the closed form divides by 0
        ((0.2, 1, 5e-5, 8000), 1e-4),  # nobody ever leaves
        ((0.2, 4, 50, 3), 1e-7),  # nearly everybody leaves at once
        ((20000, 20000, 0.8, 2), 1e-4),  # everybody buys at the same rate
    ],
)
@pytest.mark.parametrize(
    ("x", "age", "weeks"), [(0, 0, 156), (0, 40, 520), (200, 150, 156), (10_000, 150, 520)]
)
def test_expected_purchases_for_any_parameters(params, exact, x, age, weeks):
    found = lifetime.purchases_if_alive(params, x, age, weeks)
    assert_allclose(found, by_integral(params, x, age, weeks), rtol=exact)


def test_probability_of_being_a_customer_by_hand():
    # a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x) with all parameters 1, x = 1, t_x = 1, T = 3:
    # 1 · (4/2)² = 4, so 1/5; without a repeat purchase 1
    found = lifetime.alive_probability((1, 1, 1, 1), [1, 0], [1, 0], [3, 3])
    assert_allclose(found, [0.2, 1])


def test_silence_makes_him_less_likely_and_huge_counts_do_not_overflow():
    params = (0.25, 4, 0.8, 2.5)
    found = lifetime.alive_probability(params, 20, 50, [50, 60, 80, 500])
    assert (np.diff(found) < 0).all()
    assert_allclose(lifetime.alive_probability(params, 1e6, 100, [100, 400]), [1, 0], atol=1e-4)


def test_discounting():
    # without interest both are the same; with it each month's purchases are divided by
    # 1.1^((month - 1/2) / 12): of one month only, by 1.1^(1/24)
    params = (0.25, 4, 0.8, 2.5)
    plain, discounted = lifetime.purchases_ahead(params, [3], [20], [30], 12, 0)
    assert_allclose(plain, discounted)
    plain, discounted = lifetime.purchases_ahead(params, [3, 0], [20, 0], [30, 10], 1, 0.1)
    assert_allclose(discounted, plain / 1.1 ** (1 / 24))
    weeks = lifetime.WEEKS_PER_MONTH
    assert_allclose(plain, lifetime.expected_purchases(params, [3, 0], [20, 0], [30, 10], weeks))


def test_amounts():
    # p = 2, q = 3, gamma = 10: usual amount 2·10/2 = 10. Somebody with 4 purchases of 20:
    # 2 (10 + 80) / (8 + 2) = 18, near his own; without any: 10
    params = (2, 3, 10)
    assert lifetime.usual_spend(params) == 10
    assert_allclose(lifetime.expected_spend(params, [4, 0], [20, np.nan]), [18, 10])


# Bad input --------------------------------------------------------------------------------


def test_nobody_and_one_purchase_each():
    nothing = lifetime.group([], [], [])[0]
    assert lifetime.fit_purchases(nothing).problem == "few"
    once = lifetime.group([0] * 100, [0] * 100, range(100))[0]
    assert lifetime.fit_purchases(once, 50).problem == "no_repeats"
    assert lifetime.fit_purchases(once, 500).problem == "few"
    assert lifetime.fit_spend([0, 0], [np.nan, np.nan]).problem == "no_repeats"


def test_all_purchases_on_the_data_date():
    histories, _place = lifetime.group([0] * 60, [0] * 60, [0] * 60)
    assert lifetime.fit_purchases(histories).problem == "no_repeats"
    assert lifetime.expected_purchases((0.2, 4, 0.8, 2.5), 0, 0, 0, 52) > 0


def test_a_search_that_is_cut_off_says_so():
    x, last, age, mean = sample()
    fit = lifetime.fit_purchases(lifetime.group(x, last, age)[0], evaluations=2)
    assert (fit.problem, fit.converged) == ("not_converged", False)
    assert lifetime.fit_spend(x, mean, evaluations=1).problem == "not_converged"


def test_when_nobody_leaves_the_parameters_are_left_open():
    # everybody bought every week until the last day: b grows without end, forecasts hold
    weeks = np.arange(20, 80)
    histories, _place = lifetime.group(weeks, 7 * weeks, 7 * weeks)
    fit = lifetime.fit_purchases(histories)
    assert fit.converged and fit.edge
    assert_allclose(lifetime.expected_purchases(fit.params, 50, 50, 50, 10), 10, rtol=0.05)


def test_one_customer_with_a_huge_number():
    x, last, age, _mean = sample()
    histories, _place = lifetime.group(
        np.append(x, 100_000), np.append(last, 270), np.append(age, 272)
    )
    fit = lifetime.fit_purchases(histories)
    assert np.isfinite(fit.params).all() and np.isfinite(fit.log_likelihood)


def test_amounts_of_nothing_or_less_are_left_out():
    x, _last, _age, mean = sample()
    good = lifetime.fit_spend(x, mean).params
    worse = lifetime.fit_spend(np.append(x, [2, 3]), np.append(mean, [0, -50])).params
    assert good == worse


def test_amounts_without_a_mean():
    # Pareto-like: half of all at 1, others thousands of times as much
    mean = 1 / np.linspace(0.0005, 1, 400) ** 3
    assert lifetime.fit_spend(np.ones(400), mean).problem in ("no_mean", "not_converged")


def test_correlation():
    assert_allclose(lifetime.correlation([1, 2, 3], [10, 20, 30]), 1)
    assert lifetime.correlation([1, 1, 1], [10, 20, 30]) is None
    assert lifetime.correlation([1, 0, 0], [10, 20, 30]) is None


# Contracts, errors, tracking ---------------------------------------------------------------


def test_margin_times_retention():
    # 100 a month, all stay, no interest, a year: 1,200. Of half a year's contracts 1/4 stay a
    # year, so sqrt(1/4) half a year: 2 months of 100 with r = (1/4)^(1/12) each
    assert_allclose(lifetime.retention_value(100, 1, 0, 12), 1200)
    step = 0.25 ** (1 / 12)
    assert_allclose(lifetime.retention_value(100, 0.25, 0, 2), 100 + 100 * step)
    # retention 0.9, interest 10 % a year, 24 months: geometric sum of (0.9/1.1)^(1/12)
    step = (0.9 / 1.1) ** (1 / 12)
    assert_allclose(lifetime.retention_value(100, 0.9, 0.1, 24), 100 * (1 - step**24) / (1 - step))
    assert lifetime.retention_value(100, 0, 0.1, 24) == 100
    with pytest.raises(ValueError, match="probability"):
        lifetime.retention_value(100, 1.2, 0, 1)


def test_retention_from_what_ended():
    # two of contracts that ran 20 years together ended: exp(-0.1) a year
    assert_allclose(lifetime.yearly_retention(2, 20), np.exp(-0.1))
    assert lifetime.yearly_retention(0, 0.5) is None


def test_naive_guess_and_errors():
    # 3 in 6 weeks go on with 2 in 4; who has just come bought nothing again
    naive = lifetime.naive_purchases([3, 0, 0], [6, 5, 0], 4)
    assert list(naive) == [2, 0, 0]
    # differences 1, 0, -2: mean 1, root of 5/3, -1 of 3 bought
    found = lifetime.errors([1, 0, 2], naive)
    assert_allclose([found["mae"], found["rmse"], found["total"]], [1, (5 / 3) ** 0.5, -1 / 3])
    assert lifetime.errors([0], [1])["total"] is None


def test_bins_of_the_hold_out():
    # 7 and more share a bin; empty bins are left out
    bins = lifetime.holdout_bins([0, 0, 9, 7], [1, 0, 4, 6], [0.5, 0.5, 3, 5], [0, 0, 2, 2])
    assert bins == [
        {"x": 0, "customers": 2, "actual": 0.5, "expected": 0.5, "naive": 0.0},
        {"x": 7, "customers": 2, "actual": 5.0, "expected": 4.0, "naive": 2.0},
    ]


def test_tracking_adds_up_customers_by_their_age():
    params = (0.25, 4, 0.8, 2.5)
    found = lifetime.tracking(params, [0, 70], [3, 2], [0, 70, 140])
    ten, twenty = lifetime.new_customer_purchases(params, [10, 20])
    assert_allclose(found, [0, 3 * ten, 3 * twenty + 2 * ten])
