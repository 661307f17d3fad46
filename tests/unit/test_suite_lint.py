"""Every check of bin/lint fails on a planted defect, run as bin/lint runs it."""

import shutil
from pprint import pformat
from types import SimpleNamespace

import pytest

from suite import checks, code_rules, eslint, jobs, packaging, paths, suites

ADDON = "crm_callcenter"
MANIFEST = {
    "name": "Calls",
    "version": "19.0.1.0.0",
    "author": "CRM suite for Odoo",
    "website": "https://example.com",
    "summary": "Calls of customers",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm"],
    "data": ["views/call.xml"],
}
VIEW = '<odoo><record id="call_view_form" model="ir.ui.view"/></odoo>\n'
POT = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Call"\nmsgstr ""\n'
README = "Calls of customers.\n"
#: Name of the check -> file and text that violate it.
PLANTED = {
    "ruff": ("tools/bad.py", "import os\n"),
    "ruff format": ("tools/bad.py", "x = {  'a':1 }\n"),
    "scripts": ("tools/bad.py", "def broken(:\n"),
    "data files": ("views/call.xml", "<odoo><record></odoo>"),
    "tools without Odoo": ("tools/bad.py", "from odoo import fields\n"),
    "import rules": ("models/bad.py", "from odoo.addons.crm_campaign_roi.models import cost\n"),
    "hidden methods": (
        "models/bad.py",
        2 * "class Call:\n    _inherit = 'crm.lead'\n\n    def call(self):\n        pass\n\n\n",
    ),
    "function length": ("models/bad.py", "def long():\n" + "    x = 1\n" * 60),
    "private texts": ("models/bad.py", "PATH = '/ro" + "ot/secret'\n"),
    "po complete": (f"i18n/{ADDON}.pot", POT),
    "eslint": ("static/src/bad.js", "export const call = missing;\n"),
    "pylint-odoo": ("bad.py", 'def f(self):\n    self.env.cr.execute("a %s" % self.x)\n'),
    "wheels": ("pyproject.toml", "[build-system\n"),
}
#: Checks that need a database: their own tests plant what the database would answer.
WITH_DATABASE = {"odoo test_lint", "pot fresh", "wheel of others"}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A project with a good addon and a sibling; bin/lint looks at it instead of this one."""
    _write(tmp_path / "addons" / ADDON / "__manifest__.py", f"{pformat(MANIFEST)}\n")
    _write(tmp_path / "addons" / ADDON / "__init__.py", "")
    _write(tmp_path / "addons" / ADDON / "views" / "call.xml", VIEW)
    _write(tmp_path / "addons" / ADDON / "pyproject.toml", packaging.PYPROJECT)
    _write(tmp_path / "addons" / ADDON / "README.rst", README)
    sibling = {**MANIFEST, "name": "Campaigns", "data": []}
    _write(tmp_path / "addons" / "crm_campaign_roi" / "__manifest__.py", f"{pformat(sibling)}\n")
    for name in (".pylintrc", "ruff.toml"):
        shutil.copy(paths.ROOT / name, tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "ADDONS", tmp_path / "addons")
    monkeypatch.setattr(paths, "our_addons", lambda: [ADDON])
    monkeypatch.setattr(checks, "tracked_files", lambda: _files(tmp_path))
    monkeypatch.setattr(checks, "_private_hosts", list)
    code_rules._tree.cache_clear()
    code_rules.manifests._read.cache_clear()
    yield tmp_path / "addons" / ADDON
    code_rules.manifests._read.cache_clear()


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _find(name):
    return next(check for check in checks.CHECKS if check.name == name).find()


def test_every_check_has_its_planted_defect():
    assert {check.name for check in checks.CHECKS} == PLANTED.keys() | WITH_DATABASE


@pytest.mark.parametrize("name", sorted(PLANTED.keys() - {"eslint", "pylint-odoo"}))
def test_planted_defect_is_found(tree, name):
    file, text = PLANTED[name]
    _write(tree / file, text)
    problems = "\n".join(map(str, _find(name)))
    assert problems
    assert "Traceback" not in problems


@pytest.mark.parametrize("name", sorted(PLANTED.keys() - {"eslint", "pylint-odoo", "ruff format"}))
def test_good_addon_passes(tree, name):
    assert _find(name) == []


def test_message_of_pylint_odoo_is_the_one_planted(tree):
    file, text = PLANTED["pylint-odoo"]
    _write(tree / file, text)
    assert "sql-injection" in "\n".join(_find("pylint-odoo"))


def test_term_that_is_not_exported_is_found(tree, monkeypatch):
    monkeypatch.setattr(checks, "_fresh_pot", lambda: {ADDON: POT})
    assert "missing" in _find("pot fresh")[0]
    _write(tree / "i18n" / f"{ADDON}.pot", POT.replace('"Call"', '"Queue"'))
    assert len(_find("pot fresh")) == 2  # a new term, and one no longer used
    _write(tree / "i18n" / f"{ADDON}.pot", POT)
    assert _find("pot fresh") == []


@pytest.mark.parametrize(
    ("failures", "skips", "problems", "expected"),
    [
        ([], {}, [], []),
        (["test_naming"], {}, [], ["test_naming: see .local/logs"]),
        ([], {"test_x": "no browser"}, [], ["did not run: test_x"]),
        ([], {"test_eslint": "eslint tool not found"}, [], []),
        ([], {}, ["no test was collected"], ["no test was collected"]),
    ],
)
def test_failures_of_odoo_test_lint_are_problems(monkeypatch, failures, skips, problems, expected):
    result = SimpleNamespace(failures=failures, skips=skips, problems=problems)
    monkeypatch.setattr(eslint, "left_out", lambda: "")
    monkeypatch.setattr(suites, "odoo_lint", lambda: None)
    monkeypatch.setattr(jobs, "run_one", lambda _job: result)
    assert _find("odoo test_lint") == expected


def test_foreign_addon_that_is_not_installed_is_found(monkeypatch):
    for name in ("copy", "drop", "core"):
        monkeypatch.setattr(packaging.databases, name, lambda *_names: None)
    monkeypatch.setattr(packaging, "_install", lambda _folder: None)
    for state, expected in (
        ("installed", []),
        ("to upgrade", ["partner_firstname is to upgrade in Odoo"]),
        ("", ["partner_firstname is unknown in Odoo"]),
    ):
        monkeypatch.setattr(packaging, "_state_in", lambda *_names, state=state: state)
        assert _find("wheel of others") == expected


# --- eslint --------------------------------------------------------------------------------------


def test_defect_in_javascript_is_found_or_told_as_not_checked(tree):
    """Where Node.js is missing, bin/lint says that JavaScript was not checked."""
    _write(tree / "static/src/good.js", "export const call = 1;\n")
    assert _find("eslint") == []
    _write(tree / "static/src/lib/bad.js", PLANTED["eslint"][1])
    assert _find("eslint") == []
    _write(tree / "static/src/bad.js", PLANTED["eslint"][1])
    found = "\n".join(_find("eslint"))
    if checks.not_checked():
        assert checks.not_checked()[0].startswith(eslint.MISSING)
    else:
        assert "'missing' is not defined" in found


def test_missing_node_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(eslint, "FOLDER", tmp_path)
    monkeypatch.setattr(eslint, "PROGRAM", tmp_path / "eslint")
    monkeypatch.setattr(eslint.shutil, "which", lambda _name: None)
    eslint.left_out.cache_clear()
    try:
        assert checks.not_checked() == [f"{eslint.MISSING}: it needs nodejs and npm"]
        assert eslint.check([tmp_path / "any.js"]) == []
    finally:
        eslint.left_out.cache_clear()


def test_outcome_of_a_check_is_reported(capsys):
    planted = [checks.Check("good", list), checks.Check("bad", lambda: ["a.py:1: wrong"])]
    outcomes = checks.run(planted)
    assert [message for message, _seconds in outcomes.values()] == ["", "a.py:1: wrong"]
    printed = capsys.readouterr().out
    assert "✓ good" in printed
    assert "✗ bad" in printed
    assert "a.py:1: wrong" in printed
