"""Clusters, look-alikes, decision trees and overlaps on plain numbers (ROI-5)."""

import math

import numpy as np
import pytest

from odoo.addons.crm_customer_insight.tools import clusters, lookalike, profile_tree, segments


def two_groups(size=30, seed=1):
    """Rare small buyers and frequent large ones."""
    rng = np.random.default_rng(seed)
    half = size // 2
    return {
        "frequency": np.concatenate([rng.integers(1, 3, half), rng.integers(20, 30, half)]),
        "revenue": np.concatenate([rng.uniform(10, 20, half), rng.uniform(4000, 6000, half)]),
    }


# Overlaps


def test_jaccard_by_hand():
    # 4 in both, 10 and 6 in each: 4 ÷ (10 + 6 − 4) = ⅓
    assert segments.jaccard(4, 10, 6) == pytest.approx(1 / 3)
    assert segments.jaccard(0, 0, 0) is None
    [row] = segments.overlap_rows([(1, 1, 10), (1, 2, 4), (2, 2, 6)])
    assert (row["both"], row["share_a"], row["share_b"]) == (4, 0.4, pytest.approx(2 / 3))


# Clusters


def test_silhouette_by_hand():
    # Points 0, 1 | 10, 11. For 0: own group 1 away, next 10.5: 9.5 ÷ 10.5. For 1: 9.5 and 1:
    # 8.5 ÷ 9.5. The other two mirror them.
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    expected = (9.5 / 10.5 + 8.5 / 9.5) / 2
    assert clusters.quality(points, [0, 0, 1, 1]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.71, "strong"), (0.7, "fair"), (0.5, "weak"), (0.25, "none"), (-0.2, "none")],
)
def test_words_for_the_silhouette(value, word):
    assert clusters.meaning(value) == word


def test_two_groups_are_found_and_the_number_is_chosen():
    space = clusters.prepare(two_groups(), logarithmic=("frequency", "revenue"))
    found = clusters.find(space.points)
    assert len(found.centers) == 2
    assert len(set(found.labels[:15])) == len(set(found.labels[15:])) == 1
    assert found.silhouette == max(found.tried.values()) > 0.7
    words = [clusters.notable(space.names, center) for center in found.centers]
    assert {"frequency": "high", "revenue": "high"} in words
    assert {"frequency": "low", "revenue": "low"} in words


def test_the_same_seed_gives_the_same_groups():
    points = clusters.prepare(two_groups(200, seed=3)).points
    first, second = clusters.find(points, 4, seed=7), clusters.find(points, 4, seed=7)
    assert (first.labels == second.labels).all()


def test_constant_and_missing_features():
    columns = {**two_groups(), "margin": np.full(30, 0.5)}
    columns["frequency"] = columns["frequency"].astype(float)
    columns["frequency"][::3] = np.nan  # a third is missing
    space = clusters.prepare(columns)
    assert space.names == ("frequency", "revenue")
    assert space.constant == ("margin",)
    assert np.isfinite(space.points).all()
    with pytest.raises(clusters.ClusterError) as error:
        clusters.prepare({"margin": np.full(30, 0.5), "unknown": np.full(30, np.nan)})
    assert error.value.kind == "constant"


def test_more_groups_than_customers_are_refused():
    points = clusters.prepare({"revenue": [1, 1, 1, 1, 1, 2, 2, 2, 3, 3]}).points
    with pytest.raises(clusters.ClusterError) as error:
        clusters.find(points, 5)
    assert (error.value.kind, error.value.details) == ("too_many", {"clusters": 5, "customers": 3})
    with pytest.raises(clusters.ClusterError) as error:
        clusters.prepare({"revenue": [1, 2, 3]})
    assert error.value.kind == "few"


