"""Moments and days. Odoo keeps moments in UTC and accounting days in the shop's own calendar."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo


def shop_day(moment, timezone):
    """The day on the shop's calendar of *moment*, a naive datetime in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()


def noon(day, timezone):
    """Noon of *day* in *timezone* as a naive datetime in UTC: for sources that tell no time."""
    return datetime.combine(day, time(12), ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None)
