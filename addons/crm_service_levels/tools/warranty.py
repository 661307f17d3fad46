"""Warranty of an asset (SVC-L3): which terms hold, until when, and why. Dates and months only.

A warranty of *n* months that begins with an event on day *d* covers up to and including the day
that bears the number of *d* in the last month: the day of the event is not counted. A month without
that day ends it on its last day (Regulation (EEC) No 1182/71, article 3; BGB §§ 187, 188).
"""

import calendar
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

#: What a warranty may pay for; each has its own number of months.
COVERS = ("parts", "labor", "travel")
#: Events from which a warranty may run; the last two are for warranties bought later.
STARTS = ("delivery", "installation", "commissioning", "purchase", "end")

#: States of an asset's warranty.
NO_RULE, NO_START, EXCLUDED, ACTIVE, EXPIRED, FUTURE = (
    "no_rule",
    "no_start",
    "excluded",
    "active",
    "expired",
    "future",
)


def add_months(day, months):
    """The same day *months* later (earlier if negative), or the last one of a shorter month.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_between(start, day):
    """Whole months from *start* to *day*, so that ``add_months(start, n) <= day``; not below 0."""
    months = (day.year - start.year) * 12 + day.month - start.month
    if add_months(start, months) > day:
        months -= 1
    return max(months, 0)


@dataclass(frozen=True)
class Terms:
    """One warranty: a rule for a product, or an extension that was bought.

    :param months: ``{cover: months}``; a cover that is missing or 0 is not paid for
    :param meter_limit: reading of the asset's meter at which it ends whatever the date
    :param bought: day from which a warranty with start ``purchase`` runs
    """

    key: object
    start: str = "delivery"
    months: dict = field(default_factory=dict)
    meter_limit: float | None = None
    bought: date | None = None
    extended: bool = False


class Cover(NamedTuple):
    """What one warranty pays for: from and until when (both included), by which terms."""

    cover: str
    start: date
    until: date
    months: int
    terms: Terms
    by_meter: bool = False


def cover_of(terms, cover, dates, readings=(), end=None):
    """The :class:`Cover` of one kind by some terms; None if not covered or the start is unknown.

    :param dates: ``{start: date or None}`` of delivery, installation, commissioning
    :param readings: ``(date, total)`` of the asset's meter, oldest first
    :param end: last day of the warranty that terms with start ``end`` follow
    """
    months = terms.months.get(cover) or 0
    start = start_of(terms, dates, end)
    if months <= 0 or start is None:
        return None
    until = add_months(start, months)
    passed = passed_on(readings, terms.meter_limit)
    if passed and passed < until:
        return Cover(cover, start, max(passed, start), months, terms, True)
    return Cover(cover, start, until, months, terms)


def start_of(terms, dates, end=None):
    """Day from which terms run; None while it is not known."""
    if terms.start == "purchase":
        return terms.bought
    if terms.start == "end":
        return max(filter(None, (end, terms.bought)), default=None)
    return dates.get(terms.start)


def passed_on(readings, limit):
    """Day of the first reading above the limit; None without limit or before it is reached."""
    if not limit:
        return None
    return next((day for day, total in readings if total > limit), None)


def covers(standard, extensions, dates, readings=()):
    """``{cover: [Cover, …]}`` in the order in which they run; without anything: ``{}``.

    :param standard: :class:`Terms` of the product's rule, or None
    :param extensions: terms bought later; those with start ``end`` follow what was there before
    """
    found = {}
    for cover in COVERS:
        end = None
        for terms in filter(None, (standard, *extensions)):
            part = cover_of(terms, cover, dates, readings, end)
            if part:
                found.setdefault(cover, []).append(part)
                end = max(filter(None, (end, part.until)))
    return found


def until(parts):
    """Last day covered by some covers; None without any."""
    return max((part.until for part in parts), default=None)


def basis(standard, extensions, found):
    """Why there are dates or not: ``no_rule``, ``no_start``, ``excluded`` or ``dated``."""
    terms = [*filter(None, (standard, *extensions))]
    if not terms:
        return NO_RULE
    if found:
        return "dated"
    promised = any(months > 0 for one in terms for months in one.months.values())
    return NO_START if promised else EXCLUDED


def state(why, first, last, today):
    """State on a day: that of :func:`basis`, or ``future``, ``active`` or ``expired`` by dates."""
    if why != "dated":
        return why
    if last is None:
        return EXCLUDED
    if today > last:
        return EXPIRED
    return FUTURE if first and today < first else ACTIVE


@dataclass(frozen=True)
class Rule:
    """A rule for products, to be compared with an asset by :func:`best_rule`."""

    terms: Terms
    company: int | None = None
    product: int | None = None
    template: int | None = None
    category: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    order: tuple = ()


class Subject(NamedTuple):
    """What a rule asks of an asset; ``categories`` from the nearest to the root."""

    company: int | None
    product: int | None
    template: int | None
    categories: tuple
    dates: dict


def best_rule(rules, subject):
    """The rule that fits most closely, or None.

    Product before product family before the nearest category before all products; at the same
    closeness the company's own rule before that of all companies, then the order of the rules.
    A rule valid for a period asks the day on which its warranty would begin.
    """
    fitting = [rule for rule in rules if fits(rule, subject)]
    return min(fitting, key=lambda rule: _closeness(rule, subject), default=None)


def fits(rule, subject):
    """Whether a rule is about the asset at all."""
    wanted = (
        (rule.company, (subject.company,)),
        (rule.product, (subject.product,)),
        (rule.template, (subject.template,)),
        (rule.category, subject.categories),
    )
    if any(value and value not in allowed for value, allowed in wanted):
        return False
    begin = start_of(rule.terms, subject.dates)
    return begin is None or (
        (not rule.valid_from or begin >= rule.valid_from)
        and (not rule.valid_to or begin <= rule.valid_to)
    )


def _closeness(rule, subject):
    if rule.product:
        place = 0
    elif rule.template:
        place = 1
    elif rule.category:
        place = 2 + subject.categories.index(rule.category)
    else:
        place = 2 + len(subject.categories)
    return place, not rule.company, rule.order


class Contract(NamedTuple):
    """Service contract of an asset, as another addon may tell it.

    :param level: what service level policies know it by; empty: by no level
    """

    name: str
    until: date | None = None
    covers: tuple = ()
    level: str = ""

    def runs(self, day):
        """Whether it covers *day*."""
        return not self.until or self.until >= day
