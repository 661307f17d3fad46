"""Loaded into pytest by bin/test: tells browser tests from others and counts what really ran.

A browser test is a ``HttpCase`` whose class starts a tour or runs JavaScript, or that lies in
``tests/browser``. The numbers of tours and Hoot tests are kept with each test in the JUnit file.
"""

import inspect
import re
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.junitxml import mangle_test_address

from suite import test_companies

#: Tests that count queries: they hold our code against Odoo's, and are stricter with all addons.
GROWTH = re.compile(r"quer(y|ies)|ten_times|(not|never)_grow")
HOOT_SUMMARY = re.compile(r"Passed (\d+) tests \(\d+ assertions")
#: Times that a browser is waited for longer than the test says: a busy machine is no failure.
PATIENCE = 4
BROWSER_CALLS = re.compile(r"(\.(start_tour|browser_js)|\brun_hoot)\(")
#: An addon with more tests than this is large: see ``--suite-every``.
LARGE = 100


def pytest_configure():
    """A stopped clock looks through every loaded module; most have not changed since the last."""
    try:
        import freezegun.api
    except ImportError:
        return  # unit tests of pure logic do without
    freezegun.api._get_module_attributes_hash = _fingerprint


def _fingerprint(module):
    """Whether names were added to or taken from a module, without listing them all."""
    names = getattr(module, "__dict__", ())
    return f"{id(module)}-{len(names)}-{next(reversed(names), None) if names else None}"


def pytest_addoption(parser):
    parser.addoption(
        "--suite-part",
        choices=("server", "browser", "alone"),
        help="keep these tests only; alone: those of the server that do not count queries, or all "
        "when there are no such",
    )
    parser.addoption(
        "--suite-every",
        type=int,
        default=1,
        help="of each class of a large addon, keep the first test and every N-th after it, and "
        "those that count queries",
    )
    parser.addoption("--suite-only", type=Path, help="file that names the tests to keep")


def pytest_collection_modifyitems(config, items):
    part, only = config.getoption("--suite-part"), config.getoption("--suite-only")
    kept = _of_part(items, part) if part else list(items)
    kept = _thinned(kept, config.getoption("--suite-every"))
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
    if part == "browser":
        return browser
    if part == "alone":
        return [item for item in server if not GROWTH.search(item.name)] or browser
    return server


def _thinned(items, every):
    """*items* without what the same addon's run alone shows as well."""
    sizes = Counter(_folder(item) for item in items)
    seen = Counter()
    kept = []
    for item in items:
        number = seen[item.parent]
        seen[item.parent] += 1
        small = sizes[_folder(item)] <= LARGE
        if small or number % every == 0 or GROWTH.search(item.name):
            kept.append(item)
    return kept


def _folder(item):
    return item.nodeid.rpartition("/")[0]


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


@pytest.fixture(scope="session", autouse=True)
def _ready_companies(request):
    """Companies with a chart of accounts, made once for all classes that keep accounts."""
    if request.config.getoption("--suite-part") in ("server", "alone"):
        request.getfixturevalue("load_registry")
        _welcome_nobody()
        _make_companies()


@pytest.fixture(scope="session", autouse=True)
def _ready_assets(request):
    """Scripts and styles, made once for all browser tests as Odoo's own test runner does it.

    Otherwise each test makes them anew within its first page, and on a slow machine that takes
    longer than a request may wait for another: the page then stays without its scripts.
    """
    if request.config.getoption("--suite-part") == "browser":
        request.getfixturevalue("load_registry")
        with _committed() as env:
            env["ir.qweb"]._pregenerate_assets_bundles()
            for bundle in ("web.assets_unit_tests_setup", "web.assets_unit_tests"):
                assets = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
                assets.css()
                assets.js()


def _welcome_nobody():
    """Odoo greets each new user with a to-do; of those the tests make, nobody will read it."""
    module = sys.modules.get("odoo.addons.project_todo.models.res_users")
    if module:
        module.ResUsers._generate_onboarding_todo = lambda users: None


def _make_companies():
    with _committed() as env:
        test_companies.make(env)


@contextmanager
def _committed():
    """An environment of the superuser; what is done with it is there for all tests."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


@pytest.fixture(autouse=True)
def _count_browser_work(request, monkeypatch):
    """Note in the JUnit file that the test is a HttpCase, its tours and its Hoot tests."""
    if not request.cls or not _is_http_case(request.node):
        yield
        return
    counts = {"http": 1, "tours": 0, "hoot": 0}
    _wait_longer(monkeypatch)
    _watch_tours(monkeypatch, request.cls, counts)
    _watch_hoot(monkeypatch, counts)
    yield
    request.node.user_properties += list(counts.items())


def _wait_longer(monkeypatch):
    from odoo.tests.common import ChromeBrowser

    original = ChromeBrowser.__init__

    def start(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.throttling_factor = PATIENCE

    monkeypatch.setattr(ChromeBrowser, "__init__", start)


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
