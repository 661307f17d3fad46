"""What a script tells of a copy of the demo database."""

import json
import os
from pathlib import Path

from suite import databases, demo, odoo


def told_by(script, word, name):
    """The JSON that *script*, a file beside this one, prints after *word* in a shell of Odoo.

    :param name: of the copy, which is dropped afterwards
    """
    database = f"{databases.RUN_PREFIX}{name}_{os.getpid()}"
    databases.copy(demo.template(), database)
    try:
        printed = odoo.shell(database, Path(__file__).with_name(script).read_text())
    finally:
        databases.drop(database)
    line = next(line for line in printed.splitlines() if line.startswith(f"{word} "))
    return json.loads(line.removeprefix(f"{word} "))
