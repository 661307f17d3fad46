"""What to do next with a customer: when a proposal is due, how urgent, and in which order."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

URGENCIES = ("high", "medium", "low")
MIN_CONTACT_DAYS = 4


@dataclass(frozen=True)
class Provider:
    """A source of proposals.

    :param code: unique; what "not now" is remembered by
    :param gather: ``gather(customer ids)`` returns rows (dicts with ``partner_id``) in one query
    :param describe: ``describe(row)`` returns ``title``, ``reason``, ``urgency`` and perhaps
        ``expected_value``, or ``None`` when nothing is to be done
    :param execute: ``execute(partner)`` does it and returns an action
    :param model: model the viewer must be allowed to read, else the provider is left out
    """

    code: str
    icon: str
    action_label: str
    gather: Callable
    describe: Callable
    execute: Callable
    model: str | None = None


def rank(proposals):
    """Proposals in the order to show them: most urgent first, then the most money, then by code."""

    def key(proposal):
        return (
            URGENCIES.index(proposal["urgency"]),
            -(proposal.get("expected_value") or 0.0),
            proposal["code"],
        )

    return sorted(proposals, key=key)


def rhythm_days(contact_days, first, last):
    """Mean days between contacts: (last − first) ÷ (days with a contact − 1).

    ``None`` with fewer than four days of contact: too few to speak of a rhythm.
    """
    if contact_days < MIN_CONTACT_DAYS:
        return None
    return (last - first).days / (contact_days - 1)


def silence(contact_days, first, last, today):
    """``(days silent, rhythm, urgency)`` when silent for longer than usual, else ``None``.

    Longer than usual is more than 1½ times the customer's own rhythm and more than a week; more
    than three times is urgent.
    """
    rhythm = rhythm_days(contact_days, first, last)
    silent = (today - last).days
    if rhythm is None or silent <= max(1.5 * rhythm, 7):
        return None
    return silent, rhythm, "high" if silent > 3 * rhythm else "medium"


def overdue_urgency(days):
    """Overdue for more than a month: high; more than a week: medium; else low."""
    return "high" if days > 30 else "medium" if days > 7 else "low"


def quotation_urgency(days):
    """Open for two to four weeks: it is being decided now, high; before and after: medium."""
    return "high" if 14 <= days <= 28 else "medium"


def decline(revenue, previous):
    """``(share lost in percent, amount lost)``, or ``None`` when there is nothing to compare."""
    if not previous or previous <= 0 or revenue >= previous:
        return None
    return 100.0 * (previous - revenue) / previous, previous - revenue


def next_anniversary(day, today):
    """The next date with the same day and month, today included; 29 February falls on 1 March."""
    for year in (today.year, today.year + 1):
        try:
            anniversary = day.replace(year=year)
        except ValueError:
            anniversary = datetime.date(year, 3, 1)
        if anniversary >= today:
            return anniversary
    raise AssertionError("one of two years has it")
