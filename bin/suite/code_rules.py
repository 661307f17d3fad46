"""Rules about Python code that no linter knows: who may import whom, how long functions are."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from . import manifests, paths

#: Addons that stand beside each other: no one of them depends on, imports or names another.
SIBLINGS = ("crm_service_levels", "crm_campaign_roi", "crm_callcenter")
#: Addons that everything else builds upon; they depend on none of ours.
FOUNDATION = ("crm_customer_insight",)
#: Measures whichever addons are installed, so that it names their models without depending on them.
MAY_NAME_OTHERS = ("crm_capability",)
#: A function longer than this is refused; the report shows what is usual.
LONGEST_FUNCTION = 60
SOURCE = {".py", ".xml", ".csv", ".js"}


def python_files(*folders):
    """Python files below *folders*, in a stable order."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@cache
def _tree(path):
    return ast.parse(path.read_text(), str(path))


def imports(path):
    """(line, dotted name) of every import; a relative one gets one leading dot per level."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}" if node.module else base + alias.name


# --- tools/ know nothing of Odoo ---------------------------------------------------------------


def tools_without_odoo(addons):
    """Imports in ``tools/`` that would need Odoo; the tools of another addon are allowed."""
    problems = []
    for folder in sorted(addons.glob("*/tools")):
        for path in python_files(folder):
            depth = len(path.relative_to(folder).parts)
            problems += [
                f"{path}:{line}: tools/ must not import {name}"
                for line, name in imports(path)
                if _needs_odoo(name, depth)
            ]
    return problems


def _needs_odoo(name, depth):
    dots = len(name) - len(name.lstrip("."))
    if dots:
        return dots > depth
    parts = name.split(".")
    return parts[0] == "odoo" and not (parts[1:2] == ["addons"] and parts[3:4] == ["tools"])


# --- who may know whom -------------------------------------------------------------------------


def foreign_knowledge(addons):
    """Imports and names of our addons that an addon does not depend on."""
    ours = sorted(path.parent.name for path in addons.glob("*/__manifest__.py"))
    models = {name: own_models(addons / name) for name in ours}
    problems = []
    for name in ours:
        known = manifests.closure([name], addons)
        problems += _forbidden_dependencies(name, known, ours)
        if name not in MAY_NAME_OTHERS:
            unknown = {other: models[other] for other in ours if other not in known}
            problems += _mentions(addons / name, unknown)
    return problems


def _forbidden_dependencies(name, known, ours):
    if name in SIBLINGS:
        others = known.intersection(SIBLINGS) - {name}
    elif name in FOUNDATION:
        others = known.intersection(ours) - {name}
    else:
        others = ()
    return [f"{name} must not depend on {other}" for other in sorted(others)]


def own_models(addon):
    """Names of the models that *addon* creates (``_name`` without inheriting the same name)."""
    return {
        values["_name"]
        for path in python_files(addon)
        for values in map(_class_strings, ast.walk(_tree(path)))
        if values.get("_name") and values["_name"] not in values.get("_inherit", ())
    }


def _class_strings(node):
    """``_name`` and ``_inherit`` of a class, as far as they are written as plain values."""
    values = {}
    for statement in node.body if isinstance(node, ast.ClassDef) else []:
        for target in getattr(statement, "targets", []):
            if isinstance(target, ast.Name) and target.id in ("_name", "_inherit"):
                values[target.id] = _literal(statement.value)
    if isinstance(values.get("_inherit"), str):
        values["_inherit"] = [values["_inherit"]]
    return values


def _literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ()


def _mentions(addon, unknown):
    problems = []
    for other, models in unknown.items():
        names = "|".join(re.escape(name) for name in sorted(models))
        quoted = rf"""["'>](?:{names})["'<]|""" if names else ""
        pattern = re.compile(rf"{quoted}odoo\.addons\.{other}\b|[\"'>%(]{other}\.|@{other}/")
        for path in sorted(addon.rglob("*")):
            if path.suffix in SOURCE:
                problems += [
                    f"{path}:{number}: names {other}, on which it does not depend: {line.strip()}"
                    for number, line in enumerate(path.read_text().splitlines(), 1)
                    if pattern.search(line)
                ]
    return problems


# --- methods that hide each other --------------------------------------------------------------


@dataclass
class _Part:
    """A class that makes, extends or is mixed into models."""

    model: str
    parents: set
    methods: dict  # name -> (place, whether it calls super())


def hidden_methods(addon):
    """Methods that two classes of one model define, where one silently hides the other.

    Classes of a model are those that extend it in *addon*, and the mixins of the addon that it
    inherits. All but one of them have to call ``super()`` of the same name; a class may do without
    when it inherits the model of whoever it hides, for that is what overriding is for.
    """
    parts = {}
    for path in python_files(addon):
        if "tests" not in path.relative_to(addon).parts:
            for part in _parts(path):
                parts.setdefault(part.model, []).append(part)
    found = {problem for model in parts for problem in _hidden(model, parts)}
    return sorted(found)


def _parts(path):
    for node in ast.walk(_tree(path)):
        values = _class_strings(node)
        parents = set(values.get("_inherit", ()))
        model = values.get("_name") or (len(parents) == 1 and min(parents))
        if model:
            methods = {
                one.name: (f"{path}:{one.lineno}", _calls_super(one))
                for one in node.body
                if isinstance(one, ast.FunctionDef)
            }
            yield _Part(model, parents - {model}, methods)


def _calls_super(function):
    """Whether *function* hands over to whoever defines its name next."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in ast.walk(function)
    )


def _hidden(model, parts):
    ends = {}
    family = _ancestors(model, parts)
    for part in (part for name in sorted(family) for part in parts.get(name, ())):
        for name, (place, calls_super) in part.methods.items():
            if not calls_super:
                ends.setdefault(name, []).append((part.model, place))
    for name, found in ends.items():
        below = {owner: _ancestors(owner, parts) - {owner} for owner, _place in found}
        tops = [place for owner, place in found if not any(owner in b for b in below.values())]
        if len(tops) > 1:
            yield f"{tops[0]}: {name} is also at {', '.join(tops[1:])}, and none calls super()"


def _ancestors(model, parts):
    """*model* and all that it inherits, as far as *parts* tell."""
    found, todo = set(), [model]
    while todo:
        if (name := todo.pop()) not in found:
            found.add(name)
            todo += [parent for part in parts.get(name, ()) for parent in part.parents]
    return found


# --- length of functions -----------------------------------------------------------------------


def function_lengths(files):
    """(lines, place) of every function, longest first."""
    found = [
        (node.end_lineno - node.lineno + 1, f"{path}:{node.lineno} {node.name}")
        for path in files
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted(found, reverse=True)


def length_report(lengths):
    """Median, 90th percentile and longest as one line; ``no functions`` without any."""
    if not lengths:
        return "no functions"
    numbers = sorted(count for count, _place in lengths)
    percentile = numbers[min(len(numbers) - 1, int(len(numbers) * 0.9))]
    return (
        f"{len(numbers)} functions, median {median(numbers):g} lines, "
        f"90th percentile {percentile}, longest {numbers[-1]}"
    )


def too_long(lengths):
    return [
        f"{place}: {count} lines (at most {LONGEST_FUNCTION})"
        for count, place in lengths
        if count > LONGEST_FUNCTION
    ]


# --- texts that must not be committed ----------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|work|home/[a-z]\w*|tmp/\w+/)\b/?")
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")


def private_texts(files, hosts):
    """Lines that name a host of this machine's configuration, a machine path or unfinished work."""
    problems = []
    for path in files:
        for number, line in enumerate(_text(path).splitlines(), 1):
            found = [host for host in hosts if host in line]
            found += MACHINE_PATH.findall(line) + UNFINISHED.findall(line)
            problems += [f"{path}:{number}: {text}" for text in found]
    return problems


def _text(path):
    try:
        return Path(path).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def parses(files):
    """Python files, with or without the ending, that do not compile."""
    problems = []
    for path in files:
        try:
            compile(path.read_text(), str(path), "exec")
        except SyntaxError as error:
            problems.append(f"{path}:{error.lineno}: {error.msg}")
    return problems


def inside(path):
    return path.relative_to(paths.ROOT)
