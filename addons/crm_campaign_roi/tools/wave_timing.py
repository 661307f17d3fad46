"""When somebody gets a wave (ROI-1): recipient's hour, patience, other campaigns, throttle.

Pure functions. Moments are naive UTC datetimes as Odoo stores them.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

HOUR = timedelta(hours=1)
#: A job that runs a little after the recipient's hour is on time.
GRACE = HOUR
#: Two campaigns keep this distance when they want the same person.
DISTANCE = timedelta(hours=24)
OTHER_CAMPAIGN = "other_campaign"


@dataclass(frozen=True)
class Outcome:
    """When it goes out (``None``: not at all) and the codes of what is or was in the way."""

    due: datetime | None
    reasons: tuple = ()


def due(base, zone=None, hour=None):
    """The first moment from *base* on at which the clock of *zone* shows *hour*.

    Up to :data:`GRACE` after the hour *base* itself is meant. An hour that the clock jumps over in
    spring is the one after the jump (2:30 becomes 3:30); of an hour that comes twice in autumn it
    is the first.

    :param zone: ``tzinfo`` of the recipient
    :param hour: hours as float (9.5 is 9:30); ``None``: at any hour, that is at *base*
    """
    if hour is None:
        return base
    today = base.replace(tzinfo=timezone.utc).astimezone(zone).date()
    for days in (-1, 0, 1):
        start = _clock(today + timedelta(days=days), hour, zone)
        if start <= base < start + GRACE:
            return base
        if start > base:
            return start
    # Unreachable while a zone's clock is changed by less than a day.
    return base


def _clock(day, hour, zone):
    minutes = round(hour * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def clear_of(moment, others):
    """The first moment from *moment* on at least :data:`DISTANCE` away from all *others*.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> clear_of(noon, [noon + HOUR]) - noon
    datetime.timedelta(days=1, seconds=3600)
    """
    for other in sorted(others):
        if abs(moment - other) < DISTANCE:
            moment = other + DISTANCE
    return moment


def settle(wanted, asked, earliest, reasons, others=(), patience=timedelta()):
    """Whether to send, and when -> :class:`Outcome`.

    :param wanted: when the wave first wanted to go out: patience is counted from it
    :param asked: the moment that was asked about
    :param earliest: earliest moment by permission, quiet hours and pressure; ``None``: never
    :param reasons: codes of what is in the way at the moment asked about
    :param others: when campaigns that come first want the same person
    :param patience: how long to wait for what passes by itself
    """
    if earliest is None:
        return Outcome(None, tuple(reasons))
    moment = clear_of(earliest, others)
    if moment > earliest:
        reasons = (*reasons, OTHER_CAMPAIGN)
    if moment > asked and moment - wanted > patience:
        return Outcome(None, tuple(reasons))
    return Outcome(moment, tuple(reasons))


def throttled(moments, taken, per_hour):
    """Move *moments* on so that no clock hour (UTC) has more than *per_hour* of them.

    :param moments: in ascending order
    :param taken: ``{hour: number}`` of those that are planned already; it is brought up to date
    :return: list of moments, in ascending order of their hours
    """
    hour, found = datetime.min, []
    for moment in moments:
        hour = max(hour, _floor(moment))
        while taken.get(hour, 0) >= per_hour:
            hour += HOUR
        taken[hour] = taken.get(hour, 0) + 1
        found.append(max(moment, hour))
    return found


def slots(counts, taken, per_hour):
    """The same as :func:`throttled` for moments that are counted by hour.

    :param counts: ``[(hour, number)]``, in ascending order
    :param taken: as there; it is brought up to date
    :return: ``[(hour, first, last)]``: the places (from 1) in the order of moments that go out in
        that hour, or at their own moment if that is later

    >>> eight = datetime(2026, 3, 2, 8)
    >>> [(hour.hour, first, last) for hour, first, last in slots([(eight, 5)], {eight: 1}, 3)]
    [(8, 1, 2), (9, 3, 5)]
    """
    hour, place, found = datetime.min, 0, []
    for start, number in counts:
        hour = max(hour, start)
        while number:
            while taken.get(hour, 0) >= per_hour:
                hour += HOUR
            part = min(number, per_hour - taken.get(hour, 0))
            found.append((hour, place + 1, place + part))
            taken[hour] = taken.get(hour, 0) + part
            place, number = place + part, number - part
    return found


def _floor(moment):
    return moment.replace(minute=0, second=0, microsecond=0)
