"""Document numbers as Odoo gives them: a prefix with the year, then a counter in that year."""

from collections import Counter


class YearCounter:
    """Hands out ``(prefix, number, name)``, e.g. ``("INV/2017/", 1, "INV/2017/00001")``."""

    def __init__(self, code):
        self.code = code
        self._last = Counter()

    def next(self, day):
        self._last[day.year] += 1
        prefix, number = f"{self.code}/{day.year}/", self._last[day.year]
        return prefix, number, f"{prefix}{number:05d}"
