"""Contact policy (C360-2, ROI-1): exact moments worked out by hand. All moments are naive UTC."""

from datetime import datetime, timedelta

import pytest
import pytz

from odoo.addons.crm_customer_insight.tools.contact_policy import (
    Contact,
    Decision,
    PressureRule,
    QuietHours,
    Touch,
    decide,
    format_quiet_hours,
    newest,
    parse_quiet_hours,
    quiet_until,
)

PHONE, EMAIL = 1, 2
NOON = datetime(2026, 3, 4, 12, 0)
BERLIN = pytz.timezone("Europe/Berlin")
NEW_YORK = pytz.timezone("America/New_York")
SHANGHAI = pytz.timezone("Asia/Shanghai")


def contact(**values):
    return Contact(**{"permission": "granted", **values})


def rule(limit, days, **values):
    return PressureRule(1, "Rule", limit, timedelta(days=days), **values)


def codes(decision):
    return [reason.code for reason in decision.reasons]


def quiet(start, end, zone):
    return contact(quiet=QuietHours.from_hours(start, end), zone=zone)


# Standing reasons


def test_a_granted_contact_may_be_contacted_now():
    assert decide(contact(), PHONE, [], NOON) == Decision(True, NOON, ())


@pytest.mark.parametrize(
    ("values", "marketing", "service"),
    [
        ({"active": False}, ["archived"], ["archived"]),
        ({"has_address": False}, ["no_address"], ["no_address"]),
        ({"blacklisted": True}, ["blacklisted"], ["blacklisted"]),
        ({"permission": "denied"}, ["denied"], []),
        ({"permission": None}, ["no_permission"], []),
        (
            {"active": False, "has_address": False, "permission": "denied"},
            ["archived", "no_address", "denied"],
            ["archived", "no_address"],
        ),
    ],
)
def test_standing_reasons_for_marketing_and_service(values, marketing, service):
    offer = decide(contact(**values), PHONE, [], NOON)
    answer = decide(contact(**values), PHONE, [], NOON, marketing=False)
    assert codes(offer) == marketing
    assert codes(answer) == service
    assert offer.earliest is None
    assert answer.earliest == (None if service else NOON)


def test_a_channel_that_needs_no_permission_still_respects_a_denial():
    silent = decide(contact(permission=None), PHONE, [], NOON, needs_permission=False)
    denied = decide(contact(permission="denied"), PHONE, [], NOON, needs_permission=False)
    assert silent.allowed
    assert codes(denied) == ["denied"]


def test_evidence_of_a_denial_is_handed_through():
    decision = decide(contact(permission="denied", evidence={"inherited": True}), PHONE, [], NOON)
    assert decision.reasons[0].data == {"inherited": True}


# Quiet hours


def test_equal_hours_mean_no_quiet_hours():
    assert QuietHours.from_hours(0, 0) is None
    assert QuietHours.from_hours(None, None) is None
    assert QuietHours.from_hours(8, 8) is None


def test_hours_are_read_to_the_minute():
    assert QuietHours.from_hours(22.5, 7.25) == QuietHours(1350, 435)


@pytest.mark.parametrize(
    ("text", "hours", "written"),
    [
        ("22:30-8", (22.5, 8), "22:30-08:00"),
        (" 9 – 17:15 ", (9, 17.25), "09:00-17:15"),
        ("22：00～8：00", (22, 8), "22:00-08:00"),
        ("0-0", (0, 0), ""),
        ("", (0, 0), ""),
        (None, (0, 0), ""),
    ],
)
def test_quiet_hours_as_text(text, hours, written):
    assert parse_quiet_hours(text) == hours
    assert format_quiet_hours(*hours) == written


@pytest.mark.parametrize("text", ["night", "22", "24-8", "22:60-8", "22-8-9", "-8", "22:5-8"])
def test_quiet_hours_that_cannot_be_read(text):
    with pytest.raises(ValueError, match=text):
        parse_quiet_hours(text)


@pytest.mark.parametrize(
    ("minute", "covered"),
    [(779, False), (780, True), (839, True), (840, False)],
)
def test_quiet_over_lunch_includes_its_start_and_not_its_end(minute, covered):
    assert QuietHours(780, 840).covers(minute) is covered


@pytest.mark.parametrize(
    ("minute", "covered"),
    [(1319, False), (1320, True), (0, True), (479, True), (480, False)],
)
def test_quiet_over_midnight(minute, covered):
    assert QuietHours(1320, 480).covers(minute) is covered


