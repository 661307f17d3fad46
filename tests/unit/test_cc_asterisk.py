"""CC-1, CC-3, CC-5: the Asterisk adapter over real sockets, against an exchange that misbehaves.

Headers, values and the order of events are those of Asterisk 22.10 as recorded from a real one.
"""

import asyncio
import shutil
import ssl
import subprocess
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from odoo.addons.crm_callcenter.pbx import asterisk
from odoo.addons.crm_callcenter.pbx.adapter import DONE, FAILED, UNKNOWN, Command, LoginError
from odoo.addons.crm_callcenter.pbx.asterisk import (
    COMMANDS,
    AsteriskAdapter,
    AsteriskSettings,
    plan,
)
from odoo.addons.crm_callcenter.pbx.fake import (
    FakeExchange,
    Faults,
    read_stream,
    shuffled,
    to_bytes,
)

AGENT, CALLER = "PJSIP/1001-0000000a", "PJSIP/trunk-00000009"


def settings(fake, **changes):
    usual = {
        "code": "ast1",
        "port": fake.port,
        "username": "listener",
        "secret": "fake",
        "idle": 5.0,
        "answer": 2.0,
        "confirm": 0.3,
    }
    return AsteriskSettings(**{**usual, **changes})


class Heard:
    """Reads an adapter's events in the background."""

    def __init__(self, adapter):
        self.messages, self.error = [], None
        self.task = asyncio.create_task(self._read(adapter))

    async def _read(self, adapter):
        try:
            async for batch in adapter.events():
                self.messages += batch
        except ConnectionError as error:
            self.error = str(error)

    async def until(self, ready, seconds=5):
        end = asyncio.get_running_loop().time() + seconds
        while not ready(self):
            assert asyncio.get_running_loop().time() < end, (self.error, len(self.messages))
            await asyncio.sleep(0.005)

    def named(self, name):
        return [message for message in self.messages if message["Event"] == name]


@asynccontextmanager
async def exchange(fake=None, **changes):
    """A fake exchange, an adapter that is connected to it, and what it hears."""
    fake = fake or FakeExchange()
    await fake.start()
    adapter = AsteriskAdapter(settings(fake, **changes))
    try:
        await adapter.connect()
        heard = Heard(adapter)
        yield fake, adapter, heard
    finally:
        await adapter.close()
        await fake.stop()


def run(scenario):
    return asyncio.run(asyncio.wait_for(scenario, 20))


def numbered(count, name="Newstate"):
    return [{"Event": name, "Timestamp": f"{i}.0", "Uniqueid": f"u{i}"} for i in range(count)]


# -- connection


def test_login_sends_no_secret_in_the_clear_and_names_the_event_mask():
    async def scenario():
        async with exchange() as (fake, adapter, _heard):
            assert adapter.connected
            challenge, login = fake.actions
            assert challenge["AuthType"] == "MD5"
            # printf '841367fake' | md5sum
            assert login["Key"] == "38d12ed375fb2e02047fcfb30a4fe856"
            assert "Secret" not in login
            assert login["Events"] == "system,call,agent,user,cdr,dtmf"

    run(scenario())


def test_a_wrong_secret_is_told_apart_from_an_exchange_that_is_away():
    async def scenario():
        fake = FakeExchange()
        await fake.start()
        with pytest.raises(LoginError, match="Authentication failed"):
            await AsteriskAdapter(settings(fake, secret="wrong")).connect()
        await fake.stop()
        with pytest.raises(OSError):
            await AsteriskAdapter(settings(fake)).connect()

    run(scenario())


def test_something_else_on_the_port_is_no_exchange():
    async def other(_reader, writer):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    async def scenario():
        server = await asyncio.start_server(other, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        adapter = AsteriskAdapter(AsteriskSettings("ast1", port=port))
        with pytest.raises(ConnectionError, match="not an Asterisk manager"):
            await adapter.connect()
        assert not adapter.connected
        server.close()

    run(scenario())


def test_tls_with_a_certificate_that_is_checked(tmp_path):
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)

    async def scenario():
        trusted = ssl.create_default_context(cafile=certificate)
        async with exchange(FakeExchange(tls=server), tls=trusted) as (fake, adapter, _heard):
            assert fake.actions[0]["Secret"] == "fake"  # it is encrypted already
            stranger = settings(fake, tls=ssl.create_default_context())
            with pytest.raises(ssl.SSLCertVerificationError):
                await AsteriskAdapter(stranger).connect()
            assert adapter.connected

    run(scenario())


