"""SVC-L2: authority, assignment and tone, with values worked out by hand."""

from datetime import date, datetime
from math import inf

import pytest

from odoo.addons.crm_service_levels.tools import assignment, authority, sentiment
from odoo.addons.crm_service_levels.tools.assignment import Candidate, Matter
from odoo.addons.crm_service_levels.tools.authority import Limit, Person, Rule

DAY = date(2026, 6, 15)
RITA = Person(1, frozenset({10}), frozenset({7}), "lead")
LEO = Person(2, frozenset({10, 11}))


class TestAuthority:
    limits = (
        Limit("refund", 50.0, group=10),
        Limit("refund", 500.0, group=11),
        Limit("refund", 80.0, user=1, first=date(2026, 6, 1), last=date(2026, 6, 30)),
        Limit("discount", 10.0, team=7),
        Limit("compensation", 30.0, role="lead", company=3),
        Limit("decision", inf, group=11),
    )

    @pytest.mark.parametrize(
        ("person", "kind", "company", "day", "expected"),
        [
            (RITA, "refund", 1, DAY, 80.0),  # his own limit is higher than the group's in June
            (RITA, "refund", 1, date(2026, 7, 1), 50.0),
            (RITA, "refund", 1, date(2026, 6, 30), 80.0),
            (LEO, "refund", 1, DAY, 500.0),
            (RITA, "discount", 1, DAY, 10.0),
            (LEO, "discount", 1, DAY, None),  # not in the team
            (RITA, "compensation", 3, DAY, 30.0),
            (RITA, "compensation", 1, DAY, None),  # another company
            (RITA, "decision", 1, DAY, None),
            (LEO, "decision", 1, DAY, inf),
            (RITA, "free_part", 1, DAY, None),
        ],
    )
    def test_largest_amount(self, person, kind, company, day, expected):
        assert authority.authority(self.limits, person, kind, company, day) == expected

    def test_the_limit_itself_is_within(self):
        decide = authority.within
        assert decide(self.limits, LEO, "refund", 500.0, 1, DAY)
        assert not decide(self.limits, LEO, "refund", 500.01, 1, DAY)
        assert decide(self.limits, LEO, "decision", 10**9, 1, DAY)
        assert not decide(self.limits, LEO, "free_part", 0.0, 1, DAY)

    def test_rule_with_the_highest_threshold_reached(self):
        rules = (
            Rule("refund", 0.0, (1,)),
            Rule("refund", 1000.0, (1, 2)),
            Rule("refund", 1000.0, (3,), company=5),
            Rule("discount", 0.0, (4,)),
        )
        steps = [authority.rule_for(rules, "refund", n, 1).steps for n in (999.99, 1000.0)]
        assert steps == [(1,), (1, 2)]
        assert authority.rule_for(rules, "refund", 1000.0, 5).steps == (3,)
        assert authority.rule_for(rules, "minutes", 5.0, 1) is None

    def test_substitutes(self):
        absences = {1: 2, 2: 3, 4: None, 5: 6, 6: 5}
        found = [authority.stand_in(user, absences) for user in (1, 2, 3, 4, 5, 7)]
        assert found == [3, 3, 3, None, None, 7]

    def test_nobody_decides_his_own(self):
        assert authority.deciders({1, 2}, {}, requester=1) == {2}
        # 2 is absent and chose the one who asks as substitute: nobody is left
        assert authority.deciders({2}, {2: 1}, requester=1) == set()
        # who asks himself does not pass it on to the substitute he chose
        assert authority.deciders({1}, {1: 3}, requester=1) == set()

    @pytest.mark.parametrize(
        ("steps", "position", "verdict", "expected"),
        [
            (1, 0, "approved", ("approved", 0)),
            (2, 0, "approved", ("waiting", 1)),
            (2, 1, "approved", ("approved", 1)),
            (2, 0, "refused", ("refused", 0)),
            (2, 0, "expired", ("waiting", 1)),
            (2, 1, "expired", ("waiting", 1)),
        ],
    )
    def test_what_follows(self, steps, position, verdict, expected):
        assert authority.after(steps, position, verdict) == expected


