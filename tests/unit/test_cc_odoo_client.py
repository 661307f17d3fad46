"""CC-1: what the listener says to Odoo over JSON-2, against a small HTTP server that acts like it.

:class:`FakeOdoo` is used by ``test_cc_listener.py`` too.
"""

import asyncio
import json
import socket
import threading
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from odoo.addons.crm_callcenter.pbx.odoo_client import (
    KEY_REST,
    OdooClient,
    OdooRefusedError,
    OdooSettings,
    OdooUnauthorizedError,
    OdooUnavailableError,
    keys_in_file,
)

DROP = "drop"  # close the connection instead of answering


class FakeOdoo:
    """Odoo's end of the listener: rows by key, an outbox, results; and everything that goes wrong.

    ``answers`` are used up first: (status, body, headers), or :data:`DROP`, or a function of
    (method, arguments) that gives one of them or None. With ``also_do`` the request is carried out
    all the same, and only its answer is lost.
    """

    def __init__(self, keys=("key",)):
        self.keys = set(keys)
        self.rows, self.times = {}, Counter()
        self.outbox, self.results, self.alive = [], [], []
        self.requests = []
        self.answers = deque()
        self.rule = None
        self.also_do = False
        self.port = 0
        self._server = None
        self._mutex = threading.Lock()

    def start(self):
        odoo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                odoo.serve(self)

            def log_message(self, *_arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_arguments):
                pass

        self._open = []
        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self):
        """As a server that is killed: the port is closed, open connections are reset."""
        self._server.shutdown()
        self._server.server_close()
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def serve(self, request):
        if request.connection not in self._open:
            self._open.append(request.connection)
        data = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        method, arguments = request.path.rpartition("/")[2], json.loads(data)
        with self._mutex:
            self.requests.append((request.path, dict(request.headers), arguments))
            answer = self._answer(request, method, arguments)
        if answer == DROP:
            request.close_connection = True
            return
        status, body, headers = answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)

    def _answer(self, request, method, arguments):
        given = request.headers.get("Authorization", "")
        if given.removeprefix("bearer ") not in self.keys:
            return (
                401,
                {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"},
                {},
            )
        special = self.answers.popleft() if self.answers else None
        if self.rule and not special:
            special = self.rule(method, arguments)
        if special and not self.also_do:
            return special
        done = 200, getattr(self, f"_{method}")(**arguments), {}
        return special or done

    def _listener_events(self, exchange_code, rows):
        known = 0
        for row in rows:
            self.times[row["key"]] += 1
            known += row["key"] in self.rows
            self.rows.setdefault(row["key"], {**row, "exchange": exchange_code})
        return {"accepted": len(rows) - known, "known": known}

    def _listener_commands(self, exchange_code):
        found, self.outbox = self.outbox, []
        return found

    def _listener_results(self, exchange_code, rows):
        self.results += rows
        return True

    def _listener_alive(self, exchange_code, figures):
        self.alive.append((exchange_code, figures))
        return True


@pytest.fixture
def odoo():
    server = FakeOdoo().start()
    yield server
    server.stop()


def client(odoo, keys=("key",), clock=None, **changes):
    settings = OdooSettings(
        base=f"http://127.0.0.1:{odoo.port}", keys=lambda: list(keys), timeout=2.0, **changes
    )
    return OdooClient(settings, **({"clock": clock} if clock else {}))


def row(number):
    return {"key": f"k{number}", "at": float(number), "message": {"Event": "Hangup"}}


def run(scenario):
    return asyncio.run(asyncio.wait_for(scenario, 20))


def bearers(odoo):
    return [headers["Authorization"] for _path, headers, _body in odoo.requests]


def test_the_request_is_json_2(odoo):
    answer = run(client(odoo, database="crm_demo").events("ast1", [row(1), row(2)]))
    assert answer == {"accepted": 2, "known": 0}
    [(path, headers, body)] = odoo.requests
    assert path == "/json/2/crm.call.exchange/listener_events"
    assert headers["Authorization"] == "bearer key"
    assert headers["X-Odoo-Database"] == "crm_demo"
    assert headers["Content-Type"].startswith("application/json")
    assert body == {"exchange_code": "ast1", "rows": [row(1), row(2)]}


def test_one_database_needs_no_header_and_a_path_before_json_is_kept(odoo):
    settings = OdooSettings(f"http://127.0.0.1:{odoo.port}/crm/", lambda: ["key"])
    run(OdooClient(settings).alive("ast1", {"lag": 0.5}))
    [(path, headers, _body)] = odoo.requests
    assert path == "/crm/json/2/crm.call.exchange/listener_alive"
    assert "X-Odoo-Database" not in headers
    assert odoo.alive == [("ast1", {"lag": 0.5})]


def test_commands_and_results(odoo):
    odoo.outbox = [{"id": 7, "action": "hangup", "values": {"channel": "PJSIP/1-1"}}]

    async def scenario():
        talk = client(odoo)
        rows = await talk.commands("ast1")
        await talk.results("ast1", [{"id": 7, "state": "done", "text": ""}])
        return rows, await talk.commands("ast1")

    rows, later = run(scenario())
    assert [each["id"] for each in rows] == [7]
    assert later == []
    assert odoo.results == [{"id": 7, "state": "done", "text": ""}]


def test_names_in_any_writing_arrive_and_half_characters_do_no_harm(odoo):
    rows = [{**row(1), "message": {"CallerIDName": "张伟 Jané \ud800"}}]
    run(client(odoo).events("ast1", rows))
    assert odoo.rows["k1"]["message"]["CallerIDName"] == "张伟 Jané ?"


def test_one_connection_serves_many_requests(odoo):
    async def scenario():
        talk = client(odoo)
        for number in range(5):
            await talk.events("ast1", [row(number)])
        talk.close()

    run(scenario())
    assert len(odoo.requests) == 5
    assert len(odoo._open) == 1


def test_a_connection_that_the_server_has_closed_meanwhile_is_replaced(odoo):
    async def scenario():
        talk = client(odoo)
        await talk.events("ast1", [row(1)])
        odoo.stop()
        odoo.start()
        return await talk.events("ast1", [row(2)])

    assert run(scenario()) == {"accepted": 1, "known": 0}


def test_commands_are_not_asked_for_twice_when_the_answer_is_lost(odoo):
    odoo.outbox = [{"id": 7, "action": "hangup", "values": {}}]
    odoo.also_do = True

    async def scenario():
        talk = client(odoo)
        await talk.alive("ast1", {})
        odoo.answers.append(DROP)
        with pytest.raises(OdooUnavailableError):
            await talk.commands("ast1")

    run(scenario())
    assert len(odoo.requests) == 2


# -- keys


def test_the_newer_key_is_tried_first_and_the_older_one_helps(odoo):
    odoo.keys = {"old"}
    talk = client(odoo, ("new", "old"))
    run(talk.events("ast1", [row(1)]))
    assert bearers(odoo) == ["bearer new", "bearer old"]
    assert list(odoo.rows) == ["k1"]


def test_a_key_that_was_refused_rests_and_is_tried_again_later(odoo):
    odoo.keys = {"old"}
    now = [1000.0]

    async def scenario():
        talk = client(odoo, ("new", "old"), clock=lambda: now[0])
        for number, moment in ((1, 0), (2, KEY_REST - 1), (3, KEY_REST)):
            now[0] = 1000 + moment
            await talk.events("ast1", [row(number)])

    run(scenario())
    assert bearers(odoo) == [f"bearer {key}" for key in ("new", "old", "old", "new", "old")]


def test_without_a_valid_key_it_is_an_alarm_and_not_an_outage(odoo):
    odoo.keys = set()
    with pytest.raises(OdooUnauthorizedError, match="401: Invalid apikey"):
        run(client(odoo, ("new", "old")).events("ast1", [row(1)]))
    assert bearers(odoo) == ["bearer new", "bearer old"]


def test_an_account_without_the_right_is_an_alarm_too(odoo):
    odoo.answers.append((403, {"message": "You are not allowed"}, {}))
    with pytest.raises(OdooUnauthorizedError, match="You are not allowed"):
        run(client(odoo).events("ast1", [row(1)]))


def test_a_key_written_to_the_file_counts_without_a_restart(odoo, tmp_path):
    odoo.keys = {"second"}
    path = tmp_path / "keys"
    path.write_text("# newest first\nfirst\n\n")
    talk = OdooClient(OdooSettings(f"http://127.0.0.1:{odoo.port}", keys_in_file(path)))

    async def scenario():
        with pytest.raises(OdooUnauthorizedError):
            await talk.events("ast1", [row(1)])
        path.write_text("second\nfirst\n")
        return await talk.events("ast1", [row(1)])

    assert run(scenario()) == {"accepted": 1, "known": 0}


@pytest.mark.parametrize("content", [None, "", "# none yet\n"])
def test_no_key_at_all_is_an_alarm(odoo, tmp_path, content):
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)
    talk = OdooClient(OdooSettings(f"http://127.0.0.1:{odoo.port}", keys_in_file(path)))
    with pytest.raises(OdooUnauthorizedError, match=r"API key|cannot be read"):
        run(talk.events("ast1", [row(1)]))
    assert odoo.requests == []


