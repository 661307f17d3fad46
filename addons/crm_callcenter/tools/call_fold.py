"""A call from its events: the same whatever their order, however often each came (CC-8).

:func:`fold` is a pure function of the *set* of events of one ``Linkedid``. It never raises: of
events that are missing, a moment is missing, and the call says so (``incomplete``). A call whose
end was never told stays open until an event ``hung_up`` with ``vanished`` in its data says that the
exchange no longer lists its channels. The true end was earlier, so durations are an upper bound
and the call is incomplete; a hang-up that is heard of after all takes its place.

*Talk* is the time the other side (customer) shares a bridge with anybody, without the time on hold;
*hold* the time from the first to the last word for which somebody put him on hold, consulting a
colleague included, but not in a queue; *wait* the time in queues; *ring* how long the telephone
rang that was answered; *muted* the time the recording was silenced, e.g. for the number of a card.
Durations are seconds and never negative: where the exchange's clock went back they are 0, and the
call is marked (``skewed``).
"""

from dataclasses import dataclass, field, replace

ANSWERED = "answered"
CANCELED = "cancelled"
#: Dial status of Asterisk: result of the leg that was called.
DIAL_RESULTS = {
    "ANSWER": ANSWERED,
    "BUSY": "busy",
    "NOANSWER": "no_answer",
    "CANCEL": CANCELED,
    "DONTCALL": "rejected",
    "TORTURE": "rejected",
    "CONGESTION": "failed",
    "CHANUNAVAIL": "failed",
}
#: Q.850 causes that say more than the dial status: a line to the outside that was refused (603) or
#: does not exist (404) ends with the status of one that nobody answered.
CAUSE_RESULTS = {
    1: "failed", 3: "failed", 17: "busy", 18: "no_answer", 19: "no_answer", 21: "rejected",
    27: "failed", 28: "failed", 34: "failed", 38: "failed",
}  # fmt: skip
VAGUE = (None, "failed", "no_answer")
#: What the dial plan says of how a caller was served without a person.
SERVED = {
    "ivr_contained": "ivr_contained",
    "callback": "callback_requested",
    "voicemail": "voicemail",
}
#: What it says of a customer whom a call list called, and who talked with nobody (CC-6).
DIALED = {
    "dialer_machine": "voicemail",
    "dialer_heard": "ivr_contained",
    "dialer_confirmed": "ivr_contained",
    "dialer_abandoned": "abandoned",
}
#: Whom the menu sends away, or the hour, is not somebody who changed his mind at once, however
#: short it was. Who comes while a queue is closed has not waited in it and is none of its calls.
GIVEN_UP = ("ivr_given_up", "ivr_loop", "closed")
#: Of one moment: what comes before what. Without time stamps a whole batch has the same moment.
ORDER = (
    "started", "ivr", "queue_joined", "agent_called", "dialed", "ringing", "answered",
    "agent_rang_out", "dial_ended", "queue_abandoned", "queue_left", "agent_connected", "bridged",
    "held", "resumed", "transferred_blind", "transferred_attended", "hangup_requested",
    "agent_completed", "unbridged", "hung_up", "cdr",
)  # fmt: skip
RANK = {kind: place for place, kind in enumerate(ORDER)}
#: What may be told of a channel after its end.
AFTERWARDS = ("cdr", "originate_result", "recording_stopped", "agent_completed", "fax", "ivr")
#: A channel that does something so long before it began, or after it ended: a clock was set.
SKEW_SECONDS = 1.0
ON = ("1", "true", "yes", "on")
ANONYMOUS = {"", "anonymous", "unknown", "<unknown>", "restricted", "unavailable", "private"}


@dataclass(frozen=True)
class Setting:
    """What the fold has to know of the exchange.

    :param trunks: beginnings of channel names that lead outside, to customers
    :param short_seconds: who gives up sooner is a short abandon
    :param internal_digits: numbers with more digits are outside
    """

    trunks: tuple[str, ...] = ("PJSIP/trunk",)
    short_seconds: float = 5.0
    internal_digits: int = 5


@dataclass
class Leg:
    """One channel. ``kind``: customer (through a trunk), agent, or other (a local channel)."""

    uid: str
    channel: str = ""
    interface: str = ""
    kind: str = "other"
    number: str = ""
    name: str = ""
    start: float | None = None
    ringing: float | None = None
    answer: float | None = None
    end: float | None = None
    cause: int | None = None
    result: str | None = None
    ring: float = 0.0
    talk: float = 0.0
    seen: float = 0.0  # the first that was heard of it
    vanished: bool = False


