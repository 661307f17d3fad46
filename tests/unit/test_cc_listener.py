"""CC-1, CC-2, CC-8: from the exchange over the spool to Odoo; nothing lost, nothing doubled.

The exchange is the fake one over real sockets, Odoo a small HTTP server, and where a listener is
killed it is a real process.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from test_cc_odoo_client import DROP, FakeOdoo

from odoo.addons.crm_callcenter.pbx import listener as listener_module
from odoo.addons.crm_callcenter.pbx.asterisk import AsteriskSettings
from odoo.addons.crm_callcenter.pbx.fake import FakeExchange, Faults
from odoo.addons.crm_callcenter.pbx.listener import (
    Listener,
    ListenerSettings,
    Pace,
    Rate,
    event_record,
    read_settings,
)
from odoo.addons.crm_callcenter.pbx.odoo_client import OdooSettings
from odoo.addons.crm_callcenter.tools.backoff import Policy
from odoo.addons.crm_callcenter.tools.call_events import key_of
from odoo.addons.crm_callcenter.tools.spool import Spool, SpoolBusyError

ROOT = Path(__file__).resolve().parents[2]
QUICK = Pace(sweep=0.05, alive=0.1, grace=2.0, settle=0.01, policy=Policy(first=0.01, cap=0.05))
AGENT = "PJSIP/1001-0000000a"


def events(begin, end):
    return [
        {"Event": "Newstate", "Timestamp": f"{1000 + i}.25", "Uniqueid": f"u{i}"}
        for i in range(begin, end)
    ]


def arrived(odoo):
    """Uniqueids that Odoo has, each with the number of its rows."""
    rows = [row["message"] for row in odoo.rows.values()]
    return Counter(row["Uniqueid"] for row in rows if row["Event"] == "Newstate")


def once(begin, end):
    return {f"u{i}": 1 for i in range(begin, end)}


class World:
    """One Odoo, exchanges by code, and listeners."""

    def __init__(self, folder):
        self.folder = folder
        self.odoo = FakeOdoo().start()
        self.exchanges, self.listeners = {}, []
        self.keys, self.tokens = ["key"], ["token"]

    async def exchange(self, code="ast1", **options):
        fake = self.exchanges[code] = FakeExchange(**options)
        await fake.start()
        return fake

    async def listener(self, name="one", pace=QUICK, codes=None):
        where = [
            AsteriskSettings(code, port=fake.port, username="listener", secret="fake", confirm=1)
            for code, fake in self.exchanges.items()
            if codes is None or code in codes
        ]
        settings = ListenerSettings(
            folder=self.folder / name,
            exchanges=tuple(where),
            odoo=OdooSettings(f"http://127.0.0.1:{self.odoo.port}", lambda: self.keys, timeout=2),
            tokens=lambda: self.tokens,
            port=0,
            pace=pace,
        )
        found = Listener(settings)
        self.listeners.append(found)
        await found.start()
        await until(lambda: all(line.figures()["connected"] for line in found.lines.values()))
        return found

    async def close(self):
        for each in self.listeners:
            if each.lines and not next(iter(each.lines.values()))._stopping:
                await each.stop()
        for fake in self.exchanges.values():
            await fake.stop()
        self.odoo.stop()


async def until(ready, seconds=10):
    end = asyncio.get_running_loop().time() + seconds
    while not ready():
        assert asyncio.get_running_loop().time() < end, "it never happened"
        await asyncio.sleep(0.005)


@pytest.fixture
def play(tmp_path):
    """Run a scenario, a coroutine function of a World."""

    @asynccontextmanager
    async def world():
        here = World(tmp_path)
        try:
            yield here
        finally:
            await here.close()

    async def whole(scenario):
        async with world() as here:
            await scenario(here)

    return lambda scenario: asyncio.run(asyncio.wait_for(whole(scenario), 60))


async def http(listener, method, path, body=b"", token=None):
    """Status and JSON of a request to the endpoint."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{listener.endpoint.port}{path}", body or None, method=method
    )
    if token is not None:
        request.add_header("Authorization", token)

    def ask():
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return await asyncio.to_thread(ask)


# -- events


