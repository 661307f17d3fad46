"""The next order from a customer's own purchases (C360-4, C360-5)."""

from datetime import date, timedelta

from odoo.addons.crm_customer_insight.tools.reorder import forecast, state

TODAY = date(2025, 12, 15)


def bought(*rows):
    return {date(2025, month, day): quantity for month, day, quantity in rows}


def test_rhythm_by_hand():
    """Gaps 30, 31, 61: median 31, so 1 December + 31 days = 1 January; quantities 2, 5, 3, 9:
    median 4."""
    found = forecast(bought((8, 1, 2), (8, 31, 5), (10, 1, 3), (12, 1, 9)), TODAY)
    assert found.expected == date(2026, 1, 1)
    assert (found.gap, found.shortest, found.longest, found.quantity) == (31, 30, 61, 4)
    assert found.state == "later"


def test_two_purchases_are_no_rhythm():
    assert forecast(bought((1, 1, 1), (2, 1, 1)), TODAY) is None


def test_all_on_one_day_is_no_rhythm():
    assert forecast(bought((1, 1, 100)), TODAY) is None


def test_returns_are_no_purchases():
    assert forecast(bought((1, 1, 1), (2, 1, -1), (3, 1, 0), (4, 1, 2)), TODAY) is None


def test_half_days_are_rounded_down():
    """Gaps 10 and 11: 10.5, so ten days after 22 January."""
    found = forecast(bought((1, 1, 1), (1, 11, 1), (1, 22, 1)), TODAY)
    assert (found.gap, found.expected) == (10.5, date(2025, 2, 1))


def test_states():
    """Gap 10: due from a week before, overdue from the day after, broken after 30 days."""
    day = timedelta(days=1)
    assert state(TODAY + 8 * day, 10, TODAY) == "later"
    assert state(TODAY + 7 * day, 10, TODAY) == "due"
    assert state(TODAY, 10, TODAY) == "due"
    assert state(TODAY - day, 10, TODAY) == "overdue"
    assert state(TODAY - 30 * day, 10, TODAY) == "overdue"
    assert state(TODAY - 31 * day, 10, TODAY) == "broken"
