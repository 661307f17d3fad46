"""Precision of alert rules, recipients, causes and letters without Odoo (C360-3)."""

import pytest

from odoo.addons.crm_customer_insight.tools.alert import (
    Person,
    fill,
    placeholders,
    recipient,
    slot,
    source,
)
from odoo.addons.crm_customer_insight.tools.precision import precision, too_loose, wilson


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        # Newcombe, R. G. (1998), Two-sided confidence intervals for the single proportion,
        # Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_published_intervals(hits, cases, low, high):
    assert wilson(hits, cases) == pytest.approx((low, high), abs=0.00005)


def test_wilson_is_symmetric():
    low, high = wilson(3, 10)
    assert wilson(7, 10) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("hits", "cases"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_shares(hits, cases):
    with pytest.raises(ValueError, match="of"):
        wilson(hits, cases)


def test_few_cases_have_no_precision():
    assert precision(9, 9).share is None
    assert precision(0, 0) == (0, 0, None, None, None)
    assert precision(10, 10).share == 1


def test_a_rule_is_loose_only_beyond_chance():
    # 4 of 10: 16.8 to 68.7 %; 2 of 12: 4.7 to 44.8 %
    assert not too_loose(precision(4, 10))
    assert too_loose(precision(2, 12))
    assert not too_loose(precision(0, 9))


def test_the_first_who_can_act_is_told():
    gone = Person(1, False, frozenset([7]))
    elsewhere = Person(2, True, frozenset([8]))
    here = Person(3, True, frozenset([7, 8]))
    assert recipient([None, gone, elsewhere, here], 7) == 3
    assert recipient([None, elsewhere, here], 8) == 2
    assert recipient([gone, None], 7) is None
    assert recipient([], 7) is None


def test_slots():
    assert [slot(tier) for tier in ("A", "D", None, False, "X")] == [
        "a",
        "d",
        "none",
        "none",
        "none",
    ]


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("account.move:12", ("account.move", 12)),
        ("crm.customer.contract:5@2026-01-31", ("crm.customer.contract", 5)),
        ("silence@2026-01-31", None),
        ("account.move:", None),
        ("", None),
    ],
)
def test_source_of_a_cause(cause, found):
    assert source(cause) == found


def test_fill():
    text = "Dear {name}, {offer} for { company }."
    assert placeholders(text) == ["name", "offer", "company"]
    values = {"name": "Ann", "company": "A & B"}
    assert fill(text, values) == "Dear Ann, for A & B."
    assert fill("<p>{company}</p>", {"company": "<A & B>"}, markup=True) == (
        "<p>&lt;A &amp; B&gt;</p>"
    )
    assert fill(None, values) == ""
    assert fill("{figure}", {"figure": 0}) == ""
