"""The demo tells of service what it should: six levels in one story, and figures on every report.

SVC-L1 … SVC-L5, SVC-C, SVC-E, SVC-F, SVC-S as far as they show in the demo company.
"""

import pytest
from told import told_by


@pytest.fixture(scope="module")
def facts():
    return told_by("facts_of_service.py", "facts", "service")


def test_one_request_shows_the_levels(facts):
    """L6 called, L1 answered, L2 across two companies, L3 repaired and recalled, L4 sold, L5 won
    back."""
    request = facts["climbing"]
    assert request["levels"] == ["1", "2", "3", "4", "5", "6"]
    assert all(request["minutes"][level] > 0 for level in request["levels"])
    assert request["order"] == ["sale", "invoiced"]
    assert len(request["departments"]) == 2
    assert request["approvals"] == ["approved"]
    assert "repair" in request["repairs"]
    assert request["recalls"] == ["done"]
    assert (request["satisfaction"], request["loops"]) == ("bad", ["won"])
    assert request["service_level"] == "breached"


def test_time_runs_forward_and_every_request_has_its_number(facts):
    assert facts["time"] == {"wrong": 0, "nameless": 0, "future": 0}


def test_a_year_of_requests_of_which_some_are_open(facts):
    states = facts["states"]
    assert sum(states.values()) >= 700
    assert states["closed"] > 500
    assert min(states[name] for name in ("new", "open", "customer", "solved", "cancelled")) > 0


def test_most_promises_are_kept_and_some_are_not(facts):
    timers = facts["timers"]
    judged = timers["met"] + timers["breached"]
    assert judged > 1000
    assert 0.02 < timers["breached"] / judged < 0.25
    assert timers["running"] + timers.get("warned", 0) > 0


def test_complaints_stand_at_different_steps(facts):
    steps = facts["complaints"]
    assert steps["False"] >= 4  # closed
    assert len(steps) >= 5


def test_customers_are_content_except_some_who_are_called(facts):
    groups, loops = facts["groups"], facts["loops"]
    assert groups["promoter"] > groups["detractor"] > 5
    assert loops["won"] > loops["lost"] > 0
    assert loops["open"] > 0


def test_decisions_wait(facts):
    assert facts["approvals"]["waiting"] >= 3
    assert facts["approvals"]["refused"] >= 1


def test_the_sudden_faults_raise_a_warning_and_education_helps(facts):
    assert facts["warnings"] == ["K50"]
    assert facts["education"]["before"] > 2 * facts["education"]["after"] > 0


def test_articles_in_both_languages_and_warranties_of_every_kind(facts):
    assert facts["articles"]["en_US"] >= 5
    assert facts["articles"]["zh_CN"] >= 2
    assert {"active", "expired"} <= set(facts["assets"])


def test_no_mail_has_failed(facts):
    assert facts["failed_mails"] == 0


def test_every_report_has_rows(facts):
    assert len(facts["reports"]) >= 5
    assert [name for name, rows in facts["reports"].items() if not rows] == []


def test_each_role_sees_its_part(facts):
    roles = facts["roles"]
    assert roles["customer"] is None
    assert roles["supervisor"] > roles["service"] > roles["service_cn"] > 100
    assert 0 < roles["production"] < 30
