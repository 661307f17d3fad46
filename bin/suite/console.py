"""Progress lines, clear failures and running of other programs."""

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path


class SetupError(Exception):
    """Something the reader can act on; the message says what is missing and what to do."""


def say(text):
    """Print a line at once, whole even when several threads talk."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(title):
    """Announce a long piece of work and say how long it took."""
    started = time.monotonic()
    say(f"  … {title}")
    yield
    say(f"  ✓ {title} ({time.monotonic() - started:.0f} s)")


def run(command, *, env=None, cwd=None, log=None, hint="", stdin=None):
    """Run a program quietly; on failure show the end of what it printed and *hint*.

    Returns what the program printed. *log* keeps a copy in a file.
    """
    result = subprocess.run(
        [str(part) for part in command],
        check=False,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if log:
        Path(log).write_text(result.stdout)
    if result.returncode:
        raise SetupError(_failure(command, result, hint))
    return result.stdout


def _failure(command, result, hint):
    lines = [line for line in result.stdout.strip().splitlines() if "Retrying (" not in line]
    tail = "\n".join(lines[-15:])
    shown = shlex.join(str(part) for part in command)[:300]
    parts = [f"The command failed with exit code {result.returncode}: {shown}", tail, hint]
    return "\n".join(part for part in parts if part)


def main(function):
    """Call *function* with the command line and turn what stops it into a clear message."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended is being interrupted
    try:
        sys.exit(function(sys.argv[1:]) or 0)
    except SetupError as error:
        print(f"\n✗ {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\n✗ Interrupted; start the same command again to go on.", file=sys.stderr)
        sys.exit(130)
