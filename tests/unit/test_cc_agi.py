"""FastAGI (CC-4): the protocol as Asterisk speaks it, torn, slow, hostile; menus of the disk."""

import asyncio
import base64
import hashlib
import json
from contextlib import asynccontextmanager, suppress

import pytest

from odoo.addons.crm_callcenter.pbx.agi import AgiServer, AgiSettings
from odoo.addons.crm_callcenter.pbx.menus import MenuPace, Menus
from odoo.addons.crm_callcenter.pbx.odoo_client import OdooUnavailableError

SETTINGS = AgiSettings(port=0, begin=0.3, answer=0.5)
ENVIRONMENT = {
    "network": "yes", "network_script": "hh/main", "channel": "PJSIP/trunk-1", "uniqueid": "9.1",
    "callerid": "+14155550123", "extension": "7100",
}  # fmt: skip
MENU = {
    "code": "main", "number": 3, "start": "home", "heard_seconds": 0, "nodes": [
        {"key": "home", "kind": "menu", "prompts": [["sound", "beep"]], "timeout": 1, "tries": 2,
         "ways": {"1": "number", "2": "people", "3": "back", "4": "mail"}},
        {"key": "number", "kind": "collect", "prompts": [["sound", "beep"]], "most": 4,
         "next": "find"},
        {"key": "find", "kind": "lookup", "target": "order", "next": "told",
         "ways": {"unknown": "people", "silent": "later"}},
        {"key": "told", "kind": "message", "answers": True, "next": "bye",
         "prompts": [["file", "a" * 40], ["variable", "date"], ["variable", "order"]]},
        {"key": "later", "kind": "message", "prompts": [["sound", "later"]]},
        {"key": "people", "kind": "queue", "target": "support"},
        {"key": "back", "kind": "callback", "target": "support", "next": "bye",
         "ways": {"failed": "people"}},
        {"key": "mail", "kind": "voicemail", "seconds": 30, "next": "bye"},
        {"key": "bye", "kind": "hangup"},
    ],
}  # fmt: skip


class FakeClient:
    """Odoo as far as menus need it."""

    def __init__(self):
        self.menus, self.files, self.outcome = [MENU], {}, {"outcome": "sent", "values": {}}
        self.entry = {}
        self.calls, self.away, self.slow = [], False, 0.0

    async def call(self, method, **arguments):
        self.calls.append((method, arguments))
        await asyncio.sleep(self.slow)
        if self.away:
            raise OdooUnavailableError("away")
        if method == "listener_prompt":
            return base64.b64encode(self.files[arguments["name"]]).decode()
        if method == "listener_lookup":
            return self.outcome
        if method == "listener_enter":
            return self.entry
        version = hashlib.sha1(json.dumps(self.menus).encode()).hexdigest()
        if arguments["version"] == version:
            return {"version": version}
        return {"version": version, "menus": self.menus, "files": list(self.files)}

    def close(self):
        pass

    def asked(self, method):
        return [arguments for name, arguments in self.calls if name == method]


class Channel:
    """The exchange's side of one call: answers commands, and keeps them."""

    def __init__(self, reader, writer, keys="", hang_up_at="", missing=False):
        self.reader, self.writer, self.keys = reader, writer, list(keys)
        self.hang_up_at, self.said, self.variables = hang_up_at, [], {}
        self.hung_up = False

    def send(self, text):
        self.writer.write(text.encode())

    async def run(self, environment=None):
        lines = {**ENVIRONMENT, **(environment or {})}
        self.send("".join(f"agi_{name}: {value}\n" for name, value in lines.items()) + "\n")
        while line := (await self.reader.readline()).decode():
            self.said.append(line.strip())
            await self.answer(line.strip())
        return self

    async def answer(self, line):
        if self.hang_up_at and line.startswith(self.hang_up_at) and not self.hung_up:
            self.hung_up = True
            self.send("HANGUP\n200 result=-1 endpos=0\n")
        elif self.hung_up:
            self.send("511 Command Not Permitted on a dead channel or intercept routine\n")
        elif line.startswith("GET FULL VARIABLE"):
            self.send("200 result=1 (9.0)\n")
        elif line.startswith("SET VARIABLE"):
            _set, _variable, name, value = line.split(" ")
            self.variables[name.strip('"')] = value.strip('"')
            self.send("200 result=1\n")
        elif line.startswith("RECORD FILE"):
            self.send("200 result=35 (dtmf) endpos=16000\n")
        else:
            key = self.keys.pop(0) if self.keys and line.startswith("WAIT") else ""
            # in halves, as a network may deliver it
            self.send("200 res")
            await asyncio.sleep(0.001)
            self.send(f"ult={ord(key) if key else 0} endpos=800\n")


