"""Is a customer that is about to be entered one we know already (SVC-L1)?

Names are compared without case, accents, punctuation, legal forms and order of words, so that
"Müller, Anna" is "Anna Muller" and "Acme GmbH & Co. KG" is "ACME".
"""

import re
import unicodedata
from difflib import SequenceMatcher

#: Likeness from which two names are worth a warning (0 … 1).
LIKE = 0.85
_LEGAL_FORMS = frozenset(
    (
        *("ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "kg", "limited"),
        *("llc", "llp", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "spa", "srl"),
    )
)
_CJK_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "公司")


def tokens(name):
    """Words of a name that tell it from others, sorted."""
    plain = unicodedata.normalize("NFKD", name or "").casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    for form in _CJK_FORMS:
        plain = plain.removesuffix(form)
    words = re.findall(r"\w+", plain)
    return sorted(word for word in words if word not in _LEGAL_FORMS) or sorted(words)


def likeness(name, other):
    """Likeness of two names from 0 to 1; 1 is the same words in whatever order."""
    first, second = " ".join(tokens(name)), " ".join(tokens(other))
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second).ratio()


def is_like(name, other):
    """True when the names are so alike that the customer may be entered twice."""
    return likeness(name, other) >= LIKE


def seed(name):
    """The longest word of a name: what candidates are searched by; empty without one."""
    return max(tokens(name), key=len, default="")
