"""Menus on the telephone: a FastAGI server in the listener (CC-4).

``AGI(agi://listener:4573/EXCHANGE/MENU)`` in the dial plan hands a call over. The protocol is
lines: the exchange begins with ``agi_name: value`` and an empty line, then answers each command
with a status (``200 result=…``, ``511`` on a channel that is gone, ``520-`` … ``520 End`` for wrong
syntax); a line ``HANGUP`` may come at any time. What to do is decided by ``tools/ivr.py``.

``AGI(agi://listener:4573/EXCHANGE/queue/QUEUE)`` asks where a caller of a queue goes (CC-3): the
variables ``ENTRY_…`` say it, and are missing while Odoo is silent (``pbx/conf/queue.conf``).

After a menu the dial plan reads the variables ``MENU_EXIT`` (contained, queue, voicemail, callback,
given_up, left, loop, fault) and ``MENU_QUEUE``. What the caller did is told as events of kind
``ivr`` that go onto disk and to Odoo with those of the exchange.
"""

import asyncio
import logging
import re
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from ..tools import ivr
from .menus import Menus
from .voice import file_name

_logger = logging.getLogger(__name__)

LINE_BYTES, LINES = 4096, 100
_ANSWER = re.compile(r"(\d{3})([ -])(?:result=(-?\d*))?\s?(.*)")
_SCRIPT = re.compile(r"/?([A-Za-z0-9_-]{1,40})/([A-Za-z0-9_-]{1,40})")
_ENTRY = re.compile(r"/?([A-Za-z0-9_-]{1,40})/queue/([A-Za-z0-9_-]{1,40})")
#: What the dial plan is told of a caller at the door of a queue, and what it may look like (CC-3).
_ENTRY_VALUES = {
    "state": "open|closed",
    "queue": "[A-Za-z0-9_-]{1,40}",
    "priority": "[0-9]{1,4}",
    "seconds": "[0-9]{1,5}",
    "overflow": "[A-Za-z0-9_-]{1,40}",
    "agent": "PJSIP/[A-Za-z0-9_-]{1,40}",
    "agent_seconds": "[0-9]{1,3}",
    "record": "announce|ask",
    "record_sound": "[A-Za-z0-9_][A-Za-z0-9_/-]{0,100}",
    "menu": "[A-Za-z0-9_-]{1,40}",
}
_SOUND = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][\w./-]{0,100}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ALL_KEYS = "0123456789*#"
SAMPLES = 8000


class GoneError(Exception):
    """The caller has hung up, or the exchange is away."""


class ProtocolError(Exception):
    """What came is no FastAGI."""


@dataclass(frozen=True)
class AgiSettings:
    """Where to listen, and who may connect: addresses or networks.

    The protocol knows no password, so only exchanges may reach the port. ``sounds`` and
    ``voicemail`` are the folders of prompts and voice messages as the exchange sees them; empty:
    those of the listener, on the same machine. Times in seconds.
    """

    host: str = "127.0.0.1"
    port: int = 4573
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1")
    sounds: str = ""
    voicemail: str = ""
    begin: float = 5.0
    answer: float = 10.0
    longest: float = 900.0
    most_calls: int = 500


@dataclass(frozen=True)
class Answer:
    """Of one command. ``result`` is -1 when the channel is gone or the command failed."""

    code: int
    result: int
    text: str = ""