@asynccontextmanager
async def serving(folder, client=None, settings=SETTINGS, pace=None):
    client = client or FakeClient()
    pace = pace or MenuPace(fresh=0.0, limit=0.3, rest=0.0)
    menus, told = Menus("hh", folder, lambda: client, pace), []

    async def tell(message):
        told.append(message)

    server = AgiServer(settings, {"hh": (menus, tell)})
    await server.start()
    try:
        yield server, client, told
    finally:
        await server.stop()


async def call(server, environment=None, **options):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        return await asyncio.wait_for(Channel(reader, writer, **options).run(environment), 10)
    finally:
        writer.close()


def played(folder, environment=None, client=None, **options):
    async def run():
        async with serving(folder, client) as (server, odoo, told):
            return await call(server, environment, **options), odoo, told

    return asyncio.run(run())


def steps(told):
    return [(one["Step"], one.get("Node"), one.get("Digit") or one.get("Outcome")) for one in told]


def test_a_key_leads_to_the_queue(tmp_path):
    channel, _odoo, told = played(tmp_path, keys="2")
    assert channel.variables == {"MENU_EXIT": "queue", "MENU_QUEUE": "support"}
    assert steps(told) == [
        ("ivr", "home", None), ("ivr", "home", "2"), ("ivr", "people", None),
        ("ivr_queue", "people", "support"),
    ]  # fmt: skip
    about = told[0]
    assert (about["Linkedid"], about["Uniqueid"], about["MenuVersion"]) == ("9.0", "9.1", "3")


def test_a_look_up_is_said(tmp_path):
    client = FakeClient()
    client.outcome = {"outcome": "sent", "values": {"date": "2026-03-02", "order": "S0042"}}
    channel, odoo, told = played(tmp_path, client=client, keys="142#")
    asked = odoo.asked("listener_lookup")[0]
    assert (asked["call"], asked["subject"]) == ("9.0", "order")
    assert asked["values"] == {"caller": "+14155550123", "called": "7100", "number": "42"}
    assert channel.variables["MENU_EXIT"] == "contained"
    spoken = [line for line in channel.said if line.startswith(("STREAM", "SAY"))]
    assert spoken[2] == f'STREAM FILE "{tmp_path}/prompts/{"a" * 40}" ""'
    assert spoken[3].startswith('SAY DATE "17')
    assert spoken[4] == 'SAY ALPHA "S0042" ""'
    assert "42" not in str([one.get("Digit") for one in told])


def test_odoo_does_not_answer_in_time(tmp_path):
    client = FakeClient()

    async def run():
        async with serving(tmp_path, client) as (server, _odoo, told):
            await call(server, keys="2")
            client.slow = 5.0
            return await call(server, keys="142#"), told[4:]

    channel, told = asyncio.run(run())
    assert ("ivr", "find", "silent") in steps(told)
    assert 'STREAM FILE "later" ""' in channel.said


def test_without_odoo_the_menu_of_the_disk_goes_on(tmp_path):
    played(tmp_path, keys="2")
    client = FakeClient()
    client.away = True
    channel, _odoo, _told = played(tmp_path, client=client, keys="2")
    assert channel.variables["MENU_EXIT"] == "queue"
    (tmp_path / "menus.json").write_text("{half a fi")
    channel, _odoo, _told = played(tmp_path, client=client, keys="2")
    assert channel.variables == {"MENU_EXIT": "fault"}


