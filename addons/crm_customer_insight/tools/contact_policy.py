"""Whether and when a contact may be contacted through a channel (C360-2, ROI-1).

Pure functions on plain values. Moments are naive UTC datetimes as Odoo stores them; ``when`` is
always given, never read from the clock.

How the checks work together:

- *Standing* reasons cannot be waited out: the contact is archived, has no address for the
  channel, is on Odoo's blacklist, has denied the channel, or has not granted it where the channel
  needs that. With one of them there is no earliest moment.
- *Passing* reasons end by themselves: quiet hours and contact pressure. The earliest moment is the
  first at which none of them holds any more.
- **Marketing** (everything the contact did not ask for) passes all checks. **Service** (an answer,
  a delivery notice) is stopped by archived, address, blacklist and quiet hours only: a contact who
  denies offers still wants his answer, and pressure rules ration offers, not answers.
- Every pressure rule that fits the channel, the tier and the company applies; a rule for a tier
  does not replace the general one, so the strictest wins.
"""

import operator
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

DAY = 24 * 60
QUIET_TEXT = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—~]\s*(\d{1,2})(?::(\d{2}))?")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class QuietHours:
    """Minutes of the local day; ``start`` after ``end`` means over midnight, equal means none."""

    start: int
    end: int

    @classmethod
    def from_hours(cls, start, end):
        """From hours as floats (22.5 is 22:30); ``None`` when there are no quiet hours."""
        quiet = cls(round((start or 0) * 60) % DAY, round((end or 0) * 60) % DAY)
        return None if quiet.start == quiet.end else quiet

    def covers(self, minute):
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True)
class PressureRule:
    """At most ``limit`` contacts in a sliding ``window``; ``None``: any channel, tier, company."""

    id: int
    name: str
    limit: int
    window: timedelta
    channel: int | None = None
    tier: str | None = None
    company: int | None = None


@dataclass(frozen=True)
class Touch:
    """One contact made by us. Without a channel it is paperwork (an invoice) and never counts."""

    date: datetime
    channel: int | None = None
    company: int | None = None


@dataclass(frozen=True)
class Contact:
    """What is known of a contact for one channel.

    ``permission`` is ``"granted"``, ``"denied"`` or ``None`` (nothing recorded);
    ``evidence`` is handed through to the reason, for whoever shows it.
    """

    active: bool = True
    has_address: bool = True
    blacklisted: bool = False
    permission: str | None = None
    evidence: dict = field(default_factory=dict)
    quiet: QuietHours | None = None
    zone: tzinfo = timezone.utc
    tier: str | None = None
    touches: tuple = ()


@dataclass(frozen=True)
class Reason:
    """Why not: a code and the figures behind it. ``until`` is None for a standing reason."""

    code: str
    until: datetime | None = None
    data: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """``earliest`` is ``when`` if allowed, ``None`` if waiting does not help."""

    allowed: bool
    earliest: datetime | None
    reasons: tuple = ()


def decide(contact, channel, rules, when, marketing=True, needs_permission=True):
    """Whether ``contact`` may be contacted at ``when`` through ``channel`` -> :class:`Decision`."""
    standing = _standing_reasons(contact, marketing, needs_permission)
    pressure = _pressure_reasons(contact, channel, rules, when) if marketing else []
    passing = [*pressure, *_quiet_reasons(contact, when)]
    reasons = (*standing, *passing)
    if not reasons:
        return Decision(True, when)
    return Decision(False, None if standing else _earliest(contact, pressure, when), reasons)


def _standing_reasons(contact, marketing, needs_permission):
    reasons = []
    if not contact.active:
        reasons.append(Reason("archived"))
    if not contact.has_address:
        reasons.append(Reason("no_address"))
    if contact.blacklisted:
        reasons.append(Reason("blacklisted"))
    if marketing and contact.permission == "denied":
        reasons.append(Reason("denied", data=contact.evidence))
    elif marketing and needs_permission and contact.permission is None:
        reasons.append(Reason("no_permission"))
    return reasons


def _earliest(contact, pressure, when):
    """Pressure only eases while nobody is contacted, so quiet hours are looked at after it."""
    return quiet_until(max([when, *(reason.until for reason in pressure)]), contact)