def test_evening_in_shanghai_waits_for_the_next_morning():
    # 14:30 UTC is 22:30 in Shanghai (UTC+8); quiet ends at 08:00 = 00:00 UTC the next day
    decision = decide(quiet(22, 8, SHANGHAI), PHONE, [], datetime(2026, 3, 4, 14, 30))
    assert codes(decision) == ["quiet_hours"]
    assert decision.earliest == datetime(2026, 3, 5, 0, 0)


def test_small_hours_wait_for_the_same_morning():
    # 20:00 UTC is 04:00 in Shanghai on the 5th; quiet ends at 08:00 = 00:00 UTC of the 5th
    assert quiet_until(datetime(2026, 3, 4, 20, 0), quiet(22, 8, SHANGHAI)) == datetime(2026, 3, 5)


def test_the_first_and_last_second_of_quiet():
    person = quiet(22, 8, SHANGHAI)
    assert quiet_until(datetime(2026, 3, 4, 13, 59, 59), person) == datetime(2026, 3, 4, 13, 59, 59)
    assert quiet_until(datetime(2026, 3, 4, 14, 0), person) == datetime(2026, 3, 5)
    assert quiet_until(datetime(2026, 3, 4, 23, 59, 59, 5), person) == datetime(2026, 3, 5)
    assert quiet_until(datetime(2026, 3, 5), person) == datetime(2026, 3, 5)


def test_quiet_hours_stop_service_too():
    assert not decide(quiet(22, 8, SHANGHAI), PHONE, [], datetime(2026, 3, 4, 20), False).allowed


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, SHANGHAI, pytz.utc])
def test_quiet_until_midnight_ends_at_midnight(zone):
    local = zone.localize(datetime(2026, 1, 14, 21, 0))
    midnight = zone.localize(datetime(2026, 1, 15, 0, 0))
    until = quiet_until(local.astimezone(pytz.utc).replace(tzinfo=None), quiet(20, 0, zone))
    assert until == midnight.astimezone(pytz.utc).replace(tzinfo=None)


def test_night_in_which_new_york_puts_the_clock_forward():
    # 8 March 2026, 02:00 EST -> 03:00 EDT. 23:00 EST = 04:00 UTC; 08:00 EDT = 12:00 UTC, 8 h later
    assert quiet_until(datetime(2026, 3, 8, 4), quiet(22, 8, NEW_YORK)) == datetime(2026, 3, 8, 12)


def test_night_in_which_new_york_puts_the_clock_back():
    # 1 November 2026, 02:00 EDT -> 01:00 EST. 23:00 EDT = 03:00 UTC; 08:00 EST = 13:00 UTC, 10 h
    assert quiet_until(datetime(2026, 11, 1, 3), quiet(22, 8, NEW_YORK)) == datetime(
        2026, 11, 1, 13
    )


def test_quiet_that_ends_in_the_hour_that_does_not_exist_ends_at_the_jump():
    # Berlin, 29 March 2026: after 01:59:59 (UTC+1) comes 03:00 (UTC+2), at 01:00 UTC
    person = quiet(22, 2.5, BERLIN)
    assert quiet_until(datetime(2026, 3, 28, 22), person) == datetime(2026, 3, 29, 1)


def test_quiet_that_ends_in_the_repeated_hour_is_quiet_twice():
    # Berlin, 25 October 2026: 03:00 (UTC+2) becomes 02:00 (UTC+1), at 01:00 UTC
    person = quiet(22, 2.5, BERLIN)
    assert quiet_until(datetime(2026, 10, 24, 21), person) == datetime(2026, 10, 25, 0, 30)
    assert quiet_until(datetime(2026, 10, 25, 0, 45), person) == datetime(2026, 10, 25, 0, 45)
    assert quiet_until(datetime(2026, 10, 25, 1, 0), person) == datetime(2026, 10, 25, 1, 30)


def test_quiet_that_ends_with_the_change_back():
    # quiet until 03:00, which comes once: 02:00 UTC
    assert quiet_until(datetime(2026, 10, 24, 22), quiet(22, 3, BERLIN)) == datetime(
        2026, 10, 25, 2
    )


# Contact pressure


def at(*days_ago, channel=PHONE, company=None):
    return tuple(Touch(NOON - timedelta(days=days), channel, company) for days in days_ago)


def test_one_a_week_frees_exactly_a_week_later():
    decision = decide(contact(touches=at(2)), PHONE, [rule(1, 7)], NOON)
    assert codes(decision) == ["pressure"]
    assert decision.earliest == NOON + timedelta(days=5)
    assert decision.reasons[0].data["count"] == 1


