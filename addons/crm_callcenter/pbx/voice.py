"""Voice messages that callers left in a menu, from the exchange's disk to Odoo (CC-4, CC-7).

The exchange writes ``CODE-UNIQUEID.wav`` while the caller speaks; a file that has not changed for
some seconds is whole. It is deleted there when Odoo has it, and stays when Odoo is away or refuses
it (then under another name): a message is nowhere else.
"""

import asyncio
import base64
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .odoo_client import OdooClient, OdooError, OdooRefusedError

_logger = logging.getLogger(__name__)

#: Seconds without a change until a file counts as whole, and between two looks.
QUIET, PAUSE = 3.0, 3.0


def file_name(code: str, uniqueid: str) -> str:
    """Name, without suffix, under which a caller's message is kept.

    >>> file_name("hamburg", "1767000000.12")
    'hamburg-1767000000.12'
    """
    return re.sub(r"[^\w.-]", "_", f"{code}-{uniqueid}")


class VoiceDesk:
    """Voice messages of one exchange.

    :param folder: where the exchange writes them, as the listener sees it
    """

    def __init__(
        self,
        code: str,
        folder: Path,
        client: Callable[[], OdooClient],
        clock: Callable[[], float] = time.time,
    ):
        self.code, self.folder = code, folder
        self._client, self._clock = client(), clock

    async def deliver(self) -> int:
        """Give Odoo what is there; the number of messages it took.

        :raises OdooError: Odoo is away
        """
        taken = 0
        for file in await asyncio.to_thread(self._whole):
            content = await asyncio.to_thread(file.read_bytes)
            try:
                await self._client.call(
                    "listener_voice_message",
                    exchange_code=self.code,
                    name=file.name,
                    content=base64.b64encode(content).decode(),
                )
            except OdooRefusedError as error:
                _logger.warning("%s: %s", file, error)
                file.rename(file.with_suffix(".refused"))
            else:
                file.unlink(missing_ok=True)
                taken += 1
        return taken

    def _whole(self) -> list[Path]:
        until = self._clock() - QUIET
        prefix = file_name(self.code, "")
        found = sorted(one for one in self.folder.glob("*.wav") if one.name.startswith(prefix))
        return [one for one in found if one.stat().st_mtime <= until]

    async def run(self) -> None:
        """Deliver for ever; Odoo's absence changes nothing."""
        while True:
            with suppress(OdooError, OSError):
                await self.deliver()
            await asyncio.sleep(PAUSE)

    def close(self) -> None:
        self._client.close()
