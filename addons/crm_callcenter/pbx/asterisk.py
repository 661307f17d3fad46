"""Asterisk 22 over its manager interface, AMI (CC-1, CC-3, CC-5).

The account needs ``read = system,call,agent,user,cdr,dtmf`` and
``write = call,agent,user,originate,reporting``. Without ``system`` to write, which is the right to
restart the exchange as well, Asterisk 22 refuses PJSIPShowContacts, MixMonitor and PJSIPNotify
(record_start, answer); the rest works. ``timestampevents = yes`` in ``manager.conf`` makes one
event that two listeners have heard one event.

A command is one or more actions and, where Asterisk sends one, the event that proves it. Actions
belong to the connection they were sent on: after a reconnect none is sent again, because an
Originate that is repeated rings twice.
"""

import asyncio
import hashlib
import itertools
import re
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..tools.ami import AmiReader, encode
from .adapter import DONE, FAILED, UNKNOWN, Command, LoginError, Message, Result, end

GREETING = b"Asterisk Call Manager"
CHUNK = 2**16
#: Lists that together are the present state.
SNAPSHOT = ("CoreShowChannels", "QueueStatus", "DeviceStateList", "PJSIPShowContacts")
EMPTY = "No Contacts found"
DENIED = "Permission denied"

#: (state, text), or None while a message decides nothing.
Verdict = tuple[str, str] | None
Judge = Callable[[Message], Verdict]


@dataclass(frozen=True)
class AsteriskSettings:
    """Where an exchange is and how to talk to it; times in seconds.

    ``idle``: after so long without a byte a Ping is sent, after twice as long the link counts as
    lost. ``answer``: for an action's response. ``confirm``: for the event that proves a command.
    ``waiting``: lists of messages that may wait for the spool before the exchange is held back.
    """

    code: str
    host: str = "127.0.0.1"
    port: int = 5038
    username: str = ""
    secret: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    event_mask: str = "system,call,agent,user,cdr,dtmf"
    connect: float = 5.0
    idle: float = 15.0
    answer: float = 5.0
    confirm: float = 5.0
    waiting: int = 64


# -- commands ---------------------------------------------------------------------------------
# Values come from Odoo, but what they may contain is decided here as well: a line break would be
# another header, a comma another argument of an application or another variable.

_CHANNEL = re.compile(r"[A-Za-z0-9]+/[\w.+@:;~*#-]{1,200}")
_NAME = re.compile(r"[\w.+*#@-]{1,100}")
_INTERFACE = re.compile(r"[A-Za-z0-9]+/[\w.+@:*#-]{1,100}(/n)?")
_FILE = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][\w.+/-]{0,200}")
_DIGITS = re.compile(r"[0-9A-Da-d*#]{1,64}")
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]{0,60}")
_WORD = re.compile(r"\w[\w.:-]{0,99}")
_PLAIN = re.compile(r"[^\x00-\x1f]{0,500}")
_VALUE = re.compile(r"[^\x00-\x1f,]{0,500}")


class _Values:
    """A command's values, each checked as it is taken."""

    def __init__(self, command: Command):
        self._command = command

    def get(self, name: str, form: re.Pattern[str], default: str | None = None) -> str:
        found = self._command.values.get(name)
        text = default if found is None or found is False or found == "" else str(found)
        if text is None:
            raise ValueError(f"{self._command.action}: {name} is missing")
        if not form.fullmatch(text):
            raise ValueError(f"{self._command.action}: {name} may not be {text!r}")
        return text

    def given(self, name: str, form: re.Pattern[str]) -> dict[str, str]:
        """``{"Name": value}`` when there is one, otherwise nothing."""
        if self._command.values.get(name) in (None, False, ""):
            return {}
        return {name.title().replace("_", ""): self.get(name, form)}

    def number(self, name: str, default: float, top: float) -> float:
        try:
            return min(max(float(self._command.values.get(name) or default), 0), top)
        except (TypeError, ValueError):
            raise ValueError(f"{self._command.action}: {name} is not a number") from None

    def channel(self) -> str:
        return self.get("channel", _CHANNEL)

    def place(self) -> dict[str, str]:
        return {"Context": self.get("context", _NAME), "Exten": self.get("exten", _NAME)}

    def variables(self) -> list[str]:
        """``NAME=value``, one header each."""
        found = self._command.values.get("variables") or {}
        if not isinstance(found, Mapping):
            raise ValueError(f"{self._command.action}: variables are not a mapping")
        for name, value in found.items():
            if not (_VARIABLE.fullmatch(str(name)) and _VALUE.fullmatch(str(value))):
                raise ValueError(f"{self._command.action}: variable {name!r} may not be {value!r}")
        return [f"{name}={value}" for name, value in found.items()]


