"""In which period a routine contact stands (C360-4)."""

from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "year")


def period_start(start, number, unit, day):
    """First day of the period that holds *day*, or ``None`` before the first one.

    Months are counted from the first day, so that the 31st stays the last day of short months and
    comes back in long ones.

    :raises ValueError: not a positive number of known units
    """
    if number < 1 or unit not in UNITS:
        raise ValueError("A period is a positive number of days, weeks, months or years.")
    if day < start:
        return None
    if unit in ("day", "week"):
        length = number * (7 if unit == "week" else 1)
        return start + relativedelta(days=(day - start).days // length * length)
    length = number * (12 if unit == "year" else 1)
    months = (day.year - start.year) * 12 + day.month - start.month
    count = months // length
    if start + relativedelta(months=count * length) > day:
        count -= 1
    return start + relativedelta(months=count * length)


def following(start, number, unit, begin):
    """First day of the period after the one that begins on *begin*."""
    if unit in ("day", "week"):
        return begin + relativedelta(days=number * (7 if unit == "week" else 1))
    length = number * (12 if unit == "year" else 1)
    months = (begin.year - start.year) * 12 + begin.month - start.month
    return start + relativedelta(months=months + length)
