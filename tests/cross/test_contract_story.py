"""The demo tells of contracts, suppliers and loyalty what it should (C360-7, C360-8, C360-9)."""

import pytest
from told import told_by


@pytest.fixture(scope="module")
def facts():
    return told_by("facts_of_contracts.py", "facts", "contracts")


def test_the_port_renews_each_year(facts):
    contract = facts["contracts"]["m_1001"]
    assert (contract["state"], contract["renewals"]) == ("running", 2)
    assert 0.95 < contract["use"] < 1.05


def test_the_chemical_plant_uses_half_of_what_it_did(facts):
    contract = facts["contracts"]["m_1002"]
    assert (contract["state"], contract["renewals"]) == ("running", 1)
    assert 0.45 < contract["use"] < 0.55


def test_the_paper_mill_has_cancelled_and_said_why(facts):
    contract = facts["contracts"]["m_1004"]
    assert (contract["state"], contract["reason"]) == ("cancelled", True)


def test_one_supplier_got_worse(facts):
    # (4 × 40 + 4 × 25 + 3 × 20 + 4 × 15) ÷ 100 = 3.8, then 4.2
    assert facts["suppliers"]["foundry"]["grades"] == ["B", "B"]
    # (4 × 40 + 3 × 25 + 4 × 20 + 3 × 15) ÷ 100 = 3.6, then (80 + 50 + 80 + 30) ÷ 100 = 2.4
    motors = facts["suppliers"]["motors"]
    assert motors["grades"] == ["B", "D"]
    # 1,850 of 6,400 + 6,900 + 7,200
    assert round(motors["credited"], 3) == round(1850 / 20500, 3)
    assert (motors["roles"], motors["activities"]) == (["supplier"], 1)


def test_roles_demand_and_cards(facts):
    assert facts["competitor"] == ["competitor"]
    assert facts["hafen"]["roles"] == ["customer"]
    assert 0 < facts["hafen"]["share"] < 1
    assert 0 <= facts["hafen"]["steady"] <= 1
    assert facts["cards"] == 8
