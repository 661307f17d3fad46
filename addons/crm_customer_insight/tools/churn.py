"""When a customer is at risk, lost or won back, and how likely he is to go (ROI-3, ROI-5).

A customer's history is a row of *anchors*: days of purchase, and contracts from start to end. The
latest anchor decides. After a purchase silence counts: against fixed days, against the customer's
own rhythm, or against both. A running contract keeps its customer; ended without renewal it loses
him after the days of grace. ``report/churn.py`` is the same in SQL for all customers.
"""

import datetime
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

#: End of a contract that is open or renews itself.
FOREVER = datetime.date(9999, 1, 1)
#: Readings of usage before the last one that make a mean.
MIN_READINGS = 3
#: Months that a limit for waves needs.
MIN_MONTHS = 6
#: Standard deviations above the mean from which on a month is a wave.
WAVE_DEVIATIONS = 2


@dataclass(frozen=True)
class Signal:
    """A further sign that customers may go, such as open complaints.

    :param label: in the user's words, with ``%(amount)s``
    :param build: ``build(env, date)`` returns a SELECT of (partner_id, company_id or null, weight
        0..1, amount) of customers, as it was on that day
    """

    code: str
    name: str
    label: str
    build: Callable


@dataclass(frozen=True)
class Reason:
    """A source of recorded reasons why customers went.

    :param build: ``build(env, date)`` returns a SELECT of (partner_id, company_id or null, day,
        detail), the detail being an id or null
    """

    code: str
    name: str
    build: Callable


@dataclass(frozen=True)
class Rules:
    """Limits of one tier in one company; days, factors of the own rhythm, shares.

    :param count_by: ``rhythm`` (own rhythm, days without one), ``days``, ``first`` (of both the
        shorter) or ``last`` (the longer)
    :param rhythm_purchases: days of purchase from which on a customer has a rhythm
    :param risk_floor_days, lost_floor_days: limits by rhythm are never shorter
    :param grace_days: after the end of a contract, before its customer counts as lost
    :param warning_days: before the end of a contract that does not renew itself
    :param usage_drop: share of the own mean by which usage fell
    """

    count_by: str = "rhythm"
    at_risk_days: int = 180
    lost_days: int = 365
    risk_factor: float = 2.0
    lost_factor: float = 3.0
    rhythm_purchases: int = 4
    risk_floor_days: int = 30
    lost_floor_days: int = 60
    grace_days: int = 30
    warning_days: int = 60
    usage_drop: float = 0.5
    won_back_days: int = 180


@dataclass(frozen=True)
class Anchor:
    """A sign of business: a day of purchase (start = end), or a contract.

    ``usual`` is the mean gap in days at the moment of a purchase, ``None`` without a rhythm;
    ``rules`` are those of the customer's tier at that time.
    """

    start: datetime.date
    end: datetime.date
    rules: Rules
    contract: bool = False
    usual: float | None = None


@dataclass(frozen=True)
class State:
    """How things stand with a customer on a day."""

    state: str
    silence_days: int
    usual_days: float | None
    purchases: int
    lost_date: datetime.date | None
    won_back_date: datetime.date | None
    first_lost_date: datetime.date | None
    silence_part: float
    contract_part: float
    usage_part: float
    risk: float


def usual_gap(days, minimum):
    """Mean days between purchases: (last − first) ÷ (days of purchase − 1).

    ``None`` with fewer than *minimum* different days: several purchases on one day are one.
    """
    days = sorted(set(days))
    if len(days) < max(minimum, 2):
        return None
    return (days[-1] - days[0]).days / (len(days) - 1)


def limits(rules, usual):
    """``(days of silence after which he is at risk, days after which he is lost)``."""
    if usual is None or rules.count_by == "days":
        return rules.at_risk_days, rules.lost_days
    own = (
        max(math.floor(rules.risk_factor * usual), rules.risk_floor_days),
        max(math.floor(rules.lost_factor * usual), rules.lost_floor_days),
    )
    if rules.count_by == "rhythm":
        return own
    choose = min if rules.count_by == "first" else max
    return choose(own[0], rules.at_risk_days), choose(own[1], rules.lost_days)


def anchors(today, purchases, contracts, rules_on):
    """Purchases and contracts known on a day as anchors in their order.

    Contracts that overlap or follow one another without a gap are one; purchases while a contract
    runs are part of it, but they count for the rhythm.

    :param purchases: days of purchase
    :param contracts: ``(start, end)``; ``FOREVER`` for what does not end
    :param rules_on: ``rules_on(day)``: the rules of the customer's tier on that day
    """
    periods = _periods(today, contracts)
    days = sorted({day for day in purchases if day <= today})
    chain = [Anchor(*period, rules_on(min(period[1], today)), True) for period in periods]
    for place, day in enumerate(days, 1):
        if not any(start <= day <= end for start, end in periods):
            rules = rules_on(day)
            usual = usual_gap(days[:place], rules.rhythm_purchases)
            chain.append(Anchor(day, day, rules, False, usual))
    return sorted(chain, key=lambda anchor: anchor.start)


