"""Moments and days. Odoo keeps moments in UTC and accounting days in the shop's own calendar."""

from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo


def shop_day(moment, zone):
    """The day on the shop's calendar of *moment*, a naive datetime in UTC."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()


def noon(day, zone):
    """Noon of *day* in *zone* as a naive datetime in UTC: for sources that tell no time."""
    return (
        datetime.combine(day, time(12), ZoneInfo(zone))
        .astimezone(timezone.utc)
        .replace(tzinfo=None)
    )
