"""Faxes between Odoo and the exchange's disk (CC-7).

An outgoing fax is a command ``fax_send``: its page is fetched, written where ``SendFAX`` reads it,
and the exchange calls. What ``ReceiveFAX`` has written is delivered to Odoo and kept under another
name when Odoo has it: nothing is lost when either is away. Files of the listener begin with
``out-``; a file that has not changed for some seconds is whole.
"""

import asyncio
import base64
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from .adapter import Command
from .odoo_client import OdooClient, OdooError, OdooRefusedError

_logger = logging.getLogger(__name__)

OUT = "out-"
#: Seconds without a change until a received file counts as whole, and between two looks.
QUIET, PAUSE = 5.0, 5.0
_NAME = re.compile(r"[\w.-]{1,100}")


class FaxDesk:
    """Faxes of one exchange.

    :param folder: where the exchange reads and writes TIFF files
    :param context: of the dial plan, extension ``s``, with the file in ``FAX_FILE``
    """

    def __init__(
        self,
        code: str,
        folder: Path,
        client: Callable[[], OdooClient],
        context: str = "fax-out",
        clock: Callable[[], float] = time.time,
    ):
        self.code, self.folder, self.context = code, folder, context
        self._client, self._clock = client(), clock

    async def prepare(self, command: Command) -> Command:
        """The originate for a fax, its page being on the disk.

        :raises OdooError: the page cannot be had
        :raises OSError: it cannot be written
        """
        answer = await self._client.call("listener_fax", exchange_code=self.code, uid=command.key)
        content = base64.b64decode(answer or "")
        if not content or not _NAME.fullmatch(command.key):
            raise OdooRefusedError("There is no such fax.")
        file = self.folder / f"{OUT}{command.key}.tif"
        await asyncio.to_thread(_write, file, content)
        values = {
            "channel": command.values.get("channel"),
            "timeout": command.values.get("timeout", 60),
            "context": self.context,
            "exten": "s",
            "variables": {"FAX_FILE": str(file)},
            **{k: v for k, v in command.values.items() if k == "caller_id"},
        }
        return replace(command, action="originate", values=values)

    async def deliver(self) -> int:
        """Give Odoo what has come; the number of files it took."""
        taken = 0
        for file in await asyncio.to_thread(self._whole):
            content = await asyncio.to_thread(file.read_bytes)
            try:
                await self._client.call(
                    "listener_fax_received",
                    exchange_code=self.code,
                    name=file.name,
                    content=base64.b64encode(content).decode(),
                )
            except OdooRefusedError as error:
                _logger.warning("%s: %s", file, error)
                file.rename(file.with_suffix(".refused"))
            else:
                file.rename(file.with_suffix(".done"))
                taken += 1
        return taken

    def _whole(self) -> list[Path]:
        until = self._clock() - QUIET
        found = [one for one in sorted(self.folder.glob("*.tif")) if not one.name.startswith(OUT)]
        return [one for one in found if one.stat().st_mtime <= until and _NAME.fullmatch(one.name)]

    async def run(self) -> None:
        """Deliver for ever; Odoo's absence changes nothing."""
        while True:
            with suppress(OdooError, OSError):
                await self.deliver()
            await asyncio.sleep(PAUSE)

    def close(self) -> None:
        self._client.close()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_bytes(content)
    new.replace(file)
