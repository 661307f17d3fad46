"""A private PostgreSQL cluster under ``.local/``, or the server that the environment names.

The cluster listens on a Unix socket only. It holds nothing but demo and test data, so it trades
safety after a power failure for speed (``fsync`` off): a cluster that ran when the machine went
down is refused. ``bin/clean`` removes it.
As root, PostgreSQL runs as the unprivileged user ``postgres`` and stays out of root's home.
"""

import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import paths, stamps, system
from .console import SetupError, run, say, step

ROLE = "odoo"
UNPRIVILEGED = "postgres"
START_SECONDS = 120
SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 1GB
work_mem = 64MB
maintenance_work_mem = 512MB
effective_cache_size = 6GB
max_wal_size = 8GB
checkpoint_timeout = 30min
fsync = off
synchronous_commit = off
full_page_writes = off
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def is_private():
    return not (os.environ.get("PGHOST") or os.environ.get("DATABASE_URL"))


def ensure():
    """Start the private cluster if it is not running; returns nothing."""
    if is_private():
        _ensure_cluster()
    try:
        psql("postgres", "SELECT 1")
    except SetupError as error:
        shown = {key: value for key, value in connection().items() if key != "password"}
        raise SetupError(f"PostgreSQL cannot be reached ({shown}).\n{error}") from error


def connection():
    """Connection values for Odoo and psql: host, port, user, password (those that apply)."""
    if os.environ.get("DATABASE_URL"):
        return _from_url(os.environ["DATABASE_URL"])
    if os.environ.get("PGHOST"):
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        return {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}
    return {"host": str(_socket_folder()), "port": "5432", "user": ROLE}


def environment():
    """The same for programs that read PG* variables."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    return {names[key]: value for key, value in connection().items()}


def psql(database, statement, **values):
    """Run one statement, in which ``:'name'`` stands for a value, and return its rows as text."""
    given = [part for name, value in values.items() for part in ("-v", f"{name}={value}")]
    return run(
        [_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, *given],
        env=environment(),
        stdin=statement,
    ).strip()


def clients():
    """``{database: connections}`` of the private cluster: who would lose it."""
    if not (is_private() and _is_running()):
        return {}
    query = (
        "SELECT datname || '=' || count(*) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY datname"
    )
    pairs = (line.rpartition("=") for line in psql("postgres", query).splitlines())
    return {name: int(count) for name, _sep, count in pairs}


def stop():
    """Stop the private cluster, if it runs: its clients are cut off, its files left whole.

    A server that does not end in time is ended at once: what it holds can be made again.
    """
    for mode, seconds in (("fast", 20), ("immediate", 20)):
        if not _postmaster():
            return
        say(f"  … stopping PostgreSQL ({mode} shutdown)")
        try:
            _as_owner("pg_ctl", "-D", _data(), "-m", mode, "-w", "-t", str(seconds), "-s", "stop")
        except SetupError:
            say(f"  … it did not end within {seconds} s")
    pid = _postmaster()
    if pid:
        say(f"  … ending PostgreSQL's process {pid}")
        os.kill(pid, signal.SIGKILL)


def remove():
    """Stop the private cluster and delete it with everything in it."""
    if _home().is_symlink():  # the cluster of another checkout, which this one only uses
        return
    stop()
    stamps.forget("cluster")
    # Moved aside first: an interrupted removal leaves nothing that looks like a cluster.
    for folder in (_home(), _socket_folder()):
        doomed = folder.with_name(f"{folder.name}.removed")
        shutil.rmtree(doomed, ignore_errors=True)
        if folder.exists():
            folder.rename(doomed)
            shutil.rmtree(doomed)


def _from_url(url):
    parts = urlsplit(url)
    values = {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password,
    }
    return {key: unquote(str(value)) for key, value in values.items() if value}


# --- the private cluster ---------------------------------------------------------------------


def _home():
    """Folder of the cluster: in the project, unless root's project is closed to others."""
    inside = paths.LOCAL / "postgres"
    if not paths.is_root() or _reachable(inside.parent):
        return inside
    return Path("/var/tmp") / f"crm-suite-postgres-{stamps.digest(str(paths.ROOT))}"


