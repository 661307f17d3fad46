"""How many calls, when, and whom first (CC-6). Expected values are worked out in the comments."""

import heapq
import random
from datetime import date, datetime, timedelta, timezone

import pytest

from odoo.addons.crm_callcenter.tools import dialer
from odoo.addons.crm_callcenter.tools.dialer import (
    Attempt,
    CallHours,
    Candidate,
    Next,
    RetryRules,
    Tally,
    expected_share,
    for_agent,
    how_many,
    most_lines,
    next_attempt,
    next_open,
    order_key,
    outcome,
)

PLENTY = Tally(answered=1000, abandoned=0)


def lines(ready=1, soon=0, ringing=0, rate=0.5, tally=PLENTY, limit=0.03, mode="power"):
    return how_many(ready, soon, ringing, rate, 120, tally, limit, mode)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


# -- how many -----------------------------------------------------------------------------------


def test_preview_is_dialed_by_people():
    assert lines(ready=7, mode="preview") == 0


@pytest.mark.parametrize(
    ("ready", "ringing", "calls"), [(3, 0, 3), (3, 2, 1), (3, 5, 0), (0, 0, 0)]
)
def test_progressive_starts_one_per_ready_agent(ready, ringing, calls):
    assert lines(ready=ready, ringing=ringing, mode="progressive") == calls


def test_a_notice_uses_its_lines():
    assert lines(ready=10, ringing=4, mode="notice") == 6


def test_power_of_one_agent():
    # p = 1/2, two lines: both answer with 1/4, one is abandoned: 0.25 of 1 answer expected
    assert expected_share(2, 0.5, (0, 1)) == pytest.approx(0.25)
    assert lines(ready=1, rate=0.5) == 1
    # p = 0.02, four lines: P(2) = 6·0.0004·0.9604 = 0.00230496, P(3) = 4·0.000008·0.98 = 0.00003136
    # P(4) = 0.00000016; left = P2 + 2·P3 + 3·P4 = 0.00236816, of 0.08 answers: 0.029602
    assert expected_share(4, 0.02, (0, 1)) == pytest.approx(0.029602)
    # five lines: P2 = 10·0.0004·0.941192 = 0.003764768, P3 = 10·0.000008·0.9604 = 0.000076832,
    # P4 = 5·0.00000016·0.98 = 7.84e-7, P5 = 3.2e-9; left = 0.0039207968, of 0.1: 0.039208 > 0.03
    assert expected_share(5, 0.02, (0, 1)) == pytest.approx(0.039207968)
    assert lines(ready=1, rate=0.02) == 4
    assert lines(ready=1, rate=0.02, ringing=3) == 1


def test_a_busy_agent_who_may_be_free_counts_by_his_chance():
    # one free agent with probability 1/2, else none; one line, p = 1: abandoned with 1/2
    assert expected_share(1, 1.0, (0.5, 0.5)) == pytest.approx(0.5)
    # 15 s of 120 s: 1 − exp(−0.125) = 0.1175 of 40 agents: 4.7 free soon; nobody is ready now
    assert lines(ready=0, soon=40, rate=0.5, tally=Tally(10_000)) > 0
    assert lines(ready=0, soon=0, rate=0.5, tally=Tally(10_000)) == 0


def test_the_limit_holds_even_if_all_answer():
    # nobody answered yet: 0 + L − 2 ≤ 0.03·L  ⇒  L ≤ 2.06
    assert most_lines(2, Tally(), 0.03) == 2
    # 33 answered: L − 2 ≤ 0.03·(33 + L) ⇒ L ≤ 2.99/0.97 = 3.08; 32: L ≤ 2.96/0.97 = 3.05;
    # 30: 2.9/0.97 = 2.99
    assert most_lines(2, Tally(33), 0.03) == 3
    assert most_lines(2, Tally(30), 0.03) == 2
    # 1,000 answered, 29 abandoned: room for 1 and its own share: (30 + 2 − 29)/0.97 = 3.09
    assert most_lines(2, Tally(1000, 29), 0.03) == 3
    # above the limit already: one per agent, which brings the share down
    assert most_lines(2, Tally(100, 9), 0.03) == 2
    assert lines(ready=2, rate=0.01, tally=Tally(100, 9)) == 2
    assert most_lines(2, PLENTY, 1.0) > 1000


