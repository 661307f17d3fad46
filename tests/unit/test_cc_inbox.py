"""Mail, forms, faxes, chats and call-backs find their agent as calls do (CC-7); worked by hand."""

import pytest

from odoo.addons.crm_callcenter.tools.inbox import Contact, Desk, is_over, offers
from odoo.addons.crm_callcenter.tools.routing import Agent, Rules, Waiting

NOW = 100_000.0
RULES = Rules()
PUMPS, FRENCH = 7, 8


def contact(number, kind="mail", *, queue=1, waited=60, circle="", **more):
    return Contact(Waiting(number, queue, NOW - waited, **more), kind, circle)


def desk(number, *, mail=3, chat=2, queues=(1,), ready=30, skills=None, circles=("",), load=0):
    since = None if ready is None else NOW - ready
    agent = Agent(number, skills or {}, frozenset(queues), since, load=load)
    return Desk(agent, {"mail": mail, "chat": chat}, frozenset(circles))


def pairs(contacts, desks):
    return [(choice.call, choice.agent) for choice in offers(contacts, desks, NOW, RULES)]


def test_each_gets_one_before_anybody_gets_two():
    waiting = [contact(n, waited=100 - n) for n in (1, 2, 3)]
    found = pairs(waiting, [desk(11, ready=50), desk(12, ready=40)])
    assert found == [(1, 11), (2, 12), (3, 11)]


def test_nobody_gets_more_than_he_has_room_for():
    waiting = [contact(n, waited=100 - n) for n in range(1, 6)]
    assert pairs(waiting, [desk(11, mail=2), desk(12, mail=1)]) == [(1, 11), (2, 12), (3, 11)]


@pytest.mark.parametrize("room", [0, -2])
def test_without_room_nothing(room):
    assert pairs([contact(1)], [desk(11, mail=room)]) == []


def test_mails_and_chats_have_room_of_their_own():
    waiting = [contact(1), contact(2, "chat"), contact(3, "chat")]
    found = pairs(waiting, [desk(11, mail=0, chat=1)])
    assert found == [(2, 11)]


def test_the_longest_waiting_is_first_and_points_count():
    waiting = [contact(1, waited=60), contact(2, waited=120), contact(3, waited=60, points=10)]
    assert pairs(waiting, [desk(11, mail=2)]) == [(3, 11), (2, 11)]


def test_skills_and_queues_as_for_calls():
    french = contact(1, needs={FRENCH: 2})
    able = desk(12, skills={FRENCH: 3}, ready=1)
    assert pairs([french], [desk(11, skills={FRENCH: 1}), able]) == [(1, 12)]
    assert pairs([french], [desk(11), desk(12, queues=(2,), skills={FRENCH: 3})]) == []


def test_who_is_not_ready_gets_nothing():
    assert pairs([contact(1)], [desk(11, ready=None)]) == []


def test_who_declined_comes_last_and_not_at_once():
    again = contact(1, tried={11: NOW - 60})
    assert pairs([again], [desk(11), desk(12, ready=1)]) == [(1, 12)]
    assert pairs([contact(1, tried={11: NOW - 5})], [desk(11)]) == []
    assert pairs([again], [desk(11)]) == [(1, 11)]


def test_only_who_has_a_right_to_it():
    request = contact(1, circle="service")
    may = desk(12, circles=("", "service"), ready=1)
    assert pairs([request], [desk(11), may]) == [(1, 12)]


def test_who_has_less_in_work_comes_first():
    quick, expert = desk(11, load=2, ready=90), desk(12, load=1, skills={PUMPS: 4})
    assert pairs([contact(1, needs={})], [quick, expert]) == [(1, 12)]
    mine = contact(1, owner=11)
    assert pairs([mine], [quick, expert]) == [(1, 11)]  # whoever knows the matter is before that


def test_what_was_just_given_counts_too():
    waiting = [contact(n, waited=100 - n, needs={PUMPS: 1}) for n in (1, 2)]
    expert, able = desk(11, skills={PUMPS: 4}, load=0), desk(12, skills={PUMPS: 1}, load=1)
    assert pairs(waiting, [expert, able]) == [(1, 11), (2, 12)]


def test_the_same_whatever_the_order_it_is_given_in():
    waiting = [contact(n, waited=n) for n in range(1, 8)]
    desks = [desk(n, ready=n, mail=2) for n in (11, 12, 13)]
    expected = pairs(waiting, desks)
    assert pairs(waiting[::-1], desks[::-1]) == expected
    assert len(expected) == 6


def test_an_offer_ends():
    assert is_over(NOW, NOW)
    assert not is_over(NOW + 1, NOW)
    assert not is_over(None, NOW)
