"""What bin/bench prints says truthfully whether an aim is met."""

import platform

import pytest

from bench import table
from bench.table import Row
from suite import benchmarks


@pytest.mark.parametrize(
    ("ratio", "aim", "expected"),
    [
        (2.0, "≤ 2", "met"),
        (2.004, "≤ 2", "met"),
        (2.01, "≤ 2", "missed"),
        (3.0, "≥ 3", "met"),
        (2.9, "≥ 3", "missed"),
        (None, "≤ 2", ""),
        (5.0, "", ""),
    ],
)
def test_verdict(ratio, aim, expected):
    assert table.verdict(ratio, aim) == expected


def test_row_compares_ours_with_the_peer():
    # 300 / 200 = 1.50
    row = Row("match", 300.0, 200.0, "primary key", "≤ 2", "µs")
    assert row.cells() == ("match", "300 µs", "200 µs", "1.50", "≤ 2", "met", "primary key")


def test_row_without_a_peer_has_no_ratio():
    row = Row("nothing changed", 12.34, unit="ms")
    assert row.cells() == ("nothing changed", "12.3 ms", "", "", "", "", "")


def test_table_is_aligned():
    lines = table.text([Row("a", 1, 2, "x", "≤ 2"), Row("longer", 10, 2, "y", "≤ 2")]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[2].split("|")[4].strip() == "0.50"
    assert "missed" in lines[3]


def test_benchmarks_are_the_files_that_can_be_started():
    names = benchmarks.there()
    assert {"bench_360", "bench_ledger", "bench_numbers", "bench_snapshot"} <= set(names)
    assert "table" not in names
    assert "value_data" not in names


def test_unknown_benchmark_is_refused():
    with pytest.raises(benchmarks.SetupError, match="no benchmark bench_nothing"):
        benchmarks.chosen(["bench_nothing"])


def test_failure_of_one_benchmark_does_not_stop_the_others(capsys):
    done = []

    def measure(name):
        done.append(name)
        return {"bad": 3, "killed": -9}.get(name, 0)

    assert benchmarks.run_all(["bad", "good", "killed"], measure) == 1
    assert done == ["bad", "good", "killed"]
    assert "1 measured, 2 failed: bad, killed" in capsys.readouterr().out


def test_all_benchmarks_succeed(capsys):
    assert benchmarks.run_all(["one"], lambda _name: 0) == 0
    assert "1 measured, 0 failed" in capsys.readouterr().out


def test_machine_is_described():
    described = benchmarks.machine("PostgreSQL 15.8")
    assert platform.python_version() in described
    assert "PostgreSQL 15.8" in described
    assert "cores" in described
    assert "GB" in described


def test_model_of_the_processor(tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Example 3000 @ 2.1GHz\nflags\t: a\n")
    assert benchmarks.processor(file) == "Example 3000 @ 2.1GHz"
    assert benchmarks.processor(tmp_path / "missing") == platform.machine()
