"""From what an exchange says to calls (CC-8), against a bare INSERT and against OCA's phone calls.

``python -m bench.bench_call_events [--calls N] [--rounds N]`` with ODOO_RC set (bin/bench does).
Calls of the demo's kinds (answered, given up, solved in the menu, made by agents), some fourteen
messages each, are delivered in batches of 500 in the order of their moments, so that the parts of
a call are spread over batches as they are in earnest. Each round is rolled back.

- *ours*: ``crm.call.exchange.listener_events`` as the listener's account: checked, events kept
  once, calls and legs computed, customers found by their numbers;
- *floor*: the rows of ``crm_call_event`` of the same batches by one INSERT each, nothing else;
- *OCA's*: one ``crm.phonecall`` created for each call, with number, partner, times and direction
  already known (odoo-addon-crm-phonecall 19.0, in the same database).

Given are medians of the CPU seconds of this process and the database's together.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench.one_transaction import timed
from bench.table import Row, show
from demo.call_stream import Told, messages
from suite import databases, odoo, paths

CALLS, ROUNDS, BATCH = 3_000, 3, 500
PEER = "odoo-addon-crm-phonecall==19.0.1.0.1"
FOLDER = paths.LOCAL / "bench_phonecall"
START = 1_790_000_000.0
#: Calls that begin in a second: what a large center has at its peak.
PER_SECOND = 10
STORE = """
    INSERT INTO crm_call_event (exchange_id, key, linked, leg, kind, moment, data)
    SELECT %s, x.* FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::float8[],
           %s::jsonb[]) x"""


def main():
    arguments = _arguments()
    _fetch()
    database = _database()
    root = str(paths.ROOT / "addons")
    config.parse_config(["-c", os.environ["ODOO_RC"], "-d", database, "--log-level", "error"])
    config["addons_path"] = [*config["addons_path"], *({root} - set(config["addons_path"]))]
    try:
        with Registry(database).cursor() as cr:
            _measure(api.Environment(cr, SUPERUSER_ID, {}), arguments)
            cr.rollback()
    finally:
        close_all()


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--full", action="store_true", help="ten times as many calls")
    found = parser.parse_args()
    found.calls *= 10 if found.full else 1
    return found


def _fetch():
    """The peer in a folder of its own; ``odoo.addons`` finds what is on Python's path."""
    if not FOLDER.is_dir():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "-t", FOLDER, PEER]
        subprocess.run([str(part) for part in command], check=True)
    import odoo.addons

    odoo.addons.__path__.append(str(FOLDER / "odoo" / "addons"))


def _database():
    name = f"{databases.BENCH_PREFIX}calls"
    if not databases.exists(name):
        databases.copy(databases.core(), name)
        environment = odoo.environment()
        environment["PYTHONPATH"] += f"{os.pathsep}{FOLDER}"
        install = odoo.command("-d", name, "--no-http", "--stop-after-init")
        command = [*install, "-i", "crm_callcenter,crm_phonecall"]
        with (paths.LOGS / "bench_calls.log").open("w") as log:
            subprocess.run(
                [str(part) for part in command],
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
                check=True,
            )
    return name


def _measure(env, arguments):
    exchange, listener, partners = _office(env)
    calls = _calls(arguments.calls, [number for number, _partner in partners])
    rows = sorted((row for told in calls for row in messages(told)), key=lambda row: row["at"])
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    known = dict(partners)
    mine = exchange.with_user(listener)
    stored = _stored(exchange, batches)

    def deliver():
        for batch in batches:
            mine.listener_events(exchange.code, batch)

    def insert():
        for columns in stored:
            env.cr.execute(STORE, [exchange.id, *columns])

    def create():
        for told in calls:
            env["crm.phonecall"].create(_phonecall(told, known)).flush_recordset()

    ours = _median(env, deliver, arguments.rounds, lambda: _check(env, len(calls)))
    floor = _median(env, insert, arguments.rounds)
    oca = _median(env, create, 1)
    rate = len(rows) / ours
    print(f"{len(calls):,} calls, {len(rows):,} messages in {len(batches)} batches of {BATCH}")
    show(
        [
            Row("events to calls, CPU s", ours, floor, "bare INSERT of the events", "≤ 5"),
            Row("messages, phone calls a CPU s", rate, len(calls) / oca, "crm.phonecall", "≥ 10"),
            Row("calls a CPU s", len(calls) / ours, len(calls) / oca, "crm.phonecall"),
        ]
    )


def _office(env):
    groups = [env.ref("crm_callcenter.group_call_listener").id, env.ref("base.group_user").id]
    people = env["res.users"].with_context(no_reset_password=True)
    listener = people.create({"name": "L", "login": "bench_l", "group_ids": [(6, 0, groups)]})
    exchange = env["crm.call.exchange"].create(
        {"name": "Bench", "code": "bench", "listener_user_id": listener.id}
    )
    env["crm.call.queue"].create([{"name": code, "code": code} for code in ("support", "sales")])
    for extension in range(1001, 1061):
        user = people.create({"name": str(extension), "login": f"bench_{extension}"})
        env["crm.call.agent"].create(
            {"user_id": user.id, "exchange_id": exchange.id, "extension": str(extension)}
        )
    numbers = [f"+4940555{number:05d}" for number in range(2_000)]
    partners = env["res.partner"].create([{"name": each, "phone": each} for each in numbers])
    env.flush_all()
    env["crm.contact.number"]._drain()  # before the rounds, which are rolled back
    return exchange, listener, list(zip(numbers, partners.ids, strict=True))


def _calls(count, numbers):
    chance = random.Random(5)
    return [
        _call(serial, START + serial / PER_SECOND, chance.choice(numbers), chance)
        for serial in range(count)
    ]


def _call(serial, at, number, chance):
    values = {"serial": serial, "at": at, "number": number, "queue": "support"}
    fate, agent = chance.random(), str(chance.randint(1001, 1060))
    if fate < 0.1:
        return Told(**values, wait=30)
    if fate < 0.2:
        return Told(**values | {"queue": ""}, menu="2", contained=True, talk=30)
    return Told(**values, agent=agent, outbound=fate < 0.35, talk=chance.uniform(60, 400))


def _stored(exchange, batches):
    """Columns of the rows that *ours* keeps of each batch."""
    from odoo.addons.crm_callcenter.tools.call_events import normalize

    found = []
    for batch in batches:
        events = [normalize(row["message"], exchange.code, row["at"]) for row in batch]
        rows = [(e.key, e.call, e.leg, e.kind, e.at, json.dumps(e.data)) for e in events]
        found.append([list(column) for column in zip(*rows, strict=True)])
    return found


def _phonecall(told, known):
    return {
        "name": told.number,
        "partner_phone": told.number,
        "partner_id": known[told.number],
        "date": datetime.fromtimestamp(told.at, UTC).replace(tzinfo=None),
        "duration": told.talk / 60,
        "direction": "out" if told.outbound else "in",
        "state": "done",
    }


def _check(env, calls):
    found = env["crm.call"].search_count([("partner_id", "!=", False)])
    if found != calls:
        raise SystemExit(f"{found} calls with a customer instead of {calls}")


def _median(env, work, rounds, check=lambda: None):
    spent = []
    for _round in range(rounds):
        with env.cr.savepoint(flush=False) as savepoint:
            spent.append(timed(env, work)[0])
            check()
            savepoint.rollback()
        env.invalidate_all(flush=False)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
