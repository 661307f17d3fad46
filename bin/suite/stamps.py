"""Remember that a step is done for a given input, so that the next start can skip it.

A stamp is written after the step has succeeded, and names the hash of what the step
depends on: an interrupted step leaves none and is done again.
"""

import hashlib

from . import paths


def digest(*parts):
    """Hash of strings, bytes and files (their names are not part of it)."""
    total = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else _read(part)
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:16]


def _read(part):
    return part.read_bytes() if hasattr(part, "read_bytes") else str(part).encode()


def is_done(name, key):
    path = paths.STAMPS / name
    return path.exists() and path.read_text() == key


def done(name, key):
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / name).write_text(key)


def forget(name):
    (paths.STAMPS / name).unlink(missing_ok=True)
