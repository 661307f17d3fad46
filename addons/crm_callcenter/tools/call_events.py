"""What an exchange says, in words of our own: one small event per message that matters (CC-8).

An event is the same whoever heard it: its key is a hash of the message without what differs
between two connections. The moment is the exchange's own (``timestampevents = yes``), else that
of receiving. Without time stamps a message that comes again word for word (a second hold of the
same channel) cannot be told from a duplicate, so the exchange has to send them.
"""

import hashlib
import math
from dataclasses import dataclass, field

#: Headers that differ between connections or say nothing about the call.
TRANSPORT = {"ActionID", "EventList", "Privilege", "SystemName", "SequenceNumber"}
TEXT_LIMIT = 255
#: Largest number that is believed: more than any duration, and what a database column takes.
NUMBER_LIMIT = 2**31 - 1
#: What the exchange writes where there is no channel, e.g. for a telephone that cannot be reached.
NO_CHANNEL = {"<null>", "<none>", "<unknown>"}

#: AMI event: kind of ours. Kinds of their own below need a look at the message.
KINDS = {
    "Newchannel": "started",
    "DialBegin": "dialed",
    "DialEnd": "dial_ended",
    "BridgeEnter": "bridged",
    "BridgeLeave": "unbridged",
    "Hold": "held",
    "Unhold": "resumed",
    "MusicOnHoldStart": "held",
    "MusicOnHoldStop": "resumed",
    "QueueCallerJoin": "queue_joined",
    "QueueCallerLeave": "queue_left",
    "QueueCallerAbandon": "queue_abandoned",
    "AgentCalled": "agent_called",
    "AgentConnect": "agent_connected",
    "AgentComplete": "agent_completed",
    "AgentRingNoAnswer": "agent_rang_out",
    "BlindTransfer": "transferred_blind",
    "AttendedTransfer": "transferred_attended",
    "MixMonitorStart": "recording_started",
    "MixMonitorStop": "recording_stopped",
    "FAXStatus": "fax",
    "SendFAX": "fax",
    "ReceiveFAX": "fax",
    "Hangup": "hung_up",
    "HangupRequest": "hangup_requested",
    "OriginateResponse": "originate_result",
    "Cdr": "cdr",
    "QueueMemberAdded": "member_added",
    "QueueMemberRemoved": "member_removed",
    "QueueMemberPause": "member_paused",
    "QueueMemberStatus": "member_status",
    "QueueMember": "member_status",
    "DeviceStateChange": "device_state",
    "ContactStatus": "contact_status",
    "QueueSummary": "queue_summary",
    "CoreShowChannel": "channel_listed",
    "FullyBooted": "boot",
    "Reload": "reload",
}
#: Steps of a waiting room in the dial plan, in the words of app_queue (CC-3).
WAITING_ROOM = {
    "wait_joined": "queue_joined",
    "wait_left": "queue_left",
    "wait_abandoned": "queue_abandoned",
    "wait_called": "agent_called",
    "wait_connected": "agent_connected",
    "wait_rang_out": "agent_rang_out",
    "wait_completed": "agent_completed",
}
#: Digits that a caller dials are left out on purpose: he may be giving the number of his card. What
#: he chose in a menu is told by the dial plan.

#: State of a channel (``AST_STATE``): the kind it means.
CHANNEL_STATES = {"5": "ringing", "6": "answered"}
#: Variables that tell where a recording is written.
RECORDING_VARIABLES = ("MIXMONITOR_FILENAME",)

#: Our name: header. Numbers are read as such; what is missing or empty is left out.
TEXTS = {
    "channel": "Channel",
    "number": "CallerIDNum",
    "name": "CallerIDName",
    "exten": "Exten",
    "context": "Context",
    "queue": "Queue",
    "interface": "Interface",
    "member": "MemberName",
    "dial_status": "DialStatus",
    "reason": "Reason",
    "bridge": "BridgeUniqueid",
    "dest": "DestUniqueid",
    "dest_channel": "DestChannel",
    "dest_number": "DestCallerIDNum",
    "dest_call": "DestLinkedid",
    "dial_string": "DialString",
    "cause_text": "Cause-txt",
    "digit": "Digit",  # of a menu, by UserEvent
    "direction": "Direction",
    "response": "Response",
    "device": "Device",
    "state": "State",
    "status": "Status",
    "transferer": "TransfererChannel",
    "transferer_leg": "TransfererUniqueid",
    "transferee_leg": "TransfereeUniqueid",
    "target_leg": "TransferTargetUniqueid",
    "target_number": "TransferTargetCallerIDNum",
    "target_exten": "TransferTargetExten",
    "second_leg": "SecondTransfererUniqueid",
    "second_call": "SecondTransfererLinkedid",
    "extension": "Extension",
    "result": "Result",
    "paused": "Paused",
    "paused_reason": "PausedReason",
    "account": "AccountCode",
    "disposition": "Disposition",
    "destination": "Destination",
    "source": "Source",
    "contact_status": "ContactStatus",
    "aor": "AOR",
    "file": "File",
    "step": "Step",
    "menu": "Menu",
    "node": "Node",
    "outcome": "Outcome",
    "menu_version": "MenuVersion",
    "error": "Error",
    "did": "Did",
    "membership": "Membership",
}
NUMBERS = {
    "position": "Position",
    "count": "Count",
    "hold": "HoldTime",
    "ring": "RingTime",
    "talk": "TalkTime",
    "cause": "Cause",
    "bill": "BillableSeconds",
    "duration": "Duration",
    "in_call": "InCall",
    "logged_in": "LoggedIn",
    "available": "Available",
    "callers": "Callers",
    "longest": "LongestHoldTime",
    "pages": "Pages",
    "penalty": "Penalty",
}
#: The list of a queue's members names these otherwise than the events do.
LIST_TEXTS = {"interface": "Location", "member": "Name"}
#: The same the other way round: a message has fewer headers than there are names.
_NAMES = {header: name for name, header in TEXTS.items()}
_LIST_NAMES = {header: name for name, header in (TEXTS | LIST_TEXTS).items()}
_NUMBER_NAMES = {header: name for name, header in NUMBERS.items()}


