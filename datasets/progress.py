"""A progress bar over phases, and how long each took."""

import sys
import time
from contextlib import contextmanager

WIDTH = 30


class Progress:
    """Shows the share of the work done; *weights* are the expected seconds per phase.

    On a terminal one line is rewritten; otherwise each phase is a line of its own.
    """

    def __init__(self, weights, stream=None):
        self.weights = weights
        self.stream = stream or sys.stdout
        self.seconds = {}
        self._done = 0.0

    @contextmanager
    def phase(self, name):
        """Announce a phase; yields a function to call with the share of it that is done."""
        started = time.monotonic()
        self._show(name, 0.0)
        yield lambda share: self._show(name, share)
        self._show(name, 1.0)
        self._done += self.weights.get(name, 0)
        self.seconds[name] = time.monotonic() - started
        self._line(f"  ✓ {name} ({self.seconds[name]:.1f} s)")

    def share(self, name, share):
        """The share of all work that is done when *share* of the phase *name* is."""
        total = sum(self.weights.values()) or 1
        return min(1.0, (self._done + share * self.weights.get(name, 0)) / total)

    def _show(self, name, share):
        if not self.stream.isatty():
            return
        overall = self.share(name, share)
        bar = "█" * round(overall * WIDTH)
        self.stream.write(f"\r\x1b[K  {bar:░<{WIDTH}} {overall:4.0%}  {name}")
        self.stream.flush()

    def _line(self, text):
        clear = "\r\x1b[K" if self.stream.isatty() else ""
        self.stream.write(f"{clear}{text}\n")
        self.stream.flush()
