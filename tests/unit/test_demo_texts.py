"""Mails and letters of the demo name their recipient (ROI-1)."""

import re
from pathlib import Path

import pytest

DEMO = sorted((Path(__file__).resolve().parents[2] / "demo").glob("*.py"))


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name)
def test_bodies_are_filled_in_as_bodies_are(path):
    """Odoo fills in double braces in subjects only; in a body they would be sent as they stand."""
    assert not re.findall(r"<p>[^\n]*{{", path.read_text())