@dataclass(frozen=True)
class Segment:
    """A stretch of time an agent's telephone was in a bridge with somebody."""

    leg: str
    interface: str
    began: float
    ended: float


@dataclass(frozen=True)
class Wait:
    """A stay in a queue.

    :param how: answered, abandoned, left (overflow, timeout), or waiting
    :param position: his place when he joined, from 1
    """

    queue: str
    joined: float
    left: float | None
    how: str
    position: int | None

    def seconds(self, now):
        return max((self.left if self.left is not None else now) - self.joined, 0.0)


@dataclass(frozen=True)
class Transfer:
    """Who gave the call away, how, and to what number.

    A telephone's own transfer (REFER) is told by Asterisk as the same blind or attended transfer.

    :param kind: blind or attended
    :param leg: the channel that gave it away
    :param by: its telephone, e.g. ``PJSIP/1001``
    """

    kind: str
    at: float
    leg: str
    target: str
    by: str = ""


@dataclass
class Call:
    """All of it; moments are seconds since 1970, durations seconds."""

    exchange: str = ""
    linked: str = ""
    direction: str = "internal"
    number: str = ""
    name: str = ""
    called: str = ""
    start: float | None = None
    answer: float | None = None
    end: float | None = None
    wait: float = 0.0
    ring: float = 0.0
    talk: float = 0.0
    hold: float = 0.0
    muted: float = 0.0
    result: str | None = None
    running: bool = True
    hung_up_by: str | None = None
    cause: int | None = None
    queue: str = ""
    interface: str = ""
    legs: list[Leg] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    path: list[dict] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    incomplete: bool = False
    skewed: bool = False

    @property
    def handling(self):
        """Seconds of talk and hold; what the agent writes afterwards is known by his state."""
        return round(self.talk + self.hold, 6)


def fold_all(events, setting=None):
    """``{(exchange, Linkedid): Call}``; the same ``Linkedid`` of two exchanges is two calls."""
    found = {}
    for event in events:
        if event.call:
            found.setdefault((event.exchange, event.call), []).append(event)
    return {place: fold(some, setting) for place, some in found.items()}


def fold(events, setting=None):
    """The call of these events of one exchange and ``Linkedid``.

    :param events: iterable of :class:`.call_events.Event`, in any order, duplicates included
    :return: :class:`Call`, empty without events
    """
    setting = setting or Setting()
    known = _distinct(events)
    if not known:
        return Call()
    call = Call(exchange=known[0].exchange, linked=known[0].call)
    legs = _legs(known, setting)
    call.legs = sorted(legs.values(), key=_began)
    _times(call, known, legs)
    _sides(call, known, setting)
    _queues(call, known)
    _talk(call, known, legs)
    _ways(call, known)
    _ending(call, known, setting)
    return call


def _distinct(events):
    """Each event once, in order; heard by two listeners, the moment of the first counts."""
    first = {}
    for event in events:
        if event.key not in first or event.at < first[event.key].at:
            first[event.key] = event
    ended = {
        event.leg
        for event in first.values()
        if event.kind == "hung_up" and not event.data.get("vanished")
    }
    needed = (
        event for event in first.values() if not (event.data.get("vanished") and event.leg in ended)
    )
    return sorted(needed, key=_order)


def _order(event):
    """By moment; of one moment kind and key decide, so that the order is always the same."""
    return event.at, RANK.get(event.kind, 0), event.key


def _began(leg):
    return (leg.seen if leg.start is None else leg.start), leg.uid


# -- legs --------------------------------------------------------------------------------------


def _legs(events, setting):
    legs = {}
    for event in events:
        if event.leg and event.kind not in ("cdr", "originate_result"):
            leg = legs.setdefault(event.leg, Leg(event.leg, seen=event.at))
            _note_channel(leg, event.data.get("channel", ""), setting)
            _note_state(leg, event)
        if dest := event.data.get("dest"):
            leg = legs.setdefault(dest, Leg(dest, seen=event.at))
            _note_channel(leg, event.data.get("dest_channel", ""), setting)
            _note_dial(leg, event)
    for leg in legs.values():
        _finish_leg(leg)
    return legs


