"""ROI-1: target figures beside the actual ones, worked out by hand."""

import pytest

from odoo.addons.crm_campaign_roi.tools.goals import Goal, is_set


@pytest.mark.parametrize(
    ("target", "actual", "share", "bar"),
    [
        (400, 100, 0.25, 0.25),
        (400, 400, 1.0, 1.0),
        (400, 600, 1.5, 1.0),  # beyond the target: the bar is full, the share says by how much
        (400, 0, 0.0, 0.0),
        (200, -50, -0.25, 0.0),  # credit notes alone
    ],
)
def test_share_and_bar(target, actual, share, bar):
    goal = Goal("revenue", target, actual)
    assert (goal.share, goal.bar) == (share, bar)


def test_what_cannot_be_told_has_no_share():
    goal = Goal("return", 200, None, "no_sales")
    assert goal.share is None
    assert goal.bar == 0.0


def test_nothing_is_no_target():
    assert [is_set(target) for target in (None, False, 0, 0.0, -3, 0.5, 7)] == [False] * 5 + [
        True
    ] * 2
