"""Service levels (SVC-S): creating, moving, re-evaluating and checking requests.

``python -m bench.bench_sla [--open N …] [--no-peer]`` with ODOO_RC set (bin/bench does). Ours and
the peer (OCA's helpdesk_mgmt with helpdesk_mgmt_sla, requirements-bench-peers.txt) each run in a
database and a process of their own; the peer's code is AGPL-3 and is installed in a folder of its
own, on the path of its own process only. Both sides have one team. Ours promises first reply and
solution, the peer (which knows nothing else) the solution. Times are wall clock, the median of
several rounds where one is short; queries are those of one round.

- *create*: from the values a form sends, flushed;
- *move*: a write of another open stage on 1,000;
- *rebuild*: service levels of 10,000 open ones evaluated anew, all deadlines move; the peer does
  1,000 and its figures are taken ten times, for it works record by record;
- *tick*: a run of the scheduler with ten due, by the number of open requests (ours only: the
  peer's scheduler evaluates all of them, which is its rebuild).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import table
from suite import databases, odoo, paths, stamps, venv
from suite.console import SetupError

ADDON, PEER = "crm_service_levels", "helpdesk_mgmt_sla"
OURS, THEIRS = f"{databases.OWN}bench_sla", f"{databases.OWN}bench_sla_peer"
PEER_HOME = paths.ROOT / ".local" / "peers"
PEER_PATH = str(PEER_HOME / "odoo" / "addons")
PEER_WHEELS = paths.ROOT / "requirements-bench-peers.txt"
ROUNDS = 15
TENTH = 1000
COPY_REQUESTS = """
INSERT INTO crm_service_request SELECT (jsonb_populate_record(r, jsonb_build_object(
    'id', nextval('crm_service_request_id_seq'), 'number', 'B' || (g + %s)))).*
FROM crm_service_request r, generate_series(1, %s) g WHERE r.id = %s
"""
COPY_TIMERS = """
INSERT INTO crm_service_sla_timer SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('crm_service_sla_timer_id_seq'), 'request_id', r.id))).*
FROM crm_service_sla_timer t, crm_service_request r
WHERE t.request_id = %s AND r.number LIKE 'B%%'
    AND NOT EXISTS (SELECT FROM crm_service_sla_timer o WHERE o.request_id = r.id)
"""
DUE = """
UPDATE crm_service_sla_timer SET next_check = now() AT TIME ZONE 'UTC' - interval '1 minute',
    due_at = now() AT TIME ZONE 'UTC' - interval '1 minute'
WHERE id IN (SELECT id FROM crm_service_sla_timer WHERE state = 'running' AND kind = 'first_reply'
    ORDER BY id LIMIT 10)
"""


def main():
    """Measure both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--full", action="store_true", help="nothing more; sizes are the same")
    parser.add_argument("--side", choices=("ours", "peer"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(SIDES[arguments.side](arguments.open)))
        return
    _make(OURS, [ADDON])
    ours = _run("ours", arguments.open)
    peer = {} if arguments.no_peer else _peer()
    show(ours, peer)


def _make(name, modules, options=()):
    databases.drop(name)
    databases.copy(databases.core(), name)
    if options:
        command = odoo.command("-d", name, "-i", ",".join(modules), *options)
        command += ["--stop-after-init", "--no-http", "--log-level", "error"]
        subprocess.run(command, check=True, env=odoo.environment())
    else:
        odoo.install(name, modules, log=paths.LOGS / "bench_sla.log")


def _run(side, sizes=()):
    command = [sys.executable, "-m", "bench.bench_sla", "--side", side]
    command += ["--open", *map(str, sizes)] if sizes else []
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout.splitlines()[-1])


def timed(env, function, rounds=1):
    """Median milliseconds and queries of *function*, flushed, from empty record caches."""
    seconds, queries = [], 0
    for _round in range(rounds):
        env.flush_all()
        env.invalidate_all()
        before, began = env.cr.sql_log_count, time.perf_counter()
        function()
        env.flush_all()
        seconds.append(time.perf_counter() - began)
        queries = env.cr.sql_log_count - before
    return 1000 * statistics.median(seconds), queries


def figures(env, model, values, stages, rebuild):
    """What both sides are asked to do; *rebuild* is told ten thousand open records."""
    records = env[model]

    def create(count):
        return records.create([{"name": f"Case {n}", **values} for n in range(count)])

    create(2)
    env.flush_all()
    found = {"create 1": timed(env, lambda: create(1), ROUNDS)}
    made = []
    found["create 1,000"] = timed(env, lambda: made.append(create(1000)))
    cases = made[0]
    found["move 1,000"] = timed(env, lambda: cases.write({"stage_id": stages[0]}))
    cases.write({"stage_id": stages[1]})
    for _batch in range(9):
        cases |= create(1000)
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")  # as autovacuum does in a database that lives
    found["rebuild 10,000"] = timed(env, lambda: rebuild(cases))
    return found


