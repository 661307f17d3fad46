"""Set-up of the telephone exchange for tests: packages, addresses, secrets, and being left out."""

import os
import re
import socket
from pathlib import Path

import pytest

from suite import exchange, jobs, odoo_home, paths, results, suites, system
from suite.console import SetupError

ASTERISK = "asterisk_1%3a22.10.1_amd64.deb"
#: What an apt that resolves Asterisk would fetch.
PACKAGES = (ASTERISK, "libc6_2.43_amd64.deb")


@pytest.fixture
def local(tmp_path, monkeypatch):
    """A checkout of its own, in which nothing has been fetched."""
    for name in ("LOCAL", "STAMPS", "FILESTORE", "DOWNLOADS", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
        (tmp_path / name.lower()).mkdir()
    monkeypatch.setattr(exchange, "TREE", paths.LOCAL / "asterisk")
    monkeypatch.setattr(exchange, "RUNS", paths.LOCAL / "exchanges")
    monkeypatch.setattr(system, "_present", lambda _probe: True)
    monkeypatch.setattr(odoo_home, "_apt_options", lambda *_: [])
    return tmp_path


@pytest.fixture
def apt(local, monkeypatch):
    """An apt that fetches :data:`PACKAGES`; what it was called with is kept."""
    calls = []

    def run(command, **_options):
        calls.append(command)
        if "install" in command:
            for name in PACKAGES:
                archives = exchange._folder() / "cache" / "archives"
                (archives / name).write_text("package")

    monkeypatch.setattr(exchange, "run", run)
    return calls


def _no_apt(monkeypatch, said="E: Could not resolve host"):
    def run(*_command, hint="", **_options):
        raise SetupError(f"The command failed\n{said}\n{hint}")

    monkeypatch.setattr(exchange, "run", run)


# --- packages ------------------------------------------------------------------------------------


def test_packages_are_fetched_once(apt):
    assert [file.name for file in exchange._fetch()] == sorted(PACKAGES)
    assert len(apt) == 2  # update and install
    assert [file.name for file in exchange._fetched()] == sorted(PACKAGES)


def test_interrupted_download_is_not_taken_for_whole(apt):
    exchange._fetch()
    (exchange._folder() / "packages" / ASTERISK).unlink()
    assert exchange._fetched() == []


def test_packages_of_different_days_are_not_mixed(apt):
    older = exchange._folder() / "cache" / "archives" / "libc6_2.42_amd64.deb"
    older.parent.mkdir(parents=True)
    older.touch()
    assert [file.name for file in exchange._fetch()] == sorted(PACKAGES)


def test_second_suite_is_asked_when_the_first_has_another_series(apt, monkeypatch):
    asked = []
    monkeypatch.setattr(exchange, "SERIES", "23.")
    monkeypatch.setattr(odoo_home, "_apt_options", lambda _folder, suite: asked.append(suite) or [])
    with pytest.raises(exchange.UnavailableError, match=r"forky has no asterisk 23\.\* any more"):
        exchange._fetch()
    assert asked == ["sid", "forky"]


def test_without_network_the_exchange_is_unavailable_and_says_what_to_do(
    local, monkeypatch, capsys
):
    _no_apt(monkeypatch)
    with pytest.raises(exchange.UnavailableError) as caught:
        exchange.ensure()
    assert re.fullmatch(
        "Missing Debian packages: asterisk.*Connect to the network.*", str(caught.value)
    )
    assert "Could not resolve host" in capsys.readouterr().out  # apt's own words are not lost


def test_missing_sipp_is_unavailable_for_who_may_not_install_it(local, monkeypatch):
    monkeypatch.setattr(system, "_present", lambda _probe: None)
    monkeypatch.setattr(paths, "is_root", lambda: False)
    with pytest.raises(exchange.UnavailableError, match=r"sudo apt-get install sip-tester$"):
        exchange.ensure()


def test_sipp_is_not_asked_of_who_runs_something_else():
    assert not set(exchange.SIPP) & set(system.NEEDED)


def test_unpacked_exchange_is_not_unpacked_again(apt, monkeypatch):
    unpacked = []
    monkeypatch.setattr(exchange, "_unpack", lambda files: unpacked.append(files) or _tree())
    exchange.ensure()
    exchange.ensure()
    assert len(unpacked) == 1
    exchange.TREE.rmdir()  # another checkout with the same stamps
    exchange.ensure()
    assert len(unpacked) == 2


def test_unpacked_exchange_does_not_need_its_packages_any_more(local, monkeypatch):
    _no_apt(monkeypatch)
    _tree()
    exchange.ensure()
    exchange.TREE.rmdir()
    with pytest.raises(exchange.UnavailableError):
        exchange.ensure()


def test_newer_packages_replace_what_was_unpacked_of_others(apt, monkeypatch):
    unpacked = []
    monkeypatch.setattr(exchange, "_unpack", unpacked.append)
    exchange._fetch()
    _tree()
    stamp = paths.STAMPS / "asterisk"
    stamp.write_text("of others")
    exchange.ensure()
    assert len(unpacked) == 1
    assert stamp.read_text() != "of others"


def _tree():
    exchange.TREE.mkdir()


def test_half_unpacked_exchange_is_unpacked_again(apt, monkeypatch):
    def interrupted(_files):
        exchange.TREE.with_name("asterisk.unfinished").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(exchange, "_unpack", interrupted)
    with pytest.raises(KeyboardInterrupt):
        exchange.ensure()
    assert not exchange.TREE.exists()
    assert not (paths.STAMPS / "asterisk").exists()


def test_packages_without_a_loader_are_refused(tmp_path):
    with pytest.raises(SetupError, match="layout has changed"):
        exchange._libraries(tmp_path)


def test_program_of_another_series_is_refused(monkeypatch, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ld-linux-x86-64.so.2").touch()
    monkeypatch.setattr(exchange, "run", lambda _command: "Asterisk 23.1.0\n")
    with pytest.raises(SetupError, match=r"'Asterisk 23\.1\.0' instead of Asterisk 22"):
        exchange._check(tmp_path)


# --- an exchange that runs -----------------------------------------------------------------------


def test_exchange_that_is_not_set_up_is_unavailable(local):
    with pytest.raises(exchange.UnavailableError, match="bin/test pbx"):
        exchange.start()


def test_two_exchanges_never_have_the_same_addresses():
    claims = dict(exchange._claim() for _number in range(20))
    try:
        assert len(claims) == 20
        for network in claims:
            assert exchange._claimed(network) is None  # taken, also for another process
    finally:
        for claim in claims.values():
            claim.close()


def test_claim_is_free_when_its_owner_has_gone():
    network, claim = exchange._claim()
    claim.close()
    again = exchange._claimed(network)
    assert again
    again.close()


def test_only_what_a_killed_run_left_is_removed(local):
    network, claim = exchange._claim()
    with claim:
        (exchange.RUNS / network / "log").mkdir(parents=True)
        exchange._clear_left_over()
        assert (exchange.RUNS / network).exists()
    exchange._clear_left_over()
    assert not (exchange.RUNS / network).exists()


def _new(local):
    return exchange.Exchange(
        "127.99.7", exchange.RUNS / "127.99.7", exchange._new_secrets(), socket.socket()
    )


def test_configuration_is_filled_in_and_closed_to_others(local):
    made = _new(local)
    exchange._write_configuration(made)
    manager = (made.folder / "etc" / "manager.conf").read_text()
    assert "bindaddr = 127.99.7.1\n" in manager
    assert f"secret = {made.secrets['listener']}\n" in manager
    assert "timestampevents = yes" in manager
    assert made.folder.stat().st_mode & 0o077 == 0
    for file in (made.folder / "etc").iterdir():
        assert not re.search("@[A-Z]", file.read_text()), file.name
    made.stop()
    assert not made.folder.exists()


def test_secrets_are_new_each_time_and_long():
    one, other = exchange._new_secrets(), exchange._new_secrets()
    values = [*one.values(), *other.values()]
    assert len(set(values)) == len(values)
    assert min(map(len, values)) >= 24  # 18 random bytes


def test_templates_hold_no_address_secret_or_path_of_a_machine():
    for file in (*exchange.CONFIGURATION.glob("*.conf"), *exchange.SCENARIOS.glob("*.xml")):
        text = file.read_text()
        # a mask of the loopback network is no machine's address
        addresses = set(re.findall(r"\d+\.\d+\.\d+\.\d+", text)) - {
            "127.0.0.0",
            "255.0.0.0",
            "0.0.0.0",
        }
        assert not addresses, file.name
        assert not re.search(r"(?m)^(secret|password) = (?!@SECRET_)", text), file.name
        assert not re.search(r"=> ?/|= ?/", text), file.name


def test_unknown_name_in_the_configuration_is_refused():
    assert exchange.fill_in("a@b.example @ONE@", {"ONE": 1}) == "a@b.example 1"
    with pytest.raises(SetupError, match="@TWO@"):
        exchange.fill_in("@ONE@ @TWO@", {"ONE": 1})


def test_socket_of_a_deep_checkout_gets_a_short_path(tmp_path):
    deep = tmp_path.joinpath(*["folder"] * 12) / "127.99.7"
    assert str(exchange._socket_folder(deep)) == "/tmp/crm-suite-exchange-127.99.7"
    assert str(exchange._socket_folder(Path("/x/127.99.7"))) == "/x/127.99.7/run"


def test_exchange_that_does_not_start_shows_its_last_words(local, monkeypatch):
    monkeypatch.setattr(
        exchange, "_command", lambda _tree: ["sh", "-c", "echo no such device; exit 3"]
    )
    made = _new(local)
    exchange._write_configuration(made)
    with pytest.raises(SetupError, match=r"(?s)did not start.*no such device"):
        exchange._boot(made)
    made.stop()


def test_tone_is_that_of_the_recommendation():
    # ITU-T G.711, table 2a and 2b: 0 is 11111111, the greatest are 10000000 and 00000000
    assert [exchange._mu_law(s) for s in (0, 32767, -32768)] == [0xFF, 0x80, 0x00]
    # decision values of 16 bits are 4 times those of the table: 31 * 4 ends the first segment,
    # whose last character is 11110000; the next segment begins with 11101111
    assert [exchange._mu_law(s) for s in (123, 124)] == [0xF0, 0xEF]
    tone = exchange.tone(hertz=1000, seconds=1)
    assert len(tone) == 8000
    assert tone[:8] == tone[8:16]  # 1,000 Hz repeats after 8 samples of 8,000 a second


# --- the suite of bin/test -----------------------------------------------------------------------


def _job():
    [job] = suites._pbx([])
    return job


def test_plain_bin_test_calls_too():
    assert "pbx" in suites.ORDER


def test_without_an_exchange_the_suite_is_left_out_loudly(monkeypatch):
    def missing():
        raise exchange.UnavailableError("Missing Debian packages: asterisk.")

    monkeypatch.setattr(exchange, "ensure", missing)
    job = _job()
    _command, environment = job.prepare()
    assert environment[exchange.WHY_NOT] == "Missing Debian packages: asterisk."
    result = results.Result("pbx", skipped=40, outcomes={"t": "skipped"}, skips={"t": "why"})
    job.judge(result)
    line = "⚠ pbx: skipped, because Missing Debian packages: asterisk."
    assert results.left_out([results.Result("unit", passed=1), result]) == [line]
    assert "⚠ pbx" in results.table([result])
    assert results.last_line([result]) == "0 passed, 0 failed, 40 skipped"


def test_broken_exchange_fails_instead_of_being_left_out(monkeypatch, tmp_path):
    def broken():
        raise SetupError("The packages of Asterisk hold no loader")

    monkeypatch.setattr(exchange, "ensure", broken)
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    result = jobs.run_one(_job())
    assert not result.ok
    assert results.left_out([result]) == []


def test_tests_that_skip_themselves_beside_an_exchange_fail(monkeypatch):
    monkeypatch.setattr(exchange, "ensure", lambda: None)
    job = _job()
    job.prepare()
    result = results.Result("pbx", skipped=1, outcomes={"t": "skipped"}, skips={"t": "no sipp"})
    job.judge(result)
    assert result.problems == ["all tests were skipped: no sipp"]


def test_passed_calls_are_not_left_out(monkeypatch):
    monkeypatch.setattr(exchange, "ensure", lambda: None)
    job = _job()
    command, environment = job.prepare()
    assert command[-1] == "tests/pbx"
    assert environment["PYTHONPATH"].endswith(f"{os.sep}bin")
    result = results.Result("pbx", passed=40, outcomes={"t": "passed"})
    job.judge(result)
    assert result.ok
    assert results.mark(result) == "✓"
