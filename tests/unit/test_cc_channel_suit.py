"""Cost per contact and the channel that suits (CC-9), with a bank's published figures per customer
served: branch 120, agent call 60, ATM 20, IVR 10, web 5."""

import math

import pytest

from odoo.addons.crm_callcenter.tools import channel_suit
from odoo.addons.crm_callcenter.tools.channel_suit import Channel, Contacts, Move

BANK = {"branch": 120.0, "agent": 60.0, "atm": 20.0, "ivr": 10.0, "web": 5.0}
CAN_DO = {
    "balance": ("branch", "agent", "atm", "ivr", "web"),
    "cash": ("branch", "atm"),
    "mortgage": ("branch", "agent"),
}


def suits(*contacts, **options):
    rows = [Contacts(*contact) for contact in contacts]
    return channel_suit.dearer_than_suits(rows, BANK, CAN_DO, **options)


def test_cost_per_contact_real_beside_configured():
    # 240,000/2,000; 660,000/10,000, 10 % above the rate; web 4,500/1,000, 10 % below
    found = channel_suit.channel_costs(
        [
            Channel("web", 1_000, 4_500.0, 5.0),
            Channel("agent", 10_000, 660_000.0, 60.0),
            Channel("branch", 2_000, 240_000.0, 120.0),
        ]
    )
    assert list(found) == ["branch", "agent", "web"]
    assert (found["branch"].real, found["branch"].off) == (120, 0)
    assert (found["agent"].real, found["agent"].used) == (66, 66)
    assert found["agent"].off == pytest.approx(0.1)
    assert found["web"].off == pytest.approx(-0.1)


def test_few_contacts_are_costed_by_the_rate():
    # opened last week: 3,000 for 10 contacts is 300 each, and chance
    found = channel_suit.channel_costs([Channel("chat", 10, 3_000.0, 12.0)])["chat"]
    assert (found.real, found.used) == (300, 12)
    # without a rate the little that is known is used; from 10 on it is enough if so wanted
    assert channel_suit.channel_costs([Channel("chat", 10, 3_000.0)])["chat"].used == 300
    enough = channel_suit.channel_costs([Channel("chat", 10, 3_000.0, 12.0)], least=10)
    assert enough["chat"].used == 300


def test_no_contacts_or_no_cost_is_not_free():
    found = channel_suit.channel_costs(
        [Channel("fax", 0, 500.0), Channel("mail", 300), Channel("ivr", 300, None, 10.0)]
    )
    assert (found["fax"].real, found["fax"].used, found["fax"].off) == (None, None, None)
    assert (found["mail"].real, found["mail"].used) == (None, None)
    assert (found["ivr"].real, found["ivr"].used, found["ivr"].off) == (None, 10, None)
    # the unknown stand last
    assert list(found) == ["ivr", "fax", "mail"]


def test_a_channel_that_cost_nothing_costs_nothing():
    found = channel_suit.channel_costs([Channel("web", 200, 0.0, 0.0)])["web"]
    assert (found.real, found.used, found.off) == (0, 0, None)


def test_what_a_bank_customer_would_save():
    # balance: 3 at the branch, 2 by agent, web does it: 3·(120 − 5) + 2·(60 − 5) = 455
    # cash: 4 at the branch, the machine does it: 4·(120 − 20) = 400
    # mortgage: 1 at the branch, an agent does it: 60; the web would be cheaper and cannot
    (found,) = suits(
        ("Li", "balance", "branch", 3),
        ("Li", "balance", "agent", 2),
        ("Li", "cash", "branch", 4),
        ("Li", "mortgage", "branch", 1),
        ("Li", "balance", "web", 9),
    )
    assert found.moves == (
        Move("cash", "branch", "atm", 4, 400, None),
        Move("balance", "branch", "web", 3, 345, None),
        Move("balance", "agent", "web", 2, 110, None),
        Move("mortgage", "branch", "agent", 1, 60, None),
    )
    # 8·120 + 2·60 + 9·5
    assert (found.contacts, found.unpriced, found.cost, found.saving) == (19, 0, 1125, 915)
    assert found.customer_saving is None


