"""How many calls a machine may start, whom to call next, and when again (CC-6).

**Abandonment.** A call is abandoned when a person answers and nobody of ours speaks within two
seconds. The Telemarketing Sales Rule (16 CFR 310.4(b)(4)) tolerates 3 % of the calls answered by a
person, over a campaign or each successive 30 days of it, if unanswered calls ring for 15 seconds or
four rings and whoever is abandoned hears who called, within two seconds; 47 CFR 64.1200(a)(7) says
the same. Ofcom's policy on persistent misuse asked for 3 % per campaign over 24 hours until 2017
and has tolerated no rate at all since. A list therefore has its own limit and window.

The limit is kept with certainty, not on average: a call is started only if the share stayed within
the limit even though everybody who is being called answered at once and no busy agent became free
(:func:`most_lines`). Below that, the expected share decides (:func:`expected_share`). Only an agent
who leaves after the calls were started can do harm; then one call per ready agent is started until
the share has fallen again.

**Moments** are aware UTC datetimes, given by whoever asks; nothing here reads a clock.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

PREVIEW, PROGRESSIVE, POWER, NOTICE = "preview", "progressive", "power", "notice"
MODES = (PREVIEW, PROGRESSIVE, POWER, NOTICE)
#: Share of the calls answered by a person (16 CFR 310.4(b)(4)(i)).
LIMIT = 0.03
#: Seconds within which somebody has to speak (16 CFR 310.4(b)(1)(iv)), and a call rings at least.
PERSON_SECONDS = 2
RING_SECONDS = 15
#: Lines per agent that could speak soon, whatever the answer rate: nobody dials a whole town.
LINES_PER_AGENT = 5
DAY = 24 * 60
#: Days that are searched for an hour in which somebody may be called.
HORIZON = 60


@dataclass(frozen=True)
class Tally:
    """What happened in the window the limit is measured over.

    :param answered: calls answered by a person, the abandoned ones included
    :param abandoned: of those, calls for which nobody spoke in time
    """

    answered: int = 0
    abandoned: int = 0

    @property
    def share(self):
        """Share abandoned, or ``None`` when nobody answered yet."""
        return self.abandoned / self.answered if self.answered else None


def how_many(
    agents_ready,
    agents_soon_ready,
    ringing,
    answer_rate,
    average_handling,
    abandoned_so_far,
    limit,
    mode,
    ring_seconds=RING_SECONDS,
):
    """Calls to start now.

    :param agents_ready: agents who wait for a call (of a notice: lines that may be used)
    :param agents_soon_ready: agents in a call or finishing one; each is free within the time of
        ringing with the probability 1 − exp(−ring_seconds ÷ average_handling)
    :param ringing: calls that were started and neither answered nor ended yet
    :param answer_rate: share of calls answered by a person, ``None``: not known, taken as 1
    :param average_handling: seconds of talk and after-call work, ``None``: not known
    :param abandoned_so_far: :class:`Tally` of the window
    :param limit: highest share of abandoned calls, 0 to 1
    :param mode: preview (people dial: 0), progressive (one per ready agent), power, notice
    :return: number of calls, 0 or more
    :raises ValueError: unknown mode, a share outside 0 to 1, or a negative number
    """
    _check(mode, (agents_ready, agents_soon_ready, ringing), (limit, answer_rate))
    if mode == PREVIEW:
        return 0
    one_each = max(agents_ready - ringing, 0)
    if mode != POWER or answer_rate is None:
        return one_each
    soon = _soon(agents_soon_ready, average_handling, ring_seconds)
    free = _shifted(_binomial(agents_soon_ready, soon), agents_ready)
    top = most_lines(agents_ready, abandoned_so_far, limit)
    top = min(top, LINES_PER_AGENT * (agents_ready + agents_soon_ready))
    lines = agents_ready
    while lines < top and expected_share(lines + 1, answer_rate, free) <= limit:
        lines += 1
    return max(lines - ringing, one_each)


def _check(mode, numbers, shares):
    if mode not in MODES:
        raise ValueError(f"No such mode of dialing: {mode!r}")
    if any(number < 0 for number in numbers):
        raise ValueError("Numbers of agents and calls are not negative.")
    if any(share is not None and not 0 <= share <= 1 for share in shares):
        raise ValueError("A limit and an answer rate lie between 0 and 1.")


def most_lines(agents_ready, tally, limit):
    """Calls that may ring at a time so that the limit holds whatever happens.

    With L lines all answered at once, L − ready are abandoned; the largest L with
    abandoned + L − ready ≤ limit × (answered + L). Fewer answers give a smaller share.
    """
    if limit >= 1:
        return 10**6
    room = limit * tally.answered + agents_ready - tally.abandoned
    return max(math.floor(room / (1 - limit) + 1e-9), agents_ready)


def expected_share(lines, answer_rate, free):
    """Expected share abandoned of calls answered: E[(answered − free)⁺] ÷ E[answered].

    :param free: probabilities of 0, 1, 2 … free agents
    """
    if not answer_rate or not lines:
        return 0.0
    answers = _binomial(lines, answer_rate)
    left = sum(
        p * q * (k - agents)
        for k, p in enumerate(answers)
        for agents, q in enumerate(free)
        if k > agents and q
    )
    return left / (lines * answer_rate)


def _soon(agents, average_handling, ring_seconds):
    if not agents or average_handling is None or average_handling <= 0:
        return 0.0
    return 1 - math.exp(-ring_seconds / average_handling)


@lru_cache(maxsize=4096)
def _binomial(count, share):
    """Probabilities of 0 … count successes."""
    return tuple(
        math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)
    )


def _shifted(probabilities, by):
    return (0.0,) * by + tuple(probabilities)


# -- when somebody may be called --------------------------------------------------------------


@dataclass(frozen=True)
class CallHours:
    """When somebody may be called, by the clock of where he is.

    :param zones: names of his time zones; several when it is not known which: then all must be open
    :param week: seven pairs (from, to) in minutes of the day, Monday first; equal: not at all
    :param holidays: days of his country on which nobody is called
    """

    zones: tuple[str, ...] = ("UTC",)
    week: tuple[tuple[int, int], ...] = ((0, DAY),) * 7
    holidays: frozenset[date] = field(default_factory=frozenset)


def next_open(hours, moment):
    """The first moment from ``moment`` on at which he may be called.

    :return: aware UTC datetime, ``moment`` itself if that is allowed, ``None`` within two months
    """
    last = moment + timedelta(days=HORIZON)
    while moment is not None and moment < last:
        latest = moment
        for zone in hours.zones:
            opens = _opens(hours, zone, latest)
            if opens is None:
                return None
            latest = max(latest, opens)
        if latest == moment:
            return moment
        moment = latest
    return None


def is_open(hours, moment):
    """Whether he may be called at that moment."""
    return next_open(hours, moment) == moment


def _opens(hours, zone, moment):
    """The same for one zone. Of a day only its own clock counts, 23 and 25 hours included."""
    today = moment.astimezone(_zone(zone)).date()
    for days in range(HORIZON):
        day = today + timedelta(days=days)
        span = _span(hours, zone, day)
        if span and moment < span[1]:
            return max(moment, span[0])
    return None


def _span(hours, zone, day):
    """From when until when he may be called that day, or ``None``."""
    start, end = hours.week[day.weekday()]
    if start >= end or day in hours.holidays:
        return None
    return _moment(day, start, zone), _moment(day, end, zone)


def _moment(day, minutes, zone):
    """A moment of a day's clock in UTC. An hour that the clock skips begins after the gap."""
    day, minutes = (day + timedelta(days=1), 0) if minutes >= DAY else (day, minutes)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), _zone(zone))
    return local.astimezone(timezone.utc)


