"""Pure parts of the customer 360 view (C360-1)."""

from datetime import date

import pytest

from odoo.addons.crm_customer_insight.tools.customer_360 import (
    Section,
    batch_sizes,
    change_rate,
    channel_state,
    escape_like,
    fill_months,
    looks_like_number,
    months_back,
    ordered,
    zone_of,
)


def test_sections_in_reading_order_and_the_later_replaces():
    def section(code, area, sequence, label=""):
        return Section(code, label, area, sequence, "items", "method")

    sections = [
        section("actions", "aside", 1),
        section("value", "main", 20, "old"),
        section("agenda", "main", 10),
        section("who", "side", 99),
        section("value", "main", 5, "new"),
    ]
    result = ordered(sections)
    assert [entry.code for entry in result] == ["who", "value", "agenda", "actions"]
    assert result[1].label == "new"


def test_months_over_the_turn_of_the_year():
    assert months_back(date(2026, 2, 28), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_months_before_the_first_purchase_are_unknown_not_zero():
    months = months_back(date(2026, 4, 1), 4)
    assert fill_months({date(2026, 2, 1): 5.0}, months, date(2026, 2, 14)) == [None, 5.0, 0.0, 0.0]
    assert fill_months({}, months, None) == [None] * 4


@pytest.mark.parametrize(
    ("value", "before", "rate"),
    [
        (125, 100, 0.25),
        (0, 100, -1.0),
        (50, 0, None),
        (50, None, None),
        (None, 50, None),
        (5, -5, None),
    ],
)
def test_change_needs_a_base(value, before, rate):
    assert change_rate(value, before) == rate


def test_reads_double_and_end():
    assert list(batch_sizes(40, most=400)) == [80, 160, 160]
    assert sum(batch_sizes(1)) == 10_000
    assert max(batch_sizes(200)) == 2_000


def decision(*codes, allowed=False, earliest=False):
    reasons = [{"code": code} for code in codes]
    return {"allowed": allowed, "earliest": earliest, "reasons": reasons}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (decision(allowed=True), "allowed"),
        (decision("quiet_hours", earliest="2026-01-01 08:00:00"), "later"),
        (decision("no_permission", "blacklisted"), "blocked"),
        (decision("no_address", "denied"), "denied"),
        (decision("no_permission", "no_address"), "unreachable"),
        (decision("no_permission"), "unknown"),
        (decision("something_new"), "unreachable"),
    ],
)
def test_the_weightiest_reason_names_the_state(answer, state):
    assert channel_state(answer) == state


def test_zone_of_a_country_only_when_it_has_one():
    assert zone_of("Asia/Shanghai", "DE") == "Asia/Shanghai"
    assert zone_of(False, "FR") == "Europe/Paris"
    assert zone_of(False, "US") is None
    assert zone_of(False, False) is None


@pytest.mark.parametrize(
    ("term", "number"),
    [
        ("+49 40 1234", True),
        ("(040) 12-34", True),
        ("0100", True),
        ("123", False),
        ("Plant 4711", False),
        ("", False),
    ],
)
def test_numbers_and_names(term, number):
    assert looks_like_number(term) is number


def test_wildcards_are_taken_literally():
    assert escape_like("100 %_\\") == "100 \\%\\_\\\\"
