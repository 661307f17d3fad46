"""What the call centre is measured by (CC-4, CC-8, CC-9): from plain counts and seconds to figures.

Each figure is one function with its formula. Counts and seconds of any interval, queue, agent,
skill or topic add up (``Calls + Calls``), figures do not: add the counts, then divide. Without a
denominator a figure is ``None``: no calls is not 0 %.

Terms as in COPC and in B. Cleveland, Call Center Management on Fast Forward (ICMI).
"""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields

#: the two formulas of the service level, and the second one of Asterisk's app_queue
OF_ANSWERED = "answered in time ÷ answered"
OF_OFFERED = "answered in time ÷ (answered + abandoned)"
OF_OFFERED_ASTERISK = "(answered + abandoned in time) ÷ (answered + abandoned)"


def share(part: float | None, whole: float | None) -> float | None:
    """*part* ÷ *whole*; ``None`` without a whole or when either is unknown."""
    if part is None or not whole:
        return None
    return part / whole


class _Sum:
    """Counts and seconds: finite, not negative, added field by field."""

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (number and math.isfinite(value) and value >= 0):
                raise ValueError(f"{field.name} must be a number from 0, not {value!r}.")
        self._check()

    def _check(self):
        """Refuse counts that contradict each other (``ValueError``)."""

    def __add__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(
            *(getattr(self, field.name) + getattr(other, field.name) for field in fields(self))
        )

    def _at_most(self, part, whole):
        if getattr(self, part) > getattr(self, whole):
            raise ValueError(
                f"{part} ({getattr(self, part)}) cannot be more than"
                f" {whole} ({getattr(self, whole)})."
            )


@dataclass(frozen=True)
class Calls(_Sum):
    """Incoming calls by result, each call in exactly one; waiting in seconds.

    :param answered: an agent spoke with the caller
    :param answered_in_time: those of them who waited no longer than the threshold
    :param abandoned: hung up waiting, after the limit of short ones
    :param abandoned_in_time: those of them who did within the threshold
    :param short_abandoned: hung up within the first seconds: wrong number, second thoughts
    :param no_answer: rang and nobody took it
    :param rejected: refused by an agent or a telephone
    :param ivr_contained: ended in the IVR with what the caller wanted
    :param callback_requested: left the queue and will be called back
    :param transferred: answered calls that were passed on
    :param waited_answered: seconds in the queue of the answered calls; the same of the others
    """

    answered: float = 0
    answered_in_time: float = 0
    abandoned: float = 0
    abandoned_in_time: float = 0
    short_abandoned: float = 0
    busy: float = 0
    no_answer: float = 0
    rejected: float = 0
    failed: float = 0
    ivr_contained: float = 0
    callback_requested: float = 0
    voicemail: float = 0
    transferred: float = 0
    waited_answered: float = 0
    waited_abandoned: float = 0
    waited_short: float = 0

    def _check(self):
        self._at_most("answered_in_time", "answered")
        self._at_most("abandoned_in_time", "abandoned")
        self._at_most("transferred", "answered")

    @property
    def offered(self):
        """All that wanted an agent: every result except contained in the IVR."""
        return (
            self.answered
            + self.abandoned
            + self.short_abandoned
            + self.busy
            + self.no_answer
            + self.rejected
            + self.failed
            + self.callback_requested
            + self.voicemail
        )

    @property
    def all(self):
        """Every call, those contained in the IVR too."""
        return self.offered + self.ivr_contained


@dataclass(frozen=True)
class AgentTime(_Sum):
    """Seconds that agents spent in each state; *talk* without *hold*."""

    talk: float = 0
    hold: float = 0
    wrap_up: float = 0
    ringing: float = 0
    ready: float = 0
    paused: float = 0

    @property
    def handling(self):
        """Talk, hold and wrap-up."""
        return self.talk + self.hold + self.wrap_up


# --- waiting --------------------------------------------------------------------------------------


def average_speed_of_answer(calls: Calls) -> float | None:
    """Seconds in the queue of the answered calls ÷ answered calls (ASA)."""
    return share(calls.waited_answered, calls.answered)


def average_wait(calls: Calls) -> float | None:
    """Seconds in the queue of all who waited for an agent ÷ their number.

    The answered, the abandoned and the short abandoned; who met busy or a failure did not wait.
    """
    waited = calls.waited_answered + calls.waited_abandoned + calls.waited_short
    return share(waited, calls.answered + calls.abandoned + calls.short_abandoned)


