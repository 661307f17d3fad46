"""Who works on which mail, form, fax, chat or call-back: the ranking of calls, with room (CC-7).

A contact is offered as a call is: to who is ready, serves the queue, speaks the language and has
the skills, the most urgent first (``tools/routing.py``). Other than calls an agent has several at a
time, up to his *room* for each kind; so the ranking is asked again and again, each time giving each
agent one more, until nobody has room or nothing is left. Who has little to do comes first, then.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import routing

#: Kinds of room an agent has: what can wait for an hour, and what is answered at once.
KINDS = ("mail", "chat")


@dataclass(frozen=True)
class Contact:
    """Something that waits for an agent.

    :param place: as for a caller; ``call`` is the number of the contact
    :param kind: whose room it takes, one of :data:`KINDS`
    :param circle: label of those with a right to it; only they get it
    """

    place: routing.Waiting
    kind: str
    circle: Hashable = ""


@dataclass(frozen=True)
class Desk:
    """An agent and how much more he can take.

    :param agent: his ``queues`` are the numbers of queues he serves
    :param room: kind → how many more; negative after his limit was lowered
    :param circles: those he belongs to
    """

    agent: routing.Agent
    room: Mapping[str, int] = field(default_factory=dict)
    circles: frozenset[Hashable] = frozenset([""])


def offers(
    contacts: Sequence[Contact], desks: Sequence[Desk], now: float, rules: routing.Rules
) -> list[routing.Choice]:
    """Who is offered what now, the most urgent first; nobody more than he has room for.

    :param now: seconds since 1970
    """
    left = {contact.place.call: contact for contact in contacts}
    room = {desk.agent.agent: dict(desk.room) for desk in desks}
    found = []
    load = {desk.agent.agent: desk.agent.load for desk in desks}
    while choices := _round(left.values(), desks, room, load, now, rules):
        for choice in choices:
            room[choice.agent][left.pop(choice.call).kind] -= 1
            load[choice.agent] += 1
        found += choices
    return found


def _round(contacts, desks, room, load, now, rules):
    """One more contact for each who has room.

    A queue is one of its own for each kind and circle here: so the ranking, which knows neither,
    gives nothing to who has no room or no right.
    """
    waiting = [replace(one.place, queue=_door(one.place.queue, one)) for one in contacts]
    wanted = {(one.kind, one.circle) for one in contacts}
    agents = [
        replace(
            desk.agent,
            load=load[desk.agent.agent],
            queues=frozenset(
                (queue, kind, circle)
                for queue in desk.agent.queues
                for kind, circle in wanted
                if circle in desk.circles and room[desk.agent.agent].get(kind, 0) > 0
            ),
        )
        for desk in desks
    ]
    return routing.rank(waiting, agents, now, rules)


def _door(queue, contact):
    return queue, contact.kind, contact.circle


def is_over(until: float | None, now: float) -> bool:
    """Whether the time to accept an offer has passed; ``None``: it has no end."""
    return until is not None and now >= until