def test_events_arrive_in_order_and_the_end_is_told_after_the_last():
    async def scenario():
        async with exchange() as (fake, adapter, heard):
            await fake.emit(numbered(500))
            await heard.until(lambda self: len(self.named("Newstate")) == 500)
            assert heard.named("Newstate") == numbered(500)
            await fake.emit(numbered(3, "Last"))
            fake.cut()
            await heard.until(lambda self: self.error is not None)
            assert not adapter.connected
            with pytest.raises(ConnectionError):
                async for _batch in adapter.events():
                    pytest.fail("there is nothing left")

    run(scenario())


def test_without_a_connection_there_are_no_events():
    async def scenario():
        with pytest.raises(ConnectionError, match="Not connected"):
            async for _batch in AsteriskAdapter(AsteriskSettings("ast1")).events():
                pytest.fail("nobody is there")

    run(scenario())


@pytest.mark.parametrize(
    "faults",
    [
        Faults(piece=1),
        Faults(piece=7, garbage=0.2),
        Faults(garbage=0.5, duplicate=0.3, reorder=5),
        Faults(delay=0.002),
    ],
)
def test_no_fault_of_the_line_loses_or_invents_an_event(faults):
    async def scenario():
        async with exchange() as (fake, _adapter, heard):
            fake.faults = faults
            await fake.emit(numbered(60))
            await fake.emit([{"Event": "End", "Timestamp": "99"}])
            await heard.until(lambda self: self.named("End"))
            told = {message["Uniqueid"] for message in heard.named("Newstate")}
            assert told == {f"u{i}" for i in range(60)}
            assert len(heard.named("Newstate")) == len(shuffled(numbered(60), faults))

    run(scenario())


def test_a_message_cut_in_half_is_not_an_event():
    async def scenario():
        async with exchange() as (fake, _adapter, heard):
            # said so far: challenge, login, FullyBooted
            fake.faults = Faults(cut_after=3 + 4)
            await fake.emit(numbered(10))
            await heard.until(lambda self: self.error is not None)
            assert heard.named("Newstate") == numbered(4)

    run(scenario())


def test_a_caller_name_that_is_no_utf_8_does_not_end_the_connection():
    async def scenario():
        async with exchange() as (fake, _adapter, heard):
            for session in fake._sessions:
                session.writer.write(b"Event: Newchannel\r\nCallerIDName: Jan\xe9\r\n\r\n")
            await heard.until(lambda self: self.named("Newchannel"))
            assert heard.named("Newchannel")[0]["CallerIDName"] == "Jan\ufffd"

    run(scenario())


def test_a_silent_line_is_pinged_and_given_up_when_nothing_answers():
    async def scenario():
        async with exchange(idle=0.1) as (fake, adapter, heard):
            await asyncio.sleep(0.35)
            pings = [action for action in fake.actions if action["Action"] == "Ping"]
            assert len(pings) >= 2  # and answered, so the line lives
            assert adapter.connected
            fake.silent = True
            await heard.until(lambda self: self.error is not None)
            assert heard.error == "No answer to Ping"

    run(scenario())


def test_who_does_not_read_events_holds_the_exchange_back_and_loses_none():
    async def scenario():
        fake = FakeExchange()
        await fake.start()
        adapter = AsteriskAdapter(settings(fake, waiting=2))
        await adapter.connect()
        long = [{**each, "Text": "x" * 10_000} for each in numbered(3000)]  # 30 MB
        talk = asyncio.create_task(fake.emit(long))
        await asyncio.sleep(0.3)
        assert not talk.done()
        heard = Heard(adapter)
        await heard.until(lambda self: len(self.named("Newstate")) == 3000)
        await talk
        assert heard.named("Newstate") == long
        await adapter.close()
        await fake.stop()

    run(scenario())


