"""Prepared databases, kept as templates by the hash of what they depend on.

Installing Odoo's addons takes half a minute, copying a database a second. A template is built
under a temporary name and renamed when complete, so that an interrupted build leaves nothing
that could be mistaken for a finished one. Its name holds the hash of the Odoo source, the
installed modules and, for ours, the files that end up in the database.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from . import locks, manifests, odoo, odoo_home, paths, postgres, stamps
from .console import SetupError, step

#: ``CRM_SUITE_PREFIX`` keeps several checkouts apart on one database server.
OWN = os.environ.get("CRM_SUITE_PREFIX", "")
PREFIX = f"crmtpl_{OWN}"
#: What our addons build upon, without them: shared by every checkout that has the same Odoo.
CORE_PREFIX = "crmtpl_"
#: Databases of one run of the tests; the process id at the end tells whether it is over.
RUN_PREFIX = f"crmrun_{OWN}"
#: Databases that benchmarks keep.
BENCH_PREFIX = f"{OWN}bench_"
#: PostgreSQL cuts longer names of databases, and two of them may become one.
NAME_BYTES = 63
#: What Odoo adds to every database it makes itself: without it, indexes on parts of words are
#: left out in silence.
EXTENSION = "pg_trgm"
#: Databases of bin/demo.
DEMO = (f"{OWN}crm_demo", f"{OWN}crm_real", f"{OWN}crm_cdnow")
CORE_MODULES = [
    "account",
    "contacts",
    "crm",
    "phone_validation",
    "privacy_lookup",
    "sale_crm",
    "sale_management",
    "sale_margin",
]
#: Files of an addon that change what is in a database.
STORED = {".py", ".xml", ".csv", ".po", ".sql", ".json"}
NOT_STORED = {"tests", "static", "readme", "docs"}


def exists(name):
    return name in names()


def names():
    """Names of all databases of the server."""
    return postgres.psql("postgres", "SELECT datname FROM pg_database").splitlines()


def drop(name):
    """Delete a database with its files, whoever is connected to it."""
    postgres.psql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(_files(name), ignore_errors=True)


def copy(source, target):
    """Make *target* a fresh copy of *source*, files included."""
    drop(target)
    if _files(source).exists():
        shutil.copytree(_files(source), _files(target), copy_function=os.link)
    postgres.psql("postgres", f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop_ours():
    """Delete everything we made on the server, for bin/clean."""
    for name in names():
        if name.startswith((PREFIX, RUN_PREFIX, BENCH_PREFIX)) or name in DEMO:
            drop(name)


def core():
    """The prepared database that all others start from: Odoo's own addons, no demo data."""
    return template("core", CORE_MODULES, prefix=CORE_PREFIX)


def prepared(kind):
    """The newest prepared database of *kind* (``core`` is built when missing)."""
    if kind == "core":
        return core()
    for name in _of_kind(kind, PREFIX):
        if not name.endswith("_new"):
            return name
    raise SetupError(f"There is no prepared database of kind {kind!r}; see bin/odoo-db list.")


def template(kind, modules, *, demo=False, base=None, finish=None, uses=(), prefix=PREFIX):
    """Name of a prepared database with *modules*, built when it is not there yet.

    *base* is the template to start from, *finish* a script run in Odoo's shell at the end,
    *uses* are files it reads.
    """
    depends = [odoo_home.version(), EXTENSION, base or "", str(demo), finish or "", *uses]
    key = stamps.digest(*depends, *_contents(modules), *modules)
    # The hash and the mark of an unfinished build follow.
    kind = shortened(kind, NAME_BYTES - len(f"{prefix}_{key}_new"))
    name = f"{prefix}{kind}_{key}"
    with locks.alone(f"{prefix}{kind}"):
        if not exists(name):
            _drop_older(kind, prefix)
            with (
                step(f"database for {kind}: {', '.join(modules) or kind}"),
                _built(name) as building,
            ):
                _build(building, modules, demo, base, finish)
    return name


def note(name):
    """What ``write_note`` left on database *name*."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :'name'"
    return postgres.psql("postgres", query, name=name)


def write_note(name, text):
    """Leave *text* on a database, for instance the template it was made from."""
    postgres.psql("postgres", f"COMMENT ON DATABASE \"{name}\" IS :'text'", text=text)


def drop_left_over():
    """Delete the databases of test runs that are no longer running."""
    for name in names():
        owner = name.rpartition("_")[2]
        if name.startswith(RUN_PREFIX) and not Path(f"/proc/{owner}").exists():
            drop(name)


@contextmanager
def _built(name):
    """A temporary name that becomes *name* when all went well."""
    building = f"{name}_new"
    drop(building)
    yield building
    # The name comes last: who is interrupted before it builds anew.
    shutil.rmtree(_files(name), ignore_errors=True)
    if _files(building).exists():
        _files(building).rename(_files(name))
    postgres.psql("postgres", f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def _build(building, modules, demo, base, finish):
    if base:
        copy(base, building)
    else:
        postgres.psql(
            "postgres",
            f"CREATE DATABASE \"{building}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'",
        )
        postgres.psql(building, f"CREATE EXTENSION {EXTENSION}")
    if modules:
        log = paths.LOGS / f"{building}.log"
        odoo.install(building, modules, demo=demo, log=log)
        _refuse_errors(log)
    if finish:
        odoo.shell(building, finish)


def _refuse_errors(log):
    """Odoo goes on after many errors of an installation; a prepared database must have none."""
    marks = (" ERROR ", " CRITICAL ")
    errors = [line for line in log.read_text().splitlines() if any(m in line for m in marks)]
    if errors:
        raise SetupError("Odoo reported errors while installing:\n" + "\n".join(errors[:20]))


def shortened(text, size):
    """*text*, or its beginning and a hash of it all when it has more than *size* characters."""
    if len(text) <= size:
        return text
    mark = stamps.digest(text)[:6]
    return f"{text[: size - len(mark) - 1]}_{mark}"


def _drop_older(kind, prefix):
    for name in _of_kind(kind, prefix):
        drop(name)


def _of_kind(kind, prefix):
    """Databases named *prefix* + *kind* + hash, finished or not."""
    wanted = f"{prefix}{kind}"
    return [name for name in names() if name.removesuffix("_new").rpartition("_")[0] == wanted]


def _files(name):
    return paths.FILESTORE / "filestore" / name


def _contents(modules):
    """Our files that end up in the database, of *modules* and of all they may pull in."""
    ours = set(paths.our_addons())
    if not ours & set(modules):
        return
    pulled_in = ours & manifests.brought_in(modules)
    files = [
        path for name in sorted(pulled_in) for path in sorted((paths.ADDONS / name).rglob("*"))
    ]
    for path in files:
        inner = path.relative_to(paths.ADDONS).parts[1:-1]
        if path.suffix in STORED and not NOT_STORED.intersection(inner) and path.is_file():
            yield str(path.relative_to(paths.ADDONS))
            yield path
