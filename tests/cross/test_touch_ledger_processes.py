"""The touch ledger under real processes: killed, racing, and beside open transactions (C360-1).

Orders are generated in a database of its own; fills run in processes of Odoo. After whatever
happened the ledger must be what a plain SELECT over the orders says, row by row.
"""

import os
import re
import signal
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from suite import bulk, databases, odoo, suites
from suite.bulk import query as run

DATABASE = f"{databases.RUN_PREFIX}touch_ledger_{os.getpid()}"
ORDERS = 24_000
BATCH = 250

#: Runs in ``odoo shell``: says that it is ready, waits for a file when told to, fills.
FILL = """
import os, time
print("ready", flush=True)
while {flag!r} and not os.path.exists({flag!r}):
    time.sleep(0.01)
print("written", env["crm.touchpoint"]._fill(["sale_order"], commit=True)[0], flush=True)
"""

#: What the ledger must hold of the orders: all of them are orders, every second one was a
#: quotation for two hours before.
EXPECTED = """
SELECT o.id, e.event, o.partner_id, o.amount_untaxed FROM sale_order o
CROSS JOIN (VALUES ('confirmed'), ('created')) e(event)
 WHERE e.event = 'confirmed' OR o.date_order >= o.create_date + interval '1 hour'
"""
FOUND = """
SELECT res_id, event, partner_id, amount FROM crm_touchpoint
 WHERE res_model = 'sale.order' AND NOT voided
"""


@pytest.fixture(scope="module")
def generated():
    """A database with :data:`ORDERS` orders and an empty ledger, as a connection."""
    databases.copy(suites.full(), DATABASE)
    order, partner = bulk.first_order(DATABASE)
    with closing(bulk.connect(DATABASE)) as connection:
        bulk.copy_orders(connection, order, partner, 1, ORDERS)
        yield connection, order, partner
    databases.drop(DATABASE)


@pytest.fixture
def ledger(generated):
    """The same, with the ledger emptied and small batches."""
    connection, _order, _partner = generated
    run(connection, "DELETE FROM crm_touchpoint")
    run(connection, "DELETE FROM crm_touchpoint_fill")
    run(connection, "DELETE FROM ir_config_parameter WHERE key = 'crm_customer_insight.fill_batch'")
    run(
        connection,
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)",
        ("crm_customer_insight.fill_batch", str(BATCH)),
    )
    return connection


@contextmanager
def filling(flag=""):
    """A process that fills the ledger from the orders."""
    process = subprocess.Popen(
        [str(p) for p in odoo.command("shell", "-d", DATABASE, "--no-http", "--log-level=warn")],
        env={**os.environ, **odoo.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(FILL.format(flag=str(flag)))
    process.stdin.close()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()
        process.wait()


def fill():
    """Fill to the end in a process of its own; ledger rows written."""
    with filling() as process:
        return written_by(process)


def written_by(process):
    output = process.stdout.read()
    assert process.wait() == 0, output
    return int(re.search(r"written (\d+)", output)[1])


def count(connection):
    return run(connection, "SELECT count(*) FROM crm_touchpoint")[0][0]


def assert_exact(connection):
    """The ledger is the orders: nothing missing, nothing twice, nothing more."""
    missing = run(connection, f"{EXPECTED} EXCEPT ALL {FOUND}")
    assert missing == []
    surplus = run(connection, f"{FOUND} EXCEPT ALL {EXPECTED}")
    assert surplus == []
    sums = "SELECT count(*), sum(amount) FROM ({}) x(id, event, partner, amount)"
    assert run(connection, sums.format(FOUND)) == run(connection, sums.format(EXPECTED))


def wait_until(condition, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.03)


def nobody_else(connection):
    """No backend of a killed process is at work any more."""
    return not run(
        connection,
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )


def assert_state_fits(connection):
    """The state names the last order that is in the ledger: all before are, none after is."""
    [(watermark, last_id)] = run(
        connection,
        "SELECT watermark, last_id FROM crm_touchpoint_fill WHERE provider = 'sale_order'",
    )
    assert last_id, "the killed run must have left its place"
    wrong = run(
        connection,
        """SELECT count(*) FROM sale_order o WHERE ((o.write_date, o.id) <= (%s, %s)) <> EXISTS (
             SELECT FROM crm_touchpoint t
              WHERE t.res_model = 'sale.order' AND t.res_id = o.id AND t.event = 'confirmed')""",
        (watermark, last_id),
    )
    assert wrong == [(0,)]


def test_killed_again_and_again_it_ends_exact(ledger):
    for target in (500, 12_000, 24_000):
        with filling() as process:
            wait_until(lambda target=target: count(ledger) >= target)
            process.send_signal(signal.SIGKILL)
            process.wait()
        wait_until(lambda: nobody_else(ledger))
        assert target <= count(ledger) < ORDERS * 1.5
        assert_state_fits(ledger)
    before = count(ledger)
    # 24,000 orders and the one they were copied from, 12,000 of them were quotations before
    total = ORDERS + 1 + ORDERS // 2
    assert fill() == total - before
    assert count(ledger) == total
    assert_exact(ledger)
    assert run(ledger, "SELECT last_id, error FROM crm_touchpoint_fill") == [(0, None)]
    assert fill() == 0


def test_a_statement_cut_off_in_the_middle_leaves_nothing(ledger):
    """The connection is cut while a batch is being written: that batch is gone as a whole."""
    with filling() as process:
        wait_until(lambda: count(ledger) >= 2000)
        run(
            ledger,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND backend_type = 'client backend'",
        )
        process.wait()
    wait_until(lambda: nobody_else(ledger))
    assert_state_fits(ledger)
    fill()
    assert_exact(ledger)


def test_two_processes_race_and_nothing_is_written_twice(ledger, tmp_path):
    flag = tmp_path / "go"
    with filling(flag) as one, filling(flag) as two:
        for process in (one, two):
            assert process.stdout.readline() == "ready\n"
        flag.touch()
        written = [written_by(one), written_by(two)]
    total = ORDERS + 1 + ORDERS // 2
    # One of them did the work, the other left it to him.
    assert sorted(written) == [0, total]
    assert_exact(ledger)


def test_a_transaction_that_commits_late_is_not_lost(generated, ledger):
    _connection, order, partner = generated
    fill()
    with closing(bulk.connect(DATABASE)) as late:
        late.autocommit = False
        bulk.copy_orders(late, order, partner, 90_001, 90_001)
        run(
            late,
            "UPDATE sale_order SET write_date = now() AT TIME ZONE 'UTC' WHERE name = 'G90001'",
        )
        [(began,)] = run(late, "SELECT now() AT TIME ZONE 'UTC'")
        bulk.copy_orders(ledger, order, partner, 90_002, 90_002)
        run(
            ledger,
            "UPDATE sale_order SET write_date = clock_timestamp() AT TIME ZONE 'UTC'"
            " WHERE name = 'G90002'",
        )
        # What was written after the open transaction began has to wait for it.
        assert fill() == 0
        [(watermark,)] = run(ledger, "SELECT watermark FROM crm_touchpoint_fill")
        assert watermark == began
        late.commit()
    # Number 90001 is odd: it was a quotation before. Number 90002 was not.
    assert fill() == 3
    assert_exact(ledger)
    run(ledger, "DELETE FROM sale_order WHERE name IN ('G90001', 'G90002')")
