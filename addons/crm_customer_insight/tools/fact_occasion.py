"""Which facts to ask for on an occasion: only what is missing or stale and fits (C360-6)."""

from dataclasses import dataclass

#: Days after which "not now" may be asked again.
LATER_DAYS = 14


@dataclass(frozen=True)
class Candidate:
    """A fact that could be asked for.

    :param attribute: id
    :param required: whether it must be known for the customer's tier
    :param known: whether there is a current value
    :param due: day by which the value has to be confirmed, or ``None``
    :param silent_until: not to be asked before this day, or ``None``
    :param place: order of the attribute
    """

    attribute: int
    required: bool
    known: bool
    due: object
    silent_until: object
    place: int


def is_open(candidate, today):
    """Whether it is missing, or stale, and nobody wanted it left alone."""
    stale = candidate.known and candidate.due is not None and candidate.due < today
    quiet = candidate.silent_until is not None and candidate.silent_until > today
    return (not candidate.known or stale) and not quiet


def choose(candidates, today, limit):
    """``(candidates to ask, how many more there are)``: required ones first, then the missing,
    then the stale from the oldest on; at most *limit*."""

    def order(candidate):
        return (not candidate.required, candidate.known, str(candidate.due or ""), candidate.place)

    open_ones = sorted((c for c in candidates if is_open(c, today)), key=order)
    return open_ones[: max(limit, 0)], max(len(open_ones) - max(limit, 0), 0)
