"""Parts of text messages (ROI-1), counted by hand after 3GPP TS 23.038 and 23.040."""

import pytest

from odoo.addons.crm_campaign_roi_sms.tools.sms_parts import parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),  # 2 x 153
        ("a" * 307, 3),
        ("€" * 80, 1),  # two units each: 160
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 10, 2),  # the euro sign is not torn apart: 152, then 2 + 10
        ("a" * 152 + "€" + "a" * 151, 2),  # 152 and 153
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 units, but one place stays empty
        ("你" * 70, 1),
        ("你" * 71, 2),
        ("你" * 134, 2),  # 2 x 67
        ("你" * 135, 3),
        ("😀" * 35, 1),  # two units each: 70
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 in a part of 67: 33 + 33 + 1
        ("naïve " * 11 + "naïv", 1),  # 70 characters; the i with two dots is not in the alphabet
        ("naïve " * 12, 2),
        ("Grüße aus Köln, ÄÖÜß", 1),
    ],
)
def test_parts(text, expected):
    assert parts(text) == expected
