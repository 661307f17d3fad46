"""How soon after the ring the caller's card is on the agent's screen (CC-2).

``bin/bench bench_popup [--full]``: a real Asterisk, the listener and Odoo as they run in earnest,
and an agent's page in Chromium; without load, and while 20 calls a second go to other agents.

- *ring → name*: from the moment that the exchange has told for calling the agent's telephone
  (``AgentCalled``) until the page has drawn the card with the name of who calls;
- *ring → whole card*: until it has drawn all the rest, too, for which the page has to ask;
- *floor*: one JSON-2 post that does nothing but send a bare bus message, until the same page has
  it. Both are measured in turns, so that they meet the same machine.
"""

import argparse
import json
import shutil
import statistics
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "pbx"))

from chain import Office
from exchange_case import TELEPHONES as HOSTS
from exchange_case import Manager
from playwright.sync_api import sync_playwright

from bench.bench_soak import AGENTS, PEOPLE, _callers, _equip
from bench.bench_soak import TELEPHONES as CROWD
from bench.table import Row, show
from suite import exchange
from suite.exchange import LISTENER, SIP_PORT
from suite.players import Sipp, listens, until

AGENT = "1001"
CALLER = 129  # host of the one who is measured
PROBES, FULL_PROBES = 30, 200
RATE, TALK_SECONDS, PROBE_SECONDS = 20, 1.5, 4
#: Customers that exist: those of bench_soak.PEOPLE; these are never called by the crowd.
FIRST_NUMBER = 1700
SETUP = """
import json
from datetime import datetime, timedelta
env["crm.call.queue"].search([]).write({{"wrap_up_seconds": 0}})
agent = env["res.users"].search([("login", "=", "{agent}")])
action = env["ir.actions.server"].create({{
    "name": "Floor",
    "model_id": env.ref("base.model_res_users").id,
    "state": "code",
    "code": f"env['res.users'].browse({{agent.id}})._bus_send('bench/floor', {{{{}}}})",
}})
keys = env(user=env.ref("base.user_admin").id)["res.users.apikeys"].sudo()
key = keys._generate("rpc", "bench", datetime.now() + timedelta(days=1))
env.cr.commit()
print(json.dumps({{"key": key, "action": action.id}}))
"""
#: What the page shows, and when (seconds since 1970): each name once it has been drawn.
WATCH = """() => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    window.shown = {};
    window.whole = {};
    window.told = {};
    window.floor = [];
    const note = (times, name) => {
        if (name && !(name in times)) {
            times[name] = 0;
            requestAnimationFrame(() => { times[name] = now(); });
        }
    };
    const look = () => {
        const card = document.querySelector(".o_call_card");
        const name = card?.querySelector(".o_call_name")?.textContent.trim();
        note(window.shown, name);
        if (card?.querySelector("#o_call_note")) {
            note(window.whole, name);
        }
    };
    new MutationObserver(look).observe(document.body, {
        childList: true, subtree: true, characterData: true,
    });
    const bus = odoo.__WOWL_DEBUG__.root.env.services.bus_service;
    bus.subscribe("crm_call/agent", ({ call }) => {
        if (call) {
            window.told[call.number] ??= now();
        }
    });
    bus.subscribe("bench/floor", () => window.floor.push(now()));
}"""


class _Rings(Manager):
    """A connection that keeps nothing but when the agent's telephone was called, by caller."""

    def __init__(self, running):
        self.rung = {}
        super().__init__(running, LISTENER)

    def _keep(self, message):
        called = message.get("DestChannel", "").startswith(f"PJSIP/{AGENT}-")
        if message.get("Event") == "AgentCalled" and called:
            self.rung[message["CallerIDNum"]] = float(message["Timestamp"])
        elif "ActionID" in message:
            super()._keep(message)


@dataclass
class Seen:
    """Seconds, one for each probe."""

    popups: list = field(default_factory=list)
    whole: list = field(default_factory=list)
    told: list = field(default_factory=list)  # until the page knew that it rings
    floors: list = field(default_factory=list)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL_PROBES} calls each")
    parser.add_argument("--probes", type=int)
    arguments = parser.parse_args()
    probes = arguments.probes or (FULL_PROBES if arguments.full else PROBES)
    exchange.ensure()
    running = exchange.start()
    office = Office(running)
    try:
        office.run(PEOPLE.format(first=AGENTS[0], last=AGENTS[-1]))
        printed = office.run(SETUP.format(agent=AGENT))
        told = json.loads(printed.strip().splitlines()[-1])
        _equip(running)
        office.start_odoo()
        office.start_listener()
        with sync_playwright() as player:
            _measure(_Bench(running, office, player, told), probes)
    finally:
        office.close()
        running.stop()


