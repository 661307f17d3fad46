"""Calls from the events of a real Asterisk 22 (CC-8): exact figures, whatever the order.

The streams in ``data/ami`` were recorded with sipp as carrier and telephones. Figures are worked
out by hand from their time stamps (seconds within the minute are given).
"""

import random
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from odoo.addons.crm_callcenter.tools.ami import AmiReader
from odoo.addons.crm_callcenter.tools.call_events import Event, normalize
from odoo.addons.crm_callcenter.tools.call_fold import (
    ORDER,
    Call,
    Setting,
    fold,
    fold_all,
)

DATA = Path(__file__).parent / "data" / "ami"
STREAMS = sorted(path.name for path in DATA.glob("*.txt"))
CUSTOMER = "+14155550123"


def events_of(name, exchange="x"):
    found = AmiReader().feed((DATA / name).read_bytes())
    events = [normalize(message, exchange, 0.0) for message in found]
    return [event for event in events if event]


def calls_of(name):
    calls = {}
    for event in events_of(name):
        if event.call:
            calls.setdefault(event.call, []).append(event)
    return list(calls.values())


def call_of(name, **setting):
    [events] = calls_of(name)
    return fold(events, Setting(**setting))


def event(kind, at, leg="1", **data):
    """One of call 1, for cases that were not recorded."""
    return Event("x", "1", leg, kind, float(at), f"{kind} {at} {leg} {sorted(data.items())}", data)


TRUNK, PHONE, OTHER_PHONE = (
    {"channel": channel} for channel in ("PJSIP/trunk-1", "PJSIP/1001-2", "PJSIP/1002-3")
)


def conversation(began=10, ended=40):
    """A customer calls at 0, an agent's telephone rings at 1, they talk; the agent hangs up."""
    return [
        event("started", 0, **TRUNK, number="+331", exten="8000"),
        event("started", 1, "2", **PHONE, number="1001"),
        event("dialed", 1, dest="2", dest_channel="PJSIP/1001-2"),
        event("answered", began, "2", **PHONE),
        event("bridged", began, bridge="b", **TRUNK),
        event("bridged", began, "2", bridge="b", **PHONE),
        event("hangup_requested", ended, "2", **PHONE),
        event("hung_up", ended, "2", cause=16.0, **PHONE),
        event("hung_up", ended, cause=16.0, **TRUNK),
    ]


