"""Every addon is a wheel that holds all its files, and wheels of others work beside Odoo."""

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from . import databases, odoo, paths
from .console import SetupError, run

PYPROJECT = """[build-system]
requires = ["whool"]
build-backend = "whool.buildapi"
"""
#: A small addon of somebody else, as an existing Odoo user would install it.
FOREIGN_WHEEL = "odoo-addon-partner-firstname==19.0.1.0.3"
FOREIGN_ADDON = "partner_firstname"
NOT_PACKED = {"__pycache__", ".ruff_cache"}


def check_wheel(addon):
    """Build the wheel of *addon* without network and compare its contents with the folder."""
    if not (addon / "pyproject.toml").exists():
        return [f"{addon / 'pyproject.toml'}: missing; bin/lint --fix writes it"]
    folder = Path(tempfile.mkdtemp())
    try:
        return missing_files(addon, build(addon, folder))
    except SetupError as error:
        return [f"{addon.name}: the wheel cannot be built\n{error}"]
    finally:
        shutil.rmtree(folder)


def build(addon, folder):
    """Build the wheel of a copy of *addon* (it writes beside its source) and return its path."""
    source = folder / addon.name
    shutil.copytree(addon, source, ignore=shutil.ignore_patterns(*NOT_PACKED))
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir", "-w", folder]
    run([paths.PYTHON, "-m", "pip", "wheel", "-q", *options, source])
    return next(folder.glob("*.whl"))


def missing_files(addon, wheel):
    """Files of *addon* that its *wheel* does not hold."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    return [
        f"{wheel.name}: {path.relative_to(addon)} is not inside"
        for path in sorted(addon.rglob("*"))
        if path.is_file()
        and not NOT_PACKED.intersection(path.parts)
        and path.name != "pyproject.toml"
        and f"odoo/addons/{addon.name}/{path.relative_to(addon)}" not in packed
    ]


# --- a wheel of somebody else --------------------------------------------------------------------


def check_foreign_wheel():
    """Install another addon's wheel beside Odoo and install the addon in a database.

    It goes into a folder of its own that is put on the path, as pip in the environment would
    do; pip sees that Odoo is there, so it fetches nothing that Odoo must not get (PyPDF2).
    """
    folder = Path(tempfile.mkdtemp())
    database = f"{databases.RUN_PREFIX}wheel_{os.getpid()}"
    try:
        _install(folder)
        databases.copy(databases.core(), database)
        state = _state_in(database, folder)
    finally:
        databases.drop(database)
        shutil.rmtree(folder)
    return [] if state == "installed" else [f"{FOREIGN_ADDON} is {state or 'unknown'} in Odoo"]


def _install(folder):
    wheels = paths.DOWNLOADS / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    name = FOREIGN_WHEEL.partition("==")[0].replace("-", "_")
    if not list(wheels.glob(f"{name}-*.whl")):
        hint = f"{FOREIGN_WHEEL} could not be fetched from the package index. " + ONCE
        run([*_pip("download"), "--no-deps", "-d", wheels, FOREIGN_WHEEL], hint=hint)
    # With dependencies, and no index to fetch them from: all of them must be there already.
    run([*_pip("install"), "--no-index", "--find-links", wheels, "--dry-run", FOREIGN_WHEEL])
    run([*_pip("install"), "--no-index", "--no-deps", "-t", folder, *wheels.glob(f"{name}-*.whl")])


ONCE = "Connect to the network once; afterwards everything works offline."


def _pip(command):
    return [paths.PYTHON, "-m", "pip", command, "--quiet"]


def _state_in(database, folder):
    """State of the foreign addon after an installation with *folder* on Python's path.

    ``odoo.addons`` is a namespace package: what is on the path needs no other setting.
    """
    environment = odoo.environment()
    environment["PYTHONPATH"] += f"{os.pathsep}{folder}"
    options = ["-d", database, "--no-http"]
    install = odoo.command(*options, "-i", FOREIGN_ADDON, "--stop-after-init")
    log = run(install, env=environment)
    script = (
        "import importlib.util\n"
        "assert not importlib.util.find_spec('PyPDF2'), 'PyPDF2 breaks Odoo'\n"
        f"module = env['ir.module.module'].search([('name', '=', '{FOREIGN_ADDON}')])\n"
        "print('STATE', module.state)\n"
    )
    output = run(odoo.command("shell", *options), env=environment, stdin=script)
    if "STATE" not in output:
        raise SetupError(f"Odoo did not start with a foreign wheel:\n{log[-2000:]}{output[-2000:]}")
    return output.rpartition("STATE")[2].split()[0]
