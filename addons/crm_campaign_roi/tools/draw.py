"""Draw lots for a control group and for variants, the same in Python and in PostgreSQL (ROI-1).

A person's lot is a number between 0 and 1 that follows from the seed and the person alone. Nobody
changes sides when others are added to a living audience, and a draw can be repeated and checked.
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


def arm(seed, person, control_share):
    """``control`` for about *control_share* of the persons, else ``treated``."""
    return CONTROL if lot(seed, person) < control_share else TREATED


def variant(seed, person, shares):
    """Name of the variant drawn. :param shares: ``[(name, share)]``, of any sum"""
    total = sum(share for _name, share in shares)
    chosen = lot(seed, person, VARIANT_DIGITS)
    limits = accumulate(share / total for _name, share in shares)
    for (name, _share), limit in zip(shares, limits, strict=True):
        if chosen < limit:
            return name
    return shares[-1][0]


def ends_of_variants(shares):
    """``[(name, end)]``: up to which lot each variant is drawn, for the same draw in SQL."""
    total = sum(share for _name, share in shares)
    ends = list(accumulate(share / total for _name, share in shares))
    return [(name, end) for (name, _share), end in zip(shares, [*ends[:-1], 1.0], strict=True)]
