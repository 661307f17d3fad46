"""Figures of the call centre from counts and seconds (CC-4, CC-8, CC-9), worked out by hand."""

import math
from dataclasses import asdict, astuple

import pytest

from odoo.addons.crm_callcenter.tools import call_measures as measures
from odoo.addons.crm_callcenter.tools.call_measures import AgentTime, Calls, Menu

DAY = 86_400.0

#: 200 offered, 40 more contained in the IVR
CALLS = Calls(
    answered=140,
    answered_in_time=112,
    abandoned=20,
    abandoned_in_time=4,
    short_abandoned=6,
    busy=10,
    no_answer=8,
    rejected=2,
    failed=4,
    ivr_contained=40,
    callback_requested=7,
    voicemail=3,
    transferred=21,
    waited_answered=2800,
    waited_abandoned=1480,
    waited_short=18,
)
TIME = AgentTime(talk=21_000, hold=2_800, wrap_up=4_200, ringing=1_000, ready=6_000, paused=5_000)


def test_offered_are_all_that_wanted_an_agent():
    # 140 + 20 + 6 + 10 + 8 + 2 + 4 + 7 + 3
    assert (CALLS.offered, CALLS.all) == (200, 240)


def test_average_speed_of_answer_and_average_wait():
    # of the answered 2,800 s / 140; of all who waited (2,800 + 1,480 + 18) s / (140 + 20 + 6)
    assert measures.average_speed_of_answer(CALLS) == 20
    assert measures.average_wait(CALLS) == pytest.approx(4298 / 166)


def test_service_level_by_each_formula():
    # 112/140; 112/160; (112 + 4)/160: one day, three figures
    found = measures.service_level(CALLS)
    assert found.of_answered == pytest.approx(0.8)
    assert found.of_offered == pytest.approx(0.7)
    assert found.of_offered_asterisk == pytest.approx(0.725)


def test_service_level_of_a_queue_where_all_give_up():
    found = measures.service_level(Calls(abandoned=5, abandoned_in_time=5))
    assert (found.of_answered, found.of_offered, found.of_offered_asterisk) == (None, 0, 1)


def test_share_not_connected_and_its_parts():
    # (20 + 6 + 10 + 10 + 4)/200; diverted (7 + 3)/200 are not lost
    found = measures.not_connected(CALLS)
    assert found == measures.NotConnected(0.25, 0.1, 0.03, 0.05, 0.05, 0.02, 0.05)
    parts = (found.abandoned, found.short_abandoned, found.busy, found.unanswered, found.failed)
    assert math.fsum(parts) == pytest.approx(found.total)


def test_handling_time_and_its_parts():
    # 21,000/140, 2,800/140, 4,200/140
    assert measures.handling_time(TIME, 140) == measures.Handling(150, 20, 30, 200)


def test_occupancy_leaves_pauses_out_and_utilization_does_not():
    # handled 28,000 s of 28,000 + 1,000 + 6,000, of 40,000 with pauses
    assert measures.occupancy(TIME) == pytest.approx(0.8)
    assert measures.utilization(TIME) == pytest.approx(0.7)
    assert measures.occupancy(AgentTime(ready=60)) == 0
    assert measures.occupancy(AgentTime(paused=60)) is None


def test_transfer_rate_and_cost_per_contact():
    assert measures.transfer_rate(CALLS) == pytest.approx(0.15)
    assert measures.cost_per_contact(9600.0, CALLS.all) == 40
    assert measures.cost_per_contact(None, 12) is None
    assert measures.cost_per_contact(12.0, 0) is None


def test_ivr_containment_and_self_service():
    assert measures.ivr_containment(40, 160) == 0.25
    # Cisco: 70 % solved on line
    assert measures.self_service_share(700, 1000) == pytest.approx(0.7)
    assert measures.ivr_containment(0, 0) is None
    assert measures.self_service_share(0, 0) is None
    assert measures.ivr_containment(0, 9) == 0


def test_exits_of_a_menu():
    found = measures.menu_exits(
        Menu(entered=50, contained=20, to_agent=15, to_menu=5, hung_up=4, timed_out=1)
    )
    assert found == measures.MenuExits(0.4, 0.3, 0.1, 0.08, 0.02, 0.1)
    assert math.fsum(astuple(found)) == pytest.approx(1)


def test_a_menu_that_nobody_entered():
    assert set(astuple(measures.menu_exits(Menu()))) == {None}


def test_no_calls_is_not_zero_per_cent():
    found = asdict(measures.measures(Calls(), AgentTime(), cost=100.0))
    assert found.pop("offered") == 0
    flat = [
        value
        for entry in found.values()
        for value in (entry.values() if isinstance(entry, dict) else [entry])
    ]
    assert len(flat) == 20
    assert set(flat) == {None}


