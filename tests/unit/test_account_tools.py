"""Qualification, profile values, goals, next actions and conditions without a database."""

import datetime

import pytest

from odoo.addons.crm_customer_insight.tools import (
    facts,
    key_account,
    next_action,
    profile,
    qualification,
)

DAY = datetime.date(2026, 5, 31)


def days(count):
    return DAY - datetime.timedelta(days=count)


# -- qualification (C360-2) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "score", "rating"),
    [
        (("unknown", "unknown", "unknown"), None, "open"),
        (("yes", "unknown", "unknown"), 100, "open"),
        (("yes", "no", "unknown"), 50, "open"),
        (("yes", "yes", "yes"), 100, "ready"),
        (("yes", "yes", "partly"), 83, "ready"),  # 250 / 3 = 83.3; 2.5 points
        (("yes", "yes", "no"), 67, "develop"),  # 200 / 3 = 66.7; 2 points
        (("partly", "partly", "partly"), 50, "develop"),  # 1.5 points
        (("yes", "no", "no"), 33, "nurture"),
        (("partly", "no", "no"), 17, "nurture"),  # 50 / 3 = 16.7; 0.5 points
        (("no", "no", "no"), 0, "stop"),
        ((False, None, "yes"), 100, "open"),
    ],
)
def test_man_score_and_rating(answers, score, rating):
    assert qualification.man_score(answers) == score
    assert qualification.man_rating(answers) == rating


def test_decision_chain():
    assert qualification.chain_state([]) == "none"
    assert qualification.missing_roles([]) == ["decider", "finance", "technical", "user"]
    assert qualification.missing_roles(["user", "decider", "gatekeeper"]) == [
        "finance",
        "technical",
    ]
    assert qualification.chain_state(["user", "decider", "finance", "technical"]) == "complete"


# -- profile facts (C360-6) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("", "number", None),
        ("  ", "char", None),
        (None, "date", None),
        (" trains ", "char", "trains"),
        ("-1.5", "number", -1.5),
        ("2026-05-31", "date", DAY),
        ("2026-05-31 10:00:00", "date", DAY),
        ("TRUE", "boolean", True),
        ("0", "boolean", False),
        ("Straße", "selection", 7),
        ("code", "selection", 7),
    ],
)
def test_parse(text, kind, value):
    assert profile.parse(text, kind, [(7, "code", "STRASSE")]) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1,5", "number"), ("31.5.2026", "date"), ("maybe", "boolean"), ("blue", "selection")],
)
def test_parse_refuses(text, kind):
    with pytest.raises(profile.ProfileValueError) as error:
        profile.parse(text, kind, [(7, "red", "Red")])
    assert (error.value.text, error.value.kind) == (text, kind)


def test_months_end_with_the_month():
    assert profile.add_months(datetime.date(2026, 8, 31), 6) == datetime.date(2027, 2, 28)
    assert profile.add_months(datetime.date(2027, 8, 31), 6) == datetime.date(2028, 2, 29)
    assert profile.add_months(datetime.date(2026, 11, 15), 1) == datetime.date(2026, 12, 15)
    assert profile.add_months(datetime.date(2026, 12, 31), 12) == datetime.date(2027, 12, 31)


def test_confirmation_counts_from_the_later_day():
    assert profile.confirm_due(DAY, None, 0) is None
    assert profile.confirm_due(None, None, 3) is None
    assert profile.confirm_due(DAY, datetime.date(2026, 7, 1), 3) == datetime.date(2026, 10, 1)
    assert profile.confirm_due(DAY, datetime.date(2026, 1, 1), 1) == datetime.date(2026, 6, 30)


# -- goals of key accounts ---------------------------------------------------------------------


def test_progress_needs_data_and_a_target():
    assert key_account.progress(None, 100) is None
    assert key_account.progress(50, 0) is None
    assert key_account.progress(50, 200) == 25.0