def _note_channel(leg, channel, setting):
    if not channel or leg.channel:
        return
    leg.channel = channel
    leg.interface = channel.rpartition("-")[0] or channel
    if channel.startswith("Local/"):
        leg.kind = "other"
    elif channel.startswith(setting.trunks):
        leg.kind = "customer"
    else:
        leg.kind = "agent"


def _note_state(leg, event):
    first = {"started": "start", "ringing": "ringing", "answered": "answer"}.get(event.kind)
    if first and getattr(leg, first) is None:
        setattr(leg, first, event.at)
    # its beginning may be lost; what is told later is the same unless the dial plan changed it
    if event.kind == "started" or (leg.start is None and not leg.number):
        leg.number = _number(event.data.get("number"))
        leg.name = _number(event.data.get("name"))
    if event.kind == "hung_up" and leg.end is None:
        leg.end = event.at
        leg.vanished = bool(event.data.get("vanished"))
        leg.cause = None if leg.vanished else int(event.data.get("cause", 0))


def _note_dial(leg, event):
    if event.kind in ("dialed", "agent_called"):
        leg.start = event.at if leg.start is None else min(leg.start, event.at)
        leg.number = leg.number or _number(event.data.get("dest_number"))
    # a call that nobody took is canceled as well: that tells less
    if event.kind == "dial_ended" and leg.result in (None, CANCELED):
        leg.result = DIAL_RESULTS.get(event.data.get("dial_status", ""), "failed")
        if leg.result == ANSWERED and leg.answer is None:
            leg.answer = event.at
    if event.kind == "agent_rang_out" and leg.result in (None, CANCELED):
        leg.result = "no_answer"


def _finish_leg(leg):
    if leg.result in VAGUE and leg.cause in CAUSE_RESULTS and leg.answer is None:
        leg.result = CAUSE_RESULTS[leg.cause]
    if leg.result is None and leg.answer is not None:
        leg.result = ANSWERED
    until = leg.answer if leg.answer is not None else leg.end
    if leg.start is not None and until is not None:
        leg.ring = round(max(until - leg.start, 0.0), 6)


def _number(text):
    return "" if (text or "").lower() in ANONYMOUS else text


# -- the call ----------------------------------------------------------------------------------


def _times(call, events, legs):
    call.start = events[0].at
    open_legs = {leg.uid for leg in call.legs if leg.end is None}
    call.running = bool(open_legs) or not (legs or any(map(_is_over, events)))
    if not call.running:
        call.end = max([leg.end for leg in call.legs] or [events[-1].at])
    # the record of a call is written when its channel has ended
    billed = {event.leg for event in events if event.kind == "cdr"}
    call.incomplete = (
        not legs
        or any(leg.start is None or leg.vanished for leg in call.legs)
        or _left_what_it_never_entered(events)
        or (bool(open_legs) and not billed.isdisjoint({*open_legs, call.legs[0].uid}))
    )
    call.skewed = any(_is_skewed(event, legs.get(event.leg)) for event in events)


def _left_what_it_never_entered(events):
    entered = {(e.leg, e.data.get("bridge")) for e in events if e.kind == "bridged"}
    left = {(e.leg, e.data.get("bridge")) for e in events if e.kind == "unbridged"}
    return not left <= entered


def _is_over(event):
    """Said of a call of which no channel was ever heard."""
    failed = event.kind == "originate_result" and event.data.get("response") == "Failure"
    return failed or event.kind == "cdr"


def _is_skewed(event, leg):
    """A channel cannot do anything before it begins, nor after it ends."""
    if leg is None or event.kind in AFTERWARDS:
        return False
    if leg.start is not None and leg.end is not None and leg.end < leg.start:
        return True
    early = leg.start is not None and event.at < leg.start - SKEW_SECONDS
    return early or (leg.end is not None and event.at > leg.end + SKEW_SECONDS)


def _sides(call, events, setting):
    """Direction, and the number of the other side."""
    outside = [leg for leg in call.legs if leg.kind == "customer"]
    first = next((leg for leg in call.legs if leg.kind != "other"), None)
    call.called = _called(events)
    if not outside:
        _inside(call, events, first, setting)
    elif _is_outbound(events, first, outside[0]):
        call.direction = "outbound"
        call.number = call.called = _dialed_number(events, outside[0]) or call.called
    else:
        call.direction = "inbound"
        call.number, call.name = outside[0].number, outside[0].name


