"""ROI-1: what marketing material really is, by its first bytes."""

import pytest

from odoo.addons.crm_campaign_roi.tools import material
from odoo.addons.crm_campaign_roi.tools.material import Checked


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7", "flyer.pdf", Checked("application/pdf")),
        (b"\x89PNG\r\n\x1a\n", "Logo.PNG", Checked("image/png")),
        (b"\xff\xd8\xff\xe0", "photo.jpeg", Checked("image/jpeg")),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "photo.webp", Checked("image/webp")),
        (b"\x00\x00\x00\x18ftypmp42", "film.mp4", Checked("video/mp4")),
        (b"PK\x03\x04", "letter.docx", Checked("application/zip")),
        (b"", "flyer.pdf", Checked(problem=material.EMPTY)),
        (b"MZ\x90", "flyer.pdf", Checked(problem=material.UNKNOWN)),
        (b"%PDF-1.7", "flyer.exe", Checked("application/pdf", material.OTHER)),
        (b"%PDF-1.7", "flyer", Checked("application/pdf", material.OTHER)),
    ],
)
def test_check(content, name, expected):
    assert material.check(content, name) == expected


def test_the_limit_is_included():
    assert material.check(b"%PDF-", "a.pdf", largest=5).problem == ""
    assert material.check(b"%PDF-1", "a.pdf", largest=5).problem == material.LARGE
