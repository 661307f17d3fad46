"""Who may decide what, and who is asked beyond that (SVC-L2). Nothing here reads a database.

Amounts are in the unit of their kind: money in the currency of the company, percent, minutes.
"""

from math import inf
from typing import NamedTuple

#: What one may have authority for, and the unit in which its limit is given.
KINDS = [
    ("refund", "Refund"),
    ("discount", "Discount"),
    ("free_part", "Free part"),
    ("order", "Order amount"),
    ("minutes", "Working time"),
    ("compensation", "Compensation"),
    ("decision", "Decision"),
]
UNITS = {
    "refund": "money",
    "discount": "percent",
    "free_part": "money",
    "order": "money",
    "minutes": "minutes",
    "compensation": "money",
    "decision": "none",
}


class Person(NamedTuple):
    """Who wants to decide: his groups, his teams, his role in the squad of the request."""

    id: int
    groups: frozenset
    teams: frozenset = frozenset()
    role: str = ""


class Limit(NamedTuple):
    """Up to *amount* somebody may decide; 0, empty and ``None`` of the others mean any.

    :param amount: largest amount that is still within; ``inf``: without limit
    """

    kind: str
    amount: float
    company: int = 0
    group: int = 0
    team: int = 0
    user: int = 0
    role: str = ""
    first: object = None
    last: object = None


class Rule(NamedTuple):
    """Who is asked from *least* on; the steps are one's own identifiers, in order."""

    kind: str
    least: float
    steps: tuple
    company: int = 0


def fits(limit, person, kind, company, day):
    """Whether *limit* speaks of this person, kind and company on this day."""
    asked = (
        (limit.company, {company}),
        (limit.group, person.groups),
        (limit.team, person.teams),
        (limit.user, {person.id}),
        (limit.role, {person.role}),
    )
    return (
        limit.kind == kind
        and all(not wanted or wanted in has for wanted, has in asked)
        and (not limit.first or limit.first <= day)
        and (not limit.last or day <= limit.last)
    )


def authority(limits, person, kind, company, day):
    """Largest amount that *person* may decide alone; ``None`` when he has no authority at all."""
    found = [limit.amount for limit in limits if fits(limit, person, kind, company, day)]
    return max(found, default=None)


def within(limits, person, kind, amount, company, day):
    """Whether *person* may decide *amount* alone; the limit itself is within."""
    largest = authority(limits, person, kind, company, day)
    return largest is not None and (largest == inf or amount <= largest)


def rule_for(rules, kind, amount, company):
    """Rule with the highest threshold that *amount* reaches; a company's own before the general."""
    reached = [
        rule
        for rule in rules
        if rule.kind == kind and rule.company in (0, company) and amount >= rule.least
    ]
    return max(reached, key=lambda rule: (rule.least, bool(rule.company)), default=None)


def stand_in(user, absences):
    """*user*, or who stands in for him if he is absent; ``None`` if nobody does.

    :param absences: ``{absent user: substitute or None}``
    """
    seen = set()
    while user in absences:
        if user in seen:
            return None
        seen.add(user)
        user = absences[user]
    return user


def deciders(asked, absences, requester):
    """Those who may decide now, in place of *asked*; never the one who asks (SVC-L2).

    Who asked himself does not pass it to a substitute whom he chose: he is left out altogether.
    """
    found = {stand_in(user, absences) for user in asked if user != requester}
    return found - {None, requester}


def after(steps, position, verdict):
    """What follows a verdict on step *position* of *steps*: ``(state, position that waits)``.

    An approved or expired step passes the matter to the next one; the last one that expires goes on
    waiting, with more people who may decide.

    :param verdict: ``approved``, ``refused`` or ``expired``
    """
    if verdict == "refused":
        return "refused", position
    if position + 1 < steps:
        return "waiting", position + 1
    return ("approved" if verdict == "approved" else "waiting"), position
