"""Meters of assets (SVC-L3): what was really used, although a meter may begin again at zero."""

from dataclasses import dataclass
from datetime import datetime

#: A reading this near the end and then one this near the beginning: the meter rolled over.
NEAR_END, NEAR_BEGINNING = 0.9, 0.1


class MeterError(ValueError):
    """A reading below the one before it."""

    def __init__(self, index, earlier, reading):
        super().__init__(f"{reading.value} after {earlier.value}")
        self.index, self.earlier, self.reading = index, earlier, reading


@dataclass(frozen=True)
class Reading:
    """What a meter showed; *restarted*: somebody says that it began again since the last one."""

    when: datetime
    value: float
    restarted: bool = False


def totals(readings, rollover=0.0):
    """Use since the beginning at each reading, oldest first.

    The first reading is the use until then. A meter of *rollover* units shows 0 after the last of
    them; that is taken for granted only near the end, elsewhere somebody must say so. A meter that
    was exchanged (restarted without *rollover*) counts from 0.

    :raises MeterError: at the first reading that goes back
    """
    found, before = [], None
    for index, reading in enumerate(readings):
        used = _used(before, reading, rollover, index)
        found.append((found[-1] if found else 0.0) + used)
        before = reading
    return found


def _used(before, reading, rollover, index):
    if before is None:
        return reading.value
    if reading.restarted or _rolled_over(before, reading, rollover):
        rest = max(rollover - before.value, 0.0) if rollover else 0.0
        return rest + reading.value
    if reading.value < before.value:
        raise MeterError(index, before, reading)
    return reading.value - before.value


def _rolled_over(before, reading, rollover):
    return (
        bool(rollover)
        and reading.value < before.value
        and before.value >= NEAR_END * rollover
        and reading.value <= NEAR_BEGINNING * rollover
    )
