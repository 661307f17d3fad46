"""Maintenance plans (SVC-L3): when a service is due, by time, by use, or whichever is first."""

from .warranty import add_months


def next_date(months, last, start):
    """Next due day: *months* after the last service, or after the start; None without either.

    >>> next_date(6, None, date(2026, 1, 31))
    datetime.date(2026, 7, 31)
    """
    begin = last or start
    return add_months(begin, months) if months and begin else None


def next_total(units, last):
    """Next due total of the meter: *units* after the total of the last service; None without."""
    return (last or 0.0) + units if units else None


def is_due(due_on, due_at, total, today, lead_days=0):
    """Whether a service is due: its day (less the lead) has come, or the meter reached its mark."""
    by_time = due_on is not None and (due_on - today).days <= lead_days
    by_use = due_at is not None and total is not None and total >= due_at
    return by_time or by_use


def expected_on(due_at, readings, today):
    """Day on which the meter will reach *due_at* at the pace since the first reading.

    :param readings: ``(date, total)``, oldest first; with fewer than two days there is no pace
    :returns: a date not before today, or None when not enough is known
    """
    if due_at is None or len(readings) < 2:
        return None
    (first_day, first), (last_day, last) = readings[0], readings[-1]
    days, used = (last_day - first_day).days, last - first
    if days <= 0 or used <= 0:
        return None
    left = max(due_at - last, 0.0) * days / used
    if left > 36_500:
        return None
    return max(last_day.fromordinal(last_day.toordinal() + round(left)), today)
