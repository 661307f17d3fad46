"""Surges by topic (CC-11): exact tails by hand, adjustment against the published example."""

import math
import random

import pytest
from numpy.random import default_rng

from odoo.addons.crm_callcenter.tools import call_surge as surge

#: mean 4, variance 8/7: no more scattered than Poisson counts
STEADY = [3, 4, 5, 4, 4, 6, 3, 3]
#: mean 4 too, but most of it in two intervals
BURSTY = [0, 0, 1, 0, 15, 1, 14, 1]


def test_tail_of_a_poisson_count_by_hand():
    # mean 2: 1 − e⁻² (1 + 2 + 2); mean 1: 1 − e⁻¹
    assert surge.tail(3, 2.0) == pytest.approx(1 - 5 * math.exp(-2))
    assert surge.tail(1, 1.0) == pytest.approx(1 - math.exp(-1))
    assert surge.tail(0, 7.0) == 1


def test_published_poisson_tail():
    # tables of the Poisson distribution: mean 4, P(X ≤ 9) = 0.9919
    assert round(surge.tail(10, 4.0), 4) == 0.0081


def test_tail_of_a_negative_binomial_count_by_hand():
    # size 1 is geometric: P(X ≥ k) = (mean / (1 + mean))^k
    assert surge.tail(5, 3.0, 1.0) == pytest.approx(0.75**5)
    # size 2, mean 2: p = 1/2, P(0) = 1/4, P(1) = 2 · 1/4 · 1/2 = 1/4
    assert surge.tail(2, 2.0, 2.0) == pytest.approx(0.5)


def test_the_negative_binomial_becomes_poisson_with_a_large_size():
    assert surge.tail(12, 5.0, 1e9) == pytest.approx(surge.tail(12, 5.0), rel=1e-6)


def test_far_tails_stay_exact():
    # 200 calls where 4 are usual: the first term e⁻⁴ 4²⁰⁰/200! and those after it, ratio 4/201 …
    first = math.exp(-4 + 200 * math.log(4) - math.lgamma(201))
    expected = first * (1 + 4 / 201 + 16 / (201 * 202) + 64 / (201 * 202 * 203))
    assert surge.tail(200, 4.0) == pytest.approx(expected, rel=1e-5)


def test_what_is_usual():
    # mean 32/8; squares 1+0+1+0+0+4+1+1 = 8, index 8/4 = 2 of 7 degrees: not scattered
    found = surge.usual(STEADY)
    assert (found.mean, found.size, found.intervals, found.model) == (4, None, 8, surge.POISSON)


def test_scattered_counts_are_negative_binomial():
    # mean 4; squares 3·16 + 3·9 + 121 + 100 = 296, variance 296/7; index 74 of 7 degrees;
    # size 16/(296/7 − 4) = 112/268
    found = surge.usual(BURSTY)
    assert found.model == surge.NEGATIVE_BINOMIAL
    assert found.mean == 4
    assert found.size == pytest.approx(112 / 268)


def test_the_same_count_is_a_surge_only_where_counts_are_steady():
    found = {
        topic.topic: topic
        for topic in surge.surges(
            {"steady": 13, "bursty": 13}, {"steady": STEADY, "bursty": BURSTY}
        )
    }
    # tables: mean 4, P(X ≤ 12) = 0.9997
    assert round(found["steady"].probability, 4) == 0.0003
    assert found["steady"].surge
    assert (found["steady"].ratio, found["steady"].excess) == (3.25, 9)
    assert found["bursty"].probability > 0.05
    assert not found["bursty"].surge


def test_a_topic_never_seen_before():
    # half a call in 10 intervals: mean 0.05. One call alarms nobody, five do
    history = {"new": [0] * 10}
    one, five = (surge.surges({"new": count}, history)[0] for count in (1, 5))
    assert one.usual.mean == pytest.approx(0.05)
    assert one.probability == pytest.approx(1 - math.exp(-0.05))
    assert not one.surge
    assert five.surge


def test_fewer_calls_than_somebody_should_be_called_for():
    history = {"new": [0] * 100}
    assert surge.surges({"new": 2}, history)[0].probability < 1e-4
    assert not surge.surges({"new": 2}, history)[0].surge
    assert surge.surges({"new": 2}, history, least=2)[0].surge


