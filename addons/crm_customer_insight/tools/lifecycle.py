"""Life-cycle stage and cooperation state of a customer by rules (ROI-3)."""

import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Limits in days and the change of revenue that counts, as a share of the window before."""

    new_days: int = 90
    lost_days: int = 365
    won_back_days: int = 180
    active_days: int = 90
    ended_days: int = 365
    change_rate: float = 0.2


def stage(today, window_start, first, last, returned, revenue, previous, rules=Rules()):
    """Return the life-cycle stage on ``today``; the first rule that applies wins.

    prospect: nothing bought yet; lost: silent for more than ``lost_days``; won back: bought again
    at most ``won_back_days`` ago (``returned``) after such a silence; new: first purchase at most
    ``new_days`` ago; growing or declining: revenue of the window ``change_rate`` above or below
    the window before (from nothing to something is growth); otherwise mature. Who bought first in
    the window, which begins on ``window_start``, has no window before to be compared with: without
    that rule nearly everybody would grow in the first year of a database.
    """
    if first is None:
        return "prospect"
    if (today - last).days > rules.lost_days:
        return "lost"
    if returned is not None and (today - returned).days <= rules.won_back_days:
        return "won_back"
    if (today - first).days <= rules.new_days:
        return "new"
    if first >= window_start:
        return "mature"
    return _trend(revenue, previous, rules.change_rate)


def _trend(revenue, previous, change_rate):
    if revenue > previous and revenue >= previous * (1 + change_rate):
        return "growing"
    if revenue < previous and revenue <= previous * (1 - change_rate):
        return "declining"
    return "mature"


def cooperation(today, last, rules=Rules()):
    """Return never, active, dormant or ended by the days since the last purchase."""
    if last is None:
        return "never"
    silence = (today - last).days
    if silence <= rules.active_days:
        return "active"
    return "dormant" if silence <= rules.ended_days else "ended"


def last_return(purchases, lost_days):
    """Return the day of the latest purchase that ended a silence of more than ``lost_days``."""
    days = sorted(purchases)
    returns = [
        later for earlier, later in itertools.pairwise(days) if (later - earlier).days > lost_days
    ]
    return returns[-1] if returns else None