@dataclass(frozen=True)
class Plan:
    """A command in the exchange's words: actions in order, and who decides what became of it.

    Without a judge the response is all that Asterisk ever says, and it decides. ``seconds`` is
    how long to wait for the event, None for the usual time.
    """

    actions: tuple[Mapping[str, object], ...]
    judge: Judge | None = None
    seconds: float | None = None


def _event(name: str, **headers: str) -> Judge:
    """Done when this event with these headers comes."""

    def judge(message: Message) -> Verdict:
        same = message.get("Event") == name
        hit = same and all(message.get(key) == value for key, value in headers.items())
        return (DONE, "") if hit else None

    return judge


def _unless_gone(channel: str, judge: Judge) -> Judge:
    """The same, but failed when the channel ends first."""
    gone = _event("Hangup", Channel=channel)

    def first(message: Message) -> Verdict:
        return judge(message) or ((FAILED, "the call has ended") if gone(message) else None)

    return first


#: ``Reason`` of an OriginateResponse: control frames of Asterisk's ``frame.h``, 0 for "not tried".
_REASONS = {"1": "no_answer", "3": "no_answer", "5": "busy", "8": "busy"}


def _originated(key: str) -> Judge:
    def judge(message: Message) -> Verdict:
        # A channel that could not be made has no Uniqueid.
        if message.get("Event") != "OriginateResponse" or message.get("ActionID") != key:
            return None
        if message.get("Response") == "Success":
            return DONE, "answered"
        return FAILED, _REASONS.get(message.get("Reason", ""), "failed")

    return judge


def _call(command: Command, values: _Values) -> dict[str, object]:
    """What every Originate has in common. The channel's id is the command's correlation id."""
    seconds = values.number("timeout", 30, 600)
    key = values.get("channel_id", _WORD, command.key)
    headers = {
        "Action": "Originate",
        "ActionID": key,
        "Channel": values.get("channel", _INTERFACE),
        "ChannelId": key,
        "Timeout": str(int(seconds * 1000)),
        "Async": "true",
        **values.given("caller_id", _PLAIN),
        **values.given("account", _NAME),
        "Variable": values.variables(),
    }
    if "CallerId" in headers:
        headers["CallerID"] = headers.pop("CallerId")
    return headers


def _originate(command: Command, values: _Values) -> Plan:
    headers = {**_call(command, values), **values.place(), "Priority": "1"}
    return Plan((headers,), _originated(headers["ChannelId"]), int(headers["Timeout"]) / 1000 + 10)


def _spy(options: str) -> Callable[[Command, _Values], Plan]:
    """CC-5: the supervisor's phone rings; ``ChanSpyStart`` proves that it listens."""

    def plan(command: Command, values: _Values) -> Plan:
        call, agent = _call(command, values), values.get("spied", _CHANNEL)
        spy = {"Application": "ChanSpy", "Data": f"{agent},{options}"}
        key = call["ChannelId"]
        started, rung = _event("ChanSpyStart", SpyerUniqueid=key), _originated(key)

        def judge(message: Message) -> Verdict:
            # That the phone was answered is not enough; that it was not is.
            verdict = rung(message)
            return verdict if verdict and verdict[0] == FAILED else started(message)

        return Plan(({**call, **spy},), judge, int(call["Timeout"]) / 1000 + 10)

    return plan


#: Events by which a channel leaves its old place; a wrong new one has only these.
_ENDS = re.compile("Leave|Hangup|Complete|Abandon|Cdr|CEL|VarSet|HoldStop|Unhold")


def _redirect(_command: Command, values: _Values) -> Plan:
    channel, place = values.channel(), values.place()

    def judge(message: Message) -> Verdict:
        # Whatever the channel begins next, it begins in its new place.
        ends = _ENDS.search(message.get("Event", ""))
        moved = message.get("Channel") == channel and not ends
        there = all(message.get(key) == value for key, value in place.items())
        return (DONE, "") if moved and there else None

    headers = {"Action": "Redirect", "Channel": channel, **place, "Priority": "1"}
    return Plan((headers,), _unless_gone(channel, judge))


