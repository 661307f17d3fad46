"""A reward from quality, correctness, satisfaction and resolution as well as handling time (CC-10).

Every measure becomes 0 to 100 between what earns nothing and what earns all of it, the measures
are weighted, and one that nobody measured leaves its weight to the others. Handling time is one
measure among several: whoever is quick and wrong does not win.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MEASURES = ("quality", "correctness", "satisfaction", "resolution", "handling")


@dataclass(frozen=True)
class Part:
    """One measure. From ``floor`` (0 points) to ``goal`` (100); a floor above: less is better.

    :raises ValueError: floor and goal are equal, or a negative weight
    """

    measure: str
    weight: float
    floor: float
    goal: float

    def __post_init__(self):
        if self.floor == self.goal or self.weight < 0:
            raise ValueError(f"{self.measure}: floor and goal differ, a weight is not negative")

    def points(self, value: float) -> float:
        """0 to 100."""
        share = (value - self.floor) / (self.goal - self.floor)
        return 100 * min(max(share, 0.0), 1.0)


@dataclass(frozen=True)
class Line:
    """What one measure brought: ``share`` of all weight that counted, ``points`` of its 100."""

    measure: str
    value: float | None
    points: float | None
    share: float
    brings: float


@dataclass(frozen=True)
class Reward:
    """``points`` 0 to 100, ``None`` when nothing was measured; ``lines`` explain them."""

    points: float | None
    lines: tuple[Line, ...]


def reward(parts: Sequence[Part], values: Mapping[str, float | None]) -> Reward:
    """The points of one agent, with what each measure brought to them."""
    counted = sum(part.weight for part in parts if values.get(part.measure) is not None)
    lines = tuple(_line(part, values.get(part.measure), counted) for part in parts)
    if not counted:
        return Reward(None, lines)
    return Reward(sum(line.brings for line in lines), lines)


def _line(part, value, counted):
    if value is None or not counted:
        return Line(part.measure, value, None, 0.0, 0.0)
    points, share = part.points(value), part.weight / counted
    return Line(part.measure, value, points, share, points * share)
