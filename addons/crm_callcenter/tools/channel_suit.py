"""Which channel suits whom (CC-9): cost per contact, and what a dearer channel than needed costs.

Cost per contact is what the channel really cost in the period ÷ its contacts, beside the rate that
was configured. A customer's contact *suits* a cheaper channel when that channel can do what the
contact was for and the customer can use it. Money is in one currency. What is not known is
``None`` and is never taken as free.
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

#: contacts below which real cost is chance (one dear month of an empty channel): the rate is used
LEAST_CONTACTS = 100
_CENT = 0.005


@dataclass(frozen=True)
class Channel:
    """A channel in a period.

    :param contacts: customers served
    :param cost: what the channel cost in the period; ``None``: not known
    :param rate: configured cost per contact; ``None``: none configured
    :raises ValueError: a negative or infinite figure
    """

    code: str
    contacts: float = 0
    cost: float | None = None
    rate: float | None = None

    def __post_init__(self):
        for name in ("contacts", "cost", "rate"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} of {self.code} must be 0 or more, not {value!r}.")


@dataclass(frozen=True)
class ChannelCost:
    """Cost per contact of one channel.

    :param real: cost ÷ contacts
    :param rate: as configured
    :param used: *real* if enough contacts stand behind it, else *rate*, else *real*
    :param off: real ÷ rate − 1: by how much the rate is wrong
    """

    code: str
    contacts: float
    real: float | None
    rate: float | None
    used: float | None
    off: float | None


def channel_costs(
    channels: Iterable[Channel], least: float = LEAST_CONTACTS
) -> dict[str, ChannelCost]:
    """Cost per contact by channel, real beside configured, the dearest first, unknown ones last.

    :raises ValueError: a channel given twice
    """
    found = {}
    for channel in channels:
        if channel.code in found:
            raise ValueError(f"Channel {channel.code} is given twice.")
        found[channel.code] = _cost(channel, least)
    order = sorted(found.values(), key=lambda cost: (cost.used is None, -(cost.used or 0.0)))
    return {cost.code: cost for cost in order}


def _cost(channel, least):
    real = None
    if channel.cost is not None and channel.contacts:
        real = channel.cost / channel.contacts
    enough = real is not None and (channel.contacts >= least or channel.rate is None)
    off = real / channel.rate - 1.0 if real is not None and channel.rate else None
    used = real if enough else channel.rate
    return ChannelCost(channel.code, channel.contacts, real, channel.rate, used, off)


@dataclass(frozen=True)
class Contacts:
    """How often a customer came with a need through a channel."""

    customer: Hashable
    need: Hashable
    channel: str
    count: float = 1


@dataclass(frozen=True)
class Move:
    """Contacts that a cheaper channel could have taken, and what the company saves by it.

    *customer_saving* is the customer's own money (fees, travel); ``None``: a price is not known.
    """

    need: Hashable
    channel: str
    suits: str
    contacts: float
    saving: float
    customer_saving: float | None


@dataclass(frozen=True)
class Suit:
    """A customer on dearer channels than suit them.

    :param cost: of all contacts whose channel has a known cost
    :param contacts: all of them, *unpriced* those without a known cost
    :param moves: the largest saving first
    """

    customer: Hashable
    contacts: float
    unpriced: float
    cost: float
    saving: float
    customer_saving: float | None
    moves: tuple[Move, ...]


def dearer_than_suits(
    contacts: Iterable[Contacts],
    cost: Mapping[str, float | None],
    can_do: Mapping[Hashable, Iterable[str]],
    can_use: Mapping[Hashable, Iterable[str]] | None = None,
    price: Mapping[str, float] | None = None,
    least_saving: float = 0.0,
) -> list[Suit]:
    """Customers who would save something, the largest saving first: the audience.

    :param contacts: of the period; the same customer, need and channel may come several times
    :param cost: company's cost per contact by channel (``ChannelCost.used``)
    :param can_do: channels that can serve a need; a need that is not in it stays where it is
    :param can_use: channels a customer can use; who is not in it can use all. ``None``: everybody
    :param price: what a contact costs the customer, by channel
    :param least_saving: customers who would save no more than this are left out
    :raises ValueError: a count that is not above 0
    """
    cheapest = _Cheapest(cost, can_do, can_use or {}, price or {})
    found = [cheapest.suit(*customer) for customer in _by_customer(contacts).items()]
    wanted = [suit for suit in found if suit.moves and suit.saving > least_saving]
    return sorted(wanted, key=lambda suit: (-suit.saving, str(suit.customer)))


def _by_customer(contacts):
    """Contacts by customer, then by (need, channel)."""
    found: dict[Hashable, dict] = {}
    for contact in contacts:
        if not (math.isfinite(contact.count) and contact.count > 0):
            raise ValueError(f"A count of contacts must be above 0, not {contact.count!r}.")
        counts = found.setdefault(contact.customer, {})
        key = contact.need, contact.channel
        counts[key] = counts.get(key, 0) + contact.count
    return found


@dataclass(frozen=True)
class _Cheapest:
    cost: Mapping
    can_do: Mapping
    can_use: Mapping
    price: Mapping

    def suit(self, customer, counts):
        moves = []
        for (need, channel), count in counts.items():
            move = self._move(customer, need, channel, count)
            if move:
                moves.append(move)
        moves.sort(key=lambda move: (-move.saving, str(move.need), move.channel))
        priced = {key: count for key, count in counts.items() if self._known(key[1])}
        whole, known = math.fsum(counts.values()), math.fsum(priced.values())
        return Suit(
            customer,
            whole,
            whole - known,
            math.fsum(count * self.cost[channel] for (_need, channel), count in priced.items()),
            math.fsum(move.saving for move in moves),
            _sum_known([move.customer_saving for move in moves]),
            tuple(moves),
        )

    def _known(self, channel):
        return self.cost.get(channel) is not None

    def _move(self, customer, need, channel, count):
        """To the cheapest channel that can do it; ``None`` when that is no cheaper by a cent."""
        if not self._known(channel):
            return None
        usable = self.can_use.get(customer)
        choice = [
            other
            for other in self.can_do.get(need, ())
            if self._known(other) and (usable is None or other in usable)
        ]
        suits = min(choice, key=lambda other: (self.cost[other], other), default=channel)
        saving = count * (self.cost[channel] - self.cost[suits])
        if saving < _CENT:
            return None
        return Move(need, channel, suits, count, saving, self._own_saving(channel, suits, count))

    def _own_saving(self, channel, suits, count):
        if channel not in self.price or suits not in self.price:
            return None
        return count * (self.price[channel] - self.price[suits])


def _sum_known(values):
    """The sum, or ``None`` when a part of it is not known."""
    return None if None in values else math.fsum(values)