def _measure(bench, probes):
    bench.probe(Seen(), 0)  # caches
    idle, busy = Seen(), Seen()
    for number in range(probes):
        bench.probe(idle, 1 + number)
    with bench.crowd(probes):
        for number in range(probes):
            bench.probe(busy, 1 + probes + number)
    print(f"\n{probes} calls each; under load {RATE} calls/s of {TALK_SECONDS} s to others")
    show([*_rows("idle", idle), *_rows(f"at {RATE} calls/s", busy)])


def _rows(when, seen):
    against = "JSON-2 post and bare bus message"
    for what, values in (("name", seen.popups), ("whole card", seen.whole)):
        for name, share in (("median", 0.5), ("p95", 0.95)):
            ours, floor = (1000 * _share(one, share) for one in (values, seen.floors))
            aim = "≤ 2.5" if name == "median" else ""
            yield Row(f"ring → {what}, {when}, {name}", ours, floor, against, aim, "ms")
    told = 1000 * statistics.median(seen.told)
    yield Row(f"of it until the page knows that it rings, {when}, median", told, unit="ms")


def _share(values, share):
    if share == 0.5:
        return statistics.median(values)
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class _Bench:
    """The agent's page and telephone, and who calls."""

    def __init__(self, running, office, player, told):
        self.running, self.office, self.told = running, office, told
        self.rings = _Rings(running)
        self._register()
        host = running.host(HOSTS[AGENT])
        self.telephone = Sipp(running, "phone_talks", host, calls=0, seconds=0.2, ring=700)
        until(lambda: listens(host, SIP_PORT), "the telephone listens")
        self.page = self._open(player)

    def _register(self):
        keys = {"user": AGENT, "password": self.running.secrets[AGENT], "exp": 3600}
        host = self.running.host(HOSTS[AGENT])
        at = {"port": SIP_PORT + 1, "cport": SIP_PORT}
        Sipp(self.running, "phone_registers", host, **at, **keys).finish()

    def _open(self, player):
        path = shutil.which("chromium")
        chromium = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = chromium.new_context(base_url=self.office.url).new_page()
        page.set_default_timeout(120_000)
        parameters = {"db": self.office.database, "login": AGENT, "password": AGENT}
        page.context.request.post(
            "/web/session/authenticate", data={"jsonrpc": "2.0", "params": parameters}
        )
        page.goto("/odoo/action-crm_callcenter.crm_call_action")
        page.click(".o_call_get_ready")
        page.wait_for_selector(".o_call_bar[data-state=ready]")
        page.evaluate(WATCH)
        return page

    def probe(self, seen, number):
        """One bare message, then one call."""
        seen.floors.append(self._floor())
        caller = f"+1415{FIRST_NUMBER + number:07d}"
        keys = {"number": "8000", "caller": caller, "cname": "Customer"}
        call = Sipp(self.running, "caller_stays", self.running.host(CALLER), **keys)
        self.page.wait_for_function(f"() => window.whole['{caller}']", polling=50)
        rung = self.rings.rung[caller]
        for values, name in ((seen.popups, "shown"), (seen.whole, "whole"), (seen.told, "told")):
            values.append(self.page.evaluate(f"() => window.{name}['{caller}']") - rung)
        call.finish()
        self.page.wait_for_selector(".o_call_bar[data-state=ready]")

    def _floor(self):
        count = self.page.evaluate("() => window.floor.length")
        began = time.time()
        request = urllib.request.Request(
            f"{self.office.url}/json/2/ir.actions.server/run",
            json.dumps({"ids": [self.told["action"]]}).encode(),
            {
                "Authorization": f"bearer {self.told['key']}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.office.database,
            },
        )
        urllib.request.urlopen(request).read()
        self.page.wait_for_function(f"() => window.floor.length > {count}", polling=20)
        return self.page.evaluate("() => window.floor.at(-1)") - began

    def crowd(self, probes):
        return _Crowd(self.running, probes * PROBE_SECONDS)


class _Crowd:
    """Calls to sixty other agents, without sound, as long as the block runs."""

    def __init__(self, running, seconds):
        self.running, self.seconds = running, seconds

    def __enter__(self):
        host = self.running.host(CROWD)
        self.telephones = Sipp(self.running, "phone_soaks", host, calls=0, ring=200)
        until(lambda: listens(host, SIP_PORT), "the telephones listen")
        figures = self.running.folder / "crowd.csv"
        self.callers = _callers(
            self.running, figures, prefix="+14150", rate=RATE, talk=TALK_SECONDS,
            count=round(RATE * self.seconds),
        )  # fmt: skip
        time.sleep(5)  # until the load is what it will be
        return self

    def __exit__(self, *_error):
        assert not self.callers.has_ended(), "the load ended before the measurement"
        self.callers.end()
        self.telephones.end()


if __name__ == "__main__":
    main()
