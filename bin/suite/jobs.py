"""Jobs: programs that run beside each other, each with its own log, database and JUnit file."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import paths, results
from .console import SetupError, say

HEARTBEAT = 20  # seconds between two lines that say how far the jobs are
#: Jobs beside each other: one more than there are cores, because each of them waits in turn for
#: its database, for Chromium or for a clock.
WORKERS = min(3, (os.cpu_count() or 1) + 1)


@dataclass
class Job:
    """*prepare* returns the command and its environment; *judge* may add problems."""

    name: str
    prepare: Callable
    judge: Callable = lambda result: None
    #: Whether a failure is news; of a run that is only compared with, it is not.
    tells: bool = True
    clean: Callable = lambda: None
    process: subprocess.Popen | None = None
    done: int = 0
    lines: list = field(default_factory=list)

    def end(self):
        """Stop the program early, when the whole run is interrupted."""
        if self.process:
            self.process.terminate()

    @property
    def slug(self):
        return self.name.replace(": ", "-").replace(" ", "-")

    @property
    def junit(self):
        return results.FOLDER / f"{self.slug}.xml"

    @property
    def log(self):
        return paths.LOGS / f"test-{self.slug}.log"


def run_all(jobs, workers):
    """Run *jobs*, *workers* at a time, and return their results in the given order.

    A single job prints as it goes; several print their end, and their output when they fail.
    """
    if len(jobs) == 1:
        return [run_one(jobs[0], echo=True)]
    stop = threading.Event()
    threading.Thread(target=_heartbeat, args=(stop,), daemon=True).start()
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        return list(pool.map(run_one, jobs))
    finally:
        stop.set()
        for job in list(_running.values()):
            job.end()
        pool.shutdown(wait=False, cancel_futures=True)


_running = {}


def _heartbeat(stop):
    while not stop.wait(HEARTBEAT):
        state = [f"{job.name} {job.done} tests" for job in list(_running.values())]
        if state:
            say("  … " + ", ".join(state))


def run_one(job, echo=False):
    """Run one job and return its result; with *echo* its output is printed as it comes."""
    started = time.monotonic()
    say(f"▶ {job.name}")
    _running[job.name] = job
    job.junit.parent.mkdir(parents=True, exist_ok=True)
    job.junit.unlink(missing_ok=True)
    try:
        command, environment = job.prepare()
        code = _follow(job, command, environment, echo)
        result = results.read(job.name, job.junit)
    except SetupError as error:
        code, result = 0, results.Result(job.name, problems=[str(error)])
    finally:
        del _running[job.name]
        job.clean()
    result.seconds = time.monotonic() - started
    job.judge(result)
    if not result.explains(code):
        result.problems.append(f"exit code {code}; see {job.log.relative_to(paths.ROOT)}")
    _tell(job, result, echo)
    return result


def _follow(job, command, environment, echo):
    """Run the program, keep its output in the log, count its tests; returns the exit code."""
    job.process = process = subprocess.Popen(
        [str(part) for part in command],
        cwd=paths.ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        with Path(job.log).open("w") as log:
            for line in process.stdout:
                log.write(line)
                job.lines.append(line)
                job.done += any(f" {word}" in line for word in ("PASSED", "FAILED", "SKIPPED"))
                if echo:
                    say(line.rstrip("\n"))
        return process.wait()
    finally:
        process.kill()


def _tell(job, result, echo):
    if not result.ok and job.tells and not echo:
        say(f"\n──── {job.name} ────\n{_interesting(job.lines)}────")
    for problem in result.problems:
        say(f"✗ {job.name}: {problem}")
    for line in results.left_out([result]):
        say(line)
    state = results.mark(result) if job.tells else "✓"
    say(f"{state} {job.name}: {result.passed} passed, {result.failed} failed "
        f"({result.seconds:.0f} s)")  # fmt: skip


def _interesting(lines):
    """From the first failure report on: what passed before is in the log."""
    for number, line in enumerate(lines):
        if line.startswith("=") and (" FAILURES " in line or " ERRORS " in line):
            return "".join(lines[number:])
    return "".join(lines[-200:])