def test_what_the_exchange_says_is_in_odoo_once_and_gone_from_the_spool(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        await fake.emit(events(0, 700))
        await until(lambda: len(arrived(world.odoo)) == 700)
        line = listener.lines["ast1"]
        await until(lambda: line.figures()["spool_records"] == 0)
        assert arrived(world.odoo) == once(0, 700)
        row = next(
            each for each in world.odoo.rows.values() if each["message"].get("Uniqueid") == "u3"
        )
        message = events(3, 4)[0]
        told = {"key": key_of(message, "ast1"), "at": 1003.25, "message": message}
        assert row == {**told, "exchange": "ast1"}

    play(scenario)


def test_a_backlog_goes_in_batches_of_five_hundred(play):
    async def scenario(world):
        fake = await world.exchange()
        world.odoo.rule = lambda method, _a: (503, {}, {}) if method == "listener_events" else None
        listener = await world.listener()
        await fake.emit(events(0, 1300))
        await until(lambda: listener.lines["ast1"].figures()["spool_records"] >= 1300)
        world.odoo.rule = None
        world.odoo.requests.clear()
        await until(lambda: len(arrived(world.odoo)) == 1300)
        sizes = [len(body["rows"]) for path, _h, body in world.odoo.requests if "rows" in body]
        assert sizes.count(500) == 2, sizes  # beside a try of the first ones that was under way
        assert max(sizes) == 500

    play(scenario)


def test_odoo_down_costs_nothing_but_time(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        await fake.emit(events(0, 50))
        await until(lambda: len(arrived(world.odoo)) == 50)
        world.odoo.stop()
        await fake.emit(events(50, 400))
        line = listener.lines["ast1"]
        await until(lambda: line.figures()["spool_records"] >= 350)
        await asyncio.sleep(0.2)
        figures = line.figures()
        assert figures["odoo_state"] == "unreachable"
        assert figures["lag"] > 0.1
        assert figures["error"].startswith("Odoo is not reachable")
        world.odoo.start()
        await until(lambda: len(arrived(world.odoo)) == 400)
        assert arrived(world.odoo) == once(0, 400)
        await until(lambda: line.figures()["lag"] == 0)

    play(scenario)


def test_an_answer_that_is_lost_after_odoo_has_committed_doubles_nothing(play):
    async def scenario(world):
        fake = await world.exchange()
        world.odoo.also_do = True
        count = Counter()

        def every_second_answer_is_lost(method, _arguments):
            count[method] += 1
            return DROP if method == "listener_events" and count[method] % 2 else None

        world.odoo.rule = every_second_answer_is_lost
        await world.listener()
        for begin in range(0, 300, 30):
            await fake.emit(events(begin, begin + 30))
            await asyncio.sleep(0.01)
        await until(lambda: len(arrived(world.odoo)) == 300)
        assert arrived(world.odoo) == once(0, 300)
        assert max(world.odoo.times.values()) > 1  # some did come twice

    play(scenario)


@pytest.mark.parametrize(
    "faults", [Faults(duplicate=0.5, reorder=6), Faults(garbage=0.3, piece=11), Faults(delay=0.003)]
)
def test_an_exchange_that_misbehaves(play, faults):
    async def scenario(world):
        fake = await world.exchange()
        await world.listener()
        fake.faults = faults
        await fake.emit(events(0, 150))
        await until(lambda: len(arrived(world.odoo)) == 150)
        assert arrived(world.odoo) == once(0, 150)

    play(scenario)


def test_two_listeners_at_one_exchange_lose_nothing_when_one_is_cut_and_double_nothing(play):
    async def scenario(world):
        fake = await world.exchange()
        await world.listener("one")
        second = await world.listener("two")
        await until(lambda: fake.listeners == 2)
        await fake.emit(events(0, 100))
        await second.stop()
        await until(lambda: fake.listeners == 1)
        await fake.emit(events(100, 200))
        await world.listener("two")
        await until(lambda: fake.listeners == 2)
        await fake.emit(events(200, 300))
        await until(lambda: len(arrived(world.odoo)) == 300)
        await asyncio.sleep(0.1)
        assert arrived(world.odoo) == once(0, 300)
        keys = [
            key for key, row in world.odoo.rows.items() if row["message"]["Event"] == "Newstate"
        ]
        assert max(world.odoo.times[key] for key in keys) == 2  # one from each

    play(scenario)


def test_two_exchanges_in_one_process_are_apart(play):
    async def scenario(world):
        one, two = await world.exchange("ast1"), await world.exchange("ast2")
        listener = await world.listener()
        await two.stop()
        await one.emit(events(0, 20))
        await until(lambda: len(arrived(world.odoo)) == 20)
        await until(lambda: not listener.lines["ast2"].figures()["connected"])
        assert listener.lines["ast1"].figures()["connected"]
        await two.start()
        await until(lambda: listener.lines["ast2"].figures()["connected"])
        await two.emit(events(0, 20))  # the same words, said by another exchange
        await until(lambda: sum(arrived(world.odoo).values()) == 40)
        assert (
            Counter(
                row["exchange"] for row in world.odoo.rows.values() if "Uniqueid" in row["message"]
            )["ast2"]
            == 20
        )

    play(scenario)


def test_an_exchange_that_was_restarted_is_asked_for_its_state(play):
    lists = {
        "CoreShowChannels": [
            {"Event": "CoreShowChannel", "Uniqueid": "u1"},
            {"Event": "CoreShowChannel", "Uniqueid": "u2"},
        ],
        "QueueStatus": [{"Event": "QueueMember", "Interface": "PJSIP/1001"}],
        "PJSIPShowContacts": [],
    }

    async def scenario(world):
        fake = await world.exchange(lists=lists)
        listener = await world.listener()

        def snapshots():
            rows = [row["message"] for row in world.odoo.rows.values()]
            return [row for row in rows if row["Event"] == "ListenerSnapshot"]

        await until(lambda: len(snapshots()) == 1)
        assert snapshots()[0]["Uniqueids"] == "u1\nu2"
        await fake.stop()
        lists["CoreShowChannels"].pop()
        await fake.start()
        await until(lambda: len(snapshots()) == 2)
        assert snapshots()[1]["Uniqueids"] == "u1"  # u2 has ended unheard

        def members():
            rows = [row["message"] for row in world.odoo.rows.values()]
            return [row for row in rows if row["Event"] == "QueueMember"]

        await until(lambda: len(members()) == 2)  # the same state at another time is another row
        assert listener.lines["ast1"].figures()["connects"] == 2

    play(scenario)


def test_a_full_spool_holds_the_exchange_back_and_loses_nothing(play):
    # about 180 bytes a record: 4,000 bytes hold some twenty of 600
    small = replace(QUICK, limit_bytes=4000, segment_bytes=1000)

    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener(pace=small)
        world.odoo.stop()
        talk = asyncio.create_task(fake.emit(events(0, 600)))
        line = listener.lines["ast1"]
        await until(lambda: line.figures()["spool_state"] == "full")
        await asyncio.sleep(0.3)  # what is small enough still goes in
        figures = line.figures()
        assert figures["status"] == "alarm"
        assert figures["spool"] <= 4000
        assert (await http(listener, "GET", "/health"))[0] == 503
        world.odoo.start()
        await until(lambda: len(arrived(world.odoo)) == 600, 30)
        await talk
        assert arrived(world.odoo) == once(0, 600)
        await fake.emit(events(600, 601))
        await until(lambda: len(arrived(world.odoo)) == 601)
        await until(lambda: line.figures()["status"] == "ok")

    play(scenario)


def test_a_full_spool_goes_on_as_soon_as_there_is_room(play):
    patient = replace(QUICK, limit_bytes=4000, segment_bytes=1000, policy=Policy(first=30, cap=30))

    def slowly(method, _arguments):
        time.sleep(0.1 if method == "listener_events" else 0)

    async def scenario(world):
        fake = await world.exchange()
        world.odoo.rule = slowly
        await world.listener(pace=patient)
        await fake.emit(events(0, 100))
        await until(lambda: len(arrived(world.odoo)) == 100)  # in less than one of its waits

    play(scenario)


def test_channels_of_a_list_that_was_cut_off_are_not_taken_for_living(play):
    lists = {"CoreShowChannels": [{"Event": "CoreShowChannel", "Uniqueid": "u2"}]}

    def half(_action):
        return [{"Response": "Success"}, {"Event": "CoreShowChannel", "Uniqueid": "u1"}]

    async def scenario(world):
        fake = await world.exchange(lists=lists, answers={"CoreShowChannels": half})

        def told(name):
            rows = [row["message"] for row in world.odoo.rows.values()]
            return [row.get("Uniqueids") for row in rows if row["Event"] == name]

        await world.listener()
        await until(lambda: told("CoreShowChannel"))
        del fake.answers["CoreShowChannels"]
        fake.cut()
        await until(lambda: told("ListenerSnapshot"))
        assert told("ListenerSnapshot") == ["u2"]

    play(scenario)


def test_a_key_that_has_expired_is_an_alarm_and_everything_is_kept(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        world.odoo.keys = {"new"}
        await fake.emit(events(0, 30))
        line = listener.lines["ast1"]
        await until(lambda: line.figures()["odoo_state"] == "unauthorized")
        status, health = await http(listener, "GET", "/health")
        assert (status, health["status"]) == (503, "alarm")
        assert arrived(world.odoo) == {}
        world.keys = ["new", "key"]  # rotation: no restart
        await until(lambda: len(arrived(world.odoo)) == 30)
        await until(lambda: line.figures()["status"] == "ok")

    play(scenario)


def test_a_record_that_odoo_refuses_is_set_aside_alone(play):
    async def scenario(world):
        fake = await world.exchange()

        def refuse(method, arguments):
            ids = [row["message"].get("Uniqueid") for row in arguments.get("rows", [])]
            return (422, {"message": "u77"}, {}) if "u77" in ids else None

        world.odoo.rule = refuse
        listener = await world.listener()
        await fake.emit(events(0, 200))
        await until(lambda: len(arrived(world.odoo)) == 199)
        line = listener.lines["ast1"]
        await until(lambda: line.figures()["spool_records"] == 0)
        assert arrived(world.odoo) == once(0, 77) | once(78, 200)
        [refused] = (world.folder / "one/ast1/refused.jsonl").read_text().splitlines()
        assert json.loads(refused)["why"] == "422: u77"
        assert json.loads(refused)["record"][1]["message"]["Uniqueid"] == "u77"
        assert line.figures()["set_aside"] == 1

    play(scenario)


def test_a_record_that_breaks_odoo_is_set_aside_only_while_odoo_works_otherwise(play, monkeypatch):
    monkeypatch.setattr(listener_module, "PATIENCE", 3)

    async def scenario(world):
        fake = await world.exchange()
        everything = [True]

        def fail(_method, arguments):
            ids = [row["message"].get("Uniqueid") for row in arguments.get("rows", [])]
            return (500, {"message": "KeyError"}, {}) if everything[0] or "u7" in ids else None

        world.odoo.rule = fail  # as with PostgreSQL down
        listener = await world.listener()
        await fake.emit(events(0, 20))
        line = listener.lines["ast1"]
        await until(lambda: len(world.odoo.requests) > 30)
        assert line.figures()["set_aside"] == 0
        everything[0] = False
        await until(lambda: len(arrived(world.odoo)) == 19)
        await until(lambda: line.figures()["set_aside"] == 1)
        assert arrived(world.odoo) == once(0, 7) | once(8, 20)

    play(scenario)


def test_an_orderly_end_delivers_what_has_been_said(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        await fake.emit(events(0, 400))
        await until(lambda: listener.lines["ast1"].figures()["events"] > 0)
        await asyncio.sleep(0.1)
        await listener.stop()
        assert arrived(world.odoo) == once(0, 400)
        Spool(world.folder / "one/ast1").close()  # nobody has it any more
        assert fake.listeners == 0

    play(scenario)


def test_an_orderly_end_without_odoo_keeps_everything_on_disk(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        world.odoo.stop()
        await fake.emit(events(0, 100))
        await until(lambda: listener.lines["ast1"].figures()["spool_records"] >= 100)
        await listener.stop()
        world.odoo.start()
        await world.listener()
        await until(lambda: len(arrived(world.odoo)) == 100)
        assert arrived(world.odoo) == once(0, 100)

    play(scenario)


def test_a_defect_in_one_job_is_told_and_the_others_go_on(play, monkeypatch):
    def broken(_self):
        raise TypeError("a defect")

    monkeypatch.setattr(listener_module.ExchangeLine, "_fetch", broken)

    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        await until(lambda: "a defect" in listener.lines["ast1"].figures()["error"])
        await fake.emit(events(0, 10))
        await until(lambda: len(arrived(world.odoo)) == 10)

    play(scenario)


def test_two_listeners_cannot_share_a_folder(play):
    async def scenario(world):
        await world.exchange()
        await world.listener("one")
        with pytest.raises(SpoolBusyError):
            await world.listener("one")

    play(scenario)


def test_a_refused_login_is_an_alarm(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        fake.secret = "changed"
        fake.cut()
        await until(lambda: listener.lines["ast1"].figures()["exchange_state"] == "refused")
        assert listener.lines["ast1"].figures()["status"] == "alarm"
        fake.secret = "fake"
        await until(lambda: listener.lines["ast1"].figures()["connected"])

    play(scenario)


# -- killed


CHILD = """
import asyncio, sys
sys.path.insert(0, sys.argv[1] + "/tests/unit")
import conftest
from dataclasses import replace
from odoo.addons.crm_callcenter.pbx.listener import read_settings, run
asyncio.run(run(read_settings(sys.argv[2])))
"""


class Child:
    """A listener in a process of its own."""

    def __init__(self, world, port):
        folder = world.folder
        (folder / "keys").write_text("key\n")
        (folder / "token").write_text("token\n")
        (folder / "secret").write_text("fake\n")
        (folder / "listener.conf").write_text(
            f"[listener]\nfolder={folder}/spool\nport={port}\nsweep=0.05\nbatch=50\n"
            f"token_file={folder}/token\n"
            f"[odoo]\nurl=http://127.0.0.1:{world.odoo.port}\nkey_file={folder}/keys\n"
            f"[exchange:ast1]\nport={world.exchanges['ast1'].port}\nusername=listener\n"
            f"secret_file={folder}/secret\n"
        )
        self.folder, self.process, self.port = folder, None, port

    def start(self):
        command = [sys.executable, "-c", CHILD, str(ROOT), str(self.folder / "listener.conf")]
        self.process = subprocess.Popen(command)

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL

    async def figures(self):
        try:
            port = type("Port", (), {"port": self.port})
            _status, health = await http(type("L", (), {"endpoint": port}), "GET", "/health")
        except OSError:
            return {}
        return health["exchanges"][0]

    async def until(self, **wanted):
        for _attempt in range(500):
            figures = await self.figures()
            if all(figures.get(name, -1) >= value for name, value in wanted.items()):
                return
            await asyncio.sleep(0.02)
        raise AssertionError((wanted, figures))


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_killed_with_9_again_and_again_loses_and_doubles_nothing(play):
    async def scenario(world):
        fake = await world.exchange()
        child = Child(world, free_port())
        world.odoo.stop()
        child.start()
        await child.until(connected=True)
        await until(lambda: fake.listeners == 1)
        await fake.emit(events(0, 1500))
        await child.until(events=1500)
        child.kill()  # everything is on its disk, nothing in Odoo
        world.odoo.also_do = True
        slow = Counter()

        def some_answers_are_lost(method, _arguments):
            slow[method] += 1
            return DROP if method == "listener_events" and slow[method] % 4 == 0 else None

        world.odoo.rule = some_answers_are_lost
        world.odoo.start()
        for share in (300, 900):  # killed while it delivers
            child.start()
            await until(lambda enough=share: len(arrived(world.odoo)) >= enough)
            child.kill()
        child.start()
        await until(lambda: len(arrived(world.odoo)) == 1500)
        await child.until(connected=True)
        await fake.emit(events(1500, 1510))
        await until(lambda: len(arrived(world.odoo)) == 1510)
        assert arrived(world.odoo) == once(0, 1510)
        assert max(world.odoo.times.values()) > 1
        child.process.terminate()
        assert await asyncio.to_thread(child.process.wait, 10) == 0

    play(scenario)


# -- commands


def hangup(key=7, channel=AGENT):
    return {"id": key, "action": "hangup", "values": {"channel": channel}}


def ends(action):
    return [{"Response": "Success"}, {"Event": "Hangup", "Channel": action["Channel"]}]


def sent(fake, name="Hangup"):
    return [action for action in fake.actions if action["Action"] == name]


def test_a_poke_brings_a_command_at_once_and_its_result_goes_to_odoo(play):
    async def scenario(world):
        fake = await world.exchange(answers={"Hangup": ends})
        listener = await world.listener(pace=replace(QUICK, sweep=60))
        await asyncio.sleep(0.05)
        world.odoo.outbox = [hangup()]
        status, _body = await http(
            listener, "POST", "/poke", b'{"exchange": "ast1"}', "Bearer token"
        )
        assert status == 202
        await until(lambda: world.odoo.results)
        assert world.odoo.results == [{"id": 7, "state": "done", "text": ""}]
        assert len(sent(fake)) == 1

    play(scenario)


def test_the_outbox_is_swept_when_a_poke_was_lost(play):
    async def scenario(world):
        fake = await world.exchange(answers={"Hangup": ends})
        await world.listener()
        world.odoo.outbox = [hangup()]
        await until(lambda: world.odoo.results)
        assert len(sent(fake)) == 1

    play(scenario)


def test_a_command_handed_out_twice_is_sent_once(play):
    async def scenario(world):
        fake = await world.exchange(answers={"Hangup": ends})
        await world.listener()
        for _ in range(3):
            world.odoo.outbox = [hangup(), hangup()]
            await until(lambda: not world.odoo.outbox)
        await until(lambda: world.odoo.results)
        assert len(sent(fake)) == len(world.odoo.results) == 1

    play(scenario)


def test_without_an_exchange_commands_stay_in_the_outbox(play):
    async def scenario(world):
        fake = await world.exchange(answers={"Hangup": ends})
        listener = await world.listener()
        await fake.stop()
        await until(lambda: not listener.lines["ast1"].figures()["connected"])
        world.odoo.outbox = [hangup()]
        await asyncio.sleep(0.2)
        assert world.odoo.outbox
        await fake.start()
        await until(lambda: world.odoo.results)
        assert len(sent(fake)) == 1

    play(scenario)


def test_a_click_of_ten_minutes_ago_rings_nobody(play):
    async def scenario(world):
        fake = await world.exchange(answers={"Hangup": ends})
        await world.listener()
        world.odoo.outbox = [{**hangup(), "expires": 1_600_000_000}]
        await until(lambda: world.odoo.results)
        [result] = world.odoo.results
        assert (result["state"], result["text"]) == ("failed", "expired before it could be sent")
        assert sent(fake) == []

    play(scenario)


def test_a_result_survives_that_odoo_is_down(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        world.odoo.outbox = [hangup()]
        await until(lambda: sent(fake))
        world.odoo.stop()
        await fake.emit([{"Event": "Hangup", "Channel": AGENT}])
        line = listener.lines["ast1"]
        await until(lambda: not line._commands and line.figures()["spool_records"] > 0)
        await listener.stop()  # and even that the listener ends
        world.odoo.start()
        await world.listener()
        await until(lambda: world.odoo.results)
        assert world.odoo.results == [{"id": 7, "state": "done", "text": ""}]

    play(scenario)


def test_a_command_under_way_at_the_end_is_unknown(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        world.odoo.outbox = [hangup()]
        await until(lambda: sent(fake))
        await asyncio.sleep(0.02)
        await listener.stop()
        assert [(each["id"], each["state"]) for each in world.odoo.results] == [(7, "unknown")]

    play(scenario)


@pytest.mark.parametrize(
    "row",
    [
        {"id": 7, "action": "System", "values": {}},
        {"id": 7, "action": "hangup", "values": "nonsense"},
        {"id": 7, "action": "hangup", "values": {}, "expires": "soon"},
        {"id": 7},
    ],
)
def test_a_command_that_makes_no_sense_fails_and_holds_up_no_other(play, row):
    async def scenario(world):
        await world.exchange(answers={"Hangup": ends})
        await world.listener()
        world.odoo.outbox = [row, hangup(8)]
        await until(lambda: len(world.odoo.results) == 2)
        states = {each["id"]: each["state"] for each in world.odoo.results}
        assert states == {7: "failed", 8: "done"}

    play(scenario)


# -- endpoint


@pytest.mark.parametrize(
    ("method", "path", "body", "token", "status"),
    [
        ("POST", "/poke", b"", "Bearer token", 202),
        ("POST", "/poke", b"{}", "bearer older", 202),
        ("POST", "/poke", b"", None, 401),
        ("POST", "/poke", b"", "Bearer wrong", 401),
        ("POST", "/poke", b"", "Bearer ", 401),
        ("POST", "/poke", b"", "Bearer tok\xe9n", 401),
        ("POST", "/poke", b"", "Basic token", 401),
        ("POST", "/poke", b'{"exchange": "other"}', "Bearer token", 404),
        ("POST", "/poke", b"no json", "Bearer token", 400),
        ("POST", "/poke", b"[1]", "Bearer token", 202),
        ("POST", "/poke", b"x" * 5000, "Bearer token", 413),
        ("GET", "/poke", b"", "Bearer token", 405),
        ("POST", "/health", b"", None, 405),
        ("GET", "/", b"", None, 404),
    ],
)
def test_who_may_poke(play, method, path, body, token, status):
    async def scenario(world):
        await world.exchange()
        world.tokens = ["token", "older"]
        listener = await world.listener(pace=replace(QUICK, sweep=60))
        line = listener.lines["ast1"]
        await asyncio.sleep(0.05)
        swept = len(world.odoo.requests)
        assert (await http(listener, method, path, body, token))[0] == status

        def asked():
            return [path for path, _h, _b in world.odoo.requests[swept:] if "commands" in path]

        if status == 202:
            await until(asked)
        await asyncio.sleep(0.05)
        assert len(asked()) == (status == 202)
        assert line.figures()["connected"]

    play(scenario)


def test_without_a_token_nobody_may_poke(play):
    async def scenario(world):
        await world.exchange()
        world.tokens = [""]
        listener = await world.listener()
        assert (await http(listener, "POST", "/poke", b"", "Bearer "))[0] == 401

    play(scenario)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\r\n\r\n", b"400"),
        (b"GET\r\n\r\n", b"400"),
        (
            b"POST /poke HTTP/1.1\r\nAuthorization: bearer token\r\nContent-Length: x\r\n\r\n",
            b"400",
        ),
        (b"GET /" + b"x" * 10_000 + b"\r\n\r\n", b"400"),
        (b"GET /health HT", b"408"),
    ],
)
def test_nonsense_at_the_endpoint_is_answered_and_forgotten(play, monkeypatch, data, status):
    monkeypatch.setattr(listener_module.Endpoint, "SECONDS", 0.1)

    async def scenario(world):
        await world.exchange()
        listener = await world.listener()
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.endpoint.port)
        writer.write(data)
        assert (await asyncio.wait_for(reader.readline(), 5)).split(b" ")[1] == status
        writer.close()
        assert (await http(listener, "GET", "/health"))[0] == 200

    play(scenario)


def test_the_health_page_tells_figures_and_no_secrets(play):
    async def scenario(world):
        fake = await world.exchange()
        listener = await world.listener()
        await fake.emit(events(0, 30))
        await until(lambda: len(arrived(world.odoo)) == 30)
        await until(lambda: listener.lines["ast1"].figures()["spool_records"] == 0)
        status, health = await http(listener, "GET", "/health")
        assert (status, health["status"]) == (200, "ok")
        [figures] = health["exchanges"]
        assert figures["exchange"] == "ast1"
        assert figures["connected"] is True
        assert (figures["lag"], figures["set_aside"], figures["error"]) == (0, 0, "")
        assert figures["delivered"] >= 30
        assert figures["rate"] >= 0.5  # 30 events in a minute
        assert "token" not in json.dumps(health)
        await until(lambda: world.odoo.alive)
        assert {"lag", "spool", "rate", "error"} <= set(world.odoo.alive[-1][1])

    play(scenario)


def test_the_rate_is_that_of_the_last_minute():
    rate = Rate()
    assert rate.value(1000) == 0
    for second in range(1000, 1090):
        rate.add(6, second + 0.5)
    assert rate.value(1089.5) == 6  # 60 seconds × 6 / 60
    assert rate.value(1119.5) == 3  # the last half minute was silent
    assert rate.value(2000) == 0


def test_a_zero_byte_which_postgresql_cannot_store_is_replaced():
    record = json.loads(event_record({"Event": "Hangup", "Name": "a\0b"}, "ast1", 5.0))
    assert record[1]["message"] == {"Event": "Hangup", "Name": "a\ufffdb"}
    assert record[1]["at"] == 5.0
    assert record[1]["key"] == key_of(record[1]["message"], "ast1")


# -- settings


def settings_file(tmp_path, text):
    (tmp_path / "keys").write_text("new\nold\n")
    (tmp_path / "secret").write_text(" word \n")
    path = tmp_path / "listener.conf"
    path.write_text(text.format(here=tmp_path))
    return path


GOOD = """
[listener]
folder = {here}/spool
token_file = {here}/keys
sweep = 5
batch = 250
[odoo]
url = https://odoo.example
database = crm
key_file = {here}/keys
[exchange:hamburg]
host = 10.0.0.5
username = listener
secret_file = {here}/secret
tls = yes
[exchange:lyon]
username = listener
secret_file = {here}/secret
"""


def test_settings_from_a_file(tmp_path):
    found = read_settings(settings_file(tmp_path, GOOD))
    assert found.folder == tmp_path / "spool"
    assert (found.host, found.port) == ("127.0.0.1", 8079)
    assert list(found.tokens()) == ["new", "old"]
    assert (found.pace.sweep, found.pace.batch, found.pace.alive) == (5.0, 250, 30.0)
    assert (found.odoo.base, found.odoo.database) == ("https://odoo.example", "crm")
    assert list(found.odoo.keys()) == ["new", "old"]
    hamburg, lyon = found.exchanges
    assert (hamburg.code, hamburg.host, hamburg.port) == ("hamburg", "10.0.0.5", 5039)
    assert hamburg.tls.check_hostname
    assert (lyon.code, lyon.port, lyon.tls, lyon.secret) == ("lyon", 5038, None, "word")
    assert "word" not in repr(found)


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ("[exchange", r"no section \[exchange:CODE\]"),
        ("[odoo]", "odoo is missing"),
        ("key_file", "key_file is missing"),
        ("username", "username is missing"),
    ],
)
def test_settings_that_lack_something_say_what(tmp_path, cut, message):
    lines = GOOD.splitlines(keepends=True)
    if cut == "[exchange":
        lines = lines[: next(i for i, line in enumerate(lines) if line.startswith(cut))]
    text = "".join(line for line in lines if not line.startswith(cut))
    with pytest.raises(ValueError, match=message):
        read_settings(settings_file(tmp_path, text))


def test_members_of_queues_are_told_as_one_list(play):
    """A restarted exchange does not tell whom it forgot: he is missing in the list (CC-3)."""
    about = {"Queue": "support", "Location": "PJSIP/1001", "Penalty": "2", "Paused": "0"}
    member = {"Event": "QueueMember", **about, "Membership": "dynamic"}
    lists = {"QueueStatus": [member], "CoreShowChannels": []}

    async def scenario(world):
        fake = await world.exchange(lists=lists)

        def told():
            rows = [row["message"] for row in world.odoo.rows.values()]
            return [row.get("Members") for row in rows if row["Event"] == "ListenerMembers"]

        await world.listener()
        await until(told)
        assert told() == ["support\tPJSIP/1001\t2\t0\tdynamic"]
        lists["QueueStatus"] = []
        fake.cut()
        await until(lambda: len(told()) == 2)
        assert told()[1] == ""

    play(scenario)
