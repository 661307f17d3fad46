"""What bin/test reads from JUnit files and prints in its last line."""

from suite import results

REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="a.B" name="test_good"><properties>
<property name="http" value="1"/><property name="tours" value="2"/><property name="hoot" value="7"/>
</properties></testcase>
<testcase classname="a.B" name="test_bad"><failure message="no">why</failure></testcase>
<testcase classname="a.B" name="test_bad"><error message="no">taking down</error></testcase>
<testcase classname="a.B" name="test_late"></testcase>
<testcase classname="a.B" name="test_late"><error message="no">taking down</error></testcase>
<testcase classname="a.B" name="test_none"><skipped message="because"/></testcase>
</testsuite></testsuites>"""


def _read(tmp_path, text=REPORT):
    path = tmp_path / "report.xml"
    path.write_text(text)
    return results.read("addons", path)


def test_each_test_counts_once(tmp_path):
    result = _read(tmp_path)
    assert (result.passed, result.failed, result.skipped) == (1, 2, 1)
    assert result.failures == ["a.B::test_bad", "a.B::test_late"]


def test_browser_work_is_added_up(tmp_path):
    result = _read(tmp_path)
    assert (result.http, result.tours, result.hoot) == (1, 2, 7)
    assert "4 tests, of which 2 tours, 7 Hoot tests, 1 HttpCase" in results.table([result])


def test_missing_report_is_a_failure(tmp_path):
    result = results.read("cross", tmp_path / "nothing.xml")
    assert not result.ok
    assert results.last_line([result]) == "0 passed, 1 failed"


def test_last_line_leaves_out_skipped_when_there_are_none(tmp_path):
    good = results.Result("unit", passed=3)
    assert results.last_line([good]) == "3 passed, 0 failed"
    assert results.last_line([good, _read(tmp_path)]) == "4 passed, 2 failed, 1 skipped"


def test_checks_are_written_and_read_back(tmp_path):
    path = tmp_path / "lint.xml"
    results.write(path, "lint", {"ruff": ("", 0.1), "import rules": ("two\nlines", 0.2)})
    result = results.read("lint", path)
    assert (result.passed, result.failed) == (1, 1)
    assert result.failures == ["lint::import rules"]
