"""Rules of churn on plain values (ROI-3): state, risk, rhythm, contracts, usage, waves."""

from datetime import date, timedelta

import pytest

from odoo.addons.crm_customer_insight.tools import churn
from odoo.addons.crm_customer_insight.tools.churn import FOREVER, Rules, assess

TODAY = date(2025, 12, 31)


def ago(days):
    return TODAY - timedelta(days=days)


def state(*days_ago, **more):
    rules = more.pop("rules", Rules())
    return assess(TODAY, [ago(days) for days in days_ago], rules_on=lambda day: rules, **more)


def test_nobody_before_the_first_purchase():
    assert assess(TODAY, []) is None
    assert assess(TODAY, [TODAY + timedelta(days=1)]) is None


@pytest.mark.parametrize(
    ("silent", "expected"),
    [(0, "active"), (180, "active"), (181, "at_risk"), (365, "at_risk"), (366, "lost")],
)
def test_one_purchase_counts_by_days(silent, expected):
    found = state(silent)
    assert (found.state, found.usual_days, found.silence_days) == (expected, None, silent)


def test_all_purchases_on_one_day_are_one_purchase_without_rhythm():
    found = state(200, 200, 200, 200, 200)
    assert (found.state, found.purchases, found.usual_days) == ("at_risk", 1, None)


@pytest.mark.parametrize(
    ("silent", "expected"),
    # every 40 days: at risk after 2 × 40 = 80, lost after 3 × 40 = 120
    [(40, "active"), (80, "active"), (81, "at_risk"), (120, "at_risk"), (121, "lost")],
)
def test_own_rhythm(silent, expected):
    found = state(silent, silent + 40, silent + 80, silent + 120)
    assert (found.state, found.usual_days) == (expected, 40.0)


def test_three_purchases_are_no_rhythm_yet():
    assert state(121, 161, 201).state == "active"  # 121 days of 180


@pytest.mark.parametrize(
    ("count_by", "limits"),
    # rhythm 40: 80 and 120; days: 100 and 110
    [("rhythm", (80, 120)), ("days", (100, 110)), ("first", (80, 110)), ("last", (100, 120))],
)
def test_which_of_both_counts(count_by, limits):
    rules = Rules(count_by=count_by, at_risk_days=100, lost_days=110)
    assert churn.limits(rules, 40.0) == limits
    assert churn.limits(rules, None) == (100, 110)


def test_limits_by_rhythm_have_a_floor():
    # a daily buyer is not lost after three days
    assert churn.limits(Rules(), 1.0) == (30, 60)


def test_lost_on_the_first_day_beyond_the_limit_and_won_back_by_the_next_purchase():
    # bought 800 and 10 days ago: lost 366 days after the first, 434 days ago
    found = state(800, 10)
    assert (found.state, found.won_back_date) == ("won_back", ago(10))
    assert (found.first_lost_date, found.lost_date) == (ago(434), None)
    # half a year later he is a customer like others
    rules = Rules(won_back_days=9)
    assert state(800, 10, rules=rules).state == "active"


def test_a_purchase_on_the_day_of_the_loss_comes_back():
    # gap of 366 days: that day he would be lost; 365: he never was
    assert state(366, 0).won_back_date == TODAY
    assert state(365, 0).won_back_date is None


def test_a_running_contract_keeps_its_customer():
    found = state(900, contracts=[(ago(950), FOREVER)])
    assert (found.state, found.silence_days, found.risk) == ("active", 0, 0.0)
    assert state(contracts=[(ago(10), ago(-400))]).state == "active"


@pytest.mark.parametrize(
    ("ended", "expected"),
    # grace 30: lost on the 31st day after the end; warning 60 days before it
    [(-61, "active"), (-59, "at_risk"), (0, "at_risk"), (30, "at_risk"), (31, "lost")],
)
def test_contract_that_ends_without_renewal(ended, expected):
    assert state(contracts=[(ago(500), ago(ended))]).state == expected


def test_risk_grows_from_the_warning_to_the_loss():
    # way 60 + 30 + 1 = 91 days; at the end 31 days are left: 1 − 31/91 = 60/91
    found = state(contracts=[(ago(500), TODAY)])
    assert found.contract_part == pytest.approx(60 / 91)
    assert found.risk == pytest.approx(60 / 91)