def _called(events):
    """What the caller dialed; the dial plan may tell which of our numbers that was."""
    did = next((event.data["did"] for event in events if event.data.get("did")), "")
    began = next((event for event in events if event.kind == "started"), None)
    return did or _extension(began.data.get("exten") if began else "")


def _is_outbound(events, first, outside):
    """Whether the exchange dialed the line to the outside, by an agent's or its own wish."""
    dialed = {(event.leg, event.data["dest"]) for event in events if event.data.get("dest")}
    if any(dest == outside.uid for _leg, dest in dialed):
        return True
    by_others = {dest for leg, dest in dialed if leg != dest}
    return first is not outside and first.uid not in by_others


def _inside(call, events, first, setting):
    """No line to the outside: colleagues, or somebody did not answer his own click to dial."""
    wanted = next((e.data["exten"] for e in events if _is_wish(e)), "")
    if len(wanted) > setting.internal_digits:
        call.direction, call.number, call.called = "outbound", wanted, wanted
    elif first:
        call.number, call.name = first.number, first.name


def _is_wish(event):
    return event.kind == "originate_result" and bool(event.data.get("exten"))


def _dialed_number(events, leg):
    """The number that was dialed for a leg to the outside."""
    for event in events:
        if event.kind in ("dialed", "dial_ended") and event.data.get("dest") == leg.uid:
            device = event.data.get("dial_string", "").rpartition("/")[2].partition("@")[0]
            numbers = _extension(event.data.get("exten")), device.removeprefix("sip:")
            return next(filter(None, numbers), "") or _number(event.data.get("dest_number"))
    return leg.number


def _extension(text):
    """A number that was dialed; ``s``, ``i``, ``t``, ``h`` are places in the dial plan."""
    return "" if text in ("s", "i", "t", "h") else _number(text)


def _queues(call, events):
    queueing = _Queueing()
    for event in events:
        queueing.take(event)
    how = "waiting" if call.running else "abandoned"
    for place in list(queueing.open):
        queueing.end(place, call.end, how)
    waits = [wait for some in queueing.waits.values() for wait in some]
    call.waits = sorted(waits, key=lambda wait: (wait.joined, wait.queue))
    call.incomplete |= queueing.gap
    now = max(event.at for event in events)
    call.wait = round(sum(wait.seconds(now) for wait in call.waits), 6)
    named = [event.data["queue"] for event in events if event.data.get("queue")]
    call.queue = call.waits[-1].queue if call.waits else (named or [""])[-1]


class _Queueing:
    """Stays in queues, by channel and queue, while the events go by.

    Leaving comes before connecting, abandoning before leaving; of either event one may be lost,
    and then what the channel does next tells how it went.
    """

    ENDS = {"queue_left": "left", "queue_abandoned": "abandoned", "agent_connected": ANSWERED}

    def __init__(self):
        self.waits = {}
        self.open = {}
        self.gap = False  # a stay of which the beginning was lost

    def take(self, event):
        place = event.leg, event.data.get("queue", "")
        if event.kind == "queue_joined":
            self.end(place, event.at, "left")
            self.open[place] = event.at, _whole(event.data.get("position"))
        elif event.kind in self.ENDS:
            if not self.open.get(place) and not self.waits.get(place):
                self.gap = True
                self._reopen(place, event)
            self.end(place, event.at, self.ENDS[event.kind])
        elif event.kind in ("bridged", "hung_up"):
            how = ANSWERED if event.kind == "bridged" else "abandoned"
            for one in [one for one in self.open if one[0] == event.leg]:
                self.end(one, event.at, how)

    def _reopen(self, place, event):
        """The end tells how long it was, in whole seconds; leaving alone does not."""
        if "hold" in event.data:
            self.open[place] = event.at - event.data["hold"], None

    def end(self, place, at, how):
        began, waits = self.open.pop(place, None), self.waits.setdefault(place, [])
        if began:
            waits.append(Wait(place[1], began[0], at, how, began[1]))
        elif waits and waits[-1].how == "left":
            waits[-1] = replace(waits[-1], how=how)


def _whole(value):
    return None if value is None else int(value)