def test_events_without_a_time_get_that_of_arrival_and_are_counted():
    async def scenario():
        async with exchange() as (fake, adapter, heard):
            before = adapter.unstamped
            await fake.emit([{"Event": "Reload"}])
            await heard.until(lambda self: self.named("Reload"))
            assert adapter.unstamped == before + 1
            assert float(heard.named("Reload")[0]["Timestamp"]) > 1.6e9

    run(scenario())


# -- state after a reconnect


LISTS = {
    "CoreShowChannels": [
        {"Event": "CoreShowChannel", "Channel": AGENT, "Uniqueid": "a1", "Linkedid": "c1"}
    ],
    "QueueStatus": [
        {"Event": "QueueParams", "Queue": "support", "Calls": "1"},
        {"Event": "QueueMember", "Queue": "support", "Location": "PJSIP/1001", "Paused": "0"},
        {"Event": "QueueEntry", "Queue": "support", "Uniqueid": "c1", "Wait": "12"},
    ],
    "DeviceStateList": [
        {"Event": "DeviceStateChange", "Device": "PJSIP/1001", "State": "INUSE"},
    ],
    "PJSIPShowContacts": [{"Event": "ContactList", "Endpoint": "1001", "Status": "Reachable"}],
}


def test_the_state_after_a_reconnect_comes_as_events():
    async def scenario():
        async with exchange(FakeExchange(lists=LISTS)) as (fake, adapter, heard):
            fake.cut()
            await heard.until(lambda self: self.error is not None)
            await adapter.connect()
            again = Heard(adapter)
            await adapter.snapshot()
            await again.until(lambda self: self.named("PJSIPShowContactsComplete"))
            names = [message["Event"] for message in again.messages if "ActionID" in message]
            assert names == [
                *("CoreShowChannel", "CoreShowChannelsComplete"),
                *("QueueParams", "QueueMember", "QueueEntry", "QueueStatusComplete"),
                *("DeviceStateChange", "DeviceStateListComplete"),
                *("ContactList", "PJSIPShowContactsComplete"),
            ]
            # each says when, so that the same state a minute later is another event
            assert all("Timestamp" in message for message in again.messages)
            await again.task if again.task.done() else again.task.cancel()

    run(scenario())


def test_no_telephone_at_all_is_an_empty_list_and_no_failure():
    def none(_action):
        return [{"Response": "Error", "Message": "No Contacts found"}]

    async def scenario():
        fake = FakeExchange(lists={**LISTS}, answers={"PJSIPShowContacts": none})
        async with exchange(fake) as (_fake, adapter, _heard):
            await adapter.snapshot()

    run(scenario())


def test_a_list_that_the_account_may_not_see_is_told_and_not_asked_for_again_and_again():
    def denied(_action):
        return [{"Response": "Error", "Message": "Permission denied"}]

    async def scenario():
        fake = FakeExchange(lists={**LISTS}, answers={"PJSIPShowContacts": denied})
        async with exchange(fake) as (_fake, adapter, _heard):
            await adapter.snapshot()
            assert adapter.denied == {"PJSIPShowContacts"}
            del fake.answers["PJSIPShowContacts"]
            await adapter.snapshot()
            assert adapter.denied == set()

    run(scenario())


def test_a_module_that_is_not_loaded_yet_is_told_and_the_rest_is_listed():
    def none(_action):
        return [{"Response": "Error", "Message": "Invalid/unknown command"}]

    async def scenario():
        fake = FakeExchange(lists={**LISTS}, answers={"QueueStatus": none})
        async with exchange(fake) as (_fake, adapter, heard):
            with pytest.raises(ConnectionError, match=r"^QueueStatus: Invalid/unknown command$"):
                await adapter.snapshot()
            await heard.until(lambda self: self.named("PJSIPShowContactsComplete"))

    run(scenario())


