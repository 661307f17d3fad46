"""ROI-2: campaign return, net return, payback and break-even, worked out by hand."""

from datetime import date

import pytest

from odoo.addons.crm_campaign_roi.tools import returns
from odoo.addons.crm_campaign_roi.tools.returns import Measure, Money

#: The example of the literature: profit 100,000 from a cost of 50,000 is 200 %.
CLASSIC = Money(revenue=250_000, product_cost=150_000, cost=50_000, deals=40)
FREE = Money(revenue=1_000, product_cost=600, cost=0, deals=2)
NOTHING_SOLD = Money(revenue=0, product_cost=0, cost=500, deals=0)
BELOW_COST = Money(revenue=900, product_cost=1_000, cost=500, deals=3)
COST_UNKNOWN = Money(revenue=900, product_cost=None, cost=500, deals=3)
GIVEN_AWAY = Money(revenue=600, product_cost=600, cost=500, deals=3)


def test_both_definitions_of_return():
    assert returns.campaign_return(CLASSIC) == Measure(2.0)
    assert returns.net_return(CLASSIC) == Measure(1.0)
    assert returns.revenue_per_cost(CLASSIC) == Measure(5.0)


@pytest.mark.parametrize(
    ("money", "word"),
    [
        (FREE, "no_cost"),
        (NOTHING_SOLD, "no_sales"),
        (BELOW_COST, "loss"),
        (COST_UNKNOWN, "unknown_cost"),
    ],
)
def test_words_where_a_ratio_would_mislead(money, word):
    assert returns.campaign_return(money) == Measure(word=word)
    assert returns.net_return(money) == Measure(word=word)


def test_no_profit_is_a_return_of_zero_and_a_net_loss_of_everything():
    assert returns.campaign_return(GIVEN_AWAY) == Measure(0.0)
    assert returns.net_return(GIVEN_AWAY) == Measure(-1.0)


def test_revenue_per_cost_needs_both():
    assert returns.revenue_per_cost(FREE) == Measure(word="no_cost")
    assert returns.revenue_per_cost(NOTHING_SOLD) == Measure(word="no_sales")
    assert returns.revenue_per_cost(BELOW_COST) == Measure(1.8)


def test_cost_per_lead():
    assert returns.cost_per(50_000, 400) == Measure(125.0)
    assert returns.cost_per(50_000, 0) == Measure(word="none_yet")


def test_break_even_is_cost_over_margin():
    """Margin 40 %: 50,000 / 0.4 = 125,000."""
    assert returns.break_even(CLASSIC) == Measure(125_000.0)
    assert returns.break_even(FREE) == Measure(0.0)
    assert returns.break_even(GIVEN_AWAY) == Measure(word="never")
    assert returns.break_even(BELOW_COST) == Measure(word="loss")


def test_profit_is_about_the_part_whose_cost_is_known():
    """Of 1,000 the cost of 800 is known, 600: profit 200 on a cost of 100, margin 25 %."""
    partly = Money(revenue=1_000, product_cost=600, cost=100, deals=5, known=800)
    assert returns.campaign_return(partly) == Measure(2.0)
    assert returns.revenue_per_cost(partly) == Measure(10.0)
    assert returns.break_even(partly) == Measure(400.0)


def test_payback_is_the_day_that_covers_the_whole_cost():
    """30 + 40 + 30 = 100 on 1 April, 31 days after the first deal."""
    profits = [(date(2026, 4, 1), 30.0), (date(2026, 3, 1), 30.0), (date(2026, 3, 20), 40.0)]
    assert returns.payback(100, profits) == (date(2026, 4, 1), Measure(31.0))
    assert returns.payback(30, profits) == (date(2026, 3, 1), Measure(0.0))
    published = date(2026, 2, 20)  # 9 days of February and 31 of March before 1 April
    assert returns.payback(100, profits, published) == (date(2026, 4, 1), Measure(40.0))
    assert returns.payback(101, profits) == (None, Measure(word="never"))
    assert returns.payback(0, profits) == (None, Measure(word="no_cost"))
    assert returns.payback(10, []) == (None, Measure(word="no_sales"))
