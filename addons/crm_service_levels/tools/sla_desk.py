"""What the events of one request do to its service level timers (SVC-S); pure.

The desk is given the facts of a request, the rows of its timers and its policy, and changes or adds
rows. ``clock(row)`` gives the working calendar a row counts by.
"""

from dataclasses import dataclass, field
from datetime import date

from . import sla
from .sla_policy import Matter

#: Kinds of targets that our answer to the customer reaches.
ANSWERED = ("first_reply", "next_reply", "update")


@dataclass(slots=True)
class Fact:
    """A request as the desk sees it; moments in seconds since 1970.

    :param calendar: working hours of its team
    :param tz: time zone of the customer
    :param paused: its stage stops the clock
    :param opened: when it was received
    :param answered: when we first wrote to the customer
    :param policy: policy of now
    """

    id: int
    company: int = 0
    team: int = 0
    calendar: int = 0
    tz: str = ""
    types: frozenset = frozenset()
    severity: str = ""
    priority: str = ""
    tier: str = ""
    contract: str = ""
    stage: int = 0
    state: str = "new"
    paused: bool = False
    closed: bool = False
    opened: int = 0
    day: date | None = None
    answered: int | None = None
    proactive: bool = False
    policy: int = 0

    @property
    def matter(self):
        return Matter(
            company=self.company,
            day=self.day,
            team=self.team,
            types=self.types,
            severity=self.severity,
            priority=self.priority,
            tier=self.tier,
            contract=self.contract,
        )


@dataclass(slots=True)
class Row:
    """One timer with what it counts for and by; *id* is None before it is stored."""

    request: int
    company: int
    policy: int
    target: int
    kind: str
    stage: int
    calendar_kind: str
    calendar: int
    tz: str
    pauses: bool
    tier: str = ""
    share: int = 0
    check: int | None = None
    id: int | None = None
    timer: sla.Timer = field(default=None)

    @property
    def key(self):
        return (self.kind, self.stage)

    @property
    def stamp(self):
        """What of the row may change; rows with equal stamps need no writing.

        A running timer that is due at the same moment has the same course, whenever it was counted.
        """
        t = self.timer
        same_course = t.running and t.due is not None and t.breached is None and t.is_open
        return (
            *(self.policy, self.target, self.counts_by, self.pauses, self.tier),
            *(t.target, t.running, t.due, t.breached, t.reached, t.cancelled, t.paused),
            None if same_course else t.elapsed,
        )

    @property
    def counts_by(self):
        return (self.calendar_kind, self.calendar, self.tz)


def counts_by(target, fact):
    """Kind of calendar, calendar and time zone *target* is counted by for this request."""
    calendars = {
        "team": (fact.calendar, ""),
        "customer": (fact.calendar, fact.tz),
        "own": (target.calendar, ""),
        "always": (0, ""),
    }
    return (target.calendar_kind, *calendars[target.calendar_kind])


def begin(fact, policy, clock, now):
    """Rows of a request that has just come in."""
    if fact.closed:
        return []
    return _begin_targets(fact, policy, policy.targets, clock, fact.opened)


def _begin_targets(fact, policy, targets, clock, now):
    begun = ((target, _beginning(target, fact, now)) for target in targets)
    return [new_row(fact, policy, t, when, clock) for t, when in begun if when is not None]


def _beginning(target, fact, now):
    """When *target* begins to count; None: not yet."""
    if target.kind == "first_reply":
        return None if fact.answered or fact.proactive else fact.opened
    if target.kind == "stage":
        return None if fact.stage == target.stage else fact.opened
    if target.kind == "in_stage":
        return now if fact.stage == target.stage else None
    if target.kind == "update":
        return now
    return None if target.kind == "next_reply" else fact.opened


def new_row(fact, policy, target, when, clock):
    """Row that counts *target* from *when*."""
    kind, calendar, tz = counts_by(target, fact)
    row = Row(
        request=fact.id,
        company=fact.company,
        policy=policy.id,
        target=target.id,
        kind=target.kind,
        stage=target.stage,
        calendar_kind=kind,
        calendar=calendar,
        tz=tz,
        pauses=target.pauses,
        tier=fact.tier,
    )
    running = not (target.pauses and fact.paused)
    row.timer = sla.Timer(target=target.seconds, started=when, counted=when, running=running)
    sla.plan(row.timer, clock(row))
    return row


def follow(fact, rows, policy, clock, now, was_closed=False):
    """Apply what the request has become to its *rows*; return the rows that are new.

    Closed requests stay as they are; what is reopened goes on where it stopped.

    :param rows: its open rows and the finished ones of kinds that count once, oldest first
    """
    if fact.closed:
        if not was_closed:
            _finish(fact, rows, clock, now)
        return []
    if was_closed:
        _reopen(rows, clock, now)
    _stages(fact, rows, clock, now)
    added = _retarget(fact, rows, policy, clock, now)
    _pauses(fact, rows, clock, now)
    return added


def _finish(fact, rows, clock, now):
    end = sla.cancel if fact.state == "cancelled" else sla.reach
    for row in rows:
        end(row.timer, now, clock(row))