def test_a_list_that_never_ends_does_not_hold_the_listener():
    def endless(_action):
        return [{"Response": "Success", "EventList": "start"}]

    async def scenario():
        fake = FakeExchange(lists=LISTS, answers={"QueueStatus": endless})
        async with exchange(fake, answer=0.1) as (_fake, adapter, _heard):
            with pytest.raises(ConnectionError, match="QueueStatus: no answer in time"):
                await adapter.snapshot()

    run(scenario())


# -- commands: (command, its values, what is sent, the exchange's own proof)

PLACE = {"context": "agents", "exten": "1002"}
SENT_PLACE = {"Context": "agents", "Exten": "1002"}
PAUSED = {"Event": "QueueMemberPause", "Interface": "PJSIP/1001"}
#: Headers that do not say whose event it is.
REST = ("Event", "Response", "Reason", "Result", "Application", "Cause", "SpyeeChannel")
CASES = [
    (
        "originate",
        {"channel": "PJSIP/1001", "context": "from-agent", "exten": "+14155550999"},
        {"Action": "Originate", "ChannelId": "7", "Async": "true", "Exten": "+14155550999"},
        [{"Event": "OriginateResponse", "ActionID": "7", "Response": "Success", "Reason": "4"}],
    ),
    (
        "redirect",
        {"channel": CALLER, **PLACE},
        {"Action": "Redirect", "Channel": CALLER, "Priority": "1", **SENT_PLACE},
        [{"Event": "Newexten", "Channel": CALLER, "Application": "Queue", **SENT_PLACE}],
    ),
    (
        "transfer",
        {"channel": AGENT, **PLACE},
        {"Action": "BlindTransfer", "Channel": AGENT, **SENT_PLACE},
        [{"Event": "BlindTransfer", "TransfererChannel": AGENT, "Result": "Success"}],
    ),
    (
        "atxfer",
        {"channel": AGENT, **PLACE},
        {"Action": "Atxfer", "Channel": AGENT, **SENT_PLACE},
        [{"Event": "Newchannel", "Channel": "Local/1002@agents-00000000;1"}],
    ),
    (
        "atxfer_cancel",
        {"channel": AGENT},
        {"Action": "CancelAtxfer", "Channel": AGENT},
        [{"Event": "BridgeEnter", "Channel": AGENT}],
    ),
    (
        "bridge",
        {"channel": AGENT, "other": CALLER},
        {"Action": "Bridge", "Channel1": AGENT, "Channel2": CALLER, "Tone": "no"},
        [{"Event": "BridgeEnter", "Channel": CALLER}, {"Event": "BridgeEnter", "Channel": AGENT}],
    ),
    (
        "conference",
        {"channel": AGENT, "other": CALLER, "context": "rooms", "exten": "900"},
        {"Action": "Redirect", "ExtraChannel": CALLER, "ExtraExten": "900", "Exten": "900"},
        [
            {"Event": "ConfbridgeJoin", "Channel": AGENT},
            {"Event": "ConfbridgeJoin", "Channel": CALLER},
        ],
    ),
    (
        "answer",
        {"channel": AGENT},
        {"Action": "PJSIPNotify", "Channel": AGENT, "Variable": "Event=talk"},
        [{"Event": "Newstate", "Channel": AGENT, "ChannelState": "6"}],
    ),
    (
        "hold",
        {"channel": AGENT},
        {"Action": "PlayDTMF", "Channel": AGENT, "Digit": "*", "Receive": "1"},
        [{"Event": "Hold", "Channel": AGENT}],
    ),
    (
        "resume",
        {"channel": AGENT},
        {"Action": "PlayDTMF", "Channel": AGENT, "Digit": "*", "Receive": "1"},
        [{"Event": "Unhold", "Channel": AGENT}],
    ),
    (
        "mute",
        {"channel": AGENT},
        {"Action": "Setvar", "Channel": AGENT, "Variable": "MUTEAUDIO(in)", "Value": "on"},
        [],
    ),
    (
        "unmute",
        {"channel": AGENT, "direction": "all"},
        {"Action": "Setvar", "Channel": AGENT, "Variable": "MUTEAUDIO(all)", "Value": "off"},
        [],
    ),
    (
        "hangup",
        {"channel": AGENT},
        {"Action": "Hangup", "Channel": AGENT, "Cause": "16"},
        [{"Event": "Hangup", "Channel": AGENT, "Cause": "16"}],
    ),
    ("dtmf", {"channel": AGENT, "digits": "5"}, {"Action": "PlayDTMF", "Digit": "5"}, []),
    (
        "queue_pause",
        {"interface": "PJSIP/1001", "queue": "support", "reason": "Lunch"},
        {"Action": "QueuePause", "Paused": "true", "Queue": "support", "Reason": "Lunch"},
        [
            dict(PAUSED, Queue="support", Paused="1"),
        ],
    ),
    (
        "queue_unpause",
        {"interface": "PJSIP/1001"},
        {"Action": "QueuePause", "Paused": "false", "Interface": "PJSIP/1001"},
        [
            dict(PAUSED, Queue="sales", Paused="0"),
        ],
    ),
    (
        "queue_add",
        {"interface": "PJSIP/1009", "queue": "support", "member_name": "Ann", "penalty": 2},
        {"Action": "QueueAdd", "Interface": "PJSIP/1009", "MemberName": "Ann", "Penalty": "2"},
        [{"Event": "QueueMemberAdded", "Interface": "PJSIP/1009", "Queue": "support"}],
    ),
    (
        "queue_remove",
        {"interface": "PJSIP/1009", "queue": "support"},
        {"Action": "QueueRemove", "Interface": "PJSIP/1009", "Queue": "support"},
        [{"Event": "QueueMemberRemoved", "Interface": "PJSIP/1009", "Queue": "support"}],
    ),
    (
        "queue_penalty",
        {"interface": "PJSIP/1009", "queue": "support", "penalty": 2},
        {"Action": "QueuePenalty", "Interface": "PJSIP/1009", "Queue": "support", "Penalty": "2"},
        [
            {
                "Event": "QueueMemberPenalty",
                "Interface": "PJSIP/1009",
                "Queue": "support",
                "Penalty": "2",
            }
        ],
    ),
    (
        "record_start",
        {"channel": CALLER, "file": "2026/11/c1.wav"},
        {"Action": "MixMonitor", "Channel": CALLER, "File": "2026/11/c1.wav"},
        [{"Event": "MixMonitorStart", "Channel": CALLER}],
    ),
    (
        "record_pause",
        {"channel": CALLER},
        {"Action": "MixMonitorMute", "Direction": "both", "State": "1"},
        [{"Event": "MixMonitorMute", "Channel": CALLER, "State": "1"}],
    ),
    (
        "record_resume",
        {"channel": CALLER},
        {"Action": "MixMonitorMute", "Direction": "both", "State": "0"},
        [{"Event": "MixMonitorMute", "Channel": CALLER, "State": "0"}],
    ),
    (
        "record_stop",
        {"channel": CALLER},
        {"Action": "StopMixMonitor", "Channel": CALLER},
        [{"Event": "MixMonitorStop", "Channel": CALLER}],
    ),
    *(
        (
            name,
            {"channel": "PJSIP/1000", "spied": AGENT},
            {"Action": "Originate", "Application": "ChanSpy", "Data": f"{AGENT},{options}"},
            [{"Event": "ChanSpyStart", "SpyerUniqueid": "7", "SpyeeChannel": AGENT}],
        )
        for name, options in (("listen", "qE"), ("whisper", "qwE"), ("barge", "qBE"))
    ),
]
IDS = [case[0] for case in CASES]
PROVED = [case for case in CASES if case[3]]