def ours(sizes):
    """Figures of our side."""
    with closing(_cursor(OURS)) as cr:
        env = _environment(cr)
        requests = env["crm.service.request"]
        values, stages = _our_values(env)
        found = figures(env, requests._name, values, stages, lambda _all: _our_rebuild(env))
        env["crm.service.request"].search([]).unlink()
        first = requests.create({"name": "First", **values})
        env.flush_all()
        made = 0
        for size in sorted(sizes):
            cr.execute(COPY_REQUESTS, [made, size - made, first.id])
            cr.execute(COPY_TIMERS, [first.id])
            made = size
            cr.commit()
            cr._cnx.autocommit = True
            cr.execute("ANALYZE crm_service_request")
            cr.execute("ANALYZE crm_service_sla_timer")
            cr._cnx.autocommit = False
            found[f"tick, {size:,} open, 10 due"] = _tick(env)
    return found


def _our_rebuild(env):
    """All deadlines move: another time is promised and everything is counted anew."""
    env.cr.execute("UPDATE crm_service_sla_target SET hours = hours + 1")
    env.registry.clear_cache()
    env["crm.service.request"]._sla_rebuild(recount=True)


def _tick(env):
    """Median of some ticks, each with ten timers that are due."""
    runs = []
    for _round in range(7):
        env.cr.execute(DUE)
        env.cr.commit()
        env.invalidate_all()
        runs.append(timed(env, env["crm.service.sla.timer"]._cron_check))
    return statistics.median(run[0] for run in runs), runs[-1][1]


def _our_values(env):
    hours = _around_the_clock(env)
    lead = env.ref("base.user_admin")
    team = env["crm.service.team"].create(
        {"name": "Service", "resource_calendar_id": hours.id, "user_id": lead.id}
    )
    partner = env["res.partner"].create({"name": "Customer", "email": "a@example.com"})
    kind = env.ref(f"{ADDON}.type_usage")
    values = {"team_id": team.id, "partner_id": partner.id, "type_id": kind.id}
    values["user_id"] = lead.id
    stages = [env.ref(f"{ADDON}.stage_open").id, env.ref(f"{ADDON}.stage_third_party").id]
    env.cr.commit()
    return values, stages


def _around_the_clock(env):
    """Working hours of every day, so that people are told whenever this is measured."""
    days = [
        {"name": "Day", "dayofweek": str(day), "hour_from": start, "hour_to": start + 12}
        | {"day_period": "morning" if not start else "afternoon"}
        for day in range(7)
        for start in (0, 12)
    ]
    return env["resource.calendar"].create(
        {"name": "Every day", "tz": "UTC", "attendance_ids": [(0, 0, day) for day in days]}
    )


def _peer():
    """Figures of the peer, or none when its wheels cannot be had."""
    wanted = stamps.digest(PEER_WHEELS)
    if not (PEER_HOME.exists() and stamps.is_done("bench-peers", wanted)):
        try:
            venv.pip(
                "install", "--no-deps", "--upgrade", f"--target={PEER_HOME}", "-r", PEER_WHEELS
            )
        except SetupError as error:
            print(f"The peer is not measured: {error}")
            return {}
        stamps.done("bench-peers", wanted)
    _make(THEIRS, [PEER], ("--addons-path", PEER_PATH))
    return _run("peer")


def peer(_sizes):
    """Figures of the peer: its team, one rule for its solution, its own scheduler as rebuild."""
    with closing(_cursor(THEIRS, PEER_PATH)) as cr:
        env = _environment(cr)
        hours = env.company.resource_calendar_id
        team = env["helpdesk.ticket.team"].create(
            {"name": "Service", "use_sla": True, "resource_calendar_id": hours.id}
        )
        stages = env["helpdesk.ticket.stage"].search([("closed", "=", False)], limit=2)
        done = env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        env["helpdesk.sla"].create(
            {"name": "Five days", "team_ids": [(6, 0, team.ids)], "stage_id": done.id, "days": 5}
        )
        partner = env["res.partner"].create({"name": "Customer", "email": "a@example.com"})
        values = {"team_id": team.id, "partner_id": partner.id, "description": "x"}
        found = figures(
            env, "helpdesk.ticket", values, stages.ids, lambda cases: cases[:TENTH].set_sla()
        )
        took, queries = found["rebuild 10,000"]
        return found | {"rebuild 10,000": (10 * took, 10 * queries)}


def _cursor(name, addons_path=None):
    from odoo.modules.registry import Registry
    from odoo.tools import config

    options = ["-c", os.environ["ODOO_RC"], "-d", name, "--log-level", "error"]
    config.parse_config(options + (["--addons-path", addons_path] if addons_path else []))
    return Registry(name).cursor()


def _environment(cr):
    from odoo import SUPERUSER_ID, api

    return api.Environment(cr, SUPERUSER_ID, {})


#: Ours ÷ peer: creating one no slower, a thousand three times faster, and so on.
AIMS = {
    "create 1": "≤ 1",
    "create 1,000": "≤ 0.33",
    "move 1,000": "≤ 0.2",
    "rebuild 10,000": "≤ 0.01",
}


def show(ours_found, peer_found):
    """Print times and queries beside the peer's."""
    rows = []
    for name, (took, queries) in ours_found.items():
        other, more = peer_found.get(name, (None, None))
        against = "OCA helpdesk_mgmt_sla" if other else ""
        rows.append(table.Row(name, took, other, against, AIMS.get(name, ""), "ms"))
        rows.append(table.Row(f"{name}: queries", queries, more, against))
    table.show(rows)


SIDES = {"ours": ours, "peer": peer}

if __name__ == "__main__":
    main()
