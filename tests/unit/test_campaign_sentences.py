"""Each sentence of the requirements of campaigns names code and tests that exist.

The tables are in docs/campaign_sentences.md (ROI-1, ROI-2, ROI-4, ROI-5, ROI-6), which says how
their names are read.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "campaign_sentences.md"
ADDON = "crm_campaign_roi"
REQUIREMENTS = ["ROI-1", "ROI-2", "ROI-4", "ROI-5", "ROI-6"]
#: Folders that the names of tests begin with.
FOLDERS = {
    "insight": "addons/crm_customer_insight/tests",
    "service": "addons/crm_service_levels/tests",
    "unit": "tests/unit",
    "cross": "tests/cross",
    "browser": "tests/browser",
}
FROM_THE_ROOT = ("addons/", "tests/", "bench/", "datasets/", "demo/")
TOKEN = re.compile(r"`([^`]+)`")
JS_TEST = re.compile(r"^test(?:\.tags\([^)]*\))?\(\s*\"([^\"]+)\"", re.MULTILINE)


def _rows():
    """``[(requirement, sentence, code, tests)]`` of the tables."""
    rows, requirement = [], None
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            requirement = line.removeprefix("## ").partition(":")[0]
        elif line.startswith("|") and not line.startswith(("|---", "| Sentence |")):
            sentence, code, tests = line.strip("|").split(" | ")
            rows.append((requirement, sentence.strip(), code, tests))
    return rows


ROWS = _rows()


def _path(name):
    """Pattern from the root of the repository of a file that the tables name."""
    if name.startswith("_"):
        glue, _slash, rest = name.partition("/")
        return f"addons/{ADDON}{glue}/{rest}"
    return name if name.startswith(FROM_THE_ROOT) else f"addons/{ADDON}/{name}"


@cache
def _tests_of(path):
    """Names of the tests in the Python file at *path*; None without such a file."""
    if not path.is_file():
        return None
    found = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


@cache
def _titles_of(name):
    """Titles of the tests in the JavaScript files called *name*."""
    paths = ROOT.glob(f"addons/*/static/tests/**/{name}")
    return {title for path in paths for title in JS_TEST.findall(path.read_text())}


def _exists(name):
    """Whether the test ``file::test`` of the tables exists."""
    file, _colons, test = name.partition("::")
    if file.endswith(".test.js"):
        return test in _titles_of(file)
    folder, _slash, stem = file.rpartition("/")
    where = FOLDERS.get(folder) or f"addons/{ADDON}{folder}/tests"
    return test in (_tests_of(ROOT / where / f"{stem}.py") or ())


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_has_sentences(requirement):
    assert [row for row in ROWS if row[0] == requirement]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1][:60]}" for row in ROWS])
def test_a_sentence_names_code_that_exists(row):
    names = TOKEN.findall(row[2])
    assert names
    assert [name for name in names if not any(ROOT.glob(_path(name)))] == []


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1][:60]}" for row in ROWS])
def test_a_sentence_names_tests_that_exist_or_says_why_there_is_none(row):
    names = [name for name in TOKEN.findall(row[3]) if "::" in name]
    assert names or row[3].strip().startswith("**open**: ")
    assert [name for name in names if not _exists(name)] == []


def test_what_does_not_exist_is_found():
    assert _exists("test_targets::test_each_person_once")
    assert _exists("_event/test_event_page::test_one_click_registers_once")
    assert _exists("campaign_flow.test.js::live counts of waves and groups")
    assert not _exists("test_targets::test_each_person_twice")
    assert not _exists("test_nowhere::test_each_person_once")
    assert not _exists("campaign_flow.test.js::live counts of nothing")
    assert not any(ROOT.glob(_path("models/crm_campaign_nowhere.py")))


def test_every_glue_addon_has_a_sentence():
    names = {name for row in ROWS for cell in row[2:] for name in TOKEN.findall(cell)}
    glue = {path.name.removeprefix(ADDON) for path in (ROOT / "addons").glob(f"{ADDON}_*")}
    assert {one for one in glue if not any(name.startswith(f"{one}/") for name in names)} == set()