class AgiLink:
    """One call of the exchange, as commands and answers."""

    def __init__(self, reader, writer, settings: AgiSettings):
        self._reader, self._writer, self._settings = reader, writer, settings
        self.hung_up = False

    async def begin(self) -> dict[str, str]:
        """What the exchange says of the call, names without ``agi_``.

        :raises ProtocolError: this is no FastAGI, or it takes too long
        :raises GoneError: the connection ended before
        """
        found = {}
        for _line in range(LINES):
            line = await self._line(self._settings.begin)
            if not line:
                return found
            name, colon, value = line.partition(":")
            if not colon or not name.startswith("agi_"):
                raise ProtocolError(f"not a line of AGI: {line[:80]!r}")
            found[name.removeprefix("agi_")] = value.strip()
        raise ProtocolError("too many lines")

    async def _line(self, seconds: float) -> str:
        try:
            line = await asyncio.wait_for(self._reader.readuntil(b"\n"), seconds)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise GoneError from error
        except (asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
            raise ProtocolError(type(error).__name__) from error
        return line.decode("utf-8", "replace").strip("\r\n")

    async def ask(self, *words: str, seconds: float | None = None) -> Answer:
        """Do something, and wait until it is done.

        :param seconds: that it may take by itself
        :raises GoneError: there is nobody any more
        """
        line = " ".join([words[0], *map(_quoted, words[1:])])
        try:
            self._writer.write(f"{line}\n".encode("utf-8", "replace"))
            await self._writer.drain()
        except (ConnectionError, RuntimeError) as error:
            raise GoneError from error
        answer = await self._answer((seconds or 0) + self._settings.answer)
        if answer.code == 511:
            raise GoneError
        return answer

    async def _answer(self, seconds: float) -> Answer:
        while True:
            line = await self._line(seconds)
            if line == "HANGUP":
                self.hung_up = True
                continue
            found = _ANSWER.match(line)
            if not found:
                raise ProtocolError(f"not an answer: {line[:80]!r}")
            code, more, result, text = found.groups()
            if more == " ":
                return Answer(int(code), int(result or 0), text)

    async def get(self, expression: str) -> str:
        """Value of an expression of the dial plan, empty when there is none."""
        answer = await self.ask("GET FULL VARIABLE", expression)
        text = answer.text.strip()
        return text[1:-1] if answer.result == 1 and text.startswith("(") else ""

    async def set(self, name: str, value: str) -> None:
        await self.ask("SET VARIABLE", name, value)


def _quoted(text: object) -> str:
    """One word; a line break would be another command."""
    plain = re.sub(r"[\x00-\x1f]", " ", str(text)).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


class Voice:
    """Prompts and digits on one link."""

    def __init__(self, link: AgiLink, settings: AgiSettings, prompts: str):
        self._link, self._settings, self._prompts = link, settings, prompts

    async def play(self, prompts: Iterable[ivr.Prompt], values: Mapping, keys: str = "") -> str:
        """Play one after the other; a key ends it and is returned."""
        for prompt in prompts:
            pressed = await self._one(prompt, values, keys)
            if pressed:
                return pressed
        return ""

    async def _one(self, prompt: ivr.Prompt, values: Mapping, keys: str) -> str:
        value = values.get(prompt.value, "") if prompt.kind == "variable" else prompt.value
        words = _spoken(prompt.kind, str(value), self._prompts)
        if not words:
            return ""
        command, *arguments = words
        return await self._key(command, *arguments, keys, seconds=self._settings.longest)

    async def _key(self, *words: str, seconds: float) -> str:
        answer = await self._link.ask(*words, seconds=seconds)
        if answer.result < 0:
            raise GoneError
        return chr(answer.result) if answer.result in map(ord, ALL_KEYS) else ""

    async def collect(self, ask: ivr.Ask, values: Mapping) -> str:
        """Digits pressed, while the prompts play or after them; ``#`` ends a longer number."""
        digits = await self.play(ask.prompts, values, ALL_KEYS)
        while len(digits) < ask.most and not (ask.most > 1 and digits.endswith("#")):
            wait = str(int(ask.timeout * 1000))
            key = await self._key("WAIT FOR DIGIT", wait, seconds=ask.timeout)
            if not key:
                break
            digits += key
        return digits.removesuffix("#") if ask.most > 1 else digits

    async def record(
        self, record: ivr.Record, file: str, values: Mapping
    ) -> ivr.Done | ivr.Outcome:
        """A voice message; shorter than a second there is none."""
        await self.play(record.prompts, values)
        answer = await self._link.ask(
            "RECORD FILE", file, "wav", "#", str(record.seconds * 1000), "BEEP", "s=5",
            seconds=record.seconds,
        )  # fmt: skip
        found = re.search(r"endpos=(\d+)", answer.text)
        heard = int(found[1]) / SAMPLES if found else 0.0
        if heard >= 1:
            return ivr.Done()
        if answer.result < 0:
            raise GoneError
        return ivr.Outcome("empty")


def _spoken(kind: str, value: str, prompts: str) -> tuple[str, ...]:
    """Command and arguments for a prompt; empty for what cannot be said."""
    if kind == "file":
        return ("STREAM FILE", f"{prompts}/{value}") if re.fullmatch("[0-9a-f]{40}", value) else ()
    if kind == "sound":
        return ("STREAM FILE", value) if _SOUND.fullmatch(value) else ()
    if kind == "variable" and _DATE.fullmatch(value):
        noon = time.mktime(time.strptime(f"{value} 12", "%Y-%m-%d %H"))
        return "SAY DATE", str(int(noon))
    if re.fullmatch("[0-9]{1,40}", value):
        return ("SAY NUMBER" if kind == "number" else "SAY DIGITS"), value
    letters = re.sub(r"[^A-Za-z0-9*#]", "", value)[:40]
    return ("SAY ALPHA", letters) if letters and kind != "number" else ()


@dataclass
class Caller:
    """One call in a menu."""

    link: AgiLink
    voice: Voice
    menus: Menus
    menu: ivr.Menu
    number: str  # of the menu's version
    about: dict[str, str]
    linked: str
    tell: Callable
    voicemail: str
    clock: Callable[[], float] = time.monotonic
    state: ivr.State = field(default_factory=ivr.State)

    async def run(self) -> ivr.Leave:
        """Through the menu to its end; what was done is told whatever happens."""
        start = ivr.begin(self.about.get("callerid", ""), self.about.get("extension", ""))
        self.state, actions = ivr.step(self.menu, start)
        while True:
            began = self.clock()
            try:
                answer = await self._do_all(actions)
            except GoneError:
                answer = ivr.HungUp(self.clock() - began)
                self.state, actions = ivr.step(self.menu, self.state, answer)
                return await self._do_all(actions)
            if isinstance(answer, ivr.Leave):
                return answer
            self.state, actions = ivr.step(self.menu, self.state, answer)

    async def _do_all(self, actions):
        answer = ivr.Done()
        for action in actions:
            answer = await self._do(action)
        return answer

    async def _do(self, action):
        values = self.state.values
        match action:
            case ivr.Tell():
                await self.say(action.step, action.node, action.digit, action.outcome)
            case ivr.Play():
                await self.voice.play(action.prompts, values, action.keys)
            case ivr.Ask():
                return ivr.Digits(await self.voice.collect(action, values))
            case ivr.LookUp():
                return await self.menus.look_up(self.linked, action.subject, dict(action.values))
            case ivr.Hours():
                return _hours(action)
            case ivr.Record():
                return await self._record(action, values)
            case ivr.CallBack():
                return await self._call_back(action)
            case ivr.Leave():
                return action
        return ivr.Done()

    async def _record(self, action, values):
        name = file_name(self.menus.code, self.about.get("uniqueid", ""))
        answer = await self.voice.record(action, f"{self.voicemail}/{name}", values)
        if isinstance(answer, ivr.Done):
            await self.say("ivr_voicemail", self.state.node, File=f"{name}.wav")
        return answer

    async def _call_back(self, action):
        number = action.number
        if not re.fullmatch(r"\+?[0-9]{4,20}", number):
            return ivr.Outcome("failed")
        await self.say("ivr_callback", self.state.node, Queue=action.queue, Extension=number)
        return ivr.Done()

    async def say(self, step, node="", digit="", outcome="", **more):
        """One event of this call."""
        about = {
            "Step": step, "Menu": self.menu.code, "MenuVersion": self.number, "Node": node,
            "Digit": digit, "Outcome": outcome, **more,
        }  # fmt: skip
        message = {
            "Event": "UserEvent",
            "UserEvent": "CallCenter",
            "Timestamp": f"{time.time():.6f}",
            "Uniqueid": self.about.get("uniqueid", ""),
            "Linkedid": self.linked,
            "Channel": self.about.get("channel", ""),
            **{name: value for name, value in about.items() if value},
        }
        await self.tell(message)


def _hours(action: ivr.Hours) -> ivr.Outcome:
    """Unknown, because Odoo has been away for too long, counts as open: somebody may be there."""
    found = ivr.is_open(action.opening, action.known_until, time.time())
    return ivr.Outcome("closed" if found is False else "open")


class AgiServer:
    """Takes calls of all exchanges of a listener.

    :param lines: ``{code: (Menus, function that tells a message)}``
    """

    def __init__(self, settings: AgiSettings, lines: Mapping[str, tuple[Menus, Callable]]):
        self.settings, self._lines = settings, lines
        self._allow = [ip_network(one, strict=False) for one in settings.allow]
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task] = set()
        self.port = 0
        self.counts = {"calls": 0, "refused": 0, "faults": 0}

    async def start(self) -> None:
        """Listen; port 0 takes a free one.

        :raises OSError: the port is taken
        """
        settings = self.settings
        self._server = await asyncio.start_server(
            self._serve, settings.host, settings.port, limit=LINE_BYTES
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Callers in menus are let go; the exchange goes on in its dial plan."""
        if self._server:
            self._server.close()
        for task in list(self._calls):
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, reader, writer) -> None:
        task = asyncio.current_task()
        self._calls.add(task)
        try:
            await self._guarded(reader, writer)
        finally:
            self._calls.discard(task)
            writer.close()

    async def _guarded(self, reader, writer) -> None:
        peer = writer.get_extra_info("peername")
        if not self._may(peer) or len(self._calls) > self.settings.most_calls:
            self.counts["refused"] += 1
            _logger.warning("FastAGI: %s is refused", peer)
            return
        with suppress(AttributeError, OSError):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = AgiLink(reader, writer, self.settings)
        try:
            await self._call(link)
        except (GoneError, ProtocolError) as error:
            self.counts["faults"] += 1
            _logger.info("FastAGI: %s %s", type(error).__name__, error)
        except Exception:
            self.counts["faults"] += 1
            _logger.exception("FastAGI")

    def _may(self, peer) -> bool:
        address = ip_address(peer[0].partition("%")[0])
        return any(address in network for network in self._allow)

    async def _call(self, link: AgiLink) -> None:
        about = await link.begin()
        self.counts["calls"] += 1
        door = _ENTRY.fullmatch(about.get("network_script", ""))
        if door:
            await self._enter(link, about, *door.groups())
            return
        found = _SCRIPT.fullmatch(about.get("network_script", ""))
        menus, tell = self._lines.get(found[1] if found else "", (None, None))
        menu, number = await menus.get(found[2]) if menus else (None, "")
        if menu is None:
            _logger.warning("FastAGI: there is no menu %r", about.get("network_script"))
            await link.set("MENU_EXIT", "fault")
            return
        about["callerid"] = _caller(about)
        prompts = self.settings.sounds or str((menus.folder / "prompts").resolve())
        voicemail = self.settings.voicemail or str(menus.folder.resolve())
        linked = await link.get("${CHANNEL(linkedid)}") or about.get("uniqueid", "")
        voice = Voice(link, self.settings, prompts)
        caller = Caller(link, voice, menus, menu, number, about, linked, tell, voicemail)
        if menu.language:
            await link.set("CHANNEL(language)", menu.language)
        leave = await caller.run()
        with suppress(GoneError):
            await link.set("MENU_EXIT", leave.exit)
            await link.set("MENU_QUEUE", leave.queue)

    async def _enter(self, link: AgiLink, about: Mapping[str, str], code: str, queue: str) -> None:
        """Tell the dial plan what becomes of a caller; nothing, while Odoo is silent."""
        menus, _tell = self._lines.get(code, (None, None))
        linked = about.get("uniqueid", "")
        found = await menus.enter(queue, _caller(about), linked) if menus else {}
        for name, pattern in _ENTRY_VALUES.items():
            value = str(found.get(name) or "")
            if re.fullmatch(pattern, value):
                await link.set(f"ENTRY_{name.upper()}", value)


def _caller(about: Mapping[str, str]) -> str:
    """His number, empty when he hides it."""
    number = about.get("callerid", "")
    return "" if number.lower() in ("unknown", "anonymous", "") else number
