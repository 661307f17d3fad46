"""ROI-2: attribution rules and models, worked out by hand."""

import itertools
import random
import tracemalloc

import numpy as np
import pytest

from odoo.addons.crm_campaign_roi.tools import attribution
from odoo.addons.crm_campaign_roi.tools.attribution import Path, Touch

THREE = (Touch("mail", 14.0), Touch("fair", 7.0), Touch("site", 0.0, direct=True))
FIVE = tuple(Touch(key) for key in "abcde")
#: C1-C2-C3 sells, C1 and C2-C3 do not (the example of many introductions to removal effects).
ANDERL = [Path(("c1", "c2", "c3"), 1, 0), Path(("c1",), 0, 1), Path(("c2", "c3"), 0, 1)]


@pytest.mark.parametrize(
    ("rule", "weights"),
    [
        ("first", [1, 0, 0]),
        ("last", [0, 0, 1]),
        ("last_non_direct", [0, 1, 0]),
        ("linear", [1 / 3, 1 / 3, 1 / 3]),
        ("position", [0.4, 0.2, 0.4]),
        # half lives of 7 days: 1/4, 1/2, 1 of 7/4
        ("time_decay", [1 / 7, 2 / 7, 4 / 7]),
    ],
)
def test_a_rule_shares_one_deal(rule, weights):
    assert attribution.RULES[rule](THREE) == pytest.approx(weights)


@pytest.mark.parametrize("rule", attribution.RULES)
def test_shares_of_any_rule_add_up_to_the_deal(rule):
    for journey in (THREE[:1], THREE[:2], THREE, FIVE, (THREE[2],)):
        weights = attribution.RULES[rule](journey)
        assert len(weights) == len(journey)
        assert sum(weights) == pytest.approx(1)


def test_position_with_one_two_and_five_touches():
    assert attribution.position(FIVE[:1]) == [1.0]
    assert attribution.position(FIVE[:2]) == [0.5, 0.5]
    assert attribution.position(FIVE) == pytest.approx([0.4, 0.2 / 3, 0.2 / 3, 0.2 / 3, 0.4])


def test_only_direct_touches_leave_the_last_one():
    assert attribution.last_non_direct((THREE[2], THREE[2])) == [0.0, 1.0]


def test_removal_effects_of_the_textbook():
    """P(deal) = (2/3 · 1/2 + 1/3) · 1 · 1/2 = 1/3; without C1 it is 1/3 · 1/2 = 1/6; without C2 or
    C3 nothing is left. Effects 1/2, 1, 1 share the one deal 0.2, 0.4, 0.4."""
    effects = attribution.removal_effects(attribution.transitions(ANDERL))
    assert effects == pytest.approx({"c1": 0.5, "c2": 1.0, "c3": 1.0})
    assert attribution.markov(ANDERL) == pytest.approx({"c1": 0.2, "c2": 0.4, "c3": 0.4})


def test_states_of_the_second_order_are_the_last_two_channels():
    counts = attribution.transitions([Path(("a", "b", "a"), 2, 1)], order=2)
    assert counts == {
        ("(start)", ("a",)): 3,
        (("a",), ("a", "b")): 3,
        (("a", "b"), ("b", "a")): 3,
        (("b", "a"), "(deal)"): 2,
        (("b", "a"), "(nothing)"): 1,
    }


@pytest.mark.parametrize("order", [1, 2, 3])
def test_effects_are_those_of_a_walk_without_the_channel(order):
    """Against walking the graph step by step, with all moves into the channel leading nowhere."""
    draw = random.Random(order)
    paths = [
        Path(tuple(draw.choices("abcde", k=draw.randint(1, 6))), draw.randint(0, 3), 2)
        for _path in range(40)
    ]
    counts = attribution.transitions(paths, order)
    whole = _walked(counts, None)
    for key, effect in attribution.removal_effects(counts).items():
        assert effect == pytest.approx(1 - _walked(counts, key) / whole, abs=1e-9)