def test_without_the_package_it_says_which(monkeypatch):
    monkeypatch.setattr(clusters, "AVAILABLE", False)
    with pytest.raises(clusters.ClusterError) as error:
        clusters.find(np.zeros((20, 2)))
    assert (error.value.kind, error.value.details) == ("package", {"package": "scikit-learn"})
    monkeypatch.setattr(profile_tree, "AVAILABLE", False)
    with pytest.raises(profile_tree.TreeError) as error:
        profile_tree.grow({}, {}, [True])
    assert error.value.kind == "package"


def test_labels_follow_the_centers():
    earlier = [[0.0, 0.0], [10.0, 10.0], [20.0, 0.0]]
    # in another order and moved a little
    assert clusters.match([[19.0, 1.0], [1.0, 0.0], [9.0, 9.0]], earlier) == [2, 0, 1]
    # one more than before: the one that fits nobody is new
    assert clusters.match([[0.1, 0.0], [50.0, 50.0], [20.0, 0.0], [10.0, 10.0]], earlier) == [
        0, None, 2, 1,
    ]  # fmt: skip
    assert clusters.match([[1.0]], []) == [None]


def test_a_center_is_kept_in_units_that_the_next_run_understands():
    space = clusters.prepare(two_groups(), logarithmic=("revenue",))
    point = np.array([0.5, -1.0])
    assert space.place(space.features(point)) == pytest.approx(point)
    assert space.place({"revenue": None}) == pytest.approx([0, 0])


# Look-alikes


def test_lift_and_weight_by_hand():
    # 10 buyers, 8 of them in Germany; 30 others, 6 in Germany
    country = ["DE"] * 8 + ["FR"] * 2 + ["DE"] * 6 + ["FR"] * 24
    found = {m.value: m for m in lookalike.marks({"country": country}, [True] * 10 + [False] * 30)}
    german = found["DE"]
    assert (german.group_share, german.others_share) == (0.8, 0.2)
    # 14 of 40 are German: 0.8 ÷ 0.35
    assert german.lift == pytest.approx(0.8 / 0.35)
    # two values: (8 + 1) ÷ (10 + 2) against (6 + 1) ÷ (30 + 2)
    assert german.weight == pytest.approx(math.log((9 / 12) / (7 / 32)))
    # one cell expects 10 · 14 ÷ 40 = 3.5 < 5: Fisher's exact test, sum of the hypergeometric
    # probabilities of tables no likelier than this one
    whole = math.comb(40, 10)
    chance = [math.comb(14, k) * math.comb(26, 10 - k) / whole for k in range(11)]
    assert german.p_value == pytest.approx(sum(p for p in chance if p <= chance[8] * (1 + 1e-7)))
    assert german.significant


def test_chi_squared_by_hand():
    # 30/20 against 10/40: n (ad − bc)² ÷ product of the margins = 100 · 1000² ÷ (50·50·40·60)
    chi2 = 100 * 1000**2 / (50 * 50 * 40 * 60)
    expected = math.erfc(math.sqrt(chi2 / 2))  # one degree of freedom
    assert lookalike.p_value(30, 20, 10, 40) == pytest.approx(expected)
    assert lookalike.p_value(0, 0, 5, 5) == 1


def test_unknown_attributes_are_no_evidence():
    rng = np.random.default_rng(2)
    group = np.arange(400) < 100
    country = np.where(rng.random(400) < np.where(group, 0.9, 0.1), "DE", "FR").tolist()
    missing = [None if rng.random() < 0.3 else value for value in country]
    full = lookalike.weights(lookalike.marks({"country": country}, group))
    part = lookalike.weights(lookalike.marks({"country": missing}, group))
    assert part["country", "DE"] == pytest.approx(full["country", "DE"], abs=0.4)
    assert lookalike.evidence({"country": [None]}, 0, part) == []
    assert lookalike.score(0) == 50
    assert lookalike.validate({"country": missing}, group) > 0.75


def test_several_values_and_values_nobody_had():
    tags = [["a", "b"], ["a"], [], None]
    found = lookalike.weights(lookalike.marks({"tags": tags}, [True, True, False, False]))
    assert set(found) == {("tags", "a"), ("tags", "b")}
    assert lookalike.evidence({"tags": [["new"]]}, 0, found) == []


