"""A call center at work for half an hour: nothing lost, memory flat, figures in time (CC-8).

``bin/bench bench_soak [--full]``: a real Asterisk, 60 telephones and all customers played by sipp
(signals only, no sound), the listener and Odoo as they run in earnest, and a wallboard open in
Chromium. Two loads one after the other, each for a minute, with ``--full`` for 30 minutes: ten
calls a second of 4 s, and 0.3 calls a second of 180 s.

- *lost or doubled*: calls that sipp made against rows of ``crm_call``, and those it saw answered
  against rows that say so;
- *memory*: resident MB in the last fifth of the time against those in the second fifth;
- *listener*: seconds from an event to its row, sampled each second;
- *wallboard*: updates that arrive in the page per second, and the time between two of them;
- *look-up*: what an agent's page asks when his telephone rings, as it sees it.
"""

import argparse
import shutil
import statistics
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "pbx"))

from chain import Office
from exchange_case import CONSOLE, Manager
from playwright.sync_api import sync_playwright

from bench.table import Row, show
from suite import exchange
from suite.exchange import SIP_PORT
from suite.players import Sipp, listens, until

AGENTS = range(2001, 2061)
TELEPHONES, CALLERS = 20, 140  # hosts of the exchange's network
RING_MILLISECONDS = 200
SECONDS, FULL_SECONDS = 60, 1800
LOADS = ((10, 4), (0.3, 180))
ENDPOINT = """
[{agent}](agent)
aors = {agent}
callerid = Agent {agent} <{agent}>
[{agent}](agent-aor)
contact = sip:{agent}@{host}:{port}
"""
PEOPLE = """
exchange = env["crm.call.exchange"].search([])
groups = [env.ref(f"crm_callcenter.group_call_{{name}}").id for name in ("agent", "supervisor")]
groups.append(env.ref("base.group_user").id)
people = env["res.users"].with_context(no_reset_password=True)
for number in range({first}, {last} + 1):
    name = str(number)
    person = people.create(
        {{"name": name, "login": name, "password": name, "group_ids": [(6, 0, groups)]}}
    )
    env["crm.call.agent"].create(
        {{"user_id": person.id, "exchange_id": exchange.id, "extension": name}}
    )
numbers = [f"+1415{{n:07d}}" for n in range(2000)]
env["res.partner"].create([{{"name": number, "phone": number}} for number in numbers])
env["crm.contact.number"]._drain()
env.cr.commit()
"""
HEAR = """() => {
    const bus = odoo.__WOWL_DEBUG__.root.env.services.bus_service;
    window.boards = [];
    bus.subscribe("crm_call/wallboard", () => window.boards.push(performance.now() / 1000));
}"""
CALLS = """
    SELECT json_agg(t) FROM (
        SELECT count(*) AS rows, count(DISTINCT number) AS numbers,
               count(*) FILTER (WHERE result = 'answered') AS answered,
               count(*) FILTER (WHERE state <> 'done') AS open
          FROM crm_call WHERE number LIKE :'numbers') t
"""
LAST_CALL = """
    SELECT json_agg(t) FROM (
        SELECT c.id FROM crm_call c JOIN crm_call_agent a ON a.id = c.agent_id
         WHERE a.extension = :'agent' ORDER BY c.id DESC LIMIT 1) t
"""


@dataclass
class Seen:
    """What was measured while a load ran."""

    memory: dict = field(default_factory=dict)  # name: [MB]
    lag: list = field(default_factory=list)
    boards: list = field(default_factory=list)  # moments when one arrived
    lookups: list = field(default_factory=list)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="30 minutes of each load")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--only", type=int, choices=range(len(LOADS)), help="one of the two loads")
    arguments = parser.parse_args()
    seconds = arguments.seconds or (FULL_SECONDS if arguments.full else SECONDS)
    exchange.ensure()
    running = exchange.start()
    try:
        chosen = LOADS if arguments.only is None else LOADS[arguments.only : arguments.only + 1]
        _measure(running, chosen, seconds)
    finally:
        running.stop()


def _measure(running, loads, seconds):
    office = Office(running)
    try:
        office.run(PEOPLE.format(first=AGENTS[0], last=AGENTS[-1]))
        _equip(running)
        office.start_odoo()
        office.start_listener()
        with sync_playwright() as player:
            pages = _Pages(player, office)
            for serial, (rate, talk) in enumerate(loads):
                _load(running, office, pages, rate=rate, talk=talk, seconds=seconds, serial=serial)
    finally:
        office.close()


def _equip(running):
    """Sixty telephones at the exchange, all of them members of one queue."""
    host = running.host(TELEPHONES)
    texts = [ENDPOINT.format(agent=agent, host=host, port=SIP_PORT) for agent in AGENTS]
    (running.folder / "etc" / "crowd.conf").write_text("".join(texts))
    console = Manager(running, CONSOLE)
    console.command("Command", Command="module reload res_pjsip.so")
    for agent in AGENTS:
        console.command("QueueAdd", Queue="sales", Interface=f"PJSIP/{agent}")
    console.close()


