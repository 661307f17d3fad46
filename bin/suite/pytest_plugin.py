"""Loaded into pytest by bin/test: tells browser tests from others and counts what really ran.

A browser test is a ``HttpCase`` whose class starts a tour or runs JavaScript, or that lies in
``tests/browser``. The numbers of tours and Hoot tests are kept with each test in the JUnit file.
"""

import inspect
import re
from pathlib import Path

import pytest
from _pytest.junitxml import mangle_test_address

HOOT_SUMMARY = re.compile(r"Passed (\d+) tests \(\d+ assertions")
BROWSER_CALLS = re.compile(r"\.(start_tour|browser_js)\(")


def pytest_addoption(parser):
    parser.addoption(
        "--suite-part",
        choices=("server", "browser", "alone"),
        help="keep these tests only; alone: those of the server, or all when there are no such",
    )
    parser.addoption("--suite-only", type=Path, help="file that names the tests to keep")


def pytest_collection_modifyitems(config, items):
    part, only = config.getoption("--suite-part"), config.getoption("--suite-only")
    kept = _of_part(items, part) if part else list(items)
    if only:
        names = set(only.read_text().splitlines())
        kept = [item for item in kept if name_in_results(item) in names]
    chosen = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = kept


def _of_part(items, part):
    browser, server = [], []
    for item in items:
        (browser if is_browser_test(item) else server).append(item)
    return browser if part == "browser" else server or (browser if part == "alone" else [])


def name_in_results(item):
    """What ``results.read`` calls a test, after pytest's JUnit file."""
    *folders, name = mangle_test_address(item.nodeid)
    return f"{'.'.join(folders)}::{name}"


def is_browser_test(item):
    if "tests/browser/" in item.nodeid:
        return True
    return _is_http_case(item) and bool(BROWSER_CALLS.search(_source(item.cls)))


def _is_http_case(item):
    names = [base.__name__ for base in getattr(item, "cls", None).__mro__] if item.cls else []
    return "HttpCase" in names


def _source(case):
    """Source of the class and of those it inherits from, up to Odoo's own."""
    own = [base for base in case.__mro__ if not base.__module__.startswith(("odoo.tests", "bu"))]
    return "\n".join(inspect.getsource(base) for base in own if base is not object)


@pytest.fixture(autouse=True)
def _count_browser_work(request, monkeypatch):
    """Note in the JUnit file that the test is a HttpCase, its tours and its Hoot tests."""
    if not request.cls or not _is_http_case(request.node):
        yield
        return
    counts = {"http": 1, "tours": 0, "hoot": 0}
    _watch_tours(monkeypatch, request.cls, counts)
    _watch_hoot(monkeypatch, counts)
    yield
    request.node.user_properties += list(counts.items())


def _watch_tours(monkeypatch, case, counts):
    original = case.start_tour

    def start_tour(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        counts["tours"] += 1
        return result

    monkeypatch.setattr(case, "start_tour", start_tour)


def _watch_hoot(monkeypatch, counts):
    from odoo.tests.common import ChromeBrowser

    original = ChromeBrowser._handle_console

    def handle_console(self, type, args=None, stackTrace=None, **kwargs):  # noqa: A002, N803
        for arg in args or []:
            found = HOOT_SUMMARY.search(str(arg.get("value", "")))
            counts["hoot"] += int(found.group(1)) if found else 0
        return original(self, type, args, stackTrace, **kwargs)

    monkeypatch.setattr(ChromeBrowser, "_handle_console", handle_console)
