"""What the stepper of the six levels tells about each of them (SVC-L1 … SVC-L6)."""

from typing import NamedTuple

from . import levels


class Use(NamedTuple):
    """One use of a level: when, why, and who began it."""

    span: levels.Span
    reason: str | None
    who: str


def of(uses, work, now):
    """One dict per level, lowest first; of levels that were not used nothing but that is known.

    :param uses: every :class:`Use` of a request, in the order in which they began
    :param work: ``{level: (minutes, cost)}`` of the work noted; a level without is left out
    :returns: dicts with ``level``, ``used``, ``open``, ``times``, ``since`` and ``until`` (UTC),
        ``seconds`` (calendar time), ``reason`` and ``who`` of the first use, ``minutes``, ``cost``
    """
    times = levels.time_by_level([use.span for use in uses], now)
    return [_step(level, uses, times, work) for level, _label in levels.LEVELS]


def _step(level, uses, times, work):
    own = [use for use in uses if use.span.level == level]
    minutes, cost = work.get(level, (None, None))
    is_open = any(use.span.end is None for use in own)
    return {
        "level": level,
        "used": bool(own),
        "open": is_open,
        "times": len(own),
        "since": own[0].span.start if own else None,
        "until": None if is_open or not own else max(use.span.end for use in own),
        "seconds": int(times[level].total_seconds()) if own else None,
        "reason": next((use.reason for use in own if use.reason), None),
        "who": own[0].who if own else "",
        "minutes": minutes,
        "cost": cost,
    }
