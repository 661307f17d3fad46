"""What the listener says to Odoo, over JSON-2 with the standard library alone (CC-1).

``POST {base}/json/2/{model}/{method}`` with named arguments as a JSON object, ``Authorization:
bearer KEY`` and, where a server has several databases, ``X-Odoo-Database``. Keys of non-system
users expire; two are kept, the newer first, and the file they are in is read again after a
refusal, so that a key is replaced without a restart.
"""

import asyncio
import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MODEL = "crm.call.exchange"
#: Statuses that speak about the request itself; sending the same again does not help.
_REFUSED = {400, 409, 413, 415, 422}
#: Seconds after which a key that was refused is tried again: rights may have been given since.
KEY_REST = 300.0


class OdooError(Exception):
    """Odoo did not do it. ``status`` is that of HTTP, 0 without an answer."""

    def __init__(self, message: str, status: int = 0, wait: float = 0.0):
        super().__init__(message)
        self.status = status
        self.wait = wait  # seconds Odoo asks to be left alone


class OdooUnavailableError(OdooError):
    """Not reachable, overloaded or failing: the same request may work later."""


class OdooUnauthorizedError(OdooError):
    """No key is accepted: somebody has to act. Nothing is lost meanwhile."""


class OdooRefusedError(OdooError):
    """Odoo understood and refuses this request."""


@dataclass(frozen=True)
class OdooSettings:
    """Where Odoo is. ``keys`` gives the API keys, the newest first; ``timeout`` in seconds."""

    base: str
    keys: Callable[[], Sequence[str]] = field(repr=False)
    database: str = ""
    timeout: float = 30.0
    tls: ssl.SSLContext | None = None

    def __post_init__(self):
        parts = urlsplit(self.base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"Not the address of an Odoo: {self.base!r}")


def keys_in_file(path) -> Callable[[], list[str]]:
    """Keys from a file, one a line, the newest first; lines that begin with # are comments."""

    def keys() -> list[str]:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    return keys


class OdooClient:
    """Calls of :data:`MODEL`, one at a time over one connection that is kept open."""

    def __init__(self, settings: OdooSettings, clock: Callable[[], float] = time.monotonic):
        self.settings = settings
        self._clock = clock
        self._refused: dict[str, float] = {}
        self._link: http.client.HTTPConnection | None = None
        self._turn = asyncio.Lock()

    async def events(self, exchange_code: str, rows: list[dict]) -> dict:
        """Rows of ``{key, at, message}``; the answer counts what was new and what was known.

        :raises OdooUnavailableError: also when the counts do not add up to the rows, because then
            some of them are not in Odoo
        """
        answer = await self.call("listener_events", exchange_code=exchange_code, rows=rows)
        counts = answer if isinstance(answer, dict) else {}
        found = [counts.get(name, 0) for name in ("accepted", "known")]
        if not all(isinstance(each, int) for each in found) or sum(found) != len(rows):
            raise OdooUnavailableError(f"Odoo confirmed {counts} of {len(rows)} events.")
        return counts

    async def commands(self, exchange_code: str) -> list[dict]:
        """``[{id, action, values}]``; Odoo hands each out once."""
        return await self.call("listener_commands", exchange_code=exchange_code) or []

    async def results(self, exchange_code: str, rows: list[dict]) -> None:
        """Rows of ``{id, state, text}``."""
        await self.call("listener_results", exchange_code=exchange_code, rows=rows)

    async def alive(self, exchange_code: str, figures: dict) -> None:
        """The listener's figures, for the health page and for alarms."""
        await self.call("listener_alive", exchange_code=exchange_code, figures=figures)

    async def call(self, method: str, **arguments):
        """The method's return value.

        :raises OdooUnauthorizedError: 401 or 403 for every key, or no key at all
        :raises OdooRefusedError: this request will never be accepted
        :raises OdooUnavailableError: anything else; try again
        """
        body = json.dumps(arguments, ensure_ascii=False).encode("utf-8", "replace")
        async with self._turn:
            refusal = OdooUnauthorizedError("There is no API key.", 401)
            for key in self._usable_keys():
                try:
                    answer = await asyncio.to_thread(self._post, method, body, key)
                except OdooUnauthorizedError as error:
                    self._refused[key] = self._clock()
                    refusal = error
                else:
                    self._refused.pop(key, None)
                    return answer
            raise refusal

    def _usable_keys(self) -> list[str]:
        """All keys, those refused lately last: asking with them first would cost a request."""
        try:
            keys = list(dict.fromkeys(self.settings.keys()))
        except OSError as error:
            raise OdooUnauthorizedError(f"The keys cannot be read: {error}") from error
        now = self._clock()
        rested = [key for key in keys if now - self._refused.get(key, -KEY_REST) >= KEY_REST]
        return rested + [key for key in keys if key not in rested]

    # -- in a thread

    def _post(self, method: str, body: bytes, key: str):
        fresh = self._link is None
        try:
            status, headers, data = self._exchange(method, body, key)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            # A kept connection may have been closed by the server in between. Once more on a new
            # one is harmless: rows have keys, and commands are handed out once.
            if fresh or method == "listener_commands":
                raise _unreachable(error) from error
            return self._post(method, body, key)
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(error) from error
        return _value(status, headers, data)

    def _exchange(self, method: str, body: bytes, key: str) -> tuple[int, dict, bytes]:
        link = self._connection()
        path = f"{urlsplit(self.settings.base).path.rstrip('/')}/json/2/{MODEL}/{method}"
        headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "crm_callcenter listener",
        }
        if self.settings.database:
            headers["X-Odoo-Database"] = self.settings.database
        try:
            link.request("POST", path, body, headers)
            _acknowledge_at_once(link.sock)
            answer = link.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except BaseException:
            self.close()
            raise

    def _connection(self) -> http.client.HTTPConnection:
        if self._link is None:
            parts, seconds = urlsplit(self.settings.base), self.settings.timeout
            if parts.scheme == "https":
                self._link = http.client.HTTPSConnection(
                    parts.hostname, parts.port, timeout=seconds, context=self.settings.tls
                )
            else:
                self._link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
        return self._link

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        link, self._link = self._link, None
        if link:
            link.close()


def _acknowledge_at_once(link: socket.socket) -> None:
    """Against 40 ms of waiting for each other.

    A server that sends head and body apart holds the body back until the head is acknowledged
    (RFC 896), and Linux delays acknowledgments (RFC 1122, 4.2.3.2) on connections that are kept.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        with suppress(OSError):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _unreachable(error: Exception) -> OdooUnavailableError:
    return OdooUnavailableError(f"Odoo is not reachable: {error or type(error).__name__}")


def _value(status: int, headers: dict, data: bytes):
    """The return value in an answer, or the error it stands for."""
    if status == 200:
        try:
            return json.loads(data)
        except ValueError as error:
            raise OdooUnavailableError(f"Not JSON: {data[:100]!r}", status) from error
    text = f"{status}: {_message(data)}"
    if status in (401, 403):
        raise OdooUnauthorizedError(text, status)
    if status in _REFUSED:
        raise OdooRefusedError(text, status)
    wait = 0.0
    with suppress(ValueError):  # a date is allowed as well, and not worth understanding
        wait = float({k.lower(): v for k, v in headers.items()}.get("retry-after", 0))
    raise OdooUnavailableError(text, status, wait)


def _message(data: bytes) -> str:
    """Odoo's own words, without the trace."""
    with suppress(ValueError, AttributeError):
        return str(json.loads(data).get("message", ""))[:500]
    return data[:200].decode("utf-8", "replace")