def test_renewed_in_time_or_without_a_gap_is_one_contract():
    found = state(contracts=[(ago(700), ago(301)), (ago(300), ago(-300))])
    assert (found.state, found.first_lost_date) == ("active", None)


def test_purchases_after_the_end_decide_again():
    # ended 100 days ago, bought 20 days ago: the contract's grace has passed, so he came back
    found = state(20, contracts=[(ago(500), ago(100))])
    assert (found.state, found.won_back_date) == ("won_back", ago(20))
    # bought within the grace: never lost
    assert state(80, contracts=[(ago(500), ago(100))]).state == "active"


def test_a_contract_that_starts_later_or_ends_before_it_starts_is_none():
    assert assess(TODAY, [], [(ago(-1), FOREVER)]) is None
    assert assess(TODAY, [], [(ago(10), ago(20))]) is None


def test_usage_below_half_of_its_mean_is_a_risk():
    # mean of 100, 110, 90 is 100; 40 is 60 % below
    found = state(0, usage=[[100, 110, 90, 40]])
    assert (found.state, found.usage_part) == ("at_risk", pytest.approx(0.6))
    assert state(0, usage=[[100, 110, 90, 51]]).usage_part == 0
    assert state(0, usage=[[100, 110, 40]]).usage_part == 0  # two before: no mean
    assert state(0, usage=[[0, 0, 0, 0]]).usage_part == 0


def test_causes_act_on_their_own():
    # silence 183 of 366: 0.5; a sign of 0.2: 1 − 0.5 × 0.8 = 0.6
    assert state(183, signals=[0.2]).risk == pytest.approx(0.6)
    assert churn.together([]) == 0.0
    assert churn.together([2.0]) == 1.0
    assert state(400, signals=[0.2]).risk == 1.0


def test_rules_of_the_tier_at_the_time_count():
    strict, mild = Rules(lost_days=100, at_risk_days=50), Rules()
    rules_on = lambda day: strict if day < ago(200) else mild  # noqa: E731
    found = assess(TODAY, [ago(350), ago(199)], rules_on=rules_on)
    # lost 101 days after the first purchase, back 50 days later; now mild: 199 of 180 days
    assert (found.first_lost_date, found.won_back_date) == (ago(249), ago(199))
    assert found.state == "at_risk"


@pytest.mark.parametrize(
    ("start", "end", "full", "begun"),
    [
        ("2025-01-31", "2025-02-28", 0, 1),
        ("2025-01-15", "2025-02-15", 1, 1),
        ("2025-01-15", "2025-02-16", 1, 2),
        ("2024-12-01", "2025-12-31", 12, 13),
        ("2025-05-05", "2025-05-05", 0, 0),
    ],
)
def test_months(start, end, full, begun):
    start, end = date.fromisoformat(start), date.fromisoformat(end)
    assert (churn.full_months(start, end), churn.begun_months(start, end)) == (full, begun)


def test_a_loss_counts_once_its_month_is_over():
    first, lost = date(2025, 1, 15), date(2025, 3, 20)  # in the third month, until 15 April
    assert churn.watched(first, lost, date(2025, 4, 14)) == (2, False)
    assert churn.watched(first, lost, date(2025, 4, 15)) == (3, True)
    assert churn.watched(first, None, date(2025, 4, 15)) == (3, False)


def test_waves_are_above_mean_and_two_deviations():
    # mean 2, deviation of seven times 1 and once 9: √(8·(7·1 + 49)/8 / 7) = √8 → limit 2 + 2√8
    rates = [1.0] * 7 + [9.0]
    assert churn.wave_limit(rates) == pytest.approx(2 + 2 * 8**0.5)
    assert churn.waves(rates) == [False] * 7 + [True]
    assert churn.waves([1.0, 9.0, None]) == [False] * 3  # too few months
    assert churn.waves([1.0] * 6) == [False] * 6


def test_no_rate_without_customers():
    assert churn.rate(0, 0) is None
    assert churn.rate(1, 4) == 0.25
