"""Odoo and a listener beside a real exchange: the chain from a call to a row of ``crm.call``.

``Office`` has a database of its own with crm_callcenter alone, Odoo as a server and any number of
listeners as processes of their own, each of which a test may stop, kill and start again.
"""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from exchange_case import AMI_PORT, until

from suite import databases, odoo, paths, postgres, suites
from suite.exchange import DIES_WITH_US, LISTENER

CODE = "test"
START_SECONDS = 90
CALLS = """
    SELECT json_agg(t)
      FROM (SELECT c.number, c.result, c.state, c.is_incomplete AS incomplete,
                   count(l.id) AS legs
              FROM crm_call c LEFT JOIN crm_call_leg l ON l.call_id = c.id
             WHERE c.number = ANY(string_to_array(:'numbers', ','))
             GROUP BY c.id) t
"""
SETUP = Path(__file__).with_name("office_setup.py")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A program of the chain that ends with this process."""

    def __init__(self, name, command, folder, environment):
        self.log = folder / f"{name}.log"
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [str(part) for part in (*DIES_WITH_US, *command)],
                cwd=paths.ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill(self):
        """End it as a power failure would: at once."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.kill()


class Office:
    """The database, Odoo and the listeners of one test class."""

    def __init__(self, exchange, addon="crm_callcenter"):
        """A database where *addon* is installed with what it needs, and nothing else."""
        self.exchange = exchange
        self.folder = exchange.folder / "office"
        self.folder.mkdir(exist_ok=True)
        self.database = f"{databases.RUN_PREFIX}pbx_{os.getpid()}"
        self.port = free_port()
        self.server = None
        self.listeners = {}
        databases.copy(suites.alone(addon), self.database)
        self.key = self._set_up()

    def _set_up(self):
        """The exchange, its listener's account, agents and queues; returns the account's key."""
        printed = odoo.shell(self.database, SETUP.read_text())
        return json.loads(printed.strip().splitlines()[-1])["key"]

    def close(self):
        for name in list(self.listeners):
            self.stop_listener(name)
        self.stop_odoo()
        databases.drop(self.database)

    # --- Odoo ------------------------------------------------------------------------------

    def start_odoo(self):
        command = odoo.command(
            *("-d", self.database, "--db-filter", f"^{self.database}$"),
            *("--http-interface", "127.0.0.1", "--http-port", self.port),
            *("--max-cron-threads", "0", "--log-level", "warn"),
        )
        self.server = Process("odoo", command, self.folder, odoo.environment())
        until(self._answers, "Odoo answers", START_SECONDS)

    def _answers(self):
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/web/health", timeout=5):
            return True
        return False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def stop_odoo(self):
        if self.server:
            self.server.kill()
            self.server = None

    def lock_out(self):
        """What PostgreSQL does to Odoo when it goes down: no connections, and none anew."""
        postgres.psql("postgres", f'ALTER DATABASE "{self.database}" ALLOW_CONNECTIONS false')
        postgres.psql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :'name'",
            name=self.database,
        )

    def let_in(self):
        postgres.psql("postgres", f'ALTER DATABASE "{self.database}" ALLOW_CONNECTIONS true')

    # --- listeners -------------------------------------------------------------------------

    def start_listener(self, name="one", key=None):
        """A listener with a spool of its own; started again under its name it goes on."""
        settings = self._settings(name, key or self.key)
        command = odoo.command("call_listener", "--settings", settings)
        self.listeners[name] = Process(f"listener_{name}", command, self.folder, odoo.environment())
        until(lambda: self.health(name).get("connected"), "the listener is connected")

    def stop_listener(self, name="one"):
        self.listeners.pop(name).stop()

    def kill_listener(self, name="one"):
        self.listeners.pop(name).kill()

    def give_key(self, key, name="one"):
        """What an administrator does when a key expires: another one in the file."""
        self._secret(f"key_{name}", key)

    def _settings(self, name, key):
        port = self.folder / f"port_{name}"
        if not port.exists():
            port.write_text(str(free_port()))
        secret = self._secret("ami", self.exchange.secrets[LISTENER])
        file = self.folder / f"listener_{name}.conf"
        file.write_text(
            f"[listener]\nfolder = {self.folder}/spool_{name}\nport = {port.read_text()}\n"
            f"sweep = 0.5\nalive = 1\nagi_port = {self.agi_port(name)}\n"
            f"recordings_folder = {self.recordings}\n"
            f"agi_voicemail = {self.messages}\nvoice_folder = {self.messages}\n"
            f"[odoo]\nurl = {self.url}\ndatabase = {self.database}\n"
            f"key_file = {self._secret(f'key_{name}', key)}\n"
            f"[exchange:{CODE}]\nhost = {self.exchange.address}\nport = {AMI_PORT}\n"
            f"username = {LISTENER}\nsecret_file = {secret}\ntls = no\n"
        )
        return file

    def agi_port(self, name="one"):
        """Where a listener takes calls into menus (CC-4)."""
        port = self.folder / f"agi_{name}"
        if not port.exists():
            port.write_text(str(free_port()))
        return port.read_text()

    @property
    def recordings(self):
        """Where the exchange writes them."""
        return self.exchange.folder / "spool" / "monitor"

    @property
    def messages(self):
        """Where callers' voice messages are written."""
        folder = self.exchange.folder / "spool" / "messages"
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, script):
        """Run a script in Odoo's shell."""
        return odoo.shell(self.database, script)

    def _secret(self, name, text):
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o600)
        return file

    def health(self, name="one"):
        """What the listener says of its exchange; empty while it does not answer."""
        port = (self.folder / f"port_{name}").read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        except OSError:
            return {}
        [figures] = json.loads(text)["exchanges"]
        return figures

    def settle(self, *names):
        """Wait until all that the listeners have heard is in Odoo."""
        for name in names or list(self.listeners):
            until(
                lambda name=name: self.health(name).get("spool_records") == 0,
                f"the spool of listener {name} is empty",
                60,
            )

    # --- what came of it -------------------------------------------------------------------

    def rows(self, query, **values):
        """Rows of *query*, which gives them as one JSON array."""
        return json.loads(postgres.psql(self.database, query, **values) or "[]")

    def calls(self, *numbers):
        """Calls of the given customers: number, result, state and number of legs of each row."""
        return self.rows(CALLS, numbers=",".join(numbers))

    def wait_for(self, count, *numbers, seconds=60):
        """The calls of those customers when all are over."""
        end = time.monotonic() + seconds
        while True:
            found = self.calls(*numbers)
            over = [call for call in found if call["state"] == "done"]
            if len(over) >= count or time.monotonic() > end:
                return found
            time.sleep(0.2)
