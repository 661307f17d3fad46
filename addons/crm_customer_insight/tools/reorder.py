"""When a customer will order a product again, from his own purchases of it (C360-4, C360-5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

#: Days of purchase below which nobody can speak of a rhythm.
MIN_PURCHASES = 3
#: An order this many gaps late no longer follows the rhythm.
BROKEN_AFTER = 3
#: Days before the expected date from which the order counts as due.
DUE_BEFORE = 7


@dataclass(frozen=True)
class Forecast:
    """The next order. ``quantity`` is the median of one day's purchases."""

    expected: date
    gap: float
    shortest: int
    longest: int
    quantity: float
    state: str


def forecast(purchases, today, due_before=DUE_BEFORE, broken_after=BROKEN_AFTER):
    """The next order after *purchases*, or ``None`` with fewer than three days of purchase.

    The rhythm is the median of the gaps between days of purchase, so that one long holiday moves
    nothing; days are added to the last purchase, rounded down, one at least.

    :param purchases: ``{day: quantity}``; days with nothing or less do not count
    """
    days = sorted(day for day, quantity in purchases.items() if quantity > 0)
    if len(days) < MIN_PURCHASES:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    gap = median(gaps)
    expected = days[-1] + timedelta(days=max(1, int(gap)))
    return Forecast(
        expected=expected,
        gap=gap,
        shortest=min(gaps),
        longest=max(gaps),
        quantity=median(purchases[day] for day in days),
        state=state(expected, gap, today, due_before, broken_after),
    )


def state(expected, gap, today, due_before=DUE_BEFORE, broken_after=BROKEN_AFTER):
    """``later``, ``due`` (from a week before on), ``overdue``, or ``broken``: too late by far."""
    late = (today - expected).days
    if late > broken_after * gap:
        return "broken"
    if late > 0:
        return "overdue"
    return "due" if late >= -due_before else "later"
