"""The process beside Odoo that keeps the connections to exchanges (CC-1, CC-2, CC-8).

For each exchange: what it says goes to a spool on disk, from there in batches to Odoo, and leaves
the spool when Odoo has confirmed it. Odoo's outbox of commands is swept every few seconds and at
once when Odoo pokes the local endpoint; the poke carries nothing but its token. Results go the way
of the events, so that none is lost either.

It has no database. Killed at any moment it loses nothing that was on disk and repeats at most one
batch, whose keys Odoo knows.
"""

import asyncio
import configparser
import hmac
import json
import logging
import os
import signal
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

from ..tools.backoff import Backoff, Policy
from ..tools.call_events import key_of
from ..tools.queue_sync import MEMBERS, member_line
from ..tools.spool import Entry, Spool, SpoolError
from .adapter import FAILED, Adapter, Command, LoginError, Message, end
from .agi import AgiServer, AgiSettings
from .asterisk import AsteriskAdapter, AsteriskSettings
from .fax import FaxDesk
from .menus import Menus
from .odoo_client import (
    OdooClient,
    OdooError,
    OdooRefusedError,
    OdooSettings,
    OdooUnauthorizedError,
    keys_in_file,
)
from .recordings import RecordingDesk
from .voice import VoiceDesk

_logger = logging.getLogger(__name__)

EVENT, RESULT = "event", "result"
#: Failures of one single record, while Odoo otherwise works, before it is set aside.
PATIENCE = 20
RATE_SECONDS = 60
REMEMBERED_COMMANDS = 10_000
OK, ALARM = "ok", "alarm"


@dataclass(frozen=True)
class Pace:
    """Times in seconds and sizes of one listener.

    ``gather``: what comes together goes to Odoo together, so a ring does not wait for a delivery.
    """

    batch: int = 500
    sweep: float = 2.0
    alive: float = 30.0
    grace: float = 5.0
    settle: float = 0.2
    gather: float = 0.01
    segment_bytes: int = 4 * 2**20
    limit_bytes: int = 2**30
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class ListenerSettings:
    """One listener. ``tokens`` gives those that may poke; the newest and the one before."""

    folder: Path
    exchanges: tuple[AsteriskSettings, ...]
    odoo: OdooSettings
    tokens: Callable[[], Sequence[str]] = field(default=lambda: (), repr=False)
    host: str = "127.0.0.1"
    port: int = 8079
    pace: Pace = field(default_factory=Pace)
    agi: AgiSettings | None = None
    fax_folder: Path | None = None
    recordings_folder: Path | None = None
    voice_folder: Path | None = None
    keep_recordings: bool = False


class Rate:
    """Events a second over the last minute."""

    def __init__(self):
        self._seconds: deque[list] = deque(maxlen=RATE_SECONDS)

    def add(self, count: int, now: float) -> None:
        if not self._seconds or self._seconds[-1][0] != int(now):
            self._seconds.append([int(now), 0])
        self._seconds[-1][1] += count

    def value(self, now: float) -> float:
        recent = sum(count for second, count in self._seconds if second > now - RATE_SECONDS)
        return round(recent / RATE_SECONDS, 2)


def event_record(message: Message, exchange: str, received: float) -> bytes:
    """A message as it is spooled; a zero byte, which PostgreSQL cannot store, is replaced."""
    clean = {k.replace("\0", "\ufffd"): v.replace("\0", "\ufffd") for k, v in message.items()}
    try:
        at = float(message.get("Timestamp", ""))
    except ValueError:
        at = received
    return _record(EVENT, {"key": key_of(clean, exchange), "at": at, "message": clean})


def _record(kind: str, row: dict) -> bytes:
    return json.dumps([kind, row], ensure_ascii=False).encode("utf-8", "replace")


def _rows(entries: Sequence[Entry], kind: str) -> list[dict]:
    found = (json.loads(entry.payload) for entry in entries)
    return [row for its_kind, row in found if its_kind == kind]


