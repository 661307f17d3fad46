"""Whoever looks for a requirement of campaigns finds the code and the tests named after it.

ROI-3 is customer insight's, and so is the rest of ROI-5: its mail part is a wave (personal blocks,
schedule, in bulk, delivery and read status, answers).
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ["ROI-1", "ROI-2", "ROI-4", "ROI-5", "ROI-6"]
NAMED = re.compile(r"\bROI-\d\b")


def _docstrings(path, wanted):
    """Requirements that the docstrings of what *wanted* accepts in *path* name."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if wanted(node)]
    return {name for node in nodes for name in NAMED.findall(ast.get_docstring(node) or "")}


def _is_test(node):
    named = isinstance(node, ast.ClassDef | ast.FunctionDef)
    return isinstance(node, ast.Module) or (named and node.name.lower().startswith("test"))


def _is_code(node):
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)


def _files(pattern, wanted, requirement):
    files = ROOT.glob(f"addons/crm_campaign_roi*/{pattern}")
    return [path.name for path in files if requirement in _docstrings(path, wanted)]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_has_tests_named_after_it(requirement):
    assert _files("tests/test_*.py", _is_test, requirement)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_has_code_that_names_it(requirement):
    named = _files("models/*.py", _is_code, requirement)
    named += _files("report/*.py", _is_code, requirement)
    assert named + _files("tools/*.py", _is_code, requirement)


@pytest.mark.parametrize("requirement", ["ROI-1", "ROI-2", "ROI-4", "ROI-5", "ROI-6"])
def test_the_architecture_says_where_a_requirement_lives(requirement):
    assert requirement in (ROOT / "ARCHITECTURE.md").read_text()