@pytest.mark.parametrize(
    ("actual", "today", "state"),
    [
        (None, 50, "no_data"),
        (100, 10, "reached"),
        (50, 50, "on_track"),  # half the time, half the target
        (49, 50, "behind"),
        (0, -5, "on_track"),  # not begun yet
        (99, 101, "missed"),
    ],
)
def test_goal_state(actual, today, state):
    start = datetime.date(2026, 1, 1)
    deadline = start + datetime.timedelta(days=100)
    now = start + datetime.timedelta(days=today)
    assert key_account.goal_state(actual, 100, start, deadline, now) == state


# -- next actions (C360-4) ---------------------------------------------------------------------


def test_rhythm_needs_four_days_of_contact():
    assert next_action.rhythm_days(3, days(30), DAY) is None
    assert next_action.rhythm_days(4, days(30), DAY) == 10.0


@pytest.mark.parametrize(
    ("last", "answer"),
    [
        (15, None),  # 15 days are not more than 1½ × 10
        (16, (16, 10.0, "medium")),
        (30, (30, 10.0, "medium")),
        (31, (31, 10.0, "high")),
    ],
)
def test_silence_by_own_rhythm(last, answer):
    assert next_action.silence(4, days(last + 30), days(last), DAY) == answer


def test_a_week_of_silence_is_nothing_even_for_daily_talkers():
    assert next_action.silence(31, days(37), days(7), DAY) is None
    assert next_action.silence(31, days(38), days(8), DAY) == (8, 1.0, "high")


def test_urgency_of_money():
    assert [next_action.overdue_urgency(n) for n in (1, 7, 8, 30, 31)] == [
        "low", "low", "medium", "medium", "high",
    ]  # fmt: skip
    assert [next_action.quotation_urgency(n) for n in (7, 14, 28, 29)] == [
        "medium", "high", "high", "medium",
    ]  # fmt: skip


def test_decline_needs_something_to_fall_from():
    assert next_action.decline(600, 1000) == (40.0, 400)
    assert next_action.decline(-50, 100) == (150.0, 150)
    assert next_action.decline(10, None) is None
    assert next_action.decline(10, -5) is None
    assert next_action.decline(100, 100) is None


def test_anniversaries():
    assert next_action.next_anniversary(datetime.date(1984, 5, 31), DAY) == DAY
    assert next_action.next_anniversary(datetime.date(1984, 5, 30), DAY).year == 2027
    leap = datetime.date(1984, 2, 29)
    assert next_action.next_anniversary(leap, DAY) == datetime.date(2027, 3, 1)
    assert next_action.next_anniversary(leap, datetime.date(2028, 2, 1)).day == 29


def test_ranking():
    def proposal(code, urgency, value=False):
        return {"code": code, "urgency": urgency, "expected_value": value}

    ranked = next_action.rank(
        [
            proposal("e", "low", 900),
            proposal("c", "high"),
            proposal("a", "medium", 10),
            proposal("b", "high", 5),
            proposal("d", "high"),
        ]
    )
    assert [item["code"] for item in ranked] == ["b", "c", "d", "a", "e"]


# -- conditions --------------------------------------------------------------------------------


def _fact(code, kind, **more):
    return facts.Fact(code, code.title(), "Test", kind, build=lambda context: None, **more)


OFFERED = {
    fact.code: fact
    for fact in (
        _fact("orders", "number", zero=True, params=(facts.Param("days", "Days"),)),
        _fact("tier", "selection", options=(("A", "A"), ("B", "B"))),
        _fact("product", "many2one"),
        _fact("member", "boolean"),
        _fact("since", "date"),
        _fact("motto", "text"),
    )
}