def test_an_answer_rate_that_is_not_known_is_taken_as_one():
    assert lines(ready=3, rate=None) == 3


def test_lines_per_agent_are_limited():
    assert lines(ready=2, rate=0.0, tally=Tally(10**6)) == 2 * dialer.LINES_PER_AGENT


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "fast"}, {"ready": -1}, {"ringing": -2}, {"limit": 1.2}, {"rate": -0.1}],
)
def test_wrong_input_is_refused(wrong):
    with pytest.raises(ValueError):
        lines(**wrong)


def test_no_calls_have_no_share():
    assert Tally().share is None
    assert Tally(50, 1).share == 0.02


class Hall:
    """A call center by the second: lines that ring, agents who talk, a share that is watched."""

    def __init__(self, mode, agents=8, rate=0.35, seed=7, limit=0.03, talk=60):
        self.dice = random.Random(seed)
        self.mode, self.rate, self.limit, self.talk = mode, rate, limit, talk
        self.ready, self.busy, self.ringing = agents, 0, 0
        self.answered = self.abandoned = self.started = 0
        self.events = []
        self.worst, self.talked = 0.0, 0.0

    def run(self, seconds):
        for second in range(seconds):
            while self.events and self.events[0][0] <= second:
                self.happen(second, heapq.heappop(self.events)[2])
            self.dial(second)
            self.talked += self.busy
        return self

    def dial(self, second):
        tally = Tally(self.answered, self.abandoned)
        count = how_many(
            self.ready, self.busy, self.ringing, self.rate, self.talk, tally, self.limit, self.mode
        )
        for _call in range(count):
            self.started += 1
            self.ringing += 1
            what = "answer" if self.dice.random() < self.rate else "silence"
            self.at(second + self.dice.uniform(3, 20), what)

    def at(self, moment, what):
        heapq.heappush(self.events, (moment, len(self.events) + self.started * 1000, what))

    def happen(self, second, what):
        if what == "free":
            self.ready, self.busy = self.ready + 1, self.busy - 1
            return
        self.ringing -= 1
        if what == "silence":
            return
        self.answered += 1
        if self.ready:
            self.ready, self.busy = self.ready - 1, self.busy + 1
            self.at(second + self.dice.expovariate(1 / self.talk), "free")
        else:
            self.abandoned += 1
        self.worst = max(self.worst, self.abandoned / self.answered)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [0.0, 0.01, 0.03])
def test_power_never_abandons_above_the_limit(seed, limit):
    """At no moment of eight hours, from the first call on."""
    hall = Hall("power", seed=seed, limit=limit).run(8 * 3600)
    assert hall.answered > 1000
    assert hall.worst <= limit


def test_power_keeps_agents_busier_than_progressive():
    power = Hall("power").run(8 * 3600)
    one_each = Hall("progressive").run(8 * 3600)
    assert one_each.abandoned == 0
    assert 0 < power.abandoned <= 0.03 * power.answered
    # measured: 72 % of the agents' time against 64 %
    assert power.talked > 1.1 * one_each.talked


def test_whoever_dialed_without_the_limit_would_break_it():
    """The simulation can fail: with the expected share alone the first calls are too many."""
    hall = Hall("power")
    hall.dial = lambda second: _reckless(hall, second)
    assert hall.run(3600).worst > 0.03


def _reckless(hall, second):
    for _call in range(max(3 * hall.ready - hall.ringing, 0)):
        hall.started += 1
        hall.ringing += 1
        hall.at(second + 5, "answer" if hall.dice.random() < hall.rate else "silence")


# -- when ---------------------------------------------------------------------------------------

NINE_TO_SIX = ((540, 1080),) * 5 + ((0, 0),) * 2
BERLIN = CallHours(("Europe/Berlin",), NINE_TO_SIX)
NEW_YORK = CallHours(("America/New_York",), NINE_TO_SIX)