def _transfer(_command: Command, values: _Values) -> Plan:
    channel = values.channel()

    def judge(message: Message) -> Verdict:
        if not _event("BlindTransfer", TransfererChannel=channel)(message):
            return None
        result = message.get("Result", "")
        return (DONE, "") if result == "Success" else (FAILED, result)

    headers = {"Action": "BlindTransfer", "Channel": channel, **values.place()}
    return Plan((headers,), _unless_gone(channel, judge))


def _atxfer(_command: Command, values: _Values) -> Plan:
    """Done when the colleague is being called; the transfer itself is an event of the call."""
    channel, place = values.channel(), values.place()
    leg = f"Local/{place['Exten']}@{place['Context']}-"

    def judge(message: Message) -> Verdict:
        begun = message.get("Event") == "Newchannel" and message.get("Channel", "").startswith(leg)
        return (DONE, "") if begun else None

    headers = {"Action": "Atxfer", "Channel": channel, **place}
    return Plan((headers,), _unless_gone(channel, judge))


def _atxfer_cancel(_command: Command, values: _Values) -> Plan:
    channel = values.channel()
    return Plan(
        ({"Action": "CancelAtxfer", "Channel": channel},),
        _unless_gone(channel, _event("BridgeEnter", Channel=channel)),
    )


def _all_in(event: str, channels: set[str]) -> Judge:
    """Done when each of the channels has had this event; failed when one of them ends."""
    missing = set(channels)

    def judge(message: Message) -> Verdict:
        channel = message.get("Channel", "")
        if message.get("Event") == event:
            missing.discard(channel)
        if message.get("Event") == "Hangup" and channel in missing:
            return FAILED, "the call has ended"
        return None if missing else (DONE, "")

    return judge


def _bridge(_command: Command, values: _Values) -> Plan:
    one, two = values.channel(), values.get("other", _CHANNEL)
    headers = {"Action": "Bridge", "Channel1": one, "Channel2": two, "Tone": "no"}
    return Plan((headers,), _all_in("BridgeEnter", {one, two}))


def _conference(_command: Command, values: _Values) -> Plan:
    """Both legs of a call move together into a room of the dial plan."""
    one, place = values.channel(), values.place()
    headers = {"Action": "Redirect", "Channel": one, **place, "Priority": "1"}
    channels = {one}
    if values.given("other", _CHANNEL):
        channels.add(values.get("other", _CHANNEL))
        headers["ExtraChannel"] = values.get("other", _CHANNEL)
        headers |= {f"Extra{key}": value for key, value in place.items()} | {"ExtraPriority": "1"}
    return Plan((headers,), _all_in("ConfbridgeJoin", channels))


def _notify(word: str, event: str, **headers: str) -> Callable[[Command, _Values], Plan]:
    """Ask the telephone to act, as many can (``Event: talk`` and ``hold`` in a NOTIFY)."""

    def plan(_command: Command, values: _Values) -> Plan:
        channel = values.channel()
        action = {"Action": "PJSIPNotify", "Channel": channel, "Variable": f"Event={word}"}
        return Plan((action,), _unless_gone(channel, _event(event, Channel=channel, **headers)))

    return plan


def _code(digits: str, event: str) -> Callable[[Command, _Values], Plan]:
    """Have a code of ``pbx/conf/features.conf`` heard on the agent's own channel.

    The exchange then asks his telephone itself. The action PJSIPNotify would do the same, but needs
    the right to run the exchange (``system``), which a listener does not have.
    """

    def plan(_command: Command, values: _Values) -> Plan:
        channel = values.channel()
        action = {"Action": "PlayDTMF", "Channel": channel, "Receive": "1"}
        played = tuple({**action, "Digit": digit} for digit in digits)
        return Plan(played, _unless_gone(channel, _event(event, Channel=channel)))

    return plan


def _mute(state: str) -> Callable[[Command, _Values], Plan]:
    """By the dial plan's function: the action MuteAudio needs the right ``system``."""

    def plan(_command: Command, values: _Values) -> Plan:
        direction = values.get("direction", re.compile("in|out|all"), "in")
        variable = {"Variable": f"MUTEAUDIO({direction})", "Value": state}
        return Plan(({"Action": "Setvar", "Channel": values.channel(), **variable},))

    return plan


def _hangup(_command: Command, values: _Values) -> Plan:
    channel = values.channel()
    action = {
        "Action": "Hangup",
        "Channel": channel,
        "Cause": str(int(values.number("cause", 16, 127))),
    }
    return Plan((action,), _event("Hangup", Channel=channel))


