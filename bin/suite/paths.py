"""Where everything lives. All that is fetched or generated stays under ``.local/``."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
LOCAL = ROOT / ".local"
VENV = LOCAL / "venv"
PYTHON = VENV / "bin" / "python"
DOWNLOADS = LOCAL / "downloads"
LOGS = LOCAL / "logs"
FILESTORE = LOCAL / "data"
STAMPS = LOCAL / "stamps"


def prepare():
    for folder in (LOCAL, DOWNLOADS, LOGS, FILESTORE, STAMPS):
        folder.mkdir(parents=True, exist_ok=True)


def is_root():
    return os.geteuid() == 0


def our_addons():
    """Names of our addons, in alphabetical order."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
