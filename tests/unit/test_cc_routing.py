"""Who answers whom (CC-3): each order worked out by hand."""

import random

import pytest

from odoo.addons.crm_callcenter.tools.routing import (
    Agent,
    Rules,
    Waiting,
    able,
    asked,
    explain,
    in_order,
    rank,
    starves_not_after,
    urgency,
    widened,
)

NOW = 10_000.0
SUPPORT, SALES = 1, 2
PUMPS, FRENCH = 11, 12
TIERS = {"A": 10.0, "B": 4.0}


def call(number, waited=60.0, **values):
    return Waiting(call=number, queue=SUPPORT, since=NOW - waited, **values)


def agent(number, idle=30.0, skills=(), queues=(SUPPORT,), **values):
    ready = None if idle is None else NOW - idle
    return Agent(number, dict(skills), frozenset(queues), ready, **values)


def pairs(calls, agents, rules=None):
    return [(one.call, one.agent) for one in rank(calls, agents, NOW, rules or Rules())]


def reasons(choices, number):
    return next(dict(one.reasons) for one in choices if one.call == number)


# --- which caller ----------------------------------------------------------------------------


def test_urgency_adds_queue_tier_and_minutes():
    rules = Rules(aging=2, tiers=TIERS)
    # 3 of the queue + 10 of tier A + 2 × 1.5 minutes
    assert urgency(call(1, 90, points=3, tier="A"), NOW, rules) == pytest.approx(16)
    assert urgency(call(1, -50), NOW, rules) == 0  # the exchange's clock is ahead


def test_the_most_urgent_gets_the_only_agent():
    early, valued = call(1, 300), call(2, 60, tier="A")
    # 5 minutes are 5 points; 1 minute and tier A are 11
    assert pairs([early, valued], [agent(7)], Rules(tiers=TIERS)) == [(2, 7)]
    # with 3 points a minute it is 15 against 13
    assert pairs([early, valued], [agent(7)], Rules(aging=3, tiers=TIERS)) == [(1, 7)]


def test_equal_callers_in_the_order_they_came():
    assert pairs([call(2, 60), call(1, 60)], [agent(7)]) == [(1, 7)]


def test_nobody_starves():
    """A caller of tier C against a stream of tier A, one each minute, one answered a minute.

    He has 0 points, a newcomer 10: after 10 minutes he is before all who come then. Those with
    more points who came earlier are before him: he is the next as soon as they are served.
    """
    rules = Rules(tiers=TIERS)
    assert starves_not_after(0, 10, rules) == 10
    poor, waiting, answered = Waiting(0, SUPPORT, 0.0), [], None
    for minute in range(40):
        now = minute * 60.0
        waiting.append(Waiting(100 + minute, SUPPORT, now, tier="A"))
        [choice] = rank([poor, *waiting], [Agent(7, {}, frozenset({SUPPORT}), 0.0)], now, rules)
        if choice.call == 0:
            answered = minute
            break
        waiting = [one for one in waiting if one.call != choice.call]
    # at minute 10 both have 10 points, and he came first
    assert answered == 10


def test_without_points_for_waiting_is_refused():
    with pytest.raises(ValueError, match="wait forever"):
        Rules(aging=0)
    with pytest.raises(ValueError, match="not negative"):
        Rules(hold_seconds=-1)


# --- which agent -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skills", "levels", "expected"),
    [({PUMPS: 2}, 0, True), ({PUMPS: 1}, 0, False), ({PUMPS: 1}, 1, True), ({}, 5, False)],
)
def test_skills_with_levels(skills, levels, expected):
    assert able(agent(7, skills=skills), call(1, needs={PUMPS: 2}), levels) is expected


def test_another_queue_is_none_of_his():
    assert not able(agent(7, queues=[SALES]), call(1))


def test_a_language_is_never_done_without():
    french = call(1, waited=10_000, languages=frozenset({FRENCH}), needs={PUMPS: 3})
    rules = Rules(widen_seconds=10)
    assert pairs([french], [agent(7, skills={PUMPS: 3})], rules) == []
    assert pairs([french], [agent(7, skills={PUMPS: 1, FRENCH: 1})], rules) == [(1, 7)]


def test_what_is_asked_for_falls_with_waiting():
    rules = Rules(widen_seconds=60)
    assert [widened(call(1, waited), NOW, rules) for waited in (0, 59, 60, 130)] == [0, 0, 1, 2]
    assert widened(call(1, 10_000), NOW, Rules()) == 0
    expert, novice = call(1, 130, needs={PUMPS: 3}), agent(7, skills={PUMPS: 1})
    assert pairs([expert], [novice], rules) == [(1, 7)]
    assert reasons(rank([expert], [novice], NOW, rules), 1)["widened"] == 2
    assert pairs([call(1, 119, needs={PUMPS: 3})], [novice], rules) == []


