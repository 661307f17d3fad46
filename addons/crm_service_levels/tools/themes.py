"""Themes of free words, by key words that everybody can read and change (SVC-F)."""

import re
import unicodedata
from dataclasses import dataclass

#: Scripts written without spaces: a key word may stand anywhere in them.
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Theme:
    """*id* and key words; a word that ends with ``*`` stands for all words that begin so."""

    id: int
    words: tuple[str, ...]


def plain(text):
    """Lower case, full-width letters made plain, runs of white space made one."""
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def split_words(text):
    """Key words from a field: one a line, or separated by commas (also Chinese ones)."""
    parts = re.split(r"[,;\n，；、]", text or "")
    return tuple(filter(None, (plain(part) for part in parts)))


def pattern(word):
    """Expression that finds *word* as a whole word; inside the text for Chinese words."""
    stem = re.escape(word.rstrip("*"))
    if _WITHOUT_SPACES.search(word):
        return stem
    return rf"\b{stem}" if word.endswith("*") else rf"\b{stem}\b"


def matches(text, themes):
    """Themes of *text* with the words that say so: ``{theme id: [words]}``; may be several."""
    said, found = plain(text), {}
    for theme in themes:
        words = [word for word in theme.words if re.search(pattern(word), said)]
        if words:
            found[theme.id] = words
    return found