def test_not_enough_history_says_nothing():
    found = surge.surges(
        {"unknown": 90, "short": 80, "known": 4}, {"known": STEADY, "short": [1] * 7}
    )
    assert [topic.topic for topic in found] == ["known", "unknown", "short"]
    for topic in found[1:]:
        assert (topic.usual, topic.probability, topic.adjusted) == (None, None, None)
        assert (topic.ratio, topic.excess, topic.surge) == (None, None, False)


def test_a_topic_that_does_not_come_up_is_none():
    (found,) = surge.surges({}, {"gone": STEADY})
    assert (found.count, found.probability, found.surge) == (0, 1, False)
    assert surge.surges({}, {}) == []


#: Benjamini and Hochberg 1995, section 3.1: thrombolysis trials, fifteen p-values in order
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_published_example_of_benjamini_and_hochberg():
    # at 0.05 they reject the four smallest: 4/15 · 0.05 = 0.013 ≥ 0.0095, 5/15 · 0.05 < 0.0201
    found = surge.adjusted(PUBLISHED)
    assert [value <= 0.05 for value in found] == [True] * 4 + [False] * 11
    # 0.0095 · 15/4; the eighth pulls the sixth and seventh down: 0.0344 · 15/8, 0.0298 · 15/7
    assert found[3] == pytest.approx(0.035625)
    assert found[5] == found[6] == pytest.approx(0.0298 * 15 / 7)
    assert found == sorted(found)


def test_adjustment_keeps_the_given_order():
    places = list(range(15))
    random.Random(3).shuffle(places)
    found = surge.adjusted([PUBLISHED[place] for place in places])
    expected = surge.adjusted(PUBLISHED)
    assert found == [expected[place] for place in places]
    assert surge.adjusted([]) == []


def test_many_quiet_topics_make_one_rare_count_a_matter_of_chance():
    # 10 calls where 4 are usual: 0.0081 alone, 100 · 0.0081 among a hundred topics
    alone = surge.surges({"topic": 10}, {"topic": STEADY})[0]
    assert alone.surge
    history = {f"quiet {number}": STEADY for number in range(99)}
    among = surge.surges({**dict.fromkeys(history, 4), "topic": 10}, {**history, "topic": STEADY})[
        0
    ]
    assert among.topic == "topic"
    assert among.probability == alone.probability
    assert among.adjusted > 0.5
    assert not among.surge


def test_two_real_surges_among_many_are_found_in_order():
    history = {f"quiet {number}": STEADY for number in range(50)}
    counts = {**dict.fromkeys(history, 4), "invoice": 22, "outage": 60}
    found = surge.surges(counts, {**history, "invoice": STEADY, "outage": STEADY})
    assert [topic.topic for topic in found if topic.surge] == ["outage", "invoice"]
    assert len(found) == 52


def test_a_usual_count_is_none_even_when_history_is_quiet():
    assert not surge.surges({"topic": 4}, {"topic": [4] * 8}, level=0.99)[0].surge


def test_false_alarms_stay_at_the_level():
    # Poisson counts with nothing unusual: a hundred hours of 20 topics, fixed seed. Any alarm is
    # false; at level 0.05 about 5 of 100 hours may have one, 12 would be chance below 1 in 200.
    draw = default_rng(11)
    history = {topic: [int(c) for c in draw.poisson(6, 200)] for topic in range(20)}
    alarms = sum(
        any(
            topic.surge
            for topic in surge.surges({t: int(draw.poisson(6)) for t in history}, history)
        )
        for _hour in range(100)
    )
    assert alarms < 12


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: surge.usual([1, 2, -1]), "whole number from 0, not -1"),
        (lambda: surge.usual([1, 2.5]), "whole number from 0, not 2.5"),
        (lambda: surge.surges({"a": -2}, {}), "whole number from 0, not -2"),
        (lambda: surge.surges({"a": None}, {}), "whole number from 0, not None"),
        (lambda: surge.surges({}, {}, level=5), "level must be between 0 and 1, not 5"),
        (lambda: surge.tail(3, 0.0), "mean must be above 0"),
        (lambda: surge.tail(3, math.nan), "mean must be above 0"),
        (lambda: surge.tail(3, 1.0, 0.0), "size must be above 0"),
    ],
)
def test_bad_input_is_refused_with_a_reason(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()
