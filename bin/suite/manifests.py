"""Manifests of addons: what they depend on, and what an installation brings along."""

import ast
from functools import cache

from . import odoo_home, paths


def read(name, addons=None):
    """Manifest of addon *name* in *addons* or Odoo's own; empty when there is no such addon."""
    return _read(name, addons or paths.ADDONS)


@cache
def _read(name, addons):
    for folder in (addons, *odoo_home.core_addons()):
        path = folder / name / "__manifest__.py"
        if path.exists():
            return ast.literal_eval(path.read_text())
    return {}


def closure(names, addons=None):
    """*names* and all that they depend on, directly or not."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += read(name, addons).get("depends", [] if name == "base" else ["base"])
    return found


def brought_in(names):
    """``closure`` and those of our addons that install themselves beside it."""
    found = closure(names)
    while True:
        glue = {name for name in paths.our_addons() if _installs_itself(name, found)}
        if glue <= found:
            return found
        found |= closure(glue)


def _installs_itself(name, installed):
    automatic = read(name).get("auto_install", False)
    wanted = read(name).get("depends", []) if automatic is True else automatic
    return bool(automatic) and set(wanted) <= installed


def foreign(names):
    """Addons of the closure that are not ours, in alphabetical order."""
    return sorted(closure(names) - set(paths.our_addons()))
