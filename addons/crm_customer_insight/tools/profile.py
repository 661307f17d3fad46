"""Reading, writing and confirming stored facts about a person or company (C360-6)."""

import datetime

TRUE_WORDS = frozenset({"1", "true", "yes", "y", "x", "t"})
FALSE_WORDS = frozenset({"0", "false", "no", "n", "f"})


class ProfileValueError(ValueError):
    """A text that is not a value of the attribute's type; ``kind`` is the type."""

    def __init__(self, text, kind):
        super().__init__(f"{text!r} is not a {kind}")
        self.text, self.kind = text, kind


def parse(text, kind, options=()):
    """The value that ``text`` means for a type, or ``None`` for an empty text.

    ``options`` are ``(id, code, name)`` of a selection; code and name match in any case. Dates are
    ISO (2026-05-31), numbers use a point. Raises :class:`ProfileValueError` for anything else.
    """
    text = (text or "").strip()
    if not text:
        return None
    return PARSERS[kind](text, options)


def _char(text, _options):
    return text


def _number(text, _options):
    try:
        return float(text)
    except ValueError:
        raise ProfileValueError(text, "number") from None


def _date(text, _options):
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        raise ProfileValueError(text, "date") from None


def _boolean(text, _options):
    word = text.casefold()
    if word in TRUE_WORDS or word in FALSE_WORDS:
        return word in TRUE_WORDS
    raise ProfileValueError(text, "boolean")


def _selection(text, options):
    word = text.casefold()
    for option_id, *names in options:
        if any(word == (name or "").casefold() for name in names):
            return option_id
    raise ProfileValueError(text, "selection")


PARSERS = {
    "char": _char,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "selection": _selection,
}


def add_months(day, months):
    """The same day ``months`` later, or the last day of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))


def confirm_due(date, confirmed_on, valid_months):
    """When a fact must be confirmed again, or ``None`` if it never expires.

    Counted from the later of the day it was learnt and the day it was last confirmed.
    """
    days = [day for day in (date, confirmed_on) if day]
    if not valid_months or not days:
        return None
    return add_months(max(days), valid_months)
