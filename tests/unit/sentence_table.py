"""Tables in docs/ that name code and tests for each sentence of the requirements."""

import ast
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Folders that the names of tests begin with.
FOLDERS = {
    "insight": "addons/crm_customer_insight/tests",
    "service": "addons/crm_service_levels/tests",
    "service_repair": "addons/crm_service_levels_repair/tests",
    "unit": "tests/unit",
    "cross": "tests/cross",
    "browser": "tests/browser",
    "pbx": "tests/pbx",
    "callcenter_service": "addons/crm_callcenter_service/tests",
    "callcenter_campaign": "addons/crm_callcenter_campaign/tests",
    "callcenter_livechat": "addons/crm_callcenter_livechat/tests",
}
FROM_THE_ROOT = ("addons/", "tests/", "bench/", "bin/", "datasets/", "demo/", "docs/")
TOKEN = re.compile(r"`([^`]+)`")
JS_TEST = re.compile(r"^test(?:\.tags\([^)]*\))?\(\s*\"([^\"]+)\"", re.MULTILINE)


@dataclass(frozen=True)
class SentenceTable:
    """The page *name* of docs/, whose short names are those of *addon*."""

    name: str
    addon: str

    @cached_property
    def rows(self):
        """``[(requirement, sentence, code, tests)]`` of the tables."""
        rows, requirement = [], None
        for line in (ROOT / "docs" / self.name).read_text().splitlines():
            if line.startswith("## "):
                requirement = line.removeprefix("## ").partition(":")[0]
            elif line.startswith("|") and not line.startswith(("|---", "| Sentence |")):
                sentence, code, tests = line.strip("|").split(" | ")
                rows.append((requirement, sentence.strip(), code, tests))
        return rows

    @property
    def ids(self):
        """A short name of each row."""
        return [f"{row[0]} {row[1][:60]}" for row in self.rows]

    def path(self, name):
        """Pattern from the root of the repository of a file that the tables name."""
        if name.startswith("_"):
            glue, _slash, rest = name.partition("/")
            return f"addons/{self.addon}{glue}/{rest}"
        return name if name.startswith(FROM_THE_ROOT) else f"addons/{self.addon}/{name}"

    def is_there(self, name):
        """Whether a file that the tables name exists."""
        return any(ROOT.glob(self.path(name)))

    def exists(self, name):
        """Whether the test ``file::test`` of the tables exists."""
        file, _colons, test = name.partition("::")
        if file.endswith(".test.js"):
            return test in _titles_of(file)
        folder, _slash, stem = file.rpartition("/")
        where = FOLDERS.get(folder) or f"addons/{self.addon}{folder}/tests"
        return test in (_tests_of(ROOT / where / f"{stem}.py") or ())

    def missing_code(self, row):
        """Files of a row that do not exist; all of it when it names none."""
        names = TOKEN.findall(row[2])
        return [name for name in names if not self.is_there(name)] if names else [row[2]]

    def missing_tests(self, row):
        """Tests of a row that do not exist; all of it when it names none and says not why."""
        names = [name for name in TOKEN.findall(row[3]) if "::" in name]
        if not names and not row[3].strip().startswith("**open**: "):
            return [row[3]]
        return [name for name in names if not self.exists(name)]

    def glue_without_a_sentence(self):
        """Glue addons that no row names."""
        names = {name for row in self.rows for cell in row[2:] for name in TOKEN.findall(cell)}
        glue = {
            path.name.removeprefix(self.addon) for path in (ROOT / "addons").glob(f"{self.addon}_*")
        }
        return {one for one in glue if not any(name.startswith(f"{one}/") for name in names)}


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