@lru_cache(maxsize=1024)
def _zone(name):
    return ZoneInfo(name)


def after_open_minutes(hours, moment, minutes):
    """When so many minutes of calling are over: the forecast end of a list.

    :return: aware UTC datetime, ``None`` when two months do not suffice
    """
    last = moment + timedelta(days=HORIZON)
    zone = hours.zones[0]
    day = moment.astimezone(_zone(zone)).date()
    while day <= last.date():
        if span := _span(hours, zone, day):
            start = max(moment, span[0])
            room = (span[1] - start).total_seconds() / 60
            if room >= minutes:
                return start + timedelta(minutes=minutes)
            minutes -= max(room, 0)
        day += timedelta(days=1)
    return None


# -- when to try again --------------------------------------------------------------------------

#: Results after which nobody dials again.
REACHED = {"answered", "confirmed", "heard", "callback_requested"}
NEVER = {"refused", "wrong_number"}
LATER = {"busy", "no_answer", "machine", "rejected", "failed", "abandoned", "hung_up"}


@dataclass(frozen=True)
class RetryRules:
    """When to dial again, by result (minutes), and how often at all.

    After an abandoned call Ofcom's policy wanted 72 hours before a machine dials again.

    :param bands: hours at which parts of the day begin; who did not answer in one is called in
        another: somebody who is at work in the morning is so every morning
    """

    most: int = 5
    busy: int = 10
    no_answer: int = 180
    machine: int = 240
    rejected: int = 24 * 60
    failed: int = 60
    failed_most: int = 2
    abandoned: int = 72 * 60
    bands: tuple[int, ...] = (0, 12, 17)


