"""What bin/lint checks. A check returns the problems it found, one line or paragraph each.

Fast checks need no database; bin/lint --fast (and pre-commit) run only them.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import (
    code_rules,
    databases,
    environment,
    eslint,
    jobs,
    odoo,
    packaging,
    paths,
    suites,
    translations,
    xml_rules,
)
from .console import SetupError, say

CODE_FOLDERS = ("addons", "bin", "tests", "datasets", "bench", "demo")


@dataclass(frozen=True)
class Check:
    name: str
    find: Callable
    fast: bool = True


def run(checks):
    """Run *checks* and return ``{name: (problems as text, seconds)}``."""
    outcomes = {}
    for check in checks:
        started = time.monotonic()
        try:
            problems = check.find()
        except SetupError as error:
            problems = [str(error)]
        seconds = time.monotonic() - started
        outcomes[check.name] = ("\n".join(map(str, problems)), seconds)
        say(f"{'✗' if problems else '✓'} {check.name} ({seconds:.1f} s)")
        for problem in problems:
            say(f"    {problem}")
    return outcomes


def addons():
    return [paths.ADDONS / name for name in paths.our_addons()]


def _folders():
    return [paths.ROOT / name for name in CODE_FOLDERS if (paths.ROOT / name).is_dir()]


def tracked_files():
    """Files that are or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=True)
    files = [paths.ROOT / name for name in output.stdout.splitlines()]
    return [path for path in files if path.is_file()]


def _scripts():
    """Programs without an ending in bin/ and .ci/ that Python runs."""
    files = [path for path in tracked_files() if path.parent.name in ("bin", ".ci")]
    return [path for path in files if path.read_text().startswith("#!/usr/bin/env python3")]


# --- linters of others ---------------------------------------------------------------------------


def _program(*command):
    """Run a linter of the environment; its output is the problem when it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=paths.ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return [result.stdout.strip()] if result.returncode else []


def _ruff(*arguments):
    return _program(paths.VENV / "bin" / "ruff", *arguments, *_folders(), *_scripts())


def ruff_rules():
    return _ruff("check", "--quiet", "--output-format=concise")


def ruff_format():
    return _ruff("format", "--check", "--quiet")


def pylint_odoo():
    """All messages of pylint-odoo, mandatory and optional; what it expects is in .pylintrc."""
    command = [paths.PYTHON, "-m", "pylint", f"--rcfile={paths.ROOT / '.pylintrc'}", *addons()]
    return _program(*command) if addons() else ["there is no addon"]


def odoo_test_lint():
    """Odoo's own ``test_lint``. Only eslint may be missing, which :func:`not_checked` tells."""
    eslint.left_out()
    result = jobs.run_one(suites.odoo_lint())
    left_out = [test for test, why in result.skips.items() if "eslint" not in why]
    problems = [f"{test}: see .local/logs" for test in result.failures]
    return problems + result.problems + [f"did not run: {test}" for test in left_out]


def javascript():
    files = [path for addon in addons() for path in sorted((addon / "static").rglob("*.js"))]
    return eslint.check([path for path in files if not {"lib", "libs"}.intersection(path.parts)])


def not_checked():
    """What this machine cannot check, told beside the result."""
    return [why for why in (eslint.left_out(),) if why]


# --- rules of our own ----------------------------------------------------------------------------


def xml():
    return [problem for addon in addons() for problem in xml_rules.check(addon)]


def tools_without_odoo():
    return code_rules.tools_without_odoo(paths.ADDONS)


def foreign_knowledge():
    return code_rules.foreign_knowledge(paths.ADDONS)


def hidden_methods():
    return [problem for addon in addons() for problem in code_rules.hidden_methods(addon)]


def function_length():
    """Print how long functions are, part by part, and refuse the longest."""
    problems = []
    for folder in [*addons(), *(f for f in _folders() if f.name not in ("addons", "tests"))]:
        files = [f for f in code_rules.python_files(folder) if "tests" not in f.parts]
        lengths = code_rules.function_lengths(files)
        say(f"    {folder.relative_to(paths.ROOT)}: {code_rules.length_report(lengths)}")
        problems += code_rules.too_long(lengths)
    return problems


def private_texts():
    return code_rules.private_texts(tracked_files(), _private_hosts())


def _private_hosts():
    """Hosts of this machine's pip, npm and apt configuration, and the proxies it uses."""
    commands = (
        [paths.PYTHON, "-m", "pip", "config", "list"],
        ["npm", "config", "get", "registry"],
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        ["env"],
    )
    text = "\n".join(filter(None, map(_output, commands)))
    hosts = set(re.findall(r"https?://(?:[^/@\s]+@)?([\w.-]+)", text))
    return sorted(hosts - {"localhost", "127.0.0.1"})


def _output(command):
    try:
        return subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        return ""


def scripts():
    """Programs compile, are executable, and shell scripts parse."""
    python = _scripts()
    shell = [f for f in tracked_files() if f.suffix == ".sh" or f.parent.name == ".ci"]
    problems = code_rules.parses([*python, *code_rules.python_files(*_folders())])
    problems += [f"{path}: not executable" for path in python if not path.stat().st_mode & 0o100]
    for path in shell:
        if path not in python:
            problems += _program("bash", "-n", path)
    return problems


# --- translations and packages -------------------------------------------------------------------


def _fresh_pot():
    """What Odoo would export now, for all our addons."""
    database = f"{databases.RUN_PREFIX}pot_{os.getpid()}"
    databases.copy(suites.full(), database)
    try:
        return translations.export(database, paths.our_addons())
    finally:
        databases.drop(database)


def pot_fresh():
    fresh = _fresh_pot()
    return [p for addon in addons() for p in translations.stale(addon, fresh[addon.name])]


def po_complete():
    files = [path for addon in addons() for path in sorted(addon.glob("i18n/*.po"))]
    problems = [p for addon in addons() for p in translations.incomplete(addon)]
    return problems + translations.check_syntax(files)


def wheels():
    """The wheel of every addon holds all of its files."""
    return [problem for addon in addons() for problem in packaging.check_wheel(addon)]


CHECKS = (
    Check("ruff", ruff_rules),
    Check("ruff format", ruff_format),
    Check("scripts", scripts),
    Check("data files", xml),
    Check("tools without Odoo", tools_without_odoo),
    Check("import rules", foreign_knowledge),
    Check("hidden methods", hidden_methods),
    Check("function length", function_length),
    Check("private texts", private_texts),
    Check("po complete", po_complete),
    Check("eslint", javascript),
    Check("pylint-odoo", pylint_odoo),
    Check("wheels", wheels, fast=False),
    Check("odoo test_lint", odoo_test_lint, fast=False),
    Check("pot fresh", pot_fresh, fast=False),
    Check("wheel of others", packaging.check_foreign_wheel, fast=False),
)


def fix():
    """Let ruff repair and format, write missing pyproject.toml files, renew translations."""
    _ruff("check", "--fix", "--quiet")
    _ruff("format", "--quiet")
    for addon in addons():
        if not (addon / "pyproject.toml").exists():
            (addon / "pyproject.toml").write_text(packaging.PYPROJECT)
    environment.ensure()
    odoo.write_config()
    for name, text in _fresh_pot().items():
        translations.update(paths.ADDONS / name, text)
    say("✓ formatted; .pot exported and merged into the .po files")
