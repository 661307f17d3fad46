"""Which tests a run of bin/test keeps, decided by suite.pytest_plugin."""

from types import SimpleNamespace

import pytest

from suite import pytest_plugin


class _Item:
    """What of pytest's items the plugin looks at."""

    def __init__(self, nodeid, *, browser):
        self.nodeid, self.browser = nodeid, browser
        self.name = nodeid.rpartition("::")[2]


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


def test_tests_are_chosen_by_the_name_they_have_in_the_results(tmp_path):
    chosen = tmp_path / "chosen.txt"
    chosen.write_text("addons.a.tests.test_a.TestA::test_one\n")
    dropped = []
    config = SimpleNamespace(
        getoption={"--suite-part": None, "--suite-only": chosen}.get,
        hook=SimpleNamespace(pytest_deselected=lambda **given: dropped.extend(given["items"])),
    )
    items = [TOUR, SERVER]
    pytest_plugin.pytest_collection_modifyitems(config, items)
    assert (items, dropped) == ([SERVER], [TOUR])
