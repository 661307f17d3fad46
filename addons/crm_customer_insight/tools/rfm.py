"""Recency, frequency and monetary scores from 1 (weakest) to 5 (best), ROI-5.

The snapshot fill computes the same in SQL for all customers at once
(``report/customer_value.py``); a test compares both on random data.
"""

from bisect import bisect_left

SCORES = 5


def quintile_scores(values, higher_is_better=True):
    """Return one score per value: 1 + ⌊5 × share of values strictly worse⌋.

    Equal values share a score, because it depends only on how many are strictly worse; a plain
    NTILE would tear them apart. ``None`` means no data and gets no score.
    """
    known = sorted(_directed(value, higher_is_better) for value in values if value is not None)
    return [
        None
        if value is None
        else 1 + SCORES * bisect_left(known, _directed(value, higher_is_better)) // len(known)
        for value in values
    ]


def band_score(value, thresholds, higher_is_better=True):
    """Return the score of ``value`` by fixed limits for the scores 5, 4, 3 and 2.

    The limit itself still belongs to the better score: 30 days with a limit of 30 score 5.
    """
    if value is None:
        return None
    for score, limit in zip((5, 4, 3, 2), thresholds, strict=True):
        if value >= limit if higher_is_better else value <= limit:
            return score
    return 1


def _directed(value, higher_is_better):
    return value if higher_is_better else -value
