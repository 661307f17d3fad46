"""Who gets which person: opportunities and tasks shared among salespeople (ROI-1).

Pure: the same persons and sellers in the same order always give the same result. Whoever has
reached his limit gets nobody any more; a person whom nobody may take is left without a seller.
"""

from dataclasses import dataclass

WAYS = ("round_robin", "load", "territory", "tier")


@dataclass(frozen=True)
class Person:
    """Somebody to be given to a seller.

    :param owner: the salesperson he has already, or None
    """

    key: int
    country: int | None = None
    state: int | None = None
    tier: str | None = None
    owner: int | None = None


@dataclass(frozen=True)
class Seller:
    """Somebody who takes persons.

    :param load: open opportunities he has now
    :param limit: how many he may have at all; None: any number
    :param countries, states: his territory; both empty: everywhere
    :param tiers: tiers of customers he is for; empty: all
    """

    key: int
    load: int = 0
    limit: int | None = None
    countries: frozenset = frozenset()
    states: frozenset = frozenset()
    tiers: frozenset = frozenset()


def distribute(persons, sellers, way, keep_owner=True, last=None):
    """Give each person a seller.

    :param way: ``round_robin``: by turns, beginning after *last*; ``load``: to whom has least;
        ``territory``: to those of the person's state, else of his country, else without
        territory; ``tier``: to those who are for his tier, else for all. Of several the one with
        the least load takes him, then the first in the list
    :param keep_owner: a person's own salesperson keeps him, whether he is in the list or not, and
        whatever his limit
    :param last: key of the seller who took the last person before
    :return: ``{person key: seller key or None}``
    :raises ValueError: when there is no such way
    """
    if way not in WAYS:
        raise ValueError(f"Unknown way: {way}")
    desk = _Desk(sellers, last)
    return {person.key: desk.give(person, way, keep_owner) for person in persons}


class _Desk:
    """The sellers with what they have by now."""

    def __init__(self, sellers, last):
        self.sellers = list(sellers)
        self.loads = {seller.key: seller.load for seller in self.sellers}
        keys = [seller.key for seller in self.sellers]
        self.turn = keys.index(last) + 1 if last in keys else 0

    def give(self, person, way, keep_owner):
        chosen = person.owner if keep_owner and person.owner else self._choose(person, way)
        if chosen in self.loads:
            self.loads[chosen] += 1
        return chosen

    def _choose(self, person, way):
        free = [seller for seller in self.sellers if self._free(seller)]
        if way == "round_robin":
            return self._next(free)
        suited = _suited(person, free, way)
        least = min(suited, key=lambda seller: self.loads[seller.key], default=None)
        return least and least.key

    def _free(self, seller):
        return seller.limit is None or self.loads[seller.key] < seller.limit

    def _next(self, free):
        """The next of the list who is free, in turn."""
        for step in range(len(self.sellers)):
            place = (self.turn + step) % len(self.sellers)
            if self.sellers[place] in free:
                self.turn = place + 1
                return self.sellers[place].key
        return None


def _suited(person, sellers, way):
    """Those of *sellers* who fit the person best."""
    if way == "territory":
        return (
            [s for s in sellers if person.state and person.state in s.states]
            or [s for s in sellers if _whole_country(person, s)]
            or [s for s in sellers if not s.countries and not s.states]
        )
    if way == "tier":
        return [s for s in sellers if person.tier and person.tier in s.tiers] or [
            s for s in sellers if not s.tiers
        ]
    return sellers


def _whole_country(person, seller):
    return bool(person.country and person.country in seller.countries)
