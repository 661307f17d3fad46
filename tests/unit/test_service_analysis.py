"""SVC-L1 … SVC-L6: decisions of the analysis on plain values."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.crm_service_levels.tools import service_analysis as analysis


@pytest.mark.parametrize(
    ("days", "group"),
    [(0, "0"), (0.99, "0"), (1, "1"), (3, "2"), (7, "3"), (30, "4"), (89.9, "4"), (90, "5")],
)
def test_a_limit_begins_the_next_group_of_ages(days, group):
    assert analysis.age_group(days) == group


def test_month_ends_of_the_zone():
    # 1 March 2026, 02:00 in Shanghai is still 28 February in UTC
    now = datetime(2026, 2, 28, 18)
    found = analysis.month_ends(now, ZoneInfo("Asia/Shanghai"), 3)
    assert found == [
        (now, date(2026, 3, 1)),
        (datetime(2026, 2, 28, 16), date(2026, 2, 28)),
        (datetime(2026, 1, 31, 16), date(2026, 1, 31)),
        (datetime(2025, 12, 31, 16), date(2025, 12, 31)),
    ]


def test_month_ends_follow_summer_time():
    found = analysis.month_ends(datetime(2026, 4, 15), ZoneInfo("Europe/Paris"), 2)
    # April begins in summer time (UTC + 2), March in winter time (UTC + 1)
    assert [moment for moment, _day in found[1:]] == [
        datetime(2026, 3, 31, 22),
        datetime(2026, 2, 28, 23),
    ]


def test_no_data_is_not_zero():
    assert analysis.share(0, 0) is None
    assert analysis.share(1, 4) == 25
    assert analysis.difference(None, 3) is None
    assert analysis.difference(5, 3) == 2
    assert analysis.enough(12.5, 4) is None
    assert analysis.enough(12.5, 5) == 12.5


def test_level_bars_show_all_six():
    used = {"2": {"uses": 3, "median_hours": None, "minutes": 60.0, "cost": 60.0}}
    bars = analysis.level_bars(used, 12)
    assert [bar["level"] for bar in bars] == ["1", "2", "3", "4", "5", "6"]
    assert (bars[1]["share"], bars[1]["minutes"]) == (25, 60.0)
    assert (bars[0]["share"], bars[0]["minutes"]) == (0, None)
    assert analysis.level_bars({}, 0)[0]["share"] is None


def test_types_are_ranked_by_climb_rate_then_cost():
    def row(name, requests, climbed, cost=None):
        return {"name": name, "requests": requests, "climbed": climbed, "cost": cost}

    rows = [
        row("few", 4, 4, 900),
        row("dear", 10, 5, 80),
        row("cheap", 10, 5, 20),
        row("top", 5, 5),
    ]
    ranked = analysis.ranked_types(rows)
    assert [one["name"] for one in ranked] == ["top", "dear", "cheap", "few"]
    assert ranked[1]["rate"].value == 50
    assert ranked[3]["rate"].value is None


def test_moves_are_ordered_and_know_their_direction():
    found = analysis.moves([("1", "2", 3), ("4", "2", 7), (None, "3", 3)])
    assert [(one["from"], one["to"], one["up"]) for one in found] == [
        ("4", "2", False),
        ("1", "2", True),
        ("1", "3", True),
    ]


def test_period_ends_with_its_last_day():
    found = analysis.period(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("Asia/Shanghai"))
    assert found == (datetime(2026, 2, 28, 16), datetime(2026, 3, 31, 16))


def test_months_are_compared_with_months_and_days_with_days():
    before = analysis.period_before
    assert before(date(2026, 3, 1), date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert before(date(2026, 1, 1), date(2026, 3, 31)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert before(date(2026, 3, 9), date(2026, 3, 15)) == (date(2026, 3, 2), date(2026, 3, 8))


def test_pareto_adds_shares_up():
    rows = analysis.pareto([("wear", 1), ("seal", 6), ("use", 3)], 10, most=2)
    assert [(row["name"], row["share"], row["together"]) for row in rows] == [
        ("seal", 60, 60),
        ("use", 30, 90),
    ]
