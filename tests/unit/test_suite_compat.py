"""bin/test compat blames our addons for what works without them, and for nothing else."""

import pytest

from suite import compat, odoo_home, results
from suite.console import SetupError

WITHOUT_US = {"crm::a": "passed", "crm::b": "failed", "crm::c": "passed", "crm::d": "skipped"}


def _with_us(**changes):
    outcomes = {**WITHOUT_US, **{f"crm::{name}": state for name, state in changes.items()}}
    outcomes = {test: state for test, state in outcomes.items() if state}
    result = results.Result("compat", outcomes=outcomes)
    for test, state in outcomes.items():
        setattr(result, state, getattr(result, state) + 1)
        if state == "failed":
            result.failures.append(test)
    return result


def test_failure_that_odoo_has_itself_is_not_ours():
    result = _with_us()
    compat.judge(result, WITHOUT_US)
    assert result.ok
    assert (result.passed, result.failed, result.skipped) == (2, 0, 2)


def test_failures_of_odoo_explain_the_exit_code_and_nothing_else():
    known = _with_us()
    compat.judge(known, WITHOUT_US)
    assert known.explains(results.TESTS_FAILED)
    assert not known.explains(3)  # pytest itself broke down
    assert not results.Result("unit", passed=1).explains(results.TESTS_FAILED)


def test_new_failure_is_ours():
    result = _with_us(a="failed")
    compat.judge(result, WITHOUT_US)
    assert result.failures == ["crm::a"]
    assert results.last_line([result]) == "1 passed, 1 failed, 2 skipped"


def test_test_that_no_longer_runs_is_ours():
    result = _with_us(c="skipped")
    compat.judge(result, WITHOUT_US)
    assert result.problems == ["ran without our addons, not with them: crm::c"]


def test_only_what_did_not_pass_is_compared():
    assert compat.suspects(_with_us()) == ["crm::b", "crm::d"]
    assert compat.baseline("core_1", [], None) == {}


def test_comparison_with_nothing_is_a_failure():
    result = _with_us()
    compat.judge(result, {})
    assert result.problems == [
        "could not be run without our addons: crm::b",
        "could not be run without our addons: crm::d",
    ]


def test_baseline_is_run_once_per_template_and_tests(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    runs = []

    def run(chosen):
        runs.append(chosen.read_text())
        return results.Result("compat", outcomes={"crm::a": "passed"})

    for template, tests in (("core_1", "a"), ("core_1", "a"), ("core_2", "a"), ("core_1", "ab")):
        assert compat.baseline(template, list(tests), run) == {"crm::a": "passed"}
    assert runs == ["a", "a", "a\nb"]


def test_suites_are_addons_or_files_of_their_tests(tmp_path, monkeypatch):
    tests = tmp_path / "crm" / "tests"
    tests.mkdir(parents=True)
    (tests / "test_lead.py").touch()
    monkeypatch.setattr(odoo_home, "core_addons", lambda: [tmp_path / "elsewhere", tmp_path])
    monkeypatch.setattr(compat, "SUITES", ["crm", "crm/test_lead.py"])
    assert compat.targets() == [f"{tests}", f"{tests}/test_lead.py"]
    monkeypatch.setattr(compat, "SUITES", ["crm", "crm/test_gone.py"])
    with pytest.raises(SetupError, match=r"no tests 'crm/test_gone.py'"):
        compat.targets()