def test_every_command_has_a_case_here():
    assert set(IDS) == set(COMMANDS)


@pytest.mark.parametrize(("action", "values", "sent", "proof"), CASES, ids=IDS)
def test_a_command_is_done_when_the_exchange_says_so(action, values, sent, proof):
    async def scenario():
        async with exchange(confirm=2.0) as (fake, adapter, _heard):
            sending = asyncio.create_task(adapter.send(Command("7", action, values)))
            while sent["Action"] not in [each["Action"] for each in fake.actions]:
                await asyncio.sleep(0.002)
            for event in proof:  # what happens to others proves nothing
                who = [name for name in event if name not in REST]
                if action == "queue_unpause":
                    who.remove("Queue")  # without a queue it is about all of them
                await fake.emit({**event, name: "other"} for name in who)
            for event in proof:
                await asyncio.sleep(0.02)
                assert not sending.done()
                await fake.emit([event])
            result = await sending
            assert (result.key, result.state) == ("7", DONE)
            received = next(each for each in fake.actions if each["Action"] == sent["Action"])
            assert {name: received.get(name) for name in sent} == sent

    run(scenario())


@pytest.mark.parametrize(("action", "values", "sent", "_proof"), PROVED, ids=[c[0] for c in PROVED])
def test_a_command_that_is_never_confirmed_is_not_reported_as_done(
    action, values, sent, _proof, monkeypatch
):
    # an Originate waits for its ringing and ten seconds more; not in a test
    monkeypatch.setattr(asterisk, "plan", lambda what: replace(plan(what), seconds=None))

    async def scenario():
        async with exchange() as (fake, adapter, _heard):
            command = Command("7", action, {**values, "timeout": 0.001})
            result = await adapter.send(command)
            assert (result.state, result.text) == (
                UNKNOWN,
                "the exchange has not confirmed it in time",
            )
            once = [each["Action"] for each in plan(command).actions]
            received = [each["Action"] for each in fake.actions if each["Action"] in once]
            assert received == once

    run(scenario())


