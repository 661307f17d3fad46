"""Members of app_queue and settings of the dial plan, kept in step (CC-3)."""

import pytest

from odoo.addons.crm_callcenter.tools.queue_sync import (
    MEMBERS,
    Asked,
    Member,
    Plan,
    Worker,
    changes,
    heard,
    member_line,
    penalty,
    wanted,
)

PUMPS, FRENCH = 1, 2


@pytest.mark.parametrize(
    ("asked", "skills", "expected"),
    [
        (Asked("q"), {}, 0),
        # the weakest of the skills asked for counts: 4 − 3, 4 − 2
        (Asked("q", {PUMPS: 2}), {PUMPS: 3}, 1),
        (Asked("q", {PUMPS: 2, FRENCH: 1}), {PUMPS: 4, FRENCH: 2}, 2),
        (Asked("q", {PUMPS: 2}), {PUMPS: 4}, 0),
        (Asked("q", {PUMPS: 2}), {PUMPS: 1}, None),
        (Asked("q", {PUMPS: 2}), {}, None),
        # less is enough later: 10 and the levels that are missing
        (Asked("q", {PUMPS: 3}, falls=True), {PUMPS: 1}, 12),
        (Asked("q", {PUMPS: 3}, falls=True), {}, None),
        (Asked("q", {PUMPS: 3}, given_up=frozenset({PUMPS})), {}, 13),
        (Asked("q", {PUMPS: 2, FRENCH: 1}, given_up=frozenset({FRENCH})), {PUMPS: 4}, 11),
    ],
)
def test_penalty(asked, skills, expected):
    assert penalty(asked, skills) == expected


def test_changes_are_the_difference_alone():
    queues = [Asked("support", {PUMPS: 1}), Asked("sales")]
    ada = Worker("PJSIP/1001", "Ada", {PUMPS: 4})
    ben = Worker("PJSIP/1002", "Ben", {}, pause="Lunch")
    there = {
        ("support", "PJSIP/1001"): Member(2, True),  # penalty 0 and not paused it should be
        ("support", "PJSIP/1002"): Member(0, False),  # has the skill no more
        ("sales", "PJSIP/1009"): Member(0, False, fixed=True),  # in the exchange's configuration
        ("private", "PJSIP/1002"): Member(),  # none of ours
    }
    should = wanted(queues, [ada, ben])
    found = changes(should, there, ["support", "sales"])
    assert found == [
        ("queue_remove", {"queue": "support", "interface": "PJSIP/1002"}),
        ("queue_add", {"queue": "sales", "interface": "PJSIP/1001", "member_name": "Ada",
                       "penalty": 0, "paused": False}),
        ("queue_add", {"queue": "sales", "interface": "PJSIP/1002", "member_name": "Ben",
                       "penalty": 0, "paused": True}),
        ("queue_penalty", {"queue": "support", "interface": "PJSIP/1001", "penalty": 0}),
        ("queue_unpause", {"queue": "support", "interface": "PJSIP/1001"}),
    ]  # fmt: skip
    same = {place: member for place, (member, _worker) in should.items()}
    assert changes(should, same, ["support", "sales"]) == []


def test_a_pause_has_its_reason():
    should = wanted([Asked("sales")], [Worker("PJSIP/1002", "Ben", {}, pause="Lunch")])
    assert changes(should, {("sales", "PJSIP/1002"): Member()}, ["sales"]) == [
        ("queue_pause", {"queue": "sales", "interface": "PJSIP/1002", "reason": "Lunch"})
    ]


def test_settings_in_one_value():
    """In the order of ``routing.conf``; the exchange's adapter refuses commas and line breaks."""
    plan = Plan("odoo", False, 1767225600.4, 5, 600, "to*sales", "voicemail", "", "message", 20,
                30, True, 15)  # fmt: skip
    assert plan.text() == "odoo/0/1767225600/5/600/to*sales/voicemail//message/20/30/1/15"
    assert Plan().text() == "exchange/1/0/0/600//message///20/0/0/15"


QUEUE, PHONE = "support", "PJSIP/1001"
THERE = {(QUEUE, PHONE): Member(1)}


def said(event, **values):
    same = {"Queue": QUEUE, "Interface": PHONE, "Penalty": "2", "Paused": "1"}
    return {"Event": event, **same, "Membership": "dynamic", **values}


def test_each_message_tells_one_member_as_he_is_now():
    for event in ("QueueMemberAdded", "QueueMemberPenalty", "QueueMemberPause"):
        assert heard(THERE, [said(event)]) == {(QUEUE, PHONE): Member(2, True)}


def test_removed_and_added_again_in_the_order_heard():
    gone, back = said("QueueMemberRemoved"), said("QueueMemberAdded", Paused="0")
    assert heard(THERE, [gone]) == {}
    assert heard(THERE, [gone, back]) == {(QUEUE, PHONE): Member(2)}
    assert heard(THERE, [back, gone, gone]) == {}


def test_a_list_is_all_there_is():
    """After a restart of the exchange members that were added are gone, and nobody says so."""
    static = member_line(
        {"Queue": "sales", "Location": "PJSIP/1002", "Penalty": "0", "Paused": "0",
         "Membership": "static"}
    )  # fmt: skip
    found = heard(THERE, [{"Event": MEMBERS, "Members": static}])
    assert found == {("sales", "PJSIP/1002"): Member(fixed=True)}
    assert heard(THERE, [{"Event": MEMBERS, "Members": ""}]) == {}


def test_what_is_no_member_changes_nothing():
    wrong = (said("QueueMemberAdded", Penalty="-1"), said("QueueMemberAdded", Queue=""))
    others = ({"Event": "Hangup"}, {"Event": "QueueMemberRemoved"}, {})
    assert heard(THERE, [*wrong, *others]) == THERE


def test_a_tab_in_a_name_makes_no_second_member():
    line = member_line(said("QueueMemberAdded", Queue="a\tb\nc"))
    assert line == "a b c\tPJSIP/1001\t2\t1\tdynamic"
