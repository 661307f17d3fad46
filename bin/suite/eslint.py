"""eslint for our JavaScript, with the configuration of Odoo's own ``test_lint``.

Odoo runs it only where it finds one, and silently does without otherwise. Here its version is
pinned (package-lock.json) and installed below .local; where Node.js is missing bin/lint says so.
"""

import shutil
import subprocess
from functools import cache

from . import odoo_home, paths, stamps
from .console import SetupError, run, step

FOLDER = paths.LOCAL / "eslint"
PROGRAM = FOLDER / "node_modules" / ".bin" / "eslint"
_PINNED = tuple(paths.ROOT / name for name in ("package.json", "package-lock.json"))
MISSING = "eslint: not installed, JavaScript not checked"


def ensure():
    """Install eslint unless that is done; ``SetupError`` says what is missing."""
    key = stamps.digest(*_PINNED)
    mark = FOLDER / "installed"
    if PROGRAM.exists() and mark.exists() and mark.read_text() == key:
        return
    if not shutil.which("npm"):
        raise SetupError("it needs nodejs and npm")
    with step("eslint"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in _PINNED:
            shutil.copy(path, FOLDER)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        run(["npm", "ci", "--prefix", FOLDER, *options], hint="Connect to the network once.")
    mark.write_text(key)


@cache
def left_out():
    """Why JavaScript cannot be checked here, or nothing."""
    try:
        ensure()
    except SetupError as error:
        return f"{MISSING}: {str(error).splitlines()[0]}"
    return ""


def check(files):
    """Problems of JavaScript *files*; none where eslint is missing (:func:`left_out` tells)."""
    if left_out() or not files:
        return []
    command = [PROGRAM, "--no-ignore", "--no-eslintrc", "-c", _configuration(), "-f", "unix"]
    result = subprocess.run(
        [str(part) for part in (*command, *files)], capture_output=True, text=True, check=False
    )
    if not result.returncode:
        return []
    return (result.stdout.strip() or result.stderr.strip()).splitlines()


def _configuration():
    folder = next(path for path in odoo_home.core_addons() if (path / "test_lint").is_dir())
    return folder / "test_lint" / "tests" / "eslintrc"
