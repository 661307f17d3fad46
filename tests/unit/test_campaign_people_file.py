"""ROI-1: files of people, good and bad."""

import io
import zipfile

import openpyxl
import pytest

from odoo.addons.crm_campaign_roi.tools import people_file
from odoo.addons.crm_campaign_roi.tools.people_file import FileError, Row


def _read(text, name="a.csv"):
    return people_file.read(text.encode() if isinstance(text, str) else text, name)


def _workbook(*rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_found_by_their_heads(mark):
    text = mark.join(["Colour", "E-Mail:", "Name"]) + "\n" + mark.join(["red", " A@B.de ", "Ann"])
    assert _read(text) == [Row(2, "Ann", "a@b.de")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_in_common_encodings(encoding):
    assert _read("姓名,手机\n张伟,13800138000\n".encode(encoding)) == [
        Row(2, "张伟", phone="13800138000")
    ]


def test_what_is_wrong_with_a_row():
    rows = _read("name,email,ref\nA,,\nB,b(at)c.de,\nC,c@d.de,7\nD,e@d.de,7\nE,c@d.de,\nF\n")
    assert [(row.line, row.problem) for row in rows] == [
        (2, "nothing"),
        (3, "bad_email"),
        (4, ""),
        (5, "twice"),
        (6, "twice"),
        (7, "nothing"),
    ]


def _broken(part, text):
    """A workbook of which *part* says *text*."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(("email",), ("a@b.de",)))) as good,
        zipfile.ZipFile(stream, "w") as packed,
    ):
        for name in good.namelist():
            packed.writestr(name, text if name == part else good.read(name))
    return stream.getvalue()


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("text", ["<broken", "", "<a/>"])
def test_a_workbook_with_broken_parts_is_refused(part, text):
    with pytest.raises(FileError) as caught:
        _read(_broken(part, text), "a.xlsx")
    assert caught.value.kind in ("unreadable", "empty")


def test_the_mark_before_what_looks_like_a_formula_is_taken_away():
    rows = _read("name,phone,ref\n'-Ann,'+49301,'n Sync\n")
    assert rows == [Row(2, "-Ann", phone="+49301", ref="'n Sync")]


def test_numbers_of_a_workbook_lose_their_fraction():
    content = _workbook(("phone", "name"), (4930123456.0, "Ann"), (None, None), ("+1 2", None))
    assert _read(content, "A.XLSX") == [
        Row(2, "Ann", phone="4930123456"),
        Row(3, "", phone="+1 2"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "a.csv", "empty"),
        (b"a;b\n1;2\n", "a.csv", "no_column"),
        (b"no zip", "a.xlsx", "unreadable"),
        (b"x" * (people_file.MAX_BYTES + 1), "a.csv", "too_large"),
        (b"email\n" + b"a\n" * people_file.MAX_ROWS, "a.csv", "too_many"),
    ],
)
def test_files_that_are_refused_as_a_whole(content, name, kind):
    with pytest.raises(FileError) as caught:
        people_file.read(content, name)
    assert caught.value.kind == kind


def test_a_workbook_that_unfolds_too_far(monkeypatch):
    monkeypatch.setattr(people_file, "MAX_UNPACKED", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", "0" * 2000)
    with pytest.raises(FileError) as caught:
        people_file.read(stream.getvalue(), "bomb.xlsx")
    assert caught.value.kind == "too_large"