def test_the_audience_has_the_largest_saving_first_and_nobody_who_saves_nothing():
    found = suits(
        ("small", "balance", "ivr", 2),
        ("large", "balance", "branch", 5),
        ("right already", "balance", "web", 30),
        ("must come", "signature", "branch", 4),
    )
    # 2·(10 − 5); 5·(120 − 5)
    assert [(suit.customer, suit.saving) for suit in found] == [("large", 575), ("small", 10)]
    assert [suit.customer for suit in suits(
        ("small", "balance", "ivr", 2), ("large", "balance", "branch", 5), least_saving=10
    )] == ["large"]  # fmt: skip


def test_a_channel_the_customer_cannot_use_does_not_suit():
    can_use = {"no internet": ("branch", "agent", "ivr"), "nothing known": ()}
    found = suits(
        ("no internet", "balance", "branch", 1),
        ("nothing known", "balance", "branch", 1),
        ("anybody", "balance", "branch", 1),
        can_use=can_use,
    )
    assert [(suit.customer, suit.moves[0].suits) for suit in found] == [
        ("anybody", "web"),
        ("no internet", "ivr"),
    ]


def test_the_customer_is_told_what_they_save_themselves():
    # a branch visit costs the customer 8 (travel), an agent 2, the web nothing
    price = {"branch": 8.0, "agent": 2.0, "web": 0.0}
    (found,) = suits(("Li", "balance", "branch", 3), ("Li", "mortgage", "branch", 1), price=price)
    # 3·8 + 1·(8 − 2)
    assert found.customer_saving == 30
    # cash goes to the machine, whose price is not known: nothing is promised
    (found,) = suits(("Li", "balance", "branch", 3), ("Li", "cash", "branch", 1), price=price)
    assert [move.customer_saving for move in found.moves] == [24, None]
    assert found.customer_saving is None


def test_a_channel_without_a_known_cost_is_neither_dear_nor_free():
    cost = {"branch": 120.0, "chat": None}
    rows = [Contacts("Li", "balance", "branch", 2), Contacts("Li", "balance", "chat", 5)]
    assert channel_suit.dearer_than_suits(rows, cost, {"balance": ("chat",)}) == []
    (found,) = channel_suit.dearer_than_suits(
        rows, {**cost, "web": 5.0}, {"balance": ("chat", "web")}
    )
    assert (found.contacts, found.unpriced, found.cost, found.saving) == (7, 5, 240, 230)
    assert [move.channel for move in found.moves] == ["branch"]


def test_contacts_of_one_kind_are_added_up():
    one, two = (
        suits(("Li", "balance", "agent", 3)),
        suits(("Li", "balance", "agent", 1), ("Li", "balance", "agent", 2)),
    )
    assert one == two


def test_equal_costs_are_no_reason_to_move():
    rows = [Contacts("Li", "balance", "mail", 1000)]
    cost = {"mail": 5.0, "web": 5.0}
    assert channel_suit.dearer_than_suits(rows, cost, {"balance": ("mail", "web")}) == []


def test_nobody():
    assert suits() == []
    assert channel_suit.channel_costs([]) == {}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Channel("web", -1), "contacts of web must be 0 or more, not -1"),
        (lambda: Channel("web", 1, math.nan), "cost of web must be 0 or more"),
        (lambda: Channel("web", 1, 1.0, -5.0), "rate of web must be 0 or more"),
        (
            lambda: channel_suit.channel_costs([Channel("web"), Channel("web")]),
            "web is given twice",
        ),
        (lambda: suits(("Li", "balance", "web", 0)), "must be above 0, not 0"),
        (lambda: suits(("Li", "balance", "web", -3)), "must be above 0, not -3"),
    ],
)
def test_bad_input_is_refused_with_a_reason(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()
