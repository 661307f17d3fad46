"""Pure life of a service level timer (SVC-S): what each event does to elapsed time and deadline.

A timer counts working seconds of a calendar towards a target. It remembers until when it has
counted (``counted``), so that a change of calendar or target from now on keeps what has elapsed.
The functions change the timer they are given and return it; moments and durations as in
``working_time``.
"""

from dataclasses import dataclass
from functools import reduce

from .working_time import NoWorkingTimeError

#: Timer states; breached stays when the target is reached late.
STATES = ("running", "paused", "met", "breached", "cancelled")


@dataclass(slots=True)
class Timer:
    """What is known about one target of one request.

    :param target: working seconds allowed
    :param started: when the clock began
    :param counted: until when *elapsed* and *paused* are counted
    :param elapsed: working seconds used until *counted*
    :param paused: calendar seconds the clock stood until *counted*
    :param running: whether the clock runs
    :param due: deadline if nothing changes; None while paused or without working hours
    :param breached: when the target was missed
    :param reached: when it was reached, in time or late
    :param cancelled: nobody waits for it any more
    :param handled: used seconds up to which warnings and escalations have been dealt with
    """

    target: int
    started: int
    counted: int
    elapsed: int = 0
    paused: int = 0
    running: bool = True
    due: int | None = None
    breached: int | None = None
    reached: int | None = None
    cancelled: bool = False
    handled: int = 0

    @property
    def is_open(self):
        return self.reached is None and not self.cancelled

    @property
    def state(self):
        if self.cancelled:
            return "cancelled"
        if self.breached is not None:
            return "breached"
        if self.reached is not None:
            return "met"
        return "running" if self.running else "paused"


def start(when, target, calendar, running=True):
    """New timer from *when*."""
    timer = Timer(target=target, started=when, counted=when, running=running)
    return plan(timer, calendar)


def count(timer, when, calendar):
    """Count the time until *when*; a deadline passed on the way is noted as breach."""
    when = max(when, timer.counted)
    if timer.running:
        _note_breach(timer, when, calendar)
        timer.elapsed += calendar.elapsed(timer.counted, when)
    else:
        timer.paused += when - timer.counted
    timer.counted = when
    return timer


def used(timer, when, calendar):
    """Working seconds used until *when*, without counting them for good."""
    if not (timer.is_open and timer.running):
        return timer.elapsed
    return timer.elapsed + calendar.elapsed(timer.counted, when)


def _note_breach(timer, when, calendar):
    if timer.breached is None:
        due = deadline(timer, calendar)
        if due is not None and due < when:
            timer.breached = due


def deadline(timer, calendar, seconds=None):
    """Moment at which the running timer has used *seconds* (its target by default).

    None while it is paused or when the calendar has no such moment. What was used before the last
    count is due at once: a stricter target cannot have been missed before it applied.
    """
    if not timer.running:
        return None
    wanted = timer.target if seconds is None else seconds
    try:
        return calendar.deadline(timer.counted, wanted - timer.elapsed)
    except NoWorkingTimeError:
        return None


def plan(timer, calendar):
    """Set the deadline from what has elapsed; a missed one stays as it was."""
    if timer.is_open and timer.breached is None:
        timer.due = deadline(timer, calendar)
    return timer


def pause(timer, when, calendar):
    """Stop the clock; a second pause changes nothing."""
    return _switch(timer, when, calendar, running=False)


def resume(timer, when, calendar):
    """Let the clock run again."""
    return _switch(timer, when, calendar, running=True)


def _switch(timer, when, calendar, running):
    if timer.is_open and timer.running != running:
        count(timer, when, calendar).running = running
        plan(timer, calendar)
    return timer


def reach(timer, when, calendar):
    """The target is reached: met, or breached when the deadline has passed."""
    if timer.is_open:
        count(timer, when, calendar)
        timer.reached = timer.counted
    return timer


def cancel(timer, when, calendar):
    """Nobody waits for it any more; what has elapsed stays."""
    if timer.is_open:
        count(timer, when, calendar).cancelled = True
    return timer


def reopen(timer, when, calendar, running=True):
    """Continue a finished timer: the time in between counts as pause, a breach remains."""
    if not timer.is_open:
        timer.reached, timer.cancelled, timer.running = None, False, False
        count(timer, when, calendar).running = running
        plan(timer, calendar)
    return timer


def retarget(timer, when, old, target, new):
    """Another target or calendar from *when* on; what has elapsed is kept.

    The new target is judged by what has elapsed: a wider one takes a breach back, for the time it
    allows was never used up; a narrower one that is used up already is breached now.
    """
    if not timer.is_open:
        return timer
    count(timer, when, old).target = target
    if timer.elapsed < target:
        timer.breached = None
    return plan(timer, new)


def recount(timer, when, pauses, target, calendar):
    """Count an open timer anew from its start by *calendar*, without the time in *pauses*.

    *pauses* are disjoint intervals; one that reaches until *when* means that the clock stands.
    """
    gaps = [(max(a, timer.started), min(b, when)) for a, b in pauses]
    gaps = [(a, b) for a, b in gaps if a < b]
    timer.target, timer.counted, timer.breached = target, max(when, timer.started), None
    timer.elapsed = calendar.elapsed(timer.started, when, gaps)
    timer.paused = sum(b - a for a, b in gaps)
    timer.handled = min(timer.handled, timer.elapsed)
    if timer.elapsed > target:
        timer.due = timer.breached = _due_with_pauses(timer.started, target, gaps, calendar)
    return plan(timer, calendar)


def _due_with_pauses(started, target, gaps, calendar):
    """Deadline from *started* when the clock stands in *gaps*; there is one, for it has passed."""
    due = calendar.deadline(started, target)
    for begin, finish in sorted(gaps):
        if begin < due:
            left = calendar.elapsed(begin, due)
            due = calendar.deadline(finish, left)
    return due


EVENTS = {"pause": pause, "resume": resume, "reached": reach, "cancel": cancel, "reopen": reopen}


def fold(events, calendar):
    """Timer after *events*, tuples ``(moment, kind, target or None)`` in order of time.

    Kinds: ``start`` (first), ``target`` (re-evaluated) and those of ``EVENTS``.
    """
    (begin, _kind, target), *rest = events

    def step(timer, event):
        when, kind, value = event
        if kind == "target":
            return retarget(timer, when, calendar, value, calendar)
        return EVENTS[kind](timer, when, calendar)

    return reduce(step, rest, start(begin, target, calendar))


def next_check(timer, marks, calendar):
    """When the scheduler has to look next: at the first of *marks* or the deadline to come.

    :param marks: used seconds at which something is to be done (warnings, steps after a breach)
    :return: a moment, or None: paused, done, or nothing to come
    """
    if not (timer.is_open and timer.running):
        return None
    ahead = [mark for mark in marks if mark > timer.handled]
    checks = [deadline(timer, calendar, min(ahead))] if ahead else []
    if timer.breached is None and timer.due is not None:
        checks.append(timer.due + 1)
    return min((check for check in checks if check is not None), default=None)


def overdue_marks(timer, when, marks, calendar):
    """Marks that have been passed at *when* and not dealt with, in order."""
    so_far = used(timer, when, calendar)
    return [mark for mark in sorted(marks) if timer.handled < mark <= so_far]