class _Pages:
    """A wallboard in Chromium, and an agent's session that looks callers up."""

    def __init__(self, player, office):
        self.office = office
        chromium = player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        self.board = self._session(chromium, str(AGENTS[0]))
        self.agent = self._session(chromium, str(AGENTS[1]))
        self.board.goto("/odoo/call-wallboard", timeout=120_000)
        self.board.wait_for_selector(".o_call_wallboard", timeout=120_000)
        self.board.evaluate(HEAR)

    def _session(self, chromium, login):
        page = chromium.new_context(base_url=self.office.url).new_page()
        parameters = {"db": self.office.database, "login": login, "password": login}
        page.context.request.post(
            "/web/session/authenticate", data={"jsonrpc": "2.0", "params": parameters}
        )
        return page

    def news(self):
        """Seconds at which the page was told new figures, since this was asked last."""
        return self.board.evaluate("() => window.boards.splice(0)")

    def look_up(self):
        """Seconds of what a page asks for its newest call; None without one."""
        rows = self.office.rows(LAST_CALL, agent=str(AGENTS[1]))
        if not rows:
            return None
        parameters = {
            "model": "crm.call",
            "method": "get_popup",
            "args": [rows[0]["id"]],
            "kwargs": {},
        }
        begin = time.perf_counter()
        answer = self.agent.context.request.post(
            "/web/dataset/call_kw/crm.call/get_popup",
            data={"jsonrpc": "2.0", "params": parameters},
        ).json()
        assert "result" in answer, answer
        return time.perf_counter() - begin


def _load(running, office, pages, *, rate, talk, seconds, serial):
    prefix = f"+1415{serial}"
    count = max(1, round(rate * seconds))
    host = running.host(TELEPHONES)
    telephones = Sipp(running, "phone_soaks", host, calls=0, ring=RING_MILLISECONDS)
    until(lambda: listens(host, SIP_PORT), "the telephones listen")
    figures = running.folder / f"soak_{serial}.csv"
    callers = _callers(running, figures, prefix=prefix, rate=rate, talk=talk, count=count)
    seen = _watch(running, office, pages, callers)
    said = _statistics(figures)
    office.settle()
    until(lambda: not _rows(office, prefix)["open"], "all calls are over in Odoo", 120)
    telephones.end()
    print(f"\n{rate} calls/s of {talk} s, {seconds} s, {len(AGENTS)} agents")
    show(_table(said, _rows(office, prefix), seen))


def _callers(running, figures, *, prefix, rate, talk, count):
    numbers = running.folder / "calls" / "numbers.csv"
    lines = [f"{prefix}{n:0{12 - len(prefix)}d}" for n in range(count)]
    numbers.write_text("\n".join(["SEQUENTIAL", *lines, ""]))
    options = [
        *("-inf", numbers, "-m", count, "-l", 2000),
        *(("-r", rate) if rate >= 1 else ("-r", round(rate * 10), "-rp", 10_000)),
        *("-trace_stat", "-stf", figures, "-fd", 1),
    ]
    return Sipp(
        running, "caller_soaks", running.host(CALLERS),
        number="8001", seconds=talk, calls=0, options=options,
    )  # fmt: skip


def _watch(running, office, pages, callers):
    """Sample once a second until all customers have been served."""
    seen, processes = Seen(), _processes(running, office)
    pages.news()
    while not callers.has_ended():
        pages.board.wait_for_timeout(1000)  # the pages live meanwhile
        for name, number in processes.items():
            seen.memory.setdefault(name, []).append(_resident(number))
        seen.lag.append(office.health().get("lag", 0))
        took = pages.look_up()
        if took is not None:
            seen.lookups.append(took)
    callers.finish()
    seen.boards = pages.news()
    return seen


def _processes(running, office):
    listener = office.listeners["one"].process.pid
    return {
        "Asterisk": running.process.pid, "Odoo": office.server.process.pid, "listener": listener,
    }  # fmt: skip


def _resident(number):
    """Resident MB of a process and its children."""
    total, waiting = 0, [number]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        waiting += [int(child) for child in (one / f"task/{one.name}/children").read_text().split()]
        total += int((one / "statm").read_text().split()[1]) * 4096
    return total / 2**20


def _statistics(file):
    """Calls that sipp made and those that went as written, by its own last line."""
    names, *_between, last = file.read_text().strip().splitlines()
    row = dict(zip(names.split(";"), last.split(";"), strict=False))
    return {
        "made": int(row["TotalCallCreated"]), "well": int(row["SuccessfulCall(C)"]),
    }  # fmt: skip


def _rows(office, prefix):
    return office.rows(CALLS, numbers=f"{prefix}%")[0]


def _table(said, rows, seen):
    yield Row("rows of calls", rows["rows"], said["made"], "sipp's calls", "≤ 1")
    yield Row("numbers that called", rows["numbers"], said["made"], "sipp's calls", "≥ 1")
    yield Row("answered", rows["answered"], said["well"], "sipp's count", "≥ 1")
    for name, values in seen.memory.items():
        fifth = max(1, len(values) // 5)
        late, early = values[-fifth:], values[fifth : 2 * fifth] or values[:1]
        yield Row(
            f"memory of {name}", statistics.mean(late), statistics.mean(early),
            "second fifth", "≤ 1.1", "MB",
        )  # fmt: skip
    yield Row("event to row, p95", 1000 * _share(seen.lag, 0.95), unit="ms")
    yield Row("event to row, worst", 1000 * max(seen.lag), unit="ms")
    during = seen.boards[-1] - seen.boards[0] if len(seen.boards) > 1 else 0
    yield Row("wallboard: updates", max(0, len(seen.boards) - 1), during, "seconds", "≤ 1")
    between = [after - before for before, after in pairwise(seen.boards)]
    yield Row("wallboard: between updates, p95", 1000 * _share(between or [0], 0.95), unit="ms")
    if seen.lookups:
        yield Row("look-up, median", 1000 * statistics.median(seen.lookups), unit="ms")
        yield Row("look-up, p95", 1000 * _share(seen.lookups, 0.95), unit="ms")


def _share(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