@pytest.mark.parametrize(("action", "values", "sent", "_proof"), CASES, ids=IDS)
def test_a_refusal_of_the_exchange_is_the_result(action, values, sent, _proof):
    def refuse(_action):
        return [{"Response": "Error", "Message": "No such channel"}]

    async def scenario():
        fake = FakeExchange(answers={sent["Action"]: refuse})
        async with exchange(fake) as (_fake, adapter, _heard):
            result = await adapter.send(Command("7", action, values))
            assert (result.state, result.text) == (FAILED, "No such channel")

    run(scenario())


@pytest.mark.parametrize(("action", "values", "sent", "_proof"), PROVED, ids=[c[0] for c in PROVED])
def test_a_connection_lost_in_between_is_unknown_and_never_sent_again(action, values, sent, _proof):
    async def scenario():
        async with exchange(confirm=5.0) as (fake, adapter, heard):
            sending = asyncio.create_task(adapter.send(Command("7", action, values)))
            while sent["Action"] not in [each["Action"] for each in fake.actions]:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0.01)
            once = [each["Action"] for each in fake.actions].count(sent["Action"])
            assert once <= len(plan(Command("7", action, values)).actions)
            fake.cut()
            assert (await sending).state == UNKNOWN
            await heard.until(lambda self: self.error is not None)
            await adapter.connect()
            await asyncio.sleep(0.05)
            assert [each["Action"] for each in fake.actions].count(sent["Action"]) == once

    run(scenario())


@pytest.mark.parametrize(
    ("reason", "text"),
    [("1", "no_answer"), ("3", "no_answer"), ("5", "busy"), ("8", "busy"), ("0", "failed")],
)
def test_what_really_happened_to_a_click_to_dial(reason, text):
    def answer(action):
        # of a channel that could not be made there is no Uniqueid
        failed = {"Event": "OriginateResponse", "Response": "Failure", "Uniqueid": "<null>"}
        return [
            {"Response": "Success"},
            {**failed, "ActionID": action["ActionID"], "Reason": reason},
        ]

    async def scenario():
        async with exchange(FakeExchange(answers={"Originate": answer})) as (_f, adapter, _h):
            values = {"channel": "PJSIP/1001", **PLACE}
            result = await adapter.send(Command("click-42", "originate", values))
            assert (result.key, result.state, result.text) == ("click-42", FAILED, text)

    run(scenario())


