"""SVC-S without a database: working time, life of a timer, choice of a policy."""

import random
import unittest
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.crm_service_levels.tools import sla
from odoo.addons.crm_service_levels.tools.sla_policy import (
    HOUR,
    Matter,
    Policy,
    Step,
    Target,
    choose,
    conditions,
    mismatch,
    parse_shares,
    ranked,
)
from odoo.addons.crm_service_levels.tools.working_time import (
    ALWAYS,
    NEVER,
    NoWorkingTimeError,
    WorkCalendar,
    merged,
    to_datetime,
    to_moment,
)

MINUTE = 60


def at(text, zone=None):
    """Moment of an ISO date and time, in UTC or in *zone*."""
    when = datetime.fromisoformat(text)
    return to_moment(when.replace(tzinfo=ZoneInfo(zone)) if zone else when)


def weeks(first, days, *periods, zone="UTC", workdays=range(5), holidays=()):
    """Calendar of *days* days from *first* with the periods (hour, hour) on each working day."""
    intervals, day = [], date.fromisoformat(first)
    for offset in range(days):
        current = day + timedelta(days=offset)
        if current.weekday() in workdays and current.isoformat() not in holidays:
            midnight = datetime(current.year, current.month, current.day)
            for start, end in periods:
                intervals.append(
                    tuple(
                        to_moment((midnight + timedelta(hours=hour)).replace(tzinfo=ZoneInfo(zone)))
                        for hour in (start, end)
                    )
                )
    return WorkCalendar(intervals)


