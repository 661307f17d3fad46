"""Which campaigns a domain on deals is about (ROI-2)."""

import pytest

from odoo.addons.crm_campaign_roi.tools.narrowing import required

THREE, FOUR = ("campaign_id", "=", 3), ("campaign_id", "in", (3, 4))
PAID = ("basis", "=", "paid")


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ([], None),
        ([PAID], None),
        ([THREE], {3}),
        ([PAID, THREE], {3}),
        (["&", PAID, FOUR], {3, 4}),
        (["&", THREE, FOUR], {3}),
        (["|", THREE, ("campaign_id", "in", [7])], {3, 7}),
        (["|", THREE, PAID], None),
        (["&", FOUR, "|", PAID, THREE], {3, 4}),
        (["|", "&", PAID, THREE, "&", PAID, ("campaign_id", "=", 9)], {3, 9}),
        (["!", THREE], None),
        (["&", "!", PAID, THREE], {3}),
        ([("campaign_id", "!=", 3)], None),
        ([("campaign_id", "=", False)], None),
        ([("campaign_id", "in", [3, False])], None),
        ([("campaign_id", "ilike", "Spring")], None),
        ([("campaign_id", "in", object())], None),
        ([("campaign_id", "in", [])], set()),
        ([("campaign_id.kind_id", "=", 3)], None),
        ([(1, "=", 1)], None),
    ],
)
def test_required(domain, expected):
    assert required(domain, "campaign_id") == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ([PAID, THREE], {"paid"}),
        ([("basis", "in", ["paid", "ordered"])], {"paid", "ordered"}),
        (["|", PAID, THREE], None),
        ([("basis", "in", [False])], None),
    ],
)
def test_required_keys_of_a_selection(domain, expected):
    assert required(domain, "basis", str) == expected
