"""Scores of reviewed calls, agreement of reviewers, samples and fair reward (CC-5, CC-10)."""

import hashlib

import pytest

from odoo.addons.crm_callcenter.tools import fair_reward, sampling, scorecard
from odoo.addons.crm_callcenter.tools.fair_reward import Part
from odoo.addons.crm_callcenter.tools.scorecard import Criterion

GREETING = Criterion(1, weight=1, top=2, section="Contact")
ANSWER = Criterion(2, weight=3, top=4, section="Matter", correctness=True)
PRIVACY = Criterion(3, weight=2, top=1, section="Matter", fatal=True)
CARD = (GREETING, ANSWER, PRIVACY)


class TestScore:
    def test_weighted_share_of_points(self):
        # 1·1/2 + 3·3/4 + 2·1/1 = 4.75 of 6
        found = scorecard.score(CARD, {1: "1", 2: "3", 3: "1"})
        assert found.percent == pytest.approx(100 * 4.75 / 6)
        # matter: (2.25 + 2) of 5
        assert found.sections == {"Contact": 50.0, "Matter": 85.0}
        assert (found.missing, found.fatal, found.correctness) == ((), (), "partly")

    def test_not_applicable_counts_neither_way(self):
        # 0.5 + 2 of 1 + 2
        found = scorecard.score(CARD, {1: "1", 2: "na", 3: "1"})
        assert found.percent == pytest.approx(100 * 2.5 / 3)
        assert found.correctness is None
        assert found.missing == ()

    def test_fatal_error_makes_the_call_zero(self):
        found = scorecard.score(CARD, {1: "2", 2: "4", 3: "0"})
        assert (found.percent, found.fatal) == (0.0, (3,))
        assert found.sections["Matter"] == 60.0  # 3 of 5
        assert found.correctness == "correct"

    def test_fatal_that_does_not_apply_is_no_error(self):
        assert scorecard.score(CARD, {1: "2", 2: "4", 3: "na"}).percent == 100.0

    def test_nothing_applicable_is_no_score(self):
        found = scorecard.score(CARD, dict.fromkeys((1, 2, 3), "na"))
        assert found.percent is None
        assert found.sections == {"Contact": None, "Matter": None}

    def test_missing_is_told_and_zero_is_an_answer(self):
        assert scorecard.score(CARD, {1: 0, 2: False}).missing == (2, 3)

    def test_wrong_answer(self):
        assert scorecard.score(CARD, {2: "0"}).correctness == "wrong"

    @pytest.mark.parametrize("answers", [{1: "3"}, {1: "-1"}, {1: "x"}, {9: "1"}])
    def test_bad_points(self, answers):
        with pytest.raises(ValueError):
            scorecard.score(CARD, answers)

    @pytest.mark.parametrize(("weight", "top"), [(0, 1), (-1, 1), (float("nan"), 1), (1, 0)])
    def test_bad_criterion(self, weight, top):
        with pytest.raises(ValueError):
            Criterion(1, weight, top)


class TestAgreement:
    def test_kappa_of_two_categories_is_that_of_cohen(self):
        # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, by chance 0.5 → 0.4
        one = [1] * 25 + [0] * 25
        two = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
        assert scorecard.weighted_kappa(one, two) == pytest.approx(0.4)
        assert scorecard.weighted_kappa(one, two, power=1) == pytest.approx(0.4)

    def test_weights_by_distance(self):
        # ratings 0 1 2 / 0 2 2: distances 0 1 0 observed; all pairs: 0,2,2 1,1,1 2,0,0
        # linear 1 - 1·3/9, square: observed 1, expected 0+4+4+1+1+1+4+0+0 = 15: 1 - 3/15
        assert scorecard.weighted_kappa([0, 1, 2], [0, 2, 2], 1) == pytest.approx(2 / 3)
        assert scorecard.weighted_kappa([0, 1, 2], [0, 2, 2], 2) == pytest.approx(0.8)

    def test_opposite_and_full(self):
        # square: observed 4+0+4 = 8, expected over all pairs 12: 1 - 24/12
        assert scorecard.weighted_kappa([0, 1, 2], [2, 1, 0]) == pytest.approx(-1)
        assert scorecard.weighted_kappa([0, 1, 2], [0, 1, 2]) == 1

    def test_chance_cannot_be_told(self):
        assert scorecard.weighted_kappa([1, 1], [1, 1]) is None
        assert scorecard.weighted_kappa([], []) is None
        with pytest.raises(ValueError):
            scorecard.weighted_kappa([1], [1, 2])

    def test_reviewers(self):
        ratings = {
            7: {1: 0.0, 2: 0.5, 3: 1.0},
            8: {1: 0.0, 2: 1.0, 3: 1.0},
            9: {1: 0.0, 2: 0.5, 3: None},
        }
        found = scorecard.agreement({7: 60, 8: 80, 9: 70, 10: None}, ratings)
        # |60-80|, |60-70|, |80-70|
        assert found.spread == pytest.approx(40 / 3)
        assert found.bias == {7: -10, 8: 10, 9: 0}
        # 7 and 8 as above 0.8; 7 and 9 over two criteria 1; 8 and 9: 0 1 / 0 0.5: observed 0.25,
        # expected 0 + 0.25 + 1 + 0.25 = 1.5: 1 - 0.5/1.5
        assert found.kappa == pytest.approx((0.8 + 1 + 2 / 3) / 3)

    def test_one_reviewer_is_no_agreement(self):
        found = scorecard.agreement({7: 60}, {7: {1: 1.0}})
        assert (found.spread, found.kappa) == (None, None)

    @pytest.mark.parametrize(
        ("kappa", "word"),
        [(-0.1, "poor"), (0, "slight"), (0.2, "slight"), (0.21, "fair"), (0.6, "moderate"),
         (0.61, "substantial"), (0.81, "perfect"), (1, "perfect"), (None, None)],
    )  # fmt: skip
    def test_strength(self, kappa, word):
        assert scorecard.strength(kappa) == word


