"""One at a time: locks between processes, which end with the process that holds them."""

import fcntl
from contextlib import contextmanager

from . import paths
from .console import say


@contextmanager
def alone(name):
    """Do what follows while no other process of this checkout does it; wait for it to end."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    with (paths.STAMPS / f"lock-{name}").open("w") as handle:
        if not _taken(handle):
            say(f"  … waiting for another process that is busy with {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_held(name):
    """Whether a living process holds the lock; a file left by a killed one does not count."""
    path = paths.STAMPS / f"lock-{name}"
    if not path.exists():
        return False
    with path.open("w") as handle:
        return not _taken(handle)


def _taken(handle):
    """Take the lock if it is free; returns whether it was."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
