"""Translation files: the .pot of an addon is fresh and its .po files are complete."""

import shutil
import tempfile
from pathlib import Path

from . import odoo, paths
from .console import SetupError, run

#: Languages every addon is translated into.
LANGUAGES = ("zh_CN",)


def export(database, addons):
    """``{addon: text of the .pot file Odoo would write now}``, from a database with *addons*."""
    folder = Path(tempfile.mkdtemp())
    script = _EXPORT.format(addons=list(addons), folder=str(folder))
    odoo.shell(database, script)
    texts = {name: (folder / f"{name}.pot").read_text() for name in addons}
    shutil.rmtree(folder)
    return texts


_EXPORT = """
from pathlib import Path
from odoo.tools.translate import trans_export
for name in {addons!r}:
    with (Path({folder!r}) / (name + ".pot")).open("wb") as target:
        trans_export(None, [name], target, "po", env)
"""


def stale(addon, fresh):
    """Differences between the committed .pot of *addon* (a folder) and the *fresh* text."""
    path = _pot(addon)
    if not path.exists():
        return [f"{path}: missing; bin/lint --fix writes it"] if entries(fresh) else []
    old, new = entries(path.read_text()), entries(fresh)
    problems = [f"{path}: not exported yet: {term!r}" for term in new if term not in old]
    problems += [f"{path}: no longer used: {term!r}" for term in old if term not in new]
    moved = [term for term in new if term in old and new[term] != old[term]]
    problems += [f"{path}: used elsewhere now: {term!r}" for term in moved]
    return problems


def entries(text):
    """``{(context, term): where it is used}`` of a .po or .pot text; dates do not matter."""
    import polib

    return {
        (entry.msgctxt, entry.msgid): sorted(place for place, _line in entry.occurrences)
        for entry in polib.pofile(text)
        if not entry.obsolete
    }


def incomplete(addon, languages=LANGUAGES):
    """Terms of the .pot that a .po lacks, leaves empty, or has marked as fuzzy."""
    import polib

    pot = _pot(addon)
    wanted = entries(pot.read_text()) if pot.exists() else {}
    problems = []
    for language in languages if wanted else ():
        path = addon / "i18n" / f"{language}.po"
        if not path.exists():
            problems.append(f"{path}: missing; bin/lint --fix writes it")
            continue
        done = {
            (entry.msgctxt, entry.msgid)
            for entry in polib.pofile(path.read_text())
            if entry.translated() and not entry.fuzzy
        }
        problems += [f"{path}: not translated: {term!r}" for term in wanted if term not in done]
    return problems


def update(addon, fresh):
    """Write the .pot of *addon* when a term changed, and merge it into the .po files."""
    import polib

    if not entries(fresh):
        return
    if stale(addon, fresh):
        _pot(addon).parent.mkdir(exist_ok=True)
        _pot(addon).write_text(fresh)
    template = polib.pofile(_pot(addon).read_text())
    for language in LANGUAGES:
        path = addon / "i18n" / f"{language}.po"
        translation = polib.pofile(str(path)) if path.exists() else polib.POFile()
        translation.metadata = {**template.metadata, **translation.metadata, "Language": language}
        translation.merge(template)
        for entry in translation.obsolete_entries():
            translation.remove(entry)
        translation.save(str(path))


def _pot(addon):
    return addon / "i18n" / f"{addon.name}.pot"


def check_syntax(files):
    """What gettext says about broken files: wrong placeholders, bad headers."""
    problems = []
    for path in files:
        try:
            run(["msgfmt", "--check-format", "-o", "/dev/null", path])
        except SetupError as error:
            problems.append(f"{path.relative_to(paths.ROOT)}: {error}")
    return problems
