"""Pure parts of the customer 360 view (C360-1): sections, trends, pages of the time line."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytz

AREAS = ("side", "main", "aside")
CHANNEL_STATES = (
    ("blacklisted", "blocked"),
    ("denied", "denied"),
    ("archived", "unreachable"),
    ("no_address", "unreachable"),
    ("no_permission", "unknown"),
)


class Section(NamedTuple):
    """One part of the 360 view.

    ``method`` names the method of ``res.partner`` that returns the section's data: a dictionary,
    or ``None`` to leave the section out. ``kind`` says how the client draws it: ``identity``,
    ``value``, ``items`` (a list of documents), ``contacts``, ``facts``, ``actions``, or the name of
    a component registered in the client's category ``customer_360_sections``. ``model`` is the
    model the viewer must be allowed to read; without the right the section is left out.
    """

    code: str
    label: str
    area: str
    sequence: int
    kind: str
    method: str
    model: str = ""


def ordered(sections):
    """Sections in reading order; of two with one code the later replaces the earlier."""
    by_code = {section.code: section for section in sections}
    return sorted(
        by_code.values(), key=lambda section: (AREAS.index(section.area), section.sequence)
    )


def months_back(last, count):
    """The first days of the ``count`` months that end with the month of ``last``, oldest first."""
    index = last.year * 12 + last.month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(index - count + 1, index + 1)]


def fill_months(figures, months, first):
    """One figure per month: what is known, 0 in a month without business, None before the first.

    ``figures`` maps first days of months to amounts, ``first`` is the month of the first purchase
    (None: never bought). A month before the customer existed is no data, not zero.
    """
    if first is None:
        return [figures.get(month) for month in months]
    start = first.replace(day=1)
    return [figures.get(month, 0.0 if month >= start else None) for month in months]


def change_rate(value, before):
    """Relative change from ``before`` to ``value`` (0.25 = a quarter more); None without a base."""
    if value is None or not before or before < 0:
        return None
    return (value - before) / before


def batch_sizes(limit, most=10_000):
    """Sizes of the reads that look for ``limit`` readable rows: doubling, ``most`` rows in all.

    >>> list(batch_sizes(40, most=400))
    [80, 160, 160]
    """
    size, total = 2 * limit, 0
    while total < most:
        yield min(size, most - total)
        total += size
        size = min(2 * size, 2_000)


def channel_state(decision):
    """One word for a decision of ``get_contact_decisions``, the weightiest reason first.

    ``allowed``; ``later`` when waiting is enough; else ``blocked`` (blacklist), ``denied``,
    ``unreachable`` (no address, archived) or ``unknown`` (no permission recorded).
    """
    if decision["allowed"]:
        return "allowed"
    if decision["earliest"]:
        return "later"
    codes = {reason["code"] for reason in decision["reasons"]}
    for code, state in CHANNEL_STATES:
        if code in codes:
            return state
    return "unreachable"


def zone_of(tz, country_code):
    """The contact's time zone: his own, or that of a country that has only one; else None."""
    if tz:
        return tz
    zones = pytz.country_timezones.get(country_code or "", [])
    return zones[0] if len(zones) == 1 else None


def looks_like_number(term):
    """Whether a search term is a telephone number and no name: four digits, no letter."""
    digits = sum(char.isdigit() for char in term)
    letters = sum(char.isalpha() for char in term)
    return digits >= 4 and not letters


def bounded(limit, most):
    """How many rows to answer: the number asked for, between one and *most*; nonsense: *most*."""
    if isinstance(limit, bool) or not isinstance(limit, int):
        return most
    return max(1, min(limit, most))


def plain_term(term):
    """A search term without what no text of the database can hold; empty when it is no text."""
    return term.replace("\x00", "").strip() if isinstance(term, str) else ""


def escape_like(term):
    """The term for the right side of ``ILIKE``, with its wildcards taken literally."""
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
