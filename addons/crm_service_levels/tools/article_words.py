"""Searching articles: PostgreSQL's configuration of a language, query, snippet (SVC-L1)."""

import re
from functools import lru_cache

from . import bigrams

#: Configurations that every PostgreSQL since 12 has, by the first letters of a locale.
CONFIGS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
#: Longest term that is looked at, and most words of it.
LONGEST = 120
MOST_WORDS = 12
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{4,}")
_MAIL = re.compile(r"\S+@\S+")
#: Length of a snippet and how much of it comes before the first hit, in signs.
SNIPPET, BEFORE = 180, 50


def config_of(lang):
    """Text search configuration of a locale.

    >>> config_of("de_AT"), config_of("zh_CN"), config_of(None)
    ('german', 'simple', 'simple')
    """
    return CONFIGS.get((lang or "")[:2].lower(), "simple")


def cleaned(term):
    """A term as it is looked for: one line, at most ``LONGEST`` signs."""
    return " ".join(term.split())[:LONGEST] if isinstance(term, str) else ""


def words_of(term):
    """Words of a term outside Chinese, Japanese and Korean, in small letters, each once.

    >>> words_of("Pump, pump P-200 卡纸")
    ['pump', 'p', '200']
    """
    found = _WORD.findall(bigrams.without_cjk(term).lower())
    return list(dict.fromkeys(found))[:MOST_WORDS]


def query_parts(term, typing=False):
    """Words to look for, by dictionary: ``(those of the language, those of "simple")``.

    Each is a list of lexemes in the writing of ``to_tsquery``; words hold letters and digits only,
    so that nothing in them is an operator.

    :param typing: the last word may be only its beginning

    >>> query_parts("pump sta", typing=True)
    (["'pump'", "'sta':*"], [])
    >>> query_parts("HP 卡纸")
    (["'hp'"], ["'卡纸'"])
    """
    latin = [f"'{word}'" for word in words_of(term)]
    if typing and latin and _WORD.findall(term)[-1:] == [term[-len(words_of(term)[-1]) :]]:
        latin[-1] += ":*"
    signs = bigrams.query_words(term)[: 2 * MOST_WORDS]
    return latin, [f"'{word}'" + (":*" if begins else "") for word, begins in signs]


@lru_cache(maxsize=256)
def pattern(term):
    """Regular expression of what is marked in a text: runs of signs as they are, and words with
    other endings (a stem keeps at least four letters and all but two).
    """
    stems = [re.escape(word[: max(4, len(word) - 2)]) for word in words_of(term) if len(word) > 1]
    parts = [rf"\b{stem}\w*" for stem in stems]
    parts += [re.escape(run) for run, _ in sorted(bigrams.query_words(term), reverse=True)]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def marked(text, term):
    """*text* in pieces ``[text, whether it is a hit]``; joined they are *text* again.

    >>> marked("Printing papers", "paper printer")
    [['Printing ', False], ['papers', True]]
    """
    pieces, place = [], 0
    for hit in pattern(term).finditer(text):
        if hit.start() > place:
            pieces.append([text[place : hit.start()], False])
        if pieces and pieces[-1][1]:
            pieces[-1][0] += hit.group()
        else:
            pieces.append([hit.group(), True])
        place = hit.end()
    if place < len(text):
        pieces.append([text[place:], False])
    return pieces


def snippet(text, term):
    """The piece of *text* around the first hit, in one line, with its hits marked.

    :return: as :func:`marked`; a cut end is shown by an ellipsis
    """
    text = " ".join((text or "").split())
    hit = pattern(term).search(text)
    start = max(0, (hit.start() if hit else 0) - BEFORE)
    if start:
        start = text.rfind(" ", 0, start) + 1 or start
    piece = text[start : start + SNIPPET]
    head, tail = "… " if start else "", " …" if start + SNIPPET < len(text) else ""
    return marked(head + piece + tail, term)


def miss_term(term):
    """A term as it is counted when nothing was found: without addresses and long numbers, which may
    be somebody's, in small letters. Empty when nothing is left.

    >>> miss_term("Invoice 20260012 of anna@example.com")
    'invoice of'
    """
    text = _NUMBER.sub(" ", _MAIL.sub(" ", cleaned(term)))
    return " ".join(text.lower().split())
