"""Menus of an exchange as the listener keeps them: fetched from Odoo, cached on disk (CC-4).

Every call asks Odoo for a newer version first, so that a change takes effect with the next call.
While Odoo is silent the menus of the disk go on, and nobody waits for Odoo more than once in
``rest`` seconds.
"""

import asyncio
import base64
import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..tools import ivr
from .odoo_client import OdooClient, OdooError, OdooUnavailableError

_logger = logging.getLogger(__name__)

#: Name of a recording: SHA-1 of its content.
_FILE = re.compile(r"[0-9a-f]{40}")
#: Bytes of one recording at most: eight minutes of 8 kHz, 16 bits.
FILE_BYTES = 8 * 2**20


@dataclass(frozen=True)
class MenuPace:
    """Seconds: a version counts as ``fresh``, a look-up may take ``limit``, the way into a queue
    ``enter``, after a failure Odoo is left alone for ``rest``; ``clients`` is how many requests may
    be under way at once."""

    fresh: float = 1.0
    limit: float = 3.0
    enter: float = 1.0
    rest: float = 5.0
    clients: int = 4


class Line:
    """Requests to Odoo with a limit of time, several at once.

    A request that takes longer is not waited for; its connection comes back when it has ended.
    """

    def __init__(self, client: Callable[[], OdooClient], pace: MenuPace):
        self._free: asyncio.Queue[OdooClient] = asyncio.Queue()
        self._clients = [client() for _each in range(pace.clients)]
        for one in self._clients:
            self._free.put_nowait(one)
        self._tasks: set[asyncio.Task] = set()
        self._pace = pace

    async def call(self, method: str, **arguments):
        """What Odoo answers.

        :raises OdooError: it does not, or not in time
        """
        try:
            client = await asyncio.wait_for(self._free.get(), self._pace.limit)
        except asyncio.TimeoutError:
            raise OdooUnavailableError("All connections to Odoo are waiting for it.") from None
        task = asyncio.create_task(self._ask(client, method, arguments))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self._pace.limit)
        except asyncio.TimeoutError:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise OdooUnavailableError("Odoo did not answer in time.") from None

    async def _ask(self, client, method, arguments):
        try:
            return await client.call(method, **arguments)
        finally:
            self._free.put_nowait(client)

    def close(self) -> None:
        for client in self._clients:
            client.close()


class Menus:
    """The menus of one exchange."""

    def __init__(
        self,
        code: str,
        folder: Path,
        client: Callable[[], OdooClient],
        pace: MenuPace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.code, self.folder, self.pace = code, folder, pace or MenuPace()
        self.line = Line(client, self.pace)
        self._clock = clock
        self._version = ""
        self._menus: dict[str, ivr.Menu] = {}
        self._numbers: dict[str, str] = {}
        self._asked = self._failed = self._silent = -1e9
        self._turn = asyncio.Lock()
        self.error = ""
        self._load()

    # -- disk

    @property
    def _file(self) -> Path:
        return self.folder / "menus.json"

    def _load(self) -> None:
        try:
            with suppress(FileNotFoundError):
                self._take(json.loads(self._file.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, OSError) as error:
            _logger.warning("%s: %s", self._file, error)

    def _keep(self, found: dict) -> None:
        """Whole or not at all: a power failure leaves the old one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self._file, json.dumps(found, ensure_ascii=False).encode())

    def _take(self, found: dict) -> None:
        """Menus from Odoo or the disk; one that is none leaves the others alone."""
        menus, numbers = {}, {}
        for data in found["menus"]:
            try:
                menu = ivr.from_dict(data)
            except ValueError as error:
                self.error = str(error)
                _logger.warning("%s: %s", self.code, error)
                continue
            menus[menu.code.lower()] = menu
            numbers[menu.code.lower()] = str(data.get("number") or "")
        self._menus, self._numbers = menus, numbers
        self._version = str(found["version"])

    # -- Odoo

    async def get(self, code: str) -> tuple[ivr.Menu | None, str]:
        """The menu of that code and its version's number, as fresh as Odoo allows."""
        await self._refresh()
        return self._menus.get(code.lower()), self._numbers.get(code.lower(), "")

    async def _refresh(self) -> None:
        async with self._turn:
            now = self._clock()
            if now - self._asked < self.pace.fresh or now - self._failed < self.pace.rest:
                return
            try:
                await self._fetch()
            except (OdooError, OSError, ValueError, KeyError, TypeError) as error:
                self._failed, self.error = self._clock(), str(error)
            else:
                self._asked, self.error = self._clock(), ""

    async def _fetch(self) -> None:
        found = await self.line.call(
            "listener_menus", exchange_code=self.code, version=self._version
        )
        if "menus" not in found:
            return
        await self._fetch_files(found.get("files") or [])
        await asyncio.to_thread(self._keep, found)
        self._take(found)

    async def _fetch_files(self, names: list) -> None:
        """Recordings that are not here yet."""
        for name in names:
            if _FILE.fullmatch(str(name)) and not self._sound(name).exists():
                text = await self.line.call("listener_prompt", exchange_code=self.code, name=name)
                await asyncio.to_thread(self._keep_file, name, text)

    def _keep_file(self, name: str, text: str) -> None:
        content = base64.b64decode(text or "", validate=True)
        if len(content) > FILE_BYTES or hashlib.sha1(content).hexdigest() != name:
            raise ValueError(f"The recording {name} is not what it should be.")
        self._sound(name).parent.mkdir(parents=True, exist_ok=True)
        _write(self._sound(name), content)

    def _sound(self, name: str) -> Path:
        return self.folder / "prompts" / f"{name}.wav"

    async def look_up(self, call: str, subject: str, values: dict) -> ivr.Outcome:
        """What Odoo knows; ``silent`` when it does not answer in time."""
        try:
            found = await self.line.call(
                "listener_lookup",
                exchange_code=self.code,
                call=call,
                subject=subject,
                values=values,
            )
            return ivr.Outcome(str(found["outcome"]), dict(found.get("values") or {}))
        except (OdooError, KeyError, TypeError, ValueError) as error:
            self.error = str(error)
            return ivr.Outcome("silent")

    async def enter(self, queue: str, number: str, linked: str = "") -> dict:
        """Where a caller who comes to a queue goes (``listener_enter``); empty: Odoo is silent.

        Nobody waits for Odoo longer than ``enter`` seconds, and after a failure for a while nobody.
        """
        now = self._clock()
        if now - self._silent < self.pace.rest:
            return {}
        try:
            found = await asyncio.wait_for(
                self.line.call(
                    "listener_enter",
                    exchange_code=self.code,
                    queue=queue,
                    number=number,
                    linked=linked,
                ),
                self.pace.enter,
            )
            return dict(found)
        except (OdooError, asyncio.TimeoutError, TypeError, ValueError) as error:
            self._silent, self.error = self._clock(), str(error) or type(error).__name__
            return {}

    def close(self) -> None:
        self.line.close()


def _write(file: Path, content: bytes) -> None:
    new = file.with_suffix(".new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
