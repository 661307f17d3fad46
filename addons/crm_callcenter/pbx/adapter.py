"""What the listener needs from a telephone exchange, whatever its make (CC-1).

An adapter turns one exchange's protocol into messages (dicts of str, as the exchange names its
headers) and executes commands. It knows nothing of Odoo, of the spool or of other exchanges.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Message = dict[str, str]

#: States of a result. ``unknown``: it was sent, and nothing tells whether it happened.
DONE, FAILED, UNKNOWN = "done", "failed", "unknown"


class LoginError(Exception):
    """The exchange is there and refuses the account: trying again soon does not help."""


@dataclass(frozen=True)
class Command:
    """One thing to do. ``key`` is its correlation id, of an Originate also the ChannelId."""

    key: str
    action: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of a command; ``text`` is for people, or the call result of a failed dial."""

    key: str
    state: str
    text: str = ""


class Adapter(Protocol):
    """One exchange. All methods belong to one event loop.

    ``code`` names the exchange in Odoo.
    """

    code: str

    async def connect(self) -> None:
        """Open the connection and log in; an open one is closed first.

        :raises OSError: not reachable, or not this kind of exchange
        :raises LoginError: account refused
        """

    def events(self) -> AsyncIterator[list[Message]]:
        """Messages in the order of arrival, in lists of what has come since the last.

        Not asking for more holds the exchange back. Ends with ConnectionError when the connection
        is lost, after the last message.
        """

    async def send(self, command: Command) -> Result:
        """Execute, and wait for the exchange's own event that confirms or refuses it.

        Never raises for what the exchange says, and never sends a second time: a connection lost
        in between gives ``unknown``.
        """

    async def snapshot(self) -> None:
        """Ask for the present state; the answer arrives among :meth:`events`.

        :raises OSError: the connection was lost, or the exchange refused to tell
        """

    async def close(self) -> None:
        """Close the connection; commands under way end as ``unknown``."""


async def end(*tasks: asyncio.Task) -> None:
    """Cancel tasks and wait until they have ended.

    Up to Python 3.11 ``wait_for`` forgets a cancellation that comes together with its result, so
    one cancellation may not be enough.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _done, pending = await asyncio.wait(pending, timeout=0.2)
