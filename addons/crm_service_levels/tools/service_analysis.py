"""Decisions of the analysis of service: ages, month ends, level mix, what changed.

Figures are sums from the database; here they become shares, ranks and differences. ``None`` means
"not enough data" and is never 0.
"""

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta

from .feedback import LEAST, share_figure
from .levels import LEVELS, LOWEST

#: Days from which the next group of ages begins.
AGE_LIMITS = (1, 3, 7, 30, 90)
AGES = [
    ("0", "Up to 1 day"),
    ("1", "1 to 3 days"),
    ("2", "3 to 7 days"),
    ("3", "7 to 30 days"),
    ("4", "30 to 90 days"),
    ("5", "Over 90 days"),
]


def age_group(days):
    """Key of the group of ages that *days* belongs to; a limit begins the next group."""
    return str(bisect_right(AGE_LIMITS, days))


def _month(day, back):
    """First day of the month *back* months before that of *day*."""
    months = day.year * 12 + day.month - 1 - back
    return day.replace(year=months // 12, month=months % 12 + 1, day=1)


def month_ends(now, zone, months):
    """Moments at which the backlog is counted: now, and the ends of the last *months* months.

    :param now: moment in UTC, naive
    :param zone: ``tzinfo`` in which months end at midnight
    :returns: list of (moment in UTC, naive; day it stands for), the latest first
    """
    today = now.replace(tzinfo=UTC).astimezone(zone).date()
    found = [(now, today)]
    for back in range(months):
        first = _month(today, back)
        end = datetime.combine(first, time.min, tzinfo=zone)
        found.append((end.astimezone(UTC).replace(tzinfo=None), first - timedelta(days=1)))
    return found


def share(part, whole):
    """Percent, ``None`` without a whole."""
    return 100 * part / whole if whole else None


def enough(value, count, least=LEAST):
    """*value*, if it rests on enough requests."""
    return value if value is not None and count >= least else None


def difference(now, before):
    """What changed against the period before; ``None`` if one of both is not known."""
    return None if now is None or before is None else now - before


def level_bars(used, requests):
    """The six levels in order, those nobody used with 0.

    :param used: ``{level: {"uses", "median_hours", "minutes", "cost"}}``
    :param requests: number of requests of the period
    """
    nothing = {"uses": 0, "median_hours": None, "minutes": None, "cost": None}
    bars = []
    for level, _label in LEVELS:
        row = {**nothing, **used.get(level, {})}
        bars.append({"level": level, "share": share(row["uses"], requests), **row})
    return bars


def ranked_types(rows, least=LEAST):
    """Types by how often they climb, then by cost; those with too few requests come last.

    :param rows: dicts with ``name``, ``requests``, ``climbed`` (a number) and ``cost`` (of one
        request, or ``None``)
    :returns: the rows with ``rate``, a figure with its interval
    """
    found = [{**row, "rate": share_figure(row["climbed"], row["requests"], least)} for row in rows]
    return sorted(
        found,
        key=lambda row: (
            row["rate"].value is None,
            -(row["rate"].value or 0),
            -(row["cost"] or 0),
            -row["requests"],
            row["name"],
        ),
    )


def moves(rows):
    """Ways from level to level, most frequent first; ``up`` are climbs.

    :param rows: (from, to, count)
    """
    found = [
        {"from": start or LOWEST, "to": end, "count": count, "up": end > (start or LOWEST)}
        for start, end, count in rows
    ]
    return sorted(found, key=lambda row: (-row["count"], row["from"], row["to"]))


def period(first, last, zone):
    """Moments in UTC, naive, from the begin of *first* to the end of *last* in *zone*."""

    def midnight(day):
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)

    return midnight(first), midnight(last + timedelta(days=1))


def period_before(first, last):
    """First and last day of the period before; whole months are compared with whole months."""
    after = last + timedelta(days=1)
    if first.day == after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        return _month(first, months), first - timedelta(days=1)
    return first - (after - first), first - timedelta(days=1)


def pareto(counts, total, most=10):
    """Rows of ``(name, count)``, most frequent first, with share and shares added up."""
    found, running = [], 0
    for name, count in sorted(counts, key=lambda row: (-row[1], row[0]))[:most]:
        running += count
        together = share(running, total)
        found.append(
            {"name": name, "count": count, "share": share(count, total), "together": together}
        )
    return found
