"""Which files visitors may send: the ending says what a file is, its content has to agree (SVC-L1).

Nothing here reads a database, and nothing depends on whether the server has libmagic.
"""

#: How the content of each kind begins: ``(place, bytes)`` of which one has to fit.
_JPEG = ((0, b"\xff\xd8\xff"),)
#: OLE compound files of old office programs, and ZIP files, which the newer ones write.
_COMPOUND, _ZIP = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),), ((0, b"PK\x03\x04"),)
#: First box of ISO 14496-12 (films, HEIC pictures), and what else QuickTime begins with.
_BOXES = tuple((4, box) for box in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"))
_TEXT = ()
KINDS = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "gif": ((0, b"GIF87a"), (0, b"GIF89a")),
    "webp": ((8, b"WEBP"),),
    **dict.fromkeys(("heic", "mp4", "mov"), _BOXES),
    "pdf": ((0, b"%PDF"),),
    **dict.fromkeys(("txt", "csv"), _TEXT),
    **dict.fromkeys(("doc", "xls", "ppt"), _COMPOUND),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _ZIP),
}
#: How programs and archives begin, which are no text whatever their bytes look like.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04")
#: Byte order marks of UTF-16, the only text with zero bytes.
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def ending(name):
    """What stands after the last dot of *name*, in lower case; empty without a dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_what_it_says(kind, content):
    """Whether *content* (bytes) may be a file of *kind*, one of :data:`KINDS`."""
    signatures = KINDS[kind]
    if signatures is _TEXT:
        marked = content.startswith(_MARKS)
        return not content.startswith(_PROGRAMS) and (marked or b"\0" not in content)
    return any(content.startswith(start, place) for place, start in signatures)
