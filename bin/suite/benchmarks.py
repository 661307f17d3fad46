"""Which benchmarks there are, the machine they run on, and running them one after the other."""

import os
import platform
from pathlib import Path

from . import paths
from .console import SetupError, say

FOLDER = paths.ROOT / "bench"


def there():
    """Names of the benchmarks, in alphabetical order: files that can be started."""
    return [
        path.stem
        for path in sorted(FOLDER.glob("*.py"))
        if not path.name.startswith("_") and '__name__ == "__main__"' in path.read_text()
    ]


def chosen(names):
    """*names*, or all there are; ``SetupError`` for one that does not exist."""
    known = there()
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        wanted = ", ".join(unknown) or "at all"
        raise SetupError(f"There is no benchmark {wanted}; there are: {', '.join(known)}.")
    return names or known


def run_all(names, measure):
    """Call ``measure(name)``, which returns an exit code, for each; 1 when one has failed."""
    failed = []
    for name in names:
        say(f"\n▶ {name}")
        if code := measure(name):
            failed.append(name)
            say(f"✗ {name} has failed with exit code {code}; the others go on.")
    which = f": {', '.join(failed)}" if failed else ""
    say(f"\n{len(names) - len(failed)} measured, {len(failed)} failed{which}")
    return 1 if failed else 0


def machine(database):
    """One line about this machine; *database* is PostgreSQL's name and version."""
    parts = (
        f"{os.cpu_count()} cores ({processor()})",
        f"{_memory()} memory",
        database,
        f"Python {platform.python_version()}",
        f"load {os.getloadavg()[0]:.1f}",
    )
    return ", ".join(parts)


def processor(file=Path("/proc/cpuinfo")):
    """The model of the processor, else its architecture."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _memory():
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{pages * size / 2**30:.0f} GB"