def test_auc_by_hand():
    # pairs (group, others): 3>1, 3>2, 2>1 and 2=2 (half): 3.5 of 4
    assert lookalike.auc([3, 2, 1, 2], [True, True, False, False]) == 3.5 / 4
    assert lookalike.auc([1, 2], [True, True]) is None


def test_attributes_that_say_nothing_have_a_chance_of_one_half():
    rng = np.random.default_rng(5)
    values = rng.choice(["x", "y"], 4000).tolist()
    group = rng.random(4000) < 0.3
    assert lookalike.validate({"coin": values}, group) == pytest.approx(0.5, abs=0.04)
    assert not any(mark.significant for mark in lookalike.marks({"coin": values}, group))


# Decision trees


def customers(size=200):
    """The group: Germans with more than 100 of revenue."""
    rng = np.random.default_rng(4)
    country = rng.choice(["DE", "FR"], size)
    revenue = rng.choice([50.0, 200.0], size)
    return country, revenue, (country == "DE") & (revenue > 100)


def test_the_rule_behind_a_group_is_found():
    country, revenue, group = customers()
    found = profile_tree.grow({"revenue": revenue}, {"country": [{c} for c in country]}, group)
    assert found.accuracy == 1
    tested = lookalike.held_out(200)
    assert found.majority == pytest.approx((~group[tested]).mean())
    [leaf] = [leaf for leaf in found.root.leaves() if leaf.group]
    assert leaf.size == leaf.group == group.sum()
    asked = {(q.column, q.value if q.limit is None else q.limit, yes) for q, yes in leaf.path}
    # one of two countries is asked for, either way round; 125 lies between 50 and 200
    assert ("revenue", 125.0, False) in asked
    assert asked & {("country", "DE", True), ("country", "FR", False)}


def test_leaves_as_conditions():
    ask = profile_tree.Question
    path = [
        (ask("revenue", limit=125.0, unknown_is_yes=True), True),
        (ask("order_count", limit=2.5), False),
        (ask("country", value=57), False),
        (ask("is_company", value=True), True),
    ]
    kinds = {
        "revenue": "number",
        "order_count": "count",
        "country": "choice",
        "is_company": "boolean",
    }
    assert profile_tree.conditions(path, kinds)["conditions"] == [
        {
            "operator": "or",
            "conditions": [
                {"fact": "revenue", "operator": "<=", "value": 125.0},
                {"fact": "revenue", "operator": "not_set"},
            ],
        },
        {"fact": "order_count", "operator": ">", "value": 2.5},
        {
            "operator": "and",
            "negate": True,
            "conditions": [{"fact": "country", "operator": "in", "value": [57]}],
        },
        {"fact": "is_company", "operator": "=", "value": True},
    ]


def test_a_tree_needs_differences_and_customers():
    _country, _revenue, group = customers()
    for numbers, choices, some, kind in (
        ({"revenue": np.ones(200)}, {"country": [{"DE"}] * 200}, group, "constant"),
        ({"revenue": np.arange(200.0)}, {}, np.arange(200) < 3, "few"),
    ):
        with pytest.raises(profile_tree.TreeError) as error:
            profile_tree.grow(numbers, choices, some)
        assert error.value.kind == kind


def test_missing_numbers_take_one_side():
    country, revenue, group = customers()
    revenue = np.where(np.arange(200) % 3 == 0, np.nan, revenue)
    found = profile_tree.grow({"revenue": revenue}, {"country": [{c} for c in country]}, group)
    assert sum(leaf.size for leaf in found.root.leaves()) == 200
    assert found.accuracy > 0.7


def test_depth_is_bounded():
    rng = np.random.default_rng(6)
    numbers = {name: rng.random(500) for name in "abcdef"}
    group = sum(numbers.values()) > 3
    found = profile_tree.grow(numbers, {}, group, depth=9)
    assert max(len(leaf.path) for leaf in found.root.leaves()) <= 4