@dataclass(frozen=True)
class Attempt:
    """One try: when, and what came of it."""

    at: datetime
    result: str


@dataclass(frozen=True)
class Next:
    """What happens to an entry. ``state``: done, refused, again (at ``at``), or exhausted."""

    state: str
    at: datetime | None = None


def next_attempt(result, attempts, rules, now, hours=None):
    """Whether and when to dial again.

    :param result: of the last attempt
    :param attempts: all :class:`Attempt`, the last one included
    :param rules: :class:`RetryRules`
    :param now: aware UTC datetime
    :param hours: :class:`CallHours` of the one who is called; always by default
    :return: :class:`Next`
    :raises ValueError: a result that is not known: better no call than a wrong one
    """
    if result in REACHED:
        return Next("done")
    if result in NEVER:
        return Next("refused")
    if result not in LATER:
        raise ValueError(f"No such result of a call: {result!r}")
    failed = sum(attempt.result == "failed" for attempt in attempts)
    if len(attempts) >= rules.most or failed >= rules.failed_most:
        return Next("exhausted")
    again = now + timedelta(minutes=_delay(result, rules))
    hours = hours or CallHours()
    elsewhen = result in ("no_answer", "machine")
    at = _in_band(again, attempts, rules, hours) if elsewhen else next_open(hours, again)
    return Next("again", at) if at else Next("exhausted")


def _delay(result, rules):
    return rules.no_answer if result == "hung_up" else getattr(rules, result)


def _in_band(moment, attempts, rules, hours):
    """The first open moment in a part of the day that was tried least often; else any open one."""
    tried = Counter(band_of(attempt.at, rules, hours) for attempt in attempts)
    openings = _openings(moment, rules, hours)
    least = min(openings, key=lambda at: (tried[band_of(at, rules, hours)], at), default=None)
    return least or next_open(hours, moment)


def _openings(moment, rules, hours):
    """Open moments, one per part of the day, for a week."""
    found, at = [], next_open(hours, moment)
    while at is not None and at < moment + timedelta(days=7):
        found.append(at)
        at = next_open(hours, _next_band(at, rules, hours))
    return found


def band_of(moment, rules, hours):
    """Number of the part of the day, by the clock of his (first) zone."""
    hour = moment.astimezone(_zone(hours.zones[0])).hour
    return sum(begin <= hour for begin in rules.bands) - 1 if hour >= rules.bands[0] else 0


def _next_band(moment, rules, hours):
    local = moment.astimezone(_zone(hours.zones[0]))
    later = [begin for begin in rules.bands if begin > local.hour]
    day = local.date() if later else local.date() + timedelta(days=1)
    return _moment(day, (later or rules.bands)[0] * 60, hours.zones[0])


# -- who is first -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """An entry that could be called. ``promised_to`` is an agent, 0: anybody."""

    id: int
    next_at: datetime
    priority: int = 0
    value: float = 0.0
    promised_at: datetime | None = None
    promised_to: int = 0


def order_key(candidate):
    """Promises first, the earliest of them; then priority, value, waiting longest."""
    promised = candidate.promised_at
    return (
        promised is None,
        promised.timestamp() if promised else 0,
        -candidate.priority,
        -candidate.value,
        candidate.next_at,
        candidate.id,
    )


def for_agent(candidates, agent, now, grace=timedelta(minutes=15)):
    """Those an agent may be given now, best first.

    A promise waits for its own agent; ``grace`` after its time anybody keeps it.
    """
    due = [one for one in candidates if one.next_at <= now]
    mine = [
        one
        for one in due
        if one.promised_to in (0, agent) or now >= (one.promised_at or now) + grace
    ]
    return sorted(mine, key=lambda one: (one.promised_to != agent, order_key(one)))


# -- what came of it ----------------------------------------------------------------------------


def outcome(call_result, steps, talked, command=""):
    """Result of an attempt from what the exchange told.

    :param call_result: of the call, ``None`` when there was none
    :param steps: what the dial plan said (``dialer_…``), in order
    :param talked: whether an agent and the customer talked
    :param command: text of a command that failed (busy, no_answer, failed)
    :return: one of the results of this module
    """
    if talked:
        return "answered"
    for step, result in OUTCOMES.items():
        if step in steps:
            return result
    if "dialer_person" in steps:
        return "hung_up"
    known = {"busy", "no_answer", "rejected", "failed"}
    if call_result in known:
        return call_result
    return command if command in known else "no_answer" if call_result else "failed"


#: Step of the dial plan: result. A digit that confirms counts more than having heard all.
OUTCOMES = {
    "dialer_confirmed": "confirmed",
    "dialer_heard": "heard",
    "dialer_machine": "machine",
    "dialer_abandoned": "abandoned",
}