def _periods(today, contracts):
    """The contracts begun, joined where there is no gap."""
    periods = []
    for start, end in sorted(contracts):
        if start > today or end < start:
            continue
        if periods and start <= periods[-1][1] + datetime.timedelta(days=1):
            periods[-1][1] = max(periods[-1][1], end)
        else:
            periods.append([start, end])
    return periods


def lost_on(anchor):
    """The day on which he is lost if nothing follows, or ``None``: never."""
    if anchor.end == FOREVER:
        return None
    rules = anchor.rules
    days = rules.grace_days if anchor.contract else limits(rules, anchor.usual)[1]
    return anchor.end + datetime.timedelta(days=days + 1)


def assess(today, purchases, contracts=(), usage=(), signals=(), rules_on=lambda day: Rules()):
    """State of one customer on a day, or ``None`` before the first sign of business.

    :param usage: for each running contract its readings in their order
    :param signals: weights 0..1 of further signs, such as complaints
    """
    chain = anchors(today, purchases, contracts, rules_on)
    if not chain:
        return None
    last = chain[-1]
    losses, returns = _history(chain, today)
    parts = _parts(today, last, usage)
    lost_date = lost_on(last)
    lost = lost_date is not None and today >= lost_date
    return State(
        state=_state(today, last, parts, lost, returns),
        silence_days=max((today - last.end).days, 0),
        usual_days=last.usual,
        purchases=len({day for day in purchases if day <= today}),
        lost_date=lost_date if lost else None,
        won_back_date=returns[-1] if returns else None,
        first_lost_date=losses[0] if losses else None,
        silence_part=parts[0],
        contract_part=parts[1],
        usage_part=parts[2],
        risk=1.0 if lost else together([*parts, *signals]),
    )


def _history(chain, today):
    """Days on which he was lost, and on which he came back."""
    losses, returns = [], []
    for anchor, following in itertools.zip_longest(chain, chain[1:]):
        lost_date = lost_on(anchor)
        if lost_date is None or lost_date > (following.start if following else today):
            continue
        losses.append(lost_date)
        if following:
            returns.append(following.start)
    return losses, returns


def _state(today, last, parts, lost, returns):
    if lost:
        return "lost"
    if _silent(today, last) or parts[1] > 0 or parts[2] > 0:
        return "at_risk"
    if returns and (today - returns[-1]).days <= last.rules.won_back_days:
        return "won_back"
    return "active"


def _silent(today, last):
    return not last.contract and (today - last.end).days > limits(last.rules, last.usual)[0]


def _parts(today, last, usage):
    """Parts of the risk, each 0..1: silence, end of the contract, fall of usage."""
    silence = contract = 0.0
    if last.contract:
        contract = _contract_part(today, last)
    else:
        silence = min(1.0, (today - last.end).days / (limits(last.rules, last.usual)[1] + 1))
    return silence, contract, usage_part(usage, last.rules.usage_drop)


def _contract_part(today, last):
    """How far on the way from the warning before the end to the loss after the days of grace."""
    if last.end == FOREVER:
        return 0.0
    way = last.rules.warning_days + last.rules.grace_days + 1
    return min(1.0, max(0.0, 1.0 - (lost_on(last) - today).days / way))


def usage_part(usage, threshold):
    """The greatest share by which the last reading of a contract is below its own mean before.

    0 below the *threshold*, and with fewer than three readings before the last one.
    """
    falls = [
        1.0 - readings[-1] / (sum(readings[:-1]) / (len(readings) - 1))
        for readings in usage
        if len(readings) > MIN_READINGS and sum(readings[:-1]) > 0
    ]
    fall = max(falls, default=0.0)
    return min(1.0, fall) if fall >= threshold else 0.0


def together(parts):
    """Risk of several causes that act on their own: 1 − (1 − a)(1 − b)…"""
    return 1.0 - math.prod(1.0 - min(1.0, max(0.0, part)) for part in parts)


def full_months(start, end):
    """Whole months from *start* to *end*: how long he has been watched."""
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


def begun_months(start, end):
    """Months begun from *start* to *end*: the month in which something happened."""
    return 12 * (end.year - start.year) + end.month - start.month + (end.day > start.day)


def watched(first, lost, today):
    """``(months, lost in them)`` for a survival curve.

    A loss counts in the month begun with it, once that month is over; until then he is watched
    for the whole months before. Else losses of an unfinished month would count without those who
    stay in it.
    """
    full = full_months(first, today)
    if lost is None or begun_months(first, lost) > full:
        return full, False
    return begun_months(first, lost), True


def rate(lost, base):
    """Share of those who were there at the start, or ``None`` when nobody was."""
    return lost / base if base else None


def wave_limit(rates):
    """Mean + 2 standard deviations of monthly rates, or ``None`` with fewer than six months."""
    known = [value for value in rates if value is not None]
    if len(known) < MIN_MONTHS:
        return None
    mean = sum(known) / len(known)
    variance = sum((value - mean) ** 2 for value in known) / (len(known) - 1)
    return mean + WAVE_DEVIATIONS * math.sqrt(variance)


def waves(rates):
    """For each monthly rate whether it is a wave: above the limit of all months."""
    limit = wave_limit(rates)
    return [limit is not None and value is not None and value > limit for value in rates]
