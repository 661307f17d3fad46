"""sipp as customers and as telephones of agents, for tests and demo."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from .exchange import DIES_WITH_US, SCENARIOS, SIP_PORT, fill_in

PATIENCE = 30  # seconds to wait for what takes one on an idle machine


class Sipp:
    """sipp that plays one scenario of ``tests/pbx/sipp``; it ends with this process."""

    def __init__(
        self, exchange, scenario, host, *, port=SIP_PORT, seconds=3, calls=1, options=(), **keys
    ):
        """It plays *calls* of *seconds*, one after the other; without end when there are none.

        *keys* are words of the scenario, but for ``number`` that is called, ``password``,
        ``answer`` (a status such as "486 Busy Here" to refuse with, or 486 to be refused with) and
        ``ring`` (milliseconds before a telephone is answered). *options* are more of sipp's own.
        """
        self.folder = exchange.folder / "calls"
        self.name = f"{scenario}-{host.rpartition('.')[2]}-{port}"
        values = {"ANSWER": keys.pop("answer", ""), "RING": keys.pop("ring", 500)}
        self._write(scenario, {"TONE": exchange.tone, **values})
        command = [
            *(*DIES_WITH_US, "sipp", f"{exchange.address}:{SIP_PORT}", "-nostdin"),
            *("-sf", self.folder / f"{self.name}.xml", "-i", host, "-mi", host, "-ci", host),
            *("-p", port, "-d", round(seconds * 1000)),
            *(("-m", calls, "-timeout", "90", "-timeout_error") if calls else ()),
            *("-trace_err", "-error_file", self.errors, *options, *_sipp_options(keys)),
        ]
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder,
            env={**os.environ, "TERM": "dumb"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _write(self, scenario, values):
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        (self.folder / f"{self.name}.xml").write_text(fill_in(text, values))

    @property
    def errors(self):
        return self.folder / f"{self.name}.errors"

    def finish(self, seconds=PATIENCE):
        """Wait until the scenario has been played to its end, as it is written."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = "none: it goes on"
        said = self.errors.read_text(errors="replace") if self.errors.exists() else ""
        assert code == 0, f"sipp {self.name}: exit code {code}\n{said[-2000:]}"

    def has_ended(self):
        return self.process.poll() is not None

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _sipp_options(keys):
    options = ["-s", keys.pop("number")] if "number" in keys else []
    options += ["-ap", keys.pop("password"), "-au", keys["user"]] if "password" in keys else []
    return options + [part for name, value in keys.items() for part in ("-key", name, value)]


def listens(host, port):
    """Whether a program listens at that address; asked of the system, so as not to take it."""
    number = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    sockets = Path("/proc/net/udp").read_text().splitlines()[1:]
    return f"{number:08X}:{port:04X}" in (line.split()[1] for line in sockets)


def until(condition, what, seconds=PATIENCE):
    """Wait until *condition* holds; *what* is a text, or a function that gives it at the end."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)
