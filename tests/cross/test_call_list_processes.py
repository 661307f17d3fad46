"""Call lists under real processes (CC-6): of two agents nobody gets the same customer.

Two processes of Odoo take customers from one list as fast as they can, each in transactions of its
own; serialization failures are tried again, as Odoo's requests are.
"""

import json
import os
import subprocess
import time

import pytest

from suite import databases, odoo, suites

DATABASE = f"{databases.RUN_PREFIX}call_lists_{os.getpid()}"
PEOPLE = 300

SETUP = f"""
import json
exchange = env["crm.call.exchange"].create({{"name": "Test", "code": "test"}})
people = env["res.users"].with_context(no_reset_password=True)
group = env.ref("crm_callcenter.group_call_agent")
agents = []
for extension in ("1001", "1002"):
    user = people.create(
        {{"name": extension, "login": extension, "group_ids": [(6, 0, [group.id])]}}
    )
    agents.append(env["crm.call.agent"].create(
        {{"user_id": user.id, "exchange_id": exchange.id, "extension": extension}}
    ))
one = env["crm.call.list"].create({{
    "name": "Race", "purpose": "service", "hour_from": 0, "hour_to": 24, "saturday_to": 24,
    "sunday_to": 24, "on_holidays": True, "mode": "preview",
}})
one._add_numbers([(f"+4940{{100000 + n}}", 0, None) for n in range({PEOPLE})])
one.action_start()
env.cr.commit()
print(json.dumps(len(one.entry_ids)))
"""
#: Takes one customer after the other as agent {login}; a file says when to begin.
WORK = """
import json, os, time
from psycopg2.errors import SerializationFailure
user = env["res.users"].search([("login", "=", {login!r})])
lists = env(user=user.id)["crm.call.list"]
print("ready", flush=True)
while not os.path.exists({flag!r}):
    time.sleep(0.005)
found, failures = [], 0
while True:
    try:
        card = lists.get_card()["card"]
        if card:
            lists.skip_entry(card["id"], "taken")
        env.cr.commit()
    except SerializationFailure:
        env.cr.rollback()
        env.invalidate_all()
        failures += 1
        continue
    if not card:
        break
    found.append(card["id"])
print(json.dumps({{"found": found, "failures": failures}}), flush=True)
"""


@pytest.fixture(scope="module")
def database():
    databases.copy(suites.alone("crm_callcenter"), DATABASE)
    assert odoo.shell(DATABASE, SETUP).strip().splitlines()[-1] == str(PEOPLE)
    yield DATABASE
    databases.drop(DATABASE)


def work(login, flag):
    process = subprocess.Popen(
        [
            str(p)
            for p in odoo.command("shell", "-d", DATABASE, "--no-http", "--log-level=critical")
        ],
        env={**os.environ, **odoo.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(WORK.format(login=login, flag=str(flag)))
    process.stdin.close()
    return process


def test_two_agents_never_get_the_same_customer(database, tmp_path):
    flag = tmp_path / "go"
    processes = [work(login, flag) for login in ("1001", "1002")]
    for process in processes:
        assert process.stdout.readline().strip() == "ready"
    time.sleep(0.1)
    flag.touch()
    results = [json.loads(process.stdout.read().strip()) for process in processes]
    assert [process.wait(60) for process in processes] == [0, 0]
    taken = [one for result in results for one in result["found"]]
    assert len(taken) == PEOPLE, results
    assert len(set(taken)) == PEOPLE, "Somebody was given to both."
    assert all(result["found"] for result in results), "Both have worked at the same time."
