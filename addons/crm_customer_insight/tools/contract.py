"""Service contracts: when they end, when notice is due, and the period of a renewal (C360-7)."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


def notice_date(end, notice_days):
    """Last day on which notice can be given: *notice_days* before the last day; None if open."""
    return end - timedelta(days=notice_days) if end else None


def next_period(start, end):
    """``(start, end)`` of the renewal: begins the day after, and lasts as long.

    Whole months stay whole months (a year from 1 March stays a year), other lengths keep their
    days. A contract without an end has no renewal: ``ValueError``.
    """
    if not end:
        raise ValueError("A contract without an end goes on by itself.")
    begin = end + timedelta(days=1)
    span = relativedelta(begin, start)
    if span.days == 0:
        months = span.years * 12 + span.months
        return begin, begin + relativedelta(months=months) - timedelta(days=1)
    return begin, begin + (end - start)


def total_value(monthly_value, start, end):
    """Value of the whole period: the monthly value × months, days of a begun month in parts of 30.

    None for an open-ended contract: nobody knows how long it lasts.
    """
    if not end:
        return None
    span = relativedelta(end + timedelta(days=1), start)
    return monthly_value * (span.years * 12 + span.months + span.days / 30)
