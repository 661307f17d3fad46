"""What somebody who types into the find box may mean, and which hit comes first (SVC-L1).

Pure rules: the model asks the sources that can know the term, these functions read the term and
order what was found.
"""

import re
from dataclasses import dataclass

#: Longest term that is looked at; whatever is pasted beyond it is cut.
LONGEST = 80
#: Fewest letters of a name or number with a letter that are worth a search.
SHORTEST = 2
#: Fewest digits by which a telephone number is looked up.
PHONE_DIGITS = 6

EXACT, PREFIX, WORD, PART, OTHER = range(5)

_MAIL = re.compile(r"^\S+@\S+$")
_NUMBER = re.compile(r"^[\s+(]*\d[\d\s()./+–-]*$")
_CODE = re.compile(r"^(?=.*\d)[\w./#+-]+$")


@dataclass(frozen=True)
class FindSource:
    """Where the find box looks; addons add theirs to ``_service_find_providers``.

    :param code: identifier, also the group of its hits
    :param label: what the group is called, translated
    :param icon: Font Awesome class
    :param sequence: place of the group among groups whose best hits are equally good
    :param kinds: which readings of a term (:func:`readings`) the source can know
    :param method: name of the finder's method ``(term, limit)`` that answers with hits
    :param model: model the viewer must be allowed to read, or nothing is asked
    """

    code: str
    label: str
    icon: str
    sequence: int
    kinds: frozenset
    method: str
    model: str


def cleaned(term):
    """The term without what surrounds it; empty for whatever is not text."""
    return " ".join(term.split())[:LONGEST] if isinstance(term, str) else ""


def readings(term):
    """What a cleaned term may be: ``phone``, ``mail``, ``code`` (a number of a document) or
    ``name``; several at once, none when it is too short to search for.
    """
    if len(term) < SHORTEST:
        return frozenset()
    if _MAIL.match(term):
        return frozenset({"mail"})
    digits = sum(char.isdigit() for char in term)
    found = set()
    if _NUMBER.match(term) and digits >= PHONE_DIGITS:
        found.add("phone")
    if _CODE.match(term):
        found.add("code")
    if any(char.isalpha() for char in term):
        found.add("name")
    return frozenset(found)


def fitness(term, *texts):
    """How well the best of *texts* fits: EXACT, PREFIX, WORD (a word begins so), PART, OTHER."""
    wanted = term.casefold()
    return min((_fits(wanted, text.casefold()) for text in texts if text), default=OTHER)


def _fits(wanted, text):
    if text == wanted:
        return EXACT
    if text.startswith(wanted):
        return PREFIX
    if re.search(rf"\b{re.escape(wanted)}", text):
        return WORD
    return PART if wanted in text else OTHER


def ranked(groups):
    """Groups with their hits, the best fitting first; groups without hits are left out.

    :param groups: ``[(sequence, group dict with "hits", each with "rank")]``
    """
    filled = [(sequence, group) for sequence, group in groups if group["hits"]]
    for _sequence, group in filled:
        group["hits"].sort(key=lambda hit: hit["rank"])
    filled.sort(key=lambda pair: (pair[1]["hits"][0]["rank"], pair[0]))
    return [group for _sequence, group in filled]
