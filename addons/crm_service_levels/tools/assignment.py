"""Who gets a request by itself, and why (SVC-L2). Nothing here reads a database."""

from datetime import datetime
from typing import NamedTuple

METHODS = [
    ("turn", "In turn"),
    ("load", "Least loaded"),
    ("skill", "Best skilled"),
]
LONG_AGO = datetime.min


class Candidate(NamedTuple):
    """A member of the team.

    :param load: open requests he has
    :param capacity: how many he takes at once
    :param last: when he last got one by himself, UTC; ``None``: never
    :param skills: ``{skill: level}``
    """

    user: int
    load: int
    capacity: int
    last: datetime | None = None
    skills: dict = {}
    absent: bool = False


class Matter(NamedTuple):
    """A request that waits for an owner.

    :param skills: skills that its type asks for
    :param usual: who usually handles this customer
    :param tier: value tier of the customer, ``A`` is the best; empty: unknown
    """

    request: int
    skills: frozenset = frozenset()
    usual: int | None = None
    tier: str = ""
    priority: int = 1
    opened: datetime = LONG_AGO


class Choice(NamedTuple):
    """Who gets it, and the reason: ``usual``, or the method by which he was first."""

    user: int
    reason: str
    load: int
    capacity: int
    skill: int


def in_order(matters):
    """Better tiers first, then higher priority, then the older; unknown tiers come last."""
    return sorted(
        matters, key=lambda m: (m.tier or "~", -m.priority, m.opened or LONG_AGO, m.request)
    )


def able(candidates, matter):
    """Those who are there, have room, and every skill that is asked for."""
    return [
        one
        for one in candidates
        if not one.absent and one.load < one.capacity and matter.skills <= one.skills.keys()
    ]


def level(candidate, matter):
    """Sum of his levels in the skills that are asked for."""
    return sum(candidate.skills.get(skill, 0) for skill in matter.skills)


def rank(candidates, matter, method):
    """Those who can take *matter*, the best first; equal ones in the order given.

    The usual representative comes before all; load is a share of the capacity.
    """
    keys = {
        "turn": lambda one: (one.last or LONG_AGO,),
        "load": lambda one: (one.load / one.capacity, one.last or LONG_AGO),
        "skill": lambda one: (-level(one, matter), one.load / one.capacity, one.last or LONG_AGO),
    }
    return sorted(
        able(candidates, matter), key=lambda one: (one.user != matter.usual, *keys[method](one))
    )


def assign(matters, candidates, method, now):
    """Deal all *matters* out, each choice counting for the next.

    :return: ``{request: Choice}``; those for whom nobody has room or skill are left out
    """
    people, found = list(candidates), {}
    for matter in in_order(matters):
        ranked = rank(people, matter, method)
        if not ranked:
            continue
        best = ranked[0]
        reason = "usual" if best.user == matter.usual else method
        found[matter.request] = Choice(
            best.user, reason, best.load, best.capacity, level(best, matter)
        )
        place = people.index(best)
        people[place] = best._replace(load=best.load + 1, last=now)
        if method == "turn":  # his turn is over: equal dates go by the order of the list
            people.append(people.pop(place))
    return found
