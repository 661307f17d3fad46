"""The whole set-up, in order: what bin/demo, bin/test, bin/bench and bin/lint start with.

Every step looks first whether it is done, so that the second start costs well under a second
and works offline, and an interrupted one goes on where it stopped.
"""

from concurrent.futures import ThreadPoolExecutor

from . import locks, odoo, odoo_home, paths, postgres, system, venv


def ensure():
    """Everything needed to run Odoo; raises ``SetupError`` naming what is missing."""
    _prepare(odoo_home.ensure, venv.ensure, postgres.ensure)
    odoo.write_config()


def ensure_python():
    """Odoo's source and the Python packages, without a database server."""
    _prepare(odoo_home.ensure, venv.ensure)


def _prepare(*steps):
    """Run *steps* beside each other: one downloads while another unpacks or starts a server."""
    paths.prepare()
    with locks.alone("set-up"):
        system.ensure_packages()
        with ThreadPoolExecutor() as pool:
            for started in [pool.submit(step) for step in steps]:
                started.result()