def test_a_new_version_is_heard_by_the_next_caller_and_an_old_one_not_sent_again(tmp_path):
    client = FakeClient()

    async def run():
        async with serving(tmp_path, client) as (server, _odoo, _told):
            before = await call(server, keys="2")
            again = await call(server, keys="2")
            home = {**MENU["nodes"][0], "ways": {"2": "later"}}
            client.menus = [{**MENU, "nodes": [home, *MENU["nodes"][1:]]}]
            return before, again, await call(server, keys="2")

    before, again, after = asyncio.run(run())
    exits = [one.variables["MENU_EXIT"] for one in (before, again, after)]
    assert exits == ["queue", "queue", "given_up"]
    versions = [asked["version"] for asked in client.asked("listener_menus")]
    assert versions[0] == ""
    assert versions[1] == versions[2] != ""


def test_recordings_are_fetched_once_and_checked(tmp_path):
    client = FakeClient()
    sound = b"RIFF" + bytes(100)
    name = hashlib.sha1(sound).hexdigest()
    client.files = {name: sound}
    played(tmp_path, client=client, keys="2")
    assert (tmp_path / "prompts" / f"{name}.wav").read_bytes() == sound
    client.files = {name: sound, "b" * 40: b"not what it says", "../evil": b"x"}
    client.menus = [{**MENU, "number": 4}]
    channel, _odoo, told = played(tmp_path, client=client, keys="2")
    assert channel.variables["MENU_EXIT"] == "queue"
    assert told[0]["MenuVersion"] == "3"  # the new one is not whole: the old one goes on
    assert not (tmp_path / "prompts" / f"{'b' * 40}.wav").exists()
    assert len([one for one in client.asked("listener_prompt") if one["name"] == name]) == 1


@pytest.mark.parametrize(
    ("at", "keys", "last"),
    [
        ("STREAM", "", ("ivr_left", "home", None)),
        ("WAIT", "", ("ivr_left", "home", None)),
        ("SAY DATE", "142#", ("ivr_contained", "told", None)),
        ("SET VARIABLE", "2", ("ivr_queue", "people", "support")),
    ],
)
def test_hanging_up_anywhere_is_told(tmp_path, at, keys, last):
    client = FakeClient()
    client.outcome = {"outcome": "sent", "values": {"date": "2026-03-02"}}
    _channel, _odoo, told = played(tmp_path, client=client, keys=keys, hang_up_at=at)
    assert steps(told)[-1] == last


def test_a_call_back_needs_a_number(tmp_path):
    channel, _odoo, told = played(tmp_path, keys="3")
    assert channel.variables["MENU_EXIT"] == "callback"
    [asked] = [one for one in told if one["Step"] == "ivr_callback"]
    assert (asked["Queue"], asked["Extension"]) == ("support", "+14155550123")
    channel, _odoo, told = played(tmp_path, {"callerid": "unknown"}, keys="3")
    assert channel.variables["MENU_EXIT"] == "queue"


def test_a_voice_message(tmp_path):
    channel, _odoo, told = played(tmp_path, keys="4")
    assert channel.variables["MENU_EXIT"] == "voicemail"
    [left] = [one for one in told if one["Step"] == "ivr_voicemail"]
    assert left["File"] == "hh-9.1.wav"
    [record] = [line for line in channel.said if line.startswith("RECORD")]
    assert record == f'RECORD FILE "{tmp_path}/hh-9.1" "wav" "#" "30000" "BEEP" "s=5"'


@pytest.mark.parametrize("script", ["", "hh", "hh/none", "xx/main", "hh/../main", "hh/main?x=1"])
def test_a_menu_that_is_not_there(tmp_path, script):
    channel, _odoo, told = played(tmp_path, {"network_script": script})
    assert (channel.variables, told) == ({"MENU_EXIT": "fault"}, [])


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\n\r\n", b"agi_network: yes\nagi_ch", b"\xff\xfe\x00\n", b"x" * 9000,
     b"agi_a: 1\n" * 200, b"agi_network_script: hh/main\n\nhello there\n",
     b"agi_network_script: hh/main\n\n520-Invalid\n520-more\n"],
)  # fmt: skip
def test_what_is_no_agi_ends_and_the_next_caller_is_served(tmp_path, sent):
    async def run():
        async with serving(tmp_path) as (server, _odoo, _told):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(sent)
            if not sent:
                writer.close()
            else:
                with suppress(ConnectionResetError):  # what it did not read any more
                    await asyncio.wait_for(reader.read(), 5)
                writer.close()
            return await call(server, keys="2")

    assert asyncio.run(run()).variables["MENU_EXIT"] == "queue"


