"""The test suites of bin/test: what each runs, on which database, and what it must contain."""

import os

from . import compat, databases, exchange, manifests, odoo, odoo_home, paths
from .console import SetupError
from .jobs import Job, run_one

#: The longest first, and short ones at the end, so that no worker is left alone with a long one.
#: ``unit`` and the first checks of ``lint`` need no database: they run while it is made.
ORDER = ("addons", "unit", "lint", "browser", "cross", "compat", "pbx", "alone")
#: With all addons installed, one test in so many of a large addon: the same addon's run alone has
#: them all, and takes half the time for it.
EVERY = 3
#: Those that take arguments for pytest.
WITH_ARGUMENTS = ("unit", "addons", "cross", "browser", "pbx", "alone")
_PYTEST = [paths.PYTHON, "-m", "pytest", "-v", f"--rootdir={paths.ROOT}"]
_PYTEST += ["-c", paths.ROOT / "setup.cfg"]


def jobs(names, arguments):
    """Jobs of the named suites, in an order that keeps all workers busy."""
    found = []
    for name in ORDER:
        if name in names:
            whole = name != "addons" or arguments or "alone" not in names
            found += globals()[f"_{name}"](arguments) if whole else _addons_beside_alone()
    return found


def _unit(arguments):
    command = [*_PYTEST, "-p", "no:odoo"]
    job = Job("unit", prepare=lambda: None)
    job.prepare = lambda: (
        [*command, f"--junitxml={job.junit}", *_targets(arguments, ["tests/unit"])],
        {"ODOO_RC": ""},
    )
    job.judge = _must_run
    return [job]


def _pbx(arguments):
    """Calls on a real exchange; without one all is skipped, and the last lines say why."""
    job = Job("pbx", prepare=lambda: None)
    environment = {"ODOO_RC": "", "PYTHONPATH": str(paths.ROOT / "bin")}

    def prepare():
        try:
            exchange.ensure()
        except exchange.UnavailableError as error:
            environment[exchange.WHY_NOT] = str(error)
        command = [*_PYTEST, "-p", "no:odoo", f"--junitxml={job.junit}"]
        return [*command, *_targets(arguments, ["tests/pbx"])], environment

    job.prepare = prepare
    job.judge = lambda result: _must_call(result, environment.get(exchange.WHY_NOT, ""))
    return [job]


def _must_call(result, why_not):
    """Without an exchange the suite is left out, loudly; with one, something must have run."""
    _must_run(result)
    result.left_out = why_not
    if result.skipped and not result.passed and not why_not:
        result.problems.append(f"all tests were skipped: {next(iter(result.skips.values()))}")


def _addons(arguments):
    return [_with_odoo("addons", full, _addon_tests(), arguments, part="server")]


def _addons_beside_alone():
    flags = [f"--suite-every={EVERY}"]
    return [_with_odoo("addons", full, _addon_tests(), [], part="server", flags=flags)]


def _cross(arguments):
    return [_with_odoo("cross", full, ["tests/cross"], arguments)]


def _browser(arguments):
    targets = ["tests/browser", *_addon_tests()]
    job = _with_odoo("browser", full, targets, arguments, part="browser")
    if not arguments:
        job.judge = _must_run_in_browser
    return [job]


def _alone(arguments):
    return [_alone_job(name, arguments) for name in sorted(_tested_addons(), key=_order_of_alone)]


def _alone_job(name, arguments):
    """One addon alone: its tests on the server; its tours are run with all addons installed."""
    targets = [f"addons/{name}/tests"]
    return _with_odoo(f"alone: {name}", lambda: alone(name), targets, arguments, part="alone")


def _order_of_alone(name):
    """The longest first; the others follow the addon that their database is built upon."""
    return -_size_of_tests(name), name


def _tested_addons():
    return [name for name in paths.our_addons() if (paths.ADDONS / name / "tests").is_dir()]


def _size_of_tests(name):
    """Bytes of an addon's tests: about how long they take."""
    return sum(file.stat().st_size for file in (paths.ADDONS / name / "tests").glob("*.py"))


def _compat(_arguments):
    """Odoo's own tests with our addons installed; what does not pass is run again without them."""
    job = _with_odoo("compat", full, compat.targets(), [], flags=compat.FLAGS)
    job.judge = _judge_compat
    return [job]


def _judge_compat(result):
    """Compare, and ask of both databases what is asked of every suite."""
    _must_run(result)
    compat.judge(result, _compat_baseline(compat.suspects(result)))


