"""Rules about the data files of an addon: well formed, listed, with clear and unique ids."""

import ast
import re
import xml.etree.ElementTree as ET

DATA_FOLDERS = ("data", "views", "security", "wizard", "report", "demo")
IDENTIFIED = ("record", "template", "menuitem", "report", "asset")
#: Attributes that people read, and words in an expression for one: nobody can translate those.
READ = ("title", "aria-label", "placeholder", "alt", "data-tooltip")
ENGLISH = {"t-att-": re.compile(r"'[A-Z][a-z]+[^']*'"), "t-attf-": re.compile(r"[A-Za-z]{2,}")}
FILLED_IN = re.compile(r"\{\{.*?\}\}|#\{.*?\}")
GOOD_ID = re.compile(r"^[a-z][a-z0-9_]*$")


def check(addon):
    """Problems of the data files of *addon* (a folder), as readable lines."""
    files = sorted(addon.rglob("*.xml"))
    trees = {path: _parse(path) for path in files}
    broken = [f"{path}: {tree}" for path, tree in trees.items() if isinstance(tree, str)]
    good = {path: tree for path, tree in trees.items() if not isinstance(tree, str)}
    found = broken + _ids(addon, good) + _not_listed(addon) + _unrun_javascript(addon)
    return found + _fixed_english(good)


def _parse(path):
    try:
        return ET.parse(path).getroot()
    except ET.ParseError as error:
        return f"not well formed: {error}"


def _ids(addon, trees):
    problems, seen = [], {}
    for path, tree in trees.items():
        if tree.tag not in ("odoo", "data"):
            continue
        for node in tree.iter():
            name = node.get("id")
            if node.tag not in IDENTIFIED or not name:
                continue
            problems += _bad_name(addon.name, path, name)
            if name in seen:
                problems.append(f"{path}: id {name} is already in {seen[name]}")
            seen[name] = path.relative_to(addon)
    return problems


def _bad_name(addon, path, name):
    module, _dot, own = name.rpartition(".")
    if module == addon:
        return [f"{path}: id {name} repeats the name of its own addon"]
    if not GOOD_ID.match(own):
        return [f"{path}: id {name} is not in lower case with underscores"]
    return []


def _not_listed(addon):
    """Data files that the manifest forgets, and ones it names that are not there."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    listed = {*manifest.get("data", []), *manifest.get("demo", [])}
    there = {
        str(path.relative_to(addon))
        for folder in DATA_FOLDERS
        for ending in ("*.xml", "*.csv")
        for path in (addon / folder).glob(f"**/{ending}")
    }
    forgotten = [f"{addon / name}: not listed in the manifest" for name in sorted(there - listed)]
    missing = [name for name in sorted(listed) if not (addon / name).exists()]
    return forgotten + [f"{addon}: the manifest lists {name}, which is missing" for name in missing]


def _unrun_javascript(addon):
    """Tours and Hoot tests that no Python test starts: they would never run."""
    python = "\n".join(path.read_text() for path in (addon / "tests").glob("**/*.py"))
    hoot = sorted((addon / "static").glob("tests/**/*.test.js"))
    problems = []
    wanted = f'run_hoot(self, "{addon.name}")'
    if hoot and wanted not in python:
        problems.append(f"{hoot[0]}: no test of the addon runs its Hoot tests: {wanted}")
    for path in sorted((addon / "static").glob("tests/tours/**/*.js")):
        names = re.findall(r"""\.add\(\s*["']([\w.]+)["']""", path.read_text())
        problems += [f"{path}: no test starts tour {name}" for name in names if name not in python]
    return problems


def _fixed_english(trees):
    """Words inside computed attributes of templates in the browser, which stay English."""
    return [
        f"{path}: {prefix}{name}={node.get(prefix + name)!r} cannot be translated"
        for path, tree in trees.items()
        if "static" in path.parts
        for node in tree.iter()
        for prefix, english in ENGLISH.items()
        for name in READ
        if english.search(FILLED_IN.sub("", node.get(prefix + name, "")))
    ]
