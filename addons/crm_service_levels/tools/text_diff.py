"""What changed between two texts, word by word (SVC-L1: versions of an article)."""

import difflib
import re
from html import escape

_TOKEN = re.compile(r"[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
_TAGS = {"delete": ("del",), "insert": ("ins",), "replace": ("del", "ins"), "equal": (None,)}


def changes(old, new):
    """``[(kind, text)]`` with the kinds ``equal``, ``del`` and ``ins``, in order of reading.

    >>> changes("turn it off", "turn it on")
    [('equal', 'turn it '), ('del', 'off'), ('ins', 'on')]
    """
    before, after = _TOKEN.findall(old or ""), _TOKEN.findall(new or "")
    found = []
    for way, i, j, k, m in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        for tag in _TAGS[way]:
            text = "".join(before[i:j] if tag in (None, "del") else after[k:m])
            found.append((tag or "equal", text))
    return found


def as_html(old, new):
    """The changes as HTML: what went in ``<del>``, what came in ``<ins>``, line ends as ``<br>``.

    >>> as_html("a", "a<b")
    'a<ins>&lt;b</ins>'
    """
    pieces = []
    for kind, text in changes(old, new):
        safe = escape(text, quote=False).replace("\n", "<br>")
        pieces.append(safe if kind == "equal" else f"<{kind}>{safe}</{kind}>")
    return "".join(pieces)
