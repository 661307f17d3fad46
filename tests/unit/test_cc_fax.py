"""Fax pages (CC-7)."""

import io

import pytest
from PIL import Image

from odoo.addons.crm_callcenter.tools.fax import DPI, FaxError, to_pdf, to_tiff


def picture(size=(864, 1100), mode="L", kind="PNG", pages=1, **options):
    image = Image.new(mode, size, 255 if mode in ("L", "1") else (255, 255, 255, 0)[: len(mode)])
    image.paste(0 if mode in ("L", "1") else (0, 0, 0, 255)[: len(mode)], (0, 0, size[0] // 2, 50))
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [image] * (pages - 1)} if pages > 1 else {}
    image.save(out, kind, **more, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
def test_a_picture_becomes_a_page(mode):
    content, pages = to_tiff(picture(mode=mode))
    with Image.open(io.BytesIO(content)) as image:
        # 864 dots become 1,728; 1,100 become 2,200 · 196/204 = 2,113.7
        assert (image.size, image.mode, pages) == ((1728, 2114), "1", 1)
        assert image.info["compression"] == "group4"
        assert tuple(round(one) for one in image.info["dpi"]) == DPI
        assert (image.getpixel((100, 40)), image.getpixel((1700, 40))) == (0, 255)


def test_all_pages_of_a_tiff():
    assert to_tiff(picture(kind="TIFF", pages=3))[1] == 3


def test_a_wide_page_is_turned():
    content, _pages = to_tiff(picture(size=(2000, 1000)))
    with Image.open(io.BytesIO(content)) as image:
        assert image.size[1] > image.size[0]


def test_a_received_fax_becomes_a_pdf_of_true_height():
    standard = picture((1728, 1000), "1", "TIFF", 2, dpi=(204, 98), compression="group4")
    content, pages = to_pdf(standard)
    assert (content[:5], pages) == (b"%PDF-", 2)
    # 1,000 lines of 98 an inch are 10.2 inches: 2,082 dots of 204, 734.7 points of 72
    assert b"734.6" in content or b"734.7" in content or b"734.8" in content


def test_a_pdf_without_ghostscript_is_refused_in_words():
    with pytest.raises(FaxError) as found:
        to_tiff(b"%PDF-1.7 ...", which=lambda name: None)
    assert found.value.code == "no_ghostscript"


def test_a_ghostscript_that_fails():
    with pytest.raises(FaxError) as found:
        to_tiff(b"%PDF-1.7 ...", which=lambda name: "/bin/false")
    assert found.value.code == "bad_pdf"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "no_document"), (b"hello", "no_document"), (picture()[:200], "no_document"),
     (bytes(20 * 2**20 + 1), "too_large")],
)  # fmt: skip
def test_what_is_no_document(content, code):
    with pytest.raises(FaxError) as found:
        to_tiff(content)
    assert found.value.code == code


def test_too_many_pages():
    with pytest.raises(FaxError) as found:
        to_tiff(picture((8, 8), "1", "TIFF", 101))
    assert found.value.code == "too_many_pages"