@pytest.mark.parametrize(
    ("hours", "asked", "opens"),
    [
        # Monday in winter: 9:00 in Berlin is 8:00 UTC, in New York 14:00 UTC
        (BERLIN, "2026-01-12T07:59:00", "2026-01-12T08:00:00"),
        (BERLIN, "2026-01-12T12:00:00", "2026-01-12T12:00:00"),
        (BERLIN, "2026-01-12T17:00:00", "2026-01-13T08:00:00"),
        (NEW_YORK, "2026-01-12T07:59:00", "2026-01-12T14:00:00"),
        # Friday evening waits for Monday
        (BERLIN, "2026-01-16T17:00:00", "2026-01-19T08:00:00"),
        # clocks go forward on Sunday, March 29th 2026 in Berlin: 9:00 is 7:00 UTC from then on
        (BERLIN, "2026-03-27T17:00:00", "2026-03-30T07:00:00"),
        # and on March 8th in New York: between the two Berlin is five hours ahead
        (NEW_YORK, "2026-03-06T23:00:00", "2026-03-09T13:00:00"),
        # back on October 25th
        (BERLIN, "2026-10-23T17:00:00", "2026-10-26T08:00:00"),
    ],
)
def test_hours_follow_the_clock_of_the_customer(hours, asked, opens):
    assert next_open(hours, utc(asked)) == utc(opens)
    assert dialer.is_open(hours, utc(opens))
    assert dialer.is_open(hours, utc(asked)) == (asked == opens)


def test_on_the_night_of_the_change():
    # 2:30 does not exist in Berlin on March 29th: 2:30 by winter time is 1:30 UTC, 3:30 summer time
    night = CallHours(("Europe/Berlin",), ((150, 240),) * 7)
    assert next_open(night, utc("2026-03-29T00:00:00")) == utc("2026-03-29T01:30:00")
    # 2:30 comes twice on October 25th: the first is 0:30 UTC; 4:00 is 3:00 UTC
    assert next_open(night, utc("2026-10-25T00:00:00")) == utc("2026-10-25T00:30:00")
    assert dialer.is_open(night, utc("2026-10-25T02:59:00"))
    assert not dialer.is_open(night, utc("2026-10-25T03:00:00"))


def test_several_zones_must_all_be_open():
    # 9:00 in Los Angeles is 17:00 UTC, 18:00 in New York 23:00 UTC (winter)
    both = CallHours(("America/New_York", "America/Los_Angeles"), NINE_TO_SIX)
    assert next_open(both, utc("2026-01-12T14:00:00")) == utc("2026-01-12T17:00:00")
    assert dialer.is_open(both, utc("2026-01-12T22:59:00"))
    assert next_open(both, utc("2026-01-12T23:00:00")) == utc("2026-01-13T17:00:00")


def test_zones_that_are_never_open_together():
    short = CallHours(("Pacific/Auckland", "Europe/Berlin"), ((600, 660),) * 7)
    assert next_open(short, utc("2026-01-12T14:00:00")) is None


def test_holidays_are_days_of_the_customer():
    christmas = frozenset({date(2026, 12, 25)})
    hours = CallHours(("Europe/Berlin",), NINE_TO_SIX, christmas)
    # the 25th is a Friday
    assert next_open(hours, utc("2026-12-24T17:00:00")) == utc("2026-12-28T08:00:00")
    # when it is Christmas in Auckland already (26th 9:00 NZDT is 20:00 UTC of the 25th, a Saturday)
    there = CallHours(("Pacific/Auckland",), ((540, 1080),) * 7, christmas)
    assert next_open(there, utc("2026-12-24T12:00:00")) == utc("2026-12-25T20:00:00")


def test_never_open():
    assert next_open(CallHours(("UTC",), ((0, 0),) * 7), utc("2026-01-12T14:00:00")) is None


def test_forecast_end_counts_open_minutes_only():
    # Friday 16:00 in Berlin: 120 minutes until 18:00, the other 60 on Monday from 9:00
    assert dialer.after_open_minutes(BERLIN, utc("2026-01-16T15:00:00"), 180) == utc(
        "2026-01-19T09:00:00"
    )
    assert dialer.after_open_minutes(BERLIN, utc("2026-01-16T15:00:00"), 10**6) is None


# -- again --------------------------------------------------------------------------------------

MONDAY = utc("2026-01-12T09:00:00")  # 10:00 in Berlin


def again(result, *earlier, now=MONDAY, rules=None, hours=BERLIN):
    attempts = [*earlier, Attempt(now, result)]
    return next_attempt(result, attempts, rules or RetryRules(), now, hours)


def test_busy_is_tried_soon():
    assert again("busy") == Next("again", utc("2026-01-12T09:10:00"))
    # at ten to six only the next morning is left
    assert again("busy", now=utc("2026-01-12T16:55:00")) == Next(
        "again", utc("2026-01-13T08:00:00")
    )


