"""Whether something happens to a product more often than before (C360-5).

Events (complaints, returns) are counted against units sold. Two Poisson rates are compared by the
exact conditional test: given n = k1 + k2 events, k1 is binomial with p = t1 / (t1 + t2) if the rate
did not change (Przyborowski and Wilenski, "Homogeneity of results in testing samples from Poisson
series", Biometrika 31, 1940). With many products some look worse by chance, so the p-values are
adjusted by Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57,
1995.
"""

import numpy as np
from scipy import stats

#: Below these there is not enough data to tell.
MIN_EVENTS = 5
MIN_SOLD = 20
#: Share of false alarms among the signals that is put up with.
FALSE_SHARE = 0.05
#: How much worse it has to be to matter.
MIN_RATIO = 1.5


def more_often(events, sold, events_before, sold_before):
    """p-value: chance of so many events or more if the rate had stayed as it was (one-sided).

    Arrays or numbers; ``nan`` where nothing was sold in one of the periods.
    """
    now, before = np.asarray(events, float), np.asarray(events_before, float)
    units, units_before = np.asarray(sold, float), np.asarray(sold_before, float)
    usable = (units > 0) & (units_before > 0)
    share = np.where(usable, units, 1) / np.where(usable, units + units_before, 2)
    tail = stats.binom.sf(now - 1, now + before, share)
    return np.where(usable, tail, np.nan)


def adjusted(p_values):
    """p-values adjusted for their number by Benjamini and Hochberg; ``nan`` stays ``nan``."""
    values = np.asarray(p_values, float)
    known = ~np.isnan(values)
    result = np.full(values.shape, np.nan)
    if known.any():
        result[known] = stats.false_discovery_control(np.clip(values[known], 0, 1))
    return result


def enough(events, sold, events_before, sold_before):
    """Whether there are enough events and units to tell anything."""
    total = np.asarray(events, float) + np.asarray(events_before, float)
    return (
        (total >= MIN_EVENTS)
        & (np.asarray(sold, float) >= MIN_SOLD)
        & (np.asarray(sold_before, float) >= MIN_SOLD)
    )


def verdicts(events, sold, events_before, sold_before):
    """``(verdict, p-value, adjusted p-value, ratio of the rates)`` per row, as arrays.

    Verdicts: ``worse``, ``same``, ``unknown`` (not enough data; figures are ``nan`` then).
    The ratio is infinite where nothing happened before.
    """
    known = enough(events, sold, events_before, sold_before)
    p_values = np.where(known, more_often(events, sold, events_before, sold_before), np.nan)
    chance = adjusted(p_values)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.asarray(events, float) / np.asarray(sold, float)
        ratio = np.where(
            known,
            rate / (np.asarray(events_before, float) / np.asarray(sold_before, float)),
            np.nan,
        )
    worse = known & (chance <= FALSE_SHARE) & (ratio >= MIN_RATIO)
    return np.where(worse, "worse", np.where(known, "same", "unknown")), p_values, chance, ratio
