"""Read a file of people (CSV or XLSX) row by row and say what is wrong with each (ROI-1)."""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from .merge_file import uncell

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
#: What a packed workbook may unfold to; more is an attack, not a list.
MAX_UNPACKED = 200 * 1024 * 1024
#: Heads of columns, in the words people write them.
COLUMNS = {
    "email": ("email", "e-mail", "mail", "email address", "邮箱", "电子邮件", "电子邮箱"),
    "phone": ("phone", "telephone", "mobile", "number", "telefon", "tel", "电话", "手机", "手机号"),
    "ref": ("reference", "ref", "customer number", "customer no", "客户编号", "编号"),
    "name": ("name", "contact", "full name", "姓名", "客户名称", "名称"),
}
#: Every address that can receive mail; the mail server knows the rest.
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
#: What readers of workbooks raise for broken ones (ill-formed XML is a SyntaxError).
BROKEN = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, OSError,
    EOFError, RuntimeError, SyntaxError,
)  # fmt: skip
_ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")


class FileError(ValueError):
    """The file cannot be read. ``kind``: too_large, too_many, unreadable, empty, no_column."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (from 1, the head included) and what it says.

    ``problem`` is empty, or why it cannot be used: ``nothing`` (no address, number or reference),
    ``bad_email``, ``twice`` (the same address, number or reference stood above).
    """

    line: int
    name: str = ""
    email: str = ""
    phone: str = ""
    ref: str = ""
    problem: str = ""


def read(content, filename):
    """Rows of the file.

    :raises FileError: when the file as a whole cannot be used
    """
    if len(content) > MAX_BYTES:
        raise FileError("too_large")
    table = _workbook(content) if filename.lower().endswith(".xlsx") else _text(content)
    if len(table) > MAX_ROWS:
        raise FileError("too_many")
    if not table:
        raise FileError("empty")
    columns = _columns(table[0])
    if not {"email", "phone", "ref"} & set(columns):
        raise FileError("no_column")
    return _checked(_rows(table[1:], columns))


def _text(content):
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FileError("unreadable")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise FileError("unreadable") from error


def _workbook(content):
    import openpyxl  # read when it is needed: it takes a moment to load

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise FileError("too_large")
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows = ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
        return [row for row in rows if any(row)]
    except BROKEN as error:
        if isinstance(error, FileError):
            raise
        raise FileError("unreadable") from error


def _cell(value):
    """Text of a cell; a number that a spreadsheet took for a fraction loses its ``.0``."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _columns(head):
    """``{what: position}`` of the columns that are known."""
    names = [cell.strip().lower().rstrip(":") for cell in head]
    found = {}
    for what, words in COLUMNS.items():
        position = next((i for i, name in enumerate(names) if name in words), None)
        if position is not None:
            found[what] = position
    return found


def _rows(table, columns):
    for line, cells in enumerate(table, 2):
        values = {
            what: uncell(cells[position].strip()) if position < len(cells) else ""
            for what, position in columns.items()
        }
        yield Row(line, **{**values, "email": values.get("email", "").lower()})


def _checked(rows):
    seen, checked = set(), []
    for row in rows:
        problem = _problem(row, seen)
        checked.append(Row(row.line, row.name, row.email, row.phone, row.ref, problem))
    return checked


def _problem(row, seen):
    if not (row.email or row.phone or row.ref):
        return "nothing"
    if row.email and not _ADDRESS.fullmatch(row.email):
        return "bad_email"
    keys = {(what, getattr(row, what)) for what in ("email", "ref") if getattr(row, what)}
    keys = keys or {("phone", row.phone)}
    if keys & seen:
        return "twice"
    seen |= keys
    return ""
