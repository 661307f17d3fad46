"""Set-up: what a prepared database depends on, connections, jobs and clear failures."""

import sys

import pytest

from suite import console, databases, jobs, manifests, odoo_home, paths, postgres, results, suites
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
