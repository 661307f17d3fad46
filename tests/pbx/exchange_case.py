"""A real exchange with customers and telephones for tests (CC-1 … CC-7).

``ExchangeMixin`` gives a test class a running Asterisk, shared by all tests of the process, a
listener's connection that keeps every event, and sipp as customers behind the carrier and as
agents' telephones. Nothing of the addons is used here: what they do is compared with this.
"""

import atexit
import os
import socket
import threading
import unittest
from contextlib import suppress

from suite import exchange as exchanges
from suite import paths
from suite.exchange import AMI_PORT, CONSOLE, LISTENER, SIP_PORT, WHY_NOT
from suite.players import PATIENCE, Sipp, listens, until

TELEPHONES = {"1001": 11, "1002": 12, "1003": 13}
CARRIER = 2
FIRST_CALLER, LAST_CALLER = 129, 254
CUSTOMER, CUSTOMER_NAME = "+14155550123", "Jane Customer"


# --- the manager interface ---------------------------------------------------------------------


class Manager:
    """A connection to the manager interface that keeps all events in the order they came."""

    def __init__(self, exchange, account):
        self.events = []
        self._answers = {}
        self._number = 0
        self._news = threading.Condition()
        self._socket = socket.create_connection((exchange.address, AMI_PORT), timeout=PATIENCE)
        self._socket.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()
        self.command("Login", Username=account, Secret=exchange.secrets[account])

    def close(self):
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def ask(self, action, **fields):
        """Send *action* and return its answer; a list as value repeats the header."""
        self._number += 1
        identifier = f"test-{self._number}"
        pairs = [("Action", action), ("ActionID", identifier)]
        for name, value in fields.items():
            pairs += [(name, part) for part in (value if isinstance(value, list) else [value])]
        text = "".join(f"{name}: {value}\r\n" for name, value in pairs)
        self._socket.sendall(f"{text}\r\n".encode())
        return self._await(lambda: self._answers.get(identifier), f"an answer to {action}")

    def command(self, action, **fields):
        """The same, and it must succeed."""
        answer = self.ask(action, **fields)
        assert answer["Response"] in ("Success", "Goodbye"), f"{action} {fields}: {answer}"
        return answer

    def wait(self, event, seconds=PATIENCE, **wanted):
        """The first event of that name with the given headers, waiting for it if need be.

        A value that can be called decides about the header itself.
        """
        what = f"{event} {wanted}"
        return self._await(lambda: next(iter(self.all(event, **wanted)), None), what, seconds)

    def all(self, event, **wanted):
        """All events of that name with the given headers that have come until now."""
        return [e for e in list(self.events) if e.get("Event") == event and _fits(e, wanted)]

    def kinds(self, **wanted):
        """Names of the events with the given headers, in the order they came."""
        return [e["Event"] for e in list(self.events) if _fits(e, wanted)]

    def _await(self, find, what, seconds=PATIENCE):
        with self._news:
            found = self._news.wait_for(find, seconds)
        assert found, f"no {what} within {seconds} s"
        return found

    def _read(self):
        rest = b""
        with suppress(OSError):
            while part := self._socket.recv(65536):
                *messages, rest = (rest + part).split(b"\r\n\r\n")
                for message in messages:
                    self._keep(_headers(message.decode("utf-8", "replace")))

    def _keep(self, message):
        with self._news:
            if "Event" in message:
                self.events.append(message)
            elif "ActionID" in message:
                self._answers[message["ActionID"]] = message
            self._news.notify_all()


