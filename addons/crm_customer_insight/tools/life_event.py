"""When a life event raises its offer, and through which channel (C360-2)."""

import datetime

#: A week before its end an offer is urgent.
URGENT_DAYS = 7


def window(day, days_before, days_after):
    """First and last day on which the offer fits an event of *day*."""
    return day - datetime.timedelta(days=days_before), day + datetime.timedelta(days=days_after)


def urgency(until, today):
    """``high`` in the last week of the window, ``medium`` before, ``None`` when it is over."""
    left = (until - today).days
    if left < 0:
        return None
    return "high" if left <= URGENT_DAYS else "medium"


def choose(channels):
    """The channel to use: the preferred one where it is allowed, else the first that is.

    :param channels: dicts with ``allowed`` and ``preferred``, in the order of the company
    :return: one of them, or ``None`` when nothing is allowed now
    """
    allowed = [channel for channel in channels if channel["allowed"]]
    preferred = [channel for channel in allowed if channel["preferred"]]
    return next(iter(preferred or allowed), None)
