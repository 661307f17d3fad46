"""Values of a company's customers from their histories (ROI-3), worked out by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from odoo.addons.crm_customer_insight.tools import lifetime, lifetime_values
from odoo.addons.crm_customer_insight.tools.lifetime_page import steps
from odoo.addons.crm_customer_insight.tools.lifetime_values import Rules, evaluate, holdout_days


def customers(count=200, seed=7, **given):
    """Histories drawn from a BG/NBD model over two years, as the database gives them."""
    random = np.random.default_rng(seed)
    rate = random.gamma(1.0, 1 / 10, count)
    leave = random.beta(0.8, 4, count)
    age = random.integers(400, 730, count)
    rows = []
    for one_rate, one_leave, days in zip(rate, leave, age, strict=True):
        day, bought = 0, []
        while True:
            day += max(1, round(7 * random.exponential(1 / one_rate)))
            if day > days:
                break
            bought.append(day)
            if random.random() < one_leave:
                break
        cut = days - 300
        before = [day for day in bought if day <= cut]
        rows.append(
            (len(bought), bought[-1] if bought else 0, days,
             len(before), before[-1] if before else 0, cut, len(bought) - len(before))
        )  # fmt: skip
    names = ("x", "last", "age", "x_before", "last_before", "age_before", "after")
    columns = dict(zip(names, np.array(rows, dtype=float).T, strict=True))
    spend = random.gamma(6, 10 / random.gamma(4, 1, count))
    columns |= {
        "mean": np.where(columns["x"] > 0, spend, np.nan),
        "gross": spend * (columns["x"] + 1),
        "segment": np.full(count, -1.0),
    }
    columns["net"], columns["costed"] = columns["gross"].copy(), columns["gross"].copy()
    columns["cost"] = 0.6 * columns["gross"]
    return {**columns, **given}


RULES = Rules(months=12, rate=0.1, minimum=20, basis="margin", holdout=300)


def test_a_value_is_purchases_times_amount_times_gain():
    data = customers()
    [estimate], values = evaluate(data, RULES)
    assert estimate.fit.converged and estimate.basis == "margin"
    # cost is 60 % of everybody's revenue, nothing was credited
    assert_allclose(estimate.margin_rate, 0.4)
    assert_allclose(values["margin_rate"], 0.4)
    _plain, discounted = lifetime.purchases_ahead(
        estimate.params, data["x"], data["last"] / 7, data["age"] / 7, 12, 0.1
    )
    assert_allclose(values["expected_value"], discounted * values["expected_spend"] * 0.4)
    assert estimate.check["model"]["mae"] > 0
    assert sum(part["customers"] for part in estimate.check["bins"]) == 200


def test_credit_notes_lower_the_gain():
    data = customers()
    data["net"] = data["gross"] * 0.9
    data["costed"] = data["net"]
    data["cost"] = 0.5 * data["net"]
    # 90 % stays after credit notes, half of it is cost
    [estimate], _values = evaluate(data, RULES)
    assert_allclose(estimate.margin_rate, 0.45)


def test_without_known_costs_values_are_revenue():
    data = customers()
    data["costed"] = 0.4 * data["net"]
    [estimate], values = evaluate(data, RULES)
    assert (estimate.basis, estimate.margin_rate) == ("revenue", 1.0)
    assert_allclose(values["margin_rate"], 1)


def test_a_customer_who_returned_more_than_he_bought_costs_at_most_what_he_buys():
    data = customers()
    data["net"][0] = data["costed"][0] = -5 * data["gross"][0]
    _estimates, values = evaluate(data, RULES)
    assert -1 <= values["margin_rate"][0] < 0
    assert np.isfinite(values["expected_value"]).all()


def test_segments_with_enough_customers_have_their_own_parameters():
    segment = np.repeat([31.0, 33.0, -1.0], [120, 15, 65])
    data = customers(segment=segment)
    estimates, values = evaluate(data, RULES)
    assert [estimate.key for estimate in estimates] == [-1, 31]
    # too small a segment, and customers of none, use the parameters of all
    assert list(values["segment"]) == [31] * 120 + [-1] * 80


def test_too_few_customers_have_no_values():
    data = customers(10)
    [estimate], values = evaluate(data, RULES)
    assert (estimate.params, estimate.fit.problem, estimate.check) == ((), "few", {})
    assert np.isnan(values["expected_value"]).all()


def test_what_does_not_converge_keeps_the_last_good_parameters(monkeypatch):
    data = customers()
    good = evaluate(data, RULES)[0][0]
    monkeypatch.setattr(
        lifetime, "fit_purchases", lambda *_args: lifetime.Fit((1, 1, 1, 1), -1, "not_converged")
    )
    [estimate], values = evaluate(data, RULES, {-1: (good.params, good.spend_params)})
    assert estimate.kept and estimate.params == good.params
    assert np.isfinite(values["expected_value"]).all()
    [estimate], values = evaluate(data, RULES)
    assert (estimate.kept, estimate.params) == (False, ())
    assert np.isnan(values["p_alive"]).all()


def test_amounts_that_do_not_fit_are_the_mean_of_all():
    data = customers()
    data["mean"][:] = np.nan
    [estimate], values = evaluate(data, RULES)
    usual = data["gross"].sum() / (data["x"] + 1).sum()
    assert_allclose(values["expected_spend"], usual)
    assert estimate.spend_fit.problem


@pytest.mark.parametrize(("days", "holdout"), [(0, 0), (40, 0), (56, 28), (545, 273), (2000, 365)])
def test_half_the_history_is_held_out(days, holdout):
    assert holdout_days(days) == holdout


def test_without_a_hold_out_nothing_is_checked():
    assert lifetime_values.check_holdout(customers(), Rules(minimum=20)) == {}


def test_ranges_of_the_page():
    assert steps(0) == [0]
    assert steps(30) == [0, 0.2, 0.5, 1, 2, 5, 10, 20]


def rows(partners, value):
    """Rows of customers who bought, each worth *value* at a gain of a half."""
    count = len(partners)
    numbers = {name: np.full(count, 1.0) for name in lifetime_values.OF_PURCHASES}
    return {
        **numbers,
        "partner_id": np.array(partners),
        "model": np.full(count, "noncontractual", dtype=object),
        "frequency": np.full(count, 3),
        "p_alive": np.full(count, 0.5),
        "expected_spend": np.full(count, 10.0),
        "margin_rate": np.full(count, 0.5),
        "expected_value": np.full(count, value),
    }


def test_contracts_replace_purchases_and_add_customers():
    # all contracts go on and money keeps its worth: 12 months of 100 and of 20; the gain of who
    # never bought is the usual one
    found = lifetime_values.with_contracts(
        rows([1, 2], 7.0), np.array([2, 9]), np.array([100.0, 20.0]), 1.0, 0.25,
        Rules(months=12, rate=0),
    )  # fmt: skip
    assert list(found["partner_id"]) == [1, 2, 9]
    assert list(found["model"]) == ["noncontractual", "contract", "contract"]
    assert_allclose(found["expected_value"], [7, 1200 * 0.5, 240 * 0.25])
    assert_allclose(found["p_alive"], [0.5, 1, 1])
    assert np.isnan(found["expected_purchases"][1:]).all()


def test_without_a_measured_retention_contracts_are_not_valued():
    given = rows([1], 7.0)
    contracts = np.array([1]), np.array([100.0])
    assert lifetime_values.with_contracts(given, *contracts, None, 0.25, Rules()) is given