def test_the_window_slides_to_the_second():
    touched = contact(touches=(Touch(NOON - timedelta(days=7), PHONE),))
    assert decide(touched, PHONE, [rule(1, 7)], NOON).allowed
    second_before = decide(touched, PHONE, [rule(1, 7)], NOON - timedelta(seconds=1))
    assert second_before.earliest == NOON


def test_three_in_thirty_days_frees_when_the_third_newest_leaves():
    # touches 25, 20, 10, 1 days ago, at most 3: two must leave; that of 20 days ago leaves in 10
    decision = decide(contact(touches=at(1, 25, 10, 20)), PHONE, [rule(3, 30)], NOON)
    assert decision.reasons[0].data["count"] == 4
    assert decision.earliest == NOON + timedelta(days=10)


def test_a_rule_of_a_channel_counts_and_stops_that_channel_only():
    touched = contact(touches=at(1, channel=EMAIL))
    rules = [rule(1, 7, channel=EMAIL)]
    assert not decide(touched, EMAIL, rules, NOON).allowed
    assert decide(touched, PHONE, rules, NOON).allowed


def test_a_rule_over_all_channels_counts_every_channel_and_no_paperwork():
    # two count (1 and 3 days ago), the invoice of 5 days ago does not; that of 3 days leaves in 4
    touched = contact(touches=at(1, channel=EMAIL) + at(3) + at(5, channel=None))
    assert decide(touched, PHONE, [rule(2, 7)], NOON).earliest == NOON + timedelta(days=4)
    assert decide(touched, PHONE, [rule(3, 7)], NOON).allowed


def test_rules_of_tier_and_in_general_hold_together_and_the_strictest_wins():
    rules = [rule(5, 7), rule(2, 7, tier="D"), rule(1, 30, tier="A")]
    touched = at(1, 3)
    assert decide(contact(touches=touched, tier="C"), PHONE, rules, NOON).allowed
    assert decide(contact(touches=touched), PHONE, rules, NOON).allowed
    tier_d = decide(contact(touches=touched, tier="D"), PHONE, rules, NOON)
    tier_a = decide(contact(touches=touched, tier="A"), PHONE, rules, NOON)
    assert tier_d.earliest == NOON + timedelta(days=4)  # the contact of 3 days ago leaves 7 days
    assert tier_a.earliest == NOON + timedelta(days=29)  # the one of yesterday leaves 30 days


def test_a_generous_rule_of_the_tier_does_not_lift_the_general_one():
    rules = [rule(1, 7), rule(9, 7, tier="A")]
    assert not decide(contact(touches=at(1), tier="A"), PHONE, rules, NOON).allowed


def test_a_rule_of_a_company_counts_its_own_contacts():
    rules = [rule(1, 7, company=10)]
    assert decide(contact(touches=at(1, company=20)), PHONE, rules, NOON).allowed
    assert not decide(contact(touches=at(1, company=10)), PHONE, rules, NOON).allowed
    assert not decide(contact(touches=at(1)), PHONE, rules, NOON).allowed


def test_contacts_later_than_the_moment_do_not_count():
    assert decide(contact(touches=at(-1)), PHONE, [rule(1, 7)], NOON).allowed


def test_service_is_not_rationed():
    assert decide(contact(touches=at(1)), PHONE, [rule(1, 7)], NOON, marketing=False).allowed


def test_pressure_that_ends_in_quiet_hours_waits_for_their_end():
    # free at 12:00 UTC on the 9th = 20:00 in Shanghai, quiet from 19:00 until 09:00 = 01:00 UTC
    person = contact(touches=at(2), quiet=QuietHours.from_hours(19, 9), zone=SHANGHAI)
    decision = decide(person, PHONE, [rule(1, 7)], NOON)
    assert codes(decision) == ["pressure", "quiet_hours"]
    assert decision.earliest == datetime(2026, 3, 10, 1, 0)


def test_a_standing_reason_leaves_no_earliest_moment_beside_passing_ones():
    person = contact(touches=at(2), permission="denied")
    decision = decide(person, PHONE, [rule(1, 7)], NOON)
    assert codes(decision) == ["denied", "pressure"]
    assert decision.earliest is None


# Permissions


def test_newest_permission_is_current_and_the_last_recorded_of_equal_dates():
    assert newest([NOON, NOON - timedelta(days=1)]) == 0
    assert newest([NOON, NOON]) == 1
    assert newest([NOON]) == 0