def _dtmf(_command: Command, values: _Values) -> Plan:
    channel, digits = values.channel(), values.get("digits", _DIGITS)
    action = {"Action": "PlayDTMF", "Channel": channel}
    return Plan(tuple({**action, "Digit": digit} for digit in digits))


def _member(event: str, **fixed: str) -> Callable[[Command, _Values], Plan]:
    """A queue's member: ``fixed`` are headers of the action, ``event`` proves it."""

    def plan(_command: Command, values: _Values) -> Plan:
        who = {"Interface": values.get("interface", _INTERFACE)}
        proof = dict(who)
        if fixed["Action"] != "QueuePause" or values.given("queue", _NAME):
            proof["Queue"] = who["Queue"] = values.get("queue", _NAME)
        if "Paused" in fixed:
            proof["Paused"] = {"true": "1", "false": "0"}[fixed["Paused"]]
        return Plan(({**fixed, **who, **_member_details(fixed, values)},), _event(event, **proof))

    return plan


def _member_details(fixed: Mapping[str, str], values: _Values) -> dict[str, str]:
    if fixed["Action"] == "QueuePause":
        return values.given("reason", _PLAIN)
    if fixed["Action"] == "QueueRemove":
        return {}
    return {
        **values.given("member_name", _VALUE),
        **values.given("state_interface", _INTERFACE),
        "Penalty": str(int(values.number("penalty", 0, 1000))),
        "Paused": "true" if values.number("paused", 0, 1) else "false",
    }


def _member_penalty(_command: Command, values: _Values) -> Plan:
    who = {"Interface": values.get("interface", _INTERFACE), "Queue": values.get("queue", _NAME)}
    points = {"Penalty": str(int(values.number("penalty", 0, 1000)))}
    proof = _event("QueueMemberPenalty", **who, **points)
    return Plan(({"Action": "QueuePenalty", **who, **points},), proof)


def _record(event: str, **fixed: str) -> Callable[[Command, _Values], Plan]:
    def plan(_command: Command, values: _Values) -> Plan:
        channel = values.channel()
        file = {"File": values.get("file", _FILE)} if fixed["Action"] == "MixMonitor" else {}
        proof = {"State": fixed["State"]} if "State" in fixed else {}
        judge = _unless_gone(channel, _event(event, Channel=channel, **proof))
        return Plan(({**fixed, "Channel": channel, **file},), judge)

    return plan


#: Every command there is. Nothing else can be sent, whatever Odoo's outbox says.
COMMANDS: dict[str, Callable[[Command, _Values], Plan]] = {
    "originate": _originate,
    "redirect": _redirect,
    "transfer": _transfer,
    "atxfer": _atxfer,
    "atxfer_cancel": _atxfer_cancel,
    "bridge": _bridge,
    "conference": _conference,
    "answer": _notify("talk", "Newstate", ChannelState="6"),
    "hold": _code("*91#", "Hold"),
    "resume": _code("*92#", "Unhold"),
    "mute": _mute("on"),
    "unmute": _mute("off"),
    "hangup": _hangup,
    "dtmf": _dtmf,
    "queue_pause": _member("QueueMemberPause", Action="QueuePause", Paused="true"),
    "queue_unpause": _member("QueueMemberPause", Action="QueuePause", Paused="false"),
    "queue_add": _member("QueueMemberAdded", Action="QueueAdd"),
    "queue_remove": _member("QueueMemberRemoved", Action="QueueRemove"),
    "queue_penalty": _member_penalty,
    "record_start": _record("MixMonitorStart", Action="MixMonitor"),
    "record_pause": _record("MixMonitorMute", Action="MixMonitorMute", Direction="both", State="1"),
    "record_resume": _record(
        "MixMonitorMute", Action="MixMonitorMute", Direction="both", State="0"
    ),
    "record_stop": _record("MixMonitorStop", Action="StopMixMonitor"),
    # quiet, end with the agent's channel; whisper to the agent alone; speak to both
    "listen": _spy("qE"),
    "whisper": _spy("qwE"),
    "barge": _spy("qBE"),
}


def plan(command: Command) -> Plan:
    """The command in AMI's words. A ValueError says what is missing or not allowed."""
    if command.action not in COMMANDS:
        raise ValueError(f"No command {command.action!r}")
    return COMMANDS[command.action](command, _Values(command))


# -- the connection -----------------------------------------------------------------------------


