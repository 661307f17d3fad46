"""The project's Python environment in ``.local/venv``, with Odoo importable in it.

Odoo is not a Python package there: a ``.pth`` file puts its source on the path, and a minimal
``odoo-19.0.dist-info`` tells pip that Odoo is present, so that wheels of Odoo addons install
without pip looking for Odoo (it is on no registry) or for dependencies Odoo must not get.
"""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from . import odoo_home, paths, stamps
from .console import SetupError, run, step

NO_PACKAGES = (
    "A Python package could not be fetched. Connect to the network once; "
    "afterwards everything works offline."
)
#: Debian's own Python is built with all optimizations; one built on the machine itself (pyenv)
#: often is not, and takes half as long again for the same.
DEBIAN = "/usr/bin/python3"
#: What a Python must have: venv with pip, the version Odoo asks for, headers for what is built.
PROBE = """
import ensurepip, sys, sysconfig, venv
from pathlib import Path
assert sys.version_info >= (3, 10)
assert (Path(sysconfig.get_path("include")) / "Python.h").exists()
"""
DIST_INFO = """Metadata-Version: 2.1
Name: odoo
Version: 19.0
Summary: Stand-in for the unpacked Odoo source beside it
"""


def ensure():
    """Create the environment and install the pinned requirements, unless that is done."""
    key = _key()
    if stamps.is_done("venv", key) and paths.PYTHON.exists():
        return
    stamps.forget("venv")
    with step("Python packages"), _whole(paths.LOCAL / "venv.unfinished"):
        if not _usable():
            shutil.rmtree(paths.VENV, ignore_errors=True)
            run([interpreter(), "-m", "venv", paths.VENV])
        _show_odoo_to_python()
        pip("install", *_requirements("odoo", "dev", "optional", ""))
        pip("install", "--no-deps", *_requirements("data"))
    stamps.done("venv", key)


def ensure_bench():
    """What only bin/bench needs."""
    path = paths.ROOT / "requirements-bench.txt"
    key = stamps.digest(path, _key())
    if not stamps.is_done("venv-bench", key):
        with step("Python packages for the benchmarks"):
            pip("install", "-r", path)
        stamps.done("venv-bench", key)


def pip(*arguments):
    return run([paths.PYTHON, "-m", "pip", "--quiet", "--retries=2", *arguments], hint=NO_PACKAGES)


def _key():
    files = sorted(paths.ROOT.glob("requirements*.txt"))
    files = [path for path in files if "bench" not in path.name]
    return stamps.digest(*files, interpreter(), sys.version, str(odoo_home.home()))


@cache
def interpreter():
    """The Python that the environment is made of: Debian's, or else the one that runs this."""
    try:
        probe = subprocess.run([DEBIAN, "-c", PROBE], capture_output=True, check=False)
    except OSError:
        return sys.executable
    return DEBIAN if probe.returncode == 0 else sys.executable


def _requirements(*names):
    for name in names:
        yield "-r"
        yield paths.ROOT / (f"requirements-{name}.txt" if name else "requirements.txt")


@contextmanager
def _whole(mark):
    """Make the environment anew when *mark* says that filling it was interrupted.

    A package that was half copied counts as installed for pip.
    """
    if mark.exists():
        shutil.rmtree(paths.VENV, ignore_errors=True)
    mark.touch()
    yield
    mark.unlink()


def _usable():
    """Whether an older environment can be completed instead of made anew."""
    if not paths.PYTHON.exists() or paths.PYTHON.resolve() != Path(interpreter()).resolve():
        return False
    try:
        run([paths.PYTHON, "-m", "pip", "--version"])
    except SetupError:
        return False
    return True


def _show_odoo_to_python():
    site = next((paths.VENV / "lib").glob("python3*/site-packages"))
    (site / "odoo-19.pth").write_text(f"{odoo_home.home()}\n")
    info = site / "odoo-19.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(DIST_INFO)
    (info / "INSTALLER").write_text("crm-suite\n")
    (info / "RECORD").write_text("")
