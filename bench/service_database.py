"""A database with the service addon for a benchmark: the one named, or one of its own."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo.modules.registry import Registry
from odoo.sql_db import close_all
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from suite import databases, odoo, paths

ADDON = "crm_service_levels"


def add_option(parser):
    parser.add_argument("--database", help="with crm_service_levels; one of its own by default")
    parser.add_argument("--full", action="store_true", help="no difference")


@contextmanager
def opened(name=None):
    """Cursor of the database *name*, rolled back at the end; without a name of a new database,
    which is dropped again.
    """
    own = None if name else f"{databases.RUN_PREFIX}bench_service_{os.getpid()}"
    if own:
        databases.copy(databases.core(), own)
        odoo.install(own, [ADDON], log=paths.LOGS / "bench_service.log")
    try:
        _configure(name or own)
        with Registry(name or own).cursor() as cr:
            yield cr
            cr.rollback()
    finally:
        close_all()
        if own:
            databases.drop(own)


def _configure(name):
    config.parse_config(["-c", os.environ["ODOO_RC"], "-d", name, "--log-level", "error"])
    root = str(paths.ROOT / "addons")
    if root not in config["addons_path"]:
        config["addons_path"].append(root)