class AsteriskAdapter:
    """One Asterisk (see :class:`~.adapter.Adapter` for the methods' contract)."""

    def __init__(self, settings: AsteriskSettings, clock: Callable[[], float] = time.time):
        self.settings = settings
        self.code = settings.code
        self.unstamped = 0  # events without a Timestamp: timestampevents is off
        self.denied: set[str] = set()  # lists that the account has no right to
        self._clock = clock
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task | None = None
        self._arrived: asyncio.Queue[list[Message] | None] = asyncio.Queue()
        self._arrived.put_nowait(None)  # until there is a connection
        self._room = asyncio.Event()
        self._answers: dict[str, asyncio.Future] = {}
        self._judges: dict[asyncio.Future, Judge] = {}
        self._error: Exception | None = None
        self._logged_in = False

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""
        return self._logged_in and self._task is not None and not self._task.done()

    async def connect(self) -> None:
        await self.close()
        where = self.settings
        stream, self._writer = await asyncio.wait_for(
            asyncio.open_connection(where.host, where.port, ssl=where.tls), where.connect
        )
        try:
            # What comes before the first message is not one, and would spoil it.
            greeting = await asyncio.wait_for(stream.readline(), where.connect)
            if not greeting.startswith(GREETING):
                raise ConnectionError(f"{where.host}:{where.port} is not an Asterisk manager")
            self._begin(stream)
            await self._login()
            self._logged_in = True
        except BaseException:
            await self.close()
            raise

    def _begin(self, stream: asyncio.StreamReader) -> None:
        self._error = None
        self._ids = itertools.count(1)
        # Of two listeners at one exchange each hears the other's answers as events.
        self._prefix = secrets.token_hex(6)
        self._arrived, self._room = asyncio.Queue(), asyncio.Event()
        self._task = asyncio.create_task(self._receive(stream, AmiReader()))

    async def _login(self) -> None:
        who, mask = self.settings.username, self.settings.event_mask
        headers = {"Action": "Login", "Username": who, "Events": mask}
        if self.settings.tls:
            headers["Secret"] = self.settings.secret
        else:  # the secret itself does not travel in the clear
            answer = await self._ask({"Action": "Challenge", "AuthType": "MD5"})
            text = answer.get("Challenge", "") + self.settings.secret
            key = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            headers |= {"AuthType": "MD5", "Key": key}
        answer = await self._ask(headers)
        if answer.get("Response") != "Success":
            raise LoginError(f"{self.code}: {answer.get('Message', 'login refused')}")

    async def close(self) -> None:
        self._logged_in = False
        task, self._task = self._task, None
        if task:
            await end(task)
        writer, self._writer = self._writer, None
        if writer:
            writer.close()
            with suppress(OSError, asyncio.TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)

    # -- receiving

    async def _receive(self, stream: asyncio.StreamReader, reader: AmiReader) -> None:
        try:
            while True:
                data = await self._some_bytes(stream)
                events = self._sort(reader.feed(data))
                if events:
                    await self._hand_over(events)
        except Exception as error:  # whatever it was, the connection is of no more use
            self._error = error
        finally:
            self._release()

    async def _hand_over(self, events: list[Message]) -> None:
        """When the spool cannot keep up this waits, and TCP holds the exchange back."""
        self._arrived.put_nowait(events)
        while self._arrived.qsize() >= self.settings.waiting:
            self._room.clear()
            await self._room.wait()

    async def _some_bytes(self, stream: asyncio.StreamReader) -> bytes:
        """The next bytes; silence is broken by a Ping, and silence after it is a lost link."""
        for ping in (True, False):
            try:
                data = await asyncio.wait_for(stream.read(CHUNK), self.settings.idle)
            except asyncio.TimeoutError:
                if ping:
                    self._write({"Action": "Ping", "ActionID": self._next_id()})
                continue
            if not data:
                raise ConnectionResetError("The exchange has closed the connection")
            return data
        raise ConnectionResetError("No answer to Ping")

    def _sort(self, messages: list[Message]) -> list[Message]:
        """Give answers and proofs to whoever waits for them; the events are returned."""
        events = []
        for message in messages:
            if "Event" in message:
                self._stamp(message)
                self._judge(message)
                self._end_list(message)
                events.append(message)
            elif "Response" in message:
                _resolve(self._answers.get(message.get("ActionID", "")), message)
        return events

    def _stamp(self, message: Message) -> None:
        """Lists and an exchange without ``timestampevents`` give no time: that of arrival."""
        if "Timestamp" not in message:
            message["Timestamp"] = f"{self._clock():.6f}"
            # FullyBooted greets every login and never has one.
            if "ActionID" not in message and message["Event"] != "FullyBooted":
                self.unstamped += 1

    def _judge(self, message: Message) -> None:
        for future, judge in list(self._judges.items()):
            verdict = judge(message)
            if verdict:
                _resolve(future, verdict)

    def _end_list(self, message: Message) -> None:
        if message["Event"].endswith("Complete") and "EventList" in message:
            _resolve(self._answers.get(f"{message.get('ActionID')} list"), message)

    def _release(self) -> None:
        """Nobody waits for an answer that cannot come any more."""
        for future in [*self._answers.values(), *self._judges]:
            _resolve(future, None)
        self._arrived.put_nowait(None)

    async def events(self) -> AsyncIterator[list[Message]]:
        arrived, room, lists = self._arrived, self._room, []
        while None not in lists:
            lists = [await arrived.get()]
            while not arrived.empty():
                lists.append(arrived.get_nowait())
            room.set()
            batch = [message for each in lists for message in each or ()]
            if batch:
                yield batch
        arrived.put_nowait(None)  # whoever asks again is told again
        raise ConnectionResetError(str(self._error or "Not connected"))

    # -- sending

    def _next_id(self) -> str:
        return f"{self._prefix}-{next(self._ids)}"

    def _write(self, headers: Mapping[str, object]) -> None:
        if self._writer is None or self._writer.is_closing():
            raise ConnectionResetError("Not connected")
        self._writer.write(encode(headers))

    async def _ask(self, headers: Mapping[str, object], action_id: str = "") -> Message:
        """Send an action and wait for its response."""
        action_id = action_id or headers.get("ActionID") or self._next_id()
        answer = self._answers[action_id] = asyncio.get_running_loop().create_future()
        try:
            self._write({**headers, "ActionID": action_id})
            return _present(await asyncio.wait_for(answer, self.settings.answer))
        finally:
            self._answers.pop(action_id, None)

    async def send(self, command: Command) -> Result:
        try:
            what = plan(command)
        except ValueError as error:
            return Result(command.key, FAILED, str(error))
        if not self.connected:
            return Result(command.key, FAILED, "not connected to the exchange")
        proof = asyncio.get_running_loop().create_future()
        if what.judge:
            self._judges[proof] = what.judge
        try:
            return replace(await self._carry_out(what, proof), key=command.key)
        except asyncio.TimeoutError:
            return Result(command.key, UNKNOWN, "the exchange has not confirmed it in time")
        except OSError:
            return Result(command.key, UNKNOWN, "the connection was lost before it was confirmed")
        finally:
            self._judges.pop(proof, None)

    async def _carry_out(self, what: Plan, proof: asyncio.Future) -> Result:
        for headers in what.actions:
            answer = await self._ask(headers)
            if answer.get("Response") == "Error":
                return Result("", FAILED, answer.get("Message", ""))
        if what.judge is None:
            return Result("", DONE)
        seconds = what.seconds or self.settings.confirm
        return Result("", *_present(await asyncio.wait_for(proof, seconds)))

    async def snapshot(self) -> None:
        """The lists of :data:`SNAPSHOT`.

        Each item arrives as an event with its own name and the time of its arrival as Timestamp.
        A list that the account has no right to is noted in ``denied``: asking again is no use.
        """
        problems = {action: await self._list(action) for action in SNAPSHOT}
        self.denied = {action for action, text in problems.items() if text == DENIED}
        harmless = ("", EMPTY, DENIED)
        refused = [f"{action}: {text}" for action, text in problems.items() if text not in harmless]
        if refused:
            raise ConnectionError("; ".join(refused))

    async def _list(self, action: str) -> str:
        """Why the exchange does not list, or "" when it has listed to the end."""
        action_id = self._next_id()
        whole = self._answers[f"{action_id} list"] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._ask({"Action": action}, action_id)
            if answer.get("Response") == "Error":
                return answer.get("Message", "refused")
            _present(await asyncio.wait_for(whole, self.settings.answer))
        except asyncio.TimeoutError:
            return "no answer in time"
        finally:
            self._answers.pop(f"{action_id} list", None)
        return ""


def _resolve(future: asyncio.Future | None, value) -> None:
    if future is not None and not future.done():
        future.set_result(value)


def _present(value):
    """The value, or an error when the connection ended instead."""
    if value is None:
        raise ConnectionResetError("The connection was lost")
    return value
