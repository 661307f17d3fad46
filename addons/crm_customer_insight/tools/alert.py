"""Alerts (C360-3): what a signal is, who is told, and what a letter to keep a customer says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

TIERS = ("A", "B", "C", "D")
#: Suffixes of the fields that hold a figure per tier; customers without figures come last.
SLOTS = ("a", "b", "c", "d", "none")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Signal:
    """A change that matters, for all customers at once.

    :param code: the kind of rules that ask for it
    :param label: its name on the screen
    :param build: ``build(context)`` is a SELECT of ``partner_id`` (the customer), ``company_id``,
        ``cause``, ``date``, ``figure``, ``usual``, ``measure`` (compared with the threshold),
        ``size`` (compared with the minimum), ``amount``, ``uom``, ``subject``, ``contact_id``.
        A cause is ``what`` or ``what@since``: it is told once, and *what* rests for a while
        before it is told again since another day
    :param describe: ``describe(alert)`` says it in words
    :param threshold: what the thresholds mean, with their unit
    :param minimum: what the minimum means; empty: there is none
    :param below: alarm when the measure is at most the threshold, else when it is at least
    :param money: an amount per tier raises it too
    :param fields: which of window, history and observations the signal asks for
    """

    code: str
    label: str
    build: Callable
    describe: Callable
    threshold: str
    minimum: str = ""
    below: bool = False
    money: bool = False
    fields: tuple[str, ...] = ("window",)


@dataclass(frozen=True)
class Person:
    """Somebody who could be told: his id, whether he still works here, the companies he enters."""

    id: int
    active: bool
    companies: frozenset


def recipient(candidates, company):
    """The first of the candidates who can act: a user who is there and enters the company.

    :param candidates: :class:`Person` or ``None``, the one to be told first
    :return: his id, or ``None`` when nobody can
    """
    for person in candidates:
        if person and person.active and company in person.companies:
            return person.id
    return None


def slot(tier):
    """The suffix of the fields for a tier; of an unknown one ``none``."""
    return tier.lower() if tier in TIERS else "none"


def source(cause):
    """``(model, id)`` of the document a cause names, or ``None``.

    >>> source("account.move:12@2026-05-01")
    ('account.move', 12)
    """
    model, colon, number = cause.partition("@")[0].rpartition(":")
    return (model, int(number)) if colon and number.isdecimal() else None


# -- letters -----------------------------------------------------------------------------------


def placeholders(text):
    """Names in braces, in the order of the text."""
    return [name.strip() for name in _PLACEHOLDER.findall(text or "")]


def fill(text, values, markup=False):
    """*text* with its placeholders replaced; of what is not known nothing stays.

    :param markup: *text* is HTML; the values are escaped
    """

    def value(match):
        found = str(values.get(match[1].strip()) or "")
        return escape(found) if markup else found

    filled = _PLACEHOLDER.sub(value, text or "")
    return filled if markup else re.sub(r" {2,}", " ", filled).strip()