def test_the_owner_comes_before_who_talked_last_and_both_before_all_others():
    one = call(1, owner=8, last_agent=9)
    assert pairs([one], [agent(7, 900), agent(8, 1), agent(9, 1)]) == [(1, 8)]
    assert pairs([one], [agent(7, 900), agent(9, 1)]) == [(1, 9)]
    found = rank([one], [agent(8)], NOW, Rules())
    assert reasons(found, 1)["owner"] == 1


def test_a_generalist_is_kept_for_whom_only_he_can_help():
    plain, french = call(1, 120), call(2, 60, languages=frozenset({FRENCH}))
    both, german = agent(7, 900, {FRENCH: 2}), agent(8, 1)
    # 7 has been ready longer, but only he can help caller 2
    assert pairs([plain, french], [both, german]) == [(1, 8), (2, 7)]
    # without caller 2 he is the one who has been ready longest
    assert pairs([plain], [both, german]) == [(1, 7)]


def test_no_more_skill_than_needed():
    one = call(1, needs={PUMPS: 1})
    assert pairs([one], [agent(7, 900, {PUMPS: 3}), agent(8, 1, {PUMPS: 1})]) == [(1, 8)]


def test_least_talk_then_longest_ready_then_number():
    assert pairs([call(1)], [agent(7, 900, talked=50), agent(8, 1, talked=40)]) == [(1, 8)]
    assert pairs([call(1)], [agent(7, 10), agent(8, 20)]) == [(1, 8)]
    assert pairs([call(1)], [agent(8, 10), agent(7, 10)]) == [(1, 7)]


def test_who_is_not_ready_gets_nobody():
    assert pairs([call(1)], [agent(7, None)]) == []


def test_a_caller_waits_a_while_for_his_own_agent():
    rules = Rules(hold_seconds=90)
    own_is_busy = [agent(7), agent(8, None)]
    assert pairs([call(1, 60, owner=8)], own_is_busy, rules) == []
    assert pairs([call(1, 90, owner=8)], own_is_busy, rules) == [(1, 7)]
    # he is not on shift: there is nobody to wait for
    assert pairs([call(1, 60, owner=8)], [agent(7)], rules) == [(1, 7)]
    # somebody else is not kept waiting by it
    assert pairs([call(1, 60, owner=8), call(2, 10)], own_is_busy, rules) == [(2, 7)]


def _some(chance):
    return {PUMPS: chance.randint(1, 3)}


def test_each_at_most_once_and_the_order_of_the_input_does_not_matter():
    chance = random.Random(3)
    calls = [
        call(
            n,
            chance.randint(0, 500),
            needs={PUMPS: chance.randint(1, 3)},
            tier=chance.choice("ABC"),
        )
        for n in range(40)
    ]
    agents = [
        agent(100 + n, chance.randint(0, 500), {PUMPS: chance.randint(0, 3)}) for n in range(15)
    ]
    rules = Rules(tiers=TIERS, widen_seconds=120)
    found = rank(calls, agents, NOW, rules)
    assert len({one.call for one in found}) == len({one.agent for one in found}) == len(found)
    known = {one.agent: one for one in agents}
    asked = {one.call: one for one in calls}
    assert all(
        able(known[one.agent], asked[one.call], widened(asked[one.call], NOW, rules))
        for one in found
    )
    for _turn in range(5):
        chance.shuffle(calls)
        chance.shuffle(agents)
        assert rank(calls, agents, NOW, rules) == found


def test_nobody_who_waits_could_have_had_an_agent_who_is_left():
    """Whoever is left over cannot help anybody who is left waiting."""
    chance = random.Random(4)
    for _turn in range(50):
        calls = [
            call(n, chance.randint(0, 99), needs={PUMPS: chance.randint(1, 3)}) for n in range(8)
        ]
        agents = [agent(50 + n, 5, {PUMPS: chance.randint(0, 3)}) for n in range(6)]
        found = rank(calls, agents, NOW, Rules())
        served, taken = {one.call for one in found}, {one.agent for one in found}
        assert not any(
            able(one, other)
            for one in agents if one.agent not in taken
            for other in calls if other.call not in served
        )  # fmt: skip