def _compat_baseline(tests):
    return compat.baseline(plain(), tests, _run_baseline) if tests else {}


def _run_baseline(chosen):
    flags = [*compat.FLAGS, f"--suite-only={chosen}"]
    job = _with_odoo("compat without us", plain, compat.targets(), [], flags=flags)
    job.tells = False  # what fails without us, too, is no news
    return run_one(job)


def _lint(_arguments):
    job = Job("lint", prepare=lambda: None)
    job.prepare = lambda: ([paths.PYTHON, paths.ROOT / "bin" / "lint", "--junit", job.junit], {})
    return [job]


def odoo_lint(arguments=()):
    """Odoo's own ``test_lint``, looking at our addons."""
    folder = next(path for path in odoo_home.core_addons() if (path / "test_lint").is_dir())
    tests = [str(folder / "test_lint" / "tests")]
    flags = ["-p", "suite.lint_plugin", "-W", "ignore"]
    return _with_odoo("odoo test_lint", lint, tests, arguments, flags=flags)


# --- databases -------------------------------------------------------------------------------


def plain():
    """Template with everything our addons build upon, without them."""
    core = databases.core()
    more = sorted(set(manifests.foreign(paths.our_addons())) - manifests.closure(CORE))
    return databases.template("plain", more, base=core) if more else core


def full():
    """Template with all our addons."""
    return databases.template("full", paths.our_addons(), base=plain())


def alone(name):
    """Template with one of our addons and what it needs, nothing else."""
    return databases.template(f"alone_{name}", [name], base=_base_of_alone(name))


def _base_of_alone(name):
    """The database of the largest of our addons that *name* needs, else of Odoo's own."""
    needed = manifests.closure([name])
    ours = [other for other in needed & set(paths.our_addons()) if other != name]
    if ours:
        return alone(max(ours, key=lambda other: (len(manifests.closure([other])), other)))
    return databases.core() if manifests.closure(CORE) <= needed else None


def lint():
    """Template with all our addons and Odoo's linters."""
    return databases.template("lint", ["test_lint"], base=full())


CORE = databases.CORE_MODULES


# --- pytest with Odoo ------------------------------------------------------------------------


def _with_odoo(name, template, targets, arguments, *, part=None, flags=()):
    """A job that runs pytest in a fresh copy of *template* with HTTP server and read replica."""
    job = Job(name, prepare=lambda: None)
    start, end = databases.RUN_PREFIX, f"_{os.getpid()}"
    size = databases.NAME_BYTES - len(start + end)
    database = start + databases.shortened(job.slug.replace("-", "_"), size) + end

    def prepare():
        databases.copy(template(), database)
        options = ["--odoo-http", "--odoo-dev=replica", f"--odoo-database={database}"]
        options += [f"--suite-part={part}"] if part else []
        command = [*_PYTEST, "-p", "suite.pytest_plugin", *options]
        command += [f"--junitxml={job.junit}", *flags, *_targets(arguments, targets)]
        environment = odoo.environment()
        environment["PYTHONPATH"] += os.pathsep + str(paths.ROOT / "bin")
        environment.pop("PYTHONWARNINGS")
        return command, environment

    job.prepare = prepare
    job.judge = _must_run
    job.clean = lambda: databases.drop(database)
    return job


def _must_run(result):
    """A suite without tests, or one that left out its HTTP tests, has proved nothing."""
    if not result.outcomes and not result.problems:
        result.problems.append("no test was collected")
    left_out = [test for test, why in result.skips.items() if "HttpCase" in why or "hrome" in why]
    if left_out:
        result.problems.append(f"{len(left_out)} HTTP tests were skipped, e.g. {left_out[0]}")


def _must_run_in_browser(result):
    """The whole browser suite without a tour or a Hoot test has not looked at what it is for."""
    _must_run(result)
    for count, what in ((result.tours, "tour"), (result.hoot, "Hoot test")):
        if not count:
            result.problems.append(f"no {what} was run")


def _addon_tests():
    return [f"addons/{name}/tests" for name in _tested_addons()]


def _targets(arguments, usual):
    """The caller's arguments, with the usual folders unless he names files himself."""
    if any((paths.ROOT / part.partition("::")[0]).exists() for part in arguments):
        return [*arguments]
    there = [folder for folder in usual if (paths.ROOT / folder).is_dir()]
    if not there:
        raise SetupError(f"there are no tests in {', '.join(usual)}")
    return [*arguments, *there]