class TestSampling:
    CANDIDATES = [(agent, call) for agent in ("ada", "ben") for call in range(40)]

    def test_the_rank_is_documented(self):
        text = "2026-05\x1fada\x1f7"
        assert sampling.rank("2026-05", "ada", 7) == int(
            hashlib.sha256(text.encode()).hexdigest(), 16
        )

    def test_five_of_each_whatever_the_order(self):
        found = sampling.draw(self.CANDIDATES, "2026-05")
        assert {agent: len(calls) for agent, calls in found.items()} == {"ada": 5, "ben": 5}
        assert sampling.draw([*reversed(self.CANDIDATES), ("ada", 1)], "2026-05") == found

    def test_seed_decides(self):
        assert sampling.draw(self.CANDIDATES, "2026-05") != sampling.draw(
            self.CANDIDATES, "2026-06"
        )

    def test_one_candidate_more_changes_one_at_most(self):
        before = set(sampling.draw(self.CANDIDATES, "2026-05")["ada"])
        after = set(sampling.draw([*self.CANDIDATES, ("ada", 99)], "2026-05")["ada"])
        assert len(before - after) <= 1

    def test_every_call_has_the_same_chance(self):
        # 2,000 draws of 5 out of 40: 250 each, standard deviation √(2000·⅛·⅞) ≈ 14.8
        hits = dict.fromkeys(range(40), 0)
        for number in range(2000):
            for call in sampling.draw(self.CANDIDATES[:40], f"seed {number}")["ada"]:
                hits[call] += 1
        assert all(abs(count - 250) < 5 * 14.8 for count in hits.values())

    def test_small_groups_and_bad_input(self):
        assert sampling.draw([("ada", 1)], "x") == {"ada": [1]}
        assert sampling.draw([], "x") == {}
        for seed, size in (("", 5), ("x", -1)):
            with pytest.raises(ValueError):
                sampling.draw(self.CANDIDATES, seed, size)


class TestFairReward:
    PARTS = (
        Part("quality", 40, floor=60, goal=90),
        Part("correctness", 30, floor=80, goal=100),
        Part("handling", 30, floor=600, goal=300),
    )

    def test_weighted_points(self):
        # quality (75-60)/30 = 50, correctness (95-80)/20 = 75, handling (600-360)/300 = 80
        found = fair_reward.reward(self.PARTS, {"quality": 75, "correctness": 95, "handling": 360})
        assert found.points == pytest.approx(0.4 * 50 + 0.3 * 75 + 0.3 * 80)
        assert [line.points for line in found.lines] == pytest.approx([50, 75, 80])
        assert sum(line.brings for line in found.lines) == pytest.approx(found.points)

    def test_what_is_not_measured_leaves_its_weight(self):
        found = fair_reward.reward(self.PARTS, {"quality": 75, "handling": 360})
        # 40/70·50 + 30/70·80
        assert found.points == pytest.approx((40 * 50 + 30 * 80) / 70)
        assert (found.lines[1].points, found.lines[1].share) == (None, 0)

    def test_quick_and_wrong_does_not_win(self):
        quick = fair_reward.reward(self.PARTS, {"quality": 50, "correctness": 70, "handling": 100})
        right = fair_reward.reward(self.PARTS, {"quality": 90, "correctness": 100, "handling": 600})
        assert (quick.points, right.points) == (pytest.approx(30), pytest.approx(70))

    def test_nothing_measured_is_no_figure(self):
        assert fair_reward.reward(self.PARTS, {}).points is None

    def test_bad_parts(self):
        for weight, floor, goal in ((1, 5, 5), (-1, 0, 1)):
            with pytest.raises(ValueError):
                Part("quality", weight, floor, goal)