def _reachable(folder):
    """Whether an unprivileged user may pass through every folder on the way."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def _data():
    return _home() / "data"


def _socket_folder():
    inside = _home() / "socket"
    if len(str(inside)) < 80:  # a socket's path is limited to 107 bytes
        return inside
    return Path("/tmp") / f"crm-suite-{stamps.digest(str(paths.ROOT))}"


def _program(name):
    folder = system.postgres_bin()
    return folder / name if folder and (folder / name).exists() else name


def _as_owner(program, *arguments):
    command = [_program(program), *arguments]
    if paths.is_root():
        command = ["runuser", "-u", UNPRIVILEGED, "--", *command]
    return run(command, cwd="/", env={"LC_ALL": "C.UTF-8"})


def _postmaster():
    """Process id of the server on our data, or None: its file may be left by a killed machine."""
    try:
        pid = int((_data() / "postmaster.pid").read_text().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    folders = [Path(os.fsdecode(part)).resolve() for part in command if part.startswith(b"/")]
    return pid if _data().resolve() in folders else None


def _is_running():
    """Whether the server on our data answers."""
    if not _data().exists():
        return False
    check = [_program("pg_isready"), "-q", "-h", _socket_folder(), "-p", "5432"]
    return subprocess.run([str(part) for part in check], check=False).returncode == 0


def _ensure_cluster():
    if _is_running():
        return
    if _postmaster():  # it starts, or recovers from having been killed
        _await_answer()
        return
    if not (_data() / "PG_VERSION").exists() or not stamps.is_done("cluster", str(_home())):
        with step("private PostgreSQL cluster"):
            _create()
    _start()
    _create_role()


def _await_answer():
    for _second in range(START_SECONDS):
        if _is_running():
            return
        time.sleep(1)
    raise SetupError(
        f"The private PostgreSQL cluster runs but does not answer; see {_home() / 'server.log'}. "
        "bin/clean removes it."
    )


def _create():
    shutil.rmtree(_home(), ignore_errors=True)
    _own_folder(_home())
    _as_owner("initdb", "-D", _data(), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
    with (_data() / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS + f"unix_socket_directories = '{_socket_folder()}'\n")
    stamps.done("cluster", str(_home()))


def _own_folder(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if paths.is_root():
        shutil.chown(folder, UNPRIVILEGED, UNPRIVILEGED)


def _refuse_damaged():
    """What ran when the machine went down lost writes: numbers come twice, indexes miss rows."""
    mark = _home() / "boot"
    killed = (_data() / "postmaster.pid").exists()
    if killed and mark.exists() and mark.read_text() != _boot():
        raise SetupError(
            "The machine went down while the private PostgreSQL cluster was running, which does "
            "not survive that (it trades safety for speed). bin/clean --keep-downloads removes "
            "it with its demo and test data; what you start next makes it anew."
        )
    mark.write_text(_boot())


def _boot():
    """What tells one start of the machine from another."""
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text().strip() if file.exists() else ""


def _start():
    _refuse_damaged()
    _own_folder(_socket_folder())
    # No server runs on our data: what a killed one left would keep the next from starting.
    for left in (_data() / "postmaster.pid", *_socket_folder().glob(".s.PGSQL.5432*")):
        left.unlink(missing_ok=True)
    log = _home() / "server.log"
    try:
        _as_owner("pg_ctl", "-D", _data(), "-l", log, "-w", "-t", START_SECONDS, "-s", "start")
    except SetupError as error:
        tail = "\n".join(log.read_text().splitlines()[-5:]) if log.exists() else ""
        raise SetupError(f"{error}\n{tail}\nbin/clean removes the private cluster.") from error
    say("  ✓ private PostgreSQL cluster is running")


def _create_role():
    owner = UNPRIVILEGED if paths.is_root() else _user_name()
    roles = "SELECT rolname FROM pg_roles"
    host = ["-h", str(_socket_folder()), "-p", "5432", "-U", owner, "-d", "postgres"]
    if ROLE not in _as_owner("psql", "-X", "-A", "-t", *host, "-c", roles).splitlines():
        _as_owner("psql", "-X", "-q", *host, "-c", f"CREATE ROLE {ROLE} LOGIN CREATEDB")


def _user_name():
    import getpass

    return getpass.getuser()
