"""Events of a real Asterisk 22 in words of our own (CC-1, CC-8): one key whoever heard them."""

import dataclasses
import json
from collections import Counter
from pathlib import Path

import pytest

from odoo.addons.crm_callcenter.tools.ami import AmiReader
from odoo.addons.crm_callcenter.tools.call_events import Event, key_of, normalize

DATA = Path(__file__).parent / "data" / "ami"
STREAMS = sorted(path.name for path in DATA.glob("*.txt"))
HANGUP = {
    "Event": "Hangup", "Privilege": "call,all", "Timestamp": "1795293184.521629",
    "SystemName": "ast1", "Channel": "PJSIP/1001-00000001", "CallerIDNum": "1001",
    "Uniqueid": "ast1-1795293180.1", "Linkedid": "ast1-1795293180.0", "Cause": "16",
}  # fmt: skip


def messages_of(name):
    return AmiReader().feed((DATA / name).read_bytes())


def events_of(name, received=0.0):
    found = (normalize(message, "x", received) for message in messages_of(name))
    return [event for event in found if event]


def test_an_event():
    event = normalize(HANGUP, "hamburg", 9.0)
    assert (event.exchange, event.call, event.leg, event.kind, event.at) == (
        "hamburg", "ast1-1795293180.0", "ast1-1795293180.1", "hung_up", 1795293184.521629,
    )  # fmt: skip
    assert event.data == {"channel": "PJSIP/1001-00000001", "number": "1001", "cause": 16}
    assert len(event.key) == 40
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.kind = "started"


def test_kinds_of_a_call_through_a_queue():
    """Counted in the recorded stream; MixMonitor is told twice, by variable and by event."""
    kinds = Counter(event.kind for event in events_of("01_inbound.txt") if event.call)
    assert kinds == {
        "started": 2, "answered": 2, "ringing": 1, "ivr": 1, "recording_started": 2,
        "queue_joined": 1, "agent_called": 1, "dialed": 1, "dial_ended": 1, "queue_left": 1,
        "agent_connected": 1, "bridged": 2, "hangup_requested": 1, "agent_completed": 1,
        "unbridged": 2, "hung_up": 2, "cdr": 2,
    }  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_every_event_of_a_call_names_its_call(name):
    """Bills and transfers spell the identifiers otherwise."""
    about_none = {
        "member_added", "member_removed", "member_paused", "member_status", "device_state",
        "contact_status", "queue_summary",
    }  # fmt: skip
    events = events_of(name)
    assert {event.kind for event in events if not event.call} <= about_none
    assert all(event.leg for event in events if event.call)
    assert len({event.key for event in events}) == len(events)
    json.dumps([event.data for event in events])


def test_bills():
    """``UniqueID`` and, as a time without zone, ``StartTime``, which is not the moment."""
    [first, _second] = [event for event in events_of("01_inbound.txt") if event.kind == "cdr"]
    assert (first.call, first.leg) == ("ast1-1795293180.0", "ast1-1795293180.0")
    assert (first.at, first.data["bill"]) == (1795293184.522233, 3)


def test_the_first_leg_of_an_originate_is_told_as_destination():
    [dialed] = [e for e in events_of("x11_agent_no_answer_originate.txt") if e.kind == "dialed"]
    assert (dialed.call, dialed.leg, dialed.data["dest"]) == ("odoo-click-44",) * 3
    [answer] = [
        e for e in events_of("x11_agent_no_answer_originate.txt") if e.kind == "originate_result"
    ]
    assert (answer.call, answer.data["response"], answer.data["reason"]) == (
        "odoo-click-44", "Failure", "3",
    )  # fmt: skip


def test_an_originate_without_a_channel_is_no_call():
    """All telephones that cannot be reached would else be one call, named <null>."""
    message = {"Event": "OriginateResponse", "Response": "Failure", "Uniqueid": "<null>"}
    event = normalize(message, "x", 1.0)
    assert (event.kind, event.call, event.leg) == ("originate_result", "", "")


def test_transfers():
    [blind] = [
        e for e in events_of("04c_blind_transfer_refer.txt") if e.kind == "transferred_blind"
    ]
    assert (blind.leg, blind.data["extension"]) == ("ast1-1795293211.30", "1002")
    [attended] = [
        e for e in events_of("04b_attended_transfer_ami.txt") if e.kind == "transferred_attended"
    ]
    assert (attended.call, attended.leg) == ("ast1-1795293202.16", "ast1-1795293202.17")
    assert (attended.data["target_number"], attended.data["result"]) == ("1002", "Success")


def test_a_completed_agent_without_destination():
    """After a redirect only the telephone says whose it was."""
    [done] = [e for e in events_of("04d_redirect_ami.txt") if e.kind == "agent_completed"]
    assert "dest" not in done.data
    assert (done.data["interface"], done.data["talk"]) == ("PJSIP/1001", 4)


def test_milliseconds_of_a_telephone_that_rang_out():
    """Sent as 10000; all other durations come in seconds."""
    [event] = [e for e in events_of("x07_ring_no_answer.txt") if e.kind == "agent_rang_out"]
    assert event.data["ring"] == 10
    message = {"Event": "AgentConnect", "RingTime": "10", "HoldTime": "12"}
    data = normalize(message, "x", 1.0).data
    assert (data["ring"], data["hold"]) == (10, 12)


