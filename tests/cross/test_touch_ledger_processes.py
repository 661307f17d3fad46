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

import psycopg2
import pytest

from suite import databases, odoo, postgres, suites

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

#: One order made with Odoo, copied with other numbers: whatever columns other addons require.
FIRST_ORDER = """
partner = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(10)])
product = env["product.product"].create({"name": "Tile", "list_price": 10})
order = env["sale.order"].create(
    {"partner_id": partner[0].id, "order_line": [(0, 0, {"product_id": product.id})]}
)
order.action_confirm()
env.cr.commit()
print("order", order.id, partner[0].id)
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
    answer = odoo.shell(DATABASE, FIRST_ORDER)
    order, partner = re.search(r"order (\d+) (\d+)", answer).groups()
    with closing(connect()) as connection:
        copy_order(connection, int(order), int(partner), ORDERS)
        yield connection, int(order), int(partner)
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


def connect():
    values = postgres.connection()
    connection = psycopg2.connect(
        dbname=DATABASE, **{key: value for key, value in values.items() if value}
    )
    connection.autocommit = True
    return connection


def run(connection, query, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else None


def copy_order(connection, order, partner, count, first=1):
    """*count* copies of *order* with amounts *first*, *first* + 1 …"""
    # Number 1 to 9000 share one write_date, as after a bulk load; the others come by the hundred.
    created = "timestamp '2026-01-01' + n * interval '1 minute'"
    values = {
        "name": "'G' || n",
        "amount_untaxed": "n",
        "amount_total": "n",
        "partner_id": f"{partner} + n %% 10",
        "create_date": created,
        "date_order": f"{created} + n %% 2 * interval '2 hours'",
        "write_date": "timestamp '2026-06-01' + GREATEST(0, n / 100 - 90) * interval '1 second'",
        "access_token": "NULL",
    }
    columns = run(
        connection,
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'sale_order'::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
    )
    names = [name for (name,) in columns]
    chosen = [values.get(name, name) for name in names]
    run(
        connection,
        f"INSERT INTO sale_order ({', '.join(names)}) SELECT {', '.join(chosen)}"  # noqa: S608
        " FROM sale_order, generate_series(%s, %s) n WHERE sale_order.id = %s",
        (first, first + count - 1, order),
    )


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


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


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
    with closing(connect()) as late:
        late.autocommit = False
        copy_order(late, order, partner, 1, first=90_001)
        run(
            late,
            "UPDATE sale_order SET write_date = now() AT TIME ZONE 'UTC' WHERE name = 'G90001'",
        )
        [(began,)] = run(late, "SELECT now() AT TIME ZONE 'UTC'")
        copy_order(ledger, order, partner, 1, first=90_002)
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
