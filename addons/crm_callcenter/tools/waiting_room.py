"""Who waits in the waiting room of our own routing, from the events of a call (CC-3).

Like ``call_fold`` a pure function of the *set* of events: duplicates, disorder and late parts do no
harm. Only what the waiting room itself says counts (events with a step ``wait_…``), and the end of
the channel. Whoever goes on to another queue because it takes too long keeps his place: he waits
since he came to the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .call_events import WAITING_ROOM
from .call_fold import RANK

#: Why a caller left a queue who goes on waiting in the next.
OVERFLOW = "overflow"


@dataclass(frozen=True)
class Stay:
    """A caller in the waiting room.

    :param leg: ``Uniqueid`` of his channel
    :param since: seconds since 1970: since then he waits, through how many queues ever
    :param joined: since then in this queue
    :param interface: telephone that rings for him, e.g. ``PJSIP/1001``, or ``""``
    :param rung: (telephone, moment, dial status) of those who did not take the call
    """

    leg: str
    channel: str
    queue: str
    since: float
    joined: float
    interface: str = ""
    rung: tuple[tuple[str, float, str], ...] = ()


def stays(events: Iterable) -> list[Stay]:
    """The stays that go on, of the events of one call; usually one or none.

    :param events: :class:`.call_events.Event`, in any order
    """
    known = {event.key: event for event in events if _counts(event)}
    inside, before = {}, {}
    for event in sorted(known.values(), key=_order):
        _take(event, inside, before)
    return [stay for _leg, stay in sorted(inside.items())]


def is_of_room(event) -> bool:
    """Whether the waiting room said it."""
    return event.data.get("step") in WAITING_ROOM


def _counts(event):
    return event.kind == "hung_up" or is_of_room(event)


def _order(event):
    return event.at, RANK.get(event.kind, 0), event.key


def _take(event, inside, before):
    """One event. ``before``: since when somebody waits who is on his way to another queue."""
    if event.kind == "queue_joined":
        queue, channel = event.data.get("queue", ""), event.data.get("channel", "")
        since = before.pop(event.leg, event.at)
        inside[event.leg] = Stay(event.leg, channel, queue, since, event.at)
        return
    stay = inside.get(event.leg)
    if stay is None:
        return
    interface = event.data.get("interface", "")
    if event.kind == "agent_called":
        inside[event.leg] = replace(stay, interface=interface)
    elif event.kind == "agent_rang_out":
        status = event.data.get("dial_status", "")
        rung = (*stay.rung, (interface, event.at, status))
        inside[event.leg] = replace(stay, interface="", rung=rung)
    else:
        del inside[event.leg]
        if event.kind == "queue_left" and event.data.get("reason") == OVERFLOW:
            before[event.leg] = stay.since
