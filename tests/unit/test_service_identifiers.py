"""Whoever looks for a requirement of the service finds the tests that are named after it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = [f"SVC-{part}" for part in ("L1", "L2", "L3", "L4", "L5", "C", "E", "F", "S", "T")]


def _named(path):
    """Requirements that the docstrings of test classes and tests in *path* name."""
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree):
        tests = isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name.lower()
        if tests and tests.startswith("test"):
            found |= set(re.findall(r"SVC-[A-Z]\d?\b", ast.get_docstring(node) or ""))
    return found


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_has_tests_named_after_it(requirement):
    files = ROOT.glob("addons/crm_service_levels*/tests/test_*.py")
    assert [path.name for path in files if requirement in _named(path)]