def _reopen(rows, clock, now):
    """The solution is waited for again; replies and stages that were reached stay reached."""
    for row in [row for row in rows if row.kind == "resolution"][-1:]:
        sla.reopen(row.timer, now, clock(row))


def _stages(fact, rows, clock, now):
    for row in rows:
        entered = row.kind == "stage" and row.stage == fact.stage
        left = row.kind == "in_stage" and row.stage != fact.stage
        if entered or left:
            sla.reach(row.timer, now, clock(row))


def _retarget(fact, rows, policy, clock, now):
    """Point open rows to the targets of *policy*; return rows of targets that are new."""
    wanted = {target.key: target for target in policy.targets} if policy else {}
    for row in rows:
        if row.timer.is_open:
            _point(row, wanted.get(row.key), fact, policy, clock, now)
    known = {row.key for row in rows if not row.timer.cancelled and _counts_once(row)}
    missing = [target for key, target in wanted.items() if key not in known]
    return _begin_targets(fact, policy, missing, clock, now)


def _counts_once(row):
    return row.timer.is_open or row.kind in ("first_reply", "resolution", "stage")


def _point(row, target, fact, policy, clock, now):
    if target is None:
        sla.cancel(row.timer, now, clock(row))
        return
    same = row.target == target.id and row.timer.target == target.seconds
    if same and row.counts_by == counts_by(target, fact):
        return
    old = clock(row)
    row.policy, row.target, row.pauses, row.tier = policy.id, target.id, target.pauses, fact.tier
    row.calendar_kind, row.calendar, row.tz = counts_by(target, fact)
    sla.retarget(row.timer, now, old, target.seconds, clock(row))


def _pauses(fact, rows, clock, now):
    for row in rows:
        switch = sla.pause if row.pauses and fact.paused else sla.resume
        switch(row.timer, now, clock(row))


def answered(fact, rows, policy, clock, when):
    """We wrote to the customer: replies are reached, the next update is due from here."""
    for row in rows:
        if row.kind in ANSWERED:
            sla.reach(row.timer, when, clock(row))
    if fact.closed or not policy:
        return []
    updates = [target for target in policy.targets if target.kind == "update"]
    return [new_row(fact, policy, target, when, clock) for target in updates]


def awaits_reply(rows):
    """Whether the customer waits for a reply already: then another message changes nothing."""
    return any(row.timer.is_open and row.kind in ANSWERED[:2] for row in rows)


def customer_wrote(fact, rows, policy, clock, when):
    """The customer waits for a reply from his first unanswered message on."""
    if awaits_reply(rows) or fact.closed or not policy:
        return []
    replies = [target for target in policy.targets if target.kind == "next_reply"]
    return [new_row(fact, policy, target, when, clock) for target in replies]


def recount(fact, row, pauses, clock, now):
    """Count an open row anew from its start; *pauses* are those of the request's history."""
    timer = row.timer
    if timer.is_open:
        timer.running = not (row.pauses and fact.paused)
        sla.recount(timer, now, pauses if row.pauses else (), timer.target, clock(row))


def plan(row, marks, clock):
    """Set the deadline and the next look of *row*, with a wider horizon where that is needed."""
    timer, calendar = row.timer, clock(row)
    if timer.is_open and timer.running and timer.due is None:
        calendar = clock(row, wide=True)
        sla.plan(timer, calendar)
    row.check = sla.next_check(timer, marks, calendar)


@dataclass(frozen=True)
class Tick:
    """Outcome of a look at one row: whether it was breached now, and what is to be done."""

    row: Row
    breached: bool
    done: tuple


def tick(row, entries, clock, staff, now):
    """Look at a due row: note a breach and collect the warnings and steps that are due.

    Outside the staff's working hours only what is marked "at any time" is done; the rest waits
    until they are back. The breach itself is noted at once.

    :param entries: ``{used seconds: [share or step]}`` of the target
    :param staff: working hours of those who are told
    """
    timer, calendar = row.timer, clock(row)
    breached = timer.is_open and timer.breached is None and _passed(timer, now)
    if breached:
        timer.breached = timer.due
    done, waits = [], False
    for mark in sla.overdue_marks(timer, now, entries, calendar):
        waits = _must_wait(timer, mark, entries[mark], staff, now)
        if waits:
            break
        timer.handled = mark
        done += entries[mark]
    row.share = max([row.share, *(share for share in done if isinstance(share, int))])
    row.check = _next_look(timer, entries, calendar, staff, now, waits)
    return Tick(row, breached, tuple(done))


def _passed(timer, now):
    return timer.running and timer.due is not None and timer.due < now


def _must_wait(timer, mark, entries, staff, now):
    if mark >= timer.target and timer.breached is None:
        return True
    if all(getattr(entry, "any_time", False) for entry in entries):
        return False
    return bool(staff) and not staff.is_open(now)


def _next_look(timer, entries, calendar, staff, now, waits):
    check = sla.next_check(timer, entries, calendar)
    if waits and staff and not staff.is_open(now):
        unbreached = [timer.due + 1] if timer.breached is None and timer.due else []
        back = staff.next_open(now) if staff.ends[-1] > now else now + 86400
        check = min([back, *(due for due in unbreached if due > now)])
    return None if check is None else max(check, now + 1)
