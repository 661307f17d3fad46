"""Which tests a run of bin/test keeps, decided by suite.pytest_plugin."""

from types import SimpleNamespace

import pytest

from suite import pytest_plugin


class _Item:
    """What of pytest's items the plugin looks at."""

    def __init__(self, nodeid, *, browser):
        self.nodeid, self.browser = nodeid, browser
        self.parent, _two, self.name = nodeid.rpartition("::")


SERVER = _Item("addons/a/tests/test_a.py::TestA::test_one", browser=False)
TOUR = _Item("addons/a/tests/test_a_tour.py::TestTour::test_tour", browser=True)
COUNTED = _Item("addons/a/tests/test_a.py::TestA::test_queries_do_not_grow", browser=False)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(pytest_plugin, "is_browser_test", lambda item: item.browser)


@pytest.mark.parametrize(
    ("part", "collected", "kept"),
    [
        ("server", [SERVER, TOUR], [SERVER]),
        ("browser", [SERVER, TOUR], [TOUR]),
        ("alone", [SERVER, TOUR], [SERVER]),
        ("server", [TOUR], []),
        ("alone", [TOUR], [TOUR]),
        ("server", [SERVER, COUNTED], [SERVER, COUNTED]),
        ("alone", [SERVER, COUNTED], [SERVER]),
    ],
)
def test_alone_leaves_out_tours_and_counts_of_queries_unless_there_is_nothing_else(
    part, collected, kept
):
    assert pytest_plugin._of_part(collected, part) == kept


def _tests(folder, number, case="TestX"):
    name = f"addons/{folder}/tests/test_x.py::{case}::test_"
    return [_Item(f"{name}{one}", browser=False) for one in range(number)]


def test_of_a_large_addon_each_class_keeps_its_first_test_and_every_third(monkeypatch):
    monkeypatch.setattr(pytest_plugin, "LARGE", 4)
    items = [*_tests("large", 4), *_tests("large", 2, "TestY"), *_tests("small", 4)]
    kept = [item.nodeid[7:] for item in pytest_plugin._thinned(items, 3)]
    large = ["TestX::test_0", "TestX::test_3", "TestY::test_0"]
    assert kept == [f"large/tests/test_x.py::{name}" for name in large] + [
        f"small/tests/test_x.py::TestX::test_{number}" for number in range(4)
    ]


def test_counts_of_queries_are_kept_as_the_run_alone_leaves_them_out(monkeypatch):
    monkeypatch.setattr(pytest_plugin, "LARGE", 0)
    items = [SERVER, COUNTED]
    assert pytest_plugin._thinned(items, 3) == [SERVER, COUNTED]


def test_tests_are_chosen_by_the_name_they_have_in_the_results(tmp_path):
    chosen = tmp_path / "chosen.txt"
    chosen.write_text("addons.a.tests.test_a.TestA::test_one\n")
    dropped = []
    config = SimpleNamespace(
        getoption={"--suite-part": None, "--suite-only": chosen, "--suite-every": 1}.get,
        hook=SimpleNamespace(pytest_deselected=lambda **given: dropped.extend(given["items"])),
    )
    items = [TOUR, SERVER]
    pytest_plugin.pytest_collection_modifyitems(config, items)
    assert (items, dropped) == ([SERVER], [TOUR])