def test_only_the_exchanges_may_connect(tmp_path):
    async def run():
        settings = AgiSettings(port=0, allow=("10.1.2.3",))
        async with serving(tmp_path, settings=settings) as (server, _odoo, _told):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"agi_network_script: hh/main\n\n")
            said = b""
            with suppress(ConnectionResetError):
                said = await asyncio.wait_for(reader.read(), 5)
            return said, server.counts

    assert asyncio.run(run()) == (b"", {"calls": 0, "refused": 1, "faults": 0})


def test_a_line_break_in_a_prompt_is_no_command(tmp_path):
    client = FakeClient()
    client.outcome = {"outcome": "sent", "values": {"order": '4"\nSET VARIABLE X 1'}}
    channel, _odoo, _told = played(tmp_path, client=client, keys="142#")
    assert "X" not in channel.variables
    assert 'SAY ALPHA "4SETVARIABLEX1" ""' in channel.said


def test_forty_callers_at_once(tmp_path):
    async def run():
        async with serving(tmp_path) as (server, _odoo, _told):
            return await asyncio.gather(*(call(server, keys="2") for _each in range(40)))

    assert {one.variables["MENU_EXIT"] for one in asyncio.run(run())} == {"queue"}


# --- callers at the door of a queue (CC-3) -------------------------------------------------------

DOOR = {"network_script": "hh/queue/support"}
ENTRY = {
    "state": "open", "queue": "support", "priority": 37, "seconds": 600, "overflow": "",
    "agent": "PJSIP/1001", "agent_seconds": 10,
}  # fmt: skip


def test_the_dial_plan_is_told_what_odoo_says_of_a_caller(tmp_path):
    client = FakeClient()
    client.entry = ENTRY
    channel, odoo, _told = played(tmp_path, DOOR, client)
    assert channel.variables == {
        "ENTRY_STATE": "open", "ENTRY_QUEUE": "support", "ENTRY_PRIORITY": "37",
        "ENTRY_SECONDS": "600", "ENTRY_AGENT": "PJSIP/1001", "ENTRY_AGENT_SECONDS": "10",
    }  # fmt: skip
    [asked] = odoo.asked("listener_enter")
    assert (asked["exchange_code"], asked["queue"]) == ("hh", "support")
    assert asked["number"] == ENVIRONMENT["callerid"]


@pytest.mark.parametrize(
    "entry",
    [
        {"state": "open", "agent": "Local/s@outbound"},
        {"state": "open", "record": "always", "record_sound": "../secret"},
        {"state": "open", "record_sound": "beep&tt-monkeys"},
        {"state": "open", "agent": "PJSIP/1001&PJSIP/trunk/sip:0900"},
        {"state": "open", "queue": "support,tT"},
        {"state": "nonsense"},
        {"seconds": "600,x"},
    ],
)
def test_what_could_be_a_way_into_the_dial_plan_is_left_out(tmp_path, entry):
    client = FakeClient()
    client.entry = entry
    channel, _odoo, _told = played(tmp_path, DOOR, client)
    assert set(channel.variables) <= {"ENTRY_STATE"}
    assert channel.variables.get("ENTRY_STATE", "open") == "open"


def test_nobody_waits_at_the_door_for_an_odoo_that_is_silent(tmp_path):
    async def run():
        client = FakeClient()
        client.slow = 5.0
        pace = MenuPace(enter=0.1, rest=60.0)
        async with serving(tmp_path, client, pace=pace) as (server, odoo, _told):
            first = await asyncio.wait_for(call(server, DOOR), 2)
            second = await asyncio.wait_for(call(server, DOOR), 2)
            return first, second, odoo

    first, second, odoo = asyncio.run(run())
    assert (first.variables, second.variables) == ({}, {})
    assert len(odoo.asked("listener_enter")) == 1  # the second caller is not kept waiting at all
