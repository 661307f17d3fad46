"""When two contacts are probably one, in points; the SQL of ``report/data_quality.py`` repeats it.

Contacts are compared only within blocks (same address, number, VAT number, or postal code and
beginning of the name), and blocks of more than :data:`BLOCK_LIMIT` contacts are not compared pair
by pair: each contact is in a few blocks and meets at most the others of its block, so the work
grows with the number of contacts, not with its square (C360-6).
"""

import re

#: Points at which two contacts count as probably one.
THRESHOLD = 60
#: Contacts that may share a value before it no longer says who they are.
BLOCK_LIMIT = 50
#: Names less alike than this give no points.
SIMILAR = 0.4
POINTS = {"email": 35, "number": 25, "vat": 45, "name": 45, "zip": 15, "street": 15}
#: What speaks against: both are known, and differ.
AGAINST = {"vat": 30, "street": 10}
#: Letters of the name that make a block with the postal code.
PREFIX = 4

#: Taken out without a gap, as in “S.A.”.
DROPPED = ".'’`"
#: Read as a gap.
GAPS = ',;:-_/\\&()[]{}"+*|!?@#、，。（）·'
LEGAL_FORMS = (
    *("gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "eg", "ev", "se", "co", "company"),
    *("ltd", "limited", "llc", "llp", "inc", "incorporated", "corp", "corporation", "plc", "sa"),
    *("sas", "sarl", "srl", "spa", "bv", "nv", "ab", "oy", "as", "aps", "pty", "sl", "kft", "doo"),
    *("und", "and"),
)
_WORDS = f"(?<= )({'|'.join(LEGAL_FORMS)})(?= )"
_CHINESE = "(股份|责任)?有限公司|公司"
LEGAL_PATTERN = f"{_WORDS}|{_CHINESE}"


def normalize(name):
    """A name as it is compared: small letters, no punctuation, no legal form, single spaces.

    What is nothing but a legal form stays as it is; no name is the empty text.
    """
    table = {ord(sign): None for sign in DROPPED} | {ord(sign): " " for sign in GAPS}
    plain = f" {(name or '').lower().translate(table)} "
    bare = re.sub(" +", " ", re.sub(LEGAL_PATTERN, " ", plain)).strip()
    return bare or re.sub(" +", " ", plain).strip()


def trigrams(name):
    """Groups of three letters as PostgreSQL's ``pg_trgm`` makes them: two spaces before each word,
    one after it."""
    words = (f"  {word} " for word in re.findall(r"\w+", name.lower()))
    return {word[place : place + 3] for word in words for place in range(len(word) - 2)}


def similarity(left, right):
    """Shared trigrams ÷ all trigrams of two names (0 … 1); 0 without any."""
    first, second = trigrams(left), trigrams(right)
    return len(first & second) / len(first | second) if first and second else 0.0


def points(left, right, same_number=False, alike=None):
    """``(points, reasons)`` of two contacts.

    :param left, right: mappings with ``name`` (normalized), ``email``, ``vat``, ``zip``, ``street``
    :param same_number: whether they share a telephone number
    :param alike: similarity of the names; computed unless given
    """
    alike = similarity(left["name"], right["name"]) if alike is None else alike
    found, reasons = 0.0, []
    for key in ("email", "vat", "zip", "street"):
        if left[key] and left[key] == right[key]:
            found += POINTS[key]
            reasons.append(key)
        elif left[key] and right[key]:
            found -= AGAINST.get(key, 0)
    if same_number:
        found += POINTS["number"]
        reasons.append("number")
    if alike >= SIMILAR:
        found += POINTS["name"] * alike
        reasons.append("name")
    return round(found), sorted(reasons)


def combined_tier(profit, floors):
    """The best tier whose lowest profit *profit* reaches, or ``None``.

    :param floors: ``{tier: lowest profit of its customers}``
    """
    reached = [tier for tier, floor in floors.items() if floor is not None and profit >= floor]
    return min(reached, default=None)


def trend(shares):
    """Change from the month before to the last, in points; ``None`` with fewer than two."""
    known = [share for share in shares if share is not None]
    return known[-1] - known[-2] if len(known) > 1 else None
