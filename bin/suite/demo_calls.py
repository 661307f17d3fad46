"""``bin/demo --pbx``: a real exchange beside the demo, whose customers call agents (CC-1, CC-2).

The exchange is that of the tests, the listener the one that is used in earnest; customers and
telephones are played by sipp, with numbers that the demo company knows.
"""

import os
import random
import subprocess
import threading
from contextlib import contextmanager

from . import databases, exchange, odoo, paths, postgres
from .console import SetupError, say, step
from .players import Sipp

#: Telephones that are played: their agents, and the host of the exchange's network.
TELEPHONES = {"1001": 11, "1002": 12}
#: Seconds between two customers who call, at least and at most.
PAUSE = (20, 40)
RING_MILLISECONDS = 7_000
TALK_SECONDS = 45
SUPPORT = "8000"
FIRST_CALLER, CALLERS = 129, 100
LISTENER_PORT = 8079
CODE = "demo"
#: A new key for the listener's account at each start; the one before ends with it.
NEW_KEY = """
from datetime import datetime, timedelta
user = env.ref("crm_demo.call_exchange").listener_user_id
env["res.users.apikeys"].sudo().search([("user_id", "=", user.id)]).unlink()
keys = env(user=user.id)["res.users.apikeys"].sudo()
key = keys._generate("rpc", "bin/demo", datetime.now() + timedelta(days=30))
env.cr.commit()
print(key)
"""
NUMBERS = """
    SELECT DISTINCT e164 FROM crm_contact_number WHERE e164 LIKE '+49%' ORDER BY e164 LIMIT 60
"""


@contextmanager
def calling(database, port):
    """An exchange, its listener for the Odoo on *port*, and customers who call, until the end."""
    exchange.ensure()
    if not databases.exists(database):
        raise SetupError(f"There is no database {database}; bin/demo makes it.")
    with step("telephone exchange with two telephones"):
        running = exchange.start()
    try:
        listener = _start_listener(running, database, port)
        try:
            threading.Thread(target=_play, args=(running, database), daemon=True).start()
            yield
        finally:
            listener.terminate()
            listener.wait()
    finally:
        running.stop(keep_log=paths.LOGS / "demo-exchange.log")


def log_ins():
    """What to do to see a call."""
    return (
        "\n  Customers call every half a minute. Log in as agent (extension 1001) or agent_2\n"
        "  (1002): the caller pops up while the telephone rings. calls is their supervisor."
    )


def _start_listener(running, database, port):
    folder = running.folder / "listener"
    folder.mkdir()
    key = odoo.shell(database, NEW_KEY).strip().splitlines()[-1]
    settings = folder / "settings.conf"
    settings.write_text(
        f"[listener]\nfolder = {folder}/spool\nport = {LISTENER_PORT}\nsweep = 0.5\n"
        f"[odoo]\nurl = http://127.0.0.1:{port}\ndatabase = {database}\n"
        f"key_file = {_secret(folder / 'key', key)}\n"
        f"[exchange:{CODE}]\nhost = {running.address}\nport = {exchange.AMI_PORT}\n"
        f"username = {exchange.LISTENER}\ntls = no\n"
        f"secret_file = {_secret(folder / 'ami', running.secrets[exchange.LISTENER])}\n"
    )
    log = paths.LOGS / "demo-listener.log"
    with log.open("w") as output:
        command = odoo.command("call_listener", "--settings", settings)
        return subprocess.Popen(
            [str(part) for part in (*exchange.DIES_WITH_US, *command)],
            cwd=paths.ROOT,
            env={**os.environ, **odoo.environment()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _secret(file, text):
    file.write_text(text)
    file.chmod(0o600)
    return file


def _play(running, database):
    """Telephones that are answered, and one customer after the other; ends with the process."""
    numbers = postgres.psql(database, NUMBERS).split()
    if not numbers:
        say("  … no customer has a telephone number: nobody calls")
        return
    for agent, host in TELEPHONES.items():
        _telephone(running, agent, running.host(host))
    chance, pause = random.Random(), threading.Event()
    for turn in range(10_000_000):
        pause.wait(chance.uniform(*PAUSE))
        host = running.host(FIRST_CALLER + turn % CALLERS)
        who = {"caller": chance.choice(numbers), "cname": "Customer", "number": SUPPORT}
        Sipp(running, "caller_stays", host, **who)


def _telephone(running, agent, host):
    keys = {"user": agent, "password": running.secrets[agent], "exp": 86_400}
    port = exchange.SIP_PORT
    Sipp(running, "phone_registers", host, port=port + 1, cport=port, **keys).finish()
    answered = {"seconds": TALK_SECONDS, "ring": RING_MILLISECONDS}
    Sipp(running, "phone_talks", host, calls=0, **answered)