def test_all_figures_at_once():
    found = measures.measures(CALLS, TIME, ivr_entered=160, cost=9600.0)
    assert found.offered == 200
    assert found.average_speed_of_answer == 20
    assert found.service_level == measures.service_level(CALLS)
    assert found.not_connected.total == 0.25
    assert found.ivr_containment == 0.25
    assert found.handling_time.total == 200
    assert found.occupancy == pytest.approx(0.8)
    assert found.transfer_rate == pytest.approx(0.15)
    assert found.cost_per_contact == 40


def test_counts_add_up_and_figures_follow_the_sum():
    # 9 of 10 and 10 of 90 in time: 19 % together, not the mean of 90 % and 11 %
    quiet = Calls(answered=10, answered_in_time=9, waited_answered=50)
    rush = Calls(answered=90, answered_in_time=10, waited_answered=9_000)
    both = sum([rush], quiet)
    assert measures.service_level(both).of_answered == pytest.approx(0.19)
    assert measures.average_speed_of_answer(both) == pytest.approx(90.5)
    assert AgentTime(talk=5) + AgentTime(talk=2, ready=1) == AgentTime(talk=7, ready=1)


def test_counts_of_different_kinds_do_not_add_up():
    with pytest.raises(TypeError):
        Calls() + AgentTime()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Calls(answered=-1), "answered must be a number from 0, not -1"),
        (lambda: Calls(busy=None), "busy must be a number"),
        (lambda: Calls(waited_answered=math.nan), "waited_answered must be a number"),
        (lambda: Calls(answered=True), "answered must be a number"),
        (lambda: Calls(answered=3, answered_in_time=4), "cannot be more than answered"),
        (lambda: Calls(abandoned=3, abandoned_in_time=4), "cannot be more than abandoned"),
        (lambda: Calls(answered=3, transferred=4), "transferred .4. cannot be more"),
        (lambda: AgentTime(hold=-0.1), "hold must be a number"),
        (lambda: Menu(entered=3, contained=2, hung_up=2), "4 exits .* entered 3 times"),
        (lambda: measures.ivr_containment(4, 3), "contained .4. must be from 0 to entered"),
        (lambda: measures.self_service_share(-1, 3), "solved .-1. must be from 0"),
        (lambda: measures.adherence([(5, 2)], []), "ends .2. before it starts .5."),
        (lambda: measures.first_contact_resolution([], 0, 9), "window must be above 0"),
    ],
)
def test_bad_input_is_refused_with_a_reason(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()


def test_adherence_of_a_late_start_and_a_long_break():
    # planned 0–100 and 120–200: 180 s. Worked 10–60, 70–130, 190–230: kept 50 + 30 + 10 + 10
    found = measures.adherence([(0, 100), (120, 200)], [(190, 230), (10, 60), (70, 130)])
    assert found.scheduled == 180
    assert found.kept == 100
    assert found.share == pytest.approx(100 / 180)
    # 100–120 and 200–230
    assert found.outside == 50


def test_adherence_counts_overlaps_once():
    found = measures.adherence([(0, 60), (30, 100), (100, 110)], [(0, 110), (5, 50)])
    assert (found.scheduled, found.kept, found.share, found.outside) == (110, 110, 1, 0)


def test_adherence_without_a_schedule():
    found = measures.adherence([], [(0, 50)])
    assert (found.share, found.outside) == (None, 50)
    assert measures.adherence([(0, 50)], []).share == 0


def test_first_contact_resolution():
    contacts = [
        ("solved", 1 * DAY),
        # comes back after three days: the first one did not solve it, the second is none
        ("again", 2 * DAY),
        ("again", 5 * DAY),
        # comes back after ten days, longer than the window: two first contacts, both solved
        ("later", 3 * DAY),
        ("later", 13 * DAY),
        # its seven days are not over
        ("new", 18 * DAY),
    ]
    found = measures.first_contact_resolution(reversed(contacts), 7 * DAY, 20 * DAY)
    assert (found.judged, found.resolved, found.share) == (4, 3, 0.75)


def test_a_return_at_the_end_of_the_window_counts():
    contacts = [("matter", 0.0), ("matter", 7 * DAY)]
    found = measures.first_contact_resolution(contacts, 7 * DAY, 30 * DAY)
    assert (found.judged, found.resolved) == (1, 0)


def test_nothing_to_judge_is_not_zero():
    assert measures.first_contact_resolution([], DAY, DAY).share is None
    assert measures.first_contact_resolution([("new", 0.5 * DAY)], DAY, DAY).share is None
