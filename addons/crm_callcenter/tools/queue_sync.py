"""What an exchange has to know of the queues: members of app_queue, and settings (CC-3).

Odoo compares what there should be with what the exchange last said, and asks for the difference.
So it does not matter what was lost on the way: a restart of the exchange, a command that expired,
somebody who added a member by hand.

An agent who has all skills on the levels asked for has penalty 0 to 3, the better ones called
first; who has less than is asked for, in a queue that asks for less after some waiting, comes
after all of them: app_queue asks for the higher penalty only when nobody with a lower one is free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: The best level of a skill.
TOP = 4
#: Added to the penalty of who has less than is asked for.
BELOW = 10
#: Why a member is paused who writes up his last call: no word of his own, so his state stays.
WRAP_UP = "wrap_up"


@dataclass(frozen=True)
class Asked:
    """What a queue asks for: skill → level; ``falls``: less is enough after some waiting.

    :param given_up: skills that are not asked for any more after some waiting
    """

    code: str
    needs: Mapping[int, int] = field(default_factory=dict)
    falls: bool = False
    given_up: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Worker:
    """An agent on shift. ``pause``: why he is to get nobody now, ``""``: he is to."""

    interface: str
    name: str = ""
    skills: Mapping[int, int] = field(default_factory=dict)
    pause: str = ""


@dataclass(frozen=True)
class Member:
    """A member of a queue on the exchange.

    :param fixed: it is in the exchange's own configuration, and cannot be removed
    """

    penalty: int = 0
    paused: bool = False
    fixed: bool = False


def penalty(asked: Asked, skills: Mapping[int, int]) -> int | None:
    """Penalty of an agent with these skills in a queue, ``None``: he is no member."""
    gaps, spare = 0, [TOP]
    for skill, level in asked.needs.items():
        own = skills.get(skill, 0)
        spare.append(own)
        if own >= level:
            continue
        if skill not in asked.given_up and not (asked.falls and own):
            return None
        gaps += level - own
    if gaps:
        return BELOW + gaps
    return TOP - min(spare)


def wanted(
    queues: Sequence[Asked], workers: Sequence[Worker]
) -> dict[tuple[str, str], tuple[Member, Worker]]:
    """``{(queue, interface): (member, agent)}`` as it should be."""
    found = {}
    for queue in queues:
        for worker in workers:
            points = penalty(queue, worker.skills)
            if points is not None:
                member = Member(points, bool(worker.pause))
                found[queue.code, worker.interface] = member, worker
    return found


def changes(
    wanted: Mapping[tuple[str, str], tuple[Member, Worker]],
    there: Mapping[tuple[str, str], Member],
    codes: Sequence[str],
) -> list[tuple[str, dict]]:
    """Commands that turn what is *there* into what is *wanted*: (action, values), in order.

    :param codes: queues that Odoo looks after; members of others are left alone
    """
    found = [
        ("queue_remove", {"queue": queue, "interface": interface})
        for (queue, interface), member in sorted(there.items())
        if (queue, interface) not in wanted and queue in codes and not member.fixed
    ]
    for place, (member, worker) in sorted(wanted.items()):
        found += _change(*place, member, worker, there.get(place))
    return found


def _change(queue, interface, member, worker, now):
    who = {"queue": queue, "interface": interface}
    if now is None:
        details = {"member_name": worker.name, "penalty": member.penalty, "paused": member.paused}
        return [("queue_add", who | details)]
    found = []
    if now.penalty != member.penalty:
        found.append(("queue_penalty", who | {"penalty": member.penalty}))
    if now.paused != member.paused:
        action = ("queue_pause", who | {"reason": worker.pause})
        found.append(action if member.paused else ("queue_unpause", who))
    return found


@dataclass(frozen=True)
class Plan:
    """What the dial plan has to know of a queue.

    :param way: ``odoo``: our own routing; ``exchange``: app_queue
    :param open: whether it is open, until ``until`` (seconds since 1970; 0: for ever)
    :param most: callers who may wait, 0: any number
    :param longest: seconds after which a caller overflows
    :param late, closed, nobody, full: what happens then: ``to*CODE`` (another queue),
        ``voicemail``, ``callback``, ``message``, or ``""`` (he goes on waiting)
    :param ring: seconds a telephone rings
    :param announce: seconds between announcements of the place, 0: none
    :param key: whether a call-back can be asked for by pressing 1
    :param silent: seconds without a sign of life of Odoo after which app_queue takes over
    """

    way: str = "exchange"
    open: bool = True
    until: float = 0.0
    most: int = 0
    longest: int = 600
    late: str = ""
    closed: str = "message"
    nobody: str = ""
    full: str = ""
    ring: int = 20
    announce: int = 0
    key: bool = False
    silent: int = 15

    def text(self) -> str:
        """One value of the exchange, its parts in the order in which ``routing.conf`` reads it."""
        parts = (
            self.way, int(self.open), round(self.until), self.most, self.longest, self.late,
            self.closed, self.nobody, self.full, self.ring, self.announce, int(self.key),
            self.silent,
        )  # fmt: skip
        return "/".join(str(part) for part in parts)


#: The listener's own message after a list of members: those named there are all there are.
MEMBERS = "ListenerMembers"
#: Messages of the exchange that tell one member as he is now.
_TOLD = {"QueueMemberAdded", "QueueMemberPenalty", "QueueMemberPause", "QueueMemberStatus"}


def member_line(message: Mapping[str, str]) -> str:
    """A member as a line of :data:`MEMBERS`; a tab in a name cannot make a second field."""
    place = message.get("Location") or message.get("Interface", "")
    parts = [message.get("Queue", ""), place, message.get("Penalty", "")]
    parts += [message.get("Paused", ""), message.get("Membership", "")]
    return "\t".join(str(part).replace("\t", " ").replace("\n", " ") for part in parts)


def heard(
    there: Mapping[tuple[str, str], Member], messages: Sequence[Mapping[str, str]]
) -> dict[tuple[str, str], Member]:
    """The members after these messages, in their order; malformed ones change nothing."""
    found = dict(there)
    for message in messages:
        event = message.get("Event")
        if event == MEMBERS:
            rows = map(_member, str(message.get("Members", "")).split("\n"))
            found = dict(row for row in rows if row)
        elif event in _TOLD and (row := _member(member_line(message))):
            found[row[0]] = row[1]
        elif event == "QueueMemberRemoved":
            found.pop((message.get("Queue"), message.get("Interface")), None)
    return found


def _member(line):
    """((queue, interface), member) of a line, ``None`` for one that is none."""
    parts = line.split("\t")
    if len(parts) != 5 or not parts[0] or not parts[1] or not parts[2].isdecimal():
        return None
    queue, interface, points, paused, membership = parts
    # members of a real-time table cannot be removed by a command, either
    return (queue, interface), Member(int(points), paused == "1", membership != "dynamic")
