"""Collecting comparisons and printing them as a table."""

from decimal import Decimal

EXAMPLES = 3


class Results:
    """Each comparison is a row: what, how many values, how many of them differ."""

    def __init__(self):
        self.rows = []
        self.examples = []

    @property
    def differences(self):
        return sum(count for _title, _compared, count in self.rows)

    def compare(self, title, expected, actual):
        """Compare two mappings; a key on one side only is a difference."""
        keys = sorted(expected.keys() | actual.keys(), key=str)
        wrong = [key for key in keys if not same(expected.get(key), actual.get(key))]
        self.rows.append((title, len(keys), len(wrong)))
        for key in wrong[:EXAMPLES]:
            self.examples.append(
                f"{title}: {key}: expected {expected.get(key)}, found {actual.get(key)}"
            )

    def none(self, title, compared, offenders):
        """*offenders* must be empty."""
        self.add(title, compared, len(offenders), offenders)

    def add(self, title, compared, different, examples):
        """So many values were *compared*, so many of them are *different*, some are told."""
        self.rows.append((title, compared, different))
        self.examples += [f"{title}: {example}" for example in examples[:EXAMPLES]]

    def text(self):
        width = max([len(title) for title, *_counts in self.rows], default=0)
        lines = [f"{'Comparison':<{width}}  {'Values':>10}  {'Different':>9}"]
        lines += [f"{title:<{width}}  {n:>10,}  {bad:>9,}" for title, n, bad in self.rows]
        lines += ["", *self.examples] if self.examples else []
        return "\n".join([*lines, "", f"{self.differences} differences"])


def same(expected, actual):
    """Equal values; numbers may differ by the noise of binary fractions, far below a cent.

    >>> same(Decimal("0.10"), 0.1), same(None, 0), same(1.00, 1.01)
    (True, False, False)
    """
    if isinstance(expected, int | float | Decimal) and isinstance(actual, int | float | Decimal):
        left, right = float(expected), float(actual)
        return abs(left - right) <= 1e-6 * max(1.0, min(abs(left), 1e3))
    return expected == actual
