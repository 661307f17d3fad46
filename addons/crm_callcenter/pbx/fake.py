"""An exchange for tests that misbehaves on purpose (CC-1).

It speaks AMI over a real socket, replays recorded or written streams to everybody who is logged
in, answers actions as told, and injects faults: cuts the connection inside a message, delays,
says things twice, in another order, in small pieces, with garbage in between.
"""

import asyncio
import hashlib
import random
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from .adapter import Message

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
GARBAGE = (
    b"\xff\xfe\x00 no header at all\r\n",
    b"Variable\r\n\r\n",
    b"\r\n\r\n",
    b": nameless\r\n\r\n",
    b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n",
)
#: What an action answers: a Response, then events.
Answer = Callable[[Message], list[Message]]


@dataclass(frozen=True)
class Faults:
    """What goes wrong. Shares are 0 to 1, of the messages that are sent.

    ``delay`` is in seconds before each message, ``piece`` in bytes per write (0: whole),
    ``reorder`` the number of neighbors that may change places, ``cut_after`` the number of
    messages after which a connection ends in the middle of the next (None: never).
    """

    delay: float = 0.0
    duplicate: float = 0.0
    garbage: float = 0.0
    reorder: int = 0
    piece: int = 0
    cut_after: int | None = None
    seed: int = 1


def read_stream(text: str) -> list[Message]:
    """Messages of a recorded stream: headers in lines, an empty line between messages."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    found = (dict(line.partition(": ")[::2] for line in block.splitlines()) for block in blocks)
    return [message for message in found if message]


def to_bytes(message: Message) -> bytes:
    """A message as Asterisk writes it; a value of several lines is a header for each."""
    lines = (f"{k}: {part}\r\n" for k, value in message.items() for part in value.split("\n"))
    return ("".join(lines) + "\r\n").encode()


def shuffled(messages: Iterable[Message], faults: Faults) -> list[Message]:
    """The messages with duplicates, each at most ``reorder`` places away from its own."""
    chance = random.Random(faults.seed)
    told = []
    for message in messages:
        told += [message] * (2 if chance.random() < faults.duplicate else 1)
    keys = [place + chance.uniform(0, faults.reorder) for place in range(len(told))]
    return [told[place] for place in sorted(range(len(told)), key=keys.__getitem__)]


@dataclass
class _Session:
    writer: asyncio.StreamWriter
    sent: int = 0
    logged_in: bool = False
    challenge: str = "841367"


@dataclass
class FakeExchange:
    """An exchange on 127.0.0.1.

    ``lists`` are the answers to the actions that list (their ``…Complete`` is added), ``answers``
    those to all others; an action in neither succeeds and nothing happens. ``actions`` is what was
    received.
    """

    username: str = "listener"
    secret: str = "fake"
    faults: Faults = field(default_factory=Faults)
    tls: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    lists: dict[str, list[Message]] = field(default_factory=dict)
    actions: list[Message] = field(default_factory=list)
    silent: bool = False  # accept and read, but say nothing more: a half-open link
    port: int = 0

    async def start(self) -> None:
        """Listen; ``port`` is set, and stays the same when it is started again."""
        self._sessions: list[_Session] = []
        self._chance = random.Random(self.faults.seed)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything, as an exchange that ends does."""
        self._server.close()
        self.cut()
        await asyncio.sleep(0)

    @property
    def listeners(self) -> int:
        """How many are logged in."""
        return sum(session.logged_in for session in self._sessions)

    def cut(self) -> None:
        """Reset all connections, in the middle of whatever is being said."""
        for session in list(self._sessions):
            session.writer.transport.abort()
            self._forget(session)

    async def emit(self, messages: Iterable[Message]) -> None:
        """Say these to everybody who is logged in, with the faults."""
        for message in shuffled(messages, self.faults):
            for session in [each for each in self._sessions if each.logged_in]:
                with suppress(OSError):
                    await self._say(session, message)

    async def replay(self, messages: Iterable[Message], speed: float = 0.0) -> None:
        """The same in the time of the recording divided by ``speed`` (0: at once)."""
        before = None
        for message in messages:
            at = float(message.get("Timestamp") or 0) or before
            if speed and before and at > before:
                await asyncio.sleep((at - before) / speed)
            before = at
            await self.emit([message])

    # -- one connection

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(writer)
        self._sessions.append(session)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._talk(session, reader)
        finally:
            self._forget(session)

    async def _talk(self, session, reader: asyncio.StreamReader) -> None:
        session.writer.write(GREETING)
        while True:
            block = await reader.readuntil(b"\r\n\r\n")
            action = read_stream(block.decode())[0]
            self.actions.append(action)
            for message in self._answer(session, action):
                await self._say(session, message)

    def _forget(self, session: _Session) -> None:
        if session in self._sessions:
            self._sessions.remove(session)
        session.logged_in = False
        session.writer.close()

    def _answer(self, session: _Session, action: Message) -> list[Message]:
        name = action.get("Action", "")
        mark = {"ActionID": action["ActionID"]} if "ActionID" in action else {}
        if name in ("Challenge", "Login"):
            told = getattr(self, f"_{name.lower()}")(session, action)
        elif name in self.answers:
            told = self.answers[name](action)
        elif name in self.lists:
            told = self._listed(name, mark)
        else:
            told = [{"Response": "Success", "Message": f"{name} done"}]
        return [{**message, **mark} if "Response" in message else message for message in told]

    def _challenge(self, session: _Session, _action: Message) -> list[Message]:
        return [{"Response": "Success", "Challenge": session.challenge}]

    def _login(self, session: _Session, action: Message) -> list[Message]:
        text = (session.challenge + self.secret).encode()
        keys = {self.secret, hashlib.md5(text, usedforsecurity=False).hexdigest()}
        given = action.get("Key") or action.get("Secret")
        if action.get("Username") != self.username or given not in keys:
            return [{"Response": "Error", "Message": "Authentication failed"}]
        session.logged_in = True
        booted = {"Event": "FullyBooted", "Privilege": "system,all", "Status": "Fully Booted"}
        return [{"Response": "Success", "Message": "Authentication accepted"}, booted]

    def _listed(self, name: str, mark: Message) -> list[Message]:
        items = [{**item, **mark} for item in self.lists[name]]
        end = {"Event": f"{name}Complete", "EventList": "Complete", "ListItems": str(len(items))}
        return [{"Response": "Success", "EventList": "start"}, *items, {**end, **mark}]

    async def _say(self, session: _Session, message: Message) -> None:
        if self.silent:
            return
        data = to_bytes(message)
        if self._chance.random() < self.faults.garbage:
            data = self._chance.choice(GARBAGE) + b"\r\n" + data
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        session.sent += 1
        if self.faults.cut_after is not None and session.sent > self.faults.cut_after:
            session.writer.write(data[: len(data) // 2])
            self._forget(session)
            return
        await self._write(session, data)

    async def _write(self, session: _Session, data: bytes) -> None:
        piece = self.faults.piece or len(data)
        for begin in range(0, len(data), piece):
            session.writer.write(data[begin : begin + piece])
            await session.writer.drain()
