"""The story's clock: what is told happens at the moment it is told for.

Service is about moments (a reply within an hour, a clock that stops at night), so its year is not
dated afterwards but lived through: within ``at(moment)`` Odoo's fields read that moment.
"""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.orm import fields_temporal

ZONES = {
    "de": ZoneInfo("Europe/Berlin"),
    "cn": ZoneInfo("Asia/Shanghai"),
    "utc": ZoneInfo("UTC"),
}


@contextmanager
def at(moment):
    """Let Odoo's fields take *moment* (naive UTC) for now."""
    moment = moment.replace(microsecond=0)
    told = _like(
        datetime,
        now=lambda *_args: moment,
        combine=datetime.combine,
        strptime=datetime.strptime,
    )
    day = _like(date, today=lambda *_args: moment.date())
    with (
        patch.object(fields_temporal, "datetime", told),
        patch.object(fields_temporal, "date", day),
    ):
        yield moment


def _like(original, **methods):
    """A class like *original* with other *methods*; instances of the original are its own."""
    kind = type(
        "_Kind", (type,), {"__instancecheck__": lambda _cls, one: isinstance(one, original)}
    )
    return kind(f"Told{original.__name__}", (original,), methods)


def local(day, hour, place):
    """*hour* (9.5: half past nine) of *day* where the company *place* is, as naive UTC."""
    minutes = round(hour * 60)
    start = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=ZONES[place])
    return start.astimezone(ZONES["utc"]).replace(tzinfo=None)


def told(env, ago, hour, place="de", later=0):
    """Moment at *hour* o'clock, local time, of a working day.

    :param ago: days before today; of a weekend its Friday
    :param later: working days after that
    """
    day = env.cr.now().date() - timedelta(days=ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    for _one in range(later):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return local(day, hour, place)
