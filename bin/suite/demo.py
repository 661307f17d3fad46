"""The databases of bin/demo: the demo company, and the real year of a public data set."""

import importlib
import subprocess
import sys

from . import databases, odoo, paths, postgres, suites
from .console import SetupError, say, step

DATABASE, *_real = databases.DEMO
STORY = paths.ROOT / "demo" / "story.py"
#: data set -> its database
REAL = dict(zip(("complete-journey", "cdnow"), _real, strict=True))
#: Parameter in which the story keeps the guest's link.
GUEST = "crm_suite.demo_guest"


def prepare():
    """The demo company's database, made anew when the addons or the story have changed."""
    made_from = template()
    if databases.exists(DATABASE) and databases.note(DATABASE) == made_from:
        say(f"  ✓ database {DATABASE}")
        return DATABASE
    with step(f"database {DATABASE}, a fresh copy of the demo company"):
        databases.copy(made_from, DATABASE)
        databases.write_note(DATABASE, made_from)
    return DATABASE


def template():
    """Template with the demo company."""
    if not STORY.exists():
        return suites.full()
    base = suites.full()
    files = sorted(path for path in STORY.parent.rglob("*") if path.suffix in databases.STORED)
    return databases.template("demo", [], base=base, finish=_tell_story(), uses=files)


def _tell_story():
    """Script for Odoo's shell: ``demo.story.run(env)``; the root is on the path."""
    return (
        "import sys\n"
        f"sys.path.insert(0, {str(paths.ROOT)!r})\n"
        "from demo import story\n"
        "story.run(env)\n"
        "env.cr.commit()\n"
    )


def log_ins(story=True):
    """Who can log in, and as what: the staff of the story, and the administrator."""
    lines = ["  Log in with (the password is the log-in):"]
    if story and STORY.exists():
        sys.path.insert(0, str(paths.ROOT))
        people = importlib.import_module("demo.staff")
        everybody = {**people.STAFF, **people.PORTAL}
        lines += [f"  {login:<14} {name}, {does}" for login, (name, does, *_) in everybody.items()]
    return "\n".join([*lines, "  admin          the system administrator"])


def guest_link(database, port):
    """What a guest of the story opens without a log-in; empty in other databases."""
    query = "SELECT value FROM ir_config_parameter WHERE key = :'key'"
    path = postgres.psql(database, query, key=GUEST).strip()
    return f"\n  A guest's request, without a log-in: http://localhost:{port}{path}" if path else ""


def prepare_real(dataset):
    """The database of a public data set; what is loaded stays, changed addons are updated."""
    if dataset not in REAL:
        raise SetupError(f"There is no data set {dataset!r}; there are {', '.join(REAL)}.")
    database = REAL[dataset]
    if databases.exists(database):
        bring_up_to_date(database)
    else:
        base = suites.full()
        databases.copy(base, database)
        databases.write_note(database, base)
    _load(dataset, database)
    return database


def bring_up_to_date(database):
    """Update our addons in *database* when they are not those it was made with."""
    base = suites.full()
    if databases.note(database) != base:
        with step(f"database {database}: update of the addons"):
            odoo.update(database, paths.our_addons())
        databases.write_note(database, base)


def _load(dataset, database):
    """Run the loader, which does nothing but hand over to the addons when all is loaded."""
    say(f"  … {dataset} into {database}")
    command = [paths.PYTHON, "-m", "datasets.load", "--database", database, "--dataset", dataset]
    result = subprocess.run(
        [str(part) for part in command], cwd=paths.ROOT, env=odoo.full_environment(), check=False
    )
    if result.returncode:
        raise SetupError(f"Loading {dataset} has failed; bin/demo --real starts it anew.")