def test_members_and_lists():
    """Lists name a member otherwise than events; their lines have no moment of their own."""
    events = events_of("x09_members.txt", received=7.0)
    kinds = [event.kind for event in events if event.kind != "device_state"]
    assert kinds == [
        "member_added", "member_paused", "member_paused", "member_removed",
        "member_status", "member_status", "member_status", "queue_summary",
    ]  # fmt: skip
    paused = [event.data for event in events if event.kind == "member_paused"]
    assert [data["paused"] for data in paused] == ["1", "0"]
    assert (paused[0]["paused_reason"], paused[0]["interface"]) == ("Lunch", "PJSIP/1009")
    listed = [event for event in events if event.kind == "member_status"]
    assert [(e.data["interface"], e.data["member"], e.at) for e in listed] == [
        ("PJSIP/1001", "Alice Agent", 7.0),
        ("PJSIP/1002", "Bob Agent", 7.0),
        ("PJSIP/1003", "Carol Agent", 7.0),
    ]
    assert (events[-1].data["logged_in"], events[-1].data["callers"]) == (2, 0)


@pytest.mark.parametrize(
    ("header", "value"),
    [("ActionID", "7"), ("Privilege", "call"), ("SystemName", "b"), ("SequenceNumber", "12")],
)
def test_two_listeners_give_an_event_one_key(header, value):
    assert key_of({**HANGUP, header: value}, "x") == key_of(HANGUP, "x")


@pytest.mark.parametrize(
    ("header", "value"), [("Timestamp", "1795293184.521630"), ("Cause", "17"), ("New", "1")]
)
def test_another_message_has_another_key(header, value):
    assert key_of({**HANGUP, header: value}, "x") != key_of(HANGUP, "x")
    assert key_of(HANGUP, "x") != key_of(HANGUP, "y")


def test_the_order_of_headers_and_what_is_half_a_character_do_not_matter():
    assert key_of(dict(reversed(HANGUP.items())), "x") == key_of(HANGUP, "x")
    assert key_of({"Event": "Hangup", "CallerIDName": "\ud800"}, "x")


def test_a_list_of_an_hour_later_is_news():
    """It may read the same while there was another state in between."""
    line = {"Event": "QueueMember", "Location": "PJSIP/1001", "Status": "1"}
    first, later = ({**line, "ActionID": action} for action in ("a-1", "a-2"))
    assert key_of(first, "x") != key_of(later, "x")
    assert key_of(first, "x") == key_of(dict(first), "x")


@pytest.mark.parametrize("stamp", ["", "nan", "inf", "-5", "0", "yesterday"])
def test_without_a_sane_moment_that_of_receiving_counts(stamp):
    assert normalize({**HANGUP, "Timestamp": stamp}, "x", 9.0).at == 9.0


@pytest.mark.parametrize(
    ("variable", "state", "kind"),
    [("Newstate", "5", "ringing"), ("Newstate", "6", "answered"), ("Newstate", "4", None)],
)
def test_states_of_a_channel(variable, state, kind):
    event = normalize({"Event": variable, "ChannelState": state}, "x", 1.0)
    assert (event and event.kind) == kind


def test_a_silenced_recording():
    event = normalize({"Event": "MixMonitorMute", "State": "1", "Direction": "both"}, "x", 1.0)
    assert (event.kind, event.data) == ("muted", {"state": "1", "direction": "both"})


@pytest.mark.parametrize(
    "message",
    [
        {}, {"Response": "Success"}, {"Event": ""}, {"Event": "Newexten"}, {"Event": "RTCPSent"},
        {"Event": "VarSet", "Variable": "CARD", "Value": "4111"},
        {"Event": "UserEvent", "UserEvent": "Other"},
        {"Event": "DTMFEnd", "Digit": "4"},  # it may be of the number of a card
    ],
)  # fmt: skip
def test_what_does_not_matter_is_no_event(message):
    assert normalize(message, "x", 0.0) is None


@pytest.mark.parametrize("value", ["", "-1", "nan", "inf", "1e300", "2147483648", "soon"])
def test_numbers_that_are_none_are_left_out(value):
    """Also those that no column of a database takes: they would stop the whole delivery."""
    assert "cause" not in normalize({**HANGUP, "Cause": value}, "x", 1.0).data


def test_texts_that_no_database_takes():
    message = {
        "Event": "Newchannel", "Uniqueid": "u\0", "Linkedid": "l" * 900,
        "CallerIDName": "a\0b\ud800c", "CallerIDNum": "9" * 300,
    }  # fmt: skip
    event = normalize(message, "x", 1.0)
    assert (event.leg, event.call) == ("u\ufffd", "l" * 255)
    assert event.data == {"name": "a\ufffdb?c", "number": "9" * 255}
    bill = normalize({"Event": "Cdr", "UniqueID": "u" * 900, "LinkedID": "l" * 900}, "x", 1.0)
    assert (len(bill.leg), len(bill.call)) == (255, 255)


def test_events_are_equal_by_what_they_are_not_by_what_they_say():
    """Read back from a database, numbers and texts may have other types; the key decides."""
    event = normalize(HANGUP, "x", 1.0)
    assert event == dataclasses.replace(event, data={})
    assert len({event, Event(**{**vars(event), "data": {}})}) == 1