def random_calendar(chance):
    """Some weeks with up to three periods a day, holidays, in a zone with daylight saving."""
    zone = chance.choice(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
    hours = sorted(chance.sample(range(25), 2 * chance.randint(1, 3)))
    periods = list(zip(hours[::2], hours[1::2], strict=True))
    first = chance.choice(["2024-03-04", "2024-10-21", "2024-03-25", "2024-01-01"])
    start = date.fromisoformat(first)
    holidays = {(start + timedelta(days=chance.randrange(21))).isoformat() for _n in range(3)}
    workdays = chance.sample(range(7), chance.randint(1, 7))
    calendar = weeks(first, 21, *periods, zone=zone, workdays=workdays, holidays=holidays)
    return calendar, to_moment(datetime(start.year, start.month, start.day))


class BruteForce:
    """The same arithmetic minute by minute: whole minutes, no bisection, no prefix sums."""

    def __init__(self, calendar, pauses=()):
        self.open = set()
        for start, end in zip(calendar.starts, calendar.ends, strict=True):
            self.open.update(range(start, end, MINUTE))
        for start, end in pauses:
            self.open.difference_update(range(start, end, MINUTE))
        self.last = max(self.open, default=0) + MINUTE

    def elapsed(self, start, end):
        return sum(MINUTE for moment in range(start, end, MINUTE) if moment in self.open)

    def deadline(self, start, duration):
        moment = start
        while duration > 0:
            if moment > self.last:
                return None
            duration -= MINUTE if moment in self.open else 0
            moment += MINUTE
        return moment


class TestWorkingTime(unittest.TestCase):
    """Exact values, worked out by hand; 2024-03-01 is a Friday."""

    def setUp(self):
        self.office = weeks("2024-02-26", 28, (9, 17))

    def test_friday_afternoon_goes_on_on_monday(self):
        # Friday 16:30 + 1 h: half an hour until 17:00, the other half on Monday until 09:30.
        self.assertEqual(self.office.deadline(at("2024-03-01 16:30"), HOUR), at("2024-03-04 09:30"))
        self.assertEqual(self.office.elapsed(at("2024-03-01 16:30"), at("2024-03-04 09:30")), HOUR)

    def test_a_deadline_is_the_end_of_a_period_not_the_next_beginning(self):
        self.assertEqual(self.office.deadline(at("2024-03-01 16:00"), HOUR), at("2024-03-01 17:00"))

    def test_nothing_to_wait_for_is_due_at_once(self):
        self.assertEqual(self.office.deadline(at("2024-03-02 12:00"), 0), at("2024-03-02 12:00"))

    def test_several_periods_a_day(self):
        split = weeks("2024-02-26", 14, (8, 12), (13, 17))
        # 11:00 + 2 h: one until noon, the other from 13:00.
        self.assertEqual(split.deadline(at("2024-02-26 11:00"), 2 * HOUR), at("2024-02-26 14:00"))
        # Half past noon is lunch: an hour counts from 13:00.
        self.assertEqual(split.deadline(at("2024-02-26 12:30"), HOUR), at("2024-02-26 14:00"))

    def test_holiday(self):
        office = weeks("2024-02-26", 28, (9, 17), holidays={"2024-03-04"})
        self.assertEqual(office.deadline(at("2024-03-01 16:30"), HOUR), at("2024-03-05 09:30"))

    def test_spring_forward_takes_an_hour_of_the_night(self):
        # Berlin, 2024-03-31: 02:00 becomes 03:00. A shift 00:00–06:00 has five hours.
        night = weeks("2024-03-31", 1, (0, 6), zone="Europe/Berlin", workdays=range(7))
        day = at("2024-03-31 00:00", "Europe/Berlin"), at("2024-04-01 00:00", "Europe/Berlin")
        self.assertEqual(night.elapsed(*day), 5 * HOUR)
        self.assertEqual(night.deadline(day[0], 3 * HOUR), at("2024-03-31 04:00", "Europe/Berlin"))

    def test_autumn_gives_an_hour_to_the_night(self):
        # Berlin, 2024-10-27: 03:00 becomes 02:00 again; the shift has seven hours.
        night = weeks("2024-10-27", 1, (0, 6), zone="Europe/Berlin", workdays=range(7))
        self.assertEqual(night.elapsed(at("2024-10-26 22:00"), at("2024-10-28 00:00")), 7 * HOUR)

    def test_office_hours_keep_local_time_over_the_change(self):
        # Friday before: 09:00 Berlin is 08:00 UTC; Monday after: 07:00 UTC.
        office = weeks("2024-03-25", 14, (9, 17), zone="Europe/Berlin")
        friday = at("2024-03-29 16:30", "Europe/Berlin")
        self.assertEqual(office.deadline(friday, HOUR), at("2024-04-01 07:30"))

    def test_around_the_clock(self):
        self.assertEqual(ALWAYS.deadline(at("2024-03-01 16:30"), HOUR), at("2024-03-01 17:30"))
        self.assertTrue(ALWAYS.is_open(at("2024-03-02 03:00")))

    def test_pauses_do_not_count_and_overlap_once(self):
        pauses = [(at("2024-03-01 10:00"), at("2024-03-01 12:00"))]
        pauses.append((at("2024-03-01 11:00"), at("2024-03-01 13:00")))
        day = at("2024-03-01 09:00"), at("2024-03-01 17:00")
        self.assertEqual(self.office.elapsed(*day, pauses), 5 * HOUR)

    def test_backwards_is_nothing(self):
        self.assertEqual(self.office.elapsed(at("2024-03-05 09:00"), at("2024-03-01 09:00")), 0)

    def test_no_future_hours_is_an_error_and_no_loop(self):
        with self.assertRaises(NoWorkingTimeError):
            NEVER.deadline(at("2024-03-01 16:30"), HOUR)
        with self.assertRaises(NoWorkingTimeError):
            self.office.deadline(at("2030-01-01 00:00"), 1)
        with self.assertRaises(NoWorkingTimeError):
            self.office.next_open(at("2030-01-01 00:00"))

    def test_next_open(self):
        self.assertEqual(self.office.next_open(at("2024-03-02 03:00")), at("2024-03-04 09:00"))
        self.assertEqual(self.office.next_open(at("2024-03-04 10:00")), at("2024-03-04 10:00"))
        self.assertEqual(self.office.next_open(at("2024-03-01 17:00")), at("2024-03-04 09:00"))

    def test_moments_and_dates(self):
        when = datetime(2024, 3, 1, 16, 30)
        self.assertEqual(to_datetime(to_moment(when)), when)
        self.assertIsNone(to_datetime(None))
        self.assertEqual(at("2024-07-01 12:00", "Europe/Berlin"), at("2024-07-01 10:00"))

    def test_overlaps_merge(self):
        self.assertEqual(merged([(5, 9), (1, 3), (3, 4), (6, 7), (8, 8)]), [(1, 4), (5, 9)])


class TestAgainstBruteForce(unittest.TestCase):
    """Random calendars with several periods, holidays and daylight saving, minute by minute."""

    def test_deadline_and_elapsed(self):
        chance = random.Random(20240301)
        for _round in range(60):
            calendar, first = random_calendar(chance)
            brute = BruteForce(calendar)
            for _question in range(4):
                start = first + MINUTE * chance.randrange(21 * 1440)
                duration = MINUTE * chance.randrange(1, 3000)
                self._same_deadline(calendar, brute, start, duration)
                end = start + MINUTE * chance.randrange(10_000)
                self.assertEqual(calendar.elapsed(start, end), brute.elapsed(start, end))

    def _same_deadline(self, calendar, brute, start, duration):
        expected = brute.deadline(start, duration)
        if expected is None:
            with self.assertRaises(NoWorkingTimeError):
                calendar.deadline(start, duration)
        else:
            self.assertEqual(calendar.deadline(start, duration), expected)
            self.assertEqual(calendar.elapsed(start, expected), duration)

    def test_a_timer_that_pauses_and_goes_on(self):
        chance = random.Random(7)
        for _round in range(60):
            calendar, first = random_calendar(chance)
            moments = sorted(first + MINUTE * chance.randrange(14 * 1440) for _n in range(7))
            begin, *switches, end = moments
            pauses = list(zip(switches[::2], switches[1::2], strict=False))
            pauses += [(switches[-1], end)] if len(switches) % 2 else []
            target = MINUTE * chance.randrange(1, 4000)
            events = [(begin, "start", target)]
            events += [(m, ("pause", "resume")[i % 2], None) for i, m in enumerate(switches)]
            timer = sla.fold([*events, (end, "reached", None)], calendar)
            self._same_timer(timer, BruteForce(calendar, pauses), begin, end, target)
            again = sla.start(begin, target, calendar, running=not len(switches) % 2)
            sla.recount(again, end, pauses, target, calendar)
            self.assertEqual((again.elapsed, again.paused), (timer.elapsed, timer.paused))
            if timer.elapsed > target:
                self.assertEqual(again.breached, timer.breached)

    def _same_timer(self, timer, brute, begin, end, target):
        self.assertEqual(timer.elapsed, brute.elapsed(begin, end))
        if timer.elapsed < target:
            self.assertEqual(timer.state, "met")
        elif timer.elapsed > target:
            self.assertEqual(timer.state, "breached")
            self.assertEqual(timer.breached, brute.deadline(begin, target))


class TestTimer(unittest.TestCase):
    """Exact lives of a timer in 9–17; 2024-03-01 is a Friday."""

    def setUp(self):
        self.office = weeks("2024-02-26", 28, (9, 17))

    def fold(self, *events):
        steps = [(at(when), kind, value) for when, kind, value in events]
        return sla.fold(steps, self.office)

    def test_met_at_the_deadline_and_breached_after_it(self):
        begin = ("2024-03-01 10:00", "start", 2 * HOUR)
        timer = self.fold(begin, ("2024-03-01 12:00", "reached", None))
        self.assertEqual((timer.state, timer.due), ("met", at("2024-03-01 12:00")))
        timer = self.fold(begin, ("2024-03-01 12:01", "reached", None))
        self.assertEqual((timer.state, timer.breached), ("breached", at("2024-03-01 12:00")))
        self.assertEqual(timer.reached, at("2024-03-01 12:01"))

    def test_an_answer_after_hours_is_late_though_no_working_time_passed(self):
        timer = self.fold(
            ("2024-03-01 16:00", "start", HOUR), ("2024-03-02 10:00", "reached", None)
        )
        self.assertEqual((timer.state, timer.elapsed), ("breached", HOUR))

    def test_pause_moves_the_deadline(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", 4 * HOUR),
            ("2024-03-01 12:00", "pause", None),
            ("2024-03-01 13:00", "pause", None),
        )
        self.assertEqual((timer.state, timer.due), ("paused", None))
        sla.resume(timer, at("2024-03-04 09:00"), self.office)
        # Two hours were used on Friday, two are left on Monday morning.
        self.assertEqual(timer.due, at("2024-03-04 11:00"))
        # Friday noon to Monday nine: 69 hours of the calendar, whoever works.
        self.assertEqual((timer.elapsed, timer.paused), (2 * HOUR, 69 * HOUR))

    def test_a_new_target_keeps_what_has_elapsed(self):
        begin = ("2024-03-01 10:00", "start", 8 * HOUR)
        timer = self.fold(begin, ("2024-03-01 12:00", "target", 3 * HOUR))
        self.assertEqual((timer.elapsed, timer.due), (2 * HOUR, at("2024-03-01 13:00")))

    def test_a_target_used_up_already_is_due_now(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", 8 * HOUR), ("2024-03-01 14:00", "target", HOUR)
        )
        self.assertEqual((timer.due, timer.state), (at("2024-03-01 14:00"), "running"))
        sla.count(timer, at("2024-03-01 14:01"), self.office)
        self.assertEqual(timer.breached, at("2024-03-01 14:00"))

    def test_a_wider_target_takes_a_breach_back(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", HOUR), ("2024-03-01 12:00", "target", 4 * HOUR)
        )
        self.assertEqual((timer.state, timer.due), ("running", at("2024-03-01 14:00")))

    def test_another_calendar_from_now_on(self):
        timer = self.fold(("2024-03-01 16:00", "start", 3 * HOUR))
        sla.retarget(timer, at("2024-03-01 17:00"), self.office, 3 * HOUR, ALWAYS)
        self.assertEqual((timer.elapsed, timer.due), (HOUR, at("2024-03-01 19:00")))

    def test_reopening_goes_on(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", 4 * HOUR),
            ("2024-03-01 13:00", "reached", None),
            ("2024-03-04 09:00", "reopen", None),
        )
        self.assertEqual((timer.state, timer.elapsed), ("running", 3 * HOUR))
        self.assertEqual(timer.due, at("2024-03-04 10:00"))

    def test_closed_timers_never_move(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", 4 * HOUR), ("2024-03-01 13:00", "reached", None)
        )
        before = (timer.target, timer.elapsed, timer.due, timer.reached)
        sla.retarget(timer, at("2024-03-08 13:00"), self.office, HOUR, ALWAYS)
        sla.pause(timer, at("2024-03-08 13:00"), self.office)
        sla.cancel(timer, at("2024-03-08 13:00"), self.office)
        self.assertEqual((timer.target, timer.elapsed, timer.due, timer.reached), before)

    def test_cancelled(self):
        timer = self.fold(
            ("2024-03-01 10:00", "start", 4 * HOUR), ("2024-03-01 11:00", "cancel", None)
        )
        self.assertEqual((timer.state, timer.elapsed), ("cancelled", HOUR))

    def test_a_calendar_without_hours_never_moves_and_never_loops(self):
        timer = sla.start(at("2024-03-01 10:00"), HOUR, NEVER)
        self.assertEqual((timer.due, timer.state), (None, "running"))
        self.assertIsNone(sla.next_check(timer, [1], NEVER))

    def test_recount_finds_the_breach_between_pauses(self):
        timer = sla.start(at("2024-03-01 09:00"), HOUR, ALWAYS)
        pauses = [(at("2024-03-01 09:30"), at("2024-03-01 12:00"))]
        # By the new hours: 30 minutes until the pause, 30 after it: 12:30.
        sla.recount(timer, at("2024-03-01 15:00"), pauses, HOUR, self.office)
        self.assertEqual(timer.breached, at("2024-03-01 12:30"))
        self.assertEqual((timer.elapsed, timer.paused), (int(3.5 * HOUR), int(2.5 * HOUR)))

    def test_the_next_look_is_the_first_mark_then_the_deadline(self):
        timer = self.fold(("2024-03-01 10:00", "start", 4 * HOUR))
        marks = [3 * HOUR, 5 * HOUR]
        self.assertEqual(sla.next_check(timer, marks, self.office), at("2024-03-01 13:00"))
        self.assertEqual(
            sla.overdue_marks(timer, at("2024-03-01 13:30"), marks, self.office), [3 * HOUR]
        )
        timer.handled = 3 * HOUR
        self.assertEqual(sla.next_check(timer, marks, self.office), at("2024-03-01 14:00") + 1)
        sla.count(timer, at("2024-03-01 14:00") + 1, self.office)
        self.assertEqual(sla.next_check(timer, marks, self.office), at("2024-03-01 15:00"))
        timer.handled = 5 * HOUR
        self.assertIsNone(sla.next_check(timer, marks, self.office))


class TestPolicyChoice(unittest.TestCase):
    """Most conditions win; among equals the order of the list; dates bound a version."""

    def setUp(self):
        self.matter = Matter(
            company=1, day=date(2024, 3, 1), team=4, types=frozenset({7, 8}), priority="3", tier="A"
        )

    def chosen(self, *policies):
        policy = choose(ranked(policies), self.matter)
        return policy and policy.id

    def test_most_specific_wins(self):
        general, special = Policy(1), Policy(2, sequence=99, priority="3", tiers=frozenset("A"))
        self.assertEqual(self.chosen(general, special), 2)
        self.assertEqual(conditions(special), ["priority", "tiers"])

    def test_first_in_the_list_among_equals(self):
        self.assertEqual(
            self.chosen(Policy(1, sequence=20, priority="3"), Policy(2, 10, company=1)), 2
        )

    def test_child_types_count(self):
        self.assertEqual(self.chosen(Policy(1, types=frozenset({7}))), 1)
        self.assertIsNone(self.chosen(Policy(1, types=frozenset({9}))))

    def test_versions(self):
        old = Policy(1, valid_to=date(2024, 2, 29))
        new = Policy(2, valid_from=date(2024, 3, 1))
        self.assertEqual(self.chosen(old, new), 2)
        self.assertEqual(mismatch(old, self.matter), "validity")

    def test_why_not(self):
        self.assertEqual(mismatch(Policy(1, teams=frozenset({5})), self.matter), "teams")
        self.assertEqual(mismatch(Policy(1, contract="gold"), self.matter), "contract")
        self.assertEqual(mismatch(Policy(1, company=2), self.matter), "company")
        self.assertIsNone(mismatch(Policy(1), self.matter))

    def test_marks(self):
        target = Target(1, "resolution", 10 * HOUR, shares=(50, 90))
        steps = (
            Step(1, 90, 0, frozenset(), False),
            Step(2, 0, 2 * HOUR, frozenset({"resolution"}), False),
            Step(3, 0, HOUR, frozenset({"first_reply"}), False),
        )
        # 50 %, 90 % and all of ten hours, and two hours after; the third is for another kind.
        marks = target.marks(steps)
        self.assertEqual(sorted(marks), [5 * HOUR, 9 * HOUR, 10 * HOUR, 12 * HOUR])
        self.assertEqual(marks[10 * HOUR], [100])
        self.assertEqual(marks[9 * HOUR], [90, steps[0]])

    def test_shares(self):
        self.assertEqual(parse_shares("90, 50 75%"), (50, 75, 90))
        self.assertEqual(parse_shares(""), ())
        for wrong in ("0", "100", "often"):
            with self.assertRaises(ValueError):
                parse_shares(wrong)
