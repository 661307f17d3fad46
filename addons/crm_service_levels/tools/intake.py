"""How mail becomes a request: what kind of mail it is, whose, about what (SVC-L1).

Pure rules on plain values; the mixin ``crm.service.intake.mixin`` reads and writes.
"""

import re
from dataclasses import dataclass, field

#: An answer written by a machine because somebody is away: it says nothing about the matter.
REPLY = "reply"
#: Written by a machine for a reason of its own (alarm, other ticket system): may be a request.
MACHINE = "machine"
#: Written by somebody, but sent in a way that must not be answered by a machine.
BULK = "bulk"

_AWAY = re.compile(
    r"^\s*(out of (the )?office|auto(matic|mated)?[ -]?(reply|response)|autoreply"
    r"|abwesenheit|automatische antwort|r[ée]ponse automatique|respuesta autom[áa]tica"
    r"|自动回复|自動回覆|自動回應)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)([+@]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\[\s*([^\[\]\s]{2,32})\s*\]")
_FAR_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DELIVERY_STATUS = "message/delivery-status"
_INLINE_IMAGE = re.compile(r"<img\b[^>]*\bsrc=[\"']?cid:[^>]*>", re.IGNORECASE)
_ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?]*)?\?([bq])\?", re.IGNORECASE)
_NAMES_LEAST = 2


def mail_kind(headers, subject="", sender=""):
    """``reply``, ``machine``, ``bulk`` or ``""`` (written by a person to us alone).

    :param headers: mapping of header names (any case) to values
    :param sender: bare address it comes from

    See RFC 3834 (Auto-Submitted) and RFC 2919 (List-Id); ``X-Auto-Response-Suppress`` asks for no
    answer and does not say that the mail is one.
    """
    values = {name.lower(): str(value).strip().lower() for name, value in headers.items()}
    submitted = values.get("auto-submitted", "no").partition(";")[0].strip()
    precedence = values.get("precedence", "")
    away = submitted.startswith("auto-replied") or precedence == "auto_reply"
    if away or {"x-autoreply", "x-autorespond", "x-autoresponder"} & values.keys():
        return REPLY
    if _AWAY.match(subject or ""):
        return REPLY
    if submitted not in ("no", "") or values.get("return-path") == "<>":
        return MACHINE
    quiet = {"list-id", "list-unsubscribe", "x-auto-response-suppress"} & values.keys()
    if quiet or precedence in ("bulk", "list", "junk") or _NOBODY.match(sender or ""):
        return BULK
    return ""


def numbers_in(subject):
    """What stands in square brackets in a subject and may be a request's number."""
    return _NUMBER.findall(subject or "")


def without_inline_images(html):
    """*html* without pictures that were sent inside the mail: they are files of the message."""
    return _INLINE_IMAGE.sub("", str(html or ""))


def words(text):
    """Keywords of a type: separated by commas, semicolons or lines, in lower case, each once."""
    found = (part.strip().lower() for part in re.split(r"[,;\n，；、]", text or ""))
    return list(dict.fromkeys(filter(None, found)))


def _says(text, word):
    """Whether *text* (lower case) says *word* as a word of its own; Chinese has no spaces."""
    if _FAR_EAST.search(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def guess_type(keywords, subject, body):
    """``(type id, words found)`` of the one type whose keywords fit best, or ``(None, [])``.

    The subject decides; only when it says nothing does the body. Two types that fit equally well
    leave it open, because a wrong type starts wrong deadlines.

    :param keywords: ``{type id: list of keywords in lower case}``
    """
    for text in (subject, body):
        low = (text or "").lower()
        found = {key: [w for w in listed if _says(low, w)] for key, listed in keywords.items()}
        best = max(map(len, found.values()), default=0)
        if best:
            winners = [key for key, hits in found.items() if len(hits) == best]
            return (winners[0], found[winners[0]]) if len(winners) == 1 else (None, [])
    return None, []


@dataclass(frozen=True)
class Candidate:
    """A contact with the sender's address. *customer_id* is his commercial entity."""

    id: int
    name: str
    customer_id: int


def choose_sender(candidates, name):
    """``(contact id or None, why)``: ``only``, ``name``, ``company``, ``ambiguous`` or ``none``.

    Of several contacts with one address, the one who is called as the mail says; else their common
    company, for the mail is the company's whoever wrote. Contacts of different customers leave it
    open.
    """
    if len(candidates) < _NAMES_LEAST:
        return (candidates[0].id, "only") if candidates else (None, "none")
    called = [c for c in candidates if name and _same(c.name, name)]
    if len(called) == 1:
        return called[0].id, "name"
    customers = {candidate.customer_id for candidate in candidates}
    if len(customers) == 1:
        return customers.pop(), "company"
    return None, "ambiguous"


def _same(left, right):
    return " ".join(left.lower().split()) == " ".join(right.lower().split())


@dataclass
class Sieve:
    """Files of a mail that are kept, and those that are refused: ``(name, bytes, why)``."""

    kept: list = field(default_factory=list)
    refused: list = field(default_factory=list)


def sieve_files(files, most, largest):
    """Keep at most *most* files of at most *largest* bytes each, in their order.

    :param files: ``(file, name, bytes)``; why a file is refused is ``size`` or ``count``
    """
    sieve = Sieve()
    for file, name, size in files:
        if size > largest:
            sieve.refused.append((name, size, "size"))
        elif len(sieve.kept) >= most:
            sieve.refused.append((name, size, "count"))
        else:
            sieve.kept.append(file)
    return sieve


def file_size(content):
    """Bytes of a part's content as Python's e-mail package gives it: text, bytes or a message."""
    if isinstance(content, str):
        return len(content.encode(errors="replace"))
    return len(content) if isinstance(content, (bytes, bytearray)) else len(content.as_bytes())


def mended_charset(name):
    """The character set to read a text with that says it is in *name*.

    Mails that say GB2312 are mostly GBK; GB18030 contains both. Unknown names become UTF-8.
    """
    low = (name or "").strip().strip("\"'").lower()
    if low in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "csgb2312", "cp936"):
        return "gb18030"
    if low in ("big5", "big-5", "x-x-big5"):
        return "big5hkscs"
    try:
        b"".decode(low)
        "".encode(low)
    except (LookupError, ValueError):
        return "utf-8"
    return low


def mended_header(raw, charset=""):
    """A header of a mail, unfolded, in which no sign is lost.

    Encoded words (RFC 2047) get the character set of :func:`mended_charset`. Bytes that are not
    encoded at all, against the standard, are UTF-8, or else in the character set of the text.

    :param raw: as Python's e-mail package keeps it: bytes above 127 as surrogates
    :param charset: what the text of the mail says it is in
    """
    line = "".join(raw.splitlines())
    data = line.encode("utf-8", "surrogateescape")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        known = mended_charset(charset)
        text = data.decode("cp1252" if known in ("utf-8", "us-ascii") else known, "replace")
    return _ENCODED_WORD.sub(lambda word: f"=?{mended_charset(word[1])}?{word[2]}?", text)


def delivery_action(message):
    """What a report says became of our mail: ``failed``, ``delayed``, ``delivered`` …, or ``""``
    when it is no such report (RFC 3464, 2.3.3). One failed recipient counts more than the others.
    """
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == _DELIVERY_STATUS else ()
        said = [str(block.get("Action", "")).strip().lower() for block in blocks[1:]]
        if said:
            return "failed" if "failed" in said else said[0]
    return ""