class TestAssignment:
    now = datetime(2026, 6, 15, 9)

    def users(self, matters, candidates, method):
        found = assignment.assign(matters, candidates, method, self.now)
        return {request: (choice.user, choice.reason) for request, choice in found.items()}

    def test_in_turn(self):
        people = [
            Candidate(1, 0, 20, datetime(2026, 6, 14)),
            Candidate(2, 0, 20),
            Candidate(3, 0, 20),
        ]
        found = self.users([Matter(n) for n in range(1, 6)], people, "turn")
        # 2 and 3 never had one, 1 had his yesterday; then it goes around
        assert [found[n][0] for n in range(1, 6)] == [2, 3, 1, 2, 3]
        assert {reason for _user, reason in found.values()} == {"turn"}

    def test_load_is_a_share_of_the_capacity(self):
        people = [Candidate(1, 3, 10), Candidate(2, 3, 20)]
        # 30 % and 15 %; then 30 % and 20 %, 25 %, 30 % (equal: 1 never got one, so he is next)
        found = self.users([Matter(n) for n in range(1, 5)], people, "load")
        assert [found[n][0] for n in range(1, 5)] == [2, 2, 2, 1]

    def test_skill_is_needed_and_the_better_one_first(self):
        people = [
            Candidate(1, 0, 5, skills={}),
            Candidate(2, 4, 5, skills={70: 2}),
            Candidate(3, 4, 5, skills={70: 3}),
        ]
        matters = [Matter(n, frozenset({70})) for n in (1, 2, 3)]
        found = self.users(matters, people, "skill")
        assert found == {1: (3, "skill"), 2: (2, "skill")}  # then both are full

    def test_usual_representative_before_all_unless_absent_or_full(self):
        people = [Candidate(1, 0, 5), Candidate(2, 4, 5)]
        assert self.users([Matter(1, usual=2)], people, "load") == {1: (2, "usual")}
        full = [Candidate(1, 0, 5), Candidate(2, 5, 5)]
        assert self.users([Matter(1, usual=2)], full, "load") == {1: (1, "load")}
        away = [Candidate(1, 0, 5), Candidate(2, 0, 5, absent=True)]
        assert self.users([Matter(1, usual=2)], away, "load") == {1: (1, "load")}

    def test_better_tiers_get_the_last_places(self):
        matters = [
            Matter(1, tier="", priority=3),
            Matter(2, tier="B"),
            Matter(3, tier="A", priority=0),
            Matter(4, tier="A", priority=2),
        ]
        assert [m.request for m in assignment.in_order(matters)] == [4, 3, 2, 1]
        assert set(self.users(matters, [Candidate(1, 0, 2)], "turn")) == {4, 3}

    def test_no_capacity_takes_nothing(self):
        assert self.users([Matter(1)], [Candidate(1, 0, 0)], "load") == {}


class TestTone:
    words = {
        "good": 2, "thanks": 2, "broken": -1, "unacceptable": -3, "not": 0,
        "nicht": 0, "zufrieden": 2, "不": 0, "满意": 2, "太差": -3, "差": -2,
    }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", None),
            ("The pump hums.", None),
            ("Thanks, good work", 67),  # (2 + 2) / 6
            ("This is UNACCEPTABLE", -100),
            ("broken, but thanks", 17),  # (-1 + 2) / 6
            ("not good", -67),
            ("not at all good", 67),  # three words before: out of reach
            ("Ich bin nicht zufrieden", -67),
            ("服务太差", -100),  # the longest word counts, not 差 beside it
            ("不太满意", -67),
            ("很满意", 67),
        ],
    )
    def test_score(self, text, expected):
        tone = sentiment.read(text, self.words)
        assert (tone and tone.score) == expected

    def test_words_are_told(self):
        assert sentiment.read("broken, but thanks", self.words).words == ("broken", "thanks")

    def test_names(self):
        names = [sentiment.name(score) for score in (-100, -50, -49, -15, 15, 16)]
        assert names == ["angry", "angry", "tense", "neutral", "neutral", "friendly"]

    def test_quotes_do_not_count(self):
        assert sentiment.own_words("Thanks\n> unacceptable") == "Thanks"
