"""Who is likeliest to call (C360-1). Expected scores are sums of the weights."""

from datetime import datetime, timedelta

import pytest

from odoo.addons.crm_customer_insight.tools import caller_ranking
from odoo.addons.crm_customer_insight.tools.caller_ranking import Candidate, rank

NOW = datetime(2026, 3, 2, 10)


def partner(number, **values):
    return Candidate(number_id=number, partner_id=number, name=f"P{number}", **values)


def ranked(*candidates, **arguments):
    return [
        (entry.candidate.name, entry.score, entry.reasons)
        for entry in rank(candidates, NOW, **arguments)
    ]


@pytest.mark.parametrize(
    ("values", "score", "reasons"),
    [
        ({}, 0, ()),
        ({"key_account": True}, 40, ("key_account",)),
        ({"open_deals": 3}, 30, ("open_deal",)),
        ({"open_quotations": 1}, 25, ("open_quotation",)),
        ({"kind": "mobile"}, 12, ("own_number",)),
        ({"kind": "mobile", "is_company": True}, 0, ()),
        ({"kind": "switchboard", "is_company": True}, 8, ("main_number",)),
        ({"kind": "fax"}, -40, ("fax",)),
        ({"active": False, "key_account": True}, -160, ("key_account", "archived")),
        ({"last_touch": NOW - timedelta(days=7)}, 24, ("touch_week",)),
        ({"last_touch": NOW - timedelta(days=7, seconds=1)}, 16, ("touch_month",)),
        ({"last_touch": NOW - timedelta(days=32)}, 6, ("touch_year",)),
        ({"last_touch": NOW - timedelta(days=400)}, 0, ()),
    ],
)
def test_score(values, score, reasons):
    assert ranked(partner(1, **values)) == [("P1", score, reasons)]


def test_lead_without_contact_comes_behind_a_contact_with_the_same():
    lead = Candidate(number_id=2, lead_id=5, name="Lead", open_deals=1)
    # 30 for the deal, 4 less for not being a contact.
    assert ranked(lead, partner(1, open_deals=1)) == [
        ("P1", 30, ("open_deal",)),
        ("Lead", 26, ("open_deal", "lead")),
    ]


def test_extension_counts_only_when_both_sides_have_one():
    same, other, none = partner(1, extension="12"), partner(2, extension="11"), partner(3)
    assert ranked(other, none, same, extension="12") == [
        ("P1", 100, ("extension",)),
        ("P3", 0, ()),
        ("P2", -50, ("other_extension",)),
    ]
    assert [entry[1] for entry in ranked(other, none, same)] == [0, 0, 0]


def test_owner_of_two_rows_counts_once_with_the_better():
    work = Candidate(number_id=1, partner_id=7, name="Ann", kind="main")
    mobile = Candidate(number_id=2, partner_id=7, name="Ann", kind="mobile")
    [entry] = rank([work, mobile], NOW)
    assert entry.candidate.number_id == 2


def test_equals_are_ordered_by_touch_then_name():
    long_ago, longer_ago = NOW - timedelta(days=500), NOW - timedelta(days=600)
    names = [
        entry[0]
        for entry in ranked(partner(3), partner(1, last_touch=longer_ago), partner(2),
                            partner(4, last_touch=long_ago))
    ]  # fmt: skip
    assert names == ["P4", "P1", "P2", "P3"]


def test_order_does_not_depend_on_the_order_of_the_rows():
    candidates = [partner(number, open_deals=number % 2) for number in range(1, 9)]
    assert rank(candidates, NOW) == rank(reversed(candidates), NOW)


def test_limit_takes_the_best():
    assert [entry[0] for entry in ranked(partner(1), partner(2, open_deals=1), limit=1)] == ["P2"]


def test_nobody():
    assert rank([], NOW) == []


def test_lead_of_a_partner_who_matched_is_dropped():
    ann = partner(1)
    deal, stranger = (Candidate(number_id=lead, lead_id=lead) for lead in (8, 9))
    kept = caller_ranking.attach_leads([ann, deal, stranger], {8: 1, 9: None})
    assert kept == [ann, stranger]


def test_signals_are_added():
    assert caller_ranking.with_signals(partner(1), {"open_deals": 2}).open_deals == 2
    assert caller_ranking.with_signals(partner(1), None) == partner(1)
