"""Files of the website's form (SVC-L1): what they say they are, and what they are."""

import io
import zipfile

import pytest

from odoo.addons.crm_service_levels_website.tools import files

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 32
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 32
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 32


def _zip():
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<w/>")
        return file.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.PDF", "pdf"), ("a.pdf.exe", "exe"), ("pdf", ""), ("水.jpg", "jpg")]
)
def test_ending(name, kind):
    assert files.ending(name) == kind


@pytest.mark.parametrize(
    ("kind", "content", "fits"),
    [
        ("jpg", JPEG, True),
        ("jpeg", JPEG, True),
        ("png", JPEG, False),
        ("png", PNG, True),
        ("png", b"<svg xmlns='x'></svg>", False),
        ("webp", b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 24, True),
        ("gif", b"GIF89a\x01\0\x01\0" + b"\0" * 16, True),
        ("pdf", b"%PDF-1.7\n", True),
        ("pdf", b"MZ\x90\0", False),
        ("mp4", b"\0\0\0\x18ftypmp42", True),
        ("heic", b"\0\0\0\x18ftypheic", True),
        ("mov", b"\x7fELF\x02\x01\x01\0", False),
        ("docx", _zip(), True),
        ("docx", b"%PDF-1.7", False),
        ("xls", OLE, True),
        ("xls", _zip(), False),
        ("txt", "Grüße, 水泵".encode(), True),
        ("txt", "水泵".encode("gb18030"), True),
        ("csv", "a;b".encode("utf-16"), True),
        ("txt", b"#!/bin/sh\nrm", False),
        ("csv", b"MZ\x90\0\x03", False),
        ("txt", b"a\0b", False),
    ],
)
def test_content(kind, content, fits):
    assert files.is_what_it_says(kind, content) is fits