#: stream: direction, number, called, queue, telephone, result, who hung up, Q.850 cause
FACTS = {
    "01_inbound": ("inbound", CUSTOMER, "8000", "support", "1001", "answered", "agent", 16),
    "02_abandon": ("inbound", CUSTOMER, "8000", "support", "", "short_abandoned", "customer", 0),
    "03_click_to_dial": ("outbound", "+14155550999", "+14155550999", "", "1001", "answered",
                         "customer", 16),
    "04a_blind_transfer_ami": ("inbound", CUSTOMER, "8000", "support", "1002", "answered",
                               "agent", 16),
    "04b_attended_transfer_ami": ("inbound", CUSTOMER, "8000", "support", "1002", "answered",
                                  "agent", 16),
    "04c_blind_transfer_refer": ("inbound", CUSTOMER, "8000", "support", "1002", "answered",
                                 "agent", 16),
    "04d_redirect_ami": ("inbound", CUSTOMER, "8000", "support", "1002", "answered", "agent", 16),
    "05_recording": ("inbound", CUSTOMER, "8000", "support", "1001", "answered", "agent", 16),
    "x06_ivr": ("inbound", CUSTOMER, "7000", "", "1002", "answered", "customer", 16),
    "x07_ring_no_answer": ("inbound", CUSTOMER, "8000", "support", "", "abandoned", "customer", 0),
    "x10_outbound_busy": ("outbound", "+14155550998", "+14155550998", "", "1001", "busy",
                          "customer", 17),
    "x11_agent_no_answer_originate": ("outbound", "+14155550997", "+14155550997", "", "1001",
                                      "no_answer", None, 19),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_facts(name):
    call = call_of(f"{name}.txt")
    assert (
        call.direction, call.number, call.called, call.queue, call.interface.rpartition("/")[2],
        call.result, call.hung_up_by, call.cause,
    ) == FACTS[name]  # fmt: skip
    assert (call.running, call.incomplete, call.skewed) == (False, False, False)


#: Stream: wait (left the queue − joined it), ring (telephone up − its leg began), talk of each
#: telephone (left the bridge − the second was in it).
SECONDS = {
    "01_inbound": (21.516504 - 20.712217, 21.516340 - 20.713481, {"1001": 24.521558 - 21.518932}),
    "03_click_to_dial": (0, 30.387930 - 29.581049, {"1001": 34.196094 - 31.196821}),
    "04a_blind_transfer_ami": (
        36.416521 - 35.607400, 36.416332 - 35.607733,
        {"1001": 37.919980 - 36.417470, "1002": 40.732485 - 38.724632},
    ),
    "04c_blind_transfer_refer": (
        52.448631 - 51.640259, 52.448564 - 51.640885,
        {"1001": 53.452563 - 52.460743, "1002": 56.264002 - 54.256940},
    ),
    "04d_redirect_ami": (
        58.503687 - 57.695878, 58.503494 - 57.696338,
        {"1001": 59.517543 - 58.515805, "1002": 62.324590 - 60.320711},
    ),
    "05_recording": (4.400870 - 3.595876, 4.400520 - 3.596288, {"1001": 7.407834 - 4.414047}),
    "x06_ivr": (0, 10.776249 - 9.968508, {"1002": 13.972217 - 10.777214}),
}  # fmt: skip


@pytest.mark.parametrize("name", SECONDS)
def test_seconds(name):
    wait, ring, talks = SECONDS[name]
    call = call_of(f"{name}.txt")
    assert call.wait == pytest.approx(wait, abs=2e-6)
    assert call.ring == pytest.approx(ring, abs=2e-6)
    assert call.talk == pytest.approx(sum(talks.values()), abs=4e-6)
    assert call.handling == pytest.approx(call.talk + call.hold, abs=1e-6)
    found = {one.interface.rpartition("/")[2]: one.ended - one.began for one in call.segments}
    assert found == pytest.approx(talks, abs=2e-6)
    assert {leg.uid: leg.talk for leg in call.legs if leg.kind == "agent"} == pytest.approx(
        {one.leg: one.ended - one.began for one in call.segments}, abs=2e-6
    )


def test_moments():
    """Rung at 20.696847, in conversation from 21.518932, the customer's line ends at 24.523456."""
    call = call_of("01_inbound.txt")
    moments = [moment - 1795293160 for moment in (call.start, call.answer, call.end)]
    assert moments == pytest.approx([20.696847, 21.518932, 24.523456], abs=2e-6)


def test_inbound_through_a_queue():
    call = call_of("01_inbound.txt")
    assert (call.direction, call.number, call.name) == ("inbound", CUSTOMER, "Jane Customer")
    assert (call.called, call.queue, call.interface) == ("8000", "support", "PJSIP/1001")
    assert (call.result, call.running, call.hung_up_by) == ("answered", False, "agent")
    # left the queue at 21.516504, joined at 20.712217
    assert call.wait == pytest.approx(0.804287, abs=1e-5)
    # the telephone was up at 21.516340, its leg began at 20.713481
    assert call.ring == pytest.approx(0.802859, abs=1e-5)
    # both in the bridge at 21.518932, the agent left it at 24.521558
    assert call.talk == pytest.approx(3.002626, abs=1e-5)
    assert (call.hold, call.transfers, call.cause, len(call.recordings)) == (0, [], 16, 1)
    [wait] = call.waits
    assert (wait.how, wait.position) == ("answered", 1)


def test_abandoned():
    """Abandoned after 2.492521 s (25.796167 to 28.288688): short below five seconds."""
    call = call_of("02_abandon.txt")
    assert (call.result, call.talk, call.hung_up_by) == ("short_abandoned", 0, "customer")
    assert call.wait == pytest.approx(2.492521, abs=1e-5)
    assert [leg.result for leg in call.legs if leg.kind == "agent"] == ["cancelled"]
    assert call_of("02_abandon.txt", short_seconds=2).result == "abandoned"


def test_click_to_dial():
    call = call_of("03_click_to_dial.txt")
    assert (call.linked, call.direction) == ("odoo-click-42", "outbound")
    assert (call.number, call.result, call.interface) == ("+14155550999", "answered", "PJSIP/1001")
    assert [leg.kind for leg in call.legs] == ["agent", "customer"]


@pytest.mark.parametrize("name", ["04a_blind_transfer_ami.txt", "04c_blind_transfer_refer.txt"])
def test_blind_transfer(name):
    """By the exchange's action, and by the telephone's own REFER."""
    call = call_of(name)
    [transfer] = call.transfers
    assert (transfer.kind, transfer.by, transfer.target) == ("blind", "PJSIP/1001", "1002")
    assert (call.interface, call.result) == ("PJSIP/1002", "answered")
    talks = [leg.interface for leg in call.legs if leg.kind == "agent" and leg.talk > 0]
    assert talks == ["PJSIP/1001", "PJSIP/1002"]


def test_talk_before_and_after_a_transfer():
    # 37.919980 − 36.417470 with the first agent, 40.732485 − 38.724632 with the second
    assert call_of("04a_blind_transfer_ami.txt").talk == pytest.approx(3.510363, abs=1e-5)


def test_attended_transfer():
    """On hold from 24.219057 until the first agent hung up at 26.712858."""
    call = call_of("04b_attended_transfer_ami.txt")
    [transfer] = call.transfers
    assert (transfer.kind, transfer.by, transfer.target) == ("attended", "PJSIP/1001", "1002")
    assert call.path[-1]["to"] == "1002"
    assert (call.interface, call.result) == ("PJSIP/1002", "answered")
    assert call.hold == pytest.approx(2.493801, abs=1e-5)
    # with others 22.972198–24.401116, 26.711726–27.157101, 27.157105–30.211606, of which on hold
    # were 24.219057–24.401116 and 26.711726–26.712858
    assert call.talk == pytest.approx(
        1.428918 + 0.445375 + 3.054501 - 0.182059 - 0.001132, abs=1e-5
    )


def test_the_queue_does_not_say_who_hung_up_after_a_redirect():
    """It says "caller", of the agent from whom he was taken; the next agent asked to hang up."""
    [events] = calls_of("04d_redirect_ami.txt")
    reasons = [one.data["reason"] for one in events if one.kind == "agent_completed"]
    assert reasons == ["caller"]
    assert fold(events).hung_up_by == "agent"
    assert fold([one for one in events if one.kind != "hangup_requested"]).hung_up_by is None


def test_who_hung_up_is_asked_of_the_last_conversation():
    """The first agent leaves at 40 after a transfer, the customer hangs up at 60."""
    events = [one for one in conversation() if one.leg != "1" or one.kind != "hung_up"]
    events += [
        event("started", 41, "3", **OTHER_PHONE),
        event("bridged", 50, "3", bridge="c", **OTHER_PHONE),
        event("bridged", 50, bridge="c", **TRUNK),
        event("hangup_requested", 60, **TRUNK),
        event("hung_up", 60, cause=16.0, **TRUNK),
        event("hung_up", 60, "3", cause=16.0, **OTHER_PHONE),
    ]
    call = fold(events)
    assert (call.hung_up_by, call.interface, call.talk) == ("customer", "PJSIP/1002", 30 + 10)


def test_recording():
    call = call_of("05_recording.txt")
    assert call.recordings == ["/var/pbx/spool/monitor/ast1-1795293223.39.wav"]


def test_menu():
    call = call_of("x06_ivr.txt")
    assert [step["digit"] for step in call.path if step["kind"] == "ivr"] == ["2"]
    assert (call.result, call.called, call.interface) == ("answered", "7000", "PJSIP/1002")


def test_rung_out_then_abandoned():
    call = call_of("x07_ring_no_answer.txt")
    assert call.wait == pytest.approx(12.992865, abs=1e-5)  # 35.399096 to 48.391961
    assert call.result == "abandoned"
    assert [leg.result for leg in call.legs if leg.kind == "agent"] == ["no_answer", "cancelled"]


def test_busy():
    assert [fold(events).result for events in calls_of("x08_dnd_busy.txt")] == ["busy", "busy"]
    call = call_of("x10_outbound_busy.txt")
    assert (call.direction, call.number, call.result) == ("outbound", "+14155550998", "busy")


def test_who_clicked_did_not_answer_himself():
    call = call_of("x11_agent_no_answer_originate.txt")
    assert (call.direction, call.number) == ("outbound", "+14155550997")
    assert (call.result, call.talk) == ("no_answer", 0)


@pytest.mark.parametrize("name", STREAMS)
def test_order_and_duplicates_do_not_matter(name):
    source = random.Random(name)
    for events in calls_of(name):
        expected = asdict(fold(events))
        for _time in range(20):
            mixed = events + source.choices(events, k=len(events))
            source.shuffle(mixed)
            assert asdict(fold(mixed)) == expected


@pytest.mark.parametrize("name", STREAMS)
def test_lost_and_late_events(name):
    """Whatever is missing, there is a call, and no duration is negative."""
    source = random.Random(name)
    for events in calls_of(name):
        whole = asdict(fold(events))
        for place in range(len(events)):
            early = fold(events[:place])
            assert min(early.wait, early.ring, early.talk, early.hold) >= 0
            some = source.sample(events, place)
            found = fold(some)
            assert min(found.wait, found.ring, found.talk, found.hold) >= 0
            assert asdict(fold([*some, *events])) == whole


@pytest.mark.parametrize("name", STREAMS)
def test_clocks_that_jump(name):
    source = random.Random(name)
    for events in calls_of(name):
        skewed = [replace(event, at=event.at - source.choice((0, 5, 3600))) for event in events]
        call = fold(skewed)
        assert min(call.wait, call.ring, call.talk, call.hold) >= 0
        assert all(leg.talk >= 0 and leg.ring >= 0 for leg in call.legs)


def test_no_end_seen_is_a_running_call():
    [events] = calls_of("01_inbound.txt")
    call = fold([event for event in events if event.kind not in ("hung_up", "cdr")])
    assert (call.running, call.end, call.incomplete) == (True, None, False)
    call = fold([event for event in events if event.kind != "started"])
    assert call.incomplete
    assert fold([]) == Call()


def test_a_call_of_26_hours():
    assert fold(conversation(10, 10 + 26 * 3600)).talk == 26 * 3600


@pytest.mark.parametrize(
    ("cause", "result"), [(21, "rejected"), (1, "failed"), (17, "busy"), (16, "no_answer")]
)
def test_a_line_that_was_refused(cause, result):
    """The dial status is the same for all of them; only the cause tells."""
    trunk = {"channel": "PJSIP/trunk-1"}
    phone = {"channel": "PJSIP/1001-1"}
    events = [
        Event("x", "1", "1", "started", 0.0, "a", phone),
        Event("x", "1", "2", "started", 1.0, "b", trunk),
        Event("x", "1", "1", "dial_ended", 9.0, "c", {"dest": "2", "dial_status": "NOANSWER"}),
        Event("x", "1", "2", "hung_up", 9.0, "d", {"cause": cause}),
        Event("x", "1", "1", "hung_up", 9.0, "e", {"cause": 16}),
    ]
    assert fold(events).result == result


def test_one_linkedid_of_two_exchanges():
    """They are two calls, each with its own events."""
    one, other = (events_of("01_inbound.txt", code) for code in ("hamburg", "bonn"))
    assert not {e.key for e in one} & {e.key for e in other}
    calls = fold_all([*one, *other[:10]])
    assert [(place[0], call.running) for place, call in sorted(calls.items())] == [
        ("bonn", True),
        ("hamburg", False),
    ]


@pytest.mark.parametrize("name", STREAMS)
def test_any_single_event_may_be_lost(name):
    """Without its end a call stays open; otherwise each is known, or said to be incomplete."""
    for events in calls_of(name):
        whole = fold(events)
        for lost in events:
            call = fold([one for one in events if one != lost])
            if lost.kind == "hung_up":
                assert call.running
                continue
            assert call.talk <= whole.talk + 2.5  # at most one transfer's ringing
            if call.incomplete or lost.kind == "originate_result":
                continue
            assert (call.direction, call.number, call.called, call.result, call.interface) == (
                whole.direction, whole.number, whole.called, whole.result, whole.interface,
            )  # fmt: skip


def test_a_lost_bridge_is_still_an_answered_call():
    events = [one for one in conversation() if one.kind != "bridged"]
    call = fold(events)
    assert (call.result, call.interface, call.answer) == ("answered", "PJSIP/1001", 10)
    assert (call.talk, call.ring, call.incomplete) == (0, 10 - 1, True)


def test_a_wait_of_which_the_beginning_was_lost():
    """The queue says how long it was, in whole seconds."""
    events = [one for one in calls_of("x07_ring_no_answer.txt")[0] if one.kind != "queue_joined"]
    call = fold(events)
    assert (call.queue, call.result, call.incomplete) == ("support", "abandoned", True)
    assert call.wait == pytest.approx(13, abs=2e-6)


def test_a_second_stay_in_the_same_queue():
    """Joined at 0 as third, out at 5; again at 7, connected at 9: 5 + 2 seconds."""
    events = [
        event("queue_joined", 0, queue="q", position=3.0),
        event("queue_left", 5, queue="q", position=1.0),
        event("queue_joined", 7, queue="q", position=1.0),
        event("queue_left", 9, queue="q"),
        event("agent_connected", 14, queue="q"),  # his announcement took five seconds
    ]
    call = fold(events)
    assert [(wait.how, wait.position) for wait in call.waits] == [("left", 3), ("answered", 1)]
    assert call.wait == 5 + 2


def test_waiting_now_counts_until_the_last_event():
    events = [event("queue_joined", 0, queue="q"), event("agent_called", 6, queue="q")]
    call = fold(events)
    assert (call.wait, call.waits[0].how, call.result, call.running) == (6, "waiting", None, True)


def test_hold():
    """On hold 15 to 20 by the telephone, 18 to 22 by the music: 7 of 30 seconds."""
    events = [
        *conversation(),
        event("held", 15, "2"), event("resumed", 20, "2"),
        event("held", 18), event("resumed", 22),
    ]  # fmt: skip
    call = fold(events)
    assert (call.hold, call.talk, call.handling) == (7, 23, 30)


def test_music_while_he_waits_is_no_hold():
    """Put into a second queue at 40 with music, waiting there until an agent takes him at 100."""
    events = [one for one in conversation() if one.leg != "1" or one.kind != "hung_up"]
    events += [
        event("held", 2), event("resumed", 10),
        event("queue_joined", 41, queue="q"), event("held", 41), event("resumed", 100),
        event("queue_left", 100, queue="q"),
        event("started", 90, "3", **OTHER_PHONE),
        event("bridged", 100, bridge="c"), event("bridged", 100, "3", bridge="c"),
        event("hung_up", 110), event("hung_up", 110, "3"),
    ]  # fmt: skip
    call = fold(events)
    assert (call.wait, call.hold, call.talk) == (59, 0, 30 + 10)


def test_a_silenced_recording():
    """From 12 to 20 in both directions, and once more from 35 to the end at 40."""
    events = [
        *conversation(),
        event("muted", 12, state="1"), event("muted", 20, state="0"), event("muted", 35, state="1"),
    ]  # fmt: skip
    call = fold(events)
    assert (call.muted, call.talk) == (8 + 5, 30)


@pytest.mark.parametrize("result", ["Fail", "Invalid", "Not Permitted"])
def test_a_transfer_that_failed_is_none(result):
    data = {"extension": "1002", "result": result}
    assert fold([*conversation(), event("transferred_blind", 20, "2", **data)]).transfers == []


def test_transfers_in_a_circle_end():
    """Thirty times from one telephone to the other, ten seconds each, nobody in between."""
    events = [event("started", 0, **TRUNK, number="+331")]
    for place in range(30):
        at, leg, bridge = 10 * place, f"a{place}", f"b{place}"
        phone = {"channel": f"PJSIP/100{place % 2 + 1}-{place}"}
        events += [
            event("started", at, leg, **phone),
            event("bridged", at, leg, bridge=bridge),
            event("bridged", at, bridge=bridge),
            event("transferred_blind", at + 10, leg, extension=f"100{2 - place % 2}"),
            event("hung_up", at + 10, leg),
        ]
    events.append(event("hung_up", 300))
    call = fold(events)
    assert (len(call.transfers), len(call.segments)) == (30, 30)
    assert (call.talk, call.result) == (300, "answered")
    assert {transfer.target for transfer in call.transfers} == {"1001", "1002"}


def test_a_channel_is_in_one_bridge_at_a_time():
    """Its leaving the first (lost) is known from its entering the second, at 20."""
    events = [
        *conversation(),
        event("started", 15, "3", **OTHER_PHONE),
        event("bridged", 20, "2", bridge="consult"),
        event("bridged", 20, "3", bridge="consult"),
        event("hung_up", 40, "3"),
    ]
    assert fold(events).talk == 20 - 10


def test_a_dialer_calls_the_customer_first():
    """His is the first channel, but it was the exchange that dialed."""
    events = [
        event("started", 0, **TRUNK, exten="s"),
        event("dialed", 0, dest="1", dest_channel="PJSIP/trunk-1", dial_string="+3315@trunk"),
        event("dial_ended", 30, dest="1", dial_status="NOANSWER"),
        event("hung_up", 30, cause=19.0),
    ]
    call = fold(events)
    assert (call.direction, call.number, call.result) == ("outbound", "+3315", "no_answer")


def test_a_telephone_that_cannot_be_reached():
    """No channel is ever heard of; the call that was wanted failed."""
    call = fold([event("originate_result", 1, exten="+33123456", response="Failure")])
    assert (call.direction, call.number, call.result) == ("outbound", "+33123456", "failed")
    assert not call.running


def test_a_feature_code_is_not_abandoned():
    events = [
        event("started", 0, **PHONE, exten="*78"),
        event("answered", 0.1),
        event("hung_up", 1),
    ]
    assert (fold(events).direction, fold(events).result) == ("internal", "answered")


def test_whom_the_menu_sends_away_has_not_hung_up_at_once():
    """CC-8: short abandonments are those of callers, so that the menu's own ends stay visible."""
    begin, end = event("started", 0), event("hung_up", 4)
    asked = event("ivr", 1, step="ivr", node="n1")
    sent = event("ivr", 3, step="ivr_given_up", node="n1")
    assert fold([begin, asked, end]).result == "short_abandoned"
    assert fold([begin, asked, sent, end]).result == "abandoned"


def test_who_comes_while_a_queue_is_closed_is_none_of_its_calls():
    """CC-3: told by the dial plan at the door; he has waited nowhere."""
    closed = event("ivr", 1, step="closed", outcome="support")
    found = fold([event("started", 0, **TRUNK), closed, event("hung_up", 3)])
    assert (found.result, found.queue, found.wait) == ("abandoned", "", 0)
    assert [(way["step"], way["outcome"]) for way in found.path] == [("closed", "support")]


@pytest.mark.parametrize("step", ["voicemail", "callback", "ivr_contained"])
def test_served_without_a_person(step):
    """The dial plan says so; it counts even if he had waited before."""
    events = [
        event("started", 0, **TRUNK), event("queue_joined", 1, queue="q"),
        event("queue_left", 40, queue="q"), event("ivr", 41, step=step), event("hung_up", 60),
    ]  # fmt: skip
    results = {"callback": "callback_requested"}
    assert fold(events).result == results.get(step, step)


@pytest.mark.parametrize(("seconds", "result"), [(4.9, "short_abandoned"), (5, "abandoned")])
def test_short_abandons(seconds, result):
    events = [
        event("started", 0, **TRUNK), event("queue_joined", 1, queue="q"),
        event("queue_abandoned", 1 + seconds, queue="q"), event("hung_up", 1 + seconds),
    ]  # fmt: skip
    assert fold(events).result == result


def test_a_call_that_the_exchange_no_longer_has():
    """Its end at 40 was lost; after a reconnect at 100 neither channel is listed (CC-8)."""
    events = [one for one in conversation() if one.kind not in ("hung_up", "hangup_requested")]
    assert fold(events).running
    ends = [event("hung_up", 100, leg, vanished=1) for leg in "12"]
    over = fold([*events, *ends])
    assert (over.running, over.incomplete, over.result, over.end) == (False, True, "answered", 100)
    assert (over.talk, over.cause, over.hung_up_by) == (90, None, None)
    assert fold([*events, ends[0]]).running
    whole = fold(conversation())
    assert fold([*conversation(), *ends]) == whole
    assert (whole.end, whole.incomplete) == (40, False)


def test_a_call_that_was_thought_to_be_over():
    """It was not listed at 20, yet it ended at 40: what was heard counts."""
    early = [event("hung_up", 20, leg, vanished=1) for leg in "12"]
    assert fold([*conversation(), *early]) == fold(conversation())


def test_a_bill_without_an_end():
    events = [one for one in conversation() if one.kind != "hung_up" or one.leg != "1"]
    assert not fold(events).incomplete
    call = fold([*events, event("cdr", 40)])
    assert (call.running, call.incomplete) == (True, True)
    alone = fold([event("cdr", 40)])
    assert (alone.running, alone.incomplete, alone.end) == (False, True, 40)


def test_a_clock_that_was_put_back():
    """The telephone answers, and all that follows, an hour before it rang."""
    events = [replace(one, at=one.at - 3600) if one.at >= 10 else one for one in conversation()]
    call = fold(events)
    assert call.skewed
    assert [leg.ring for leg in call.legs] == [0, 0]
    assert not fold(conversation()).skewed


def test_two_listeners_without_time_stamps_of_the_exchange():
    """Each has its own moment of hearing; the first counts, whichever is read first."""
    first = conversation()
    second = [replace(one, at=one.at + 0.25) for one in first]
    assert fold(first + second) == fold(second + first) == fold(first)


@pytest.mark.parametrize("exchange", "abcdefgh")
def test_a_batch_that_came_at_one_moment(exchange):
    """Then kinds have an order: nobody leaves a queue before he joins it. Keys have none."""
    events = [replace(one, at=0.0) for one in events_of("01_inbound.txt", exchange) if one.call]
    call = fold(events)
    assert (call.result, call.interface, call.running) == ("answered", "PJSIP/1001", False)
    assert [(wait.how, wait.position) for wait in call.waits] == [("answered", 1)]
    assert (call.wait, call.talk, call.incomplete) == (0, 0, False)


def test_a_clock_that_was_put_back_before_the_end():
    """The last leg ends at 40 − 20; what it did at 25 was said before that."""
    events = [
        replace(one, at=20.0) if one.kind == "hung_up" else one
        for one in [*conversation(), event("held", 25, "2"), event("resumed", 26, "2")]
    ]
    assert fold(events).skewed


def test_a_clock_that_was_put_forward():
    """Something was heard of the channel before it began, but its answer and end came after."""
    assert fold([*conversation(), event("recording_started", -50)]).skewed
    assert not fold([*conversation(), event("recording_started", -0.5)]).skewed


def test_nonsense_never_raises():
    """Any kinds, of any channels, with anything said: there is a call without negative time."""
    source = random.Random(11)
    words = [
        "",
        "1",
        "2",
        "s",
        "b",
        "PJSIP/trunk-1",
        "PJSIP/1001-2",
        "Local/1;2",
        "Success",
        "ANSWER",
    ]
    names = ["channel", "number", "queue", "bridge", "dest", "dest_channel", "extension", "exten",
             "result", "state", "step", "reason", "interface", "dial_status", "file"]  # fmt: skip
    for _time in range(400):
        events = [
            event(
                source.choice([*ORDER, "muted", "channel_listed", "recording_started", "other"]),
                source.choice([0, 1, 1, 2, 9, 1e9]),
                source.choice(["", "1", "2", "3"]),
                **{name: source.choice(words) for name in source.sample(names, 6)},
                **{name: source.choice([0.0, 1.0, 2e9]) for name in ("cause", "hold", "position")},
            )
            for _one in range(source.randrange(1, 30))
        ]
        call = fold(events)
        durations = [call.wait, call.ring, call.talk, call.hold, call.muted]
        durations += [value for leg in call.legs for value in (leg.ring, leg.talk)]
        assert min(durations) >= 0
        source.shuffle(events)
        assert fold(events) == call


@pytest.mark.parametrize("told", [("CANCEL", "NOANSWER"), ("NOANSWER", "CANCEL"), ("CANCEL", None)])
def test_a_telephone_that_nobody_took_is_canceled_too(told):
    """Which of both comes first does not matter; the queue's own word counts as well."""
    events = [
        event("started", 0, **TRUNK), event("started", 1, "2", **PHONE),
        event("dial_ended", 20, dest="2", dial_status=told[0]),
        event("dial_ended", 21, dest="2", dial_status=told[1])
        if told[1] else event("agent_rang_out", 21, dest="2", ring=20.0),
        event("hung_up", 21, "2"), event("hung_up", 30),
    ]  # fmt: skip
    assert [leg.result for leg in fold(events).legs] == [None, "no_answer"]


def test_who_called_whom_when_the_first_event_was_lost():
    """The agent's channel is the first that is known, but the customer's dialed it."""
    known = [one for one in conversation() if one.kind not in ("started", "dialed")]
    known += [event("started", 1, "2", **PHONE), event("dialed", 1.5, **TRUNK, dest="2")]
    assert fold(known).direction == "inbound"
    outgoing = [
        event("started", 0, "2", **PHONE, number="1001", exten="+3315"),
        event("started", 1, **TRUNK, exten="s"),
        event("hung_up", 5), event("hung_up", 5, "2"),
    ]  # fmt: skip
    call = fold(outgoing)
    assert (call.direction, call.number) == ("outbound", "+3315")
    assert fold(outgoing[1:]).called == ""  # "s" is no number


def test_the_number_when_the_beginning_was_lost():
    events = [event("answered", 1, **TRUNK, number="+331", name="Jane"), event("hung_up", 2)]
    call = fold(events)
    assert (call.number, call.name, call.incomplete) == ("+331", "Jane", True)
    first = event("started", 0, **TRUNK, number="anonymous", name="<unknown>")
    assert (fold([first, *events]).number, fold([first, *events]).name) == ("", "")


def test_a_queue_that_was_not_told_to_be_left():
    """Joined at 0, again at 7 (the first end was lost); gone at 9 with his line."""
    events = [
        event("started", 0, **TRUNK), event("queue_joined", 0, queue="q"),
        event("queue_joined", 7, queue="q"), event("hung_up", 9), event("cdr", 20),
    ]  # fmt: skip
    call = fold(events)
    assert [(wait.how, wait.left) for wait in call.waits] == [("left", 7), ("abandoned", 9)]
    answered = [event("queue_joined", 2, queue="q"), *conversation()]
    assert [(wait.how, wait.left) for wait in fold(answered).waits] == [("answered", 10)]


def test_a_telephone_that_was_taken_as_the_caller_gave_up():
    """Taken at 10, but the queue says that he was gone: nobody talked."""
    events = [one for one in conversation() if one.kind != "bridged"]
    events += [event("queue_joined", 1, queue="q"), event("queue_abandoned", 10, queue="q")]
    assert (fold(events).result, fold(events).answer) == ("abandoned", None)


def test_recordings_once_each():
    files = [event("recording_started", 11 + n, file=file) for n, file in enumerate("aba")]
    assert fold([*conversation(), *files]).recordings == ["a", "b"]
