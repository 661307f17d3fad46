"""Recordings from the exchange's disk to Odoo (CC-5).

Odoo names the files of calls that are over; each is announced with its size and SHA-256 and sent in
pieces. Where a listener was killed or Odoo was away, the next one goes on at the byte that Odoo
names. The file is deleted when Odoo has confirmed the whole, and not before; what is not there for
minutes is told as lost.
"""

import asyncio
import base64
import hashlib
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .odoo_client import OdooClient, OdooError, OdooRefusedError

_logger = logging.getLogger(__name__)

#: Bytes of a piece; Odoo takes at most four times as much.
PIECE = 2**20
#: Seconds without a change until a file counts as whole, and between two looks.
QUIET, PAUSE = 2.0, 5.0
#: Seconds after which a file that is not there is lost: a disk of the network may be slow.
PATIENCE = 300.0
#: Times that a whole which arrived damaged is sent anew in one turn.
TRIES = 3
_NAME = re.compile(r"(?!\.)[\w.:@+-]{1,200}")


class RecordingDesk:
    """Recordings of one exchange.

    :param folder: where the exchange writes them (``/var/spool/asterisk/monitor``)
    :param keep: leave the files there after Odoo has them
    """

    def __init__(
        self,
        code: str,
        folder: Path,
        client: Callable[[], OdooClient],
        keep: bool = False,
        clock: Callable[[], float] = time.time,
    ):
        self.code, self.folder, self.keep = code, folder, keep
        self._client, self._clock = client(), clock
        self._missed: dict[int, float] = {}
        self.sent = 0

    async def deliver(self) -> int:
        """Send what Odoo waits for; the number of recordings it has confirmed.

        :raises OdooError: Odoo is away; the next turn goes on where this one ended
        """
        rows = await self._client.call("listener_recordings", exchange_code=self.code) or []
        waiting = {int(row["id"]) for row in rows}
        self._missed = {key: at for key, at in self._missed.items() if key in waiting}
        done = 0
        for row in rows:
            with suppress(OdooRefusedError, OSError):
                done += await self._one(int(row["id"]), str(row["file"] or ""))
        self.sent += done
        return done

    async def _one(self, key: int, name: str) -> bool:
        file = self.folder / name
        if not _NAME.fullmatch(name) or not await asyncio.to_thread(file.is_file):
            await self._miss(key)
            return False
        if self._clock() - (await asyncio.to_thread(file.stat)).st_mtime < QUIET:
            return False
        try:
            whole = await self._send(key, file)
        except (OdooRefusedError, OSError) as error:
            _logger.warning("%s: %s", file, error)
            raise
        if whole and not self.keep:
            await asyncio.to_thread(file.unlink, True)
        return whole

    async def _miss(self, key: int) -> None:
        since = self._missed.setdefault(key, self._clock())
        if self._clock() - since >= PATIENCE:
            await self._call("listener_recording_missing", key)

    async def _send(self, key: int, file: Path) -> bool:
        """Whether Odoo has the whole, checked by its sum."""
        size, digest = await asyncio.to_thread(_measure, file)
        if not size:
            await self._miss(key)
            return False
        for _try in range(TRIES):
            here = await self._call("listener_recording_begin", key, size=size, sha256=digest)
            while 0 <= here < size:
                piece = await asyncio.to_thread(_read, file, here)
                data = base64.b64encode(piece).decode()
                here = await self._call("listener_recording_piece", key, start=here, data=data)
                if not here:
                    break  # it arrived damaged
            if here == size:
                return True
        _logger.warning("%s: damaged on the way %d times; it is tried again", file, TRIES)
        return False

    async def _call(self, method: str, key: int, **values):
        return await self._client.call(method, exchange_code=self.code, recording_id=key, **values)

    async def run(self) -> None:
        """Deliver for ever; Odoo's absence changes nothing."""
        while True:
            with suppress(OdooError):
                await self.deliver()
            await asyncio.sleep(PAUSE)

    def close(self) -> None:
        self._client.close()


def _measure(file: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            digest.update(piece)
        return content.tell(), digest.hexdigest()


def _read(file: Path, start: int) -> bytes:
    with file.open("rb") as content:
        content.seek(start)
        return content.read(PIECE)
