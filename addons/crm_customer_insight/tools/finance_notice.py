"""What finance should know about a customer before it asks him for money (C360-5)."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """One thing to know.

    :param kind: ``complaint``, ``request`` or ``hold``
    :param text: a sentence
    :param since: since when, or ``None``
    :param count: how many matters it stands for
    :param until: until when it holds, or ``None``
    """

    kind: str
    text: str
    since: datetime.date | None = None
    count: int = 1
    until: datetime.date | None = None
