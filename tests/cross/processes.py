"""Real processes of Odoo that are given the same work at the same moment, or are killed.

What several tests of races have in common: two workers stay up, as two browsers or two cron
workers do, and do what is put before them.
"""

import json
import os
import subprocess
import time
from contextlib import closing, contextmanager

from suite import bulk, databases, odoo
from suite.bulk import query as run

#: Runs in ``odoo shell``: does the works of a folder in their order, each in a transaction that is
#: tried again after a conflict, as that of a remote call is.
WORKER = """
import json, os, time
from odoo.service.model import retrying

def work(code, scope):
    env.invalidate_all()
    exec(code, scope)
    env.flush_all()

place, me = {place!r}, {me}
print("ready", flush=True)
turn = 0
while True:
    path = f"{{place}}/{{turn}}.py"
    while not os.path.exists(path):
        time.sleep(0.003)
    code, scope = open(path).read(), {{"env": env, "me": me}}
    env.cr.rollback()
    try:
        retrying(lambda: work(code, scope), env)
        env.cr.commit()
        answer = ["done", scope.get("answer")]
    except Exception as error:
        env.cr.rollback()
        answer = [type(error).__name__, str(error)[:300]]
    print("answer", json.dumps(answer), flush=True)
    turn += 1
"""


@contextmanager
def worker(database, place, me):
    """A process of Odoo that does what is put into *place*."""
    command = odoo.command("shell", "-d", database, "--no-http", "--log-level=critical")
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **odoo.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(WORKER.format(place=str(place), me=me))
    process.stdin.close()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()
        process.wait()


def line_of(process, word):
    """The next line of the process that begins with *word*, without it."""
    for line in process.stdout:
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError("the process ended")


class Race:
    """Two workers, and the database they work in."""

    def __init__(self, connection, ids, place, processes):
        self.connection, self.ids, self.place = connection, ids, place
        self.processes, self.turn = processes, 0

    def give(self, code):
        """Put *code* before both workers at the same moment."""
        draft = self.place / "draft"
        draft.write_text(code)
        draft.rename(self.place / f"{self.turn}.py")
        self.turn += 1

    def both(self, code):
        """Answers of both workers, ``[what, value]`` each, sorted."""
        self.give(code)
        return sorted(json.loads(line_of(process, "answer")) for process in self.processes)

    def rows(self, statement, *parameters):
        return run(self.connection, statement, parameters or None)


@contextmanager
def two_workers(template, database, world, names, place):
    """A race in a copy of *template*, named *database*, with what *world* makes in it.

    :param world: code for ``odoo shell`` that prints a line ``world`` and an id for each of *names*
    """
    databases.copy(template, database)
    try:
        answer = odoo.shell(database, world)
        found = next(line for line in answer.splitlines() if line.startswith("world"))
        ids = dict(zip(names, map(int, found.split()[1:]), strict=True))
        with (
            closing(bulk.connect(database)) as connection,
            worker(database, place, 0) as one,
            worker(database, place, 1) as two,
        ):
            for process in (one, two):
                line_of(process, "ready")
            yield Race(connection, ids, place, (one, two))
    finally:
        databases.drop(database)


def work_of(process, place, code):
    """Put *code* before a worker that was just started."""
    line_of(process, "ready")
    (place / "draft").write_text(code)
    (place / "draft").rename(place / "0.py")


BUSY = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
   AND state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