def test_secrets_are_not_in_what_is_logged():
    settings = OdooSettings("http://odoo.example", lambda: ["very secret"])
    assert "secret" not in repr(settings)


# -- failures


@pytest.mark.parametrize("status", [500, 502, 503, 429, 404, 302])
def test_what_may_work_later_is_unavailable(odoo, status):
    odoo.answers.append((status, {"message": "oops"}, {"Retry-After": "7"}))
    with pytest.raises(OdooUnavailableError, match=f"{status}: oops") as caught:
        run(client(odoo).events("ast1", [row(1)]))
    assert (caught.value.status, caught.value.wait) == (status, 7)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_never_works_is_refused(odoo, status):
    odoo.answers.append((status, {"message": "no"}, {}))
    with pytest.raises(OdooRefusedError, match=f"{status}: no"):
        run(client(odoo).events("ast1", [row(1)]))


@pytest.mark.parametrize("body", [b"<html>Gateway</html>", b"", b"{"])
def test_an_answer_that_is_no_json_confirms_nothing(odoo, body):
    odoo.answers.append((200, body, {}))
    with pytest.raises(OdooUnavailableError):
        run(client(odoo).events("ast1", [row(1)]))


@pytest.mark.parametrize(
    "answer", [{"accepted": 1, "known": 0}, {"accepted": 3}, {"accepted": "2"}, {}, None, True, [2]]
)
def test_counts_that_do_not_cover_the_batch_confirm_nothing(odoo, answer):
    odoo.answers.append((200, answer, {}))
    with pytest.raises(OdooUnavailableError, match="of 2 events"):
        run(client(odoo).events("ast1", [row(1), row(2)]))


def test_a_server_that_is_down_or_hangs_up(odoo):
    odoo.answers.append(DROP)
    with pytest.raises(OdooUnavailableError, match="not reachable"):
        run(client(odoo).events("ast1", [row(1)]))
    odoo.stop()
    with pytest.raises(OdooUnavailableError, match="not reachable"):
        run(client(odoo).events("ast1", [row(1)]))
    odoo.start()


def test_a_server_that_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = OdooSettings(
            f"http://127.0.0.1:{mute.getsockname()[1]}", lambda: ["key"], timeout=0.1
        )
        with pytest.raises(OdooUnavailableError, match="timed out"):
            run(OdooClient(settings).events("ast1", [row(1)]))


@pytest.mark.parametrize("base", ["", "odoo:8069", "ftp://odoo", "http://"])
def test_an_address_that_is_none_is_told_at_the_start(base):
    with pytest.raises(ValueError, match="Not the address"):
        OdooSettings(base, lambda: ["key"])
