"""SVC-L3: warranty, meters, serials and maintenance plans, with values worked out by hand."""

from datetime import date, datetime

import pytest

from odoo.addons.crm_service_levels.tools import maintenance, meters, serials, warranty
from odoo.addons.crm_service_levels.tools.meters import MeterError, Reading
from odoo.addons.crm_service_levels.tools.warranty import Rule, Subject, Terms

ALL = {"parts": 24, "labor": 12, "travel": 0}
DELIVERED = {"delivery": date(2026, 3, 15)}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),  # leap year
        (date(2024, 2, 29), 12, date(2025, 2, 28)),  # from the leap day
        (date(2024, 2, 29), 48, date(2028, 2, 29)),  # to the next leap day
        (date(2026, 2, 28), 1, date(2026, 3, 28)),  # no jump to the end of the month
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2100, 1, 31), 1, date(2100, 2, 28)),  # 2100 is no leap year
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_months_at_their_ends(day, months, expected):
    assert warranty.add_months(day, months) == expected


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 15), date(2027, 1, 14), 11),
        (date(2026, 1, 15), date(2027, 1, 15), 12),
        (date(2026, 1, 15), date(2025, 1, 15), 0),
    ],
)
def test_age_in_whole_months(start, day, months):
    assert warranty.months_between(start, day) == months


def test_parts_and_labor_end_apart_and_travel_is_not_covered():
    found = warranty.covers(Terms("rule", "delivery", ALL), [], DELIVERED)
    assert set(found) == {"parts", "labor"}
    assert warranty.until(found["parts"]) == date(2028, 3, 15)
    assert warranty.until(found["labor"]) == date(2027, 3, 15)


def test_no_rule_is_not_expired():
    today = date(2026, 6, 1)
    assert warranty.basis(None, [], {}) == "no_rule"
    assert warranty.state("no_rule", None, None, today) == "no_rule"


def test_a_rule_without_its_date_is_not_expired_either():
    terms = Terms("rule", "commissioning", ALL)
    found = warranty.covers(terms, [], DELIVERED)
    assert found == {}
    assert warranty.basis(terms, [], found) == "no_start"


def test_a_rule_of_no_months_excludes():
    terms = Terms("rule", "delivery", {"parts": 0})
    assert warranty.basis(terms, [], {}) == "excluded"


def test_the_last_day_is_covered():
    last = date(2028, 3, 15)
    assert warranty.state("dated", date(2026, 3, 15), last, last) == "active"
    assert warranty.state("dated", date(2026, 3, 15), last, date(2028, 3, 16)) == "expired"
    assert warranty.state("dated", date(2026, 3, 15), last, date(2026, 3, 14)) == "future"


def test_an_extension_follows_the_standard_warranty():
    standard = Terms("rule", "delivery", ALL)
    bought = date(2027, 6, 1)
    more = Terms("more", "end", {"parts": 12, "labor": 12}, bought=bought, extended=True)
    found = warranty.covers(standard, [more], DELIVERED)
    # parts: 15 March 2028 + 12 months; labor ended on 15 March 2027, before the purchase
    assert warranty.until(found["parts"]) == date(2029, 3, 15)
    assert [c.start for c in found["labor"]] == [date(2026, 3, 15), bought]
    assert warranty.until(found["labor"]) == date(2028, 6, 1)


def test_an_extension_alone_runs_from_its_purchase():
    more = Terms("more", "purchase", {"travel": 6}, bought=date(2026, 8, 31), extended=True)
    found = warranty.covers(None, [more], {})
    assert warranty.until(found["travel"]) == date(2027, 2, 28)
    assert warranty.basis(None, [more], found) == "dated"


def test_the_meter_ends_a_warranty_early():
    terms = Terms("rule", "delivery", ALL, meter_limit=1000)
    readings = [(date(2026, 5, 1), 1000.0), (date(2026, 9, 1), 1000.5)]
    [cover] = warranty.covers(terms, [], DELIVERED, readings)["parts"]
    assert (cover.until, cover.by_meter) == (date(2026, 9, 1), True)
    [cover] = warranty.covers(terms, [], DELIVERED, readings[:1])["parts"]
    assert (cover.until, cover.by_meter) == (date(2028, 3, 15), False)


def rule(key, **values):
    return Rule(Terms(key, "delivery", ALL), order=(key,), **values)


