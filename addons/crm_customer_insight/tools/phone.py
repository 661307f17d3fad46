"""Telephone numbers in any writing (C360-1): from what people type to E.164, and never back.

Google's metadata in the ``phonenumbers`` library knows the numbering plans; this module adds what
people and exchanges write around a number: URIs, extensions in several languages, withheld callers,
internal numbers, two numbers in one field. Nothing here strips the leading ``+`` of a number.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

#: Longer texts are not numbers; the limit of the library, and a bound for hostile input.
MAX_LENGTH = 250
#: A bare run of so few digits is a number inside an exchange, not one of the public network.
MAX_INTERNAL_DIGITS = 5
#: What one text may hold at most; more is a list that somebody pasted.
MAX_NUMBERS_IN_TEXT = 3

# What exchanges and telephones send instead of a number (RFC 3325, Asterisk, mobile operators).
_ANONYMOUS_WORDS = (
    "anonymous anonym anonyme anonimo anonymousanonymous unknown unbekannt inconnu "
    "desconocido restricted private privat privatnumber privatenumber privatecaller "
    "numéroprivé numeroprivé withheld numberwithheld callerwithheld unavailable "
    "notavailable blocked blockednumber hidden hiddennumber nocallerid nonumber noid "
    "none null masqué numéromasqué unterdrückt nummerunterdrückt 未知 未知号码 匿名 "
    "私人号码 隐藏号码 無法顯示 "
)
_ANONYMOUS = frozenset(_ANONYMOUS_WORDS.split())
_URI = re.compile(
    r"^\s*(?:(?P<scheme>tel|sips?|callto|fax|sms|whatsapp):)(?P<rest>.*)$", re.I | re.S
)
_NAME_ADDRESS = re.compile(r"^[^<]*<\s*(?P<uri>[^>]*)>.*$", re.S)
# French, German, Dutch, Italian, Portuguese, Polish, Chinese and Japanese words for an extension,
# beyond those that the library knows (ext, x, #, int, anexo, доб).
_EXTENSION_WORD = re.compile(
    r"(?<=[\d)\s])[\s,;.:/-]*"
    r"(?:poste|durchwahl|dw|nebenstelle|toestel|tst|interno|ramal|wewn|app"
    r"|转|轉|分机|分機|内線|內線)"
    r"[\s.:]*(?=\d{1,7}\s*$)",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]")
# Prefixes with which one dials out of a country: Europe, North America, Australia.
_INTERNATIONAL_PREFIXES = ("0011", "011", "00")

_TYPE_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
    PhoneNumberType.TOLL_FREE: "service",
    PhoneNumberType.PREMIUM_RATE: "service",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.UAN: "service",
}
_REASON_PROBLEMS = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "country",
    ValidationResult.INVALID_LENGTH: "too_short",
}


@dataclass(frozen=True)
class ParsedNumber:
    """What a text says about a number.

    ``e164`` is the international form with its ``+``, or ``None``. ``extension`` are the digits to
    dial behind it; without ``e164`` they are an internal number. ``kind`` is ``mobile``, ``fixed``,
    ``fixed_or_mobile``, ``service``, ``other`` or ``None``. ``problem`` is ``None`` for a number
    that the numbering plan knows, else one of:

    - ``anonymous``: nothing, or a word saying that the caller hides the number;
    - ``internal``: a few digits that only an exchange can reach;
    - ``unassigned``: right length, but no range known to the plan (``e164`` is set all the same:
      new ranges are in use before the metadata knows them);
    - ``too_short``, ``too_long``, ``letters``, ``country`` (no or unknown country): not a number.
    """

    e164: str | None = None
    extension: str | None = None
    kind: str | None = None
    problem: str | None = None


def parse(raw, region=None):
    """Return the :class:`ParsedNumber` that *raw* means.

    :param raw: what a person typed or an exchange sent; any type of text, also ``None``
    :param region: ISO 3166 code of the country from whose point of view it is written
    """
    return parse_all(raw, region)[0]


def parse_all(raw, region=None):
    """All numbers of *raw* (people write two into one field), the first one first, at least one."""
    return _parse_all(str(raw or ""), (region or "").upper() or None)


def names_its_country(raw):
    """Whether *raw* is a whole number after ``+``, read alike from every country."""
    if not (isinstance(raw, str) and raw.startswith("+")):
        return False
    parsed = parse(raw)
    return bool(parsed.e164 and not parsed.problem)


def is_anonymous(raw):
    """Whether the caller hides the number, so that nobody can be found by it."""
    return parse(raw).problem == "anonymous"


@lru_cache(maxsize=4096)
def _parse_all(raw, region):
    if len(raw) > MAX_LENGTH:
        return (ParsedNumber(problem="too_long"),)
    text = _address(_plain(raw))
    if _says_anonymous(text):
        return (ParsedNumber(problem="anonymous"),)
    first = _parse_text(text, region)
    if first.e164 and not first.problem:
        return (first,)
    return _numbers_within(text, region) or (first,)


def _plain(raw):
    """Digits of every script as ASCII, full-width signs as plain ones, no invisible characters."""
    text = unicodedata.normalize("NFKC", raw)
    visible = (char for char in text if unicodedata.category(char) not in ("Cf", "Cc"))
    return "".join(
        str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char
        for char in visible
    ).strip()


def _address(text):
    """The number inside a URI (RFC 3966, SIP) or a name-addr such as ``"Ann" <sip:+33…@host>``."""
    if match := _NAME_ADDRESS.match(text):
        if not (match["uri"] and (_URI.match(match["uri"]) or match["uri"][:1] in "+0123456789")):
            return match["uri"] or text
        text = match["uri"]
    match = _URI.match(text)
    if not match:
        return text
    if match["scheme"].lower() in ("sip", "sips"):
        return match["rest"].partition("@")[0].partition(";")[0].strip()
    return match["rest"].strip()


def _says_anonymous(text):
    word = re.sub(r"[\W_]", "", text.lower())
    return not word or word in _ANONYMOUS or not word.strip("0")


def _parse_text(text, region):
    text = _EXTENSION_WORD.sub(" ext. ", text)
    if internal := _internal_number(text):
        return internal
    if not any(char.isdigit() for char in text):
        return _vanity(text, region)
    found = _read(text, region)
    if found.e164 and not found.problem:
        return found
    # What starts like a call abroad is one rather than a number of an unknown range at home.
    readings = _dialed_out(text) if found.e164 else (*_dialed_out(text), *_plus_forgotten(text))
    return next((read for read in readings if read.e164), found)


def _internal_number(text):
    if _LETTERS.search(text) or "+" in text:
        return None
    digits = re.sub(r"\D", "", text)
    if 0 < len(digits) <= MAX_INTERNAL_DIGITS:
        return ParsedNumber(extension=digits, problem="internal")
    return None


def _vanity(text, region):
    """Letters only are a number when they dial one ("1-800-…" has digits and is read as usual)."""
    found = _read(text, region)
    return found if found.e164 and not found.problem else ParsedNumber(problem="letters")


def _dialed_out(text):
    """Readings of a text as a number abroad with the prefix one dials to get there.

    Only numbers of known ranges count, for nearly any digits are possible somewhere in the world.
    """
    digits = "" if text.startswith("+") else re.sub(r"\D", "", text)
    for prefix in _INTERNATIONAL_PREFIXES:
        if digits.startswith(prefix):
            yield _known("+" + re.sub(r"^\D*" + r"\D*".join(prefix), "", text, count=1))


def _plus_forgotten(text):
    """Reading of a text as an international number without its plus, if it is a known one."""
    if not text.startswith(("+", "0")):
        yield _known("+" + text.lstrip("( "))


def _known(text):
    found = _read(text, None)
    return ParsedNumber(problem=found.problem) if found.problem else found


def _read(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        return ParsedNumber(problem=_parse_problem(error, text))
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        letters = _LETTERS.search(re.sub(r"ext\.|x", "", text, flags=re.I))
        return ParsedNumber(problem="letters" if letters else _REASON_PROBLEMS[reason])
    kind = phonenumbers.number_type(number)
    return ParsedNumber(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension=number.extension or None,
        kind=_TYPE_KINDS.get(kind, "other"),
        problem="unassigned" if kind == PhoneNumberType.UNKNOWN else None,
    )


def _parse_problem(error, text):
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        return "country"
    if error.error_type == phonenumbers.NumberParseException.NOT_A_NUMBER:
        return "letters"
    if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return "too_long"
    return "too_short"


def _numbers_within(text, region):
    """Valid numbers inside a longer text, in order, each once."""
    found = {}
    for match in phonenumbers.PhoneNumberMatcher(text, region, max_tries=MAX_NUMBERS_IN_TEXT * 4):
        parsed = _read(match.raw_string, region)
        if parsed.e164 and not parsed.problem:
            found.setdefault((parsed.e164, parsed.extension), parsed)
    return tuple(found.values())[:MAX_NUMBERS_IN_TEXT]
