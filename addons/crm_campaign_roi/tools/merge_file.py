"""Merge file for letters (ROI-1): one line per recipient, for a printer or a word processor."""

import csv
import io

#: A cell that begins with one of these is a formula to a spreadsheet.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def merge_file(header, rows):
    """Bytes of a CSV file (UTF-8 with mark, so that spreadsheets read it right).

    :param header: names of the columns
    :param rows: lists of texts; ``None`` and ``False`` are empty
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([[cell(value) for value in row] for row in (header, *rows)])
    return stream.getvalue().encode("utf-8-sig")


def cell(value):
    """Text that a spreadsheet takes for no formula; ``None`` and ``False`` are empty."""
    text = str(value or "")
    return f"'{text}" if text.startswith(FORMULAS) else text


def uncell(text):
    """What :func:`cell` was given: the mark before what would be a formula is taken away."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULAS) else text
