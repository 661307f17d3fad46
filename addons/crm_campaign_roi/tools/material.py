"""What kind of file marketing material really is (ROI-1). Bytes in, words out."""

from dataclasses import dataclass

#: Largest file that is kept, in bytes (25 MiB).
LARGEST = 25 * 1024 * 1024
EMPTY, LARGE, UNKNOWN, OTHER = "empty", "large", "unknown", "other"

#: First bytes (at an offset) of the types that are taken, and the extensions that go with them.
SIGNATURES = [
    ("application/pdf", 0, b"%PDF-", {"pdf"}),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n", {"png"}),
    ("image/jpeg", 0, b"\xff\xd8\xff", {"jpg", "jpeg"}),
    ("image/gif", 0, b"GIF87a", {"gif"}),
    ("image/gif", 0, b"GIF89a", {"gif"}),
    ("image/webp", 8, b"WEBP", {"webp"}),
    ("video/mp4", 4, b"ftyp", {"mp4", "m4v", "mov"}),
    ("audio/mpeg", 0, b"ID3", {"mp3"}),
    ("application/zip", 0, b"PK\x03\x04", {"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"}),
]


@dataclass(frozen=True)
class Checked:
    """Type by content, or what is wrong (``problem``)."""

    mimetype: str = ""
    problem: str = ""


def check(content, name, largest=LARGEST):
    """Look at a file: its size, its type by its first bytes, and whether its name says the same.

    :param content: the file's bytes
    :param name: file name with extension
    :return: :class:`Checked`
    """
    if not content:
        return Checked(problem=EMPTY)
    if len(content) > largest:
        return Checked(problem=LARGE)
    extension = name.rpartition(".")[2].lower()
    found = [
        (mimetype, extensions)
        for mimetype, offset, start, extensions in SIGNATURES
        if content[offset : offset + len(start)] == start
    ]
    if not found:
        return Checked(problem=UNKNOWN)
    mimetype, extensions = found[0]
    return Checked(mimetype) if extension in extensions else Checked(mimetype, OTHER)
