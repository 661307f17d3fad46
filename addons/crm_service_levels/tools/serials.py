"""Serial numbers (SVC-L3): cleaning, lists, and ranges such as ``A0100`` to ``A0250``."""

import re
from typing import NamedTuple

#: No real serial is longer; a longer one is a mistake of an import.
MAX_LENGTH = 100
_TAIL = re.compile(r"^(.*?)(\d+)$", re.DOTALL)


class SerialError(ValueError):
    """``kind`` says what is wrong: ``no_number``, ``prefix`` or ``order``."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class SerialRange(NamedTuple):
    """Serials with one prefix whose number lies between two, both included."""

    prefix: str
    first: int
    last: int

    def __contains__(self, serial):
        match = _TAIL.match(serial or "")
        if not match or not serial.startswith(self.prefix):
            return False
        tail = serial[len(self.prefix) :]
        return tail.isdecimal() and self.first <= int(tail) <= self.last


def clean(serial):
    """Serial without the blanks around it; None when nothing is left."""
    return " ".join((serial or "").split()) or None


def listed(text):
    """Serials of a text with one per line, or separated by commas or semicolons, each once."""
    parts = (clean(part) for part in re.split(r"[\n,;]", text or ""))
    return list(dict.fromkeys(filter(None, parts)))


def parse_range(first, last):
    """:class:`SerialRange` from its first and last serial; None when both are empty.

    Of an open range one end is given twice: it is that one serial.
    """
    first, last = clean(first) or clean(last), clean(last) or clean(first)
    if not first:
        return None
    start, end = _TAIL.match(first), _TAIL.match(last)
    if not start or not end:
        raise SerialError("no_number")
    if start[1] != end[1]:
        raise SerialError("prefix")
    found = SerialRange(start[1], int(start[2]), int(end[2]))
    if found.first > found.last:
        raise SerialError("order")
    return found
