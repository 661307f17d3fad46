"""Pages for a fax line and back (CC-7): TIFF of class F as ITU-T T.4 draws it.

A line has 1,728 dots on 215 mm; a page has 3.85 (standard) or 7.7 lines a millimeter (fine), here
fine: 204 by 196 dots an inch. Pictures need Pillow alone, which Odoo needs itself; to draw a PDF as
dots takes Ghostscript, which a server has or not.
"""

import io
import shutil
import subprocess
from collections.abc import Sequence

# Odoo loads the formats of web pictures alone; these two register themselves when imported.
from PIL import Image, ImageSequence, TiffImagePlugin

from PIL import PdfImagePlugin  # noqa: F401 isort:skip

WIDTH, DPI = 1728, (204, 196)
#: Dots of a page at most: A4 at 196 dots an inch is 2,292; a long till roll is no fax.
TALLEST = 2 * 2292
FORMATS = (TiffImagePlugin.TiffImageFile.format, "PNG", "JPEG")
MOST_PAGES, MOST_BYTES, SECONDS = 100, 20 * 2**20, 60


class FaxError(ValueError):
    """Why not: too_large, no_document, no_ghostscript, bad_pdf, too_many_pages."""

    def __init__(self, code: str, about: str = ""):
        super().__init__(f"{code} {about}".strip())
        self.code, self.about = code, about


def to_tiff(content: bytes, which=shutil.which) -> tuple[bytes, int]:
    """A PDF or picture as fax pages.

    :return: (TIFF with CCITT group 4, number of pages)
    :raises FaxError: it cannot be drawn
    """
    if len(content) > MOST_BYTES:
        raise FaxError("too_large")
    if content.lstrip()[:5] == b"%PDF-":
        content = _draw(content, which("gs"))
    pages = [_fit(page) for page in _frames(content)]
    return _save(pages, "TIFF", compression="group4", dpi=DPI), len(pages)


def to_pdf(content: bytes) -> tuple[bytes, int]:
    """A received TIFF as PDF, lines of standard resolution stretched to their true height.

    :raises FaxError: it is none
    """
    pages = [_upright(page) for page in _frames(content)]
    return _save(pages, "PDF", resolution=DPI[0]), len(pages)


def _frames(content: bytes) -> list[Image.Image]:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            found = []
            for frame in ImageSequence.Iterator(image):
                if len(found) == MOST_PAGES:
                    raise FaxError("too_many_pages", str(MOST_PAGES))
                page = frame.copy()
                page.info["dpi"] = frame.info.get("dpi")
                found.append(page)
            return found
    except FaxError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FaxError("no_document", str(error)[:100]) from error


def _fit(page: Image.Image) -> Image.Image:
    """As wide as a line; gray becomes dots (error diffusion), transparency paper."""
    if page.mode in ("RGBA", "LA", "P"):
        page = page.convert("RGBA")
        paper = Image.new("RGBA", page.size, "white")
        page = Image.alpha_composite(paper, page)
    if page.size[0] > page.size[1] * 1.2:
        page = page.rotate(90, expand=True)
    height = min(max(round(page.size[1] * WIDTH / page.size[0] * DPI[1] / DPI[0]), 1), TALLEST)
    if page.size == (WIDTH, height) and page.mode == "1":
        return page
    return page.convert("L").resize((WIDTH, height)).convert("1")


def _upright(page: Image.Image) -> Image.Image:
    across, down = page.info.get("dpi") or DPI
    height = round(page.size[1] * float(across) / float(down)) if down else page.size[1]
    return page.convert("L").resize((page.size[0], min(height, 2 * TALLEST))).convert("1")


def _save(pages: Sequence[Image.Image], kind: str, **options) -> bytes:
    if not pages:
        raise FaxError("no_document")
    out = io.BytesIO()
    pages[0].save(out, kind, save_all=True, append_images=list(pages[1:]), **options)
    return out.getvalue()


def _draw(content: bytes, ghostscript: str | None) -> bytes:
    """The dots of a PDF, drawn by Ghostscript in its safe mode, without files of ours in reach."""
    if not ghostscript:
        raise FaxError("no_ghostscript")
    command = [
        ghostscript, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg4", "-sPAPERSIZE=a4",
        "-dFIXEDMEDIA", "-dPDFFitPage", f"-r{DPI[0]}x{DPI[1]}", f"-dLastPage={MOST_PAGES + 1}",
        "-sOutputFile=%stdout", "-",
    ]  # fmt: skip
    try:
        found = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FaxError("bad_pdf", type(error).__name__) from error
    if found.returncode or not found.stdout:
        raise FaxError("bad_pdf", found.stderr.decode("utf-8", "replace")[:100])
    return found.stdout
