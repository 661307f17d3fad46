"""When to contact a customer next, from his tier and his own rhythm (C360-4)."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """*date* is ``None`` without a rule; *basis* says what decided: tier, rhythm, never or none."""

    date: datetime.date | None
    interval: float | None
    basis: str


def plan(last, tier_days, rhythm, factor, today):
    """The next contact: last contact + the shorter of tier interval and own rhythm.

    :param last: day of the last contact; ``None``: never spoken to
    :param tier_days: days between contacts by the rule of the tier; 0 or ``None``: no rule
    :param rhythm: mean days between the customer's contacts, ``None`` with too few of them
    :param factor: how much of the own rhythm may pass, 1.0 = all of it; 0: the rhythm is not asked
    :param today: day for which the plan is made; customers of a tier with a rule who were never
        spoken to are due on it
    """
    own = factor * rhythm if factor and rhythm else None
    if last is None:
        return Plan(today, None, "never") if tier_days else Plan(None, None, "none")
    if not tier_days and own is None:
        return Plan(None, None, "none")
    if own is None or (tier_days and tier_days <= own):
        return Plan(last + datetime.timedelta(days=tier_days), float(tier_days), "tier")
    days = max(round_half_up(own), 1)
    return Plan(last + datetime.timedelta(days=days), own, "rhythm")


def round_half_up(value):
    """Whole days as PostgreSQL rounds a numeric: halves up."""
    return int(value + 0.5)