def test_nobody_there_is_tried_later_and_at_another_time_of_day():
    # three hours later is 13:00, the afternoon (from 12:00): another part of the day
    assert again("no_answer") == Next("again", utc("2026-01-12T12:00:00"))
    # morning and afternoon were tried: the part from 17:00 on, before 18:00
    first = Attempt(MONDAY, "no_answer")
    assert again("no_answer", first, now=utc("2026-01-12T12:00:00")) == Next(
        "again", utc("2026-01-12T16:00:00")
    )
    # all three were tried once: the first open moment three hours later
    second = Attempt(utc("2026-01-12T12:00:00"), "no_answer")
    assert again("no_answer", first, second, now=utc("2026-01-12T16:00:00")) == Next(
        "again", utc("2026-01-13T08:00:00")
    )


def test_an_answering_machine_waits_longer_and_for_another_time_of_day():
    assert again("machine") == Next("again", utc("2026-01-12T13:00:00"))


@pytest.mark.parametrize("result", ["refused", "wrong_number"])
def test_refused_is_never_called_again(result):
    assert again(result) == Next("refused")


@pytest.mark.parametrize("result", ["answered", "confirmed", "heard", "callback_requested"])
def test_reached_is_done(result):
    assert again(result) == Next("done")


def test_abandoned_waits_three_days():
    assert again("abandoned") == Next("again", utc("2026-01-15T09:00:00"))


def test_attempts_end():
    earlier = [Attempt(MONDAY, "busy")] * 4
    assert again("busy", *earlier) == Next("exhausted")
    assert again("failed", Attempt(MONDAY, "failed")) == Next("exhausted")
    assert again("busy", *earlier, rules=RetryRules(most=6)).state == "again"


def test_a_result_nobody_knows_is_refused():
    with pytest.raises(ValueError):
        again("maybe")


def test_nobody_to_be_called_at_any_time():
    assert again("busy", hours=CallHours(("UTC",), ((0, 0),) * 7)) == Next("exhausted")


# -- who first ----------------------------------------------------------------------------------


def test_order():
    now = MONDAY
    late = Candidate(1, now, promised_at=now - timedelta(minutes=5), promised_to=7)
    soon = Candidate(2, now, promised_at=now)
    dear = Candidate(3, now, priority=1, value=900.0)
    cheap = Candidate(4, now, priority=1, value=10.0)
    waiting = Candidate(5, now - timedelta(hours=1))
    fresh = Candidate(6, now)
    everybody = [fresh, cheap, waiting, soon, dear, late]
    assert [one.id for one in sorted(everybody, key=order_key)] == [1, 2, 3, 4, 5, 6]


def test_a_promise_is_kept_by_who_gave_it():
    now = MONDAY
    his = Candidate(1, now, promised_at=now, promised_to=7)
    open_ = Candidate(2, now, priority=9)
    later = Candidate(3, now + timedelta(seconds=1), priority=99)
    assert [one.id for one in for_agent([open_, his, later], 7, now)] == [1, 2]
    assert [one.id for one in for_agent([open_, his, later], 8, now)] == [2]
    # a quarter of an hour late: whoever is there
    much_later = now + timedelta(minutes=15)
    assert [one.id for one in for_agent([open_, his], 8, much_later)] == [1, 2]


# -- what came of it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "steps", "talked", "command", "result"),
    [
        ("answered", ("dialer_person",), True, "", "answered"),
        ("abandoned", ("dialer_person", "dialer_abandoned"), False, "", "abandoned"),
        ("voicemail", ("dialer_machine",), False, "", "machine"),
        ("ivr_contained", ("dialer_heard", "dialer_confirmed"), False, "", "confirmed"),
        ("ivr_contained", ("dialer_person", "dialer_heard"), False, "", "heard"),
        ("answered", ("dialer_person",), False, "", "hung_up"),
        ("busy", (), False, "", "busy"),
        ("rejected", (), False, "", "rejected"),
        (None, (), False, "no_answer", "no_answer"),
        (None, (), False, "not connected to the exchange", "failed"),
        ("abandoned", (), False, "", "no_answer"),
    ],
)  # fmt: skip
def test_outcome(call, steps, talked, command, result):
    assert outcome(call, steps, talked, command) == result
