"""The marks of the cumulative profit curve (ROI-3), worked out by hand."""

from odoo.addons.crm_customer_insight.tools.pareto_curve import describe, with_shares

# Five customers with profits 60, 30, 20, -4, -6: cumulative 60, 90, 110, 106, 100.
POINTS = [(1, 5, 60), (2, 5, 90), (3, 5, 110), (4, 5, 106), (5, 5, 100)]


def test_marks_of_five_customers():
    # 80 % of 100 is reached by the second customer: 2 of 5. The peak is 110; 10 are consumed.
    curve = describe(POINTS, (5, 100, 110, 2, 2))
    assert curve["share_80"] == 2 / 5
    assert curve["peak"] == 110
    assert curve["losers"] == 2
    assert curve["consumed"] == 10
    assert curve["consumed_share"] == 10 / 110
    assert curve["points"][2] == {"rank": 3, "value": 110.0}


def test_a_loss_in_all_has_no_shares():
    curve = describe([(1, 2, 10), (2, 2, -20)], (2, -20, 10, None, 1))
    assert curve["rank_80"] is None
    assert curve["share_80"] is None
    assert curve["consumed"] == 30


def test_only_losses_have_no_peak():
    curve = describe([(1, 1, -5)], (1, -5, -5, 1, 1))
    assert curve["peak"] == 0
    assert curve["consumed"] == 5
    assert curve["consumed_share"] is None


def test_no_customers_is_no_curve():
    assert describe([], None) is None
    assert describe([], (None, None, None, None, 0)) is None


def test_shares_of_levels():
    top, small = with_shares([("top", "Top", 1, 300, 90), ("small", "Small", 3, 100, 10)])
    assert (top["count_share"], top["revenue_share"], top["profit_share"]) == (0.25, 0.75, 0.9)
    assert (small["count_share"], small["revenue_share"], small["profit_share"]) == (
        0.75,
        0.25,
        0.1,
    )


def test_shares_of_a_loss_are_unknown():
    (level,) = with_shares([("small", "Small", 2, 0, -10)])
    assert level["revenue_share"] is None
    assert level["profit_share"] is None