def _talk(call, events, legs):
    """Time in bridges with somebody else: of the other side, and of each telephone."""
    now = call.end if call.end is not None else events[-1].at
    shared = _shared(events, legs, now)
    for leg in call.legs:
        leg.talk = _length(shared.get(leg.uid, []))
    side = [leg for leg in call.legs if leg.kind == "customer"] or call.legs[:1]
    spans = _union([span for leg in side for span in shared.get(leg.uid, [])])
    waits = [(wait.joined, now if wait.left is None else wait.left) for wait in call.waits]
    holds = _without(_switched(events, now, _hold_switch), waits)
    call.talk = max(round(_length(spans) - _overlap(holds, spans), 6), 0.0)
    call.hold = round(_overlap(holds, [(spans[0][0], spans[-1][1])]), 6) if spans else 0.0
    call.muted = _length(_switched(events, now, _mute_switch))
    if spans:
        call.answer = spans[0][0]
    elif not any(event.data.get("step") in DIALED for event in events):
        _picked_up(call)
    _agents(call, shared)


def _agents(call, shared):
    """Who talked when, and whose call it is: the last who talked, else who wanted to call."""
    agents = [leg for leg in call.legs if leg.kind == "agent"]
    call.segments = [
        Segment(leg.uid, leg.interface, *span)
        for leg in agents
        for span in _union(shared.get(leg.uid, []))
    ]
    talked = [leg for leg in agents if leg.talk > 0]
    if not talked and call.answer is not None:  # nobody told of a bridge
        talked = [leg for leg in agents if leg.answer is not None]
    if talked:
        call.interface, call.ring = talked[-1].interface, talked[0].ring
    elif agents and call.direction != "inbound":
        call.interface = agents[0].interface


def _picked_up(call):
    """Nobody told of a bridge. Who was called picked up all the same: then that was lost."""
    sides = {"inbound": ("agent",), "outbound": ("customer",)}.get(call.direction)
    called = [leg for leg in call.legs if leg.kind in sides] if sides else call.legs[1:]
    answers = [leg.answer for leg in called if leg.answer is not None]
    if answers and not any(wait.how == "abandoned" for wait in call.waits):
        call.answer = min(answers)
        call.incomplete |= not call.running


def _shared(events, legs, now):
    """``{leg: [(from, to)]}`` of the time at least two legs were in its bridge."""
    spans, inside, since = {}, {}, {}
    for event in events:
        bridge = event.data.get("bridge", "")
        if event.kind == "bridged":
            for place in [place for place in inside if place != bridge]:  # it is in one at a time
                _leave(place, event.leg, event.at, inside, since, spans)
            members = inside.setdefault(bridge, {})
            members[event.leg] = event.at
            if len(members) >= 2:
                for leg in members:
                    since.setdefault((bridge, leg), event.at)
        elif event.kind == "unbridged":
            _leave(bridge, event.leg, event.at, inside, since, spans)
        elif event.kind == "hung_up":
            for place in list(inside):
                _leave(place, event.leg, event.at, inside, since, spans)
    for (_bridge, leg), began in since.items():
        end = legs[leg].end if leg in legs and legs[leg].end is not None else now
        spans.setdefault(leg, []).append((began, max(end, began)))
    return spans


def _leave(bridge, leg, at, inside, since, spans):
    members = inside.get(bridge, {})
    if members.pop(leg, None) is None:
        return
    if not members:
        del inside[bridge]
    alone = list(members) if len(members) == 1 else []
    for one in (leg, *alone):
        began = since.pop((bridge, one), None)
        if began is not None:
            spans.setdefault(one, []).append((began, max(at, began)))


def _union(spans):
    """Spans without overlap, in their order."""
    joined = []
    for began, ended in sorted(spans):
        if joined and began <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ended, joined[-1][1]))
        else:
            joined.append((began, ended))
    return joined


def _length(spans):
    return round(sum(ended - began for began, ended in _union(spans)), 6)


def _switched(events, now, switch):
    """Spans for which something was on, whichever leg asked for it.

    :param switch: function of an event: ``True`` on, ``False`` off, ``None`` neither
    """
    spans, since = [], {}
    for event in events:
        state = False if event.kind == "hung_up" else switch(event)
        if state:
            since.setdefault(event.leg, event.at)
        elif state is False and event.leg in since:
            spans.append((since.pop(event.leg), event.at))
    return _union([*spans, *((began, max(now, began)) for began in since.values())])


def _hold_switch(event):
    return {"held": True, "resumed": False}.get(event.kind)