def test_a_supervisor_who_does_not_answer_does_not_listen():
    def answer(action):
        failed = {"Event": "OriginateResponse", "Response": "Failure", "Reason": "3"}
        return [{"Response": "Success"}, {**failed, "ActionID": action["ActionID"]}]

    async def scenario():
        async with exchange(FakeExchange(answers={"Originate": answer})) as (_f, adapter, _h):
            values = {"channel": "PJSIP/1000", "spied": AGENT}
            result = await adapter.send(Command("7", "listen", values))
            assert (result.state, result.text) == (FAILED, "no_answer")

    run(scenario())


def test_a_call_that_ends_under_the_command_is_told_at_once():
    async def scenario():
        async with exchange(confirm=5.0) as (fake, adapter, _heard):
            for action in ("hold", "transfer", "redirect", "atxfer", "record_start", "bridge"):
                case = next(case for case in CASES if case[0] == action)
                sending = asyncio.create_task(adapter.send(Command("7", action, case[1])))
                await asyncio.sleep(0.02)
                await fake.emit([{"Event": "Hangup", "Channel": case[1]["channel"]}])
                result = await sending
                assert (action, result.state, result.text) == (action, FAILED, "the call has ended")

    run(scenario())


def test_a_redirect_to_an_extension_that_is_none_has_failed():
    async def scenario():
        async with exchange(confirm=5.0) as (fake, adapter, _heard):
            values = {"channel": CALLER, **PLACE}
            sending = asyncio.create_task(adapter.send(Command("7", "redirect", values)))
            await asyncio.sleep(0.02)
            # as a real exchange told it: the response was Success, the place was right
            names = ("ConfbridgeLeave", "BridgeLeave", "SoftHangupRequest", "Hangup")
            await fake.emit({"Event": name, "Channel": CALLER, **SENT_PLACE} for name in names)
            result = await sending
            assert (result.state, result.text) == (FAILED, "the call has ended")

    run(scenario())


def test_a_transfer_that_the_exchange_could_not_make_has_failed():
    async def scenario():
        async with exchange(confirm=5.0) as (fake, adapter, _heard):
            values = {"channel": AGENT, **PLACE}
            sending = asyncio.create_task(adapter.send(Command("7", "transfer", values)))
            await asyncio.sleep(0.02)
            failed = {
                "Event": "BlindTransfer",
                "TransfererChannel": AGENT,
                "Result": "Not Permitted",
            }
            await fake.emit([failed])
            result = await sending
            assert (result.state, result.text) == (FAILED, "Not Permitted")

    run(scenario())


def test_several_digits_are_sent_one_after_the_other():
    async def scenario():
        async with exchange() as (fake, adapter, _heard):
            result = await adapter.send(Command("7", "dtmf", {"channel": AGENT, "digits": "12#"}))
            assert result.state == DONE
            sent = [each["Digit"] for each in fake.actions if each["Action"] == "PlayDTMF"]
            assert sent == ["1", "2", "#"]

    run(scenario())


def test_hold_and_resume_are_codes_of_the_exchange():
    """Those of pbx/conf/features.conf, heard on the agent's own channel."""
    conf = Path(asterisk.__file__).with_name("conf") / "features.conf"
    for action, word in (("hold", "crm_hold"), ("resume", "crm_talk")):
        actions = plan(Command("7", action, {"channel": AGENT})).actions
        code = "".join(one["Digit"] for one in actions)
        assert f"{word} => {code},self,PJSIPNotify" in conf.read_text()
        assert {one["Receive"] for one in actions} == {"1"}


def test_two_commands_at_once_get_their_own_results():
    async def scenario():
        async with exchange(confirm=2.0) as (fake, adapter, _heard):
            hold = asyncio.create_task(adapter.send(Command("1", "hold", {"channel": AGENT})))
            other = asyncio.create_task(adapter.send(Command("2", "hold", {"channel": CALLER})))
            await asyncio.sleep(0.05)
            await fake.emit([{"Event": "Hold", "Channel": CALLER}])
            assert (await other).key == "2"
            assert not hold.done()
            await fake.emit([{"Event": "Hold", "Channel": AGENT}])
            assert (await hold).key == "1"
            assert (adapter._judges, adapter._answers) == ({}, {})  # nothing is left behind

    run(scenario())