SUBJECT = Subject(1, 11, 21, (33, 32, 31), DELIVERED)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(1), rule(2, category=31)], 2),
        ([rule(1, category=31), rule(2, category=33), rule(3, category=32)], 2),
        ([rule(1, category=33), rule(2, template=21)], 2),
        ([rule(1, template=21), rule(2, product=11)], 2),
        ([rule(1, product=11), rule(2, product=11, company=1)], 2),
        ([rule(1, product=11), rule(2, company=1)], 1),  # closeness before company
        ([rule(1, company=2), rule(2, product=12), rule(3, category=99)], None),
        ([rule(2), rule(1)], 1),
        ([rule(1, valid_from=date(2026, 3, 16)), rule(2, valid_to=date(2026, 3, 15))], 2),
    ],
)
def test_the_closest_rule_wins(rules, expected):
    best = warranty.best_rule(rules, SUBJECT)
    assert (best and best.terms.key) == expected


def at(day):
    return datetime(2026, 1, day)


def test_meter_totals():
    readings = [Reading(at(1), 100), Reading(at(2), 150), Reading(at(3), 150)]
    assert meters.totals(readings) == [100, 150, 150]


def test_a_meter_cannot_go_back():
    with pytest.raises(MeterError) as error:
        meters.totals([Reading(at(1), 100), Reading(at(2), 90)], rollover=100_000)
    assert (error.value.index, error.value.earlier.value) == (1, 100)


def test_a_meter_rolls_over_near_its_end():
    # 99,950 → 30 of 100,000 units: 50 + 30 = 80 units used
    readings = [Reading(at(1), 99_950), Reading(at(2), 30)]
    assert meters.totals(readings, 100_000) == [99_950, 100_030]


def test_an_exchanged_meter_counts_from_zero():
    readings = [Reading(at(1), 500), Reading(at(2), 20, restarted=True), Reading(at(3), 50)]
    assert meters.totals(readings) == [500, 520, 550]


def test_serials_are_cleaned_and_listed_once():
    assert serials.clean("  A 1\t2 ") == "A 1 2"
    assert serials.clean("   ") is None
    assert serials.listed("A1, A2;A1\n\n A3 ") == ["A1", "A2", "A3"]


def test_ranges_count_by_number_not_by_letter():
    found = serials.parse_range("PX-98", "PX-102")
    assert found == ("PX-", 98, 102)
    assert "PX-100" in found
    assert "PX-0100" in found
    assert not any(serial in found for serial in ("PX-97", "PX-1000", "PY-100", "PX-10a", None))
    assert serials.parse_range("A7", None) == ("A", 7, 7)
    assert serials.parse_range("", None) is None


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [("A1", "B9", "prefix"), ("A9", "A1", "order"), ("ABC", "A1", "no_number")],
)
def test_ranges_that_are_none(first, last, kind):
    with pytest.raises(serials.SerialError) as error:
        serials.parse_range(first, last)
    assert error.value.kind == kind


def test_service_every_six_months_or_500_hours():
    due = maintenance.next_date(6, None, date(2026, 1, 31))
    assert due == date(2026, 7, 31)
    assert maintenance.next_date(6, date(2026, 8, 31), date(2026, 1, 31)) == date(2027, 2, 28)
    assert maintenance.next_date(0, None, date(2026, 1, 31)) is None
    assert maintenance.next_total(500, 1200) == 1700
    assert maintenance.next_total(0, 1200) is None


@pytest.mark.parametrize(
    ("today", "total", "lead", "due"),
    [
        (date(2026, 7, 30), 100, 0, False),
        (date(2026, 7, 31), 100, 0, True),
        (date(2026, 7, 17), 100, 14, True),
        (date(2026, 2, 1), 1700, 0, True),
        (date(2026, 2, 1), None, 0, False),
    ],
)
def test_due_by_time_or_use(today, total, lead, due):
    assert maintenance.is_due(date(2026, 7, 31), 1700, total, today, lead) is due


def test_the_pace_of_a_meter_tells_when():
    # 100 units in 10 days; 50 units are left: 5 more days
    readings = [(date(2026, 1, 1), 0.0), (date(2026, 1, 11), 100.0)]
    assert maintenance.expected_on(150, readings, date(2026, 1, 12)) == date(2026, 1, 16)
    assert maintenance.expected_on(150, readings, date(2026, 2, 1)) == date(2026, 2, 1)
    assert maintenance.expected_on(150, readings[:1], date(2026, 1, 12)) is None
    assert maintenance.expected_on(None, readings, date(2026, 1, 12)) is None
