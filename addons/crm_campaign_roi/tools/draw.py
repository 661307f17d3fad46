"""Draw lots for a control group and for variants, the same in Python and in PostgreSQL (ROI-1).

A person's lot is a number between 0 and 1 that follows from the seed and the person alone, so that
a draw can be repeated and checked. The control group has exactly its share. Who was drawn stays
where he is when others join a living audience; those fill up what the share lacks.
"""

import hashlib
from itertools import accumulate

TREATED, CONTROL = "treated", "control"
#: Lots are whole numbers below this, taken from 32 bits of the hash.
LOTS = 1 << 32
#: Which eight hexadecimal digits of the hash decide (first digit, from 1): arm and variant are
#: drawn independently of each other.
ARM_DIGITS, VARIANT_DIGITS = 1, 9


def lot(seed, person, digits=ARM_DIGITS):
    """The person's lot, 0 <= lot < 1. :param person: number or text that identifies him"""
    text = hashlib.md5(f"{seed}:{person}".encode(), usedforsecurity=False).hexdigest()
    return int(text[digits - 1 : digits + 7], 16) / LOTS


def quota(persons, drawn, share):
    """How many of those to be drawn join the control group, so that it has its share of all.

    :param persons: targets altogether, those to be drawn included
    :param drawn: members of the control group already
    """
    return max(0, int(persons * share + 0.5) - drawn)


def arms(seed, persons, share, before=0, drawn=0):
    """``{person: arm}``: of *persons*, the lowest lots are the control group, as far as it lacks.

    :param before: targets drawn earlier, of whom *drawn* are in the control group
    """
    wanted = quota(before + len(persons), drawn, share)
    control = set(sorted(persons, key=lambda person: lot(seed, person))[:wanted])
    return {person: CONTROL if person in control else TREATED for person in persons}


def variants(seed, persons, shares):
    """``{person: name}``: *persons* in the order of their lots, cut by the shares.

    :param shares: ``[(name, share)]``, of any sum
    """
    order = sorted(persons, key=lambda person: lot(seed, person, VARIANT_DIGITS))
    ends = ends_of_variants(shares)
    return {
        person: next(name for name, end in ends if (place + 0.5) / len(order) < end)
        for place, person in enumerate(order)
    }


def ends_of_variants(shares):
    """``[(name, end)]``: up to which part of the order each variant goes."""
    total = sum(share for _name, share in shares)
    ends = list(accumulate(share / total for _name, share in shares))
    return [(name, end) for (name, _share), end in zip(shares, [*ends[:-1], 1.0], strict=True)]
