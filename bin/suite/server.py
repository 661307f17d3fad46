"""The demo's web server: one process that is started, found again and stopped."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import odoo, paths
from .console import SetupError, say

PID_FILE = paths.LOCAL / "demo.pid"
START_SECONDS = 180


def running():
    """(process id, port) of the server of this checkout, or None."""
    try:
        pid, port = map(int, PID_FILE.read_text().split())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):  # no server, or one that was killed
        return None
    return (pid, port) if {str(paths.PYTHON).encode(), b"odoo"} <= set(command) else None


def refuse_used_port(port):
    """Say what to do when the server cannot listen on *port*."""
    found = running()
    if found:
        raise SetupError(
            f"The demo runs already on http://localhost:{found[1]}; bin/demo --stop ends it."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"Port {port} is in use by another program; try bin/demo --port {port + 1}."
            ) from error


def stop():
    """Stop the server of this checkout; returns whether one was running."""
    found = running()
    if found:
        os.kill(found[0], signal.SIGTERM)
        _wait_until(lambda: running() is None, 15) or os.kill(found[0], signal.SIGKILL)
    PID_FILE.unlink(missing_ok=True)
    return bool(found)


def serve(database, port, page, log_ins):
    """Run Odoo on *database* until it is interrupted, and say when the page can be opened."""
    log = paths.LOGS / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(part) for part in _command(database, port)],
            cwd=paths.ROOT,
            env={**os.environ, **odoo.environment()},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    PID_FILE.write_text(f"{process.pid} {port}")
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        _wait_for_page(process, port, log)
        say(f"\n  Open http://localhost:{port}{page}\n\n{log_ins}\n\n  Ctrl-C ends the demo.")
        return max(process.wait(), 0)
    except KeyboardInterrupt:
        say("\n  The demo has ended; bin/demo starts it again with the same data.")
        return 0
    finally:
        process.terminate()
        process.wait()
        PID_FILE.unlink(missing_ok=True)


def _command(database, port):
    """--dev=replica gives read-only methods a read-only cursor, so that a write is noticed."""
    return odoo.command(
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        "--workers=0",
        "--max-cron-threads=1",
        "--dev=replica",
    )


def _wait_for_page(process, port, log):
    def answers():
        if process.poll() is not None:
            tail = "\n".join(log.read_text().splitlines()[-15:])
            raise SetupError(f"Odoo has ended; the end of {log} is:\n{tail}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    if not _wait_until(answers, START_SECONDS):
        raise SetupError(f"Odoo did not answer within {START_SECONDS} s; see {log}.")


def _wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False
