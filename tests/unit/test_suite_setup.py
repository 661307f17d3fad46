"""Set-up: what a prepared database depends on, connections, jobs and clear failures."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from suite import (
    console,
    databases,
    jobs,
    locks,
    manifests,
    odoo_home,
    paths,
    postgres,
    results,
    server,
    suites,
    system,
    venv,
)
from suite.console import SetupError


@pytest.fixture
def addons(tmp_path, monkeypatch):
    folder = tmp_path / "addons"
    for name, depends, automatic in (
        ("ours_a", ["base"], False),
        ("ours_b", ["ours_a"], False),
        ("ours_glue", ["ours_a", "stock"], True),
    ):
        (folder / name / "tests").mkdir(parents=True)
        manifest = {"name": name, "depends": depends, "auto_install": automatic}
        (folder / name / "__manifest__.py").write_text(repr(manifest))
        (folder / name / "model.py").write_text("x = 1\n")
        (folder / name / "tests" / "test_x.py").write_text("x = 1\n")
    monkeypatch.setattr(paths, "ADDONS", folder)
    monkeypatch.setattr(odoo_home, "core_addons", list)
    return folder


def _key(modules):
    return databases.stamps.digest(*databases._contents(modules))


def test_template_changes_with_what_is_stored_in_it(addons):
    before = _key(["ours_b"])
    (addons / "ours_a" / "model.py").write_text("x = 2\n")  # ours_b depends on it
    assert _key(["ours_b"]) != before


def test_template_does_not_change_with_tests_or_other_addons(addons):
    before = _key(["ours_b"])
    (addons / "ours_a" / "tests" / "test_x.py").write_text("x = 2\n")
    (addons / "ours_glue" / "model.py").write_text("x = 2\n")  # stock is not installed
    assert _key(["ours_b"]) == before


def test_glue_comes_with_what_it_joins(addons):
    assert manifests.brought_in(["ours_b"]) >= {"ours_a", "ours_b"}
    assert "ours_glue" not in manifests.brought_in(["ours_b"])
    assert "ours_glue" in manifests.brought_in(["ours_b", "stock"])


def test_long_names_of_databases_stay_apart():
    names = [f"alone_crm_customer_insight_mass_mailing_{end}" for end in ("sms", "event")]
    short = [databases.shortened(name, 30) for name in names]
    assert [len(name) for name in short] == [30, 30]
    assert short[0] != short[1]
    assert short[0].startswith("alone_crm_customer_insi")
    assert databases.shortened("demo", 30) == "demo"


def test_database_url_is_understood(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ss@db.example:5433/postgres")
    assert postgres.connection() == {
        "host": "db.example",
        "port": "5433",
        "user": "me",
        "password": "p@ss",
    }
    assert not postgres.is_private()


def test_odoo_home_without_odoo_is_refused(tmp_path):
    with pytest.raises(SetupError, match="ODOO_HOME must name"):
        odoo_home._check(tmp_path)


def test_failed_command_shows_its_end_and_the_hint():
    script = "print('last words'); raise SystemExit(3)"
    with pytest.raises(SetupError, match=r"(?s)exit code 3.*last words.*Connect"):
        console.run([sys.executable, "-c", script], hint="Connect to the network")


def test_errors_of_an_installation_are_refused(tmp_path):
    log = tmp_path / "install.log"
    log.write_text("2026 1 INFO db fine\n")
    databases._refuse_errors(log)
    log.write_text("2026 1 INFO db fine\n2026 1 ERROR db broken view\n")
    with pytest.raises(SetupError, match="broken view"):
        databases._refuse_errors(log)


def test_suite_without_tests_has_proved_nothing():
    result = results.Result("cross")
    suites._must_run(result)
    assert result.problems == ["no test was collected"]


def test_skipped_http_tests_fail_the_suite():
    why = "Test x skipped because it is an HttpCase and --odoo-http is not set"
    result = results.Result("browser", skipped=1, outcomes={"t": "skipped"}, skips={"t": why})
    suites._must_run(result)
    assert not result.ok


def _result_with(skips=None, **counts):
    outcomes = {"t": "passed", **dict.fromkeys(skips or {}, "skipped")}
    return results.Result("browser", passed=1, outcomes=outcomes, skips=skips or {}, **counts)


def _browser_judge(arguments=()):
    [job] = suites._browser(list(arguments))
    return job.judge


def test_browser_suite_runs_tours_and_hoot_tests():
    whole = _result_with(tours=3, hoot=40)
    _browser_judge()(whole)
    assert whole.ok
    for counts, what in (({"hoot": 40}, "tour"), ({"tours": 3}, "Hoot test")):
        result = _result_with(**counts)
        _browser_judge()(result)
        assert result.problems == [f"no {what} was run"]


def test_chosen_browser_tests_need_no_tour():
    result = _result_with(tours=0, hoot=40)
    _browser_judge(["-k", "hoot"])(result)
    assert result.ok


def test_http_tests_skipped_with_and_without_our_addons_fail_compat(monkeypatch):
    why = "Test x skipped because it is an HttpCase and --odoo-http is not set"
    monkeypatch.setattr(suites, "_compat_baseline", lambda tests: dict.fromkeys(tests, "skipped"))
    monkeypatch.setattr(suites.compat, "targets", lambda: ["tests/unit"])
    [job] = suites._compat([])
    result = _result_with({"h": why})
    job.judge(result)
    assert result.problems == ["1 HTTP tests were skipped, e.g. h"]
    result = _result_with({"h": "needs a scanner"})
    job.judge(result)
    assert result.ok


def _apt_fails(monkeypatch, tmp_path):
    """Put an ``apt-get`` first on the path that behaves as one without network."""
    program = tmp_path / "apt-get"
    program.write_text("#!/bin/sh\necho 'E: Could not resolve host' >&2\nexit 100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


def test_package_that_cannot_be_fetched_is_named(monkeypatch, tmp_path):
    _apt_fails(monkeypatch, tmp_path)
    monkeypatch.setattr(paths, "is_root", lambda: True)
    monkeypatch.setattr(system, "NEEDED", {"/nowhere/font.ttc": "fonts-nowhere", "sh": "dash"})
    with pytest.raises(SetupError, match="Missing Debian packages: fonts-nowhere") as caught:
        system.ensure_packages()
    assert "Could not resolve host" in str(caught.value)
    assert "Connect to the network" in str(caught.value)
    assert "dash" not in str(caught.value)


def test_who_may_not_install_packages_is_told_their_names(monkeypatch):
    monkeypatch.setattr(paths, "is_root", lambda: False)
    monkeypatch.setattr(system, "NEEDED", {"/nowhere/font.ttc": "fonts-nowhere", "sh": "dash"})
    with pytest.raises(SetupError, match=r"sudo apt-get install fonts-nowhere$"):
        system.ensure_packages()


def test_odoo_that_cannot_be_fetched_is_named(local, monkeypatch, tmp_path):
    _apt_fails(monkeypatch, tmp_path)
    monkeypatch.setattr(odoo_home, "_apt_options", lambda *_: [])
    with pytest.raises(SetupError, match="Missing Debian packages: odoo-19"):
        odoo_home._download("sid", ["odoo-19"])


def test_named_files_replace_the_usual_ones():
    assert suites._targets(["-k", "phone"], ["tests/unit"]) == ["-k", "phone", "tests/unit"]
    assert suites._targets(["tests/unit/conftest.py"], ["tests/unit"]) == ["tests/unit/conftest.py"]


def test_missing_folder_is_left_out_and_nothing_at_all_is_refused():
    assert suites._targets([], ["tests/unit", "tests/nowhere"]) == ["tests/unit"]
    with pytest.raises(SetupError, match="no tests in tests/nowhere"):
        suites._targets([], ["tests/nowhere"])


@pytest.fixture
def job(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)

    def make(script):
        return jobs.Job("sample", prepare=lambda: ([sys.executable, "-c", script], {}))

    return make


def test_job_that_dies_without_report_fails(job):
    result = jobs.run_one(job("raise SystemExit(2)"))
    assert result.problems == ["the tests did not start or did not reach their end"]


def test_job_whose_tests_pass_but_which_ends_badly_fails(job):
    report = "<testsuite><testcase classname='a' name='b'/></testsuite>"
    script = f"open('sample.xml', 'w').write({report!r}); raise SystemExit(3)"
    result = jobs.run_one(job(script))
    assert result.passed == 1
    assert result.problems == ["exit code 3; see test-sample.log"]


def test_missing_part_is_named_in_the_result(job):
    broken = job("")

    def prepare():
        raise SetupError("chromium is missing")

    broken.prepare = prepare
    assert jobs.run_one(broken).problems == ["chromium is missing"]


# --- what an interrupted start leaves ----------------------------------------------------------


@pytest.fixture
def local(tmp_path, monkeypatch):
    """A set-up of its own in a folder of its own."""
    monkeypatch.setattr(postgres, "_home", lambda: tmp_path / "postgres")
    for name in ("LOCAL", "STAMPS", "FILESTORE", "DOWNLOADS", "LOGS", "VENV"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
        (tmp_path / name.lower()).mkdir()
    monkeypatch.setattr(server, "PID_FILE", tmp_path / "demo.pid")
    monkeypatch.delenv("PGHOST", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def statements(local, monkeypatch):
    """The statements sent to the database server, which has no database."""
    sent = []
    monkeypatch.setattr(
        postgres, "psql", lambda _database, text, **_values: sent.append(text) or ""
    )
    return sent


def test_half_made_template_is_dropped_and_never_gets_the_name(statements, local):
    files = paths.FILESTORE / "filestore" / "t_new"
    files.mkdir(parents=True)
    (files / "half").touch()
    with pytest.raises(SetupError, match="power"), databases._built("t"):
        assert not files.exists()
        raise SetupError("power failure")
    assert statements == ['DROP DATABASE IF EXISTS "t_new" WITH (FORCE)']


def test_template_gets_its_name_after_its_files(statements, local, monkeypatch):
    folder = paths.FILESTORE / "filestore"
    with databases._built("t"):
        (folder / "t_new").mkdir(parents=True)
        monkeypatch.setattr(postgres, "psql", lambda *_: statements.append((folder / "t").is_dir()))
    assert statements[-1] is True


def test_lock_of_a_killed_process_is_free(local):
    with locks.alone("set-up"):
        assert locks.is_held("set-up")
    assert not locks.is_held("set-up")  # the file is still there
    assert (paths.STAMPS / "lock-set-up").exists()
    assert not locks.is_held("never taken")


def test_demo_is_not_confused_with_who_has_its_process_id_now(local):
    assert server.running() is None
    server.PID_FILE.write_text("")  # killed while it was written
    assert server.running() is None
    server.PID_FILE.write_text(f"{os.getpid()} 8069")  # this process is no Odoo of ours
    assert server.running() is None


def test_running_demo_is_found(local, monkeypatch):
    monkeypatch.setattr(paths, "PYTHON", Path(sys.executable))
    script = "import time; print(flush=True); time.sleep(30)"
    command = [sys.executable, "-c", script, "odoo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        server.PID_FILE.write_text(f"{process.pid} 8070")
        found = server.running()
        process.kill()
    assert found == (process.pid, 8070)


def test_process_id_file_of_a_killed_cluster_is_recognized(local):
    data = postgres._data()
    data.mkdir(parents=True)
    assert postgres._postmaster() is None
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert postgres._postmaster() is None  # its process id belongs to somebody else now
    with subprocess.Popen(["sleep", "30"]) as process:
        process.kill()
        process.wait()
        (data / "postmaster.pid").write_text(f"{process.pid}\n")
        assert postgres._postmaster() is None


def test_cluster_that_ran_when_the_machine_went_down_is_refused(local, monkeypatch):
    data = postgres._data()
    data.mkdir(parents=True)
    monkeypatch.setattr(postgres, "_boot", lambda: "monday")
    postgres._refuse_damaged()  # its first start
    (data / "postmaster.pid").write_text("1\n")
    postgres._refuse_damaged()  # killed, but the machine kept what it wrote
    monkeypatch.setattr(postgres, "_boot", lambda: "tuesday")
    with pytest.raises(SetupError, match="bin/clean --keep-downloads"):
        postgres._refuse_damaged()
    (data / "postmaster.pid").unlink()  # shut down in time
    postgres._refuse_damaged()


def test_running_cluster_is_found_by_its_folder(local):
    data = postgres._data()
    data.mkdir(parents=True)
    script = "import time; print(flush=True); time.sleep(30)"
    command = [sys.executable, "-c", script, "-D", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        (data / "postmaster.pid").write_text(f"{process.pid}\n{data}\n")
        found = postgres._postmaster()
        process.kill()
    assert found == process.pid


def test_half_filled_environment_is_made_anew(local):
    mark = paths.LOCAL / "venv.unfinished"
    with pytest.raises(SetupError), venv._whole(mark):
        raise SetupError("no network")
    assert mark.exists()
    (paths.VENV / "half").touch()
    with venv._whole(mark):
        assert not paths.VENV.exists()
    assert not mark.exists()


@pytest.fixture
def interpreter():
    venv.interpreter.cache_clear()
    yield venv.interpreter
    venv.interpreter.cache_clear()


def test_the_environment_is_made_of_debians_python(interpreter, monkeypatch, tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    for path, code in ((good, 0), (bad, 1)):
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
    found = []
    for path in (good, bad, tmp_path / "missing"):
        monkeypatch.setattr(venv, "DEBIAN", str(path))
        interpreter.cache_clear()
        found.append(interpreter())
    # without headers or venv, and without Debian's Python at all, the one that runs this
    assert found == [str(good), sys.executable, sys.executable]


def test_an_environment_of_another_python_is_made_anew(interpreter, local, monkeypatch, tmp_path):
    monkeypatch.setattr(venv, "DEBIAN", str(tmp_path / "missing"))
    monkeypatch.setattr(paths, "PYTHON", tmp_path / "linked")
    monkeypatch.setattr(venv, "run", lambda *_args, **_options: None)
    paths.PYTHON.symlink_to(sys.executable)
    assert venv._usable()
    other = tmp_path / "python"
    other.touch()
    paths.PYTHON.unlink()
    paths.PYTHON.symlink_to(other)
    assert not venv._usable()


def test_half_fetched_package_is_not_taken_for_whole(local, monkeypatch):
    unfinished = paths.DOWNLOADS / "sid" / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "odoo-19_old.deb").write_text("half")

    def apt(command, *, cwd=None, **_options):
        if "download" in command:
            (cwd / f"{command[-1]}_new.deb").write_text("whole")

    monkeypatch.setattr(odoo_home, "run", apt)
    monkeypatch.setattr(odoo_home, "_apt_options", lambda *_: [])
    [package] = odoo_home._download("sid", ["odoo-19"])
    assert (package.name, package.read_text()) == ("odoo-19_new.deb", "whole")
    assert not list(unfinished.iterdir())


def test_used_port_is_named_with_a_way_out(local):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} is in use.*--port {port + 1}"):
            server.refuse_used_port(port)
    server.refuse_used_port(port)
    assert server.running() is None
