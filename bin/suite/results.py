"""Test results: read from JUnit files, added up, shown as a table and one last line."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from . import paths

FOLDER = paths.LOCAL / "results"
#: Exit code of pytest when tests ran and some of them failed.
TESTS_FAILED = 1


@dataclass
class Result:
    """What one job proved. ``problems`` are reasons to fail that no single test names."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    http: int = 0
    tours: int = 0
    hoot: int = 0
    seconds: float = 0.0
    failures: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    outcomes: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    #: Failures that are not ours; pytest ends with :data:`TESTS_FAILED` because of them.
    known: int = 0
    #: Why the whole job was left out; it has neither passed nor failed.
    left_out: str = ""

    def explains(self, code):
        """Whether what is known of the tests accounts for the program's exit *code*."""
        return not code or not self.ok or (code == TESTS_FAILED and self.known > 0)

    @property
    def ok(self):
        return not self.failed and not self.problems


def read(name, path):
    """Result of the JUnit file *path*; one without tests when pytest never wrote it."""
    result = Result(name)
    if not path.exists():
        result.problems.append("the tests did not start or did not reach their end")
        return result
    for case in ET.parse(path).iter("testcase"):
        _add(result, case)
    return result


def _add(result, case):
    test = f"{case.get('classname', '')}::{case.get('name', '')}"
    outcome = _outcome(case)
    if result.outcomes.get(test) == "failed":
        return  # a test may fail and then fail again while it is taken down
    if test in result.outcomes:
        _count(result, result.outcomes[test], -1)
    result.outcomes[test] = outcome
    _count(result, outcome, 1)
    if outcome == "failed":
        result.failures.append(test)
    if outcome == "skipped":
        result.skips[test] = case.find("skipped").get("message", "")
    for entry in case.iter("property"):
        if entry.get("name") in ("http", "tours", "hoot"):
            name = entry.get("name")
            setattr(result, name, getattr(result, name) + int(entry.get("value")))


def _outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def _count(result, outcome, step):
    setattr(result, outcome, getattr(result, outcome) + step)


def write(path, name, outcomes):
    """Write a JUnit file of checks: ``{check: (message, seconds)}``, an empty message passes."""
    suite = ET.Element("testsuite", name=name, tests=str(len(outcomes)))
    for check, (message, seconds) in outcomes.items():
        case = ET.SubElement(suite, "testcase", classname=name, name=check, time=f"{seconds:.3f}")
        if message:
            ET.SubElement(case, "failure", message=message.splitlines()[0]).text = message
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def totals(results):
    """(passed, failed, skipped); a problem that no test names counts as one failure."""
    failed = sum(result.failed + len(result.problems) for result in results)
    return sum(r.passed for r in results), failed, sum(r.skipped for r in results)


def last_line(results):
    """The line that scripts read: ``N passed, N failed[, N skipped]``."""
    passed, failed, skipped = totals(results)
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def table(results):
    """One line per job: state, time, and how many tests of which kind ran."""
    width = max([len(result.name) for result in results] + [5])
    head = f"  {'suite':<{width}}  {'passed':>6}  {'failed':>6}  {'skipped':>7}  {'time':>6}"
    return "\n".join([head, *(_row(result, width) for result in results)])


def left_out(results):
    """A line for each job that was left out, and why: nobody takes it for one that passed."""
    return [f"⚠ {r.name}: skipped, because {r.left_out}" for r in results if r.left_out]


def mark(result):
    """Whether a job has passed, has failed or was left out, in one sign."""
    if not result.ok:
        return "✗"
    return "⚠" if result.left_out else "✓"


def _row(result, width):
    counts = f"{result.passed:>6}  {result.failed:>6}  {result.skipped:>7}  {result.seconds:>5.0f}s"
    return f"{mark(result)} {result.name:<{width}}  {counts}{_kinds(result)}"


def _kinds(result):
    if not result.http:
        return ""
    total = result.passed + result.failed + result.skipped
    return (
        f"  {total} tests, of which {result.tours} tours, {result.hoot} Hoot tests, "
        f"{result.http} HttpCase"
    )
