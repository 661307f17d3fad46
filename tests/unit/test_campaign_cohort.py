from datetime import date

from odoo.addons.crm_campaign_roi.tools.cohort import by_week

START = date(2026, 3, 1)


def test_weeks_begin_with_the_publication_and_empty_ones_stay():
    """1 and 7 March are week 1, 15 March begins week 3; of 100 put in 40, 40 and 110 came back."""
    rows = [
        (date(2026, 3, 7), 30.0, 10.0, 1),
        (date(2026, 3, 1), 50.0, 30.0, 2),
        (date(2026, 3, 15), 90.0, 70.0, 1),
        (date(2026, 2, 28), 9.0, 9.0, 1),
    ]
    weeks = by_week(START, rows, 100.0)
    assert [(week["week"], week["revenue"], week["profit"], week["deals"]) for week in weeks] == [
        (1, 80.0, 40.0, 3),
        (2, 0.0, 0.0, 0),
        (3, 90.0, 70.0, 1),
    ]
    assert [week["total"] for week in weeks] == [40.0, 40.0, 110.0]
    assert [week["paid_back"] for week in weeks] == [0.4, 0.4, 1.1]


def test_without_cost_nothing_is_paid_back_and_without_deals_there_is_no_week():
    assert by_week(START, [(START, 5.0, 2.0, 1)])[0]["paid_back"] is None
    assert by_week(START, []) == []
