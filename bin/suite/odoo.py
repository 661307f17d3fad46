"""Running Odoo itself: its configuration file, and its command line."""

import os

from . import eslint, odoo_home, paths, postgres
from .console import run

CONFIG = paths.LOCAL / "odoo.conf"


def write_config():
    """Write the configuration shared by the demo, the tests and the command line."""
    connection = {f"db_{key}": value for key, value in postgres.connection().items()}
    values = {
        "addons_path": ",".join(str(path) for path in (*odoo_home.core_addons(), paths.ADDONS)),
        "data_dir": paths.FILESTORE,
        "admin_passwd": os.urandom(16).hex(),
        "list_db": "False",
        "max_cron_threads": 0,
        "limit_time_real": 3600,
        "limit_time_cpu": 3600,
        **connection,
    }
    lines = [f"{key} = {value}" for key, value in values.items()]
    CONFIG.write_text("[options]\n" + "\n".join(lines) + "\n")
    CONFIG.chmod(0o600)


def command(*arguments):
    """The command line that starts Odoo with our configuration."""
    return [paths.PYTHON, "-m", "odoo", *arguments]


def environment():
    """Variables for Odoo's process: its configuration, and a quiet, reproducible Python."""
    return {
        **postgres.environment(),
        "ODOO_RC": str(CONFIG),
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(odoo_home.home()),
        "PATH": os.pathsep.join(
            [str(paths.VENV / "bin"), str(eslint.PROGRAM.parent), os.environ["PATH"]]
        ),
    }


def full_environment():
    """The same with all of this process's variables, our root on the path."""
    environment_ = {**os.environ, **environment()}
    environment_["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
    return environment_


def install(database, modules, *, demo=False, log=None):
    """Install *modules* into *database*, which is created when missing."""
    arguments = ["-d", database, "-i", ",".join(modules), "--stop-after-init", "--no-http"]
    arguments += ["--with-demo"] if demo else []
    return run(command(*arguments), env=environment(), log=log)


def update(database, modules):
    """Bring *modules* in *database* up to date with their files, and install new ones."""
    names = ",".join(modules)
    arguments = ["-d", database, "-u", names, "-i", names, "--stop-after-init", "--no-http"]
    return run(command(*arguments), env=environment())


def shell(database, script, *, log=None):
    """Run a Python *script* (text) in ``odoo shell`` on *database* and return what it printed."""
    arguments = ["shell", "-d", database, "--no-http", "--log-level=warn"]
    return run(command(*arguments), env=environment(), stdin=script, log=log)
