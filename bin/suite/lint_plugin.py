"""Loaded into pytest when Odoo's ``test_lint`` runs: looks at our addons instead of all of Odoo.

Some of its tests only log a warning; one that names an addon of ours fails here.
"""

import logging
import os
import subprocess
from types import SimpleNamespace

import pytest

from suite import odoo_home, paths

OURS = paths.our_addons()


def pytest_configure():
    """Runs after Odoo's configuration was read and before its tests are imported."""
    from odoo import modules
    from odoo.modules import Manifest

    everything = Manifest.all_addon_manifests
    Manifest.all_addon_manifests = staticmethod(
        lambda: [manifest for manifest in everything() if manifest.name in OURS]
    )
    modules.get_modules = lambda: list(OURS)


@pytest.fixture(autouse=True)
def _our_files_only(request, monkeypatch):
    """Keep pylint and the search for conflict markers from reading a million lines of Odoo."""
    import odoo.addons

    name = request.module.__name__.rpartition(".")[2]
    if name == "test_pylint":
        shim = SimpleNamespace(run=_run_on_our_files)
        monkeypatch.setattr(request.module, "subprocess", shim)
    if name == "test_eslint":
        shim = SimpleNamespace(run=_run_with_files)
        monkeypatch.setattr(request.module, "subprocess", shim)
    if name == "test_markers":
        monkeypatch.setattr(odoo.addons, "__path__", [str(paths.ADDONS)])
        monkeypatch.setattr(odoo, "__path__", [])


def _run_on_our_files(command, *, env, **options):
    """pylint without Odoo's own source, and without what pytest put on the path.

    Odoo's addons folder as such on the path makes its ``calendar`` hide Python's.
    """
    from odoo import tools

    hiding = {str(folder) for folder in (*odoo_home.core_addons(), paths.ADDONS)}
    kept = [part for part in env["PYTHONPATH"].split(os.pathsep) if part not in hiding]
    return subprocess.run(
        [part for part in command if part != tools.config.root_path],
        env={**env, "PYTHONPATH": os.pathsep.join(kept)},
        check=False,
        **options,
    )


@pytest.fixture(autouse=True)
def _warnings_fail(caplog):
    caplog.set_level(logging.WARNING, "odoo.addons.test_lint")
    yield
    ours = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING and any(addon in record.getMessage() for addon in OURS)
    ]
    assert not ours, "\n".join(ours)


def _run_with_files(command, *, check, **options):
    """eslint, unless there is nothing to check.

    Odoo has stricter rules for the point of sale, which need plugins; no addon of ours is one.
    """
    if command[-2] == "-c":
        return subprocess.CompletedProcess(command, 0, "", "")
    return subprocess.run(command, check=check, **options)