# Quiet hours


def _quiet_reasons(contact, when):
    until = quiet_until(when, contact)
    if until == when:
        return []
    data = {"start": contact.quiet.start, "end": contact.quiet.end}
    return [Reason("quiet_hours", until, data)]


def quiet_until(moment, contact):
    """The first moment from ``moment`` on (naive UTC) outside the contact's quiet hours.

    Quiet hours are read from the wall clock of the contact's zone. When the clock is put back the
    repeated hour is quiet both times; when it is put forward over the end, quiet ends at the jump.
    """
    if contact.quiet is None:
        return moment
    return _quiet_until(moment, contact.quiet, contact.zone)


@lru_cache(maxsize=4096)
def _quiet_until(moment, quiet, zone):
    """Kept, because an audience shares its moment, a few time zones and usual quiet hours."""
    end = moment
    while _is_quiet(end, quiet, zone):
        end += _time_left(end, quiet, zone)
    if _local(moment, zone).utcoffset() == _local(end, zone).utcoffset():
        return end
    return _first_free(moment, end, quiet, zone)


def _local(moment, zone):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone)


def _is_quiet(moment, quiet, zone):
    local = _local(moment, zone)
    return quiet.covers(local.hour * 60 + local.minute)


def _time_left(moment, quiet, zone):
    """Until the wall clock shows the end, were the clock not changed meanwhile."""
    local = _local(moment, zone)
    passed = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    left = timedelta(minutes=quiet.end) - passed
    return left if left > timedelta() else left + timedelta(minutes=DAY)


def _first_free(busy, free, quiet, zone):
    """The clock was changed between: find the exact second by halving."""
    busy = busy.replace(microsecond=0)
    while free - busy > SECOND:
        middle = busy + timedelta(seconds=(free - busy) // SECOND // 2)
        if _is_quiet(middle, quiet, zone):
            busy = middle
        else:
            free = middle
    return free


def parse_quiet_hours(text):
    """Hours as floats of "22:30-8" and the like; (0, 0) for nothing.

    :raise ValueError: if the text is not two times of day
    """
    text = (text or "").strip().replace("：", ":").replace("～", "~")
    if not text:
        return 0.0, 0.0
    match = QUIET_TEXT.fullmatch(text)
    if not match:
        raise ValueError(text)
    hours = [int(part or 0) for part in match.groups()]
    if max(hours[::2]) > 23 or max(hours[1::2]) > 59:
        raise ValueError(text)
    return hours[0] + hours[1] / 60, hours[2] + hours[3] / 60


def format_quiet_hours(start, end):
    """ "22:30-08:00", or nothing when there are no quiet hours."""
    quiet = QuietHours.from_hours(start, end)
    if quiet is None:
        return ""
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (quiet.start, quiet.end))


# Contact pressure


def _pressure_reasons(contact, channel, rules, when):
    fitting = (rule for rule in rules if _applies(rule, channel, contact.tier))
    reasons = (_pressure_reason(rule, contact.touches, when) for rule in fitting)
    return [reason for reason in reasons if reason]


def _applies(rule, channel, tier):
    return rule.channel in (None, channel) and rule.tier in (None, tier)


def _counts(rule, touch):
    if rule.company is not None and touch.company not in (None, rule.company):
        return False
    return touch.channel is not None and rule.channel in (None, touch.channel)


def _pressure_reason(rule, touches, when):
    """The window is half open: a contact made exactly one window ago counts no more."""
    since = when - rule.window
    dates = sorted(t.date for t in touches if since < t.date <= when and _counts(rule, t))
    if len(dates) < rule.limit:
        return None
    # one place is free when only limit - 1 contacts are left in the window
    until = dates[len(dates) - rule.limit] + rule.window
    data = {"rule": rule.id, "name": rule.name, "count": len(dates), "limit": rule.limit}
    scope = {"since": since, "channel": rule.channel, "company": rule.company}
    return Reason("pressure", until, {**data, **scope})


# Permissions


def newest(dates):
    """Position of the permission that is current: the newest date, of equal ones the last recorded.

    An older proof that is entered later does not replace a newer one. ``dates`` must not be empty.
    """
    return max(enumerate(dates), key=operator.itemgetter(1, 0))[0]
