"""SVC-L1: what the find box reads into a term, and when two customers are one."""

from datetime import datetime, timedelta

import pytest

from odoo.addons.crm_service_levels.tools import finding, same_customer, steps
from odoo.addons.crm_service_levels.tools.levels import Span


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("", set()),
        ("a", set()),
        ("Anna", {"name"}),
        ("李雷", {"name"}),
        ("anna@acme.example.com", {"mail"}),
        ("+33 1 00 00 00 37", {"phone"}),
        ("0100000037", {"phone", "code"}),
        ("S00042", {"code", "name"}),
        ("INV/2026/00017", {"code", "name"}),
        ("12345", {"code"}),
        ("Acme Nord 7", {"name"}),
    ],
)
def test_readings_of_a_term(term, expected):
    assert finding.readings(term) == expected


def test_term_is_bounded_and_text_only():
    assert finding.cleaned("  Anna \n Berg ") == "Anna Berg"
    assert len(finding.cleaned("x" * 5000)) == finding.LONGEST
    assert finding.cleaned(None) == finding.cleaned(["a"]) == ""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("SR1",), finding.EXACT),
        (("sr12", "nothing"), finding.PREFIX),
        (("the sr1 pump",), finding.WORD),
        (("xsr1",), finding.PART),
        (("pump", None), finding.OTHER),
        ((), finding.OTHER),
    ],
)
def test_fitness_takes_the_best_text(texts, expected):
    assert finding.fitness("SR1", *texts) == expected


def test_ranked_puts_the_best_group_first_and_drops_empty_ones():
    groups = [
        (10, {"code": "a", "hits": [{"rank": 3}, {"rank": 1}]}),
        (20, {"code": "b", "hits": [{"rank": 0}]}),
        (5, {"code": "c", "hits": []}),
        (1, {"code": "d", "hits": [{"rank": 1}]}),
    ]
    found = finding.ranked(groups)
    assert [group["code"] for group in found] == ["b", "d", "a"]
    assert [hit["rank"] for hit in found[2]["hits"]] == [1, 3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller, Anna", "Anna Muller"),
        ("Acme GmbH & Co. KG", "ACME"),
        ("北方机械有限公司", "北方机械"),
        ("Jon Smith", "John Smith"),
    ],
)
def test_names_that_may_be_one_customer(one, other):
    assert same_customer.is_like(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Acme North", "Acme South Trading"), ("", "Acme"), ("Anna", "Bert")]
)
def test_names_of_different_customers(one, other):
    assert not same_customer.is_like(one, other)


def test_seed_is_the_longest_word():
    assert same_customer.seed("The Nordwind GmbH") == "nordwind"
    assert same_customer.seed("") == ""


def test_steps_tell_use_time_and_reason():
    start = datetime(2026, 3, 2, 9, 0)
    hour = timedelta(hours=1)
    spans = [
        steps.Use(Span("1", start, None), None, "rita"),
        steps.Use(Span("2", start + hour, start + 2 * hour), "Needs the workshop", "rob"),
        steps.Use(Span("2", start + 3 * hour, start + 4 * hour), None, "leo"),
    ]
    found = {step["level"]: step for step in steps.of(spans, {"1": (12.0, 12.0)}, start + 5 * hour)}
    assert (found["1"]["used"], found["1"]["open"], found["1"]["seconds"]) == (True, True, 18000)
    # two uses of an hour each; the reason is the first that was given
    assert (found["2"]["times"], found["2"]["seconds"]) == (2, 7200)
    assert (found["2"]["reason"], found["2"]["who"]) == ("Needs the workshop", "rob")
    assert found["2"]["since"] == start + hour
    assert (found["1"]["minutes"], found["1"]["cost"]) == (12.0, 12.0)
    # "no work noted" is not "0 minutes"
    assert (found["2"]["minutes"], found["2"]["cost"]) == (None, None)
    assert (found["3"]["used"], found["3"]["since"], found["3"]["seconds"]) == (False, None, None)