class ExchangeLine:
    """Everything about one exchange: its connection, its spool, its commands."""

    def __init__(
        self,
        adapter: Adapter,
        spool: Spool,
        client: Callable[[], OdooClient],
        pace: Pace,
        clock: Callable[[], float] = time.time,
    ):
        self.adapter, self.spool, self.pace = adapter, spool, pace
        self.code = adapter.code
        self._clock = clock
        # A large batch of events must not hold up a command, so each has a connection.
        self._events_client, self._commands_client = client(), client()
        self._news, self._poked, self._resync = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._freed = asyncio.Event()
        self._tasks: list[asyncio.Task] = []
        self._commands: set[asyncio.Task] = set()
        self._seen: dict[str, None] = {}
        self._listed: list[str] = []
        self._members: list[str] = []
        self._rate = Rate()
        self._batch = pace.batch
        self._failures = 0
        self._ended = asyncio.Event()
        self._complete = False  # what the spool holds now is all there will be
        self._connected = False
        self._exchange_state = self._odoo_state = "starting"
        self._counts = {"events": 0, "delivered": 0, "commands": 0, "set_aside": 0, "connects": 0}
        self._last_error, self._last_error_at = "", None
        self.faxes: FaxDesk | None = None

    # -- life

    def start(self) -> None:
        """Begin; needs a running event loop."""
        jobs = (self._listen, self._snapshots, self._deliver, self._sweep, self._tell_alive)
        self._tasks = [asyncio.create_task(self._forever(job)) for job in jobs]

    @property
    def _stopping(self) -> bool:
        return self._ended.is_set()

    async def _pause(self, seconds: float) -> None:
        """Sleep, but not into the end."""
        await _wait(self._ended, seconds)

    async def _forever(self, job: Callable) -> None:
        """A defect in one job must neither end the others nor go unnoticed."""
        backoff = Backoff(self.pace.policy)
        while not self._stopping:
            backoff.worked(time.monotonic())
            try:
                await job()
            except Exception as error:
                _logger.exception("%s: %s", self.code, job.__name__)
                self._note(error)
                await self._pause(backoff.failed(time.monotonic()))

    async def stop(self) -> None:
        """Take what has arrived to disk, give Odoo a few seconds for the rest, and close."""
        self._ended.set()
        listen, snapshots, deliver, sweep, alive = self._tasks
        await end(snapshots, sweep, alive)
        await self.adapter.close()
        await _finish(self.pace.grace, listen, *self._commands)
        self._complete = True
        self._news.set()
        await _finish(self.pace.grace, deliver)
        self._events_client.close()
        self._commands_client.close()
        self.spool.close()

    def _note(self, error: object) -> None:
        self._last_error = str(error) or type(error).__name__
        self._last_error_at = self._clock()

    # -- exchange to spool

    async def tell(self, message: Message) -> None:
        """An event of the listener's own, e.g. of a menu, among those of the exchange (CC-4)."""
        await self._store([event_record(message, self.code, self._clock())])

    async def _listen(self) -> None:
        backoff = Backoff(self.pace.policy)
        while not self._stopping:
            try:
                await self.adapter.connect()
                backoff.worked(time.monotonic())
                self._connected, self._exchange_state = True, OK
                self._counts["connects"] += 1
                self._resync.set()
                async for messages in self.adapter.events():
                    await self._keep(messages)
            except LoginError as error:
                self._exchange_state = "refused"
                self._note(error)
            except (OSError, asyncio.TimeoutError) as error:
                self._exchange_state = "unreachable"
                self._note(error)
            self._connected = False
            if not self._stopping:
                await self._pause(backoff.failed(time.monotonic()))

    async def _keep(self, messages: list[Message]) -> None:
        now = self._clock()
        told = [each for message in messages for each in (message, *self._end_of_list(message))]
        await self._store([event_record(message, self.code, now) for message in told])
        self._counts["events"] += len(messages)
        self._rate.add(len(messages), now)
        if any(message.get("Event") == "FullyBooted" for message in messages):
            self._resync.set()  # lists asked for earlier were not complete

    def _end_of_list(self, message: Message) -> list[Message]:
        """After a list one message that names all in it: others have ended, or are no members any
        more, since we were away."""
        event = message.get("Event")
        same = {name: message[name] for name in ("Timestamp", "ActionID") if name in message}
        if event == "CoreShowChannel":
            self._listed.append(message.get("Uniqueid", ""))
        if event == "QueueMember":
            self._members.append(member_line(message))
        if event == "QueueStatusComplete":
            members, self._members = self._members, []
            return [{"Event": MEMBERS, **same, "Members": "\n".join(members)}]
        if event != "CoreShowChannelsComplete":
            return []
        listed, self._listed = self._listed, []
        return [{"Event": "ListenerSnapshot", **same, "Uniqueids": "\n".join(listed)}]

    async def _store(self, payloads: list[bytes]) -> None:
        """Onto disk, however long that takes: until then nothing more is read."""
        backoff = Backoff(self.pace.policy)
        while payloads:
            self._freed.clear()
            try:
                await asyncio.to_thread(self.spool.append, payloads, self._clock())
            except (SpoolError, OSError) as error:
                self._note(error)
                if len(payloads) > 1:  # what fits goes first
                    await self._store(payloads[: len(payloads) // 2])
                    payloads = payloads[len(payloads) // 2 :]
                else:
                    await _wait(self._freed, backoff.failed(time.monotonic()))
            else:
                self._news.set()
                return

    async def _snapshots(self) -> None:
        while not self._stopping:
            await self._resync.wait()
            await asyncio.sleep(self.pace.settle)  # several reasons, one snapshot
            self._resync.clear()
            self._listed, self._members = [], []
            try:
                await self.adapter.snapshot()
            except (OSError, asyncio.TimeoutError) as error:
                self._note(error)
                await asyncio.sleep(self.pace.policy.cap)
                if self._connected:
                    self._resync.set()

    # -- spool to Odoo

    async def _deliver(self) -> None:
        backoff = Backoff(self.pace.policy)
        while True:
            self._news.clear()
            entries = await asyncio.to_thread(self.spool.next, self._batch)
            if not entries and self._complete:
                return
            if not entries:
                await self._news.wait()
                await asyncio.sleep(self.pace.gather)  # what comes together goes together
                continue
            wait = await self._post(entries, backoff)
            if wait and self._stopping:
                return  # it is on disk, and Odoo is not there
            if wait:
                await self._pause(wait)

    async def _post(self, entries: list[Entry], backoff: Backoff) -> float:
        """One batch; the seconds to wait before the next."""
        try:
            await self._send_rows(entries)
        except OdooError as error:
            self._note(error)
            self._odoo_state = _state_of(error)
            if await self._set_aside_if_hopeless(entries, error):
                return 0
            return max(error.wait, backoff.failed(time.monotonic()))
        await asyncio.to_thread(self.spool.commit, entries[-1])
        self._freed.set()
        backoff.failures = self._failures = 0
        self._odoo_state = OK
        self._counts["delivered"] += len(entries)
        self._batch = min(self.pace.batch, self._batch * 2)
        return 0

    async def _send_rows(self, entries: list[Entry]) -> None:
        events, results = _rows(entries, EVENT), _rows(entries, RESULT)
        if events:
            await self._events_client.events(self.code, events)
        if results:
            await self._events_client.results(self.code, results)

    async def _set_aside_if_hopeless(self, entries: list[Entry], error: OdooError) -> bool:
        """A record that Odoo cannot take must not hold up all others for ever.

        Batches are halved until it stands alone. Then it goes to ``refused.jsonl``: at once when
        Odoo says that the request is wrong, and after :data:`PATIENCE` failures of Odoo's own
        when Odoo has answered another call after each. True when the next batch may follow at once.
        """
        refused = isinstance(error, OdooRefusedError)
        if not (refused or error.status == 500):
            return False
        if len(entries) > 1:
            self._batch = len(entries) // 2
            return refused
        if not refused and not await self._is_at_fault():
            return False
        await asyncio.to_thread(self._set_aside, entries[0], error)
        return True

    def _set_aside(self, entry: Entry, error: OdooError) -> None:
        line = json.dumps({"at": entry.at, "why": str(error), "record": json.loads(entry.payload)})
        with (self.spool.folder / "refused.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.spool.commit(entry)
        self._counts["set_aside"] += 1
        self._failures = 0

    async def _is_at_fault(self) -> bool:
        """Whether it is this record and not Odoo, whose outage must not cost a record."""
        try:
            await self._commands_client.alive(self.code, self.figures())
        except OdooError:
            self._failures = 0
        else:
            self._failures += 1
        return self._failures >= PATIENCE

    # -- Odoo to exchange

    def poke(self) -> None:
        """There may be commands."""
        self._poked.set()

    async def _sweep(self) -> None:
        while not self._stopping:
            await _wait(self._poked, self.pace.sweep)
            self._poked.clear()
            # Without a connection the outbox keeps them; Odoo says that they wait, or drops them.
            if self._connected:
                await self._fetch()

    async def _fetch(self) -> None:
        try:
            rows = await self._commands_client.commands(self.code)
        except OdooError as error:
            self._note(error)
            return
        for row in rows:
            if str(row["id"]) not in self._seen:
                self._remember(str(row["id"]))
                task = asyncio.create_task(self._execute(row))
                self._commands.add(task)
                task.add_done_callback(self._commands.discard)

    def _remember(self, key: str) -> None:
        """Were one handed out twice, it would still be sent once."""
        self._seen[key] = None
        while len(self._seen) > REMEMBERED_COMMANDS:
            self._seen.pop(next(iter(self._seen)))

    async def _execute(self, row: dict) -> None:
        self._counts["commands"] += 1
        try:
            state, text = await self._outcome(row)
        except Exception as error:
            _logger.exception("%s: command %s", self.code, row["id"])
            state, text = FAILED, str(error)
        await self._store([_record(RESULT, {"id": row["id"], "state": state, "text": text})])

    async def _outcome(self, row: dict) -> tuple[str, str]:
        # Nobody wants to be called because of a click of ten minutes ago.
        if row.get("expires") and float(row["expires"]) < self._clock():
            return FAILED, "expired before it could be sent"
        command = Command(str(row["id"]), str(row["action"]), row.get("values") or {})
        if command.action == "fax_send":
            if self.faxes is None:
                return FAILED, "the listener has no folder for faxes (fax_folder)"
            command = await self.faxes.prepare(command)
        result = await self.adapter.send(command)
        return result.state, result.text

    # -- figures

    async def _tell_alive(self) -> None:
        while not self._stopping:
            try:
                await self._commands_client.alive(self.code, self.figures())
            except OdooError as error:
                self._note(error)
            await asyncio.sleep(self.pace.alive)

    def figures(self) -> dict:
        """Plain values for the health page and for ``listener_alive``.

        ``lag`` in seconds, ``spool`` in bytes, ``rate`` in events a second, ``error`` the last one
        (``error_at`` epoch seconds); ``status`` is ``alarm`` when a person has to act.
        """
        now = self._clock()
        spool = self.spool.figures(now)
        helpless = self._exchange_state == "refused" or self._odoo_state == "unauthorized"
        return {
            "exchange": self.code,
            "status": ALARM if helpless or spool.state != OK else OK,
            "connected": self._connected,
            "exchange_state": self._exchange_state,
            "odoo_state": self._odoo_state,
            "lag": round(spool.lag, 3),
            "rate": self._rate.value(now),
            "error": self._last_error,
            "error_at": self._last_error_at,
            "spool": spool.bytes,
            "spool_state": spool.state,
            "spool_records": spool.records,
            "cut_bytes": spool.cut_bytes,
            "damaged_bytes": spool.damaged_bytes,
            "unstamped": getattr(self.adapter, "unstamped", 0),
            "denied": sorted(getattr(self.adapter, "denied", ())),
            **self._counts,
        }


def _state_of(error: OdooError) -> str:
    if isinstance(error, OdooUnauthorizedError):
        return "unauthorized"
    return "refusing" if isinstance(error, OdooRefusedError) else "unreachable"


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until it is set, but not longer than this."""
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _finish(seconds: float, *tasks: asyncio.Task) -> None:
    """Let them end by themselves, but not longer than this."""
    if tasks:
        _done, late = await asyncio.wait(tasks, timeout=seconds)
        await end(*late)


# -- the endpoint -----------------------------------------------------------------------------


class Endpoint:
    """HTTP on the local host: ``GET /health``, and ``POST /poke`` for who has the token.

    ``/health`` answers 200, or 503 when a person has to act. ``/poke`` takes
    ``{"exchange": code}``, or nothing for all.
    """

    HEAD_BYTES, BODY_BYTES, SECONDS = 8192, 4096, 5.0

    def __init__(self, tokens: Callable[[], Sequence[str]], lines: dict[str, ExchangeLine]):
        self._tokens, self._lines = tokens, lines
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one, which is then in ``port``."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=self.HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Accept nothing more."""
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, body = await asyncio.wait_for(self._answer(reader), self.SECONDS)
        except asyncio.TimeoutError:
            status, body = 408, {}
        except (ValueError, OSError, EOFError, asyncio.LimitOverrunError):
            status, body = 400, {}
        data = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
        )
        head += f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
        with suppress(OSError):
            writer.write(head.encode() + data)
            await writer.drain()
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, dict]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *rest = head.split("\r\n")
        method, path, _version = request.split(" ")
        headers = {
            k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)
        }
        if path == "/health":
            return self._health() if method == "GET" else (405, {})
        if path != "/poke":
            return 404, {}
        if method != "POST":
            return 405, {}
        if not self._allowed(headers.get("authorization", "")):
            return 401, {}
        length = int(headers.get("content-length") or 0)
        if not 0 <= length <= self.BODY_BYTES:
            return 413, {}
        return self._poke(await reader.readexactly(length))

    def _allowed(self, given: str) -> bool:
        """Compared in constant time with every token, so that time tells nothing."""
        scheme, _, token = given.partition(" ")
        known = [each.encode() for each in self._tokens() if each]
        same = [hmac.compare_digest(token.encode("latin-1"), each) for each in known]
        return scheme.lower() == "bearer" and any(same)

    def _poke(self, body: bytes) -> tuple[int, dict]:
        asked = json.loads(body) if body else {}
        code = asked.get("exchange") if isinstance(asked, dict) else None
        if code and code not in self._lines:
            return 404, {}
        for line in [self._lines[code]] if code else self._lines.values():
            line.poke()
        return 202, {}

    def _health(self) -> tuple[int, dict]:
        figures = [line.figures() for line in self._lines.values()]
        alarm = any(each["status"] == ALARM for each in figures)
        return (503 if alarm else 200), {"status": ALARM if alarm else OK, "exchanges": figures}


# -- all together -----------------------------------------------------------------------------


class Listener:
    """Several exchanges in one process, each with a spool of its own, and the endpoint."""

    def __init__(
        self,
        settings: ListenerSettings,
        adapter: Callable[[AsteriskSettings], Adapter] = AsteriskAdapter,
    ):
        self.settings = settings
        self._adapter = adapter
        self.lines: dict[str, ExchangeLine] = {}
        self.endpoint = Endpoint(settings.tokens, self.lines)
        self.menus: dict[str, Menus] = {}
        self.agi: AgiServer | None = None
        self._desks: list[asyncio.Task] = []

    async def start(self) -> None:
        """Open the spools, connect, listen on the endpoint.

        :raises SpoolBusyError: another listener uses this folder
        :raises OSError: the endpoint's port is taken
        """
        pace = self.settings.pace
        try:
            for exchange in self.settings.exchanges:
                spool = Spool(
                    self.settings.folder / exchange.code,
                    segment_bytes=pace.segment_bytes,
                    limit_bytes=pace.limit_bytes,
                )
                self._tell_cut(spool)
                line = ExchangeLine(self._adapter(exchange), spool, self._client, pace)
                self.lines[exchange.code] = line
            await self.endpoint.start(self.settings.host, self.settings.port)
            await self._start_menus()
            self._open_fax_desks()
            self._open_recording_desks()
            self._open_voice_desks()
        except BaseException:
            for line in self.lines.values():
                line.spool.close()
            raise
        for line in self.lines.values():
            line.start()

    async def _start_menus(self) -> None:
        """The menus of each exchange, and the port at which it asks for them (CC-4)."""
        settings = self.settings
        if settings.agi is None:
            return
        short = replace(settings.odoo, timeout=min(settings.odoo.timeout, 10.0))
        for code in self.lines:
            self.menus[code] = Menus(code, settings.folder / code, lambda: OdooClient(short))
        places = {code: (self.menus[code], line.tell) for code, line in self.lines.items()}
        self.agi = AgiServer(settings.agi, places)
        await self.agi.start()

    def _open_fax_desks(self) -> None:
        """Faxes of all exchanges, where a folder is given (CC-7)."""
        if self.settings.fax_folder is None:
            return
        for code, line in self.lines.items():
            line.faxes = FaxDesk(code, self.settings.fax_folder, self._client)
            self._desks.append(asyncio.create_task(line.faxes.run()))

    def _open_recording_desks(self) -> None:
        """Recordings of all exchanges, where a folder is given (CC-5)."""
        folder, keep = self.settings.recordings_folder, self.settings.keep_recordings
        for code in self.lines if folder else ():
            desk = RecordingDesk(code, folder, self._client, keep)
            self._desks.append(asyncio.create_task(desk.run()))

    def _open_voice_desks(self) -> None:
        """Voice messages of all exchanges, where a folder is given (CC-7)."""
        folder = self.settings.voice_folder
        for code in self.lines if folder else ():
            desk = VoiceDesk(code, folder, self._client)
            self._desks.append(asyncio.create_task(desk.run()))

    def _client(self) -> OdooClient:
        return OdooClient(self.settings.odoo)

    def _tell_cut(self, spool: Spool) -> None:
        if spool.cut_bytes or spool.damaged_bytes:
            _logger.warning(
                "%s: %d bytes of an unfinished write were cut, %d damaged bytes stepped over",
                spool.folder, spool.cut_bytes, spool.damaged_bytes,
            )  # fmt: skip

    async def stop(self) -> None:
        """Orderly end; see :meth:`ExchangeLine.stop`."""
        await self.endpoint.stop()
        if self.agi:
            await self.agi.stop()
        for menus in self.menus.values():
            menus.close()
        await end(*self._desks)
        await asyncio.gather(*(line.stop() for line in self.lines.values()))


async def run(settings: ListenerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    listener, ended = Listener(settings), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await listener.start()
    try:
        await ended.wait()
    finally:
        await listener.stop()


def read_settings(path) -> ListenerSettings:
    """Settings from a file of sections (``configparser``).

    ``[listener]``: ``folder``, ``host``, ``port``, ``token_file``, and numbers of :class:`Pace`;
    for menus ``agi_port``, ``agi_host``, ``agi_allow`` (addresses of the exchanges), ``agi_sounds``
    and ``agi_voicemail`` (folders as the exchange sees them); for faxes ``fax_folder``;
    ``voice_folder``: where the listener finds voice messages (the same folder as
    ``agi_voicemail``, as the listener sees it);
    for recordings ``recordings_folder``, and ``keep_recordings`` (yes: the exchange's own files
    stay).
    ``[odoo]``: ``url``, ``database``, ``key_file`` (newest key first), ``timeout``, ``ca_file``.
    ``[exchange:CODE]``: ``host``, ``port``, ``username``, ``secret_file``, ``tls`` (yes/no),
    ``ca_file``, ``event_mask``. Secrets are in files of their own, which only the listener's
    user may read.

    :raises ValueError: something is missing or wrong; the message names the section
    """
    parser = configparser.ConfigParser(interpolation=None)
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    codes = [name for name in parser.sections() if name.startswith("exchange:")]
    if not codes:
        raise ValueError(f"{path} has no section [exchange:CODE].")
    try:
        main, odoo = parser["listener"], parser["odoo"]
        return ListenerSettings(
            folder=Path(main["folder"]),
            exchanges=tuple(_exchange(parser[name]) for name in codes),
            odoo=_odoo(odoo),
            tokens=keys_in_file(main["token_file"]) if "token_file" in main else lambda: (),
            host=main.get("host", "127.0.0.1"),
            port=main.getint("port", 8079),
            pace=_pace(main),
            agi=_agi(main),
            fax_folder=_folder(main, "fax_folder"),
            recordings_folder=_folder(main, "recordings_folder"),
            voice_folder=_folder(main, "voice_folder"),
            keep_recordings=main.getboolean("keep_recordings", False),
        )
    except KeyError as error:
        raise ValueError(f"{path}: {error.args[0]} is missing.") from error


def _folder(section: configparser.SectionProxy, name: str) -> Path | None:
    return Path(section[name]) if name in section else None


def _pace(section: configparser.SectionProxy) -> Pace:
    usual = Pace()
    names = ("batch", "sweep", "alive", "grace", "segment_bytes", "limit_bytes")
    given = {name: type(getattr(usual, name))(section[name]) for name in names if name in section}
    return replace(usual, **given)


def _agi(section: configparser.SectionProxy) -> AgiSettings | None:
    """Menus are served where a port is given."""
    if "agi_port" not in section:
        return None
    usual = AgiSettings()
    allow = section.get("agi_allow", "").replace(",", " ").split()
    return AgiSettings(
        host=section.get("agi_host", usual.host),
        port=section.getint("agi_port"),
        allow=tuple(allow) or usual.allow,
        sounds=section.get("agi_sounds", ""),
        voicemail=section.get("agi_voicemail", ""),
    )


def _odoo(section: configparser.SectionProxy) -> OdooSettings:
    return OdooSettings(
        base=section["url"],
        keys=keys_in_file(section["key_file"]),
        database=section.get("database", ""),
        timeout=section.getfloat("timeout", 30.0),
        tls=_tls(section) if section["url"].startswith("https:") else None,
    )


def _exchange(section: configparser.SectionProxy) -> AsteriskSettings:
    usual = AsteriskSettings("")
    tls = section.getboolean("tls", False)
    return AsteriskSettings(
        code=section.name.partition(":")[2],
        host=section.get("host", usual.host),
        port=section.getint("port", 5039 if tls else usual.port),
        username=section["username"],
        secret=Path(section["secret_file"]).read_text(encoding="utf-8").strip(),
        tls=_tls(section) if tls else None,
        event_mask=section.get("event_mask", usual.event_mask),
    )


def _tls(section: configparser.SectionProxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=section.get("ca_file"))