def _mute_switch(event):
    if event.kind != "muted":
        return None
    return event.data.get("state", "1").lower() in ON


def _without(spans, others):
    """What is in the first list of spans and in none of the second."""
    for began, ended in others:
        pieces = [((at, min(to, began)), (max(at, ended), to)) for at, to in spans]
        spans = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return spans


def _overlap(some, others):
    """Seconds that lie in both lists of spans."""
    return sum(
        max(min(ended, to) - max(began, at), 0.0) for began, ended in some for at, to in others
    )


def _ways(call, events):
    """Menus, digits, queues, transfers and recordings, in their order."""
    for event in events:
        if event.kind == "ivr":
            names = ("step", "menu", "node", "digit", "outcome", "menu_version")
            found = {name: event.data[name] for name in names if event.data.get(name)}
            call.path.append({"at": event.at, "kind": event.kind, **found})
        elif event.kind == "queue_joined":
            call.path.append(
                {"at": event.at, "kind": "queue", "queue": event.data.get("queue", "")}
            )
        elif event.kind in ("transferred_blind", "transferred_attended"):
            _transfer(call, event)
        elif event.kind == "recording_started":
            _recording(call, event.data.get("file"))


def _recording(call, file):
    if file and file not in call.recordings:
        call.recordings.append(file)


def _transfer(call, event):
    """One that did not succeed left the call where it was."""
    data = event.data
    if data.get("result", "Success") != "Success":
        return
    kind = event.kind.removeprefix("transferred_")
    targets = (data.get(name) for name in ("extension", "target_number", "target_exten"))
    target = next((one for one in targets if _number(one)), "") or data.get("target_leg", "")
    by = next((leg.interface for leg in call.legs if leg.uid == event.leg), "")
    call.transfers.append(Transfer(kind, event.at, event.leg, target, by))
    call.path.append({"at": event.at, "kind": "transfer", "how": kind, "to": target})


def _ending(call, events, setting):
    call.result = _result(call, setting)
    outside = next((leg for leg in call.legs if leg.kind == "customer"), None)
    last = outside or (call.legs[0] if call.legs else None)
    call.cause = last.cause if last else None
    if not call.running:
        call.hung_up_by = _who_hung_up(call, events)


def _who_hung_up(call, events):
    """The first who asked for it in the last conversation.

    The queue's own word (``AgentComplete``) is about its agent: after a redirect it calls the
    caller's what the next agent did.
    """
    last = max((segment.began for segment in call.segments), default=call.start)
    kinds = {leg.uid: leg.kind for leg in call.legs if leg.kind != "other"}
    for event in events:
        if event.kind == "hangup_requested" and event.leg in kinds and event.at >= last:
            return kinds[event.leg]
    for event in reversed(events):
        if event.kind == "agent_completed" and event.data.get("interface") == call.interface:
            return {"caller": "customer", "agent": "agent"}.get(event.data.get("reason"))
    return None


def _result(call, setting):
    if call.answer is not None:
        return ANSWERED
    known = SERVED | DIALED
    served = [known[step["step"]] for step in call.path if step.get("step") in known]
    if served:
        return served[-1]
    if call.running:
        return None
    if call.direction == "outbound":
        outside = [leg for leg in call.legs if leg.kind == "customer"]
        return _dial_result(outside or call.legs)
    if call.waits or any(step.get("step") == "ivr" for step in call.path):
        return _abandoned(call, setting)
    called = [leg for leg in call.legs[1:] if leg.kind == "agent"]
    if call.direction == "internal" and not called and any(leg.answer for leg in call.legs):
        return ANSWERED  # by the exchange itself: an echo, a feature code
    refused = CAUSE_RESULTS.get(call.legs[0].cause) if call.legs else None
    return _dial_result(called) if called else refused or _abandoned(call, setting)


def _abandoned(call, setting):
    if not call.waits and any(step.get("step") in GIVEN_UP for step in call.path):
        return "abandoned"
    waited = call.wait if call.waits else (call.end or call.start) - call.start
    return "short_abandoned" if waited < setting.short_seconds else "abandoned"


def _dial_result(legs):
    """Of several telephones that were called the most telling: busy before nobody, and so on."""
    found = {leg.result for leg in legs}
    for result in (ANSWERED, "busy", "rejected", "no_answer", CANCELED, "failed"):
        if result in found:
            return "no_answer" if result == CANCELED else result
    return "failed"