@dataclass(frozen=True)
class ServiceLevel:
    """The share answered within the threshold by each formula; the field says which.

    :param of_answered: :data:`OF_ANSWERED` (app_queue's ``ServicelevelPerf``): flatters a queue
        whose callers give up
    :param of_offered: :data:`OF_OFFERED`: an abandoned call was not served in time; short
        abandoned calls are left out
    :param of_offered_asterisk: :data:`OF_OFFERED_ASTERISK` (``ServicelevelPerf2``): who gave up
        within the threshold counts as served
    """

    of_answered: float | None
    of_offered: float | None
    of_offered_asterisk: float | None


def service_level(calls: Calls) -> ServiceLevel:
    """The service level by each known formula."""
    waited = calls.answered + calls.abandoned
    return ServiceLevel(
        share(calls.answered_in_time, calls.answered),
        share(calls.answered_in_time, waited),
        share(calls.answered_in_time + calls.abandoned_in_time, waited),
    )


# --- not connected --------------------------------------------------------------------------------


@dataclass(frozen=True)
class NotConnected:
    """Share of the offered calls that reached nobody, and the shares that make it up.

    *unanswered* rang out or were rejected. Callers who asked for a call-back or left a message
    are offered but not lost: *diverted*, apart from *total*.
    """

    total: float | None
    abandoned: float | None
    short_abandoned: float | None
    busy: float | None
    unanswered: float | None
    failed: float | None
    diverted: float | None


def not_connected(calls: Calls) -> NotConnected:
    """The share not connected (CC-8), each part ÷ offered calls; the parts add up to the total."""
    unanswered = calls.no_answer + calls.rejected
    parts = (calls.abandoned, calls.short_abandoned, calls.busy, unanswered, calls.failed)
    diverted = calls.callback_requested + calls.voicemail
    return NotConnected(*(share(part, calls.offered) for part in (sum(parts), *parts, diverted)))


# --- IVR and self-service -------------------------------------------------------------------------


@dataclass(frozen=True)
class Menu(_Sum):
    """How often an IVR menu was entered and left, each entry in exactly one way.

    :param contained: the caller got what they wanted there and hung up
    :param to_agent: went on to a queue
    :param to_menu: went on to another menu
    :param hung_up: left without a result
    :param timed_out: pressed nothing, or nothing valid, until the menu gave up
    """

    entered: float = 0
    contained: float = 0
    to_agent: float = 0
    to_menu: float = 0
    hung_up: float = 0
    timed_out: float = 0

    def _check(self):
        if self._left > self.entered:
            raise ValueError(f"{self._left} exits from a menu entered {self.entered} times.")

    @property
    def _left(self):
        return self.contained + self.to_agent + self.to_menu + self.hung_up + self.timed_out


@dataclass(frozen=True)
class MenuExits:
    """Ways out of a menu ÷ entries; *unknown* is what no event told."""

    contained: float | None
    to_agent: float | None
    to_menu: float | None
    hung_up: float | None
    timed_out: float | None
    unknown: float | None


def menu_exits(menu: Menu) -> MenuExits:
    """Exits of one menu (CC-4, CC-8); the six shares add up to 1."""
    ways = (menu.contained, menu.to_agent, menu.to_menu, menu.hung_up, menu.timed_out)
    return MenuExits(*(share(way, menu.entered) for way in (*ways, menu.entered - sum(ways))))


def ivr_containment(contained: float, entered: float) -> float | None:
    """Calls that ended in the IVR with a result ÷ calls that entered it (calls, not menus).

    :raises ValueError: more contained than entered, or a negative count
    """
    return share(*_part_of(contained, entered, "contained", "entered"))


def self_service_share(solved: float, contacts: float) -> float | None:
    """Contacts solved without a person (IVR, web, portal) ÷ all contacts.

    :raises ValueError: more solved than contacts, or a negative count
    """
    return share(*_part_of(solved, contacts, "solved", "contacts"))


# --- agents ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """Average seconds an answered call takes of an agent; the parts add up to *total* (AHT)."""

    talk: float | None
    hold: float | None
    wrap_up: float | None
    total: float | None


def handling_time(time: AgentTime, answered: float) -> Handling:
    """Average handling time and its parts: seconds ÷ calls the agents handled."""
    parts = (time.talk, time.hold, time.wrap_up, time.handling)
    return Handling(*(share(part, answered) for part in parts))


def occupancy(time: AgentTime) -> float | None:
    """Handling ÷ (handling + ringing + ready): how busy agents are while they can take calls.

    Ringing is not handling; pauses are not in the denominator.
    """
    return share(time.handling, time.handling + time.ringing + time.ready)


def utilization(time: AgentTime) -> float | None:
    """Handling ÷ all signed-in seconds, pauses too."""
    return share(time.handling, time.handling + time.ringing + time.ready + time.paused)