def _headers(text):
    """Headers of one message; the values of a repeated one are joined by line breaks."""
    found = {}
    for line in text.split("\r\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def _fits(event, wanted):
    return all(
        value(event.get(name, "")) if callable(value) else event.get(name) == value
        for name, value in wanted.items()
    )


def starts(text):
    """A header that begins with *text*: a channel's name ends in a serial number."""
    return lambda value: value.startswith(text)


# --- test cases ----------------------------------------------------------------------------------


_shared = []


def shared():
    """The exchange of this process, started when it is first asked for.

    Skips the test when there can be none; bin/test has tried and says why.
    """
    if os.environ.get(WHY_NOT):
        raise unittest.SkipTest(os.environ[WHY_NOT])
    if not _shared:
        try:
            _shared.append(exchanges.start())
        except exchanges.UnavailableError as error:
            raise unittest.SkipTest(str(error)) from error
        atexit.register(_shared[0].stop, keep_log=paths.LOGS / "exchange.log")
    return _shared[0]


class ExchangeMixin:
    """For a test class: ``exchange``, ``listener`` (events), ``console`` (all commands)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = shared()
        cls._unpause()

    @classmethod
    def _unpause(cls):
        """Members of queues take calls, whatever the Odoo of another class has asked for."""
        console = Manager(cls.exchange, CONSOLE)
        for agent in TELEPHONES:
            console.ask("QueuePause", Interface=f"PJSIP/{agent}", Paused="false")
        console.close()

    def setUp(self):
        super().setUp()
        self._players = []
        self._registered = {}
        self._callers = iter(range(FIRST_CALLER, LAST_CALLER))
        self._connect()
        self.addCleanup(self._disconnect)
        self.addCleanup(self._calm_down)

    def _connect(self):
        self.listener = Manager(self.exchange, LISTENER)
        self.console = Manager(self.exchange, CONSOLE)

    def _disconnect(self):
        self.listener.close()
        self.console.close()

    def restart_exchange(self):
        """The exchange goes down with all its calls, and comes back."""
        self._disconnect()
        self.exchange.restart()
        self._connect()

    def caller(self, scenario, number, *, caller=CUSTOMER, name=CUSTOMER_NAME, **options):
        """A customer who calls *number* through the carrier."""
        host = self.exchange.host(next(self._callers))
        return self._play(scenario, host, number=number, caller=caller, cname=name, **options)

    def telephone(self, agent, scenario, **options):
        """The telephone of *agent*, registered and ready to ring when this returns."""
        self.register(agent)
        return self._ready(scenario, self.exchange.host(TELEPHONES[agent]), **options)

    def customer(self, scenario, **options):
        """A customer who is called: whatever number is dialed at the carrier."""
        return self._ready(scenario, self.exchange.host(CARRIER), **options)

    def register(self, agent, seconds=3600):
        """Register the telephone of *agent*; with 0 seconds it leaves."""
        keys = {"user": agent, "password": self.exchange.secrets[agent], "exp": seconds}
        host = self.exchange.host(TELEPHONES[agent])
        self._play("phone_registers", host, port=SIP_PORT + 1, cport=SIP_PORT, **keys).finish()
        self._registered[agent] = seconds

    def click_to_dial(self, agent, number, identifier):
        """Ring the telephone of *agent*, then dial *number*: what Odoo asks of an exchange."""
        return self.listener.command(
            "Originate",
            Channel=f"PJSIP/{agent}",
            Context="from-agent",
            Exten=number,
            Priority="1",
            CallerID=f"<{number}>",
            Timeout="3000",
            Async="true",
            ChannelId=identifier,
        )

    def database(self, family, key, value):
        """Set an entry of the exchange's own database for the length of this test."""
        self.console.command("DBPut", Family=family, Key=key, Val=value)
        self.addCleanup(self.console.command, "DBDel", Family=family, Key=key)

    def _ready(self, scenario, host, **options):
        player = self._play(scenario, host, **options)
        until(lambda: listens(host, SIP_PORT) or player.has_ended(), f"{player.name} listens")
        if player.has_ended():  # it could not even begin
            player.finish()
        return player

    def _play(self, scenario, host, **options):
        player = Sipp(self.exchange, scenario, host, **options)
        self._players.append(player)
        return player

    def _calm_down(self):
        """Leave the exchange as it was found: no calls, no telephones, nobody who plays."""
        if self._calls():  # while the players are there: they answer, nothing is sent again later
            self.console.ask("Hangup", Channel="/^.*$/")
        until(lambda: not self._calls(), "all calls have ended")
        for player in self._players:
            player.end()
        for agent, seconds in list(self._registered.items()):
            if seconds:
                self.register(agent, 0)

    def _calls(self):
        return int(self.console.command("CoreStatus")["CoreCurrentCalls"])


class ExchangeCase(ExchangeMixin, unittest.TestCase):
    """Tests of the exchange itself."""
