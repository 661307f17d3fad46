"""What a customer uses of a contract, against his own earlier use (C360-7, C360-3)."""

from statistics import median

#: Readings before the last one that a usual use needs.
LEAST_EARLIER = 3
#: Earlier readings that count.
MOST_EARLIER = 12


def trend(quantities):
    """``(last, usual, change)`` of the readings from the oldest to the newest, or ``None``.

    *usual* is the median of up to twelve readings before the last, so that one odd reading does
    not move it; *change* is last ÷ usual − 1 (−0.6: 60 % less than usual). ``None`` with fewer
    than four readings: too few to speak of a usual use; *change* is ``None`` when the usual use
    is zero.
    """
    *earlier, last = quantities[-MOST_EARLIER - 1 :] or (None,)
    if len(earlier) < LEAST_EARLIER:
        return None
    usual = median(earlier)
    return last, usual, (last / usual - 1 if usual else None)
