"""The table that benchmarks print: ours, a peer, the ratio, the aim, and whether it is met."""

import operator
from dataclasses import dataclass

_HOLDS = {"≤": operator.le, "≥": operator.ge}
_TITLES = ("what", "ours", "peer", "ratio", "aim", "", "peer is")


@dataclass(frozen=True)
class Row:
    """One line. *ours* and *peer* are numbers with the *unit*; *aim* is told as ``≤ 2``.

    *ratio* is ours ÷ peer unless given; without a peer there is none.
    """

    what: str
    ours: float
    peer: float | None = None
    against: str = ""
    aim: str = ""
    unit: str = ""
    ratio: float | None = None

    def cells(self):
        ratio = self.ratio
        if ratio is None and self.peer:
            ratio = self.ours / self.peer
        return (
            self.what,
            _amount(self.ours, self.unit),
            _amount(self.peer, self.unit),
            "" if ratio is None else f"{ratio:.2f}",
            self.aim,
            verdict(ratio, self.aim),
            self.against,
        )


def verdict(ratio, aim):
    """Whether a ratio meets an aim.

    >>> verdict(1.99, "≤ 2"), verdict(2.9, "≥ 3"), verdict(None, "≤ 2"), verdict(1, "")
    ('met', 'missed', '', '')
    """
    if ratio is None or not aim:
        return ""
    sign, limit = aim.split()
    return "met" if _HOLDS[sign](round(ratio, 2), float(limit)) else "missed"


def text(rows):
    """The table in Markdown, its columns aligned."""
    cells = [_TITLES, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(_TITLES))]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def show(rows):
    print(f"\n{text(rows)}\n", flush=True)


def _amount(value, unit):
    if value is None:
        return ""
    digits = 0 if isinstance(value, int) or abs(value) >= 100 else 1
    return f"{value:,.{digits}f} {unit}".rstrip()