def transfer_rate(calls: Calls) -> float | None:
    """Answered calls that were passed on ÷ answered calls."""
    return share(calls.transferred, calls.answered)


def cost_per_contact(cost: float | None, contacts: float) -> float | None:
    """Money ÷ contacts; ``None`` without contacts or when the cost is not known."""
    return share(cost, contacts)


# --- adherence ------------------------------------------------------------------------------------

Span = tuple[float, float]


@dataclass(frozen=True)
class Adherence:
    """Seconds on schedule and off it.

    :param share: seconds worked within the schedule ÷ seconds scheduled
    :param scheduled: seconds
    :param kept: scheduled seconds that were worked
    :param outside: seconds worked that were not scheduled
    """

    share: float | None
    scheduled: float
    kept: float
    outside: float


def adherence(scheduled: Iterable[Span], worked: Iterable[Span]) -> Adherence:
    """How far the agent was at work when planned.

    :param scheduled: ``(start, end)`` in epoch seconds, in any order, overlaps count once
    :param worked: the same, of the states that count as work
    :raises ValueError: an end before its start
    """
    planned, done = _merged(scheduled), _merged(worked)
    kept = _common(planned, done)
    whole = math.fsum(end - start for start, end in planned)
    all_work = math.fsum(end - start for start, end in done)
    return Adherence(share(kept, whole), whole, kept, all_work - kept)


def _merged(spans):
    """The spans in order, those that touch or overlap made one."""
    merged = []
    for start, end in sorted(spans):
        if end < start:
            raise ValueError(f"A span ends ({end}) before it starts ({start}).")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _common(first, second):
    """Seconds in both; each list in order and without overlaps."""
    seconds, left, right = 0.0, 0, 0
    while left < len(first) and right < len(second):
        (start, end), (other_start, other_end) = first[left], second[right]
        seconds += max(0.0, min(end, other_end) - max(start, other_start))
        if end <= other_end:
            left += 1
        else:
            right += 1
    return seconds


# --- first-contact resolution ---------------------------------------------------------------------


@dataclass(frozen=True)
class Resolution:
    """First contacts that can be judged, those that needed no second one, and their share."""

    judged: int
    resolved: int
    share: float | None


def first_contact_resolution(
    contacts: Iterable[tuple[Hashable, float]], window: float, until: float
) -> Resolution:
    """Share of first contacts after which nobody came back within *window* seconds.

    A contact is a first one when the same matter had none in the window before it. It is judged
    once its window is over: what happened yesterday may still come back.

    :param contacts: ``(matter, epoch seconds)``; a matter is a customer with a topic or a request
    :param window: usually 7 days
    :param until: data are complete up to here
    :raises ValueError: the window is not positive
    """
    if not window > 0:
        raise ValueError(f"The window must be above 0 seconds, not {window!r}.")
    by_matter = {}
    for matter, at in contacts:
        by_matter.setdefault(matter, []).append(at)
    judged = resolved = 0
    for moments in by_matter.values():
        for gap in _gaps_after_first(sorted(moments), window, until):
            judged += 1
            resolved += gap > window
    return Resolution(judged, resolved, share(resolved, judged))


def _gaps_after_first(moments, window, until):
    """Seconds to the next contact (∞: none) after each first one whose window is over."""
    before = [-math.inf, *moments]
    after = [*moments[1:], math.inf]
    for earlier, at, later in zip(before, moments, after, strict=False):
        if at - earlier > window and at + window <= until:
            yield later - at


# --- all together ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measures:
    """The figures of an interval; see the function of the same name for each."""

    offered: float
    average_speed_of_answer: float | None
    average_wait: float | None
    service_level: ServiceLevel
    not_connected: NotConnected
    ivr_containment: float | None
    handling_time: Handling
    occupancy: float | None
    transfer_rate: float | None
    cost_per_contact: float | None


def measures(
    calls: Calls, time: AgentTime, ivr_entered: float = 0, cost: float | None = None
) -> Measures:
    """All figures of one interval, or of the sum of several.

    :param ivr_entered: calls that went through the IVR
    :param cost: what the interval cost; per call of any result, IVR too
    """
    return Measures(
        calls.offered,
        average_speed_of_answer(calls),
        average_wait(calls),
        service_level(calls),
        not_connected(calls),
        ivr_containment(calls.ivr_contained, ivr_entered) if ivr_entered else None,
        handling_time(time, calls.answered),
        occupancy(time),
        transfer_rate(calls),
        cost_per_contact(cost, calls.all),
    )


def _part_of(part, whole, name, whole_name):
    if not 0 <= part <= whole:
        raise ValueError(
            f"{name} ({part}) must be from 0 to {whole_name} ({whole}): a part of them."
        )
    return part, whole