def test_variables_are_headers_of_their_own():
    values = {"channel": "PJSIP/1001", **PLACE, "variables": {"CC_CALL": 5, "__CC_X": "a b"}}
    assert plan(Command("7", "originate", values)).actions[0]["Variable"] == [
        "CC_CALL=5",
        "__CC_X=a b",
    ]


# -- what may not be sent


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("System", {"command": "rm"}),
        ("hangup", {}),
        ("hangup", {"channel": f"{AGENT}\r\nAction: Originate"}),
        ("hangup", {"channel": "/^PJSIP.*/"}),  # Asterisk takes it as a pattern: all calls
        ("listen", {"channel": "PJSIP/1000", "spied": f"{AGENT},wB"}),
        ("originate", {"channel": "PJSIP/1001", **PLACE, "exten": "1002\nApplication: System"}),
        ("originate", {"channel": "PJSIP/1001", **PLACE, "variables": {"A": "1,B=2"}}),
        ("originate", {"channel": "PJSIP/1001", **PLACE, "variables": {"SHELL(x)": "1"}}),
        ("originate", {"channel": "PJSIP/1001", **PLACE, "variables": "A=1"}),
        ("originate", {"channel": "PJSIP/1001", **PLACE, "timeout": "long"}),
        ("originate", {"channel": "PJSIP/1001&PJSIP/1002", **PLACE}),
        ("record_start", {"channel": CALLER, "file": "../../etc/cron.d/x"}),
        ("record_start", {"channel": CALLER, "file": "/etc/passwd"}),
        ("record_start", {"channel": CALLER, "file": "a.wav,,;rm"}),
        ("dtmf", {"channel": AGENT, "digits": "12x"}),
        ("queue_add", {"interface": "PJSIP/1009"}),
        ("mute", {"channel": AGENT, "direction": "sideways"}),
    ],
)
def test_nothing_else_reaches_the_exchange(action, values):
    async def scenario():
        async with exchange() as (fake, adapter, _heard):
            before = len(fake.actions)
            result = await adapter.send(Command("7", action, values))
            assert result.state == FAILED
            assert result.text
            assert len(fake.actions) == before

    run(scenario())


def test_without_a_connection_nothing_is_sent_and_nothing_waits():
    async def scenario():
        fake = FakeExchange()
        await fake.start()
        adapter = AsteriskAdapter(settings(fake))
        result = await adapter.send(Command("7", "hangup", {"channel": AGENT}))
        assert (result.state, result.text) == (FAILED, "not connected to the exchange")
        await adapter.connect()
        await asyncio.sleep(0.02)
        assert "Hangup" not in [each["Action"] for each in fake.actions]
        await adapter.close()
        await fake.stop()

    run(scenario())


# -- the fake itself


def test_a_recorded_stream_is_read_and_written_as_it_was():
    text = "Event: Hangup\r\nCause-txt: Normal: ok\r\n\r\nEvent: Cdr\r\n\r\n"
    messages = read_stream(text)
    assert messages == [{"Event": "Hangup", "Cause-txt": "Normal: ok"}, {"Event": "Cdr"}]
    assert b"".join(map(to_bytes, messages)) == text.encode()


def test_faults_keep_every_message_and_move_it_no_further_than_said():
    told = shuffled(numbered(200), Faults(duplicate=0.5, reorder=3, seed=4))
    places = [int(message["Uniqueid"][1:]) for message in told]
    assert set(places) == set(range(200))
    assert len(told) > 250  # about 300
    assert places != sorted(places)


def test_a_recording_is_replayed_in_its_own_time():
    async def scenario():
        async with exchange() as (fake, _adapter, heard):
            begin = asyncio.get_running_loop().time()
            await fake.replay(numbered(4), speed=20)  # 1, 2, 3 s apart from the second on: 2 s
            assert 0.09 <= asyncio.get_running_loop().time() - begin < 0.5
            await heard.until(lambda self: len(self.named("Newstate")) == 4)

    run(scenario())
