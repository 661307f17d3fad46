"""Debian packages the suite needs from the machine itself."""

import os
import shutil
from pathlib import Path

from . import paths
from .console import SetupError, run, step

#: program or file that shows a package is there -> the package
NEEDED = {
    "initdb": "postgresql-15",
    "chromium": "chromium",
    "wkhtmltopdf": "wkhtmltopdf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "ensurepip": "python3-venv",
    "git": "git",
    "pdffonts": "poppler-utils",
    "msgfmt": "gettext",
}


def no_network(packages):
    """What to say when *packages* cannot be fetched."""
    return (
        f"Missing Debian packages: {' '.join(packages)}. Debian's package mirror could not be "
        "reached or does not have them. Connect to the network once; afterwards everything works "
        "offline."
    )


def ensure_packages(needed=None):
    """Install what is missing (as root), or name it (as a normal user)."""
    wanted = NEEDED if needed is None else needed
    missing = [package for probe, package in wanted.items() if not _present(probe)]
    if not missing:
        return
    if not paths.is_root():
        raise SetupError(
            f"These Debian packages are missing: {' '.join(missing)}.\n"
            f"Install them once: sudo apt-get install {' '.join(missing)}"
        )
    with step(f"Debian packages: {' '.join(missing)}"):
        _apt_install(missing)


def _apt_install(packages):
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    hint = no_network(packages)
    run(["apt-get", "update", "-q"], env=env, hint=hint)
    run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
        env=env,
        hint=hint,
    )


def _present(probe):
    if probe.startswith("/"):
        return Path(probe).exists()
    if probe == "initdb":
        return os.environ.get("PGHOST") or os.environ.get("DATABASE_URL") or postgres_bin()
    if probe == "ensurepip":
        return _has_ensurepip()
    return shutil.which(probe)


def _has_ensurepip():
    try:
        import ensurepip
    except ImportError:
        return False
    return bool(ensurepip.version())


def postgres_bin():
    """Folder of the newest PostgreSQL server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


def _major(path):
    return int(path.parts[4]) if path.parts[4].isdigit() else 0