@dataclass(frozen=True)
class Event:
    """Something that happened on an exchange.

    :param exchange: code of the exchange
    :param call: ``Linkedid``, empty when it is about no call
    :param leg: ``Uniqueid`` of the channel it happened to
    :param kind: see :data:`KINDS`
    :param at: seconds since 1970
    :param key: SHA-1, the same whoever heard it
    :param data: what the message said, in our names
    """

    exchange: str
    call: str
    leg: str
    kind: str
    at: float
    key: str
    data: dict = field(default_factory=dict, compare=False, hash=False)


def normalize(message, exchange, received):
    """The event of a message, or ``None`` when it does not matter.

    :param message: dict of headers (:class:`.ami.AmiReader`)
    :param received: seconds since 1970 when it came in
    """
    kind = _kind(message)
    if not kind:
        return None
    key, message = key_of(message, exchange), _of_caller(message)
    leg, call = _leg_and_call(message)
    return Event(
        exchange=exchange,
        call=call,
        leg=leg,
        kind=kind,
        at=_moment(message, received),
        key=key,
        data=_data(message, kind),
    )


def _of_caller(message):
    """What an agent's channel says in the waiting room's name is said of the caller's, to it."""
    caller = message.get("CallerLeg")
    if not caller or message.get("Event") != "UserEvent":
        return message
    own = {"DestUniqueid": message.get("Uniqueid", ""), "DestChannel": message.get("Channel", "")}
    return {**message, **own, "Uniqueid": caller, "Channel": ""}


def key_of(message, exchange):
    """SHA-1 of the message as the exchange made it, in hexadecimal digits.

    A line of a list has no time stamp. The question it answers (``ActionID``) belongs to it then:
    the state of an hour later is not the one of now, though it may read the same.
    """
    left_out = TRANSPORT if message.get("Timestamp") else TRANSPORT - {"ActionID"}
    own = sorted((name, value) for name, value in message.items() if name not in left_out)
    text = "\0".join([exchange, *(f"{name}\1{value}" for name, value in own)])
    return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _kind(message):
    name = message.get("Event", "")
    if name == "Newstate":
        return CHANNEL_STATES.get(message.get("ChannelState"))
    if name == "VarSet":
        return "recording_started" if message.get("Variable") in RECORDING_VARIABLES else None
    if name == "UserEvent":
        return _user_kind(message)
    if name == "MixMonitorMute":
        return "muted"
    return KINDS.get(name)


def _user_kind(message):
    """Our dial plan tells where a caller is by ``UserEvent(CallCenter,Step:…)``."""
    if message.get("UserEvent") != "CallCenter":
        return None
    return WAITING_ROOM.get(message.get("Step", ""), "ivr")


def _leg_and_call(message):
    """``Uniqueid`` and ``Linkedid``; an Originate's first leg is told as destination only."""
    if message.get("Event") == "Cdr":
        linked = message.get("LinkedID") or message.get("Linkedid")
        return _channel(message.get("UniqueID")), _channel(linked)
    transferer = message.get("TransfererUniqueid") or message.get("OrigTransfererUniqueid", "")
    linked = message.get("TransfererLinkedid") or message.get("OrigTransfererLinkedid", "")
    leg = message.get("Uniqueid") or transferer or message.get("DestUniqueid", "")
    call = message.get("Linkedid") or linked or message.get("DestLinkedid", "")
    if message.get("Event") == "OriginateResponse":
        call = call or leg
    return _channel(leg), _channel(call)


def _channel(uid):
    """An identifier, empty where the exchange has no channel: else all of these were one call."""
    return "" if not uid or uid in NO_CHANNEL else _short(uid)


def _moment(message, received):
    """The exchange's own moment where it is sane, else that of receiving."""
    try:
        moment = float(message.get("Timestamp", ""))
    except ValueError:
        return received
    return moment if math.isfinite(moment) and moment > 0 else received


def _data(message, kind):
    names = _LIST_NAMES if message.get("Event") == "QueueMember" else _NAMES
    data = {}
    for header, value in message.items():
        if value and (name := names.get(header)):
            data[name] = _short(value)
        elif header in _NUMBER_NAMES and (number := _number(value)) is not None:
            data[_NUMBER_NAMES[header]] = number
    if message.get("Event") == "AgentRingNoAnswer" and "ring" in data:
        data["ring"] /= 1000  # this one comes in milliseconds
    if message.get("Event") == "VarSet":
        data["file"] = _short(message.get("Value", ""))
    return data


def _short(text):
    """Text that every database takes: not too long, no zero bytes, no halves of characters."""
    text = str(text)[:TEXT_LIMIT].replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode()


def _number(text):
    """A number that is not negative and not beyond belief, or ``None``."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number <= NUMBER_LIMIT else None
