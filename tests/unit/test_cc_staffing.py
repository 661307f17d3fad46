"""Erlang B, C and A against published values, by hand and by their properties (CC-8).

Sources of the values:

* Erlang B: the usual tables of offered load for a blocking of 1 % (5, 10, 100 lines: 1.361, 4.461,
  84.06 erlangs; e.g. J. R. Boucher, Traffic System Design Handbook, IEEE Press 1992), 15 lines:
  8.108 erlangs (erlang.com, manual of the traffic calculators, "How much traffic can a trunk group
  handle"); logarithms for large systems computed with Mathematica (tests of airbnb's
  capacity planning tools).
* Erlang C: 360 calls per half hour of 240 s, 55 agents, 15 s (mitan.co.uk, "The Erlang-C formula");
  20,000 calls a week, 250 an hour of 330 s, 80 % in 30 s (jonesthenet.com, "Erlang uplift"); 30
  calls an hour to two emergency call takers (al911.org, "Application note: Erlang C call calc");
  100 calls of 3 minutes per half hour, 80 % in 0.33 minutes, shrinkage 30 % (manual of
  pyworkforce).
* Erlang A: 50 agents, 48 calls a minute of one minute, patience two minutes (table 1 of
  A. Mandelbaum and S. Zeltyn, "The Palm/Erlang-A Queue, with Applications to Call Centers",
  Technion 2005).
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm

from odoo.addons.crm_callcenter.tools import staffing
from odoo.addons.crm_callcenter.tools.staffing import Load, Scenario, Target

MINUTE = 60.0


@pytest.mark.parametrize(("lines", "erlangs"), [(5, 1.361), (10, 4.461), (15, 8.108), (100, 84.06)])
def test_published_loads_of_one_per_cent_blocking(lines, erlangs):
    assert staffing.erlang_b(lines, erlangs) == pytest.approx(0.01, abs=2e-5)
    assert staffing.lines_needed(erlangs * 0.999, 0.01) == lines
    assert staffing.lines_needed(erlangs * 1.002, 0.01) == lines + 1


@pytest.mark.parametrize(
    ("lines", "erlangs", "logarithm"),
    [
        (100, 120, -1.62826407041),
        (10_000, 12_000, -1.78927734649),
        (100, 20, -84.1661482002),
        (100, 10_000, -0.01004931575),
    ],
)
def test_published_erlang_b_of_large_systems(lines, erlangs, logarithm):
    assert math.log(staffing.erlang_b(lines, erlangs)) == pytest.approx(logarithm, abs=1e-9)


def test_erlang_b_by_hand():
    # B(1) = 1/(1+1); B(2) = (1/2) / (1 + 1 + 1/2) = 1/5
    assert staffing.erlang_b(1, 1) == pytest.approx(1 / 2)
    assert staffing.erlang_b(2, 1) == pytest.approx(1 / 5)


def test_erlang_c_by_hand():
    # a = 2, n = 3: (8/6 · 3) / (1 + 2 + 2 + 8/6 · 3) = 4/9
    assert staffing.erlang_c(3, 2) == pytest.approx(4 / 9)
    # one agent: the queue M/M/1, where the waiting share is the occupancy
    assert staffing.erlang_c(1, 0.7) == pytest.approx(0.7)


def test_limits_of_the_formulas():
    assert (staffing.erlang_b(0, 3), staffing.erlang_b(0, 0), staffing.erlang_b(4, 0)) == (1, 1, 0)
    assert (staffing.erlang_c(3, 3), staffing.erlang_c(2, 9)) == (1, 1)
    assert (staffing.erlang_c(0, 0), staffing.erlang_c(4, 0)) == (1, 0)
    # far more lines than load: so unlikely that floats have no number for it
    assert staffing.erlang_b(20_000, 10) == 0
    assert staffing.lines_needed(0, 0.01) == 0


def test_published_half_hour_with_360_calls():
    found = staffing.performance(Load(360, 240), 55, 15)
    # E_C = 0.239; 1 − 0.239·e^(−7·15/240) = 0.846; 0.239·240/7 = 8.2 s; 48/55 = 87.3 %
    assert round(found.waiting, 3) == 0.239
    assert round(found.service_level, 3) == 0.846
    assert round(found.asa, 1) == 8.2
    assert round(found.occupancy, 3) == 0.873
    # Little: 360/1800 calls a second · 8.184 s
    assert round(found.queue, 2) == 1.64


def test_published_emergency_call_takers():
    # "fewer than 8 percent of callers will wait more than 10 seconds", with 80 s a call 14 %
    quick = staffing.performance(Load(30, 60, 3600), 2, 10)
    slow = staffing.performance(Load(30, 80, 3600), 2, 10)
    assert round(1 - quick.service_level, 3) == 0.078
    assert round(1 - slow.service_level, 2) == 0.14


def test_published_needs():
    assert staffing.agents_needed(Load(250, 330, 3600), Target(0.8, 30)).agents == 28
    need = staffing.agents_needed(Load(100, 180), Target(0.8, 19.8))
    assert need.agents == 14
    assert round(need.service_level, 3) == 0.888
    assert round(need.occupancy, 3) == 0.714
    assert staffing.scheduled(need.agents, 0.3) == 20


def test_published_erlang_c_beside_erlang_a():
    load = Load(48, MINUTE, MINUTE)
    patient = staffing.performance(load, 50)
    # Erlang C: average wait 20.8 s, 17 in the queue, agents busy 96 %
    assert round(patient.asa, 1) == 20.8
    assert round(patient.queue) == 17
    assert round(patient.occupancy, 2) == 0.96
    # Erlang A: 3.1 % abandon, average wait 3.7 s, 3 in the queue, busy 93 %
    found = staffing.performance(Load(48, MINUTE, MINUTE, patience=2 * MINUTE), 50)
    assert round(found.abandonment, 3) == 0.031
    assert round(found.mean_wait, 1) == 3.7
    assert round(found.queue) == 3
    assert round(found.occupancy, 2) == 0.93


def test_erlang_a_by_hand_with_one_agent():
    # Handling, patience and distance of calls one minute: state k is left downward at rate k, so
    # the number of calls is Poisson(1). Waiting 1 − 1/e; queue and abandonment E(N − 1)⁺ = 1/e.
    found = staffing.performance(Load(1, MINUTE, MINUTE, MINUTE), 1, MINUTE * math.log(2))
    assert found.waiting == pytest.approx(1 - 1 / math.e)
    assert found.queue == pytest.approx(1 / math.e)
    assert found.abandonment == pytest.approx(1 / math.e)
    assert found.mean_wait == pytest.approx(MINUTE / math.e)
    assert found.occupancy == pytest.approx(1 - 1 / math.e)
    # Answered after more than t: 1 − e^(−u) (1 + u), u = e^(−t); at t = ln 2: 1 − 1.5·e^(−½)
    late = 1 - 1.5 * math.exp(-0.5)
    assert found.service_level == pytest.approx(1 - 1 / math.e - late)
    assert found.service_level_answered == pytest.approx(1 - late / (1 - 1 / math.e))
    # Integral over t: Σ (−1)^k (k − 1) / (k k!) from k = 2 = 0.164479 minutes, of 1 − 1/e answered
    assert found.asa == pytest.approx(MINUTE * 0.164479 / (1 - 1 / math.e), rel=1e-5)


@pytest.mark.parametrize(("agents", "erlangs"), [(3, 5.0), (20, 18.0), (40, 90.0), (300, 290.0)])
def test_patience_like_handling_makes_a_poisson_number_of_calls(agents, erlangs):
    # then the abandoned are E(N − n)⁺ / a with N ~ Poisson(a), added up term by term
    found = staffing.performance(Load(erlangs, MINUTE, MINUTE, MINUTE), agents)
    more = sum(
        (number - agents) * math.exp(number * math.log(erlangs) - erlangs - math.lgamma(number + 1))
        for number in range(agents + 1, 1200)
    )
    assert found.abandonment == pytest.approx(more / erlangs, rel=1e-9)


@pytest.mark.parametrize(
    ("agents", "calls", "handling", "patience", "seconds"),
    [(3, 50, 180, 60, 20), (8, 60, 240, 600, 45), (12, 60, 240, 90, 5)],
)
def test_erlang_a_against_the_chain_of_one_waiting_call(agents, calls, handling, patience, seconds):
    # Another way to the same figures: a call at place j of the queue moves up when one of the
    # agents ends or one of the j − 1 before it hangs up, and leaves by its own patience; states
    # of the whole system from the product of birth and death rates. An hour of calls.
    rate, service, leaving, places = calls / 3600, 1 / handling, 1 / patience, 120
    births = [1.0]
    for state in range(1, agents + places):
        down = min(state, agents) * service + max(0, state - agents) * leaving
        births.append(births[-1] * rate / down)
    chance = np.array(births) / sum(births)
    chain = np.zeros((places + 1, places + 1))
    for place in range(1, places + 1):
        up = agents * service + (place - 1) * leaving
        chain[place, place - 1], chain[place, place] = up, -up - leaving
    in_time = expm(chain * seconds)[1:, 0] @ chance[agents:]
    # E(wait; answered) solves chain · x = −P(answered)
    inner = chain[1:, 1:]
    answered = np.linalg.solve(inner, -chain[1:, 0])
    waited = np.linalg.solve(inner, -answered)
    all_answered = chance[:agents].sum() + answered @ chance[agents:]

    found = staffing.performance(Load(calls, handling, 3600, patience), agents, seconds)
    assert found.waiting == pytest.approx(chance[agents:].sum())
    assert found.service_level == pytest.approx(chance[:agents].sum() + in_time)
    assert found.abandonment == pytest.approx(1 - all_answered)
    assert found.asa == pytest.approx(waited @ chance[agents:] / all_answered)


def test_erlang_a_becomes_erlang_c_with_endless_patience():
    endless = staffing.performance(Load(360, 240, patience=1e8), 55, 15)
    patient = staffing.performance(Load(360, 240), 55, 15)
    for name in ("waiting", "service_level", "service_level_answered", "asa", "occupancy"):
        assert getattr(endless, name) == pytest.approx(getattr(patient, name), rel=1e-4)
    assert endless.abandonment < 1e-6


def test_erlang_a_becomes_erlang_b_without_patience():
    found = staffing.performance(Load(360, 240, patience=1e-6), 50, 0)
    assert found.abandonment == pytest.approx(staffing.erlang_b(50, 48), rel=1e-5)


def test_overload_without_hanging_up_has_no_end():
    found = staffing.performance(Load(360, 240), 48)
    assert not found.stable
    assert (found.waiting, found.service_level, found.occupancy) == (1, 0, 1)
    assert (found.asa, found.mean_wait, found.queue) == (None, None, None)
    assert not Target(0.01).met_by(found)
    # nobody hangs up, and still nothing is kept
    assert found.abandonment == 0
    assert not Target(abandonment=0.5).met_by(found)


def test_overload_with_hanging_up_loses_what_is_too_much():
    # 480 erlangs, 50 agents always busy: 1 − 50/480 hang up; Little: wait = share · patience
    found = staffing.performance(Load(480, MINUTE, MINUTE, 2 * MINUTE), 50)
    assert found.stable
    assert found.abandonment == pytest.approx(1 - 50 / 480)
    assert found.mean_wait == pytest.approx(2 * MINUTE * (1 - 50 / 480))
    # who is answered has waited until the calls were thinned to what 50 can take: ≈ ln(9.6) · 2 min
    assert found.asa == pytest.approx(2 * MINUTE * math.log(480 / 50), rel=0.01)


def test_nobody_there():
    found = staffing.performance(Load(10, 60, patience=90), 0)
    assert (found.waiting, found.service_level, found.abandonment) == (1, 0, pytest.approx(1))
    assert (found.asa, found.service_level_answered, found.occupancy) == (None, None, None)
    assert not staffing.performance(Load(10, 60), 0).stable


def test_no_calls_is_not_a_hundred_per_cent():
    found = staffing.performance(Load(0, 60), 5)
    assert found.occupancy == 0
    assert (found.service_level, found.waiting, found.asa, found.abandonment) == (None,) * 4
    assert staffing.performance(Load(0, 60), 0).occupancy is None
    need = staffing.agents_needed(Load(0, 60), Target(0.8))
    assert need.agents == 0
    assert Target(0.8).met_by(found)


@pytest.mark.parametrize("patience", [None, 30.0, 180.0, 1200.0])
def test_more_agents_never_make_a_figure_worse(patience):
    rows = [
        staffing.performance(Load(200, 210, patience=patience), agents, 20)
        for agents in range(26, 45)
    ]
    for fewer, more in pairwise(rows):
        assert more.waiting < fewer.waiting
        assert more.service_level > fewer.service_level
        assert more.service_level_answered > fewer.service_level_answered
        assert more.asa < fewer.asa
        assert more.occupancy < fewer.occupancy
        assert more.abandonment <= fewer.abandonment


@pytest.mark.parametrize("patience", [None, 60.0])
def test_more_calls_never_make_a_figure_better(patience):
    rows = [
        staffing.performance(Load(calls, 210, patience=patience), 30)
        for calls in (50, 150, 200, 240)
    ]
    for less, more in pairwise(rows):
        assert more.waiting > less.waiting
        assert more.service_level < less.service_level
        assert more.asa > less.asa


@pytest.mark.parametrize("agents", [1, 7, 30, 55])
def test_a_longer_threshold_is_kept_more_often(agents):
    load = Load(200, 210, patience=120)
    levels = [
        staffing.performance(load, agents, seconds).service_level
        for seconds in (0, 5, 20, 60, 3600, 1e9)
    ]
    assert levels == sorted(levels)
    whole = staffing.performance(load, agents)
    # at once: those who do not wait; in the end: all that do not hang up
    assert levels[0] == pytest.approx(1 - whole.waiting, abs=1e-12)
    assert levels[-1] == pytest.approx(1 - whole.abandonment)


@pytest.mark.parametrize(
    ("load", "target"),
    [
        (Load(200, 210), Target(0.8, 20)),
        (Load(200, 210), Target(asa=5)),
        (Load(200, 210), Target(occupancy=0.8)),
        (Load(200, 210, patience=90), Target(0.9, 10)),
        (Load(200, 210, patience=90), Target(abandonment=0.03)),
        (Load(200, 210, patience=90), Target(0.8, 20, asa=3, occupancy=0.9, abandonment=0.05)),
        (Load(0.1, 10), Target(0.5)),
    ],
)
def test_the_need_is_the_least_number_that_keeps_the_target(load, target):
    found = staffing.agents_needed(load, target)
    first = next(
        agents
        for agents in range(1, 200)
        if target.met_by(staffing.performance(load, agents, target.threshold))
    )
    assert found.agents == first
    assert found == staffing.performance(load, first, target.threshold)


def test_each_target_alone_and_the_strictest_of_them():
    # 48 erlangs. Busy 80 % at most: 48/0.8 = 60 agents, more than 80/20 asks for
    load = Load(360, 240)
    assert staffing.agents_needed(load, Target(occupancy=0.8)).agents == 60
    by_level = staffing.agents_needed(load, Target(0.8, 20)).agents
    assert by_level < 60
    assert staffing.agents_needed(load, Target(0.8, 20, occupancy=0.8)).agents == 60


def test_patience_saves_agents():
    target = Target(0.8, 20)
    assert (
        staffing.agents_needed(Load(360, 240, patience=120), target).agents
        < staffing.agents_needed(Load(360, 240), target).agents
    )


def test_thousands_of_agents():
    # 5,000 erlangs; the square root rule: n ≈ a + β√a, β for 80 % in 20 s under 1
    need = staffing.agents_needed(Load(30_000, 300), Target(0.8, 20))
    assert 5000 < need.agents < 5000 + math.sqrt(5000)
    assert need.service_level >= 0.8
    with_patience = staffing.agents_needed(Load(30_000, 300, patience=120), Target(0.8, 20))
    assert 0.8 <= with_patience.service_level < 0.801
    assert with_patience.agents < need.agents
    largest = staffing.performance(Load(300_000, 300, patience=600), 50_000)
    assert 0 < largest.abandonment < 0.01


def test_shrinkage():
    # 14/0.7 = 20 exactly; 15/0.7 = 21.4; 100/0.9 = 111.1
    assert staffing.scheduled(14, 0.3) == 20
    # 30, which floats make 30.000000000000004: nobody is hired for that
    assert staffing.scheduled(21, 0.3) == 30
    assert staffing.scheduled(15, 0.3) == 22
    assert staffing.scheduled(100, 0.1) == 112
    assert (staffing.scheduled(7), staffing.scheduled(0, 0.5)) == (7, 0)


def test_plan_of_a_day():
    rows = staffing.plan([Load(0, 240), Load(100, 180), Load(360, 240)], Target(0.8, 20), 0.3)
    # 48 erlangs, factorials written out: 53 agents answer 75.2 % in time, 54 do 81.7 %
    assert [row.found.agents for row in rows] == [0, 14, 54]
    # 54/0.7 = 77.1
    assert [row.scheduled for row in rows] == [0, 20, 78]


def test_what_if_table_by_agents():
    rows = staffing.what_if_agents(Load(360, 240), [48, 55], 15, 0.3)
    assert [row.name for row in rows] == ["48", "55"]
    assert [row.found.stable for row in rows] == [False, True]
    assert [row.scheduled for row in rows] == [69, 79]


def test_what_if_scenarios():
    scenarios = [
        Scenario("as forecast"),
        Scenario("20 % more calls", calls=1.2),
        Scenario("calls 10 % shorter", handling=0.9),
        Scenario("they hang up", patience=60.0),
        Scenario("influenza", shrinkage=0.5),
    ]
    rows = staffing.what_if(Load(360, 240), Target(0.8, 20), scenarios, 0.3)
    usual, more, shorter, impatient, ill = rows
    assert [row.name for row in rows] == [scenario.name for scenario in scenarios]
    assert more.load == Load(432, 240)
    assert shorter.load.erlangs == pytest.approx(43.2)
    assert more.found.agents > usual.found.agents > shorter.found.agents
    assert impatient.found.abandonment > 0 == usual.found.abandonment
    assert (ill.found.agents, ill.scheduled) == (usual.found.agents, 2 * usual.found.agents)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Load(-1, 60),
        lambda: Load(math.nan, 60),
        lambda: Load(math.inf, 60),
        lambda: Load("12", 60),
        lambda: Load(True, 60),
        lambda: Load(10, 0),
        lambda: Load(10, None),
        lambda: Load(10, 60, 0),
        lambda: Load(10, 60, 1800, 0),
        lambda: Load(10, 60, 1800, -5),
        lambda: Load(1e9, 600),
        Target,
        lambda: Target(1.0),
        lambda: Target(80),
        lambda: Target(0.8, -1),
        lambda: Target(asa=0),
        lambda: Target(occupancy=1.2),
        lambda: Target(abandonment=0),
        lambda: staffing.erlang_b(2.5, 1),
        lambda: staffing.erlang_b(-1, 1),
        lambda: staffing.erlang_b(10**9, 1),
        lambda: staffing.erlang_c(3, -1),
        lambda: staffing.lines_needed(3, 0),
        lambda: staffing.lines_needed(3, 1),
        lambda: staffing.scheduled(10, 1),
        lambda: staffing.scheduled(10, -0.1),
        lambda: staffing.performance(Load(10, 60), 1, math.nan),
        lambda: staffing.performance(Load(10, 60, patience=1e15), 1),
        lambda: staffing.agents_needed(Load(10, 60), Target(abandonment=0.05)),
        lambda: staffing.agents_needed(Load(300_000, 300), Target(occupancy=0.0001)),
    ],
)
def test_bad_input_is_refused_with_a_reason(make):
    with pytest.raises(ValueError, match=r"^\S.+\.$"):
        make()


def test_the_reason_names_the_figure():
    with pytest.raises(ValueError, match=r"Handling must be above 0, not 0\."):
        Load(10, 0)
    with pytest.raises(ValueError, match="offered load must be from 0 to 50000 erlangs"):
        Load(1e9, 600)
