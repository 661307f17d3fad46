"""Who waits in the waiting room (CC-3): from the events of its dial plan, in any order."""

import itertools
import random

import pytest

from odoo.addons.crm_callcenter.tools.call_events import normalize
from odoo.addons.crm_callcenter.tools.call_fold import fold
from odoo.addons.crm_callcenter.tools.waiting_room import Stay, stays

CALLER, CHANNEL = "c.1", "PJSIP/trunk-00000001"
ALICE, BOB = "PJSIP/1001", "PJSIP/1002"


def message(at, event, **headers):
    return {
        "Event": event, "Timestamp": str(at), "Uniqueid": CALLER, "Linkedid": CALLER,
        "Channel": CHANNEL, "CallerIDNum": "+14155550123", **headers,
    }  # fmt: skip


def said(at, step, **headers):
    return message(at, "UserEvent", UserEvent="CallCenter", Step=step, Queue="support", **headers)


def events(*messages):
    return [normalize(one, "x", 0.0) for one in messages]


JOINED = said(100, "wait_joined")
CALLED = said(110, "wait_called", Interface=ALICE)
RANG = said(125, "wait_rang_out", Interface=ALICE, DialStatus="NOANSWER", RingTime="15")
AGAIN = said(130, "wait_called", Interface=BOB)
#: said by Bob's channel in the caller's name
CONNECTED = said(
    133, "wait_connected", Interface=BOB, HoldTime="33", CallerLeg=CALLER,
    Uniqueid="a.2", Channel=f"{BOB}-00000002",
)  # fmt: skip
HANGUP = message(200, "Hangup", Cause="16")


def test_what_the_waiting_room_says_has_the_names_of_app_queue():
    found = events(JOINED, CALLED, RANG, CONNECTED)
    assert [event.kind for event in found] == [
        "queue_joined", "agent_called", "agent_rang_out", "agent_connected",
    ]  # fmt: skip
    assert found[2].data["ring"] == 15  # seconds here, milliseconds in app_queue's own event
    connected = found[3]
    assert (connected.leg, connected.data["dest"]) == (CALLER, "a.2")
    assert connected.data["dest_channel"] == f"{BOB}-00000002"
    assert "channel" not in connected.data


def test_other_steps_are_steps_of_a_menu_as_before():
    [event] = events(said(1, "queue_left"))
    assert event.kind == "ivr"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], []),
        ([JOINED], [Stay(CALLER, CHANNEL, "support", 100, 100)]),
        ([JOINED, CALLED], [Stay(CALLER, CHANNEL, "support", 100, 100, ALICE)]),
        (
            [JOINED, CALLED, RANG],
            [Stay(CALLER, CHANNEL, "support", 100, 100, "", ((ALICE, 125, "NOANSWER"),))],
        ),
        (
            [JOINED, CALLED, RANG, AGAIN],
            [Stay(CALLER, CHANNEL, "support", 100, 100, BOB, ((ALICE, 125, "NOANSWER"),))],
        ),
        ([JOINED, CALLED, RANG, AGAIN, CONNECTED], []),
        ([JOINED, said(140, "wait_abandoned", HoldTime="40")], []),
        ([JOINED, said(140, "wait_left", Reason="callback")], []),
        ([JOINED, HANGUP], []),  # the event of abandoning was lost
        ([CALLED, RANG], []),  # that of joining was lost: nobody knows where he is
    ],
)
def test_stays_in_any_order(told, expected):
    rows = events(*told)
    orders = itertools.permutations(rows)
    assert all(stays([*order, *order]) == expected for order in orders)


def test_overflow_keeps_the_place():
    left = said(160, "wait_left", Reason="overflow")
    sales = {**said(160.5, "wait_joined"), "Queue": "sales"}
    assert stays(events(JOINED, left, sales)) == [Stay(CALLER, CHANNEL, "sales", 100, 160.5)]
    # who was served in between begins anew
    back = {**said(300, "wait_joined"), "Queue": "sales"}
    assert stays(events(JOINED, CONNECTED, back)) == [Stay(CALLER, CHANNEL, "sales", 300, 300)]


def test_app_queue_is_another_matter():
    """Who waits in app_queue is not in our waiting room, also after Odoo was silent."""
    joined = message(100, "QueueCallerJoin", Queue="support", Position="1")
    assert stays(events(joined)) == []
    silent = said(120, "wait_left", Reason="silent")
    assert stays(events(JOINED, silent, {**joined, "Timestamp": "120.1"})) == []


def _through(room):
    """A call answered by the second agent, told by our waiting room or by app_queue."""
    dial = {"DestUniqueid": "a.2", "DestLinkedid": CALLER, "DestChannel": f"{BOB}-2"}
    if room:
        told = [JOINED, CALLED, RANG, AGAIN, CONNECTED]
    else:
        told = [
            message(100, "QueueCallerJoin", Queue="support"),
            message(110, "AgentCalled", Queue="support", Interface=ALICE),
            message(125, "AgentRingNoAnswer", Queue="support", Interface=ALICE, RingTime="15000"),
            message(130, "AgentCalled", Queue="support", Interface=BOB, **dial),
            message(133, "QueueCallerLeave", Queue="support"),
            message(133, "AgentConnect", Queue="support", Interface=BOB, HoldTime="33", **dial),
        ]
    own = {"Uniqueid": "a.2", "Channel": f"{BOB}-2"}
    return [
        message(99, "Newchannel", Exten="8100"),
        *told,
        message(130, "DialBegin", **dial),
        message(133, "DialEnd", DialStatus="ANSWER", **dial),
        message(133, "BridgeEnter", BridgeUniqueid="b"),
        message(133, "BridgeEnter", BridgeUniqueid="b", **own),
        message(193, "HangupRequest", **own),
        message(193, "BridgeLeave", BridgeUniqueid="b", **own),
        message(193, "BridgeLeave", BridgeUniqueid="b"),
        message(193, "Hangup", Cause="16", **own),
        message(193, "Hangup", Cause="16"),
    ]


def test_both_ways_give_the_same_facts():
    """A wait of 33 s (100 to 133) and a talk of 60 s, with the same queue, agent and result."""
    names = ("result", "wait", "talk", "ring", "queue", "interface", "direction", "hung_up_by",
             "incomplete")  # fmt: skip
    ours, theirs = (fold(events(*_through(room))) for room in (True, False))
    assert [getattr(ours, name) for name in names] == [
        "answered", 33, 60, 3, "support", BOB, "inbound", "agent", False,
    ]  # fmt: skip
    assert [getattr(theirs, name) for name in names] == [getattr(ours, name) for name in names]
    assert [(wait.queue, wait.how) for wait in ours.waits] == [("support", "answered")]


def test_abandoned_in_the_waiting_room():
    rows = events(
        message(99, "Newchannel", Exten="8100"), JOINED, CALLED,
        said(140, "wait_abandoned", HoldTime="40"), HANGUP,
    )  # fmt: skip
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        call = fold(rows)
        # he waited from 100 to 140
        assert (call.result, call.wait, call.queue) == ("abandoned", 40, "support")