def _walked(counts, without):
    totals = {}
    for (state, _next), count in counts.items():
        totals[state] = totals.get(state, 0) + count
    here, reached = {attribution.START: 1.0}, 0.0
    for _step in range(2000):
        there = {}
        for (state, following), count in counts.items():
            share = here.get(state, 0.0) * count / totals[state]
            if following == attribution.DEAL:
                reached += share
            elif following != attribution.NOTHING and without not in following:
                there[following] = there.get(following, 0.0) + share
        here = there
    return reached


def test_without_any_deal_nobody_earned_anything():
    assert attribution.markov([Path(("a", "b"), 0, 5)]) == {"a": 0.0, "b": 0.0}


def test_shapley_of_two_channels():
    """v(A) = 1/2, v(B) = 1/4, v(AB) = 5/10. A: (1/2 + 1/4) / 2 = 3/8; B: (1/4 + 0) / 2 = 1/8.
    Five deals are shared 3 to 1."""
    paths = [Path(("a",), 1, 1), Path(("b",), 1, 3), Path(("a", "b"), 3, 1)]
    assert attribution.shapley(paths) == pytest.approx({"a": 3.75, "b": 1.25})


def test_channels_that_only_work_together_share_equally():
    assert attribution.shapley([Path(("a", "b", "a"), 4, 0)]) == pytest.approx({"a": 2.0, "b": 2.0})


def test_a_drawn_sample_is_near_the_exact_value_and_repeats_with_its_seed(monkeypatch):
    draw = random.Random(7)
    paths = [
        Path(tuple(draw.sample("abcdef", draw.randint(1, 4))), draw.randint(0, 9), 10)
        for _path in range(60)
    ]
    exact = attribution.shapley(paths)
    monkeypatch.setattr(attribution, "EXACT_CHANNELS", 5)
    drawn = attribution.shapley(paths, samples=4000, seed=3)
    assert drawn == attribution.shapley(paths, samples=4000, seed=3)
    assert drawn != attribution.shapley(paths, samples=4000, seed=4)
    assert sum(drawn.values()) == pytest.approx(sum(path.deals for path in paths))
    assert drawn == pytest.approx(exact, abs=0.02 * sum(exact.values()))


def test_a_channel_that_only_spoils_gets_nothing():
    """v(A) = 1, v(B) = 0, v(AB) = 1/2: A earns 3/4, B would lose 1/4, which nobody is charged."""
    paths = [Path(("a",), 2, 0), Path(("a", "b"), 0, 2)]
    assert attribution.shapley(paths) == pytest.approx({"a": 2.0, "b": 0.0})


def test_twelve_channels_are_drawn_and_add_up():
    paths = [Path(tuple("abcdefghijkl"), 6, 2), Path(("a",), 3, 1)]
    assert sum(attribution.shapley(paths, samples=50).values()) == pytest.approx(9)


def _moves_by_hand(paths, order):
    counts = {}
    for path in paths:
        states = [path.keys[max(0, i + 1 - order) : i + 1] for i in range(len(path.keys))]
        chain = [attribution.START, *states]
        for move in itertools.pairwise(chain):
            counts[move] = counts.get(move, 0) + path.deals + path.nothing
        for end, count in ((attribution.DEAL, path.deals), (attribution.NOTHING, path.nothing)):
            counts[states[-1], end] = counts.get((states[-1], end), 0) + count
    return {move: count for move, count in counts.items() if count}


@pytest.mark.parametrize("order", [1, 2, 3])
def test_moves_are_those_of_counting_one_by_one(order):
    draw = random.Random(order)
    paths = [
        Path(tuple(draw.choices("abcde", k=draw.randint(1, 6))), draw.randint(0, 3), draw.random())
        for _path in range(200)
    ]
    counts = attribution.transitions(paths, order)
    assert counts == pytest.approx(_moves_by_hand(paths, order))


def test_no_journeys_no_credit():
    assert attribution.transitions([]) == {}
    assert attribution.markov([]) == {}
    assert attribution.shapley([]) == {}


