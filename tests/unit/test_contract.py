"""Periods of service contracts (C360-7)."""

from datetime import date

import pytest

from odoo.addons.crm_customer_insight.tools import contract


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # a year of whole months, over the leap day
        (date(2023, 3, 1), date(2024, 2, 29), (date(2024, 3, 1), date(2025, 2, 28))),
        # three months from the 15th
        (date(2026, 1, 15), date(2026, 4, 14), (date(2026, 4, 15), date(2026, 7, 14))),
        # ten days: eleven follow no month, so the days stay
        (date(2026, 1, 1), date(2026, 1, 10), (date(2026, 1, 11), date(2026, 1, 20))),
    ],
)
def test_a_renewal_lasts_as_long(start, end, expected):
    assert contract.next_period(start, end) == expected


def test_no_renewal_without_an_end():
    with pytest.raises(ValueError, match="goes on"):
        contract.next_period(date(2026, 1, 1), None)


def test_notice_and_value():
    assert contract.notice_date(date(2026, 12, 31), 30) == date(2026, 12, 1)
    assert contract.notice_date(None, 30) is None
    # a year and 15 days of 30: 12.5 months
    assert contract.total_value(100, date(2025, 1, 1), date(2026, 1, 15)) == 1250
    assert contract.total_value(100, date(2025, 1, 1), None) is None
