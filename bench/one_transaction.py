"""What benchmarks share that write customers by SQL and roll back: database, columns, CPU time."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from suite import databases, odoo, paths


def own_database(short, addon):
    """Name of the benchmark's own database with that addon, made when it is not there."""
    name = f"{databases.BENCH_PREFIX}{short}"
    if not databases.exists(name):
        databases.copy(databases.core(), name)
        odoo.install(name, [addon], log=paths.LOGS / f"bench_{short}.log")
    return name


def partner_columns(cr):
    """Columns of ``res_partner`` that can be written."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'"
        " AND table_schema = current_schema AND is_generated = 'NEVER'"
    )
    return [name for (name,) in cr.fetchall()]


def timed(env, work):
    """Do it; CPU seconds, and seconds by the clock."""
    spent, clock = _cpu(env.cr), time.monotonic()
    work()
    return _cpu(env.cr) - spent, time.monotonic() - clock


def _cpu(cr):
    """CPU seconds so far of this process and of its PostgreSQL server process."""
    cr.execute("SELECT pg_backend_pid()")
    server = Path(f"/proc/{cr.fetchone()[0]}/schedstat").read_text().split()[0]
    return int(server) / 1e9 + time.process_time()