@pytest.mark.parametrize(
    ("fact", "operator", "value", "parsed"),
    [
        ("orders", ">=", 3, 3),
        ("orders", "between", [1, 2.5], (1, 2.5)),
        ("tier", "in", "A", ("A",)),
        ("tier", "not_in", ["A", "B"], ("A", "B")),
        ("product", "in", 5, (5,)),
        ("member", "=", False, False),
        ("since", "<", "2026-05-31", DAY),
        ("since", "last_days", 30, 30),
        ("since", "set", "anything", None),
        ("motto", "contains", " x ", "x"),
    ],
)
def test_a_leaf_is_checked_and_typed(fact, operator, value, parsed):
    leaf = facts.parse({"fact": fact, "operator": operator, "value": value}, OFFERED)
    assert (leaf.fact.code, leaf.operator, leaf.value) == (fact, operator, parsed)


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ({"fact": "shoes", "operator": "=", "value": 1}, "unknown_fact"),
        ({"fact": ["orders"], "operator": "=", "value": 1}, "unknown_fact"),
        ({"fact": "tier", "operator": ">", "value": "A"}, "unknown_operator"),
        ({"fact": "orders", "operator": "set"}, "unknown_operator"),
        ({"fact": "orders", "operator": "=", "value": "1"}, "wrong_value"),
        ({"fact": "orders", "operator": "=", "value": True}, "wrong_value"),
        ({"fact": "orders", "operator": "=", "value": float("nan")}, "wrong_value"),
        ({"fact": "orders", "operator": "between", "value": [1]}, "wrong_value"),
        ({"fact": "orders", "operator": "between", "value": 1}, "wrong_value"),
        ({"fact": "tier", "operator": "in", "value": []}, "wrong_value"),
        ({"fact": "tier", "operator": "in", "value": ["E"]}, "wrong_value"),
        ({"fact": "product", "operator": "in", "value": ["1"]}, "wrong_value"),
        ({"fact": "product", "operator": "in", "value": None}, "wrong_value"),
        ({"fact": "member", "operator": "=", "value": 1}, "wrong_value"),
        ({"fact": "since", "operator": "<", "value": "soon"}, "wrong_value"),
        ({"fact": "since", "operator": "last_days", "value": 0}, "wrong_value"),
        ({"fact": "motto", "operator": "=", "value": " "}, "wrong_value"),
        ({"fact": "orders", "operator": "=", "value": 1, "params": {"x": 1}}, "unknown_param"),
        ({"fact": "orders", "operator": "=", "value": 1, "params": {"days": "9"}}, "wrong_param"),
        ({"fact": "orders", "operator": "=", "value": 1, "params": [1]}, "wrong_param"),
        ({"operator": "xor", "conditions": []}, "malformed"),
        ({"operator": "and", "conditions": {"fact": "tier"}}, "malformed"),
        (["and"], "malformed"),
    ],
)
def test_bad_conditions_are_refused(condition, kind):
    with pytest.raises(facts.ConditionError) as error:
        facts.parse(condition, OFFERED)
    assert error.value.kind == kind


def test_groups_nest_but_not_without_end():
    leaf = {"fact": "orders", "operator": ">", "value": 1, "params": {"days": 9}}
    tree = facts.parse({"operator": "or", "negate": True, "conditions": [leaf, {}]}, OFFERED)
    assert (tree.operator, tree.negate, len(tree.children)) == ("or", True, 2)
    assert [item.params for item in facts.leaves(tree)] == [{"days": 9}]
    deep = leaf
    for _level in range(11):
        deep = {"operator": "and", "conditions": [deep]}
    with pytest.raises(facts.ConditionError) as error:
        facts.parse(deep, OFFERED)
    assert error.value.kind == "too_deep"


@pytest.mark.parametrize(
    ("operator", "value", "answer"),
    [
        ("=", 0, True), ("!=", 0, False), (">", 0, False), (">=", 0, True), ("<", 1, True),
        ("<=", -1, False), ("between", (0, 3), True), ("between", (1, 3), False),
    ],
)  # fmt: skip
def test_what_holds_for_zero(operator, value, answer):
    assert facts.holds(operator, 0, value) is answer


def test_a_count_cannot_be_asked_whether_it_is_set():
    assert "set" not in OFFERED["orders"].operators
    assert OFFERED["tier"].describe()["operators"] == ["in", "not_in", "set", "not_set"]