# --- what falls away, and who is asked again -------------------------------------------------


def test_each_queue_has_its_own_pace():
    # 130 s: every 60 s a level of the rules, of the queue's own every 100 s
    rules = Rules(widen_seconds=60)
    assert widened(call(1, 130), NOW, rules) == 2
    assert widened(call(1, 130, widen=100), NOW, rules) == 1
    assert widened(call(1, 130, widen=0), NOW, rules) == 0
    held = call(1, 60, owner=8, hold=30)
    assert pairs([held], [agent(7), agent(8, None)], Rules(hold_seconds=90)) == [(1, 7)]


def test_a_skill_is_given_up_after_its_time():
    one = call(1, 45, needs={PUMPS: 2, FRENCH: 1}, until={FRENCH: 45})
    assert asked(one, NOW, Rules()) == {PUMPS: 2}
    assert pairs([one], [agent(7, skills={PUMPS: 2})]) == [(1, 7)]
    early = call(1, 44, needs={PUMPS: 2, FRENCH: 1}, until={FRENCH: 45})
    assert pairs([early], [agent(7, skills={PUMPS: 2})]) == []
    found = reasons(rank([one], [agent(7, skills={PUMPS: 2})], NOW, Rules()), 1)
    assert (found["widened"], found["given_up"]) == (0, 1)


def test_who_let_it_ring_out_comes_last_and_not_at_once():
    one = call(1, tried={7: NOW - 9})
    assert pairs([one], [agent(7, 900)]) == []  # ten seconds have to pass
    assert pairs([call(1, tried={7: NOW - 10})], [agent(7, 900)]) == [(1, 7)]
    both = [agent(7, 900), agent(8, 1, talked=500)]
    found = rank([call(1, tried={7: NOW - 60}, owner=7)], both, NOW, Rules())
    assert [(one.call, one.agent) for one in found] == [(1, 8)]
    # others who wait are not kept from him
    assert pairs([call(2, tried={})], [agent(7, 900)]) == [(2, 7)]


def test_a_promise_binds_one_agent():
    assert pairs([call(1, only=8)], [agent(7, 900), agent(8, 1)]) == [(1, 8)]
    assert pairs([call(1, only=8)], [agent(7, 900)]) == []


def test_own_agents_of_whom_one_has_gone_home():
    """The owner is not on shift, who talked last is busy: he is waited for."""
    rules = Rules(hold_seconds=90)
    one = call(1, 60, owner=9, last_agent=8)
    assert pairs([one], [agent(7), agent(8, None)], rules) == []
    # and when the owner is free, nobody is waited for
    assert pairs([one], [agent(7), agent(8, None), agent(9)], rules) == [(1, 9)]


def test_places_of_those_who_wait():
    """5 minutes are 5 points, 2 minutes and tier B are 6."""
    found = in_order([call(1, 300), call(2, 120, tier="B"), call(3, 60)], NOW, Rules(tiers=TIERS))
    assert [one.call for one in found] == [2, 1, 3]


def test_explanation_says_why_not():
    one = call(1, needs={PUMPS: 2}, languages=frozenset({FRENCH}), tried={4: NOW - 1}, last_agent=6)
    full = {PUMPS: 2, FRENCH: 1}
    staff = [
        agent(1, 5, full, [SALES]), agent(2, 5, {PUMPS: 2}), agent(3, 5, {FRENCH: 1}),
        agent(4, 5, full), agent(5, None, full), agent(6, 5, full), agent(7, 5, full),
        agent(8, 9, full),
    ]  # fmt: skip
    found = explain(one, staff, NOW, Rules(), taken=[7])
    assert [(number, why) for number, why, _for in found] == [
        (6, ""), (8, ""), (7, "taken"), (5, "not_ready"), (4, "again"), (3, "skill"),
        (2, "language"), (1, "queue"),
    ]  # fmt: skip
    assert dict(found[0][2]) == {"last_agent": 1, "spare": 0, "talked": 0, "idle": 5}
    # the first of the explanation is whom rank chooses
    assert pairs([one], staff) == [(1, 6)]


def test_callers_alike_are_counted_together():
    """What makes ranking as fast for a thousand as for ten who want the same."""
    crowd = [call(n, n) for n in range(1000)]
    found = rank(crowd, [agent(7), agent(8)], NOW, Rules())
    # the two who have waited longest; 998 others could be helped by each
    assert [(one.call, one.agent) for one in found] == [(999, 7), (998, 8)]
    assert [dict(one.reasons)["others"] for one in found] == [999, 998]