def test_a_graph_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(attribution, "MOST_STATES", 3)
    with pytest.raises(attribution.TooManyStatesError):
        attribution.markov([Path(("a", "b", "c"), 1, 0)])


def test_what_each_adds_is_the_difference_of_what_sets_are_worth():
    """v(A) = 1/2, v(B) = 1/4, v(AB) = 1/2: as A, B it is 1/2 and 0, as B, A 1/4 and 1/4."""
    paths = [Path(("a",), 1, 1), Path(("b",), 1, 3), Path(("a", "b"), 3, 1)]
    joining = attribution._Joining(attribution._Worth(paths))
    assert joining.gains(np.array([0, 1])).tolist() == [0.5, 0.0]
    assert joining.gains(np.array([1, 0])).tolist() == [0.25, 0.25]


def test_many_channels_keep_no_coalitions():
    """Three hundred channels, 200 orders: less than 4 MB; 60,000 sets kept took a hundred times."""
    draw = random.Random(5)
    names = [f"m{number}" for number in range(300)]
    paths = [
        Path(tuple(draw.sample(names, 4)), float(draw.randint(0, 3)), 2.0) for _n in range(999)
    ]
    tracemalloc.start()
    try:
        values = attribution.shapley(paths, samples=200, seed=2)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
    assert sum(values.values()) == pytest.approx(sum(path.deals for path in paths))


def test_too_many_journeys_to_draw_are_refused(monkeypatch):
    """Twelve touches of one journey × 2,000 orders are 24,000."""
    paths = [Path(tuple("abcdefghijkl"), 6, 2)]
    monkeypatch.setattr(attribution, "MOST_WORK", 24_000)
    assert sum(attribution.shapley(paths).values()) == pytest.approx(6)
    monkeypatch.setattr(attribution, "MOST_WORK", 23_999)
    with pytest.raises(attribution.TooManyJourneysError):
        attribution.shapley(paths)


def test_seventy_channels_need_more_than_one_word():
    """Two of seventy always come together and always sell (4 deals), the others come alone: seven
    of them sell half of the time, the rest never."""
    alone = [Path((f"c{n:02}",), float(n < 7), 1.0) for n in range(68)]
    values = attribution.shapley([*alone, Path(("x", "y"), 4.0, 0.0)], samples=200, seed=1)
    assert sum(values.values()) == pytest.approx(11)
    assert values["x"] == pytest.approx(values["y"], rel=0.3)
    assert values["x"] > values["c00"] > values["c50"] == 0


def test_weights_that_give_a_models_totals():
    """One deal of A and B, one of A alone. With totals 1.25 and 0.75, B takes 3/4 of the shared:
    its weight is three times A's."""
    paths = [Path(("a", "b"), 1, 0), Path(("a",), 1, 5)]
    weights = attribution.spread(paths, {"a": 1.25, "b": 0.75})
    assert weights["b"] / weights["a"] == pytest.approx(3)


def test_totals_that_cannot_be_had_are_approached():
    """A was alone in its deal, so that it cannot have less than one."""
    paths = [Path(("a",), 1, 0), Path(("b",), 1, 0)]
    weights = attribution.spread(paths, {"a": 0.5, "b": 1.5})
    assert all(weight > 0 for weight in weights.values())


@pytest.mark.parametrize("model", [attribution.markov, attribution.shapley])
def test_shares_of_deals_add_up_to_the_model(model):
    draw = random.Random(11)
    paths = [
        Path(tuple(draw.choices("abcde", k=draw.randint(2, 5))), draw.randint(0, 5), 3)
        for _path in range(60)
    ]
    totals = model(paths)
    weights = attribution.spread(paths, totals)
    has = dict.fromkeys(totals, 0.0)
    for path in paths:
        whole = sum(weights[key] for key in set(path.keys))
        for key in set(path.keys):
            has[key] += path.deals * weights[key] / whole
    assert has == pytest.approx(totals, abs=1e-4)
