"""ROI-1: persons shared among salespeople."""

import pytest

from odoo.addons.crm_campaign_roi.tools.distribution import Person, Seller, distribute

ANN, BOB, CAL = 1, 2, 3
GERMANY, FRANCE = 57, 75
BAVARIA = 9


def persons(count, **values):
    return [Person(100 + number, **values) for number in range(count)]


def given(*args, **values):
    """Sellers in the order of the persons."""
    return list(distribute(*args, **values).values())


def test_by_turns():
    sellers = [Seller(ANN), Seller(BOB), Seller(CAL)]
    assert given(persons(5), sellers, "round_robin") == [ANN, BOB, CAL, ANN, BOB]


def test_turns_go_on_after_the_last():
    sellers = [Seller(ANN), Seller(BOB), Seller(CAL)]
    assert given(persons(2), sellers, "round_robin", last=BOB) == [CAL, ANN]
    assert given(persons(2), sellers, "round_robin", last=99) == [ANN, BOB]


def test_the_least_loaded_takes_the_next():
    """Ann has 3, Bob 1: Bob takes two and has 3, too; then the first in the list."""
    sellers = [Seller(ANN, load=3), Seller(BOB, load=1)]
    assert given(persons(4), sellers, "load") == [BOB, BOB, ANN, BOB]


def test_a_limit_is_kept():
    sellers = [Seller(ANN, load=1, limit=2), Seller(BOB, limit=1)]
    assert given(persons(3), sellers, "round_robin") == [ANN, BOB, None]
    assert given(persons(3), sellers, "load") == [BOB, ANN, None]


def test_the_state_goes_before_the_country_and_both_before_the_rest():
    sellers = [
        Seller(ANN),
        Seller(BOB, countries=frozenset({GERMANY})),
        Seller(CAL, states=frozenset({BAVARIA})),
    ]
    people = [
        Person(1, GERMANY, BAVARIA),
        Person(2, GERMANY, 10),
        Person(3, FRANCE),
        Person(4),
    ]
    assert given(people, sellers, "territory") == [CAL, BOB, ANN, ANN]


def test_nobody_for_a_territory():
    sellers = [Seller(BOB, countries=frozenset({GERMANY}))]
    assert given([Person(1, FRANCE)], sellers, "territory") == [None]


def test_the_tier_decides():
    sellers = [Seller(ANN, tiers=frozenset("AB")), Seller(BOB)]
    people = [Person(1, tier="A"), Person(2, tier="C"), Person(3)]
    assert given(people, sellers, "tier") == [ANN, BOB, BOB]


def test_the_own_salesperson_keeps_the_person_and_it_counts_as_load():
    """Ann keeps her two although her limit is 1; the stranger goes to Bob."""
    sellers = [Seller(ANN, limit=1), Seller(BOB)]
    people = [Person(1, owner=ANN), Person(2, owner=ANN), Person(3, owner=77), Person(4)]
    assert given(people, sellers, "load") == [ANN, ANN, 77, BOB]
    assert given(people, sellers, "round_robin", keep_owner=False) == [ANN, BOB, BOB, BOB]


def test_without_sellers():
    assert given(persons(1), [], "load") == [None]
    assert given(persons(1), [], "round_robin") == [None]
    assert distribute([], [Seller(ANN)], "tier") == {}


def test_an_unknown_way():
    with pytest.raises(ValueError, match="Unknown way: lottery"):
        distribute([], [], "lottery")
