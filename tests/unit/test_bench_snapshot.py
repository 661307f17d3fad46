"""The benchmark of customer value: every aim gets its verdict, no data set stops the others."""

from contextlib import contextmanager

import pytest

from bench import bench_snapshot
from bench.bench_snapshot import Seconds

COUNTS = {"lines": 50_000, "months": 20_000, "snapshots": 10_000, "new invoices": 100}


@pytest.fixture
def figures():
    names = {name for compared in bench_snapshot.COMPARED for name in (compared[0], compared[2])}
    return COUNTS | {name: Seconds(1.0, 2.0) for name in names if name}


def verdicts(text, what, peer):
    lines = (line for line in text.splitlines() if what in line and peer in line)
    return [[cell.strip() for cell in line.split("|")][4:7] for line in lines]


def test_every_aim_gets_its_verdict(figures, capsys):
    # CPU: 1.9 / 1 s = 1.90; clock: 2 / 1.6 s = 1.25. Changes: 0.3 / 1.9 = 0.16, 0.1 / 2 = 0.05.
    figures["full again"], figures["SQL figures"] = Seconds(1.9, 2.0), Seconds(1.0, 1.6)
    figures["after 1 % new"] = Seconds(0.3, 0.1)
    bench_snapshot.show("Ten", figures)
    text = capsys.readouterr().out
    assert "Ten: 50,000 lines, 20,000 months, 10,000 snapshots, 100 new invoices" in text
    assert verdicts(text, "full refresh ", "same figures") == [
        ["1.90", "≤ 2", "met"],
        ["1.25", "≤ 2", "met"],
    ]
    assert verdicts(text, "refresh after 1 % new", "full refresh") == [
        ["0.16", "≤ 0.05", "missed"],
        ["0.05", "≤ 0.05", "met"],
    ]


def test_missing_real_year_is_told_and_no_failure(monkeypatch, capsys):
    monkeypatch.setattr(bench_snapshot.databases, "exists", lambda _name: False)
    assert bench_snapshot._real_year()
    assert "Real year: not loaded, run bin/demo --real." in capsys.readouterr().out


def test_sides_that_differ_fail_their_data_set_alone(figures, monkeypatch, capsys):
    def measure(database):
        if database == "bad":
            bench_snapshot._agree("pandas", (10, 100.0), (10, 100.5))
        return figures

    @contextmanager
    def named(name):
        yield name

    monkeypatch.setattr(bench_snapshot, "measure", measure)
    assert not bench_snapshot._measured("first", lambda: named("bad"))
    assert bench_snapshot._measured("second", lambda: named("good"))
    text = capsys.readouterr().out
    assert "first: not measured. pandas computes something else" in text
    assert "second: 50,000 lines" in text


def test_sums_may_differ_by_a_cent():
    assert bench_snapshot._agree("pandas", (10, 100.0), (10, 100.01)) is None
    with pytest.raises(bench_snapshot.DisagreementError):
        bench_snapshot._agree("pandas", (10, 100.0), (10, 100.1))


def test_all_sides_read_the_same_documents():
    # The condition of report/customer_month.py: posted documents to customers.
    condition = "state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    assert condition in bench_snapshot.MOVES
    assert "FROM moves d\nJOIN account_move_line l" in bench_snapshot.FIGURES
    assert condition.replace("m.", "") in " ".join(bench_snapshot.READ_LINES.split())
