"""Evaluation of a supplier by weighted criteria (C360-9)."""

#: Least score of a grade; below the last one it is D.
GRADES = (("A", 4.25), ("B", 3.5), ("C", 2.5))


def weighted_score(lines):
    """Weighted mean of the criteria that were rated, or None when none was.

    :param lines: ``(score 1 to 5 or None, weight)``; criteria without a score or with weight 0 do
        not count
    """
    rated = [(score, weight) for score, weight in lines if score and weight > 0]
    total = sum(weight for _score, weight in rated)
    return sum(score * weight for score, weight in rated) / total if total else None


def grade(score):
    """A to D; None without a score.

    >>> grade(3.5)
    'B'
    """
    if score is None:
        return None
    return next((name for name, least in GRADES if round(score, 6) >= least), "D")
